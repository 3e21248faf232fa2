//! Vectors modulo q = 3329, as public keys of ML-KEM-768 have them (FIPS 203): the group in which keys are masked.
//!
//! Everything here takes the same time for all values: which of two vectors is a key, and which was drawn, is the
//! receiver's secret.

use subtle::{Choice, ConditionallySelectable};
use zeroize::Zeroize;

/// The modulus.
const MODULUS: u16 = 3329;
/// Coefficients: three polynomials of 256.
const COEFFICIENTS: usize = 768;
/// Bytes of an encoded vector: 12 bits a coefficient (`ByteEncode_12` of FIPS 203).
pub(super) const VECTOR_BYTES: usize = COEFFICIENTS * 12 / 8;
/// Uniform bytes from which a vector is reduced: 128 bits a coefficient, so that the whole is within 2^-106 of uniform.
pub(super) const UNIFORM_BYTES: usize = COEFFICIENTS * 16;

/// A vector; each coefficient is below the modulus.
#[derive(Clone, Zeroize)]
pub(super) struct Vector([u16; COEFFICIENTS]);

impl Vector {
    /// The vector of uniform bytes.
    pub(super) fn from_uniform_bytes(bytes: &[u8; UNIFORM_BYTES]) -> Self {
        let wide = bytes.as_chunks::<16>().0;
        Self(std::array::from_fn(|i| reduced_wide(u128::from_le_bytes(wide[i]))))
    }

    /// The sum.
    pub(super) fn plus(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|i| reduced_once(self.0[i] + other.0[i])))
    }

    /// The difference.
    pub(super) fn minus(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|i| reduced_once(self.0[i] + MODULUS - other.0[i])))
    }

    /// `a` or, where chosen, `b`.
    pub(super) fn select(a: &Self, b: &Self, choice: Choice) -> Self {
        Self(std::array::from_fn(|i| u16::conditional_select(&a.0[i], &b.0[i], choice)))
    }

    /// The encoding: two coefficients in three bytes.
    pub(super) fn encode(&self) -> [u8; VECTOR_BYTES] {
        let mut bytes = [0; VECTOR_BYTES];
        for (out, pair) in bytes.as_chunks_mut::<3>().0.iter_mut().zip(self.0.as_chunks::<2>().0) {
            *out = [pair[0] as u8, (pair[0] >> 8) as u8 | (pair[1] << 4) as u8, (pair[1] >> 4) as u8];
        }
        bytes
    }

    /// The vector of an encoding, if all coefficients are below the modulus. What is decoded is no secret.
    pub(super) fn decode(bytes: &[u8; VECTOR_BYTES]) -> Option<Self> {
        let mut vector = Self([0; COEFFICIENTS]);
        for (pair, coded) in vector.0.as_chunks_mut::<2>().0.iter_mut().zip(bytes.as_chunks::<3>().0) {
            let [low, middle, high] = coded.map(u16::from);
            *pair = [low | (middle & 15) << 8, middle >> 4 | high << 4];
        }
        vector.0.iter().all(|coefficient| *coefficient < MODULUS).then_some(vector)
    }
}

/// `value` modulo q, for a value below 2 q.
fn reduced_once(value: u16) -> u16 {
    let less = value.wrapping_sub(MODULUS);
    // The top bit tells a borrow.
    less.wrapping_add(MODULUS & 0_u16.wrapping_sub(less >> 15))
}

/// `value` modulo q, without a division, whose time could depend on it (Barrett 1986).
fn reduced(value: u64) -> u16 {
    const RECIPROCAL: u64 = u64::MAX / MODULUS as u64;
    let quotient = (u128::from(value) * u128::from(RECIPROCAL)) >> 64;
    // The quotient is too small by at most one.
    reduced_once((value - quotient as u64 * u64::from(MODULUS)) as u16)
}

fn reduced_wide(value: u128) -> u16 {
    const TWO_TO_64: u64 = (u64::MAX % MODULUS as u64 + 1) % MODULUS as u64;
    let (high, low) = (reduced((value >> 64) as u64), reduced(value as u64));
    reduced(u64::from(high) * TWO_TO_64 + u64::from(low))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Random;

    #[test]
    fn reductions_are_those_of_division() {
        let q = u128::from(MODULUS);
        let mut random = Random::dangerous_from_seed([1; 32]);
        let edges = [0, 1, q - 1, q, 2 * q - 1, u128::from(u64::MAX), u128::from(u64::MAX) + 1, u128::MAX];
        for value in edges.into_iter().chain((0..10_000).map(|_| random.block().to_u128())) {
            assert_eq!(u128::from(reduced_wide(value)), value % q);
            assert_eq!(u128::from(reduced(value as u64)), u128::from(value as u64) % q);
        }
        for value in 0..2 * MODULUS {
            assert_eq!(reduced_once(value), value % MODULUS);
        }
    }

    #[test]
    fn vectors_are_a_group_with_one_encoding_each() {
        let mut random = Random::dangerous_from_seed([2; 32]);
        let mut draw = || Vector::from_uniform_bytes(&random.bytes());
        let (a, b) = (draw(), draw());
        assert_eq!(a.plus(&b).minus(&b).0, a.0);
        assert_eq!(Vector::decode(&a.encode()).map(|vector| vector.0), Some(a.0));
        assert_eq!(Vector::select(&a, &b, Choice::from(0)).0, a.0);
        assert_eq!(Vector::select(&a, &b, Choice::from(1)).0, b.0);
        for at in [0, 1, 700, 767] {
            let mut large = a.clone();
            for value in [MODULUS, 4095] {
                large.0[at] = value;
                assert!(Vector::decode(&large.encode()).is_none());
            }
        }
    }

    /// A coarse look that would find a wrong reduction, a stuck bit or a wrong order of bytes.
    #[test]
    fn coefficients_are_spread_evenly() {
        let mut random = Random::dangerous_from_seed([3; 32]);
        let mut counts = [0_u32; 13];
        let vectors = 200;
        for _ in 0..vectors {
            let vector = Vector::from_uniform_bytes(&random.bytes());
            vector.0.iter().for_each(|coefficient| counts[usize::from(*coefficient) / 257] += 1);
        }
        let (all, full) = (f64::from(vectors) * COEFFICIENTS as f64, 257.0 / f64::from(MODULUS));
        // 3329 = 12 * 257 + 245.
        let expected = |slot: usize| all * if slot == 12 { 245.0 / f64::from(MODULUS) } else { full };
        let chi_squared: f64 =
            counts.iter().enumerate().map(|(slot, n)| (f64::from(*n) - expected(slot)).powi(2) / expected(slot)).sum();
        assert!(chi_squared < 40.0, "12 degrees of freedom: {chi_squared}");
    }
}
