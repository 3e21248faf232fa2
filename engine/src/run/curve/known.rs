//! What was computed of public scalars and points, so that it is not computed twice.
//!
//! A program says what it means, not what is cheap: it divides by one number in two places, asks for the x-coordinate
//! that it knows already, and its assert multiplies what the protocol has multiplied for its own check. Whatever is
//! looked up here was computed in this session by this party, of equal scalars and points, so that it is the same as if it
//! were computed anew; an assert compares as it would.

use quorate_circuits::clear::Arithmetic;
use quorate_circuits::curve::{Coordinates, Curve, KeptPoint, Point, Scalar};

/// How many results of a kind are kept. A signature needs three; a vector's elements have nothing in common.
const MOST: usize = 8;

/// Results, the latest last.
pub(super) struct Known<C: Curve> {
    /// Points of records, which are multiplied faster.
    kept: Vec<KeptPoint<C>>,
    multiples: Vec<(Point, Scalar, Point)>,
    inverses: Vec<(Scalar, Scalar)>,
    coordinates: Vec<(Point, Coordinates<Scalar>)>,
}

impl<C: Curve> Arithmetic for Known<C> {
    fn multiple(&mut self, point: &Point, scalar: &Scalar) -> Option<Point> {
        if let Some(multiple) = self.known_multiple(point, scalar) {
            return Some(multiple);
        }
        let multiple = match self.multiple_of_kept(point, scalar) {
            Some(multiple) => multiple,
            None => point.public_multiple(scalar)?,
        };
        keep(&mut self.multiples, (*point, *scalar, multiple));
        Some(multiple)
    }

    fn inverse(&mut self, scalar: &Scalar) -> Option<Scalar> {
        if let Some((_, inverse)) = self.inverses.iter().find(|(known, _)| known == scalar) {
            return Some(*inverse);
        }
        let inverse = scalar.public_inverse()?;
        keep(&mut self.inverses, (*scalar, inverse));
        Some(inverse)
    }

    /// A point and its negative have one x-coordinate; the y-coordinate is not zero in a group of odd order.
    fn coordinates(&mut self, point: &Point) -> Option<Coordinates<Scalar>> {
        for (known, at) in &self.coordinates {
            match sign(known, point) {
                Some(Sign::Same) => return Some(*at),
                Some(Sign::Negative) => return Some(Coordinates { y_is_odd: !at.y_is_odd, ..*at }),
                None => {}
            }
        }
        let at = point.coordinates()?;
        keep(&mut self.coordinates, (*point, at));
        Some(at)
    }
}

impl<C: Curve> Known<C> {
    /// Nothing but the points of records.
    pub(super) fn new(kept: Vec<KeptPoint<C>>) -> Self {
        Self { kept, multiples: Vec::new(), inverses: Vec::new(), coordinates: Vec::new() }
    }

    /// A multiple of a record's point or its negative.
    fn multiple_of_kept(&self, point: &Point, scalar: &Scalar) -> Option<Point> {
        let (point, scalar) = (C::of_point(point)?, C::of_scalar(scalar)?);
        self.kept.iter().find_map(|kept| {
            if kept.point() == point {
                return Some(C::point(kept.public_multiple(&scalar)));
            }
            (kept.point() == -point).then(|| C::point(-kept.public_multiple(&scalar)))
        })
    }

    /// A multiple of the point or its negative by the scalar or its negative.
    fn known_multiple(&self, point: &Point, scalar: &Scalar) -> Option<Point> {
        let negative = scalar.neg();
        self.multiples.iter().find_map(|(known, factor, multiple)| {
            let of_scalar = match factor {
                factor if factor == scalar => Sign::Same,
                factor if *factor == negative => Sign::Negative,
                _ => return None,
            };
            Some(if sign(known, point)? == of_scalar { *multiple } else { multiple.neg() })
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Same,
    Negative,
}

/// Whether a point is another or its negative.
fn sign(one: &Point, other: &Point) -> Option<Sign> {
    if one == other {
        return Some(Sign::Same);
    }
    (*one == other.neg()).then_some(Sign::Negative)
}

fn keep<T>(results: &mut Vec<T>, result: T) {
    if results.len() == MOST {
        results.remove(0);
    }
    results.push(result);
}

#[cfg(test)]
mod tests {
    use quorate_circuits::curve::{CurveName, Ed25519, P256, Secp256k1};

    use super::*;

    fn number(curve: CurveName, number: u8) -> Scalar {
        (0..number).fold(Scalar::zero(curve), |sum, _| sum.add(&Scalar::one(curve)).expect("one curve"))
    }

    /// Every question is asked twice, of points and scalars and their negatives, and answered as if nothing were known.
    fn answers_are_those_of_arithmetic<C: Curve>() {
        let curve = C::NAME;
        let points = [4, 22, 100].map(|n| Point::base(&number(curve, n)));
        let kept = points[..2].iter().filter_map(C::of_point).map(|point| KeptPoint::new(point, 8)).collect();
        let mut known = Known::<C>::new(kept);
        // More than are kept, so that some are forgotten.
        for round in [1, 1, 2, 7, 1, 3, 5, 7, 11] {
            let scalar = number(curve, round);
            for point in points.iter().flat_map(|point| [*point, point.neg()]).chain([Point::generator(curve)]) {
                for scalar in [scalar, scalar.neg(), Scalar::zero(curve), Scalar::one(curve)] {
                    assert_eq!(known.multiple(&point, &scalar), point.mul(&scalar), "{curve}");
                    assert_eq!(known.inverse(&scalar), scalar.invert(), "{curve}");
                }
                let (found, computed) = (known.coordinates(&point), point.coordinates());
                let parts = |at: Coordinates<Scalar>| (at.x, at.x_scalar, at.y_is_odd);
                assert_eq!(found.map(parts), computed.map(parts), "{curve}");
            }
        }
        let identity = Point::base(&Scalar::zero(curve));
        assert!(known.coordinates(&identity).is_none() && known.multiple(&identity, &number(curve, 2)).is_some());
        let other = if curve == CurveName::P256 { CurveName::Ed25519 } else { CurveName::P256 };
        assert!(known.multiple(&Point::generator(other), &number(curve, 2)).is_none());
    }

    #[test]
    fn what_is_looked_up_is_what_would_be_computed() {
        answers_are_those_of_arithmetic::<Secp256k1>();
        answers_are_those_of_arithmetic::<P256>();
        answers_are_those_of_arithmetic::<Ed25519>();
    }
}
