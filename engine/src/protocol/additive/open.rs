//! Opening vectors to some parties.
//!
//! Everybody adds a fresh sharing of zero and sends its share to every receiver. What a receiver sees is uniform
//! among the shares that have this sum: how the value came about shows nowhere.

use quorate_circuits::number::Word;

use super::share::{Part, Share};
use super::{ADDITIVE_OUTPUTS, Additive};
use crate::correlation::{RingElement, elements_of};
use crate::net::{ChannelError, Ledger, PartyIndex};
use crate::protocol::vector::{BitString, Holder, Planes, Shape};
use crate::protocol::{Domain, OpenRequest};

/// Bytes of a share of `shape` on its way to a receiver; public vectors need none.
pub(super) fn opened_bytes(shape: Shape, element_bytes: usize) -> usize {
    match (shape.holder, shape.domain) {
        (Holder::Everybody, _) => 0,
        (_, Domain::Arithmetic) => shape.length * element_bytes,
        (_, Domain::Boolean { width }) => (shape.length * width as usize).div_ceil(8),
    }
}

/// Bytes that everybody sends to `receiver` for these requests.
fn bytes_to<S>(
    requests: &[OpenRequest<'_, S>],
    receiver: PartyIndex,
    element_bytes: usize,
    shape: impl Fn(&S) -> Shape,
) -> usize {
    let received = requests.iter().filter(|request| request.receivers.contains(&receiver));
    received.map(|request| opened_bytes(shape(request.share), element_bytes)).sum()
}

/// The messages of one call: all requests in one round.
pub(super) fn open_cost<S>(
    ledger: &mut Ledger,
    requests: &[OpenRequest<'_, S>],
    element_bytes: usize,
    shape: impl Fn(&S) -> Shape + Copy,
) {
    let mut messages = Vec::new();
    for to in (0..ledger.parties()).map(PartyIndex) {
        let bytes = bytes_to(requests, to, element_bytes, shape) as u64;
        let senders = (0..ledger.parties()).map(PartyIndex).filter(|from| *from != to && bytes > 0);
        messages.extend(senders.map(|from| (from, to, bytes)));
    }
    ledger.simultaneous(&messages);
}

/// A share on its way to the receivers, or the sum of what they received.
enum Masked<R: RingElement> {
    Public,
    Arithmetic(Vec<R>),
    Boolean(BitString),
}

impl<R: RingElement> Additive<R> {
    pub(super) async fn opened(
        &mut self,
        requests: &[OpenRequest<'_, Share<R>>],
    ) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        let (me, parties) = (self.me(), self.parties());
        let masked: Vec<Masked<R>> = requests.iter().map(|request| self.masked(request.share)).collect();
        let mut outgoing: Vec<Vec<u8>> = vec![Vec::new(); parties];
        for (request, masked) in requests.iter().zip(&masked) {
            request.receivers.iter().for_each(|receiver| outgoing[receiver.0].extend_from_slice(masked.as_bytes()));
        }
        let due = bytes_to(requests, me, R::BYTES, |share: &Share<R>| share.shape);
        let lengths: Vec<Option<usize>> = vec![(due > 0).then_some(due); parties];
        let outgoing: Vec<Option<&[u8]>> =
            outgoing.iter().map(|message| (!message.is_empty()).then_some(message.as_slice())).collect();
        let incoming = self.session.network.scatter(ADDITIVE_OUTPUTS, &outgoing, &lengths).await?;
        let mut rests: Vec<&[u8]> = self.session.network.peers().map(|peer| incoming[peer.0].as_slice()).collect();
        let results = requests.iter().zip(masked).map(|(request, mut sum)| {
            request.receivers.contains(&me).then(|| {
                rests.iter_mut().for_each(|rest| *rest = sum.add(rest));
                sum.into_words(request.share)
            })
        });
        Ok(results.collect())
    }

    /// My share, masked by a sharing of zero.
    fn masked(&mut self, share: &Share<R>) -> Masked<R> {
        match (&share.part, share.shape.holder) {
            (_, Holder::Everybody) => Masked::Public,
            (Part::Boolean(planes), _) => {
                let mut packed = planes.pack(planes.width());
                packed.xor(&self.seeds().zero_bits(packed.words().len()));
                Masked::Boolean(packed)
            }
            (Part::Arithmetic(elements), _) => {
                // Of another party's own vector I have nothing, which is a share too.
                let mut elements = elements.to_vec();
                elements.resize(share.shape.length, R::ZERO);
                self.seeds().add_zero(&mut elements);
                Masked::Arithmetic(elements)
            }
        }
    }
}

impl<R: RingElement> Masked<R> {
    fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Public => &[],
            Self::Arithmetic(elements) => bytemuck::cast_slice(elements),
            Self::Boolean(bits) => bits.as_bytes(),
        }
    }

    /// Adds a peer's share from the front of a message and returns the rest.
    fn add<'a>(&mut self, message: &'a [u8]) -> &'a [u8] {
        let (first, rest) = message.split_at(self.as_bytes().len());
        match self {
            Self::Public => {}
            Self::Arithmetic(elements) => {
                elements.iter_mut().zip(elements_of::<R>(first)).for_each(|(sum, term)| *sum += term);
            }
            Self::Boolean(bits) => bits.xor_bytes(first),
        }
        rest
    }

    /// The values of a vector whose shares' sum this is.
    fn into_words(self, share: &Share<R>) -> Vec<Word> {
        let words = |elements: &[R]| elements.iter().map(|element| element.to_word()).collect();
        match self {
            Self::Public => words(share.elements()),
            Self::Arithmetic(elements) => words(&elements),
            Self::Boolean(bits) => Planes::unpack(share.shape.width(), share.shape.length, &bits).to_elements(),
        }
    }
}
