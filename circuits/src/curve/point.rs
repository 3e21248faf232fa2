//! Points whose curve is known only when the program is.

use subtle::Choice;

use super::scalar::on_curve;
use super::{Coordinates, Curve, CurveName, Ed25519, P256, PublicP256, PublicPoint, Scalar, Secp256k1};

/// A group element. It is public, as every point of a program is: what is done with it may take time that depends on it.
#[derive(Clone, Copy, Debug)]
pub enum Point {
    /// Of secp256k1.
    Secp256k1(k256::ProjectivePoint),
    /// Of P-256.
    P256(PublicP256),
    /// Of Ed25519.
    Ed25519(curve25519_dalek::EdwardsPoint),
}

/// The same expression for the point of whichever curve it is.
macro_rules! on_point {
    ($value:expr, $p:ident, $curve:ident => $result:expr) => {
        match $value {
            Point::Secp256k1($p) => {
                type $curve = Secp256k1;
                $result
            }
            Point::P256($p) => {
                type $curve = P256;
                $result
            }
            Point::Ed25519($p) => {
                type $curve = Ed25519;
                $result
            }
        }
    };
}

impl Point {
    /// The generator.
    pub fn generator(curve: CurveName) -> Self {
        on_curve!(curve, C => C::point(<C as Curve>::Public::base_point()))
    }

    /// A scalar times the generator, in time that does not depend on the scalar.
    pub fn base(scalar: &Scalar) -> Self {
        on_curve!(scalar.curve(), C => {
            // The scalar is of the curve that it names.
            let scalar = C::of_scalar(scalar).unwrap_or_default();
            base_multiple::<C>(&scalar)
        })
    }

    /// The point of an encoding, if it is canonical and of a point of the group other than the identity.
    pub fn decode(curve: CurveName, bytes: &[u8]) -> Option<Self> {
        on_curve!(curve, C => C::decode_public_point(bytes).map(C::point))
    }

    /// The curve.
    pub fn curve(&self) -> CurveName {
        on_point!(self, _p, C => C::NAME)
    }

    /// The encoding.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.curve().point_bytes());
        on_point!(self, p, C => C::encode_public_point(p, &mut bytes));
        bytes
    }

    /// The sum; `None` if the curves differ, as of the other operations of two operands.
    pub fn add(&self, other: &Self) -> Option<Self> {
        on_point!(self, p, C => C::of_point(other).map(|o| C::point(*p + o)))
    }

    /// The difference.
    pub fn sub(&self, other: &Self) -> Option<Self> {
        on_point!(self, p, C => C::of_point(other).map(|o| C::point(*p - o)))
    }

    /// The multiple, in time that does not depend on the scalar.
    pub fn mul(&self, scalar: &Scalar) -> Option<Self> {
        on_point!(self, p, C => C::of_scalar(scalar).map(|s| secret_multiple::<C>(p, &s)))
    }

    /// The multiple. **Variable time: point and scalar must be public.**
    pub fn public_multiple(&self, scalar: &Scalar) -> Option<Self> {
        on_point!(self, p, C => C::of_scalar(scalar).map(|s| C::point(C::multiple(p, &s))))
    }

    /// The negative.
    pub fn neg(&self) -> Self {
        on_point!(self, p, C => C::point(-*p))
    }

    /// Whether it is the identity.
    pub fn is_identity(&self) -> Choice {
        let is_identity = on_point!(self, p, _C => p.is_neutral());
        Choice::from(u8::from(is_identity))
    }

    /// The affine coordinates that ECDSA and BIP340 use; `None` on Ed25519 and of the identity.
    pub fn coordinates(&self) -> Option<Coordinates<Scalar>> {
        on_point!(self, p, C => C::coordinates(p).map(|at| Coordinates {
            x: at.x,
            x_scalar: C::scalar(at.x_scalar),
            y_is_odd: at.y_is_odd,
        }))
    }
}

fn base_multiple<C: Curve>(scalar: &C::Scalar) -> Point {
    C::point(C::base_multiple(scalar).into())
}

fn secret_multiple<C: Curve>(point: &C::Public, scalar: &C::Scalar) -> Point {
    let point: C::Point = (*point).into();
    C::point((point * scalar).into())
}

impl PartialEq for Point {
    fn eq(&self, other: &Self) -> bool {
        on_point!(self, p, C => C::of_point(other).is_some_and(|o| *p == o))
    }
}

impl Eq for Point {}
