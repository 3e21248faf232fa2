//! Comparisons; each gives one bit.

use super::super::{Bits, Builder, Shape, Signedness, Wire};
use super::associative::reduce;
use super::bitwise::{not, xor};
use super::carry::carry_out;
use super::same_width;

/// Whether `x < y`. `FewAnds`: n AND gates. `FewRounds`: 2n - lg (n + 1) AND gates, depth lg (n + 1).
///
/// # Panics
/// If the widths differ.
pub fn less_than(builder: &mut Builder, x: &Bits, y: &Bits, signedness: Signedness, shape: Shape) -> Wire {
    same_width(x, y);
    let (mut x_wires, mut y_wires) = (x.wires().to_vec(), y.wires().to_vec());
    if let (Signedness::Signed, Some(x_sign), Some(y_sign)) = (signedness, x_wires.last_mut(), y_wires.last_mut()) {
        // The number with its sign set is the smaller one, so signs compare the other way round.
        std::mem::swap(x_sign, y_sign);
    }
    // x < y where y - x - 1 does not borrow, which is where y + !x carries.
    let not_x = not(builder, &x_wires.into());
    carry_out(builder, &y_wires, not_x.wires(), Wire::FALSE, shape)
}

/// Whether `x <= y`, at the price of [`less_than`].
///
/// # Panics
/// If the widths differ.
pub fn less_or_equal(builder: &mut Builder, x: &Bits, y: &Bits, signedness: Signedness, shape: Shape) -> Wire {
    let greater = less_than(builder, y, x, signedness, shape);
    builder.not(greater)
}

/// Whether `x = y`: n - 1 AND gates in depth lg n, the best of both shapes.
///
/// # Panics
/// If the widths differ.
pub fn equal(builder: &mut Builder, x: &Bits, y: &Bits) -> Wire {
    let difference = xor(builder, x, y);
    is_zero(builder, &difference)
}

/// Whether all bits are 0: n - 1 AND gates in depth lg n, the best of both shapes. True for no bits.
pub fn is_zero(builder: &mut Builder, x: &Bits) -> Wire {
    let zeros = not(builder, x);
    reduce(zeros.wires().to_vec(), |x, y| builder.and(x, y)).unwrap_or(Wire::TRUE)
}
