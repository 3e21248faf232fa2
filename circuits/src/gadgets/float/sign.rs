//! The operations on the sign bit.

use super::Format;
use crate::boolean::{Bits, Builder, Wire};

/// `-x`, without an AND gate. As in the standard (IEEE 754-2019, section 5.5.1) this is no arithmetic: it inverts the
/// sign bit of whatever there is, and a NaN keeps its other bits.
///
/// # Panics
/// If the operand does not have the width of the format.
pub fn neg(builder: &mut Builder, x: &Bits, format: Format) -> Bits {
    let sign = builder.not(x.top());
    with_sign(x, sign, format)
}

/// `|x|`, without a gate, by clearing the sign bit of whatever there is, as [`neg`] inverts it.
///
/// # Panics
/// If the operand does not have the width of the format.
pub fn abs(x: &Bits, format: Format) -> Bits {
    with_sign(x, Wire::FALSE, format)
}

fn with_sign(x: &Bits, sign: Wire, format: Format) -> Bits {
    assert_eq!(x.width(), format.width(), "a number has the width of its format");
    x.truncate(format.width() - 1).concat(&sign.into())
}
