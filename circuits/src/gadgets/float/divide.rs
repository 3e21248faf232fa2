//! Division.

use super::Format;
use super::normalise::{Normalisation, Normalised, normalise};
use super::operand::Operand;
use super::round::{Exceptions, Unrounded, finish, round};
use super::window::Window;
use crate::boolean::integer::Columns;
use crate::boolean::{Bits, Builder, Shape, Signedness, Wire, integer};

/// `x / y`, the exact quotient rounded; infinity for the division by 0 of all numbers but 0.
///
/// `f64-div`: 4,548 AND gates, depth 3014 for `FewAnds`; 13,698, depth 363 for `FewRounds`.
///
/// The quotient comes bit by bit, so its depth is linear for both shapes: for `FewRounds` it is the precision times
/// the depth of an adder, where it is its square for `FewAnds`.
///
/// # Panics
/// If an operand does not have the width of the format.
pub fn divide(builder: &mut Builder, x: &Bits, y: &Bits, format: Format, shape: Shape) -> Bits {
    let (x, y) = (Operand::new(builder, x, format), Operand::new(builder, y, format));
    let (dividend, divisor) = (normalised(builder, &x, format, shape), normalised(builder, &y, format, shape));
    let quotient = quotient(builder, &dividend.window.bits, &divisor.window.bits, shape);
    let exponent = exponent(builder, [&x, &y], [&dividend.shift, &divisor.shift], format, shape);
    let unrounded = unrounded(builder, &quotient, &exponent, format, shape);
    let rounded = round(builder, format, &unrounded, shape);

    let exceptions = exceptions(builder, &x, &y);
    let infinite = builder.or(exceptions.infinite, rounded.overflow);
    let sign = builder.xor(x.sign, y.sign);
    finish(builder, format, sign, &rounded.magnitude, &Exceptions { infinite, ..exceptions })
}

/// The significand with its leading one at the top.
fn normalised(builder: &mut Builder, operand: &Operand, format: Format, shape: Shape) -> Normalised {
    let significand = operand.significand(builder);
    let steps = format.fraction_bits.ilog2() as usize + 1;
    let how = Normalisation { steps, digit: 1, limit: None, keep: format.precision() };
    normalise(builder, significand, &how, shape)
}

/// The quotient of significands with leading ones, cut off.
struct Quotient {
    /// One bit before the point and as many behind it as the precision and one.
    bits: Bits,
    /// Whether anything was cut off.
    inexact: Wire,
}

/// Division without restoring: p AND gates for each of the p + 2 bits, as a negative remainder is not repaired but has
/// the divisor added in the next step.
fn quotient(builder: &mut Builder, dividend: &Bits, divisor: &Bits, shape: Shape) -> Quotient {
    let precision = divisor.width();
    let wide = divisor.zero_extend(precision + 1);
    // In two's complement, at least -divisor and less than divisor.
    let mut remainder = integer::sub(builder, &dividend.zero_extend(precision + 1), &wide, shape);
    let mut bits = vec![builder.not(remainder.top())];
    for _ in 0..=precision {
        let subtracts = bits[bits.len() - 1];
        let doubled = integer::shift_left(&remainder, 1);
        let term = wide.iter().map(|bit| builder.xor(bit, subtracts)).collect();
        remainder = integer::add_with_carry(builder, &doubled, &term, subtracts, shape);
        bits.push(builder.not(remainder.top()));
    }
    bits.reverse();
    let exact = exact(builder, &remainder, &wide);
    Quotient { bits: bits.into(), inexact: builder.not(exact) }
}

/// Whether the remainder is 0, which shows as `remainder` = -`divisor`.
///
/// An exact quotient ends with a 1 at some bit i behind the point; then 2^i divides the divisor, so i is less than the
/// precision and further bits follow. After the 1 the remainder is 0, and from the next bit on, -divisor.
fn exact(builder: &mut Builder, remainder: &Bits, divisor: &Bits) -> Wire {
    // x + y = 0 just where each bit of x ^ y is the carry into it, and that is then the x | y of the bit below.
    let carries = integer::shift_left(&integer::or(builder, remainder, divisor), 1);
    let sum = integer::xor(builder, remainder, divisor);
    integer::equal(builder, &sum, &carries)
}

/// The biased exponent of a quotient of at least 1, less 2, in two's complement.
fn exponent(builder: &mut Builder, operands: [&Operand; 2], shifts: [&Bits; 2], format: Format, shape: Shape) -> Bits {
    let width = format.exponent_bits + 2;
    let [x_scale, y_scale] = operands.map(|operand| operand.scale(builder));
    let [x_shift, y_shift] = shifts;
    let mut sum = Columns::new(width, shape);
    let bias = Bits::constant((format.bias() - 2) as u128, width);
    for term in [&x_scale, y_shift, &bias] {
        sum.add(builder, 0, term, Signedness::Unsigned);
    }
    for term in [&y_scale, x_shift] {
        sum.subtract(builder, 0, term, Signedness::Unsigned);
    }
    sum.total(builder)
}

/// The quotient with its leading bit at the top, or where the least exponent has it.
fn unrounded(builder: &mut Builder, quotient: &Quotient, exponent: &Bits, format: Format, shape: Shape) -> Unrounded {
    let keep = format.precision() + 1;
    let steps = (keep + 1).ilog2() as usize + 1;
    let whole = quotient.bits.top();
    let normal = builder.not(exponent.top());
    // With the second bit at the top as a start, the shift to the right is by the whole bit, or where `exponent` is
    // negative by -`exponent`, whose complement is `exponent` - 1.
    let minus_one = Bits::constant(u128::MAX, exponent.width());
    let below = integer::add(builder, exponent, &minus_one, shape);
    let out_of_reach: Bits = below.iter().skip(steps).map(|bit| builder.not(bit)).collect();
    let within_reach = integer::is_zero(builder, &out_of_reach);
    let toward_left: Bits = (0..steps)
        .map(|step| {
            let subnormal = builder.and(below[step], within_reach);
            let by_whole = if step == 0 { builder.not(whole) } else { Wire::TRUE };
            builder.mux(normal, by_whole, subnormal)
        })
        .collect();
    let room = Bits::constant(0, (1 << steps) - 2);
    let mut significand = Window::new(quotient.bits.concat(&room)).shift_left(builder, &toward_left, keep);
    significand.below.push(quotient.inexact);

    let zero = Bits::constant(0, exponent.width());
    let exponent = integer::add_with_carry(builder, exponent, &zero, whole, shape).truncate(exponent.width() - 1);
    Unrounded::new(builder, &exponent, significand)
}

/// NaN for a NaN, 0 / 0 and infinity by infinity, infinity for infinity and for a division by 0, 0 for one by infinity.
fn exceptions(builder: &mut Builder, x: &Operand, y: &Operand) -> Exceptions {
    let [x_nan, y_nan] = [x, y].map(|operand| operand.is_nan(builder));
    let [x_infinite, y_infinite] = [x, y].map(|operand| operand.is_infinite(builder));
    let [x_zero, y_zero] = [x, y].map(|operand| operand.is_zero(builder));
    let both_zero = builder.and(x_zero, y_zero);
    let both_infinite = builder.and(x_infinite, y_infinite);
    let undefined = builder.or(both_zero, both_infinite);
    let any_nan = builder.or(x_nan, y_nan);
    Exceptions { nan: builder.or(any_nan, undefined), infinite: builder.or(x_infinite, y_zero), zero: y_infinite }
}
