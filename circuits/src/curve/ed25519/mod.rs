//! The prime-order group of Ed25519, by curve25519-dalek; that received points are in it, by an arithmetic of variable time.

mod field;
mod order;
#[cfg(test)]
mod tests;

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::traits::{MultiscalarMul, VartimeMultiscalarMul};

use super::{Coordinates, Curve, CurveName, Point, SCALAR_BYTES, Scalar};

/// The subgroup of prime order of edwards25519.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ed25519;

impl Curve for Ed25519 {
    const NAME: CurveName = CurveName::Ed25519;
    const POINT_BYTES: usize = CurveName::Ed25519.point_bytes();
    type Scalar = curve25519_dalek::Scalar;
    type Point = EdwardsPoint;
    type Public = EdwardsPoint;

    fn encode_scalar(scalar: &Self::Scalar) -> [u8; SCALAR_BYTES] {
        scalar.to_bytes()
    }

    fn decode_scalar(bytes: &[u8; SCALAR_BYTES]) -> Option<Self::Scalar> {
        Self::Scalar::from_canonical_bytes(*bytes).into()
    }

    fn encode_point(point: &Self::Point, into: &mut Vec<u8>) {
        into.extend_from_slice(point.compress().as_bytes());
    }

    fn encode_points(points: &[Self::Point], into: &mut Vec<u8>) {
        EdwardsPoint::compress_batch_alloc(points).iter().for_each(|point| into.extend_from_slice(point.as_bytes()));
    }

    /// A point with a part of small order would make a signature that some verifiers accept and others refuse.
    fn decode_point(bytes: &[u8]) -> Option<Self::Point> {
        let point = Self::decode_kept_point(bytes)?;
        order::has_prime_order(bytes.try_into().ok()?).then_some(point)
    }

    fn decode_kept_point(bytes: &[u8]) -> Option<Self::Point> {
        let bytes: [u8; Self::POINT_BYTES] = bytes.try_into().ok()?;
        let point = CompressedEdwardsY(bytes).decompress().filter(|_| is_reduced(&bytes))?;
        // With the other points of small order refused no encoding is a second one of the same point.
        (!point.is_small_order()).then_some(point)
    }

    fn encode_full_points(points: &[Self::Public], into: &mut Vec<u8>) {
        Self::encode_points(points, into);
    }

    fn decode_full_point(bytes: &[u8]) -> Option<Self::Public> {
        Self::decode_kept_point(bytes)
    }

    /// Without a copy of the terms.
    fn public_sum(generator: &Self::Scalar, terms: &[(Self::Point, Self::Scalar)]) -> Self::Point {
        Self::sum_of_multiples(generator, terms)
    }

    fn sum_of_multiples(generator: &Self::Scalar, terms: &[(Self::Public, Self::Scalar)]) -> Self::Public {
        if terms.is_empty() {
            // The table of the generator is faster than anything of variable time.
            return EdwardsPoint::mul_base(generator);
        }
        if let [(point, scalar)] = terms {
            return EdwardsPoint::vartime_double_scalar_mul_basepoint(scalar, point, generator);
        }
        let base = (*generator != Self::Scalar::ZERO).then_some((ED25519_BASEPOINT_POINT, *generator));
        let (points, scalars): (Vec<_>, Vec<_>) = terms.iter().copied().chain(base).unzip();
        EdwardsPoint::vartime_multiscalar_mul(scalars, points)
    }

    fn public_inverse(scalar: &Self::Scalar) -> Option<Self::Scalar> {
        super::public_inverse(scalar)
    }

    /// By the table of the generator, which the trait [`group::Group`] does not use here.
    fn base_multiple(scalar: &Self::Scalar) -> Self::Point {
        EdwardsPoint::mul_base(scalar)
    }

    /// EdDSA hashes encodings and uses no coordinates.
    fn coordinates(_: &Self::Public) -> Option<Coordinates<Self::Scalar>> {
        None
    }

    fn linear_combination(terms: &[(Self::Point, Self::Scalar)]) -> Self::Point {
        EdwardsPoint::multiscalar_mul(terms.iter().map(|(_, s)| s), terms.iter().map(|(p, _)| p))
    }

    fn reduce(bytes: &[u8; SCALAR_BYTES]) -> Self::Scalar {
        Self::Scalar::from_bytes_mod_order(*bytes)
    }

    fn scalar(scalar: Self::Scalar) -> Scalar {
        Scalar::Ed25519(scalar)
    }

    fn of_scalar(scalar: &Scalar) -> Option<Self::Scalar> {
        match scalar {
            Scalar::Ed25519(scalar) => Some(*scalar),
            _ => None,
        }
    }

    fn point(point: Self::Public) -> Point {
        Point::Ed25519(point)
    }

    fn of_point(point: &Point) -> Option<Self::Public> {
        match point {
            Point::Ed25519(point) => Some(*point),
            _ => None,
        }
    }
}

/// Whether an encoding's y-coordinate is below 2^255 - 19. With the points of small order refused, no other encoding is
/// a second one of the same point: only where x is zero does its sign say nothing.
fn is_reduced(bytes: &[u8; 32]) -> bool {
    bytes[31] & 0x7f != 0x7f || bytes[1..31].iter().any(|byte| *byte != 0xff) || bytes[0] < 0xed
}
