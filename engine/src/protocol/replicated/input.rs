//! Sharing what one party knows.
//!
//! Of party `p`'s vector, component `p` is a stream of the key that it has in common with the party before,
//! component `p + 1` is what is missing and goes to the party after, and component `p + 2`, which the owner does not
//! hold, is zero: one element sent for each, and the owner goes on knowing its values from its own components. Two
//! parties cannot be told different things, since one is told nothing at all.

use quorate_circuits::number::Word;

use super::keys::draw;
use super::messages::Messages;
use super::share::{Pair, Part, Share};
use super::{PARTIES, REPLICATED_INPUTS, Replicated, elements, next, previous};
use crate::correlation::{RingElement, SecretVec, elements_of};
use crate::net::{ChannelError, PartyIndex};
use crate::protocol::vector::{BitString, Planes};
use crate::protocol::{Domain, Holder, Shape, ShareRequest};

/// Bytes of a component on its way.
pub(super) fn component_bytes(domain: Domain, length: usize, element_bytes: usize) -> usize {
    match domain {
        Domain::Arithmetic => length * element_bytes,
        Domain::Boolean { width } => (width as usize * length).div_ceil(8),
    }
}

/// What is public of a vector that is shared. Of verified parties' bits it is kept in mind who knows them, too.
pub(super) fn shared_shape(request: &ShareRequest<'_>, verified: bool) -> Shape {
    let shape = Shape::shared_by(request.owner, request.domain, request.length);
    if verified { Shape { holder: Holder::Party(request.owner), ..shape } } else { shape }
}

/// The messages of one call: owner, domain and length of each vector.
pub(super) fn input_messages(
    vectors: impl Iterator<Item = (PartyIndex, Domain, usize)>,
    element_bytes: usize,
) -> Messages {
    let mut messages = Messages::default();
    for (owner, domain, length) in vectors {
        messages.add(owner, next(owner), component_bytes(domain, length, element_bytes));
    }
    messages
}

impl<R: RingElement> Replicated<R> {
    pub(super) async fn shared(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Share<R>>, ChannelError> {
        let me = self.me();
        let mut outgoing: [Vec<u8>; PARTIES] = Default::default();
        let mut parts = Vec::with_capacity(requests.len());
        for request in requests {
            let words = request.words.unwrap_or(&[]);
            let due = if request.owner == me { request.length } else { 0 };
            assert_eq!(words.len(), due, "the owner's words, and nobody else's");
            parts.push(match request.domain {
                Domain::Arithmetic => {
                    let values = elements(words);
                    Part::Arithmetic(self.share_elements(request.owner, request.length, values, &mut outgoing))
                }
                Domain::Boolean { width } => Part::Boolean(self.share_planes(
                    request.owner,
                    width as usize,
                    request.length,
                    words,
                    &mut outgoing,
                )),
            });
        }
        let vectors = requests.iter().map(|request| (request.owner, request.domain, request.length));
        let messages = input_messages(vectors, R::BYTES);
        let incoming = messages.pass(&mut self.session.network, REPLICATED_INPUTS, &outgoing).await?;
        let mut rest = incoming[previous(me).0].as_slice();
        let verified = self.record.is_some();
        let shares = requests.iter().zip(parts).map(|(request, part)| {
            let shape = shared_shape(request, verified);
            let part = if request.owner == previous(me) { received(part, shape, &mut rest) } else { part };
            Share { shape, part }
        });
        Ok(shares.collect())
    }

    /// My components of a vector of `owner`, who passes its values; what comes in a message is left out.
    pub(super) fn share_elements(
        &mut self,
        owner: PartyIndex,
        length: usize,
        values: SecretVec<R>,
        outgoing: &mut [Vec<u8>; PARTIES],
    ) -> Pair<SecretVec<R>> {
        let me = self.me();
        if owner == me {
            let (mask, mut rest) = (draw::<R>(&mut self.keys().first.sharing, length), values);
            rest.iter_mut().zip(mask.iter()).for_each(|(rest, mask)| *rest -= *mask);
            outgoing[next(me).0].extend_from_slice(bytemuck::cast_slice(&rest));
            return Pair::new(mask, rest);
        }
        let zeros = SecretVec::zeros(length);
        if owner == next(me) {
            return Pair::new(zeros, draw(&mut self.keys().second.sharing, length));
        }
        // The first component comes in a message.
        Pair::new(SecretVec::default(), zeros)
    }

    fn share_planes(
        &mut self,
        owner: PartyIndex,
        width: usize,
        length: usize,
        words: &[Word],
        outgoing: &mut [Vec<u8>; PARTIES],
    ) -> Pair<Planes> {
        let me = self.me();
        let count = width * length.div_ceil(64);
        let zeros = || Planes::zeros(width, length);
        if owner == me {
            let mut mask = SecretVec::zeros(count);
            self.keys().first.sharing.fill_u64(&mut mask);
            let values = Planes::of_elements(width, words);
            let rest: Vec<u64> = values.words().iter().zip(mask.iter()).map(|(value, mask)| value ^ mask).collect();
            let rest = Planes::from_words(width, length, rest.into());
            outgoing[next(me).0].extend_from_slice(rest.pack(width).as_bytes());
            return Pair::new(Planes::from_words(width, length, mask), rest);
        }
        if owner == next(me) {
            let mut mask = SecretVec::zeros(count);
            self.keys().second.sharing.fill_u64(&mut mask);
            return Pair::new(zeros(), Planes::from_words(width, length, mask));
        }
        Pair::new(Planes::zeros(width, 0), zeros())
    }
}

/// The part of the party after the owner, whose first component came in a message.
fn received<R: RingElement>(part: Part<R>, shape: Shape, rest: &mut &[u8]) -> Part<R> {
    let (message, after) = rest.split_at(component_bytes(shape.domain, shape.length, R::BYTES));
    *rest = after;
    match part {
        Part::Arithmetic(pair) => Part::Arithmetic(Pair { first: elements_of::<R>(message).into(), ..pair }),
        Part::Boolean(pair) => {
            let bits = BitString::of_message(message, shape.width() * shape.length);
            Part::Boolean(Pair { first: Planes::unpack(shape.width(), shape.length, &bits), ..pair })
        }
    }
}
