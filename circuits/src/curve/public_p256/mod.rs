//! P-256 in variable time, for points that everybody may know.
//!
//! The p256 crate's arithmetic is generic and of constant time, so that it may touch secrets; a signature spends most of its time
//! on points that are no secret: the nonce is re-randomised by the session's coin, and the signature is verified. For those
//! alone there is a field of the curve's own ([`field`]), additions that branch on the special cases ([`jacobian`]), and
//! sums of multiples in few steps ([`multiples`]). **A secret scalar never comes here**: it multiplies by the crate, and its
//! product enters as a [`PublicP256`] when it is made public.
//!
//! *Cost*, in products of the field of about 12 ns: a doubling 8, an addition of a kept or decoded point 11; a multiple of
//! the generator about 570 in all, of another point 2,800.

mod field;
mod jacobian;
mod multiples;
#[cfg(test)]
mod tests;

use std::ops::{Add, Neg, Sub};

use field::Element;
use jacobian::{Affine, GENERATOR, Jacobian};
use p256::elliptic_curve::BatchNormalize;
use p256::elliptic_curve::point::AffineCoordinates;

use super::{PublicPoint, SCALAR_BYTES};

/// Bytes of a point with both coordinates.
pub(super) const FULL_BYTES: usize = 64;
/// Bytes of a point in the compressed form of SEC 1.
const COMPRESSED_BYTES: usize = 33;

/// A point of P-256 that is public: what is done with it takes time that depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicP256(Jacobian);

impl PublicP256 {
    /// The point as its coordinates, in the form of the crate; the crate's identity for the identity.
    pub fn to_affine(self) -> p256::AffinePoint {
        let Some(affine) = self.0.to_affine() else { return p256::AffinePoint::IDENTITY };
        let (x, y) = (affine.x.to_bytes().into(), affine.y.to_bytes().into());
        Option::from(p256::AffinePoint::from_coordinates(&x, &y)).expect("a point stays on its curve")
    }

    /// The points of these, with one inversion, in time that does not depend on them but for which are the identity.
    pub(super) fn of_points(points: &[p256::ProjectivePoint]) -> Vec<Self> {
        p256::ProjectivePoint::batch_normalize(points).iter().map(Self::from).collect()
    }

    /// The sum of a number times the generator and of numbers times points, by the numbers' bytes, the least first.
    pub(super) fn sum_of_multiples(
        generator: Option<&[u8; SCALAR_BYTES]>,
        terms: &[(Self, [u8; SCALAR_BYTES])],
    ) -> Self {
        let base = generator.map_or(Jacobian::IDENTITY, multiples::generator_multiple);
        if terms.is_empty() {
            return Self(base);
        }
        let terms: Vec<_> = terms.iter().map(|(point, number)| (point.0, *number)).collect();
        Self(multiples::sum_of_multiples(&terms).plus(&base))
    }

    /// Both coordinates, big-endian; `None` of the identity.
    pub(super) fn coordinates(&self) -> Option<[[u8; 32]; 2]> {
        self.0.to_affine().map(|affine| [affine.x.to_bytes(), affine.y.to_bytes()])
    }

    /// Appends both coordinates of each point, with one inversion; of the identity zeros.
    pub(super) fn encode_full(points: &[Self], into: &mut Vec<u8>) {
        let points: Vec<Jacobian> = points.iter().map(|point| point.0).collect();
        for affine in Jacobian::to_affine_all(&points) {
            let coordinates = affine.map_or([[0; 32]; 2], |affine| [affine.x.to_bytes(), affine.y.to_bytes()]);
            into.extend_from_slice(coordinates.as_flattened());
        }
    }

    /// The point of two coordinates, if they are canonical and those of a point of the curve. Zero and zero are none: the
    /// curve's constant is not zero.
    pub(super) fn decode_full(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; FULL_BYTES] = bytes.try_into().ok()?;
        let [x, y]: &[[u8; 32]; 2] = bytes.as_chunks().0.try_into().ok()?;
        Affine::new(Element::from_bytes(x)?, Element::from_bytes(y)?).map(|affine| Self(affine.into()))
    }

    /// Appends the compressed form of SEC 1; of the identity zeros.
    pub(super) fn encode(&self, into: &mut Vec<u8>) {
        match self.coordinates() {
            Some([x, y]) => {
                into.push(2 | y[31] & 1);
                into.extend_from_slice(&x);
            }
            None => into.resize(into.len() + COMPRESSED_BYTES, 0),
        }
    }

    /// The point of a compressed form, if it is canonical and of a point of the curve. No form is the identity's.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; COMPRESSED_BYTES] = bytes.try_into().ok()?;
        let (sign, x) = bytes.split_first()?;
        let y_is_odd = match sign {
            2 => false,
            3 => true,
            _ => return None,
        };
        Affine::with_x(Element::from_bytes(x.try_into().ok()?)?, y_is_odd).map(|affine| Self(affine.into()))
    }
}

impl PublicPoint for PublicP256 {
    fn neutral() -> Self {
        Self(Jacobian::IDENTITY)
    }

    fn base_point() -> Self {
        Self(GENERATOR.into())
    }

    fn is_neutral(&self) -> bool {
        self.0.is_identity()
    }

    fn doubled(&self) -> Self {
        Self(self.0.doubled())
    }
}

impl Add for PublicP256 {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.plus(&other.0))
    }
}

impl Sub for PublicP256 {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.plus(&other.0.negative()))
    }
}

impl Neg for PublicP256 {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.negative())
    }
}

impl From<&p256::AffinePoint> for PublicP256 {
    fn from(point: &p256::AffinePoint) -> Self {
        // Of the identity's coordinates, zero and zero, there is no point.
        let affine = Element::from_bytes(&point.x().into()).zip(Element::from_bytes(&point.y().into()));
        let affine = affine.and_then(|(x, y)| Affine::new(x, y));
        Self(affine.map_or(Jacobian::IDENTITY, Jacobian::from))
    }
}

impl From<p256::ProjectivePoint> for PublicP256 {
    fn from(point: p256::ProjectivePoint) -> Self {
        Self::from(&point.to_affine())
    }
}

impl From<PublicP256> for p256::ProjectivePoint {
    fn from(point: PublicP256) -> Self {
        point.to_affine().into()
    }
}
