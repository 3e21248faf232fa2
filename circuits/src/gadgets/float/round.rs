//! Rounding to nearest, ties to even, and putting the number together.

use super::Format;
use super::window::{Window, any};
use crate::boolean::{Bits, Builder, Shape, Wire, integer};

/// A positive result before rounding, with the leading bit of its significand at the top, unless it is subnormal or 0.
pub(super) struct Unrounded {
    /// The biased exponent less 1, a natural number of any width, and 0 if the leading bit is 0.
    pub(super) exponent: Bits,
    /// As many leading bits as the precision, one more to round by, and whether something is below.
    pub(super) significand: Window,
}

impl Unrounded {
    /// With an exponent that has no meaning where the leading bit is 0: an AND gate for each of its bits.
    pub(super) fn new(builder: &mut Builder, exponent: &Bits, significand: Window) -> Self {
        let leading = significand.bits.top();
        Self { exponent: exponent.iter().map(|bit| builder.and(bit, leading)).collect(), significand }
    }
}

/// A rounded magnitude.
pub(super) struct Rounded {
    /// Exponent and fraction.
    pub(super) magnitude: Bits,
    /// Whether infinity is to be given instead.
    pub(super) overflow: Wire,
}

/// Results that are not what the arithmetic says. If several hold, NaN goes before infinity and infinity before 0.
pub(super) struct Exceptions {
    pub(super) nan: Wire,
    pub(super) infinite: Wire,
    pub(super) zero: Wire,
}

/// Rounds: an AND gate per bit of the magnitude, and one more per bit of the exponent to see an overflow.
pub(super) fn round(builder: &mut Builder, format: Format, result: &Unrounded, shape: Shape) -> Rounded {
    let bits = &result.significand.bits;
    assert_eq!(bits.width(), format.precision() + 1, "the significand and the bit to round by");
    let leading = bits.top();
    let exponent_width = result.exponent.width().max(format.exponent_bits);
    let exponent = result.exponent.zero_extend(exponent_width);
    let overflow = overflows(builder, format, &exponent);

    let inexact = result.significand.sticky(builder);
    let inexact_or_odd = builder.or(inexact, bits[1]);
    let up = builder.and(bits[0], inexact_or_odd);
    // The leading bit adds 1 to the exponent, and so does a carry from the fraction, which is then 0.
    let fraction: Bits = bits.iter().skip(1).take(format.fraction_bits).collect();
    let magnitude = fraction.concat(&exponent.truncate(format.exponent_bits));
    let leading = Bits::constant(0, format.fraction_bits).concat(&leading.into()).zero_extend(magnitude.width());
    Rounded { magnitude: integer::add_with_carry(builder, &magnitude, &leading, up, shape), overflow }
}

/// Whether `exponent` + 1 is that of infinity or above. (If rounding leads there, it gives infinity by itself.)
fn overflows(builder: &mut Builder, format: Format, exponent: &Bits) -> Wire {
    let below_ones: Bits = exponent.iter().take(format.exponent_bits).skip(1).map(|bit| builder.not(bit)).collect();
    let ones = integer::is_zero(builder, &below_ones);
    let above = any(builder, &exponent.iter().skip(format.exponent_bits).collect());
    builder.or(ones, above)
}

/// The number of this sign and magnitude, or what the exceptions demand: an AND gate per bit.
pub(super) fn finish(
    builder: &mut Builder,
    format: Format,
    sign: Wire,
    magnitude: &Bits,
    exceptions: &Exceptions,
) -> Bits {
    let special = builder.or(exceptions.nan, exceptions.infinite);
    let replaced = builder.or(special, exceptions.zero);
    let kept = builder.not(replaced);
    let not_nan = builder.not(exceptions.nan);
    let mut number: Vec<Wire> = magnitude.iter().map(|bit| builder.and(bit, kept)).collect();
    let quiet = format.fraction_bits - 1;
    number[quiet] = builder.xor(number[quiet], exceptions.nan);
    for bit in &mut number[format.fraction_bits..] {
        *bit = builder.xor(*bit, special);
    }
    number.push(builder.and(sign, not_nan));
    number.into()
}
