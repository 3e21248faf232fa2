//! What a number is made of and which kind it is.

use super::Format;
use crate::boolean::{Bits, Builder, Wire, integer};

/// A number taken apart. What is not needed of it costs nothing in the end.
pub(super) struct Operand {
    pub(super) sign: Wire,
    /// The biased exponent.
    pub(super) exponent: Bits,
    pub(super) fraction: Bits,
    /// Whether it is subnormal or zero.
    pub(super) subnormal: Wire,
}

impl Operand {
    /// # Panics
    /// If `number` does not have the width of the format, or there are no gadgets for the format.
    pub(super) fn new(builder: &mut Builder, number: &Bits, format: Format) -> Self {
        format.check();
        assert_eq!(number.width(), format.width(), "a number has the width of its format");
        Self::with_sign(builder, number.top(), &number.truncate(format.width() - 1), format)
    }

    /// The number of this sign and magnitude.
    pub(super) fn with_sign(builder: &mut Builder, sign: Wire, magnitude: &Bits, format: Format) -> Self {
        let fraction = magnitude.truncate(format.fraction_bits);
        let exponent: Bits = magnitude.iter().skip(format.fraction_bits).collect();
        let subnormal = integer::is_zero(builder, &exponent);
        Self { sign, exponent, fraction, subnormal }
    }

    /// All bits but the sign, which are in the order of the numbers: infinity is above all finite numbers, and NaNs are
    /// above infinity.
    pub(super) fn magnitude(&self) -> Bits {
        self.fraction.concat(&self.exponent)
    }

    /// The fraction with the leading bit, which subnormal numbers and zero do not have.
    pub(super) fn significand(&self, builder: &mut Builder) -> Bits {
        self.fraction.concat(&builder.not(self.subnormal).into())
    }

    /// The exponent by which the significand counts: that of subnormal numbers is 1 like that of the least normal ones.
    pub(super) fn scale(&self, builder: &mut Builder) -> Bits {
        let lowest = builder.xor(self.exponent[0], self.subnormal);
        std::iter::once(lowest).chain(self.exponent.iter().skip(1)).collect()
    }

    pub(super) fn is_nan(&self, builder: &mut Builder) -> Wire {
        let (special, infinite) = (self.exponent_is_ones(builder), self.is_infinite(builder));
        builder.xor(special, infinite)
    }

    pub(super) fn is_infinite(&self, builder: &mut Builder) -> Wire {
        let (special, no_fraction) = (self.exponent_is_ones(builder), self.fraction_is_zero(builder));
        builder.and(special, no_fraction)
    }

    pub(super) fn is_zero(&self, builder: &mut Builder) -> Wire {
        let no_fraction = self.fraction_is_zero(builder);
        builder.and(self.subnormal, no_fraction)
    }

    /// Whether it is infinite or a NaN.
    pub(super) fn exponent_is_ones(&self, builder: &mut Builder) -> Wire {
        let complement = integer::not(builder, &self.exponent);
        integer::is_zero(builder, &complement)
    }

    pub(super) fn fraction_is_zero(&self, builder: &mut Builder) -> Wire {
        integer::is_zero(builder, &self.fraction)
    }
}
