//! Feldman's commitments: the coefficients of a sharing in the exponent ("A Practical Scheme for Non-interactive
//! Verifiable Secret Sharing", FOCS 1987).

use ff::Field;
use group::Group;
use quorate_circuits::curve::Curve;

use super::{AccessStructure, Polynomial};

/// The coefficients of a polynomial times the generator, the secret's first. Public. There are exactly as many as
/// signers are needed: more would raise the threshold unnoticed, fewer would lower it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitments<C: Curve> {
    points: Vec<C::Point>,
}

impl<C: Curve> Commitments<C> {
    /// Bytes of an encoding.
    pub fn bytes(access: AccessStructure) -> usize {
        access.threshold() * C::POINT_BYTES
    }

    /// Commits to a polynomial.
    pub fn of(polynomial: &Polynomial<C>) -> Self {
        Self { points: polynomial.coefficients().iter().map(C::base_multiple).collect() }
    }

    /// The commitments of an encoding of [`Self::bytes`]. `None` if its length is another, or a point is not canonical,
    /// not of the group, or the identity.
    pub fn from_bytes(bytes: &[u8], access: AccessStructure) -> Option<Self> {
        Self::decode(bytes, access, C::decode_point)
    }

    /// Likewise of an encoding that this party has kept under its own seal ([`Curve::decode_kept_point`]).
    pub(super) fn from_kept_bytes(bytes: &[u8], access: AccessStructure) -> Option<Self> {
        Self::decode(bytes, access, C::decode_kept_point)
    }

    fn decode(bytes: &[u8], access: AccessStructure, decode: fn(&[u8]) -> Option<C::Point>) -> Option<Self> {
        if bytes.len() != Self::bytes(access) {
            return None;
        }
        let points = bytes.chunks_exact(C::POINT_BYTES).map(decode).collect::<Option<_>>()?;
        Some(Self { points })
    }

    /// The encoding.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.points.len() * C::POINT_BYTES);
        C::encode_points(&self.points, &mut bytes);
        bytes
    }

    /// The points, the secret's first.
    pub fn points(&self) -> &[C::Point] {
        &self.points
    }

    /// How many there are.
    pub fn threshold(&self) -> usize {
        self.points.len()
    }

    /// The secret times the generator.
    pub fn constant(&self) -> C::Point {
        self.points.first().copied().unwrap_or_else(C::Point::identity)
    }

    /// The share of a holder times the generator, by Horner's rule. Variable time in the index, which is public.
    pub fn public_share(&self, index: u16) -> C::Point {
        let step = |sum, point: &C::Point| small_multiple(sum, index) + point;
        self.points.iter().rev().fold(C::Point::identity(), step)
    }

    /// Whether a share is the one committed to. Its product with the generator takes constant time.
    #[must_use]
    pub fn fits(&self, index: u16, share: &C::Scalar) -> bool {
        C::base_multiple(share) == self.public_share(index)
    }

    /// The commitments to the sum of the polynomials committed to; empty if there are none.
    ///
    /// # Panics
    /// If their numbers of coefficients differ.
    pub fn sum<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut all = all.into_iter();
        let mut sum = all.next().cloned().unwrap_or(Self { points: Vec::new() });
        for other in all {
            assert_eq!(other.points.len(), sum.points.len(), "sharings of one access structure");
            sum.points.iter_mut().zip(&other.points).for_each(|(sum, point)| *sum += point);
        }
        sum
    }

    /// Whether every commitment has an encoding: the identity has none.
    pub(super) fn is_encodable(&self) -> bool {
        self.points.iter().all(|point| !bool::from(point.is_identity()))
    }
}

/// A point times a small public number.
fn small_multiple<P: Group>(point: P, factor: u16) -> P {
    let bits = (0..u16::BITS - factor.leading_zeros()).rev();
    bits.fold(P::identity(), |sum, bit| {
        let doubled = sum.double();
        if factor >> bit & 1 == 1 { doubled + point } else { doubled }
    })
}

/// The sum of shares that one holder got of several sharings.
pub(super) fn sum_of_shares<C: Curve>(shares: &[C::Scalar]) -> C::Scalar {
    shares.iter().fold(C::Scalar::ZERO, |sum, share| sum + share)
}

#[cfg(test)]
mod tests {
    use quorate_circuits::curve::{Ed25519, P256, Secp256k1};

    use super::*;
    use crate::crypto::Random;

    fn shares_fit_their_commitments<C: Curve>() {
        let mut random = Random::dangerous_from_seed([9; 32]);
        let access = AccessStructure::new(3, 5).unwrap();
        let polynomials = [(); 2].map(|()| Polynomial::<C>::random(access, &mut random));
        let commitments = polynomials.each_ref().map(Commitments::of);
        for index in access.indices() {
            let shares = polynomials.each_ref().map(|polynomial| polynomial.share(index));
            assert!(commitments[0].fits(index, &shares[0]));
            assert!(!commitments[0].fits(index, &shares[1]));
            assert!(!commitments[0].fits(index % 5 + 1, &shares[0]));
            assert!(Commitments::sum(&commitments).fits(index, &sum_of_shares::<C>(&shares)));
        }
        let bytes = commitments[0].to_bytes();
        assert_eq!(Commitments::from_bytes(&bytes, access), Some(commitments[0].clone()));
        assert!(Commitments::<C>::from_bytes(&bytes, AccessStructure::new(2, 5).unwrap()).is_none(), "too many");
        assert!(Commitments::<C>::from_bytes(&bytes, AccessStructure::new(4, 5).unwrap()).is_none(), "too few");
        assert!(Commitments::<C>::from_bytes(&bytes[1..], access).is_none());
    }

    #[test]
    fn a_share_fits_its_own_commitments_at_its_own_index() {
        shares_fit_their_commitments::<Secp256k1>();
        shares_fit_their_commitments::<P256>();
        shares_fit_their_commitments::<Ed25519>();
    }

    #[test]
    fn multiples_by_small_numbers_are_multiples() {
        let generator = <Ed25519 as Curve>::Point::generator();
        for factor in [0, 1, 2, 3, 10, 255, 256, u16::MAX] {
            let expected = generator * <Ed25519 as Curve>::Scalar::from(u64::from(factor));
            assert_eq!(small_multiple(generator, factor), expected);
        }
    }
}
