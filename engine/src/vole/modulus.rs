//! Sums of products modulo a curve's order, reduced once at the end.
//!
//! Pads, corrections and check are thousands of products of which only sums matter. Here they are integers below 2^256
//! in limbs, multiplied and added without reduction; single scalars are the curve crates' business. Constant time: no
//! branch and no index depends on a value, but for whether a peer's encoding is canonical.

use std::marker::PhantomData;

use ff::{Field, FromUniformBytes};
use quorate_circuits::curve::{Curve, CurveName, SCALAR_BYTES};
use subtle::Choice;
use zeroize::Zeroize;

use crate::crypto::Block;

/// An integer below 2^256, least significant limb first.
pub(super) type Limbs = [u64; 4];

/// The order `q` of a curve's group.
pub(super) struct Modulus<C> {
    order: Limbs,
    /// `4 q`, `2 q`, `q`.
    multiples: [[u64; 5]; 3],
    curve: PhantomData<C>,
}

/// The integer of two blocks.
#[inline]
pub(super) fn limbs([low, high]: &[Block; 2]) -> Limbs {
    let (low, high) = (low.to_u128(), high.to_u128());
    [low as u64, (low >> 64) as u64, high as u64, (high >> 64) as u64]
}

/// The integer as two blocks.
#[inline]
pub(super) fn blocks([a, b, c, d]: Limbs) -> [Block; 2] {
    [Block::new(u128::from(b) << 64 | u128::from(a)), Block::new(u128::from(d) << 64 | u128::from(c))]
}

/// The integer if the bit is set, else zero.
#[inline]
pub(super) fn select([a, b, c, d]: &Limbs, bit: Choice) -> Limbs {
    let mask = u64::from(bit.unwrap_u8()).wrapping_neg();
    [a & mask, b & mask, c & mask, d & mask]
}

impl<C: Curve> Modulus<C> {
    pub(super) fn new() -> Self {
        let mut order = read::<C>(&C::encode_scalar(&-C::Scalar::ONE));
        // The order is odd: its last bit is what was taken off.
        order[0] += 1;
        let multiple = |shift: u32| {
            let low = |i: usize| if i == 0 || shift == 0 { 0 } else { order[i - 1] >> (64 - shift) };
            std::array::from_fn(|i| order.get(i).map_or(0, |limb| limb << shift) | low(i))
        };
        Self { order, multiples: [multiple(2), multiple(1), multiple(0)], curve: PhantomData }
    }

    /// The scalar of an encoding, if it is below the order.
    pub(super) fn decode(&self, bytes: &[u8; SCALAR_BYTES]) -> Option<Limbs> {
        let limbs = read::<C>(bytes);
        let mut borrow = false;
        for (limb, order) in limbs.iter().zip(&self.order) {
            (_, borrow) = subtract(*limb, *order, borrow);
        }
        borrow.then_some(limbs)
    }

    /// The encoding of `zero - one + input`; `input` is below the order.
    pub(super) fn correction(&self, zero: &Limbs, one: &Limbs, input: &Limbs) -> [u8; SCALAR_BYTES] {
        // At least zero and below 5 q, because `one` is below 2 q on every curve: reduced pads are below q, and others
        // are taken only where q is above 2^255.
        let mut value = self.multiples[1];
        let (mut carry, mut borrow) = (0, false);
        for i in 0..4 {
            let sum = u128::from(value[i]) + u128::from(zero[i]) + u128::from(input[i]) + carry;
            (value[i], borrow) = subtract(sum as u64, one[i], borrow);
            carry = sum >> 64;
        }
        value[4] = (value[4] + carry as u64).wrapping_sub(u64::from(borrow));
        for multiple in &self.multiples {
            value = less_if_not_below(&value, multiple);
        }
        let [a, b, c, d, _] = value;
        write::<C>(&[a, b, c, d])
    }

    /// The order less `scalar`, which is below it.
    pub(super) fn negative(&self, scalar: &Limbs) -> Limbs {
        let (mut negative, mut borrow) = ([0; 4], false);
        for i in 0..4 {
            (negative[i], borrow) = subtract(self.order[i], scalar[i], borrow);
        }
        negative
    }

    /// A number congruent to the sum; `scalar` is below the order.
    pub(super) fn add(&self, any: &Limbs, scalar: &Limbs) -> Limbs {
        let (mut sum, mut carry) = ([0; 4], 0);
        for i in 0..4 {
            let wide = u128::from(any[i]) + u128::from(scalar[i]) + carry;
            sum[i] = wide as u64;
            carry = wide >> 64;
        }
        // From 2^256 on the order is taken off, which leaves less than that.
        let over = (carry as u64).wrapping_neg();
        let mut borrow = false;
        for (sum, order) in sum.iter_mut().zip(&self.order) {
            (*sum, borrow) = subtract(*sum, order & over, borrow);
        }
        sum
    }
}

/// `value - multiple`, unless that is negative.
#[inline]
fn less_if_not_below(value: &[u64; 5], multiple: &[u64; 5]) -> [u64; 5] {
    let (mut less, mut borrow) = ([0; 5], false);
    for i in 0..5 {
        (less[i], borrow) = subtract(value[i], multiple[i], borrow);
    }
    let below = u64::from(borrow).wrapping_neg();
    for i in 0..5 {
        less[i] ^= below & (less[i] ^ value[i]);
    }
    less
}

/// `a - b - borrow` modulo 2^64, and whether it was negative.
#[inline]
fn subtract(a: u64, b: u64, borrow: bool) -> (u64, bool) {
    let (less, first) = a.overflowing_sub(b);
    let (less, second) = less.overflowing_sub(u64::from(borrow));
    (less, first | second)
}

/// The integer of a scalar's encoding, which may be any 32 bytes.
pub(super) fn read<C: Curve>(bytes: &[u8; SCALAR_BYTES]) -> Limbs {
    let words = bytes.as_chunks::<8>().0;
    match C::NAME {
        CurveName::Secp256k1 | CurveName::P256 => std::array::from_fn(|i| u64::from_be_bytes(words[3 - i])),
        CurveName::Ed25519 => std::array::from_fn(|i| u64::from_le_bytes(words[i])),
    }
}

/// The encoding of an integer below the order.
fn write<C: Curve>(limbs: &Limbs) -> [u8; SCALAR_BYTES] {
    let mut bytes = [0; SCALAR_BYTES];
    for (i, word) in bytes.as_chunks_mut::<8>().0.iter_mut().enumerate() {
        *word = match C::NAME {
            CurveName::Secp256k1 | CurveName::P256 => limbs[3 - i].to_be_bytes(),
            CurveName::Ed25519 => limbs[i].to_le_bytes(),
        };
    }
    bytes
}

/// A sum of at most 2^60 products.
#[derive(Clone, Default, Zeroize)]
pub(super) struct Sum([u64; 9]);

impl Sum {
    /// Adds a product.
    #[inline]
    pub(super) fn add_product(&mut self, a: &Limbs, b: &Limbs) {
        let mut product = [0; 8];
        for (i, a) in a.iter().enumerate() {
            let mut carry = 0;
            for (j, b) in b.iter().enumerate() {
                let wide = u128::from(*a) * u128::from(*b) + u128::from(product[i + j]) + u128::from(carry);
                product[i + j] = wide as u64;
                carry = (wide >> 64) as u64;
            }
            product[i + 4] = carry;
        }
        self.add(&product);
    }

    /// Adds an integer.
    #[inline]
    pub(super) fn add<const N: usize>(&mut self, addend: &[u64; N]) {
        let mut carry = false;
        for (i, limb) in self.0.iter_mut().enumerate() {
            let (sum, first) = limb.overflowing_add(addend.get(i).copied().unwrap_or(0));
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            (*limb, carry) = (sum, first | second);
        }
    }

    /// The sum modulo the order, if it is known to be below 2^512.
    pub(super) fn reduce_below_2_512<C: Curve>(&self) -> C::Scalar {
        let mut bytes = [0; 64];
        for (i, word) in bytes.as_chunks_mut::<8>().0.iter_mut().enumerate() {
            // As the curve's encoding orders them.
            *word = match C::NAME {
                CurveName::Secp256k1 | CurveName::P256 => self.0[7 - i].to_be_bytes(),
                CurveName::Ed25519 => self.0[i].to_le_bytes(),
            };
        }
        C::Scalar::from_uniform_bytes(&bytes)
    }

    /// The sum modulo the order.
    pub(super) fn reduce<C: Curve>(&self) -> C::Scalar {
        let two_512 = C::Scalar::from_uniform_bytes(&[0xff; 64]) + C::Scalar::ONE;
        self.reduce_below_2_512::<C>() + two_512 * C::Scalar::from(self.0[8])
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use quorate_circuits::curve::{Ed25519, P256, Secp256k1};

    use super::*;

    /// The scalar congruent to an integer.
    fn scalar<C: Curve>(limbs: &Limbs) -> C::Scalar {
        let mut sum = Sum::default();
        sum.add(limbs);
        sum.reduce::<C>()
    }

    fn agrees_with_the_curve<C: Curve>(integers: &[Limbs; 3], products: &[(Limbs, Limbs)]) {
        let modulus = Modulus::<C>::new();
        let [a, b, _] = integers;
        let [a_scalar, b_scalar, c_scalar] = integers.each_ref().map(scalar::<C>);
        assert_eq!(blocks(*a).map(Block::to_u128), [0, 2].map(|i| u128::from(a[i]) | u128::from(a[i + 1]) << 64));
        assert_eq!(limbs(&blocks(*a)), *a);
        let reduced = read::<C>(&C::encode_scalar(&c_scalar));
        assert_eq!(write::<C>(&reduced), C::encode_scalar(&c_scalar));
        assert_eq!(modulus.decode(&write::<C>(a)).is_some(), C::decode_scalar(&write::<C>(a)).is_some());
        assert_eq!(modulus.decode(&C::encode_scalar(&c_scalar)), Some(reduced));
        // Pads are reduced on curves whose order is not close to 2^256.
        let pad = |any: &Limbs, scalar: &C::Scalar| match C::NAME {
            CurveName::Secp256k1 => *any,
            _ => read::<C>(&C::encode_scalar(scalar)),
        };
        let correction = modulus.correction(&pad(a, &a_scalar), &pad(b, &b_scalar), &reduced);
        assert_eq!(correction, C::encode_scalar(&(a_scalar - b_scalar + c_scalar)));
        assert!(scalar::<C>(&modulus.add(&pad(a, &a_scalar), &reduced)) == a_scalar + c_scalar);
        let (mut sum, mut expected) = (Sum::default(), C::Scalar::ZERO);
        for (left, right) in products {
            sum.add_product(left, right);
            expected += scalar::<C>(left) * scalar::<C>(right);
        }
        assert!(sum.reduce::<C>() == expected);
    }

    fn on_all_curves(integers: &[Limbs; 3], products: &[(Limbs, Limbs)]) {
        agrees_with_the_curve::<Secp256k1>(integers, products);
        agrees_with_the_curve::<P256>(integers, products);
        agrees_with_the_curve::<Ed25519>(integers, products);
    }

    proptest! {
        #[test]
        fn sums_and_products_are_those_of_the_curve(
            integers: [Limbs; 3],
            products in vec((any::<Limbs>(), any::<Limbs>()), 0..20),
        ) {
            on_all_curves(&integers, &products);
        }
    }

    /// Everything at the ends: zero, the order and its neighbours, and 2^256 - 1.
    #[test]
    fn the_ends_of_the_range_are_right() {
        let order = Modulus::<Secp256k1>::new().order;
        let ends = [[0; 4], [1, 0, 0, 0], order, [order[0] - 1, order[1], order[2], order[3]], [u64::MAX; 4]];
        for a in ends {
            for b in ends {
                for c in ends {
                    on_all_curves(&[a, b, c], &[([u64::MAX; 4], [u64::MAX; 4]); 5]);
                }
            }
        }
    }
}
