//! Scalars, points and bytes.

use sha2::{Digest as _, Sha256, Sha512};

use super::{ClearError, Column, Held};
use crate::bind::{BoundHeld, CurveOperation, Value};
use crate::curve::{Coordinates, Curve, CurveName, Ed25519, Point, SCALAR_BYTES, Scalar};
use crate::number::Word;
use crate::program::Kind;

/// Where the results of the costly operations on public scalars and points come from. Whoever has computed them before may
/// look them up; they are the same.
pub trait Arithmetic {
    /// A scalar times a point; `None` if the curves differ.
    fn multiple(&mut self, point: &Point, scalar: &Scalar) -> Option<Point> {
        point.public_multiple(scalar)
    }

    /// The inverse; `None` of zero.
    fn inverse(&mut self, scalar: &Scalar) -> Option<Scalar> {
        scalar.public_inverse()
    }

    /// The affine coordinates, as [`Point::coordinates`].
    fn coordinates(&mut self, point: &Point) -> Option<Coordinates<Scalar>> {
        point.coordinates()
    }
}

/// All of it is computed anew.
#[derive(Clone, Copy, Debug, Default)]
pub struct Anew;

impl Arithmetic for Anew {}

/// What is held under a declared name: one scalar or point of the declared curve.
pub(super) fn held(declared: &BoundHeld, held: &Held) -> Result<Column, ClearError> {
    let name = declared.name();
    let column = held.get(&name).ok_or_else(|| ClearError::MissingHeld(name.clone()))?;
    let kind = match column {
        Column::Scalars(scalars) if scalars.len() == 1 => Some(Kind::Scalar(scalars[0].curve())),
        Column::Points(points) if points.len() == 1 => Some(Kind::Point(points[0].curve())),
        _ => None,
    };
    if kind == Some(declared.kind) {
        return Ok(column.clone());
    }
    Err(ClearError::WrongHeld { name, expected: declared.kind.to_string() })
}

/// One operation on plain columns. Opening gives what is there: in the clear nothing is hidden.
///
/// # Errors
/// A division by zero, coordinates of the identity, a failed assert; operands that do not fit together.
pub fn apply_on_curve(
    operation: &CurveOperation,
    value: &Value,
    operands: &[&Column],
    arithmetic: &mut impl Arithmetic,
) -> Result<Column, ClearError> {
    use CurveOperation as C;
    let line = value.span.line;
    let mismatch = || ClearError::Mismatch(line);
    let operand = |i: usize| operands.get(i).copied().ok_or_else(mismatch);
    match operation {
        C::Scalar(scalar) => Ok(Column::Scalars(vec![*scalar])),
        C::Bytes(bytes) => Ok(Column::Bytes(bytes.clone())),
        C::Generator => match value.kind {
            Kind::Point(curve) => Ok(Column::Points(vec![Point::generator(curve)])),
            _ => Err(mismatch()),
        },
        C::Neg => negative(operand(0)?).ok_or_else(mismatch),
        C::Add => sum(operand(0)?, operand(1)?, Scalar::add, Point::add).ok_or_else(mismatch),
        C::Sub => sum(operand(0)?, operand(1)?, Scalar::sub, Point::sub).ok_or_else(mismatch),
        C::Mul => product(operand(0)?, operand(1)?, arithmetic).ok_or_else(mismatch),
        C::Divide => quotient(operand(0)?, operand(1)?, line, arithmetic),
        C::Equal => equal(operand(0)?, operand(1)?).ok_or_else(mismatch),
        C::Open | C::Keep { .. } => Ok(operand(0)?.clone()),
        C::OpenPoint => {
            let scalars = operand(0)?.scalars().ok_or_else(mismatch)?;
            Ok(Column::Points(scalars.iter().map(Point::base).collect()))
        }
        C::AssertPoint { message } => {
            let scalars = operand(0)?.scalars().ok_or_else(mismatch)?;
            let points = Column::Points(scalars.iter().map(Point::base).collect());
            let holds = equal(&points, operand(1)?).ok_or_else(mismatch)?;
            match holds.words() {
                Some(bits) if !bits.contains(&0) => Ok(holds),
                _ => Err(ClearError::AssertFailed { message: message.clone(), line }),
            }
        }
        C::XCoordinate | C::EvenY => coordinates(operation, operand(0)?, line, arithmetic),
        C::LowS => {
            let scalars = operand(0)?.scalars().ok_or_else(mismatch)?;
            Ok(Column::Scalars(scalars.iter().map(low_s).collect()))
        }
        C::DigestScalar => match (value.kind, operand(0)?) {
            (Kind::Scalar(curve), Column::Bytes(bytes)) => Ok(Column::Scalars(vec![digest_scalar(curve, bytes)])),
            _ => Err(mismatch()),
        },
        C::ChallengeBip340 => {
            challenge(operands, |nonce, key, message| bip340(nonce, key, message, arithmetic)).ok_or_else(mismatch)
        }
        C::ChallengeEd25519 => challenge(operands, ed25519).ok_or_else(mismatch),
        // These take what a run brings.
        C::Held(_) | C::Random { .. } | C::Coin { .. } => Err(mismatch()),
    }
}

/// Element by element, single values standing for vectors; `None` if lengths or curves differ.
fn pairs<A, B, R>(a: &[A], b: &[B], mut each: impl FnMut(&A, &B) -> Option<R>) -> Option<Vec<R>> {
    let length = if a.len() == 1 { b.len() } else { a.len() };
    let fits = |length_of: usize| length_of == 1 || length_of == length;
    if !fits(a.len()) || !fits(b.len()) {
        return None;
    }
    let (x, y) = (|i: usize| &a[if a.len() == 1 { 0 } else { i }], |i: usize| &b[if b.len() == 1 { 0 } else { i }]);
    (0..length).map(|i| each(x(i), y(i))).collect()
}

fn negative(operand: &Column) -> Option<Column> {
    match operand {
        Column::Scalars(scalars) => Some(Column::Scalars(scalars.iter().map(Scalar::neg).collect())),
        Column::Points(points) => Some(Column::Points(points.iter().map(Point::neg).collect())),
        _ => None,
    }
}

fn sum(
    a: &Column,
    b: &Column,
    scalars: fn(&Scalar, &Scalar) -> Option<Scalar>,
    points: fn(&Point, &Point) -> Option<Point>,
) -> Option<Column> {
    match (a, b) {
        (Column::Scalars(a), Column::Scalars(b)) => pairs(a, b, scalars).map(Column::Scalars),
        (Column::Points(a), Column::Points(b)) => pairs(a, b, points).map(Column::Points),
        _ => None,
    }
}

fn product(a: &Column, b: &Column, arithmetic: &mut impl Arithmetic) -> Option<Column> {
    match (a, b) {
        (Column::Scalars(a), Column::Scalars(b)) => pairs(a, b, Scalar::mul).map(Column::Scalars),
        (Column::Scalars(scalars), Column::Points(points)) | (Column::Points(points), Column::Scalars(scalars)) => {
            // A scalar next to a point is public in every program.
            pairs(points, scalars, |point, scalar| arithmetic.multiple(point, scalar)).map(Column::Points)
        }
        _ => None,
    }
}

fn quotient(a: &Column, b: &Column, line: u32, arithmetic: &mut impl Arithmetic) -> Result<Column, ClearError> {
    let (Some(a), Some(b)) = (a.scalars(), b.scalars()) else { return Err(ClearError::Mismatch(line)) };
    let inverses: Option<Vec<Scalar>> = b.iter().map(|scalar| arithmetic.inverse(scalar)).collect();
    let inverses = inverses.ok_or(ClearError::DivisionByZero(line))?;
    pairs(a, &inverses, Scalar::mul).map(Column::Scalars).ok_or(ClearError::Mismatch(line))
}

fn equal(a: &Column, b: &Column) -> Option<Column> {
    match (a, b) {
        (Column::Scalars(a), Column::Scalars(b)) => pairs(a, b, |a, b| Some(Word::from(a == b))).map(Column::Words),
        (Column::Points(a), Column::Points(b)) => pairs(a, b, |a, b| Some(Word::from(a == b))).map(Column::Words),
        _ => None,
    }
}

fn coordinates(
    operation: &CurveOperation,
    operand: &Column,
    line: u32,
    arithmetic: &mut impl Arithmetic,
) -> Result<Column, ClearError> {
    let points = operand.points().ok_or(ClearError::Mismatch(line))?;
    let each = |point: &Point| {
        let at = arithmetic.coordinates(point).ok_or(ClearError::NoCoordinates(line))?;
        let one = Scalar::one(point.curve());
        Ok(match operation {
            CurveOperation::XCoordinate => at.x_scalar,
            _ if at.y_is_odd => one.neg(),
            _ => one,
        })
    };
    points.iter().map(each).collect::<Result<_, _>>().map(Column::Scalars)
}

/// The lesser of a scalar and its negative, as numbers below the order.
fn low_s(scalar: &Scalar) -> Scalar {
    let negative = scalar.neg();
    // Big-endian encodings, which those of the curves of ECDSA are, are ordered as their numbers.
    if negative.encode() < scalar.encode() { negative } else { *scalar }
}

/// FIPS 186-5, 6.4.1: the leftmost bits of a hash, as many as the order has; the orders of both curves have 256.
fn digest_scalar(curve: CurveName, bytes: &[u8]) -> Scalar {
    let leftmost = &bytes[..bytes.len().min(SCALAR_BYTES)];
    let mut number = [0; SCALAR_BYTES];
    number[SCALAR_BYTES - leftmost.len()..].copy_from_slice(leftmost);
    Scalar::reduce(curve, &number)
}

fn challenge(operands: &[&Column], mut of: impl FnMut(&Point, &Point, &[u8]) -> Option<Scalar>) -> Option<Column> {
    let [Column::Points(nonces), Column::Points(keys), Column::Bytes(message)] = operands else { return None };
    pairs(nonces, keys, |nonce, key| of(nonce, key, message)).map(Column::Scalars)
}

/// BIP340: the tagged hash of both x-coordinates and the message, modulo the order.
fn bip340(nonce: &Point, key: &Point, message: &[u8], arithmetic: &mut impl Arithmetic) -> Option<Scalar> {
    let tag = Sha256::digest(b"BIP0340/challenge");
    let mut hash = Sha256::new_with_prefix(tag);
    hash.update(tag);
    hash.update(arithmetic.coordinates(nonce)?.x);
    hash.update(arithmetic.coordinates(key)?.x);
    hash.update(message);
    Some(Scalar::reduce(CurveName::Secp256k1, &hash.finalize().into()))
}

/// RFC 8032, 5.1.6: SHA-512 of both encodings and the message, modulo the order.
fn ed25519(nonce: &Point, key: &Point, message: &[u8]) -> Option<Scalar> {
    let (Point::Ed25519(nonce), Point::Ed25519(key)) = (nonce, key) else { return None };
    let mut points = Vec::with_capacity(2 * Ed25519::POINT_BYTES);
    Ed25519::encode_points(&[*nonce, *key], &mut points);
    let mut hash = Sha512::new_with_prefix(points);
    hash.update(message);
    Some(Scalar::from_uniform(CurveName::Ed25519, &hash.finalize().into()))
}
