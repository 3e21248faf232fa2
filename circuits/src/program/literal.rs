//! Constants as they are written.

use ethnum::I256;

use crate::number::{format_decimal, parse_decimal};

/// A constant: an exact decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Literal {
    /// The mantissa.
    pub mantissa: I256,
    /// Its decimals.
    pub decimals: u32,
}

impl Literal {
    /// A whole number.
    pub fn integer(value: impl Into<I256>) -> Self {
        Self { mantissa: value.into(), decimals: 0 }
    }

    /// Reads `12.5`, `-3`, `1_000`, `10^6`; trailing zeros of a fraction are dropped, so that equal numbers
    /// have one form.
    pub fn parse(text: &str) -> Option<Self> {
        let (mut mantissa, mut decimals) = parse_decimal(text)?;
        while decimals > 0 && mantissa % I256::from(10) == 0 {
            mantissa /= 10;
            decimals -= 1;
        }
        Some(Self { mantissa, decimals })
    }
}

impl std::fmt::Display for Literal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format_decimal(self.mantissa, self.decimals);
        let digits = text.trim_start_matches('-');
        // Long powers of ten are easier to read, and to get right, as powers.
        if self.decimals == 0 && digits.len() > 6 && digits.starts_with('1') && digits[1..].bytes().all(|b| b == b'0') {
            let sign = if self.mantissa < 0 { "-" } else { "" };
            return write!(f, "{sign}10^{}", digits.len() - 1);
        }
        f.write_str(&text)
    }
}
