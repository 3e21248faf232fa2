//! The extensions over which products are checked: `Z_{2^64}[W] / (W^48 + W^5 + W^3 + W^2 + 1)`, whose polynomials with
//! coefficients 0 and 1 are 2^48 challenges with differences that are units; and for bits GF(2^128).
//!
//! Elements are vectors of integers, or of bits, so that each is shared as these are, and challenges multiply shares power
//! by power of `X`.

use std::num::Wrapping;

use bytemuck::Pod;
use quorate_kernels::gf128;

use super::super::Shamir;
use super::Record;
use crate::crypto::{Block, Prg};
use crate::galois::{Coefficient, Lanes};

/// The degree for integers.
const DEGREE: usize = 48;
/// The powers of `W` below the highest.
const POWERS: [usize; 4] = [0, 2, 3, 5];

/// What can be checked.
pub(in crate::protocol::shamir) trait Checked: Coefficient {
    /// An element of the extension. Not secret, or its holder wipes it.
    type Large: Pod + AsRef<[Self]> + AsMut<[Self]>;
    /// Words of an element.
    const SIZE: usize;
    /// Words that meet one weight.
    const UNIT: usize;
    /// Products in these.
    const LANES: usize;
    /// Rows are folded in so many steps at most.
    const MOST_VARIABLES: usize;
    /// Words of left factors after which a check is due.
    const CHUNK: usize;

    /// What is to be checked of these.
    fn record(shamir: &mut Shamir) -> &mut Record<Self>;
    /// A uniform challenge.
    fn challenge(stream: &mut Prg) -> Self::Large;
    /// One.
    fn one() -> Self::Large;
    /// The product with a public element, in a time that depends on it.
    fn product(public: &Self::Large, other: &Self::Large) -> Self::Large;
    /// The inner product.
    fn inner_product(left: &[Self::Large], right: &[Self::Large]) -> Self::Large;
    /// Adds a unit times a weight that is a challenge: an integer; 128 bits as an element.
    fn add_unit(sum: &mut Self::Large, weight: &Self::Large, unit: &[Self]);
    /// Adds a public factor times each product of a unit to a sum of its own.
    fn add_lanes(sums: &mut [Self::Large], factor: &Self::Large, unit: &[Self]);
    /// What each product of a unit counts, if the unit counts this.
    fn lane_weights(weight: &Self::Large) -> Vec<Self::Large>;
}

/// From a product of polynomials to its rest.
fn rest(product: &mut [Wrapping<u64>; 2 * DEGREE - 1]) -> [Wrapping<u64>; DEGREE] {
    for high in (DEGREE..2 * DEGREE - 1).rev() {
        let top = std::mem::take(&mut product[high]);
        POWERS.iter().for_each(|power| product[high - DEGREE + power] -= top);
    }
    std::array::from_fn(|power| product[power])
}

impl Checked for Wrapping<u64> {
    type Large = [Self; DEGREE];
    const SIZE: usize = DEGREE;
    const UNIT: usize = 1;
    const LANES: usize = 1;
    const MOST_VARIABLES: usize = 5;
    const CHUNK: usize = 1 << 17;

    fn record(shamir: &mut Shamir) -> &mut Record<Self> {
        &mut shamir.numbers
    }

    fn challenge(stream: &mut Prg) -> Self::Large {
        let bits = u64::from_le_bytes(stream.bytes());
        std::array::from_fn(|power| Self(bits >> power & 1))
    }

    fn one() -> Self::Large {
        std::array::from_fn(|power| Self(u64::from(power == 0)))
    }

    fn product(public: &Self::Large, other: &Self::Large) -> Self::Large {
        let mut product = [Self(0); 2 * DEGREE - 1];
        for (power, factor) in public.iter().enumerate().filter(|(_, factor)| factor.0 != 0) {
            let sums = product[power..].iter_mut().zip(other);
            if factor.0 == 1 {
                sums.for_each(|(sum, c)| *sum += *c);
            } else {
                sums.for_each(|(sum, c)| *sum += *factor * *c);
            }
        }
        rest(&mut product)
    }

    fn inner_product(left: &[Self::Large], right: &[Self::Large]) -> Self::Large {
        let mut sum = [Self(0); 2 * DEGREE - 1];
        for (left, right) in left.iter().zip(right) {
            for (power, factor) in left.iter().enumerate() {
                sum[power..].iter_mut().zip(right).for_each(|(sum, c)| *sum += *factor * *c);
            }
        }
        rest(&mut sum)
    }

    /// The weight is 0 or 1 in every place, so that nothing is multiplied.
    fn add_unit(sum: &mut Self::Large, weight: &Self::Large, unit: &[Self]) {
        for (sum, weight) in sum.iter_mut().zip(weight) {
            *sum += unit[0] & (Self(0) - *weight);
        }
    }

    fn add_lanes(sums: &mut [Self::Large], factor: &Self::Large, unit: &[Self]) {
        sums[0].iter_mut().zip(factor).for_each(|(sum, factor)| *sum += *factor * unit[0]);
    }

    fn lane_weights(weight: &Self::Large) -> Vec<Self::Large> {
        vec![*weight]
    }
}

fn block(words: &[Lanes]) -> Block {
    let word = |at: usize| words.get(at).map_or(0, |word| u128::from(word.0));
    Block::new(word(0) | word(1) << 64)
}

fn lanes(block: Block) -> [Lanes; 2] {
    [Lanes(block.to_u128() as u64), Lanes((block.to_u128() >> 64) as u64)]
}

impl Checked for Lanes {
    type Large = [Self; 2];
    const SIZE: usize = 2;
    const UNIT: usize = 2;
    const LANES: usize = 128;
    const MOST_VARIABLES: usize = 6;
    const CHUNK: usize = 1 << 15;

    fn record(shamir: &mut Shamir) -> &mut Record<Self> {
        &mut shamir.bits
    }

    fn challenge(stream: &mut Prg) -> [Self; 2] {
        lanes(stream.block())
    }

    fn one() -> [Self; 2] {
        [Self(1), Self(0)]
    }

    fn product(public: &[Self; 2], other: &[Self; 2]) -> [Self; 2] {
        lanes(gf128::multiply(block(public), block(other)))
    }

    fn inner_product(left: &[[Self; 2]], right: &[[Self; 2]]) -> [Self; 2] {
        let products = left.iter().zip(right).map(|(left, right)| gf128::multiply(block(left), block(right)));
        lanes(products.fold(Block::ZERO, |sum, product| sum ^ product))
    }

    fn add_unit(sum: &mut [Self; 2], weight: &[Self; 2], unit: &[Self]) {
        let product = lanes(gf128::multiply(block(weight), block(unit)));
        sum.iter_mut().zip(product).for_each(|(sum, word)| *sum += word);
    }

    fn add_lanes(sums: &mut [[Self; 2]], factor: &[Self; 2], unit: &[Self]) {
        let (bits, factor) = (block(unit).to_u128(), [factor[0].0, factor[1].0]);
        for (lane, sum) in sums.iter_mut().enumerate() {
            let mask = (bits >> lane & 1) as u64;
            sum[0].0 ^= factor[0] & mask.wrapping_neg();
            sum[1].0 ^= factor[1] & mask.wrapping_neg();
        }
    }

    fn lane_weights(weight: &[Self; 2]) -> Vec<[Self; 2]> {
        // Multiplied by W each time, modulo W^128 + W^7 + W^2 + W + 1.
        let doubled = |element: &Block| {
            let bits = element.to_u128();
            Some(Block::new(bits << 1 ^ (0x87 & (bits >> 127).wrapping_neg())))
        };
        std::iter::successors(Some(block(weight)), doubled).take(128).map(lanes).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Rabin's test: `W^(2^48)` is `W` modulo 2, and `W^(2^m) - W` is prime to the modulus for 48 divided by each of its
    /// primes.
    #[test]
    fn the_modulus_is_irreducible_modulo_two() {
        const MODULUS: u128 = 1 << 48 | 0b10_1101;
        let rest = |mut a: u128| {
            while a >> 48 != 0 {
                a ^= MODULUS << (127 - a.leading_zeros() - 48);
            }
            a
        };
        let square = |a: u128| rest((0..48).fold(0, |sum, bit| sum | (a >> bit & 1) << (2 * bit)));
        let power = |squarings: usize| (0..squarings).fold(2, |a, _| square(a));
        assert_eq!(power(48), 2);
        for exponent in [24, 16] {
            let (mut a, mut b) = (MODULUS, power(exponent) ^ 2);
            while b != 0 {
                while a != 0 && a.leading_zeros() <= b.leading_zeros() {
                    a ^= b << (b.leading_zeros() - a.leading_zeros());
                }
                (a, b) = (b, a);
            }
            assert_eq!(a, 1);
        }
    }

    fn of(seed: u128) -> [Wrapping<u64>; DEGREE] {
        let mut words = [0; DEGREE];
        Prg::new(Block::new(seed)).fill_u64(&mut words);
        words.map(Wrapping)
    }

    fn sum(a: [Wrapping<u64>; DEGREE], b: [Wrapping<u64>; DEGREE]) -> [Wrapping<u64>; DEGREE] {
        std::array::from_fn(|i| a[i] + b[i])
    }

    fn product(a: &[Wrapping<u64>; DEGREE], b: &[Wrapping<u64>; DEGREE]) -> [Wrapping<u64>; DEGREE] {
        Wrapping::product(a, b)
    }

    proptest! {
        #[test]
        fn products_are_those_of_a_commutative_ring(a: u128, b: u128, c: u128) {
            let (a, b, c) = (of(a), of(b), of(c));
            prop_assert_eq!(product(&a, &b), product(&b, &a));
            prop_assert_eq!(product(&a, &product(&b, &c)), product(&product(&a, &b), &c));
            prop_assert_eq!(product(&a, &sum(b, c)), sum(product(&a, &b), product(&a, &c)));
            prop_assert_eq!(product(&Wrapping::one(), &a), a);
            prop_assert_eq!(Wrapping::inner_product(&[a, b], &[b, c]), sum(product(&a, &b), product(&b, &c)));
        }

        /// 128 products at once are each by itself.
        #[test]
        fn lanes_add_up_to_units(weight: u128, factor: u128, unit: u128) {
            let (weight, factor, unit) = (lanes(Block::new(weight)), lanes(Block::new(factor)), lanes(Block::new(unit)));
            let mut sums = vec![[Lanes(0); 2]; 128];
            Lanes::add_lanes(&mut sums, &factor, &unit);
            let weights = Lanes::lane_weights(&weight);
            let mut due = [Lanes(0); 2];
            Lanes::add_unit(&mut due, &weight, &unit);
            prop_assert_eq!(Lanes::inner_product(&sums, &weights), Lanes::product(&factor, &due));
        }
    }
}
