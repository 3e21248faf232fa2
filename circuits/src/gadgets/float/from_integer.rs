//! Integers as floating-point numbers.

use super::Format;
use super::normalise::{Normalisation, normalise};
use super::round::{Unrounded, round};
use crate::boolean::{Bits, Builder, Shape, Signedness, Wire, integer};

/// The number nearest to an integer of any width, of two with the even significand: Rust's `as`.
///
/// `f64-from-i64`: 561 AND gates, depth 147 for `FewAnds`; 835, depth 27 for `FewRounds`.
///
/// # Panics
/// If there are integers beyond the range of the format.
pub fn from_integer(builder: &mut Builder, x: &Bits, signedness: Signedness, format: Format, shape: Shape) -> Bits {
    format.check();
    assert!((x.width() as i64) <= format.bias(), "integers of {} bits exceed the format", x.width());
    let (sign, magnitude) = match signedness {
        Signedness::Unsigned => (Wire::FALSE, x.clone()),
        Signedness::Signed => (x.top(), integer::abs(builder, x, shape)),
    };
    // The bit to round by and one to the left of it must be there.
    let keep = format.precision() + 1;
    let padding = keep.saturating_sub(magnitude.width());
    let magnitude = Bits::constant(0, padding).concat(&magnitude);
    let steps = (x.width() - 1).max(1).ilog2() as usize + 1;
    let how = Normalisation { steps, digit: 1, limit: None, keep };
    let normalised = normalise(builder, magnitude, &how, shape);

    let highest = format.bias() + x.width() as i64 - 2;
    let exponent = Bits::constant(highest as u128, format.exponent_bits);
    let shift = normalised.shift.zero_extend(format.exponent_bits);
    let exponent = integer::sub(builder, &exponent, &shift, shape);
    let unrounded = Unrounded::new(builder, &exponent, normalised.window);
    round(builder, format, &unrounded, shape).magnitude.concat(&sign.into())
}
