//! Bits that one verified party knows, to the ring: it shares the numbers anew, and proves that they are the bits'.
//!
//! Of bits that party `p` shared, component `p + 2` is zero, so that a bit is `b_p + b_{p+1} - 2 b_p b_{p+1}`. What `p` has to
//! prove of an element, with `w` for a bit's weight, is the equation
//!
//! ```text
//! the sum of (2 w b_p) b_{p+1} = (the sum of w b_p, less x_p) + (the sum of w b_{p+1}, less x_{p+1})
//! ```
//!
//! | for an element | bytes | depth |
//! |---|---|---|
//! | the owner to the party after | 8 | 1 |

use std::ops::Range;

use super::convert::{convertible_width, weight};
use super::proof::Equations;
use super::recorded::words;
use super::share::{Pair, Share};
use super::{PARTIES, Replicated, next, previous};
use crate::correlation::{RingElement, SecretVec, elements_of};
use crate::net::PartyIndex;
use crate::protocol::Holder;
use crate::protocol::vector::{Planes, read};

/// A vector of its owner's on its way into the ring.
pub(super) struct OwnBits<'a, R: RingElement> {
    owner: PartyIndex,
    pub(super) share: &'a Share<R>,
    signed: bool,
    pair: Pair<SecretVec<R>>,
}

impl<R: RingElement> Replicated<R> {
    /// The owner shares its numbers.
    pub(super) fn share_own_bits<'a>(
        &mut self,
        owner: PartyIndex,
        (share, signed): &(&'a Share<R>, bool),
        outgoing: &mut [Vec<u8>; PARTIES],
    ) -> OwnBits<'a, R> {
        let length = share.shape.length;
        let mut own =
            OwnBits { owner, share, signed: *signed, pair: Pair::new(SecretVec::default(), SecretVec::default()) };
        let values = if owner == self.me() {
            let Pair { first, second } = share.planes();
            let bit = |bit: usize, i: usize| {
                let (a, b) = (own.bit(first, bit, i), own.bit(second, bit, i));
                a + b - (a + a) * b
            };
            (0..length).map(|i| own.sum(|of| bit(of, i))).collect::<Vec<_>>().into()
        } else {
            SecretVec::default()
        };
        own.pair = self.share_elements(owner, length, values, outgoing);
        own
    }
}

impl<R: RingElement> OwnBits<'_, R> {
    fn width(&self) -> usize {
        convertible_width(self.share.shape, R::BITS)
    }

    fn weight(&self, bit: usize) -> R {
        weight(self.share.shape.width(), self.signed, bit)
    }

    fn bit(&self, planes: &Planes, bit: usize, element: usize) -> R {
        R::from_word(read(planes.plane(bit), element, 1).into())
    }

    /// What bits of an element count.
    fn sum(&self, of_bit: impl Fn(usize) -> R) -> R {
        (0..self.width()).fold(R::ZERO, |sum, bit| sum + self.weight(bit) * of_bit(bit))
    }

    /// The party after the owner: its component from a message. Answers the rest of it.
    pub(super) fn take<'b>(&mut self, me: PartyIndex, message: &'b [u8]) -> &'b [u8] {
        if self.owner != previous(me) {
            return message;
        }
        let (mine, rest) = message.split_at(self.share.shape.length * R::BYTES);
        self.pair.first = elements_of::<R>(mine).into();
        rest
    }

    /// Records my part in the owner's proof for some elements.
    pub(super) fn record(&self, me: PartyIndex, equations: &mut Equations, elements: Range<usize>) {
        let (width, Pair { first, second }) = (self.width(), self.share.planes());
        let factors = |planes: &Planes, weighed: bool| -> SecretVec<R> {
            let factor = |bit: usize| if weighed { self.weight(bit) + self.weight(bit) } else { R::ONE };
            let of = |i: usize| (0..width).map(move |bit| factor(bit) * self.bit(planes, bit, i));
            elements.clone().flat_map(of).collect::<Vec<_>>().into()
        };
        let known = |planes: &Planes, numbers: &SecretVec<R>| -> SecretVec<R> {
            let of = |i: usize| self.sum(|bit| self.bit(planes, bit, i)) - numbers[i];
            elements.clone().map(of).collect::<Vec<_>>().into()
        };
        if self.owner == me {
            let known = known(second, &self.pair.second);
            equations.mine.add(width, words(&factors(first, true)), words(&factors(second, false)), words(&known));
        } else if self.owner == next(me) {
            let known = known(second, &self.pair.second);
            equations.of_next.add(width, words(&factors(second, true)), &[], words(&known));
        } else {
            let known = known(first, &self.pair.first);
            equations.of_previous.add(width, &[], words(&factors(first, false)), words(&known));
        }
    }

    /// My share of the numbers.
    pub(super) fn finish(self) -> Share<R> {
        Share::arithmetic(self.share.shape.length, Holder::Party(self.owner), self.pair)
    }
}
