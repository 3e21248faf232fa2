//! From one format to another.

use super::Format;
use super::normalise::{Normalisation, normalise};
use super::operand::Operand;
use super::round::{Exceptions, Unrounded, finish, round};
use super::window::Window;
use crate::boolean::{Bits, Builder, Shape, Wire, integer};

/// The number of `to` nearest to a number of `from`, of two the one with the even significand; exact towards the
/// wider format.
///
/// `f32-from-f64`: 344 AND gates, depth 57 for `FewAnds`; 415, depth 28 for `FewRounds`.
///
/// `f64-from-f32`: 229 AND gates, depth 27 for `FewAnds`; 250, depth 16 for `FewRounds`.
///
/// # Panics
/// If the operand does not have the width of `from`, or neither format has all numbers of the other as normal ones.
pub fn convert(builder: &mut Builder, x: &Bits, from: Format, to: Format, shape: Shape) -> Bits {
    let x = Operand::new(builder, x, from);
    to.check();
    let (narrow, wide) = if from.width() < to.width() { (from, to) } else { (to, from) };
    let least_narrow_bits = narrow.bias() + narrow.fraction_bits as i64 + 2;
    let encloses = narrow.fraction_bits < wide.fraction_bits && least_narrow_bits < wide.bias();
    assert!(encloses, "the numbers of one format are normal numbers of the other");
    let (magnitude, overflow) = if from == narrow {
        (widened(builder, &x, from, to, shape), Wire::FALSE)
    } else {
        let unrounded = narrowed(builder, &x, from, to, shape);
        let rounded = round(builder, to, &unrounded, shape);
        (rounded.magnitude, rounded.overflow)
    };
    let (nan, infinite) = (x.is_nan(builder), x.is_infinite(builder));
    let exceptions = Exceptions { nan, infinite: builder.or(infinite, overflow), zero: Wire::FALSE };
    finish(builder, to, x.sign, &magnitude, &exceptions)
}

/// The same number in a wider format, where all are normal but zero.
fn widened(builder: &mut Builder, x: &Operand, from: Format, to: Format, shape: Shape) -> Bits {
    let scale = x.scale(builder);
    let significand = x.significand(builder);
    let steps = from.fraction_bits.ilog2() as usize + 1;
    let how = Normalisation { steps, digit: 1, limit: None, keep: from.precision() };
    let normalised = normalise(builder, significand, &how, shape);
    let leading = normalised.window.bits.top();

    let width = to.exponent_bits;
    let offset = Bits::constant((to.bias() - from.bias()) as u128, width);
    let shifted = integer::sub(builder, &offset, &normalised.shift.zero_extend(width), shape);
    let exponent = integer::add(builder, &scale.zero_extend(width), &shifted, shape);
    let exponent: Bits = exponent.iter().map(|bit| builder.and(bit, leading)).collect();
    let padding = Bits::constant(0, to.fraction_bits - from.fraction_bits);
    padding.concat(&normalised.window.bits.truncate(from.fraction_bits)).concat(&exponent)
}

/// The number for rounding in a narrower format, where the subnormal ones of the wider vanish.
fn narrowed(builder: &mut Builder, x: &Operand, from: Format, to: Format, shape: Shape) -> Unrounded {
    let keep = to.precision() + 1;
    let steps = keep.ilog2() as usize + 1;
    // A leading bit for subnormal numbers too, as they vanish all the same.
    let significand = x.fraction.concat(&Wire::TRUE.into());

    let width = from.exponent_bits + 1;
    let offset = i128::from(to.bias() - from.bias() - 1);
    let scale = x.exponent.zero_extend(width);
    let exponent = integer::add(builder, &scale, &Bits::constant(offset as u128, width), shape);
    let below = integer::add(builder, &scale, &Bits::constant((offset - 1) as u128, width), shape);
    // Where `exponent` is negative, the shift to the right is by -`exponent`, the complement of which is
    // `exponent` - 1.
    let normal = builder.not(exponent.top());
    let out_of_reach: Bits = below.iter().skip(steps).map(|bit| builder.not(bit)).collect();
    let within_reach = integer::is_zero(builder, &out_of_reach);
    let toward_left: Bits = below
        .iter()
        .take(steps)
        .map(|bit| {
            let subnormal = builder.and(bit, within_reach);
            builder.or(normal, subnormal)
        })
        .collect();

    let mut window = Window::new(significand);
    window.step(builder, Wire::FALSE, 0, keep);
    let mut shifted = Window::shifted_right(builder, &window.bits, &toward_left, 0);
    shifted.below.append(&mut window.below);
    Unrounded::new(builder, &exponent.truncate(width - 1), shifted)
}
