//! The binary interchange formats.

/// A binary interchange format (IEEE 754-2019, section 3.4): from the least significant bit the fraction, the biased
/// exponent and the sign.
///
/// The gadgets are made for formats with a fraction and with `fraction_bits + 2 < bias`, as the standard's own have, and
/// panic on others: a root is then never subnormal, and all integers of a significand's width are in range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Format {
    /// Bits of the biased exponent.
    pub exponent_bits: usize,
    /// Bits of the fraction, which is the significand without its leading bit.
    pub fraction_bits: usize,
}

impl Format {
    /// Single precision: `f32`.
    pub const BINARY32: Self = Self { exponent_bits: 8, fraction_bits: 23 };
    /// Double precision: `f64`.
    pub const BINARY64: Self = Self { exponent_bits: 11, fraction_bits: 52 };

    /// Bits of a number: 32 or 64 in the usual formats.
    pub const fn width(self) -> usize {
        1 + self.exponent_bits + self.fraction_bits
    }

    /// Bits of a significand with its leading bit.
    pub const fn precision(self) -> usize {
        1 + self.fraction_bits
    }

    /// What the biased exponent has more than the exponent.
    pub const fn bias(self) -> i64 {
        (1 << (self.exponent_bits - 1)) - 1
    }

    /// # Panics
    /// If the format is none that the gadgets are made for.
    pub(super) fn check(self) {
        let exponents = (2..63).contains(&self.exponent_bits);
        let supported = exponents && self.fraction_bits > 0 && (self.fraction_bits as i64) + 2 < self.bias();
        assert!(supported, "formats have a fraction of fewer bits than the bias less 2, not {self:?}");
    }

    /// The one NaN that the gadgets give: positive and quiet with nothing else set, as `f64::NAN` is.
    pub const fn canonical_nan(self) -> u128 {
        ((1 << (self.exponent_bits + 1)) - 1) << (self.fraction_bits - 1)
    }
}
