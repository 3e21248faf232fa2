//! Operations on each bit by itself: one gate per bit.

use super::super::{Bits, Builder};
use super::same_width;

/// `x & y`, bit by bit: n AND gates.
///
/// # Panics
/// If the widths differ.
pub fn and(builder: &mut Builder, x: &Bits, y: &Bits) -> Bits {
    same_width(x, y);
    x.iter().zip(y.iter()).map(|(x, y)| builder.and(x, y)).collect()
}

/// `x | y`, bit by bit: n AND gates.
///
/// # Panics
/// If the widths differ.
pub fn or(builder: &mut Builder, x: &Bits, y: &Bits) -> Bits {
    same_width(x, y);
    x.iter().zip(y.iter()).map(|(x, y)| builder.or(x, y)).collect()
}

/// `x ^ y`, bit by bit: no AND gate.
///
/// # Panics
/// If the widths differ.
pub fn xor(builder: &mut Builder, x: &Bits, y: &Bits) -> Bits {
    same_width(x, y);
    x.iter().zip(y.iter()).map(|(x, y)| builder.xor(x, y)).collect()
}

/// `!x`, bit by bit: no AND gate.
pub fn not(builder: &mut Builder, x: &Bits) -> Bits {
    x.iter().map(|x| builder.not(x)).collect()
}
