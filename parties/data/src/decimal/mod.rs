//! Exact decimal numbers: what a cell holds before anything is rounded.

mod order;
mod parse;
mod scale;

pub use parse::NotDecimal;
pub use scale::{Misfit, Rounding};

use std::fmt;

/// The number of digits that a mantissa may have: every number of 38 digits fits in an `i128`, not every one of 39.
pub const MAX_DIGITS: usize = 38;

/// An exact decimal number, `mantissa / 10^scale`.
///
/// Text and Parquet decimals come in as they were written, so 0.1 is one tenth and nothing near it. Two spellings of
/// the same number (12.5 and 12.50) are equal.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    mantissa: i128,
    scale: u16,
}

impl Decimal {
    /// The number `mantissa / 10^scale`.
    pub const fn new(mantissa: i128, scale: u16) -> Self {
        Self { mantissa, scale }
    }

    /// The digits, as an integer.
    pub const fn mantissa(self) -> i128 {
        self.mantissa
    }

    /// How many of the digits stand after the point.
    pub const fn scale(self) -> u16 {
        self.scale
    }
}

impl From<i128> for Decimal {
    fn from(integer: i128) -> Self {
        Self::new(integer, 0)
    }
}

/// Plain digits, as people write them; a number with more than forty decimals is shown with an exponent.
impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST_PLAIN: usize = 40;
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let digits = self.mantissa.unsigned_abs().to_string();
        let scale = usize::from(self.scale);
        if scale == 0 {
            return write!(out, "{sign}{digits}");
        }
        if scale > LONGEST_PLAIN {
            return write!(out, "{sign}{digits}e-{scale}");
        }
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        write!(out, "{sign}{whole}.{fraction}")
    }
}

/// `10^exponent` where it fits.
fn power_of_ten(exponent: u32) -> Option<i128> {
    10i128.checked_pow(exponent)
}
