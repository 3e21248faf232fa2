//! Fixed-point formats.

use crate::boolean::{Bits, Wire};

/// A binary fixed-point format: two's complement with a point.
///
/// The bits `b` stand for the number `b / 2^fraction_bits`; 2^-fraction_bits is a *unit in the last place* (ulp).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Format {
    /// Bits before the point, **the sign included**.
    pub integer_bits: usize,
    /// Bits behind the point.
    pub fraction_bits: usize,
}

impl Format {
    /// 32 bits, half of them behind the point: from -32768 up to 32768 - 2^-16.
    pub const Q16: Self = Self::new(16, 16);
    /// 64 bits, half of them behind the point: from -2^31 up to 2^31 - 2^-32.
    pub const Q32: Self = Self::new(32, 32);

    /// A format with these bits before the point, the sign included, and behind it.
    ///
    /// # Panics
    /// Unless 6 <= `integer_bits` <= 32, so that the logarithm of the least positive number has room, and
    /// 8 <= `fraction_bits` <= 32.
    pub const fn new(integer_bits: usize, fraction_bits: usize) -> Self {
        assert!(6 <= integer_bits && integer_bits <= 32, "6 to 32 bits before the point");
        assert!(8 <= fraction_bits && fraction_bits <= 32, "8 to 32 bits behind the point");
        Self { integer_bits, fraction_bits }
    }

    /// All bits of a number.
    pub const fn width(self) -> usize {
        self.integer_bits + self.fraction_bits
    }

    /// The bits of the greatest number.
    pub const fn greatest(self) -> i128 {
        (1 << (self.width() - 1)) - 1
    }

    /// The bits of the least number.
    pub const fn least(self) -> i128 {
        -1 << (self.width() - 1)
    }

    /// The number 1.
    pub const fn one(self) -> i128 {
        1 << self.fraction_bits
    }

    /// `bits` mod 2^width as a number in two's complement.
    pub(super) const fn wrap(self, bits: i128) -> i128 {
        let unused = 128 - self.width() as u32;
        bits << unused >> unused
    }

    /// # Panics
    /// If `x` has another width.
    pub(super) fn check(self, x: &Bits) {
        assert_eq!(x.width(), self.width(), "a number of the format's width");
    }
}

/// How many bits hold every natural number below `limit`: the binary logarithm, rounded up.
pub(super) fn bits_below(limit: usize) -> usize {
    limit.next_power_of_two().ilog2() as usize
}

/// Whether all bits are equal to `bit`: one AND gate less than there are bits, in logarithmic depth.
pub(super) fn all_equal(builder: &mut crate::boolean::Builder, x: &[Wire], bit: Wire) -> Wire {
    let differences = x.iter().map(|&x| builder.xor(x, bit)).collect();
    crate::boolean::integer::is_zero(builder, &differences)
}
