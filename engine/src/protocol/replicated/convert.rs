//! Between the two domains.
//!
//! *To bits*: each component of an arithmetic vector is known to two parties, so its bits are a boolean vector
//! already, with zero for the other components: three addends without a message. A circuit that adds them is the
//! planner's.
//!
//! *To the ring*: bit by bit, by its components `b0`, `b1`, `b2`. Party 0 knows `u = b0 ^ b1` and shares it:
//! `u = u0 + u1`, where `u0` is a stream in common with party 2 and `u1` goes to party 1, cut off where its weight
//! leaves the ring. The bit is `u + b2 (1 - 2 u)`. Of the last term party 2 knows `b2 (1 - 2 u0)` and party 1 knows
//! `-2 b2 u1`; each adds up its terms of all bits by their weights, takes a stream in common with party 0 away, and
//! sends the rest to the other, with whom it holds component 2. (The idea that terms known to one party need no
//! product of all three is Mohassel and Rindal's, "ABY3: A Mixed Protocol Framework for Machine Learning", CCS 2018,
//! section 5.4.)
//!
//! | for an element of `k` bits in a ring of `n` | bytes | depth |
//! |---|---|---|
//! | party 0 to party 1 | `n / 8` for bit 0, one less after every 8 bits | 1 |
//! | party 2 to party 1, party 1 to party 2 | `n / 8` | 1 |
//!
//! Bits that one verified party knows take another way (the module `own_bits`).
//!
//! Each of these messages is right if products of what two parties know with what two others do are: verified parties prove
//! them like products (the module `recorded`).

use std::ops::Range;

use super::keys::draw;
use super::messages::Messages;
use super::own_bits::OwnBits;
use super::proof::Equations;
use super::recorded::pieces;
use super::share::{Pair, Share};
use super::{PARTIES, REPLICATED_CONVERSION, REPLICATED_CONVERTED, Replicated, low_bytes, next, previous};
use crate::correlation::{RingElement, SecretVec, elements_of};
use crate::crypto::Prg;
use crate::net::{ChannelError, PartyIndex};
use crate::protocol::vector::{Planes, read};
use crate::protocol::{Holder, Shape};

pub(super) const P0: PartyIndex = PartyIndex(0);
pub(super) const P1: PartyIndex = PartyIndex(1);
const P2: PartyIndex = PartyIndex(2);

/// Bits of a boolean element that count in a ring of `ring_bits` bits; higher ones weigh nothing there.
pub(super) fn convertible_width(shape: Shape, ring_bits: usize) -> usize {
    shape.width().min(ring_bits)
}

/// Bytes of an element that is multiplied by `2^bit`.
fn weighed_bytes(bit: usize, ring_bits: usize) -> usize {
    (ring_bits - bit).div_ceil(8)
}

/// Bytes that party 0 sends for a vector.
fn injected_bytes(shape: Shape, ring_bits: usize) -> usize {
    (0..convertible_width(shape, ring_bits)).map(|bit| shape.length * weighed_bytes(bit, ring_bits)).sum()
}

/// Bytes that are sent for a vector, by all parties.
pub(super) fn conversion_bytes(shape: Shape, ring_bits: usize) -> usize {
    if let Holder::Party(_) = shape.holder {
        return shape.length * ring_bits / 8;
    }
    injected_bytes(shape, ring_bits) + 2 * shape.length * ring_bits / 8
}

/// The messages of both rounds of one call.
pub(super) fn conversion_messages(shapes: impl Iterator<Item = Shape>, ring_bits: usize) -> [Messages; 2] {
    let mut rounds = [Messages::default(); 2];
    for shape in shapes {
        if let Holder::Party(owner) = shape.holder {
            rounds[0].add(owner, next(owner), shape.length * ring_bits / 8);
            continue;
        }
        rounds[0].add(P0, P1, injected_bytes(shape, ring_bits));
        rounds[1].add(P1, P2, shape.length * ring_bits / 8);
        rounds[1].add(P2, P1, shape.length * ring_bits / 8);
    }
    rounds
}

/// A vector on its way into the ring.
pub(super) struct Injection<'a, R: RingElement> {
    pub(super) share: &'a Share<R>,
    signed: bool,
    /// My components of the result so far.
    pair: Pair<SecretVec<R>>,
    /// What I add to component 2 and send.
    terms: SecretVec<R>,
    /// Of verified parties, the streams and messages that my part in the proofs needs.
    pub(super) kept: Option<Kept<R>>,
}

/// A vector on its way into the ring, by the way it takes.
enum Conversion<'a, R: RingElement> {
    Own(OwnBits<'a, R>),
    Injected(Injection<'a, R>),
}

/// What is known of a conversion beside its bits, where it is.
#[derive(Default)]
pub(super) struct Kept<R: RingElement> {
    /// Bit after bit.
    pub(super) u0: SecretVec<R>,
    pub(super) u1: SecretVec<R>,
    /// The masks of parties 1 and 2.
    pub(super) masks: [SecretVec<R>; 2],
    /// What parties 1 and 2 sent.
    pub(super) sent: [SecretVec<R>; 2],
}

impl<R: RingElement> Replicated<R> {
    pub(super) fn addends_of(&self, share: &Share<R>, width: usize) -> Vec<Share<R>> {
        assert!(width <= R::BITS, "a sum modulo 2^{width} is not known from shares modulo 2^{}", R::BITS);
        let (me, length) = (self.me(), share.shape.length);
        let public =
            matches!(share.shape.holder, Holder::Everybody).then(|| self.elements_under(share, Holder::Shared));
        let pair = public.as_ref().unwrap_or_else(|| share.elements());
        let addends = (0..PARTIES).map(|component| {
            let zeros = || Planes::zeros(width, length);
            let mut planes = Pair::new(zeros(), zeros());
            let mine = if component == me.0 { &pair.first } else { &pair.second };
            if let Some(planes) = planes.component(me, component) {
                let words: Vec<u128> = mine.iter().map(|element| element.to_word()).collect();
                *planes = Planes::of_elements(width, &SecretVec::from(words));
            }
            Share::boolean(width, length, planes)
        });
        addends.collect()
    }

    pub(super) async fn arithmetic_of(
        &mut self,
        requests: &[(&Share<R>, bool)],
    ) -> Result<Vec<Share<R>>, ChannelError> {
        let me = self.me();
        let shapes = requests.iter().map(|(share, _)| share.shape);
        let [first, second] = conversion_messages(shapes, R::BITS);
        let verified = self.record.is_some();
        let mut outgoing: [Vec<u8>; PARTIES] = Default::default();
        let mut conversions: Vec<Conversion<'_, R>> = Vec::with_capacity(requests.len());
        for request in requests {
            conversions.push(if let Holder::Party(owner) = request.0.shape.holder {
                Conversion::Own(self.share_own_bits(owner, request, &mut outgoing))
            } else {
                let mut injection = Injection::new(request, verified);
                self.inject(&mut injection, &mut outgoing[P1.0]);
                Conversion::Injected(injection)
            });
        }
        let incoming = first.pass(&mut self.session.network, REPLICATED_CONVERSION, &outgoing).await?;
        let mut rest = incoming[previous(me).0].as_slice();
        let mut outgoing: [Vec<u8>; PARTIES] = Default::default();
        for conversion in &mut conversions {
            match conversion {
                Conversion::Own(own) => rest = own.take(me, rest),
                Conversion::Injected(injection) => {
                    if me == P1 {
                        rest = injection.take_injected(rest);
                    }
                    self.mask(injection);
                    if me != P0 {
                        outgoing[fellow_of(me)].extend_from_slice(bytemuck::cast_slice(&injection.terms));
                    }
                }
            }
        }
        let incoming = second.pass(&mut self.session.network, REPLICATED_CONVERTED, &outgoing).await?;
        let mut rest = incoming[fellow_of(me)].as_slice();
        let mut shares = Vec::with_capacity(conversions.len());
        for conversion in conversions {
            shares.push(match conversion {
                Conversion::Own(own) => {
                    self.record_elements(own.share.shape, |equations, part| own.record(me, equations, part)).await?;
                    own.finish()
                }
                Conversion::Injected(mut injection) => {
                    let length = injection.share.shape.length;
                    let (theirs, after) = rest.split_at(if me == P0 { 0 } else { length * R::BYTES });
                    rest = after;
                    injection.keep(me, theirs);
                    let shape = injection.share.shape;
                    self.record_elements(shape, |equations, part| injection.record(me, equations, part)).await?;
                    Share::arithmetic(length, Holder::Shared, injection.finish(me, theirs))
                }
            });
        }
        Ok(shares)
    }

    /// Records what was sent, element by element.
    async fn record_elements(
        &mut self,
        shape: Shape,
        add: impl Fn(&mut Equations, Range<usize>),
    ) -> Result<(), ChannelError> {
        if self.record.is_none() {
            return Ok(());
        }
        for elements in pieces(shape.length, convertible_width(shape, R::BITS)) {
            if let Some(record) = &mut self.record {
                add(&mut record.equations, elements);
            }
            self.verify_if_due().await?;
        }
        Ok(())
    }

    /// Parties 0 and 2: the streams `u0` of all bits; party 0 shares its bits with them, party 2 adds up its terms.
    fn inject(&mut self, injection: &mut Injection<'_, R>, message: &mut Vec<u8>) {
        let (me, shape) = (self.me(), injection.share.shape);
        if me == P1 {
            return;
        }
        let planes = injection.share.planes();
        for bit in 0..convertible_width(shape, R::BITS) {
            let weight = injection.weight(bit);
            let keys = self.keys();
            let stream = if me == P0 { &mut keys.first.sharing } else { &mut keys.second.sharing };
            let u0 = draw::<R>(stream, shape.length);
            if let Some(kept) = &mut injection.kept {
                kept.u0.append(&u0);
            }
            if me == P2 {
                let component2 = planes.first.plane(bit);
                for (i, u0) in u0.iter().enumerate() {
                    let b2 = R::from_word(read(component2, i, 1).into());
                    injection.pair.second[i] += weight * *u0;
                    injection.terms[i] += weight * b2 * (R::ONE - *u0 - *u0);
                }
                continue;
            }
            let (b0, b1) = (planes.first.plane(bit), planes.second.plane(bit));
            let mut u1 = u0;
            for (i, u1) in u1.iter_mut().enumerate() {
                let u0 = *u1;
                *u1 = R::from_word((read(b0, i, 1) ^ read(b1, i, 1)).into()) - u0;
                injection.pair.first[i] += weight * u0;
                injection.pair.second[i] += weight * *u1;
            }
            if let Some(kept) = &mut injection.kept {
                kept.u1.append(&u1);
            }
            low_bytes::write(message, &u1, weighed_bytes(bit, R::BITS));
        }
    }

    /// Everybody: the streams that hide the terms from the one who holds component 2 beside me.
    fn mask(&mut self, injection: &mut Injection<'_, R>) {
        let (me, length) = (self.me(), injection.terms.len());
        let keys = self.keys();
        // Key 0 is parties 0's and 2's, key 1 is parties 0's and 1's.
        let mut masks: [SecretVec<R>; 2] = Default::default();
        let mut drawn = |stream: &mut Prg, sum: &mut SecretVec<R>, terms: Option<&mut SecretVec<R>>, of: usize| {
            let mask = draw::<R>(stream, length);
            sum.iter_mut().zip(mask.iter()).for_each(|(sum, mask)| *sum += *mask);
            if let Some(terms) = terms {
                terms.iter_mut().zip(mask.iter()).for_each(|(term, mask)| *term -= *mask);
            }
            masks[of] = mask;
        };
        let Pair { first, second } = &mut injection.pair;
        match me {
            P0 => {
                drawn(&mut keys.first.random, first, None, 1);
                drawn(&mut keys.second.random, second, None, 0);
            }
            P1 => drawn(&mut keys.first.random, first, Some(&mut injection.terms), 0),
            _ => drawn(&mut keys.second.random, second, Some(&mut injection.terms), 1),
        }
        if let Some(kept) = &mut injection.kept {
            kept.masks = masks;
        }
    }
}

/// What a bit counts; the top bit of two's complement negatively.
pub(super) fn weight<R: RingElement>(width: usize, signed: bool, bit: usize) -> R {
    let weight = R::ONE << bit;
    if signed && bit + 1 == width { R::ZERO - weight } else { weight }
}

/// With whom parties 1 and 2 hold component 2: each other. (Party 0's answer is not used.)
fn fellow_of(me: PartyIndex) -> usize {
    if me == P1 { P2.0 } else { P1.0 }
}

impl<'a, R: RingElement> Injection<'a, R> {
    fn new((share, signed): &(&'a Share<R>, bool), verified: bool) -> Self {
        let zeros = || SecretVec::zeros(share.shape.length);
        let kept = verified.then(Kept::default);
        Self { share, signed: *signed, pair: Pair::new(zeros(), zeros()), terms: zeros(), kept }
    }

    pub(super) fn weight(&self, bit: usize) -> R {
        weight(self.share.shape.width(), self.signed, bit)
    }

    /// Keeps what parties 1 and 2 sent, for the proofs.
    fn keep(&mut self, me: PartyIndex, theirs: &[u8]) {
        if let Some(kept) = &mut self.kept {
            kept.sent = [self.terms.duplicate(), elements_of(theirs).into()];
            if me == P2 {
                kept.sent.swap(0, 1);
            }
        }
    }

    /// Party 1: what party 0 shared, and my terms of it. Answers the rest of the message.
    fn take_injected<'b>(&mut self, message: &'b [u8]) -> &'b [u8] {
        let shape = self.share.shape;
        let (mine, rest) = message.split_at(injected_bytes(shape, R::BITS));
        let mut mine = mine;
        for bit in 0..convertible_width(shape, R::BITS) {
            let weight = self.weight(bit);
            let component2 = self.share.planes().second.plane(bit);
            let bytes = weighed_bytes(bit, R::BITS);
            let (of_bit, after) = mine.split_at(shape.length * bytes);
            mine = after;
            let u1 = low_bytes::read::<R>(of_bit, bytes);
            if let Some(kept) = &mut self.kept {
                kept.u1.append(&u1);
            }
            for (i, u1) in u1.iter().enumerate() {
                let b2 = R::from_word(read(component2, i, 1).into());
                self.pair.first[i] += weight * *u1;
                self.terms[i] -= weight * b2 * (*u1 + *u1);
            }
        }
        rest
    }

    /// My components: component 2 is my terms and the other's.
    fn finish(self, me: PartyIndex, theirs: &[u8]) -> Pair<SecretVec<R>> {
        let Self { mut pair, mut terms, .. } = self;
        if let Some(component2) = pair.component(me, 2) {
            for (term, element) in terms.iter_mut().zip(theirs.chunks_exact(R::BYTES)) {
                let mut other = R::ZERO;
                bytemuck::bytes_of_mut(&mut other).copy_from_slice(element);
                *term += other;
            }
            *component2 = terms;
        }
        pair
    }
}
