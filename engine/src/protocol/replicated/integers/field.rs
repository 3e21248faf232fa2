//! The integers modulo the prime `2^255 - 19`, in which equations of integers are proven: they are too small to wrap there.

use std::ops::{Add, AddAssign, Mul, Sub};

use bytemuck::{Pod, Zeroable};

use crate::crypto::Prg;

const LIMBS: usize = 4;
/// `2^256` modulo the prime.
const FOLD: u64 = 38;

/// An element, by any of its representatives below `2^256`.
#[derive(Clone, Copy, Default, Pod, Zeroable)]
#[repr(transparent)]
pub(super) struct Field([u64; LIMBS]);

/// A sum of products that were not yet reduced: at most `2^50` of them.
#[derive(Clone, Copy, Default)]
struct Unreduced {
    words: [u64; 2 * LIMBS],
    /// What counts `2^512`.
    top: u64,
}

/// What something counts in a sum: below `2^127`, so that its products are short. Not secret.
#[derive(Clone, Copy, Default, Pod, Zeroable)]
#[repr(transparent)]
pub(super) struct Weight(u128);

impl Weight {
    /// Bits of a point that is drawn.
    pub(super) const POINT_BITS: u32 = 127;
    /// Bits of a weight that is drawn: a hundred of them can be added up.
    pub(super) const SUMMAND_BITS: u32 = 120;

    /// So many uniform weights of so many bits.
    pub(super) fn draw(stream: &mut Prg, bits: u32, count: usize) -> Vec<Self> {
        (0..count).map(|_| Self(u128::from_le_bytes(stream.bytes()) >> (u128::BITS - bits))).collect()
    }

    pub(super) fn bits(self) -> u128 {
        self.0
    }

    fn words(self) -> [u64; 2] {
        [self.0 as u64, (self.0 >> 64) as u64]
    }

    pub(super) fn element(self) -> Field {
        Field([self.0 as u64, (self.0 >> 64) as u64, 0, 0])
    }
}

impl Add for Weight {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

/// The words of the sum, and what it carries.
#[inline(always)]
fn added<const N: usize>(mut a: [u64; N], b: &[u64; N]) -> ([u64; N], u64) {
    let mut carry = 0;
    for (a, b) in a.iter_mut().zip(b) {
        let sum = u128::from(*a) + u128::from(*b) + u128::from(carry);
        (*a, carry) = (sum as u64, (sum >> 64) as u64);
    }
    (a, carry)
}

/// The words of a product: `N + M` of them, eight at most.
#[inline(always)]
fn multiplied<const N: usize, const M: usize>(a: &[u64; N], b: &[u64; M]) -> [u64; 2 * LIMBS] {
    let mut product = [0; 2 * LIMBS];
    for i in 0..N {
        let mut carry = 0;
        for j in 0..M {
            let sum = u128::from(a[i]) * u128::from(b[j]) + u128::from(product[i + j]) + u128::from(carry);
            (product[i + j], carry) = (sum as u64, (sum >> 64) as u64);
        }
        product[i + M] = carry;
    }
    product
}

/// An element of eight words.
#[inline(always)]
fn reduced([a, b, c, d, high @ ..]: [u64; 2 * LIMBS]) -> Field {
    let mut limbs = [a, b, c, d];
    let mut carry = 0;
    for (limb, high) in limbs.iter_mut().zip(high) {
        let sum = u128::from(high) * u128::from(FOLD) + u128::from(*limb) + u128::from(carry);
        (*limb, carry) = (sum as u64, (sum >> 64) as u64);
    }
    Field::carried(limbs, carry)
}

impl Field {
    /// Bytes on the wire.
    pub(super) const BYTES: usize = 8 * LIMBS;
    pub(super) const ZERO: Self = Self([0; LIMBS]);
    pub(super) const ONE: Self = Self([1, 0, 0, 0]);

    /// `2^power`.
    pub(super) const fn power_of_two(power: usize) -> Self {
        let mut limbs = [0; LIMBS];
        limbs[power / 64] = 1 << (power % 64);
        Self(limbs)
    }

    pub(super) fn of_integer(integer: i128) -> Self {
        let wide = |bits: u128, high: u64| Self([bits as u64, (bits >> 64) as u64, high, high]);
        // A negative one is 2^256 too much if its sign is extended.
        let sign = (integer >> 127) as u64;
        wide(integer as u128, sign) - Self([FOLD & sign, 0, 0, 0])
    }

    /// The next element of a stream: 32 bytes.
    pub(super) fn drawn(stream: &mut Prg) -> Self {
        Self(bytemuck::cast(stream.bytes::<{ Self::BYTES }>()))
    }

    /// So many.
    pub(super) fn draw(stream: &mut Prg, count: usize) -> Vec<Self> {
        (0..count).map(|_| Self::drawn(stream)).collect()
    }

    /// An element out of the `2^bits` next to `2^bits`.
    pub(super) fn drawn_of_bits(stream: &mut Prg, bits: usize) -> Self {
        let mut limbs = Self::drawn(stream).0;
        limbs[bits / 64] &= (1 << (bits % 64)) - 1;
        limbs[bits / 64] |= 1 << (bits % 64);
        limbs[bits / 64 + 1..].fill(0);
        Self(limbs)
    }

    /// The limbs and `high 2^256`, less than `2^320` in all.
    #[inline(always)]
    fn carried(limbs: [u64; LIMBS], high: u64) -> Self {
        let folded = u128::from(high) * u128::from(FOLD);
        let (limbs, carry) = added(limbs, &[folded as u64, (folded >> 64) as u64, 0, 0]);
        // After a carry next to nothing is left.
        Self(added(limbs, &[carry * FOLD, 0, 0, 0]).0)
    }

    /// The representative below the prime.
    pub(super) fn canonical(self) -> Self {
        const LOW: u64 = u64::MAX >> 1;
        let mut limbs = self.0;
        let top = limbs[3] >> 63;
        limbs[3] &= LOW;
        let (limbs, _) = added(limbs, &[19 * top, 0, 0, 0]);
        let (mut less, _) = added(limbs, &[19, 0, 0, 0]);
        let is_greater = (less[3] >> 63).wrapping_neg();
        less[3] &= LOW;
        Self(std::array::from_fn(|i| (limbs[i] & !is_greater) | (less[i] & is_greater)))
    }

    /// Whether it is an integer below `2^bits`. Of what may be known.
    pub(super) fn is_below(self, bits: usize) -> bool {
        let limbs = self.canonical().0;
        limbs[bits / 64] >> (bits % 64) == 0 && limbs[bits / 64 + 1..].iter().all(|limb| *limb == 0)
    }

    /// Whether two are the same. Of what may be known.
    pub(super) fn equals(self, other: Self) -> bool {
        self.canonical().0 == other.canonical().0
    }

    /// One over this. Of what may be known.
    pub(super) fn inverse(self) -> Self {
        // The power p - 2 = 2^255 - 21, whose bits are all ones but for those of 20.
        let is_set = |bit: usize| bit >= 5 || 20 >> bit & 1 == 0;
        (0..255).rev().fold(Self::ONE, |power, bit| {
            let square = power * power;
            if is_set(bit) { square * self } else { square }
        })
    }

    /// Each word times its weight, as far as there are words.
    pub(super) fn weighted_sum(words: &[u64], weights: &[Weight]) -> Self {
        let mut sums = [0_u128; 3];
        for (word, weight) in words.iter().zip(weights) {
            let low = u128::from(*word) * u128::from(weight.0 as u64);
            let high = u128::from(*word) * (weight.0 >> 64);
            sums[0] += u128::from(low as u64);
            sums[1] += (low >> 64) + u128::from(high as u64);
            sums[2] += high >> 64;
        }
        let [low, middle, high] = sums.map(|sum| Self([sum as u64, (sum >> 64) as u64, 0, 0]));
        low + middle * Self::power_of_two(64) + high * Self::power_of_two(128)
    }

    /// This and a product.
    #[inline(always)]
    pub(super) fn plus_product(self, a: Self, weight: Weight) -> Self {
        let product = multiplied(&a.0, &weight.words());
        let [a, b, c, d] = self.0;
        // Far below 2^512.
        reduced(added(product, &[a, b, c, d, 0, 0, 0, 0]).0)
    }

    pub(super) fn inner_product(a: &[Self], b: &[Self]) -> Self {
        let mut sum = Unreduced::default();
        a.iter().zip(b).for_each(|(a, b)| sum.add_product(*a, *b));
        sum.reduce()
    }
}

impl Add for Field {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let (limbs, carry) = added(self.0, &other.0);
        Self::carried(limbs, carry)
    }
}

impl AddAssign for Field {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Field {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        fn less(mut a: [u64; LIMBS], b: &[u64; LIMBS]) -> ([u64; LIMBS], u64) {
            let mut borrow = false;
            for (a, b) in a.iter_mut().zip(b) {
                let (difference, first) = a.overflowing_sub(*b);
                let (difference, second) = difference.overflowing_sub(borrow.into());
                (*a, borrow) = (difference, first | second);
            }
            (a, borrow.into())
        }
        let (limbs, borrow) = less(self.0, &other.0);
        let (limbs, borrow) = less(limbs, &[FOLD * borrow, 0, 0, 0]);
        Self(less(limbs, &[FOLD * borrow, 0, 0, 0]).0)
    }
}

impl Mul for Field {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        reduced(multiplied(&self.0, &other.0))
    }
}

impl Mul<Weight> for Field {
    type Output = Self;
    fn mul(self, weight: Weight) -> Self {
        reduced(multiplied(&self.0, &weight.words()))
    }
}

impl Unreduced {
    /// Adds a product.
    #[inline(always)]
    fn add_product(&mut self, a: Field, b: Field) {
        let (words, carry) = added(self.words, &multiplied(&a.0, &b.0));
        (self.words, self.top) = (words, self.top + carry);
    }

    fn reduce(self) -> Field {
        // 2^512 is 38^2.
        reduced(self.words) + Field([self.top * FOLD * FOLD, 0, 0, 0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Bit by bit, with additions alone.
    fn product(a: Field, b: Field) -> Field {
        let b = b.canonical().0;
        (0..256).rev().fold(Field::ZERO, |sum, bit| {
            let doubled = sum + sum;
            if b[bit / 64] >> (bit % 64) & 1 == 1 { doubled + a } else { doubled }
        })
    }

    fn limbs() -> impl Strategy<Value = [u64; LIMBS]> {
        let limb = prop_oneof![Just(0), Just(u64::MAX), Just(u64::MAX - 18), Just(u64::MAX >> 1), any::<u64>()];
        [limb.clone(), limb.clone(), limb.clone(), limb]
    }

    proptest! {
        #[test]
        fn it_is_a_ring(a in limbs(), b in limbs(), c in limbs(), d in limbs()) {
            let [a, b, c, d] = [a, b, c, d].map(Field);
            prop_assert!((a * b).equals(product(a, b)));
            prop_assert!(((a + b) - b).equals(a));
            prop_assert!((a - b + b).equals(a));
            prop_assert!((a * (b + c)).equals(a * b + a * c));
            prop_assert!(Field::inner_product(&[a, b], &[c, d]).equals(a * c + b * d));
            let weight = Weight(u128::from(c.0[0]) << 63 | u128::from(c.0[1] >> 1));
            let words = [a.0[0], b.0[0], c.0[0], d.0[0]];
            let weights = [weight; 5];
            let sum = words.iter().fold(Field::ZERO, |sum, word| sum + Field::of_integer((*word).into()));
            prop_assert!(Field::weighted_sum(&words, &weights).equals(sum * weight.element()));
            prop_assert!(a.equals(Field::ZERO) || (a * a.inverse()).equals(Field::ONE));
            prop_assert!(b.plus_product(a, weight).equals(b + a * weight.element()));
            prop_assert!((a * weight).equals(a * weight.element()));
        }

        #[test]
        fn integers_are_what_they_are(a: i128, b: i64, c: i64) {
            prop_assert!((Field::of_integer(a) + Field::of_integer(a.wrapping_neg())).equals(Field::ZERO) || a == i128::MIN);
            let product = i128::from(b) * i128::from(c);
            prop_assert!((Field::of_integer(b.into()) * Field::of_integer(c.into())).equals(Field::of_integer(product)));
            prop_assert_eq!(Field::of_integer(a).is_below(127), a >= 0);
        }
    }

    #[test]
    fn the_prime_is_zero() {
        let prime = Field([u64::MAX - 18, u64::MAX, u64::MAX, u64::MAX >> 1]);
        assert!(prime.equals(Field::ZERO) && (prime + prime).equals(Field::ZERO));
        assert!(Field([u64::MAX; 4]).equals(Field::of_integer(37)));
        assert!(Field::power_of_two(255).equals(Field::of_integer(19)));
        let mut stream = Prg::new(crate::crypto::Block::new(1));
        let drawn = Field::drawn_of_bits(&mut stream, 186);
        assert!(drawn.is_below(187) && !drawn.is_below(186));
    }
}
