//! Between numbers and bits, by random bits that are both.
//!
//! *Random bits* (Damgård, Escudero, Frederiksen, Keller, Scholl and Volgushev, "New Primitives for Actively-Secure MPC over
//! Rings with Applications to Private Machine Learning", S&P 2019, ePrint 2019/599, section 5, here modulo 2^128). A random
//! odd `a = 2 r + 1` is squared and the square opened. For its root `c` that everybody computes, `a / c` is 1 or -1 modulo
//! 2^127, and nobody knows which; so `(a / c + 1) / 2 = r / c + (1 / c + 1) / 2` is a random bit modulo 2^126. Its shares
//! modulo 2 are shares of the same bit over GF(2^d). What was added to a square could make it no bit, whatever `a` was; that each
//! is its own square is checked modulo 2^64, with products, before any is used: that takes no 128 bits.
//!
//! *Bits to numbers*: a bit plus a random one is opened.
//!
//! *Numbers to bits*: a number less one of random bits is opened, masked above those bits by a number that nobody knows; its
//! bits and the random ones are two addends, whose sum modulo 2^width a circuit computes.

use std::num::Wrapping;

use quorate_circuits::number::Word;

use super::check::Statement;
use super::share::{Number, Share, lanes_of};
use super::told::disagreement;
use super::{NUMBER_BITS, SHAMIR_ADDENDS, SHAMIR_MASKED, SHAMIR_SHIFTED, Shamir};
use crate::correlation::SecretVec;
use crate::galois::{Elements, Lanes};
use crate::net::ChannelError;
use crate::protocol::Domain;
use crate::protocol::vector::Planes;

/// What squares are made of.
pub(super) type Square = Wrapping<u128>;

/// Random bits that are made at once.
pub(super) const PORTION: usize = 1 << 15;

/// Bits of a boolean element that count in a number; higher ones weigh nothing there.
pub(super) fn convertible(width: u32) -> usize {
    (width as usize).min(NUMBER_BITS)
}

/// The inverse of a root of a number that is 1 modulo 8, by Newton's iteration.
fn inverse_root(square: u128) -> u128 {
    let (mut inverse, square) = (Wrapping(1_u128), Wrapping(square));
    // The bits that are right: 3, 4, 6, 10, 18, 34, 66, 130.
    for _ in 0..7 {
        let error = Wrapping(3) - square * inverse * inverse;
        inverse *= error >> 1;
    }
    inverse.0
}

impl Shamir {
    /// Makes random bits.
    ///
    /// # Errors
    /// The channels'; squares that are none.
    pub(super) async fn make_bits(&mut self, count: usize) -> Result<(), ChannelError> {
        let ring = self.code.ring();
        let mut made: Vec<Elements<Number>> = Vec::new();
        for first in (0..count).step_by(PORTION) {
            let length = PORTION.min(count - first);
            let r = self.keys().random::<Square>(length);
            let mut a = r.times(&[Wrapping(2)]);
            a.plane_mut(0).iter_mut().for_each(|c| *c += Wrapping(1));
            let addends = self.addends_of(&a, &a);
            let squares = self.sum(addends).await?;
            if squares.iter().any(|square| square.0 % 8 != 1) {
                let me = self.session.network.me();
                return Err(disagreement(me, SHAMIR_ADDENDS, "what should be the square of an odd number"));
            }
            let roots: Vec<u128> = squares.iter().map(|square| inverse_root(square.0)).collect();
            let bits = r.map_planes(length, |plane, to| {
                to.extend(plane.iter().zip(&roots).map(|(r, root)| *r * Wrapping(*root)));
            });
            let mut words = SecretVec::<Number>::with_capacity(ring.degree() * length);
            for power in 0..ring.degree() {
                let low: Vec<Number> = bits.plane(power).iter().map(|c| Wrapping(c.0 as u64)).collect();
                words.append(&SecretVec::from(low));
            }
            let mut bits = Elements::from_words(ring, length, words);
            // The root is odd.
            let halves = roots.iter().map(|root| Wrapping((root >> 1) as u64) + Wrapping(1));
            bits.plane_mut(0).iter_mut().zip(halves).for_each(|(bit, half)| *bit += half);
            // Only bits are their own squares: one of a bit and what is one less is odd.
            let [x, y, z] = [bits.duplicate(), bits.duplicate(), bits.duplicate()];
            self.numbers.add(Statement { gates: length, terms: 1, x, y, z });
            made.push(bits);
            if self.numbers.is_full() {
                self.verify::<Number>().await?;
            }
        }
        self.verify::<Number>().await?;
        let left = self.random_bits.part(self.used_bits..self.random_bits.len());
        let mut all = vec![&left];
        all.extend(&made);
        (self.random_bits, self.used_bits) = (Elements::concatenate(ring, &all), 0);
        Ok(())
    }

    /// The next random bits.
    ///
    /// # Panics
    /// If there are fewer: they are to be prepared.
    fn take_bits(&mut self, count: usize) -> Elements<Number> {
        self.consumed.bits += count;
        let range = self.used_bits..self.used_bits + count;
        assert!(range.end <= self.random_bits.len(), "correlated randomness was prepared for all that is consumed");
        self.used_bits = range.end;
        let taken = self.random_bits.part(range.clone());
        let degree = self.code.ring().degree();
        (0..degree).for_each(|power| self.random_bits.plane_mut(power)[range.clone()].fill(Wrapping(0)));
        taken
    }

    /// Random bits as planes over GF(2^d): vectors of bit after bit.
    fn modulo_two(&self, bits: &Elements<Number>, width: usize, length: usize) -> Vec<Planes> {
        let step = length.div_ceil(64);
        let planes = (0..self.code.ring().degree()).map(|power| {
            let mut words = SecretVec::<u64>::zeros(width * step);
            for bit in 0..width {
                let numbers = &bits.plane(power)[bit * length..][..length];
                for (at, number) in numbers.iter().enumerate() {
                    words[bit * step + at / 64] |= (number.0 & 1) << (at % 64);
                }
            }
            Planes::from_words(width, length, words)
        });
        planes.collect()
    }

    /// Numbers as addends of so many bits, each: one that everybody knows, and one that nobody does.
    pub(super) async fn addends_of_numbers(
        &mut self,
        requests: &[(&Share, u32)],
    ) -> Result<Vec<Vec<Share>>, ChannelError> {
        let ring = self.code.ring();
        let (mut masked, mut theirs) = (Vec::new(), Vec::new());
        for (share, width) in requests {
            let (width, length) = (*width as usize, share.shape.length);
            assert!(width <= NUMBER_BITS, "numbers have {NUMBER_BITS} bits");
            let bits = self.take_bits(width * length);
            let mut number = share.elements().duplicate();
            for bit in 0..width {
                number.subtract(&bits.part(bit * length..(bit + 1) * length).times(&[Wrapping(1 << bit)]));
            }
            if width < NUMBER_BITS {
                let above = self.keys().random::<Number>(length);
                number.subtract(&above.times(&[Wrapping(1 << width)]));
            }
            masked.push(number);
            theirs.push(Share::boolean(width, length, self.modulo_two(&bits, width, length)));
        }
        let all = Elements::concatenate(ring, &masked.iter().collect::<Vec<_>>());
        let opened = self.open_to_all(SHAMIR_MASKED, &all).await?;
        let mut opened = opened.iter();
        let addends = requests.iter().zip(theirs).map(|((share, width), theirs)| {
            let kept = (1 << *width) - 1;
            let words: Vec<Word> =
                opened.by_ref().take(share.shape.length).map(|number| Word::from(number.0) & kept).collect();
            vec![Share::public(ring, Domain::Boolean { width: *width }, &words), theirs]
        });
        Ok(addends.collect())
    }

    /// Bits as numbers, all requests side by side.
    pub(super) async fn numbers_of_bits(&mut self, requests: &[(&Share, bool)]) -> Result<Vec<Share>, ChannelError> {
        let ring = self.code.ring();
        let (mut masked, mut randoms) = (Vec::new(), Vec::new());
        for (share, _) in requests {
            let (width, length) = (convertible(share.shape.width() as u32), share.shape.length);
            let bits = self.take_bits(width * length);
            let words = width * length.div_ceil(64);
            let mut sum = lanes_of(ring, share.planes()).part(0..words);
            let mask = self.modulo_two(&bits, width, length);
            sum.add(&lanes_of(ring, &mask));
            clear_spare(&mut sum, ring.degree(), length);
            masked.push(sum);
            randoms.push(bits);
        }
        let all = Elements::concatenate(ring, &masked.iter().collect::<Vec<_>>());
        let opened: Vec<Lanes> = self.open_to_all(SHAMIR_SHIFTED, &all).await?;
        let mut opened = opened.as_slice();
        let numbers = requests.iter().zip(&randoms).map(|((share, signed), bits)| {
            let (full, length) = (share.shape.width(), share.shape.length);
            let (width, step) = (convertible(full as u32), length.div_ceil(64));
            let (words, rest) = opened.split_at(width * step);
            opened = rest;
            let mut number = Elements::zeros(ring, length);
            for bit in 0..width {
                let weight = Wrapping(1_u64 << bit);
                let weight = if *signed && bit + 1 == full { Wrapping(0) - weight } else { weight };
                let known = |at: usize| words[bit * step + at / 64].0 >> (at % 64) & 1;
                // The bit is c + r - 2 c r.
                let factors: Vec<Number> =
                    (0..length).map(|at| weight * (Wrapping(1) - Wrapping(2 * known(at)))).collect();
                let random = bits.part(bit * length..(bit + 1) * length);
                if length > 0 {
                    number.add(&random.times(&factors));
                }
                number.plane_mut(0).iter_mut().enumerate().for_each(|(at, c)| *c += weight * Wrapping(known(at)));
            }
            Share::arithmetic(number)
        });
        Ok(numbers.collect())
    }
}

/// Makes bits beyond the last element of each plane zero: nobody need see them.
fn clear_spare(lanes: &mut Elements<Lanes>, degree: usize, length: usize) {
    let (step, used) = (length.div_ceil(64), length % 64);
    if used == 0 {
        return;
    }
    for power in 0..degree {
        lanes.plane_mut(power).chunks_exact_mut(step).for_each(|plane| plane[step - 1].0 &= (1 << used) - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn roots_are_found(half: u128) {
            let odd = half << 1 | 1;
            let inverse = inverse_root(odd.wrapping_mul(odd));
            let sign = odd.wrapping_mul(inverse) << 1;
            prop_assert!(sign == 2 || sign == u128::MAX - 1);
        }
    }
}
