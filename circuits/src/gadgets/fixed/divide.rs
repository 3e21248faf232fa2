//! Quotients and reciprocals.

use crate::boolean::integer::{abs, add_with_carry, select};
use crate::boolean::{Bits, Builder, Shape, Wire};

use super::Format;

/// `x / y`, rounded to the nearest number and away from zero between two.
///
/// The error is at most half an ulp. A quotient out of range saturates: it becomes the greatest number, or the least
/// one if it is negative. Division by zero is such a quotient, whose sign is that of `x`: 0 / 0 is the greatest number.
///
/// Non-restoring division: each of the n + 1 digits costs one addition of n bits, hence about n² AND gates. The digits
/// depend on each other, so for `FewRounds` the depth is still about n lg n.
///
/// # Panics
/// If an operand does not have the format's width.
pub fn divide(builder: &mut Builder, x: &Bits, y: &Bits, format: Format, shape: Shape) -> Bits {
    format.check(x);
    format.check(y);
    let width = format.width();
    let divisor = abs(builder, y, shape);
    // The numerator is |x| * 2^(fraction_bits + 1), and the quotient has n bits, the last one for rounding. What
    // is left of the numerator above them is the first remainder, which reaches the divisor only on overflow.
    let numerator = Bits::constant(0, format.fraction_bits + 1).concat(&abs(builder, x, shape));
    let mut remainder = numerator.iter().skip(width).collect::<Bits>().zero_extend(width);
    remainder = add_or_subtract(builder, &remainder, &divisor, Wire::TRUE, shape);
    let overflow = builder.not(remainder.top());

    let mut digits = Vec::with_capacity(width);
    for bit in numerator.iter().take(width).rev() {
        let subtract = builder.not(remainder.top());
        let shifted = Bits::from(bit).concat(&remainder.truncate(width - 1));
        // The remainder stays between -divisor and divisor, so it may be computed mod 2^width.
        remainder = add_or_subtract(builder, &shifted, &divisor, subtract, shape);
        digits.push(builder.not(remainder.top()));
    }
    let sign = builder.xor(x.top(), y.top());
    digits.reverse();
    round(builder, &digits, sign, overflow, shape)
}

/// `1 / x`: [`divide`] with the constant 1 as numerator, of which a few gates vanish.
///
/// The error is at most half an ulp. The reciprocal of zero is the greatest number.
///
/// # Panics
/// If `x` does not have the format's width.
pub fn reciprocal(builder: &mut Builder, x: &Bits, format: Format, shape: Shape) -> Bits {
    let one = Bits::constant(format.one() as u128, format.width());
    divide(builder, &one, x, format, shape)
}

/// `remainder - divisor` or `remainder + divisor`, mod 2^width.
fn add_or_subtract(builder: &mut Builder, remainder: &Bits, divisor: &Bits, subtract: Wire, shape: Shape) -> Bits {
    let term = divisor.iter().map(|bit| builder.xor(bit, subtract)).collect();
    add_with_carry(builder, remainder, &term, subtract, shape)
}

/// The signed quotient from the digits of its magnitude, the lowest of which is the half that rounds it.
fn round(builder: &mut Builder, digits: &[Wire], sign: Wire, overflow: Wire, shape: Shape) -> Bits {
    let half = digits[0];
    let width = digits.len();
    // -(q + half) = !q + 1 - half: the sign and the rounding take one carry.
    let magnitude = Bits::from(digits[1..].to_vec()).zero_extend(width);
    let flipped = magnitude.iter().map(|bit| builder.xor(bit, sign)).collect();
    let carry = builder.xor(sign, half);
    let quotient = add_with_carry(builder, &flipped, &Bits::constant(0, width), carry, shape);

    let positive = builder.not(sign);
    let rounded_up_too_far = builder.and(positive, quotient.top());
    let saturates = builder.or(overflow, rounded_up_too_far);
    let limit = Bits::from(vec![positive; width - 1]).concat(&sign.into());
    select(builder, saturates, &limit, &quotient)
}

/// What [`divide`] computes, on the numbers' bits as integers.
pub fn divide_in_the_clear(format: Format, x: i128, y: i128) -> i128 {
    let negative = (x < 0) != (y < 0);
    let limit = if negative { format.least() } else { format.greatest() };
    let twice = (x.unsigned_abs() << (format.fraction_bits + 1)).checked_div(y.unsigned_abs());
    let Some(twice) = twice else { return limit };
    let rounded = twice.div_ceil(2) as i128;
    if negative { (-rounded).max(limit) } else { rounded.min(limit) }
}

/// What [`reciprocal`] computes, on the number's bits as an integer.
pub fn reciprocal_in_the_clear(format: Format, x: i128) -> i128 {
    divide_in_the_clear(format, format.one(), x)
}
