//! The groups of threshold keys: their scalars (integers modulo the group's order) and points.
//!
//! [`Curve`] is for code that is compiled once for each group, such as a protocol's inner loops; [`Scalar`] and
//! [`Point`] are the values of programs, whose curve is known only when the program is. Public mathematics alone:
//! no protocol is here. The arithmetic is that of the curve crates, constant time; for points that everybody may know
//! a curve may have another of variable time, which has a type of its own ([`Curve::Public`]).
//!
//! Encodings are the standards': scalars of secp256k1 and P-256 are 32 bytes big-endian (SEC 1), those of Ed25519 32
//! bytes little-endian (RFC 8032); points are compressed, 33 bytes (SEC 1) or 32 bytes (RFC 8032). Decoding refuses
//! what is not canonical, not on the curve, not in the group of prime order, or the identity.

mod digits;
mod ed25519;
mod kept;
mod name;
mod point;
mod public;
mod public_p256;
mod scalar;
#[cfg(test)]
mod tests;
mod weierstrass;

pub use ed25519::Ed25519;
pub use kept::{KeptPoint, public_inverse};
pub use name::CurveName;
pub use point::Point;
pub use public::PublicPoint;
pub use public_p256::PublicP256;
pub use scalar::Scalar;
pub use weierstrass::{P256, Secp256k1};

use ff::{Field, FromUniformBytes, PrimeField};
use group::Group;
use subtle::{ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroize;

/// Bytes of an encoded scalar, on every curve.
pub const SCALAR_BYTES: usize = 32;

/// A group of prime order in which keys live.
pub trait Curve: Copy + Eq + std::fmt::Debug + Send + Sync + 'static {
    /// Its name.
    const NAME: CurveName;
    /// Bytes of an encoded point.
    const POINT_BYTES: usize;
    /// An integer modulo the group's order.
    type Scalar: PrimeField + FromUniformBytes<64> + ConditionallySelectable + ConstantTimeEq + Zeroize;
    /// A group element.
    type Point: Group<Scalar = Self::Scalar> + ConditionallySelectable + ConstantTimeEq + Zeroize;
    /// A group element that is public, for arithmetic of variable time. A conversion may take an inversion.
    type Public: PublicPoint + From<Self::Point> + Into<Self::Point>;

    /// A scalar's encoding.
    fn encode_scalar(scalar: &Self::Scalar) -> [u8; SCALAR_BYTES];

    /// The scalar of this encoding, if it is below the order. Constant time but for whether it is.
    fn decode_scalar(bytes: &[u8; SCALAR_BYTES]) -> Option<Self::Scalar>;

    /// Appends a point's encoding: [`Self::POINT_BYTES`] bytes. The identity's is all zeros on the Weierstrass curves,
    /// and is never decoded.
    fn encode_point(point: &Self::Point, into: &mut Vec<u8>);

    /// Appends the points' encodings, as [`Self::encode_point`] does one by one. All coordinates are inverted at once.
    fn encode_points(points: &[Self::Point], into: &mut Vec<u8>);

    /// The point of this encoding, if it is canonical and of a point of the group other than the identity.
    fn decode_point(bytes: &[u8]) -> Option<Self::Point>;

    /// The point of an encoding that this party has decoded or computed before and has kept under its own seal since, where
    /// nobody else could change it. Whatever costs little is checked again: that it is canonical, on the curve and not
    /// the identity; on Ed25519 not that it is of prime order, which takes a multiplication by the order. **Never for
    /// bytes of others**: that is [`Self::decode_point`].
    fn decode_kept_point(bytes: &[u8]) -> Option<Self::Point> {
        Self::decode_point(bytes)
    }

    /// Bytes of a point with both coordinates.
    const FULL_POINT_BYTES: usize = Self::POINT_BYTES;
    /// How many steps a [`KeptPoint`] has that is a public key: it is written once, and multiplied for every signature.
    const KEY_STEPS: usize = 0;
    /// Likewise of one that is a nonce: written once, multiplied once.
    const NONCE_STEPS: usize = 0;

    /// Appends points in the form that this party keeps them in for itself: with both coordinates where that saves a square
    /// root in reading, which is on the Weierstrass curves. Of the identity all zeros, which is never decoded.
    fn encode_full_points(points: &[Self::Public], into: &mut Vec<u8>);

    /// Whether a point that [`Self::encode_full_points`] wrote is the one that [`Self::encode_point`] wrote.
    fn is_same_point(full: &[u8], short: &[u8]) -> bool {
        full == short
    }

    /// A point that [`Self::encode_full_points`] wrote, checked as [`Self::decode_kept_point`] checks.
    fn decode_full_point(bytes: &[u8]) -> Option<Self::Public>;

    /// As [`Self::encode_point`].
    fn encode_public_point(point: &Self::Public, into: &mut Vec<u8>) {
        Self::encode_point(&(*point).into(), into);
    }

    /// As [`Self::decode_point`].
    fn decode_public_point(bytes: &[u8]) -> Option<Self::Public> {
        Self::decode_point(bytes).map(Self::Public::from)
    }

    /// Points for arithmetic of variable time. **They must be public.**
    fn publish(points: &[Self::Point]) -> Vec<Self::Public> {
        points.iter().map(|point| Self::Public::from(*point)).collect()
    }

    /// The sum of `generator` times the generator and of every term's scalar times its point. **Variable time: all of
    /// it must be public.**
    fn sum_of_multiples(generator: &Self::Scalar, terms: &[(Self::Public, Self::Scalar)]) -> Self::Public;

    /// [`Self::sum_of_multiples`] of points that are not in the form for it. **Variable time: all of it must be public.**
    fn public_sum(generator: &Self::Scalar, terms: &[(Self::Point, Self::Scalar)]) -> Self::Point {
        let (points, scalars): (Vec<Self::Point>, Vec<Self::Scalar>) = terms.iter().copied().unzip();
        let terms: Vec<_> = Self::publish(&points).into_iter().zip(scalars).collect();
        Self::sum_of_multiples(generator, &terms).into()
    }

    /// A scalar times the generator, in time that does not depend on the scalar.
    fn base_multiple(scalar: &Self::Scalar) -> Self::Point {
        Self::Point::mul_by_generator(scalar)
    }

    /// A scalar times a point. **Variable time: both must be public.** Zero, one, minus one and multiples of the generator,
    /// which are frequent in programs, are cheap.
    fn multiple(point: &Self::Public, scalar: &Self::Scalar) -> Self::Public {
        match *scalar {
            zero if bool::from(zero.is_zero()) => Self::Public::neutral(),
            one if one == Self::Scalar::ONE => *point,
            minus_one if minus_one == -Self::Scalar::ONE => -*point,
            scalar if *point == Self::Public::base_point() => Self::sum_of_multiples(&scalar, &[]),
            scalar => Self::sum_of_multiples(&Self::Scalar::ZERO, &[(*point, scalar)]),
        }
    }

    /// [`Self::multiple`] of a point that is not in the form for it. **Variable time: both must be public.**
    fn public_multiple(point: &Self::Point, scalar: &Self::Scalar) -> Self::Point {
        if *scalar == Self::Scalar::ONE {
            return *point;
        }
        Self::multiple(&(*point).into(), scalar).into()
    }

    /// The inverse; `None` of zero. **Variable time: the scalar must be public.**
    fn public_inverse(scalar: &Self::Scalar) -> Option<Self::Scalar>;

    /// The affine x-coordinate modulo the order, and whether the y-coordinate is odd. ECDSA and BIP340 use them;
    /// `None` on a curve whose signatures do not, and of the identity. **Variable time: the point must be public**, and so
    /// must be what it was computed from.
    fn coordinates(point: &Self::Public) -> Option<Coordinates<Self::Scalar>>;

    /// The sum of scalars times points, in time that does not depend on the scalars.
    fn linear_combination(terms: &[(Self::Point, Self::Scalar)]) -> Self::Point;

    /// The scalar congruent to 32 bytes as the curve's encoding orders them, reduced.
    fn reduce(bytes: &[u8; SCALAR_BYTES]) -> Self::Scalar;

    /// Wraps a scalar as a program's value.
    fn scalar(scalar: Self::Scalar) -> Scalar;

    /// The scalar in a program's value, if it is of this curve.
    fn of_scalar(scalar: &Scalar) -> Option<Self::Scalar>;

    /// Wraps a point as a program's value: every point of a program is public.
    fn point(point: Self::Public) -> Point;

    /// The point in a program's value, if it is of this curve.
    fn of_point(point: &Point) -> Option<Self::Public>;
}

/// Affine coordinates, in so far as signatures use them.
#[derive(Clone, Copy, Debug)]
pub struct Coordinates<S> {
    /// The x-coordinate, big-endian.
    pub x: [u8; 32],
    /// The x-coordinate modulo the group's order.
    pub x_scalar: S,
    /// Whether the y-coordinate is odd.
    pub y_is_odd: bool,
}
