//! Feldman's commitments: a dealer's vector in the exponent ("A Practical Scheme for Non-interactive
//! Verifiable Secret Sharing", FOCS 1987).

use ff::Field;
use group::Group;
use quorate_circuits::curve::Curve;
use zeroize::Zeroizing;

use super::{AccessStructure, Polynomials};

/// A dealer's vector times the generator, the secret's first. Public. There are exactly as many as the access structure
/// has columns: under a plain threshold more would raise it unnoticed, fewer would lower it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitments<C: Curve> {
    access: AccessStructure,
    points: Vec<C::Point>,
}

impl<C: Curve> Commitments<C> {
    /// Bytes of an encoding.
    pub fn bytes(access: &AccessStructure) -> usize {
        access.columns() * C::POINT_BYTES
    }

    /// Commits to polynomials.
    pub fn of(polynomials: &Polynomials<C>) -> Self {
        let points = polynomials.coefficients().iter().map(C::base_multiple).collect();
        Self { access: polynomials.access().clone(), points }
    }

    /// The commitments of an encoding of [`Self::bytes`]. `None` if its length is another, or a point is not canonical,
    /// not of the group, or the identity.
    pub fn from_bytes(bytes: &[u8], access: &AccessStructure) -> Option<Self> {
        Self::decode(bytes, access, C::decode_point)
    }

    /// Likewise of an encoding that this party has kept under its own seal ([`Curve::decode_kept_point`]).
    pub(super) fn from_kept_bytes(bytes: &[u8], access: &AccessStructure) -> Option<Self> {
        Self::decode(bytes, access, C::decode_kept_point)
    }

    fn decode(bytes: &[u8], access: &AccessStructure, decode: fn(&[u8]) -> Option<C::Point>) -> Option<Self> {
        if bytes.len() != Self::bytes(access) {
            return None;
        }
        let points = bytes.chunks_exact(C::POINT_BYTES).map(decode).collect::<Option<_>>()?;
        Some(Self { access: access.clone(), points })
    }

    /// The encoding.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.points.len() * C::POINT_BYTES);
        C::encode_points(&self.points, &mut bytes);
        bytes
    }

    /// Who can use what is shared.
    pub fn access(&self) -> &AccessStructure {
        &self.access
    }

    /// The points, the secret's first.
    pub fn points(&self) -> &[C::Point] {
        &self.points
    }

    /// The secret times the generator.
    pub fn constant(&self) -> C::Point {
        self.points.first().copied().unwrap_or_else(C::Point::identity)
    }

    /// The share of a holder times the generator, row by row. Variable time in the structure, which is public.
    pub fn public_share(&self, index: u16) -> Vec<C::Point> {
        self.access.rows(index).iter().map(|row| row.evaluate(&self.points, small_multiple)).collect()
    }

    /// Whether a share is the one committed to. Its products with the generator take constant time.
    #[must_use]
    pub fn fits(&self, index: u16, share: &[C::Scalar]) -> bool {
        let public = self.public_share(index);
        let pairs = || share.iter().zip(&public);
        !public.is_empty() && public.len() == share.len() && pairs().all(|(row, point)| C::base_multiple(row) == *point)
    }

    /// The commitments to the sum of the polynomials committed to; `None` if there are none.
    ///
    /// # Panics
    /// If their access structures differ.
    pub fn sum<'a>(all: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        let mut all = all.into_iter();
        let mut sum = all.next()?.clone();
        for other in all {
            assert_eq!(other.access, sum.access, "sharings under one access structure");
            sum.points.iter_mut().zip(&other.points).for_each(|(sum, point)| *sum += point);
        }
        Some(sum)
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

/// The sum of shares that one holder got of several sharings, row by row.
pub(super) fn sum_of_shares<C: Curve>(shares: &[Zeroizing<Vec<C::Scalar>>]) -> Zeroizing<Vec<C::Scalar>> {
    let rows = shares.first().map_or(0, |share| share.len());
    let mut sum = Zeroizing::new(vec![C::Scalar::ZERO; rows]);
    for share in shares {
        sum.iter_mut().zip(share.iter()).for_each(|(sum, row)| *sum += row);
    }
    sum
}

#[cfg(test)]
mod tests {
    use quorate_circuits::curve::{Ed25519, P256, Secp256k1};

    use super::*;
    use crate::crypto::Random;

    fn shares_fit_their_commitments<C: Curve>(access: &AccessStructure) {
        let mut random = Random::dangerous_from_seed([9; 32]);
        let polynomials = [(); 2].map(|()| Polynomials::<C>::random(access, &mut random));
        let commitments = polynomials.each_ref().map(Commitments::of);
        for index in access.indices() {
            let shares = polynomials.each_ref().map(|polynomials| polynomials.share(index));
            assert!(commitments[0].fits(index, &shares[0]));
            assert!(!commitments[0].fits(index, &shares[1]));
            assert!(!commitments[0].fits(index % 5 + 1, &shares[0]));
            assert!(!commitments[0].fits(index, &shares[0][1..]) && !commitments[0].fits(index, &[]));
            assert!(Commitments::sum(&commitments).unwrap().fits(index, &sum_of_shares::<C>(&shares)));
        }
        assert!(!commitments[0].fits(6, &[]), "nobody has no share");
        let bytes = commitments[0].to_bytes();
        assert_eq!(Commitments::from_bytes(&bytes, access), Some(commitments[0].clone()));
        assert!(Commitments::<C>::from_bytes(&bytes, &AccessStructure::new(2, 5).unwrap()).is_none(), "too many");
        assert!(Commitments::<C>::from_bytes(&bytes, &AccessStructure::new(5, 5).unwrap()).is_none(), "too few");
        assert!(Commitments::<C>::from_bytes(&bytes[1..], access).is_none());
    }

    #[test]
    fn a_share_fits_its_own_commitments_at_its_own_index() {
        let departments = "2 of (2 of (1, 2, 3*2), 2 of (3, 4, 5))".parse().unwrap();
        for access in [AccessStructure::new(3, 5).unwrap(), AccessStructure::of(departments)] {
            shares_fit_their_commitments::<Secp256k1>(&access);
            shares_fit_their_commitments::<P256>(&access);
            shares_fit_their_commitments::<Ed25519>(&access);
        }
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
