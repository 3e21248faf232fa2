//! Square roots.

use crate::boolean::integer::{add, add_with_carry};
use crate::boolean::{Bits, Builder, Shape, Wire};

use super::Format;

/// The square root of `x`, rounded to the nearest number (there is never one between two); 0 if `x` is negative.
///
/// The error is at most half an ulp. Non-restoring: digit j costs an addition of about j bits, hence about k² / 2 AND
/// gates for the k = (n + fraction_bits) / 2 digits. For `FewRounds` the depth is about k lg k.
///
/// # Panics
/// If `x` does not have the format's width.
pub fn square_root(builder: &mut Builder, x: &Bits, format: Format, shape: Shape) -> Bits {
    format.check(x);
    let width = format.width();
    // Twice the root, whose last digit rounds it, is the integer root of x * 2^(fraction_bits + 2).
    let natural = x.truncate(width - 1);
    let radicand = Bits::constant(0, format.fraction_bits + 2).concat(&natural);
    let radicand = radicand.zero_extend(radicand.width().next_multiple_of(2));

    // From the top, digits of the root and the remainder that they leave, in two's complement.
    let mut digits: Vec<Wire> = Vec::new();
    let mut remainder = Bits::constant(0, 1);
    for pair in radicand.wires().rchunks(2) {
        remainder = next_remainder(builder, &remainder, &digits, pair, shape);
        digits.push(builder.not(remainder.top()));
    }
    digits.reverse();

    let root = Bits::from(digits[1..].to_vec()).zero_extend(width);
    let rounded = add_with_carry(builder, &root, &Bits::constant(0, width), digits[0], shape);
    let natural = builder.not(x.top());
    rounded.iter().map(|bit| builder.and(bit, natural)).collect()
}

/// The remainder after one more digit: `4 r + pair - (4 q + 1)` if `r` is not negative, and `4 r + pair + (4 q + 3)`,
/// which takes the last subtraction back, if it is.
fn next_remainder(builder: &mut Builder, remainder: &Bits, digits: &[Wire], pair: &[Wire], shape: Shape) -> Bits {
    // It lies between -2 q - 1 and 2 q, with the new digit in q.
    let width = digits.len() + 3;
    let subtract = builder.not(remainder.top());
    // -(4 q + 1) is 4 !q + 3, so that no carry needs to enter.
    let mut term = vec![Wire::TRUE; 2];
    term.extend(digits.iter().rev().map(|&digit| builder.xor(digit, subtract)));
    let term = Bits::from(term).concat(&subtract.into()).truncate(width);
    let shifted = Bits::from(pair.to_vec()).concat(&remainder.sign_extend(width)).truncate(width);
    add(builder, &shifted, &term, shape)
}

/// What [`square_root`] computes, on the number's bits as an integer.
pub fn square_root_in_the_clear(format: Format, x: i128) -> i128 {
    let twice = (x.max(0) << (format.fraction_bits + 2)).isqrt();
    (twice + 1) / 2
}
