//! Scalars whose curve is known only when the program is.

use ff::{Field, FromUniformBytes};
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroize;

use super::{Curve, CurveName, Ed25519, P256, SCALAR_BYTES, Secp256k1};

/// An integer modulo the order of a curve's group. It is not printed: it may be a share of a key.
#[derive(Clone, Copy)]
pub enum Scalar {
    /// Of secp256k1.
    Secp256k1(k256::Scalar),
    /// Of P-256.
    P256(p256::Scalar),
    /// Of Ed25519.
    Ed25519(curve25519_dalek::Scalar),
}

/// The same expression for the scalar of whichever curve it is.
macro_rules! on_scalar {
    ($value:expr, $s:ident, $curve:ident => $result:expr) => {
        match $value {
            Scalar::Secp256k1($s) => {
                type $curve = Secp256k1;
                $result
            }
            Scalar::P256($s) => {
                type $curve = P256;
                $result
            }
            Scalar::Ed25519($s) => {
                type $curve = Ed25519;
                $result
            }
        }
    };
}

/// The same expression for the curve of this name.
macro_rules! on_curve {
    ($name:expr, $curve:ident => $result:expr) => {
        match $name {
            CurveName::Secp256k1 => {
                type $curve = Secp256k1;
                $result
            }
            CurveName::P256 => {
                type $curve = P256;
                $result
            }
            CurveName::Ed25519 => {
                type $curve = Ed25519;
                $result
            }
        }
    };
}

pub(super) use on_curve;

impl Scalar {
    /// Zero.
    pub fn zero(curve: CurveName) -> Self {
        on_curve!(curve, C => C::scalar(<C as Curve>::Scalar::ZERO))
    }

    /// One.
    pub fn one(curve: CurveName) -> Self {
        on_curve!(curve, C => C::scalar(<C as Curve>::Scalar::ONE))
    }

    /// The scalar of an encoding, if it is below the order.
    pub fn decode(curve: CurveName, bytes: &[u8; SCALAR_BYTES]) -> Option<Self> {
        on_curve!(curve, C => C::decode_scalar(bytes).map(C::scalar))
    }

    /// The scalar congruent to 32 bytes as the curve's encoding orders them.
    pub fn reduce(curve: CurveName, bytes: &[u8; SCALAR_BYTES]) -> Self {
        on_curve!(curve, C => C::scalar(C::reduce(bytes)))
    }

    /// A scalar made of 64 bytes, reduced, in the order that the curve's crate reads them in: uniform if they are.
    pub fn from_uniform(curve: CurveName, bytes: &[u8; 64]) -> Self {
        on_curve!(curve, C => C::scalar(<C as Curve>::Scalar::from_uniform_bytes(bytes)))
    }

    /// The curve.
    pub fn curve(&self) -> CurveName {
        on_scalar!(self, _s, C => C::NAME)
    }

    /// The encoding.
    pub fn encode(&self) -> [u8; SCALAR_BYTES] {
        on_scalar!(self, s, C => C::encode_scalar(s))
    }

    /// The sum; `None` if the curves differ, as of the other operations of two operands.
    pub fn add(&self, other: &Self) -> Option<Self> {
        on_scalar!(self, s, C => C::of_scalar(other).map(|o| C::scalar(*s + o)))
    }

    /// The difference.
    pub fn sub(&self, other: &Self) -> Option<Self> {
        on_scalar!(self, s, C => C::of_scalar(other).map(|o| C::scalar(*s - o)))
    }

    /// The product.
    pub fn mul(&self, other: &Self) -> Option<Self> {
        on_scalar!(self, s, C => C::of_scalar(other).map(|o| C::scalar(*s * o)))
    }

    /// The negative.
    pub fn neg(&self) -> Self {
        on_scalar!(self, s, C => C::scalar(-*s))
    }

    /// The inverse, constant time; `None` of zero.
    pub fn invert(&self) -> Option<Self> {
        // By the trait: a method of that name of the scalars of Ed25519 gives zero for zero.
        on_scalar!(self, s, C => Option::from(Field::invert(s)).map(C::scalar))
    }

    /// The inverse; `None` of zero. **Variable time: the scalar must be public.**
    pub fn public_inverse(&self) -> Option<Self> {
        on_scalar!(self, s, C => C::public_inverse(s).map(C::scalar))
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> Choice {
        on_scalar!(self, s, C => <C as Curve>::Scalar::is_zero(s))
    }
}

impl PartialEq for Scalar {
    /// Constant time, but for the curves.
    fn eq(&self, other: &Self) -> bool {
        on_scalar!(self, s, C => C::of_scalar(other).is_some_and(|o| s.ct_eq(&o).into()))
    }
}

impl Eq for Scalar {}

impl Zeroize for Scalar {
    fn zeroize(&mut self) {
        on_scalar!(self, s, C => <C as Curve>::Scalar::zeroize(s));
    }
}

impl std::fmt::Debug for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scalar({})", self.curve())
    }
}
