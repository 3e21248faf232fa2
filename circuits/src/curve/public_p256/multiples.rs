//! Sums of multiples of points, in variable time.

use std::sync::LazyLock;

use super::jacobian::{Affine, GENERATOR, Jacobian};
use crate::curve::SCALAR_BYTES;
use crate::curve::digits::{BITS, digits};

/// The window of a point's digits: half as many multiples are made for each.
const WINDOW: usize = 5;
/// Likewise the generator's, whose multiples are made once.
const GENERATOR_WINDOW: usize = 6;
/// Bits of the pieces in which the generator is multiplied.
const GENERATOR_PIECE: usize = 16;

/// By piece, odd multiples of the generator times the piece's least power of two: 256 points, 16 KiB, made when first
/// needed.
static GENERATOR_MULTIPLES: LazyLock<Vec<Affine>> = LazyLock::new(|| {
    let first = std::iter::successors(Some(Jacobian::from(GENERATOR)), |first| {
        Some((0..GENERATOR_PIECE).fold(*first, |point, _| point.doubled()))
    });
    let firsts = first.take(BITS / GENERATOR_PIECE);
    affine(&firsts.flat_map(|first| odd_multiples(&first, GENERATOR_WINDOW)).collect::<Vec<_>>())
});

/// A point times 1, 3, and so on to the greatest digit of a window.
fn odd_multiples(point: &Jacobian, window: usize) -> Vec<Jacobian> {
    let twice = point.doubled();
    std::iter::successors(Some(*point), |multiple| Some(multiple.plus(&twice))).take(1 << (window - 2)).collect()
}

/// The coordinates of points of which none is the identity.
fn affine(points: &[Jacobian]) -> Vec<Affine> {
    Jacobian::to_affine_all(points).into_iter().flatten().collect()
}

/// Adds a digit's multiple, out of those for the digits 1, 3 and so on.
#[inline]
fn add_digit(sum: &mut Jacobian, digit: i8, multiples: &[Affine]) {
    let at = usize::from(digit.unsigned_abs() / 2);
    match digit {
        0 => {}
        1.. => *sum = sum.plus_affine(&multiples[at]),
        _ => *sum = sum.plus_affine(&multiples[at].negative()),
    }
}

/// A number times the generator; the number's least byte comes first.
pub(super) fn generator_multiple(number: &[u8; SCALAR_BYTES]) -> Jacobian {
    const MULTIPLES: usize = 1 << (GENERATOR_WINDOW - 2);
    let digits = digits(number, GENERATOR_PIECE, GENERATOR_WINDOW);
    let mut sum = Jacobian::IDENTITY;
    for column in (0..=GENERATOR_PIECE).rev() {
        sum = sum.doubled();
        let pieces = digits.chunks_exact(GENERATOR_PIECE + 1);
        for (digits, multiples) in pieces.zip(GENERATOR_MULTIPLES.chunks_exact(MULTIPLES)) {
            add_digit(&mut sum, digits[column], multiples);
        }
    }
    sum
}

/// The sum of numbers times points; the numbers' least bytes come first. All share their doublings (Straus, "Addition
/// chains of vectors", 1964).
pub(super) fn sum_of_multiples(terms: &[(Jacobian, [u8; SCALAR_BYTES])]) -> Jacobian {
    const MULTIPLES: usize = 1 << (WINDOW - 2);
    let terms: Vec<_> = terms.iter().filter(|(point, _)| !point.is_identity()).collect();
    let multiples: Vec<Jacobian> = terms.iter().flat_map(|(point, _)| odd_multiples(point, WINDOW)).collect();
    let multiples = affine(&multiples);
    let digits: Vec<Vec<i8>> = terms.iter().map(|(_, number)| digits(number, BITS, WINDOW)).collect();
    let mut sum = Jacobian::IDENTITY;
    for column in (0..=BITS).rev() {
        if !sum.is_identity() {
            sum = sum.doubled();
        }
        for (digits, multiples) in digits.iter().zip(multiples.chunks_exact(MULTIPLES)) {
            add_digit(&mut sum, digits[column], multiples);
        }
    }
    sum
}
