//! Choosing between values: selection, minimum and maximum, absolute value.

use super::super::{Bits, Builder, Shape, Signedness, Wire};
use super::add::add_with_carry;
use super::compare::less_than;
use super::same_width;

/// `on_true` where `condition` holds, `on_false` elsewhere: n AND gates in depth 1.
///
/// # Panics
/// If the widths differ.
pub fn select(builder: &mut Builder, condition: Wire, on_true: &Bits, on_false: &Bits) -> Bits {
    same_width(on_true, on_false);
    on_true.iter().zip(on_false.iter()).map(|(on_true, on_false)| builder.mux(condition, on_true, on_false)).collect()
}

/// The smaller of `x` and `y`: a comparison and n AND gates.
///
/// # Panics
/// If the widths differ.
pub fn min(builder: &mut Builder, x: &Bits, y: &Bits, signedness: Signedness, shape: Shape) -> Bits {
    let x_is_less = less_than(builder, x, y, signedness, shape);
    select(builder, x_is_less, x, y)
}

/// The larger of `x` and `y`: a comparison and n AND gates, and none but XOR gates if [`min`] of the same two is
/// there already.
///
/// # Panics
/// If the widths differ.
pub fn max(builder: &mut Builder, x: &Bits, y: &Bits, signedness: Signedness, shape: Shape) -> Bits {
    let x_is_less = less_than(builder, x, y, signedness, shape);
    select(builder, x_is_less, y, x)
}

/// The absolute value of a number in two's complement, as a natural number of n bits, so that the least number has
/// one too: the AND gates of [`super::add`].
pub fn abs(builder: &mut Builder, x: &Bits, shape: Shape) -> Bits {
    // -x = !x + 1, and the sign says whether to do so.
    let sign = x.top();
    let magnitude: Bits = x.iter().map(|bit| builder.xor(bit, sign)).collect();
    add_with_carry(builder, &magnitude, &Bits::constant(0, x.width()), sign, shape)
}
