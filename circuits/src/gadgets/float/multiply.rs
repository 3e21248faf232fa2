//! Multiplication.

use super::Format;
use super::normalise::{Limit, Normalisation, normalise};
use super::operand::Operand;
use super::round::{Exceptions, Unrounded, finish, round};
use crate::boolean::{Bits, Builder, Shape, Signedness, Wire, integer};

/// `x * y`, the exact product rounded.
///
/// `f64-mul`: 5,011 AND gates, depth 201 for `FewAnds`; 7,150, depth 47 for `FewRounds`.
///
/// # Panics
/// If an operand does not have the width of the format.
pub fn multiply(builder: &mut Builder, x: &Bits, y: &Bits, format: Format, shape: Shape) -> Bits {
    let (x, y) = (Operand::new(builder, x, format), Operand::new(builder, y, format));
    let (x_significand, y_significand) = (x.significand(builder), y.significand(builder));
    let product = integer::multiply_wide(builder, &x_significand, &y_significand, Signedness::Unsigned, shape);

    // Zeros on top make room for a shift to the right, which is then one to the left that goes less far: a product
    // whose exponent is too small is shifted by less than it has leading zeros.
    let room = (format.precision() + 1).next_power_of_two();
    let steps = (room + format.precision()).ilog2() as usize + 1;
    let (x_scale, y_scale) = (x.scale(builder), y.scale(builder));
    let exponent_width = format.exponent_bits + 2;
    let offset = Bits::constant((room as i128 - i128::from(format.bias())) as u128, exponent_width);
    let exponent = integer::sum(builder, &[x_scale, y_scale, offset], exponent_width, shape);
    let limit = Limit::new(builder, &exponent, steps);
    let padded = product.zero_extend(product.width() + room);
    let how = Normalisation { steps, digit: 1, limit: Some(&limit), keep: format.precision() + 1 };
    let normalised = normalise(builder, padded, &how, shape);
    let shift = normalised.shift.zero_extend(exponent_width);
    let exponent = integer::sub(builder, &exponent, &shift, shape).truncate(exponent_width - 1);
    let unrounded = Unrounded::new(builder, &exponent, normalised.window);
    let rounded = round(builder, format, &unrounded, shape);

    let exceptions = exceptions(builder, &x, &y);
    let infinite = builder.or(exceptions.infinite, rounded.overflow);
    let sign = builder.xor(x.sign, y.sign);
    finish(builder, format, sign, &rounded.magnitude, &Exceptions { infinite, ..exceptions })
}

/// NaN for a NaN and for zero times infinity, infinity for infinity; overflow is another matter.
fn exceptions(builder: &mut Builder, x: &Operand, y: &Operand) -> Exceptions {
    let [x_nan, y_nan] = [x, y].map(|operand| operand.is_nan(builder));
    let [x_infinite, y_infinite] = [x, y].map(|operand| operand.is_infinite(builder));
    let [x_zero, y_zero] = [x, y].map(|operand| operand.is_zero(builder));
    let infinite = builder.or(x_infinite, y_infinite);
    let zero = builder.or(x_zero, y_zero);
    let undefined = builder.and(infinite, zero);
    let any_nan = builder.or(x_nan, y_nan);
    Exceptions { nan: builder.or(any_nan, undefined), infinite, zero: Wire::FALSE }
}
