//! Inputs: every value is masked by one that nobody knows, which is opened to its owner alone; the owner broadcasts the
//! difference. So whatever an owner does, there is one value; of an owner who says nothing it is zero.

use super::dealing::{pack, unpack};
use super::lane::Lane;
use super::packed::{lanes, to_planes};
use super::table::Table;
use super::telling::tell;
use super::{Number, ROBUST_MASKS, Robust, Share};
use crate::crypto::Speaker;
use crate::galois::{Elements, Lanes};
use crate::net::{ChannelError, PartyIndex};
use crate::protocol::vector::Planes;
use crate::protocol::{Domain, ShareRequest};

/// The mask of a request.
enum Mask<R: Number> {
    Numbers(Elements<R>),
    Bits(Elements<Lanes>),
}

/// Elements that mask a vector.
pub(super) fn masks_of(domain: Domain, length: usize) -> usize {
    match domain {
        Domain::Arithmetic => length,
        Domain::Boolean { width } => lanes(width as usize * length),
    }
}

/// Bytes of what an owner broadcasts of a vector.
pub(super) fn difference_bytes<R: Number>(domain: Domain, length: usize) -> usize {
    masks_of(domain, length) * if domain == Domain::Arithmetic { <R as Lane>::BYTES } else { <Lanes as Lane>::BYTES }
}

impl<R: Number> Robust<R> {
    /// All requests at once.
    pub(super) async fn shared(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Share<R>>, ChannelError> {
        let (me, degree) = (self.me(), self.table.ring().degree());
        let masks: Vec<Mask<R>> = requests.iter().map(|request| self.mask(request)).collect();
        let mut payloads: Vec<Option<Vec<u8>>> = vec![None; self.table.parties()];
        for (request, mask) in requests.iter().zip(&masks) {
            payloads[request.owner.0].get_or_insert_default().extend(mask.pack());
        }
        let bytes = |owner: PartyIndex| -> usize {
            let own = requests.iter().filter(|request| request.owner == owner);
            own.map(|request| difference_bytes::<R>(request.domain, request.length)).sum()
        };
        let owns = requests.iter().any(|request| request.owner == me);
        let length = owns.then(|| degree * bytes(me));
        let told = tell(&mut self.session, &mut self.table, ROBUST_MASKS, &payloads, length).await;
        let mine = if owns { Some(self.differences(requests, &told)?) } else { None };
        let mut owners: Vec<PartyIndex> = requests.iter().map(|request| request.owner).collect();
        owners.sort_unstable();
        owners.dedup();
        let speakers: Vec<Speaker> = owners.iter().map(|p| Speaker { party: *p, length: bytes(*p) }).collect();
        let council = self.table.council().clone();
        let said = council.broadcast(&mut self.session.network, &self.session.id, &speakers, mine.as_deref()).await;
        let mut rest: Vec<Option<&[u8]>> = said.iter().map(Option::as_deref).collect();
        let mut shares = Vec::new();
        for (request, mask) in requests.iter().zip(masks) {
            let place = owners.iter().position(|owner| *owner == request.owner).unwrap_or(0);
            let length = difference_bytes::<R>(request.domain, request.length);
            let difference = rest[place].map(|said| said.split_at(length));
            rest[place] = difference.map(|(_, after)| after);
            shares.push(mask.with(&self.table, request, difference.map(|(difference, _)| difference)));
        }
        Ok(shares)
    }

    fn mask(&mut self, request: &ShareRequest<'_>) -> Mask<R> {
        let (count, ring) = (masks_of(request.domain, request.length), self.table.ring());
        match (request.domain, self.computes()) {
            (Domain::Arithmetic, true) => Mask::Numbers(self.numbers.masks(&self.table, count)),
            (Domain::Arithmetic, false) => Mask::Numbers(Elements::zeros(ring, count)),
            (Domain::Boolean { .. }, true) => Mask::Bits(self.bits.masks(&self.table, count)),
            (Domain::Boolean { .. }, false) => Mask::Bits(Elements::zeros(ring, count)),
        }
    }

    /// What I broadcast: my values less their masks, which the members' shares tell me.
    fn differences(
        &mut self,
        requests: &[ShareRequest<'_>],
        told: &[Option<Vec<u8>>],
    ) -> Result<Vec<u8>, ChannelError> {
        let (me, degree) = (self.me(), self.table.ring().degree());
        let mut at = 0;
        let mut differences = Vec::new();
        for request in requests.iter().filter(|request| request.owner == me) {
            let length = degree * difference_bytes::<R>(request.domain, request.length);
            let parts: Vec<Option<&[u8]>> =
                told.iter().map(|message| message.as_ref().map(|message| &message[at..at + length])).collect();
            at += length;
            let words = request.words.unwrap_or_default();
            match request.domain {
                Domain::Arithmetic => {
                    let masks = self.corrected::<R>(&parts, request.length)?;
                    let masked = words.iter().zip(masks.plane(0)).map(|(word, mask)| R::from_word(*word) - *mask);
                    differences.extend_from_slice(bytemuck::cast_slice(&masked.collect::<Vec<R>>()));
                }
                Domain::Boolean { width } => {
                    let count = lanes(width as usize * request.length);
                    let masks = self.corrected::<Lanes>(&parts, count)?;
                    let mut packed = Planes::of_elements(width as usize, words).pack(width as usize);
                    packed.xor(bytemuck::cast_slice(masks.plane(0)));
                    differences.extend_from_slice(bytemuck::cast_slice(&packed.words()[..count]));
                }
            }
        }
        Ok(differences)
    }

    fn corrected<C: Lane>(&mut self, parts: &[Option<&[u8]>], count: usize) -> Result<Elements<C>, ChannelError> {
        let shares: Vec<Option<Elements<C>>> =
            parts.iter().map(|part| part.map(|words| unpack(&self.table, count, words))).collect();
        self.table.correct(ROBUST_MASKS, &shares)
    }
}

impl<R: Number> Mask<R> {
    fn pack(&self) -> Vec<u8> {
        match self {
            Self::Numbers(elements) => pack(elements),
            Self::Bits(elements) => pack(elements),
        }
    }

    /// The share of the value that differs from the mask by what its owner said.
    fn with(self, table: &Table, request: &ShareRequest<'_>, said: Option<&[u8]>) -> Share<R> {
        match (self, request.domain) {
            (Self::Numbers(mut elements), Domain::Arithmetic) => {
                elements.add(&difference(table, request.length, said));
                Share::arithmetic(if said.is_some() { elements } else { Elements::zeros(table.ring(), request.length) })
            }
            (Self::Bits(mut elements), Domain::Boolean { width }) => {
                let count = elements.len();
                elements.add(&difference(table, count, said));
                let elements = if said.is_some() { elements } else { Elements::zeros(table.ring(), count) };
                let width = width as usize;
                Share::boolean(width, request.length, to_planes(table.ring(), width, request.length, &elements))
            }
            _ => unreachable!("a mask is drawn for the request's domain"),
        }
    }
}

fn difference<C: Lane>(table: &Table, count: usize, said: Option<&[u8]>) -> Elements<C> {
    let mut words = vec![C::ZERO; count];
    if let Some(said) = said {
        bytemuck::cast_slice_mut::<C, u8>(&mut words).copy_from_slice(said);
    }
    Elements::constants(table.ring(), &words)
}
