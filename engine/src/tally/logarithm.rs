//! Small discrete logarithms, by baby steps and giant steps (Shanks 1971).

use std::collections::HashMap;

use group::Group;
use quorate_circuits::curve::Curve;

/// The largest bound that is searched: 2^20 baby steps, some 100 MiB, and as many giant ones.
pub const MOST_LOGARITHM: u64 = 1 << 40;

/// Giant steps that are encoded together, since an encoding alone takes an inversion.
const TOGETHER: usize = 256;

/// A table of small multiples of the generator. What is looked up is public.
pub struct Logarithms<C: Curve> {
    bound: u64,
    /// By encoding; as many as the square root of the bound.
    baby_steps: HashMap<Vec<u8>, u64>,
    /// Minus as many times the generator as there are baby steps.
    giant_step: C::Point,
}

impl<C: Curve> Logarithms<C> {
    /// A table for logarithms from 0 to `bound`; `None` if that is above [`MOST_LOGARITHM`].
    pub fn up_to(bound: u64) -> Option<Self> {
        if bound > MOST_LOGARITHM {
            return None;
        }
        let steps = (bound + 1).isqrt() + 1;
        let mut points = Vec::with_capacity(steps as usize);
        let mut next = C::Point::identity();
        for _ in 0..steps {
            points.push(next);
            next += C::Point::generator();
        }
        let baby_steps = encodings::<C>(&points).into_iter().zip(0..).collect();
        Some(Self { bound, baby_steps, giant_step: -next })
    }

    /// The logarithm of a point, if it is at most the bound.
    pub fn of(&self, point: &C::Point) -> Option<u64> {
        let steps = self.baby_steps.len() as u64;
        let (mut first, mut point) = (0, *point);
        while first <= self.bound {
            let mut points = Vec::with_capacity(TOGETHER);
            let left = (self.bound - first) / steps + 1;
            for _ in 0..left.min(TOGETHER as u64) {
                points.push(point);
                point += self.giant_step;
            }
            for encoding in encodings::<C>(&points) {
                if let Some(found) = self.baby_steps.get(&encoding) {
                    return Some(first + found).filter(|logarithm| *logarithm <= self.bound);
                }
                first += steps;
            }
        }
        None
    }
}

fn encodings<C: Curve>(points: &[C::Point]) -> Vec<Vec<u8>> {
    let mut bytes = Vec::with_capacity(points.len() * C::POINT_BYTES);
    C::encode_points(points, &mut bytes);
    bytes.chunks_exact(C::POINT_BYTES).map(<[u8]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use quorate_circuits::curve::{Ed25519, P256, Secp256k1};

    use super::*;

    fn point<C: Curve>(logarithm: u64) -> C::Point {
        C::base_multiple(&C::Scalar::from(logarithm))
    }

    fn every_logarithm_up_to_the_bound_is_found<C: Curve>() {
        for bound in [0, 1, 2, 3, 4, 8, 9, 10, 99, 100] {
            let table = Logarithms::<C>::up_to(bound).unwrap();
            for logarithm in 0..=bound {
                assert_eq!(table.of(&point::<C>(logarithm)), Some(logarithm));
            }
            for beyond in [bound + 1, bound + 2, bound + 5, 2 * bound + 3, u64::MAX] {
                assert_eq!(table.of(&point::<C>(beyond)), None, "{beyond} is beyond {bound}");
            }
            assert_eq!(table.of(&-point::<C>(1)), None);
        }
    }

    #[test]
    fn every_logarithm_up_to_the_bound_is_found_on_every_curve() {
        every_logarithm_up_to_the_bound_is_found::<Secp256k1>();
        every_logarithm_up_to_the_bound_is_found::<P256>();
        every_logarithm_up_to_the_bound_is_found::<Ed25519>();
    }

    #[test]
    fn large_ones_too() {
        let bound = 1_000_000;
        let table = Logarithms::<Ed25519>::up_to(bound).unwrap();
        for logarithm in [0, 1, 1000, 1001, 1002, 499_999, 999_999, 1_000_000] {
            assert_eq!(table.of(&point::<Ed25519>(logarithm)), Some(logarithm));
        }
        assert_eq!(table.of(&point::<Ed25519>(bound + 1)), None);
        assert!(Logarithms::<Ed25519>::up_to(MOST_LOGARITHM + 1).is_none());
        assert!(Logarithms::<Ed25519>::up_to(u64::MAX).is_none());
    }
}
