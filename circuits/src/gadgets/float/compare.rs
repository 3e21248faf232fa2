//! Comparisons. A NaN is unordered: nothing is less than it, equal to it or greater. The two zeros are equal.

use super::Format;
use super::operand::Operand;
use super::round::{Exceptions, finish};
use crate::boolean::{Bits, Builder, Shape, Signedness, Wire, integer};

/// Whether `x < y`.
///
/// `f64-less`: 203 AND gates, depth 74 for `FewAnds`; 260, depth 17 for `FewRounds`.
///
/// # Panics
/// If an operand does not have the width of the format.
pub fn less_than(builder: &mut Builder, x: &Bits, y: &Bits, format: Format, shape: Shape) -> Wire {
    let (x, y) = (Operand::new(builder, x, format), Operand::new(builder, y, format));
    let (x_is_below, farther) = order(builder, &x, &y, format, shape);
    // One test does for both operands: the one farther from 0 is a NaN if any is, and 0 if both are.
    let (nan, zero) = (farther.is_nan(builder), farther.is_zero(builder));
    let unequal = builder.xor(x.sign, y.sign);
    let equal_zeros = builder.and(unequal, zero);
    let never = builder.or(nan, equal_zeros);
    let possible = builder.not(never);
    builder.and(x_is_below, possible)
}

/// Whether `x <= y`, at the price of [`less_than`].
///
/// # Panics
/// If an operand does not have the width of the format.
pub fn less_or_equal(builder: &mut Builder, x: &Bits, y: &Bits, format: Format, shape: Shape) -> Wire {
    let (x, y) = (Operand::new(builder, x, format), Operand::new(builder, y, format));
    let (y_is_below, farther) = order(builder, &y, &x, format, shape);
    let (nan, zero) = (farther.is_nan(builder), farther.is_zero(builder));
    let unequal = builder.xor(x.sign, y.sign);
    let equal_zeros = builder.and(unequal, zero);
    let not_below = builder.not(y_is_below);
    let holds = builder.or(not_below, equal_zeros);
    let ordered = builder.not(nan);
    builder.and(holds, ordered)
}

/// Whether `x = y`.
///
/// `f64-equal`: 137 AND gates, depth 9 for both shapes.
///
/// # Panics
/// If an operand does not have the width of the format.
pub fn equal(builder: &mut Builder, x: &Bits, y: &Bits, format: Format) -> Wire {
    let (x, y) = (Operand::new(builder, x, format), Operand::new(builder, y, format));
    let magnitudes_equal = integer::equal(builder, &x.magnitude(), &y.magnitude());
    let signs_differ = builder.xor(x.sign, y.sign);
    let (nan, zero) = (x.is_nan(builder), x.is_zero(builder));
    // Of equal magnitudes both are NaNs or none is. With the same sign it must be none, otherwise both must be zeros.
    let ordered = builder.not(nan);
    let agree = builder.mux(signs_differ, zero, ordered);
    builder.and(magnitudes_equal, agree)
}

/// The smaller of `x` and `y`, where -0 is below 0, and NaN if any of them is one: `minimum` of IEEE 754-2019,
/// section 9.6. (Rust's `f64::min` is its `minimumNumber`, which ignores a NaN.)
///
/// `f64-minimum`: 317 AND gates, depth 72 for `FewAnds`; 374, depth 15 for `FewRounds`.
///
/// # Panics
/// If an operand does not have the width of the format.
pub fn minimum(builder: &mut Builder, x: &Bits, y: &Bits, format: Format, shape: Shape) -> Bits {
    choose(builder, [x, y], [x, y], format, shape)
}

/// The larger of `x` and `y`, as [`minimum`] and at its price.
///
/// # Panics
/// If an operand does not have the width of the format.
pub fn maximum(builder: &mut Builder, x: &Bits, y: &Bits, format: Format, shape: Shape) -> Bits {
    choose(builder, [x, y], [y, x], format, shape)
}

/// The first of `choices` if the first of `compared` is below the second, the second if not, and NaN for a NaN.
fn choose(builder: &mut Builder, compared: [&Bits; 2], choices: [&Bits; 2], format: Format, shape: Shape) -> Bits {
    let [x, y] = compared.map(|number| Operand::new(builder, number, format));
    let (x_is_below, farther) = order(builder, &x, &y, format, shape);
    let chosen = integer::select(builder, x_is_below, choices[0], choices[1]);
    let nan = farther.is_nan(builder);
    let exceptions = Exceptions { nan, infinite: Wire::FALSE, zero: Wire::FALSE };
    finish(builder, format, chosen.top(), &chosen.truncate(format.width() - 1), &exceptions)
}

/// Whether `x` comes before `y` in the order from -NaN to NaN in which -0 is below 0, and the operand of the larger
/// magnitude.
fn order(builder: &mut Builder, x: &Operand, y: &Operand, format: Format, shape: Shape) -> (Wire, Operand) {
    // Negative numbers come in the reverse order of their magnitudes, which is that of their complements.
    let reversed = x.sign;
    let mut key = |operand: &Operand| operand.magnitude().iter().map(|bit| builder.xor(bit, reversed)).collect();
    let (x_key, y_key) = (key(x), key(y));
    let below = integer::less_than(builder, &x_key, &y_key, Signedness::Unsigned, shape);
    let x_is_nearer = builder.xor(below, reversed);
    let magnitude = integer::select(builder, x_is_nearer, &y.magnitude(), &x.magnitude());
    let signs_differ = builder.xor(x.sign, y.sign);
    let x_is_below = builder.mux(signs_differ, x.sign, below);
    (x_is_below, Operand::with_sign(builder, Wire::FALSE, &magnitude, format))
}
