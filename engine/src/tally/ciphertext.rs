//! Exponential ElGamal ciphertexts.

use group::Group;
use quorate_circuits::curve::Curve;

/// A number `v` encrypted under `X`: `(r G, v G + r X)`. Sums of ciphertexts are ciphertexts of sums. Public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ciphertext<C: Curve> {
    /// `r G`.
    pub nonce: C::Point,
    /// `v G + r X`.
    pub masked: C::Point,
}

impl<C: Curve> Ciphertext<C> {
    /// Bytes of an encoding.
    pub const BYTES: usize = 2 * C::POINT_BYTES;

    /// A number encrypted with a nonce, in time that depends on neither.
    pub(super) fn encrypt(key: &C::Point, value: u32, nonce: &C::Scalar) -> Self {
        let value = C::base_multiple(&C::Scalar::from(u64::from(value)));
        Self { nonce: C::base_multiple(nonce), masked: value + *key * nonce }
    }

    /// The sum of ciphertexts.
    pub(super) fn sum<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        let nothing = Self { nonce: C::Point::identity(), masked: C::Point::identity() };
        all.into_iter().fold(nothing, |sum, one| sum.plus(one))
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        Self { nonce: self.nonce + other.nonce, masked: self.masked + other.masked }
    }

    /// The encodings of ciphertexts, one after the other.
    pub(super) fn encode_all(all: &[Self], into: &mut Vec<u8>) {
        let points: Vec<C::Point> = all.iter().flat_map(|one| [one.nonce, one.masked]).collect();
        C::encode_points(&points, into);
    }

    /// The ciphertext of an encoding. `None` if a point is not canonical, not of the group, or the identity, of which
    /// honest ciphertexts have a chance of 2^-250.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (nonce, masked) = bytes.split_at_checked(C::POINT_BYTES)?;
        Some(Self { nonce: C::decode_point(nonce)?, masked: C::decode_point(masked)? })
    }
}
