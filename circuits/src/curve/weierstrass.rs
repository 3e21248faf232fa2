//! secp256k1 and P-256, by the k256 and p256 crates, which have one interface.

use ff::{Field, PrimeField};
use group::Group;
use k256::elliptic_curve::BatchNormalize;
use k256::elliptic_curve::group::GroupEncoding;
use k256::elliptic_curve::ops::{LinearCombination, MulByGeneratorVartime, Reduce};
use k256::elliptic_curve::point::AffineCoordinates;

use super::public_p256::FULL_BYTES;
use super::{Coordinates, Curve, CurveName, Point, PublicP256, SCALAR_BYTES, Scalar};

/// A curve by the crate that has its arithmetic, and what it has of its own.
macro_rules! weierstrass {
    ($(#[$doc:meta])* $curve:ident, $arithmetic:ident, { $($own:item)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $curve;

        impl Curve for $curve {
            const NAME: CurveName = CurveName::$curve;
            const POINT_BYTES: usize = CurveName::$curve.point_bytes();
            type Scalar = $arithmetic::Scalar;
            type Point = $arithmetic::ProjectivePoint;

            $($own)*

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

            const FULL_POINT_BYTES: usize = FULL_BYTES;

            const KEY_STEPS: usize = 8;
            const NONCE_STEPS: usize = 8;

            fn is_same_point(full: &[u8], short: &[u8]) -> bool {
                let full: Option<&[u8; Self::FULL_POINT_BYTES]> = full.try_into().ok();
                full.is_some_and(|full| {
                    let (x, y) = full.split_at(SCALAR_BYTES);
                    short.split_first() == Some((&(2 | y[SCALAR_BYTES - 1] & 1), x))
                })
            }

            fn public_inverse(scalar: &Self::Scalar) -> Option<Self::Scalar> {
                scalar.invert_vartime().into()
            }

            fn linear_combination(terms: &[(Self::Point, Self::Scalar)]) -> Self::Point {
                if terms.is_empty() { Self::Point::IDENTITY } else { Self::Point::lincomb(terms) }
            }

            fn reduce(bytes: &[u8; SCALAR_BYTES]) -> Self::Scalar {
                <Self::Scalar as Reduce<$arithmetic::FieldBytes>>::reduce(&(*bytes).into())
            }

            fn scalar(scalar: Self::Scalar) -> Scalar {
                Scalar::$curve(scalar)
            }

            fn of_scalar(scalar: &Scalar) -> Option<Self::Scalar> {
                match scalar {
                    Scalar::$curve(scalar) => Some(*scalar),
                    _ => None,
                }
            }

            fn point(point: Self::Public) -> Point {
                Point::$curve(point)
            }

            fn of_point(point: &Point) -> Option<Self::Public> {
                match point {
                    Point::$curve(point) => Some(*point),
                    _ => None,
                }
            }
        }
    };
}

weierstrass! {
    /// The group of secp256k1.
    Secp256k1, k256, {
        type Public = k256::ProjectivePoint;

        fn decode_point(bytes: &[u8]) -> Option<Self::Point> {
            let bytes: [u8; Self::POINT_BYTES] = bytes.try_into().ok()?;
            let point: Option<Self::Point> = Self::Point::from_bytes(&bytes.into()).into();
            point.filter(|point| !bool::from(point.is_identity()))
        }

        fn encode_full_points(points: &[Self::Public], into: &mut Vec<u8>) {
            for affine in Self::Point::batch_normalize(points) {
                if affine == k256::AffinePoint::IDENTITY {
                    into.resize(into.len() + Self::FULL_POINT_BYTES, 0);
                } else {
                    into.extend_from_slice(&affine.x());
                    into.extend_from_slice(&affine.y());
                }
            }
        }

        /// Zero and zero are no coordinates of a point: the curve's constant is not zero.
        fn decode_full_point(bytes: &[u8]) -> Option<Self::Public> {
            let bytes: [u8; Self::FULL_POINT_BYTES] = bytes.try_into().ok()?;
            let (x, y) = bytes.split_at(SCALAR_BYTES);
            let affine = k256::AffinePoint::from_coordinates(x.try_into().ok()?, y.try_into().ok()?);
            Option::<k256::AffinePoint>::from(affine).map(Self::Point::from)
        }

        fn sum_of_multiples(generator: &Self::Scalar, terms: &[(Self::Public, Self::Scalar)]) -> Self::Public {
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

        /// Without a copy of the terms.
        fn public_sum(generator: &Self::Scalar, terms: &[(Self::Point, Self::Scalar)]) -> Self::Point {
            Self::sum_of_multiples(generator, terms)
        }

        fn coordinates(point: &Self::Public) -> Option<Coordinates<Self::Scalar>> {
            if bool::from(point.is_identity()) {
                return None;
            }
            let [affine] = Self::Point::batch_normalize_vartime(&[*point]);
            let x: [u8; 32] = affine.x().into();
            Some(Coordinates { x, x_scalar: Self::reduce(&x), y_is_odd: affine.y_is_odd().into() })
        }
    }
}
weierstrass! {
    /// The group of P-256. What is public has arithmetic of its own.
    P256, p256, {
        type Public = PublicP256;

        fn decode_point(bytes: &[u8]) -> Option<Self::Point> {
            PublicP256::decode(bytes).map(Self::Point::from)
        }

        fn encode_public_point(point: &Self::Public, into: &mut Vec<u8>) {
            point.encode(into);
        }

        fn decode_public_point(bytes: &[u8]) -> Option<Self::Public> {
            PublicP256::decode(bytes)
        }

        fn encode_full_points(points: &[Self::Public], into: &mut Vec<u8>) {
            PublicP256::encode_full(points, into);
        }

        fn decode_full_point(bytes: &[u8]) -> Option<Self::Public> {
            PublicP256::decode_full(bytes)
        }

        fn publish(points: &[Self::Point]) -> Vec<Self::Public> {
            PublicP256::of_points(points)
        }

        fn sum_of_multiples(generator: &Self::Scalar, terms: &[(Self::Public, Self::Scalar)]) -> Self::Public {
            let number = |scalar: &Self::Scalar| {
                let mut bytes = Self::encode_scalar(scalar);
                bytes.reverse();
                bytes
            };
            let terms: Vec<_> = terms.iter().map(|(point, scalar)| (*point, number(scalar))).collect();
            let of_generator = (!bool::from(generator.is_zero())).then(|| number(generator));
            PublicP256::sum_of_multiples(of_generator.as_ref(), &terms)
        }

        fn coordinates(point: &Self::Public) -> Option<Coordinates<Self::Scalar>> {
            let [x, y] = point.coordinates()?;
            Some(Coordinates { x, x_scalar: Self::reduce(&x), y_is_odd: y[31] & 1 == 1 })
        }
    }
}
