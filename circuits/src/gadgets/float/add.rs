//! Addition and subtraction.

use super::Format;
use super::normalise::{Limit, Normalisation, normalise};
use super::operand::Operand;
use super::round::{Exceptions, Unrounded, finish, round};
use super::window::{Window, any};
use crate::boolean::{Bits, Builder, Shape, Signedness, Wire, integer};

/// Bits below the significand that rounding needs after a subtraction: one in case the leading bit is lost, one to
/// round by, and one that says whether anything is below.
const EXTRA: usize = 3;

/// `x + y`, the exact sum rounded; that of a number and its opposite is +0.
///
/// `f64-add`: 1,286 AND gates, depth 236 for `FewAnds`; 1,713, depth 56 for `FewRounds`.
///
/// # Panics
/// If an operand does not have the width of the format.
pub fn add(builder: &mut Builder, x: &Bits, y: &Bits, format: Format, shape: Shape) -> Bits {
    let (x, y) = (Operand::new(builder, x, format), Operand::new(builder, y, format));
    let ordered = Ordered::new(builder, &x, &y, format, shape);
    let Ordered { larger, smaller, subtracts } = &ordered;
    let larger_significand = larger.significand(builder);
    let aligned = aligned(builder, larger, smaller, shape);
    let sum = sum(builder, &larger_significand, &aligned, *subtracts, shape);

    let scale = larger.scale(builder);
    let steps = sum.width().ilog2() as usize + 1;
    let limit = Limit::new(builder, &scale.zero_extend(scale.width() + 1), steps);
    let vanishes = vanishes(builder, &sum, 1 << (steps - 1));
    let how = Normalisation { steps, digit: 1, limit: Some(&limit), keep: format.precision() + 1 };
    let normalised = normalise(builder, sum, &how, shape);
    let exponent = difference(builder, &scale, &normalised.shift, shape);
    // Where the leading bit is 0, either the limit was reached and leaves 0, or the sum is 0 and set apart.
    let unrounded = Unrounded { exponent, significand: normalised.window };
    let rounded = round(builder, format, &unrounded, shape);

    // An exact difference of nothing is +0 unless both are -0, which is a sum.
    let cancels = builder.and(vanishes, *subtracts);
    let keeps_sign = builder.not(cancels);
    let sign = builder.and(larger.sign, keeps_sign);
    let exceptions = exceptions(builder, &ordered);
    let infinite = builder.or(exceptions.infinite, rounded.overflow);
    finish(builder, format, sign, &rounded.magnitude, &Exceptions { infinite, zero: vanishes, ..exceptions })
}

/// `x - y`, at the price of [`add`].
///
/// # Panics
/// If an operand does not have the width of the format.
pub fn sub(builder: &mut Builder, x: &Bits, y: &Bits, format: Format, shape: Shape) -> Bits {
    let negative = super::neg(builder, y, format);
    add(builder, x, &negative, format, shape)
}

/// The operands by magnitude.
struct Ordered {
    larger: Operand,
    smaller: Operand,
    /// Whether their signs differ.
    subtracts: Wire,
}

impl Ordered {
    fn new(builder: &mut Builder, x: &Operand, y: &Operand, format: Format, shape: Shape) -> Self {
        let (x_magnitude, y_magnitude) = (x.magnitude(), y.magnitude());
        let x_is_smaller = integer::less_than(builder, &x_magnitude, &y_magnitude, Signedness::Unsigned, shape);
        let larger = integer::select(builder, x_is_smaller, &y_magnitude, &x_magnitude);
        let smaller = integer::select(builder, x_is_smaller, &x_magnitude, &y_magnitude);
        let subtracts = builder.xor(x.sign, y.sign);
        let larger_sign = builder.mux(x_is_smaller, y.sign, x.sign);
        let smaller_sign = builder.xor(larger_sign, subtracts);
        // The operands have been tested for being subnormal meanwhile.
        let larger_subnormal = builder.mux(x_is_smaller, y.subnormal, x.subnormal);
        let smaller_subnormal = builder.mux(x_is_smaller, x.subnormal, y.subnormal);
        let larger = Operand::with_sign(builder, larger_sign, &larger, format);
        let smaller = Operand::with_sign(builder, smaller_sign, &smaller, format);
        Self {
            larger: Operand { subnormal: larger_subnormal, ..larger },
            smaller: Operand { subnormal: smaller_subnormal, ..smaller },
            subtracts,
        }
    }
}

/// The smaller significand, shifted right by the difference of the exponents, with the extra bits below it.
fn aligned(builder: &mut Builder, larger: &Operand, smaller: &Operand, shape: Shape) -> Bits {
    let (larger_scale, smaller_scale) = (larger.scale(builder), smaller.scale(builder));
    let distance = integer::sub(builder, &larger_scale, &smaller_scale, shape);
    let significand = smaller.significand(builder);
    // From a shift by all of its bits and the extra ones on, nothing is left but the lowest.
    let steps = (significand.width() + EXTRA).ilog2() as usize + 1;
    let far = any(builder, &distance.iter().skip(steps).collect());
    let near = builder.not(far);
    let toward_left = distance
        .iter()
        .take(steps)
        .map(|bit| {
            let unset = builder.not(bit);
            builder.and(unset, near)
        })
        .collect();
    let shifted = Window::shifted_right(builder, &significand, &toward_left, EXTRA - 1);
    Bits::from(shifted.sticky(builder)).concat(&shifted.bits)
}

/// The sum or difference of the significands with a bit more on top.
fn sum(builder: &mut Builder, larger: &Bits, aligned: &Bits, subtracts: Wire, shape: Shape) -> Bits {
    let width = aligned.width() + 1;
    let larger = Bits::constant(0, EXTRA).concat(larger).zero_extend(width);
    let aligned = aligned.zero_extend(width).iter().map(|bit| builder.xor(bit, subtracts)).collect();
    integer::add_with_carry(builder, &larger, &aligned, subtracts, shape)
}

/// Whether the sum is 0, by a test of the `leading` bits that its normalisation makes anyway and one of the others.
fn vanishes(builder: &mut Builder, sum: &Bits, leading: usize) -> Wire {
    let leads_with_zeros = Window::new(sum.clone()).leads_with_zeros(builder, leading);
    // Where significands cancel, their exponents differ by no more than 1, and the lowest two bits are 0.
    let others = sum.iter().take(sum.width() - leading).skip(2).collect();
    let others_are_zero = integer::is_zero(builder, &others);
    builder.and(leads_with_zeros, others_are_zero)
}

/// `exponent - shift`.
fn difference(builder: &mut Builder, exponent: &Bits, shift: &Bits, shape: Shape) -> Bits {
    let width = exponent.width().max(shift.width());
    integer::sub(builder, &exponent.zero_extend(width), &shift.zero_extend(width), shape)
}

/// NaN for a NaN and for infinity less infinity, infinity for infinity. A NaN is the larger operand, or both are NaNs.
fn exceptions(builder: &mut Builder, ordered: &Ordered) -> Exceptions {
    let Ordered { larger, smaller, subtracts } = ordered;
    let infinite = larger.exponent_is_ones(builder);
    let both = smaller.exponent_is_ones(builder);
    let differ = builder.and(both, *subtracts);
    let no_fraction = larger.fraction_is_zero(builder);
    let has_fraction = builder.not(no_fraction);
    let undefined = builder.or(has_fraction, differ);
    Exceptions { nan: builder.and(infinite, undefined), infinite, zero: Wire::FALSE }
}
