//! Division and roots against machine arithmetic.

use proptest::prelude::*;

use super::super::{Bits, Builder, Shape, Signedness, integer};
use super::{SHAPES, check, instances, low, signed, width};

/// `instances` in which divisors have all sizes, so that quotients have too, and every eighth is 0 or -1.
fn with_short_divisors(mut instances: Vec<Vec<u128>>, width: usize) -> Vec<Vec<u128>> {
    for (instance, numbers) in instances.iter_mut().enumerate() {
        numbers[1] = match instance % 16 {
            0 => 0,
            8 => u128::MAX,
            _ => low(numbers[1], instance * width.max(1) / 64 + 1),
        };
        match instance % 5 {
            // The least number in two's complement.
            0 => numbers[0] = 1 << width.saturating_sub(1),
            // Multiples of the divisor, and numbers just below, where an error by the smallest amount shows.
            remainder @ (1 | 2) => {
                let divisor = low(numbers[1], width).max(1);
                let quotient = low(numbers[0], width) / divisor;
                numbers[0] = (divisor * quotient).wrapping_sub(remainder as u128 - 1);
            }
            _ => {}
        }
    }
    instances
}

/// The quotient and the remainder as documented.
fn unsigned_division(x: u128, y: u128) -> (u128, u128) {
    (x.checked_div(y).unwrap_or(u128::MAX), x.checked_rem(y).unwrap_or(x))
}

fn signed_division(x: i128, y: i128) -> (i128, i128) {
    if y == 0 { (-1, x) } else { (x.wrapping_div(y), x.wrapping_rem(y)) }
}

/// The quotient and the remainder above it.
fn both(builder: &mut Builder, v: &[Bits], signedness: Signedness, shape: Shape) -> Bits {
    let division = integer::divide(builder, &v[0], &v[1], signedness, shape);
    division.quotient.concat(&division.remainder)
}

/// The result as [`both`] gives it.
fn packed(quotient: u128, remainder: u128, width: usize) -> u128 {
    low(quotient, width) | low(remainder, width) << width
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn divisions(width in width(64), instances in instances(2)) {
        let instances = with_short_divisors(instances, width);
        let of_signed = |n: &[u128]| signed_division(signed(n[0], width), signed(n[1], width));
        for shape in SHAPES {
            let divide = |signedness| move |b: &mut Builder, v: &[Bits]| both(b, v, signedness, shape);
            check(&[width; 2], &instances, divide(Signedness::Unsigned), |n| {
                let (quotient, remainder) = unsigned_division(n[0], n[1]);
                packed(quotient, remainder, width)
            });
            check(&[width; 2], &instances, divide(Signedness::Signed), |n| {
                let (quotient, remainder) = of_signed(n);
                packed(quotient as u128, remainder as u128, width)
            });
        }
    }

    #[test]
    fn wide_divisions(width in 65..=128usize, instances in instances(2)) {
        let instances = with_short_divisors(instances, width);
        for shape in SHAPES {
            let divide = |b: &mut Builder, v: &[Bits]| integer::divide(b, &v[0], &v[1], Signedness::Unsigned, shape);
            check(&[width; 2], &instances, |b, v| divide(b, v).quotient, |n| unsigned_division(n[0], n[1]).0);
            check(&[width; 2], &instances, |b, v| divide(b, v).remainder, |n| unsigned_division(n[0], n[1]).1);
        }
    }

    #[test]
    fn square_roots(width in width(128), instances in instances(1)) {
        // Squares and their neighbours, where rounding shows.
        let near_squares = instances.iter().enumerate().map(|(instance, numbers)| {
            let root = low(numbers[0], width / 2);
            vec![if instance % 2 == 0 { root * root } else { (root * root).wrapping_sub(1) }]
        });
        let near_squares: Vec<_> = near_squares.collect();
        for shape in SHAPES {
            check(&[width], &instances, |b, v| integer::square_root(b, &v[0], shape), |n| n[0].isqrt());
            check(&[width], &near_squares, |b, v| integer::square_root(b, &v[0], shape), |n| n[0].isqrt());
        }
    }
}

#[test]
fn all_divisions_and_roots_of_narrow_numbers() {
    for width in 1..=5usize {
        let numbers = 1u128 << width;
        let pairs: Vec<_> = (0..numbers).flat_map(|x| (0..numbers).map(move |y| vec![x, y])).collect();
        let squares: Vec<_> = (0..numbers * numbers).map(|x| vec![x]).collect();
        for shape in SHAPES {
            for pairs in pairs.chunks(64) {
                check(
                    &[width; 2],
                    pairs,
                    |b, v| both(b, v, Signedness::Unsigned, shape),
                    |n| {
                        let (quotient, remainder) = unsigned_division(n[0], n[1]);
                        packed(quotient, remainder, width)
                    },
                );
                check(
                    &[width; 2],
                    pairs,
                    |b, v| both(b, v, Signedness::Signed, shape),
                    |n| {
                        let (quotient, remainder) = signed_division(signed(n[0], width), signed(n[1], width));
                        packed(quotient as u128, remainder as u128, width)
                    },
                );
            }
            for squares in squares.chunks(64) {
                check(&[2 * width], squares, |b, v| integer::square_root(b, &v[0], shape), |n| n[0].isqrt());
            }
        }
    }
}
