//! secp256k1, by the k256 crate.

use ff::PrimeField;
use group::Group;
use k256::elliptic_curve::BatchNormalize;
use k256::elliptic_curve::group::GroupEncoding;
use k256::elliptic_curve::ops::{LinearCombination, MulByGeneratorVartime, Reduce};
use k256::elliptic_curve::point::AffineCoordinates;

use super::{Coordinates, Curve, CurveName, Point, SCALAR_BYTES, Scalar};

/// The group of secp256k1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Secp256k1;

impl Curve for Secp256k1 {
    const NAME: CurveName = CurveName::Secp256k1;
    const POINT_BYTES: usize = CurveName::Secp256k1.point_bytes();
    type Scalar = k256::Scalar;
    type Point = k256::ProjectivePoint;

    fn encode_scalar(scalar: &Self::Scalar) -> [u8; SCALAR_BYTES] {
        scalar.to_repr().into()
    }

    fn decode_scalar(bytes: &[u8; SCALAR_BYTES]) -> Option<Self::Scalar> {
        Self::Scalar::from_repr((*bytes).into()).into()
    }

    fn encode_point(point: &Self::Point, into: &mut Vec<u8>) {
        into.extend_from_slice(&point.to_bytes());
    }

    fn encode_points(points: &[Self::Point], into: &mut Vec<u8>) {
        Self::Point::batch_normalize(points).iter().for_each(|point| into.extend_from_slice(&point.to_bytes()));
    }

    fn decode_point(bytes: &[u8]) -> Option<Self::Point> {
        let bytes: [u8; Self::POINT_BYTES] = bytes.try_into().ok()?;
        let point: Option<Self::Point> = Self::Point::from_bytes(&bytes.into()).into();
        point.filter(|point| !bool::from(point.is_identity()))
    }

    fn public_sum(generator: &Self::Scalar, terms: &[(Self::Point, Self::Scalar)]) -> Self::Point {
        match terms {
            [] => <Self::Point as MulByGeneratorVartime>::mul_by_generator_vartime(generator),
            _ if bool::from(generator.is_zero()) => Self::Point::lincomb_vartime(terms),
            [(point, scalar)] => Self::Point::mul_by_generator_and_mul_add_vartime(generator, scalar, point),
            _ => {
                <Self::Point as MulByGeneratorVartime>::mul_by_generator_vartime(generator)
                    + Self::Point::lincomb_vartime(terms)
            }
        }
    }

    fn public_inverse(scalar: &Self::Scalar) -> Option<Self::Scalar> {
        scalar.invert_vartime().into()
    }

    fn coordinates(point: &Self::Point) -> Option<Coordinates<Self::Scalar>> {
        if bool::from(point.is_identity()) {
            return None;
        }
        let [affine] = Self::Point::batch_normalize_vartime(&[*point]);
        let x: [u8; 32] = affine.x().into();
        Some(Coordinates { x, x_scalar: Self::reduce(&x), y_is_odd: affine.y_is_odd().into() })
    }

    fn linear_combination(terms: &[(Self::Point, Self::Scalar)]) -> Self::Point {
        if terms.is_empty() { Self::Point::IDENTITY } else { Self::Point::lincomb(terms) }
    }

    fn reduce(bytes: &[u8; SCALAR_BYTES]) -> Self::Scalar {
        <Self::Scalar as Reduce<k256::FieldBytes>>::reduce(&(*bytes).into())
    }

    fn scalar(scalar: Self::Scalar) -> Scalar {
        Scalar::Secp256k1(scalar)
    }

    fn of_scalar(scalar: &Scalar) -> Option<Self::Scalar> {
        match scalar {
            Scalar::Secp256k1(scalar) => Some(*scalar),
            _ => None,
        }
    }

    fn point(point: Self::Point) -> Point {
        Point::Secp256k1(point)
    }

    fn of_point(point: &Point) -> Option<Self::Point> {
        match point {
            Point::Secp256k1(point) => Some(*point),
            _ => None,
        }
    }
}
