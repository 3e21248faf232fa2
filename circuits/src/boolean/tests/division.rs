//! Division and roots against machine arithmetic.

use proptest::prelude::*;

use super::super::{Signedness, integer};
use super::{SHAPES, check, instances, low, signed, width};

/// `instances` in which divisors have all sizes, so that quotients have too, and every eighth is 0 or -1.
fn with_short_divisors(mut instances: Vec<Vec<u128>>, width: usize) -> Vec<Vec<u128>> {
    for (instance, numbers) in instances.iter_mut().enumerate() {
        numbers[1] = match instance % 16 {
            0 => 0,
            8 => u128::MAX,
            _ => low(numbers[1], instance * width.max(1) / 64 + 1),
        };
        if instance % 5 == 0 {
            // The least number in two's complement.
            numbers[0] = 1 << width.saturating_sub(1);
        }
    }
    instances
}

/// The quotient and the remainder as documented.
fn unsigned_division(x: u128, y: u128) -> (u128, u128) {
    if y == 0 { (u128::MAX, x) } else { (x / y, x % y) }
}

fn signed_division(x: i128, y: i128) -> (i128, i128) {
    if y == 0 { (-1, x) } else { (x.wrapping_div(y), x.wrapping_rem(y)) }
}

proptest! {
    #[test]
    fn divisions(width in width(128), instances in instances(2)) {
        let instances = with_short_divisors(instances, width);
        let widths = [width, width];
        let of_signed = |n: &[u128]| signed_division(signed(n[0], width), signed(n[1], width));
        for shape in SHAPES {
            let divide = |signedness| move |b: &mut _, v: &[_]| integer::divide(b, &v[0], &v[1], signedness, shape);
            let quotient = |signedness| move |b: &mut _, v: &[_]| divide(signedness)(b, v).quotient;
            let remainder = |signedness| move |b: &mut _, v: &[_]| divide(signedness)(b, v).remainder;
            check(&widths, &instances, quotient(Signedness::Unsigned), |n| unsigned_division(n[0], n[1]).0);
            check(&widths, &instances, remainder(Signedness::Unsigned), |n| unsigned_division(n[0], n[1]).1);
            check(&widths, &instances, quotient(Signedness::Signed), |n| of_signed(n).0 as u128);
            check(&widths, &instances, remainder(Signedness::Signed), |n| of_signed(n).1 as u128);
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
        for (shape, chunk) in SHAPES.into_iter().flat_map(|shape| pairs.chunks(64).map(move |chunk| (shape, chunk))) {
            let both = |signedness| {
                move |b: &mut _, v: &[super::Bits]| {
                    let division = integer::divide(b, &v[0], &v[1], signedness, shape);
                    division.quotient.concat(&division.remainder)
                }
            };
            check(&[width; 2], chunk, both(Signedness::Unsigned), |n| {
                let (quotient, remainder) = unsigned_division(n[0], n[1]);
                low(quotient, width) | remainder << width
            });
            check(&[width; 2], chunk, both(Signedness::Signed), |n| {
                let (quotient, remainder) = signed_division(signed(n[0], width), signed(n[1], width));
                low(quotient as u128, width) | (remainder as u128) << width
            });
            check(
                &[2 * width],
                &chunk.iter().map(|n| vec![n[0] << width | n[1]]).collect::<Vec<_>>(),
                |b, v| integer::square_root(b, &v[0], shape),
                |n| n[0].isqrt(),
            );
        }
    }
}
