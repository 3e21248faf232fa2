//! Opening vectors to some parties: each receives the component that it has not.
//!
//! What a receiver sees is determined by the value and by what it holds already, so nothing is masked. Of what it
//! knows itself, and of public vectors, it is sent nothing.
//!
//! Verified parties open nothing before all products were proven. Then both others hold the component that a receiver
//! lacks: one sends it, the other its digest.

use std::borrow::Cow;

use quorate_circuits::number::Word;

use super::input::component_bytes;
use super::messages::Messages;
use super::share::{Pair, Part, Share};
use super::{PARTIES, REPLICATED_OUTPUTS, Replicated, next, previous};
use crate::correlation::{RingElement, SecretVec, elements_of};
use crate::crypto::Transcript;
use crate::net::{ChannelError, ChannelFault, PartyIndex};
use crate::protocol::vector::{BitString, Planes};
use crate::protocol::{Domain, Holder, OpenRequest, Shape};

/// Elements that are added up at a time: they stay in the nearest cache.
const PIECE: usize = 1024;
/// Bytes of the digest that confirms a component.
const DIGEST: usize = 32;

/// Bytes of the component that a receiver lacks.
fn lacking_bytes(shape: Shape, receiver: PartyIndex, element_bytes: usize) -> usize {
    match shape.holder {
        Holder::Everybody => 0,
        Holder::Party(party) if party == receiver && shape.domain == Domain::Arithmetic => 0,
        Holder::Party(_) | Holder::Shared => component_bytes(shape.domain, shape.length, element_bytes),
    }
}

/// Who sends a receiver the component that it lacks.
fn sender_to(receiver: PartyIndex) -> PartyIndex {
    next(receiver)
}

/// Who confirms it: the other one who has it.
fn witness_to(receiver: PartyIndex) -> PartyIndex {
    previous(receiver)
}

/// The messages of one call; with the digests of those who confirm, if the parties are `verified`.
pub(super) fn open_messages<S>(
    requests: &[OpenRequest<'_, S>],
    element_bytes: usize,
    verified: bool,
    shape: impl Fn(&S) -> Shape,
) -> Messages {
    let mut messages = Messages::default();
    for receiver in (0..PARTIES).map(PartyIndex) {
        let received = requests.iter().filter(|request| request.receivers.contains(&receiver));
        let bytes = received.map(|request| lacking_bytes(shape(request.share), receiver, element_bytes)).sum();
        messages.add(sender_to(receiver), receiver, bytes);
        if verified && bytes > 0 {
            messages.add(witness_to(receiver), receiver, DIGEST);
        }
    }
    messages
}

/// Bytes that are sent for a request.
pub(super) fn opened_bytes(shape: Shape, receivers: &[PartyIndex], element_bytes: usize) -> usize {
    receivers.iter().map(|receiver| lacking_bytes(shape, *receiver, element_bytes)).sum()
}

impl<R: RingElement> Replicated<R> {
    pub(super) async fn opened(
        &mut self,
        requests: &[OpenRequest<'_, Share<R>>],
    ) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        let (me, verified) = (self.me(), self.record.is_some());
        self.verify().await?;
        // I have the second component for the one before me, and confirm the first to the one after me.
        let (receiver, confirmed) = (previous(me), next(me));
        let messages = open_messages(requests, R::BYTES, verified, |share: &Share<R>| share.shape);
        let seconds = self.components(requests, receiver, |pair| &pair.second, |pair| &pair.second);
        let mut digest = Vec::new();
        if verified {
            let firsts = self.components(requests, confirmed, |pair| &pair.first, |pair| &pair.first);
            if !firsts.is_empty() {
                digest = self.digest(&firsts);
            }
        }
        let mut outgoing: [&[u8]; PARTIES] = Default::default();
        (outgoing[receiver.0], outgoing[confirmed.0]) = (&seconds, &digest);
        let incoming = messages.pass_slices(&mut self.session.network, REPLICATED_OUTPUTS, &outgoing).await?;
        let component = &incoming[sender_to(me).0];
        if verified && !component.is_empty() && self.digest(component) != incoming[witness_to(me).0] {
            let fault = ChannelFault::Disagreement("the two who hold the rest of an opened value");
            return Err(ChannelError { peer: sender_to(me), step: REPLICATED_OUTPUTS, fault });
        }
        let mut rest = incoming[sender_to(me).0].as_slice();
        let results = requests.iter().map(|request| {
            request.receivers.contains(&me).then(|| {
                let (lacking, after) = rest.split_at(lacking_bytes(request.share.shape, me, R::BYTES));
                rest = after;
                words(request.share, lacking)
            })
        });
        Ok(results.collect())
    }
}

impl<R: RingElement> Replicated<R> {
    /// One of my components of everything that is sent to a receiver, end to end; of a single vector from where it stands.
    fn components<'a>(
        &self,
        requests: &[OpenRequest<'a, Share<R>>],
        receiver: PartyIndex,
        elements: impl Fn(&'a Pair<SecretVec<R>>) -> &'a SecretVec<R>,
        planes: impl Fn(&'a Pair<Planes>) -> &'a Planes,
    ) -> Cow<'a, [u8]> {
        let sent = requests.iter().filter(|request| {
            request.receivers.contains(&receiver) && lacking_bytes(request.share.shape, receiver, R::BYTES) > 0
        });
        let parts = sent.map(|request| match &request.share.part {
            Part::Arithmetic(pair) => Cow::Borrowed(bytemuck::cast_slice(elements(pair))),
            Part::Boolean(pair) => {
                let planes = planes(pair);
                Cow::Owned(planes.pack(planes.width()).as_bytes().to_vec())
            }
        });
        let mut parts: Vec<Cow<'a, [u8]>> = parts.collect();
        if parts.len() == 1 { parts.remove(0) } else { Cow::Owned(parts.concat()) }
    }

    fn digest(&self, components: &[u8]) -> Vec<u8> {
        let mut transcript = Transcript::new("quorate 2026 replicated opening", &self.session.id);
        transcript.append("components", components).digest().to_vec()
    }
}

/// The values of a vector, with the component that I lacked; nothing was sent if there is nothing to it.
fn words<R: RingElement>(share: &Share<R>, lacking: &[u8]) -> Vec<Word> {
    match &share.part {
        Part::Arithmetic(pair) => {
            let mut words = Vec::with_capacity(pair.first.len());
            // Of public vectors there is nothing second, and nothing comes of what I know.
            let mut seconds = pair.second.chunks(PIECE);
            let mut lacking = lacking.chunks(PIECE * R::BYTES).map(elements_of::<R>);
            for firsts in pair.first.chunks(PIECE) {
                let (second, lacking) = (seconds.next().unwrap_or_default(), lacking.next().unwrap_or_default());
                let term = |terms: &[R], i: usize| terms.get(i).copied().unwrap_or(R::ZERO);
                let sums = firsts.iter().enumerate().map(|(i, first)| *first + term(second, i) + term(&lacking, i));
                words.extend(sums.map(RingElement::to_word));
            }
            words
        }
        Part::Boolean(pair) => {
            let (width, length) = (share.shape.width(), share.shape.length);
            let mut bits = BitString::of_message(lacking, width * length);
            bits.xor(pair.first.pack(width).words());
            bits.xor(pair.second.pack(width).words());
            Planes::unpack(width, length, &bits).to_elements()
        }
    }
}
