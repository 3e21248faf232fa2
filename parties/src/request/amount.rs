//! Exact amounts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Digits after the point that an amount can have: as many as ether has.
const DECIMALS: usize = 18;
/// Digits before it.
const WHOLE_DIGITS: usize = 20;
/// How many of the smallest units are one.
const ONE: u128 = 1_000_000_000_000_000_000;

/// An amount that is not negative, exact to 10^-18, and below 10^20. One amount has one spelling: no zeros in front,
/// none after the last digit behind the point.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Amount(u128);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The sum; the largest number of all if it is too large, which is above every limit.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// So many times the amount; the largest number of all if it is too large.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count.into()))
    }

    /// The next larger amount, for what lies above a limit.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl FromStr for Amount {
    type Err = String;

    /// Reads `1250`, `1250.5` or `1250.50`, which is the same as the one before.
    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || {
            let found: String = text.chars().take(48).collect();
            format!(
                "{found:?} is not an amount: expected digits, a point and digits, for example 1250.50, at most \
                 {WHOLE_DIGITS} before the point and {DECIMALS} after it, and no zero in front"
            )
        };
        let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
        let digits = |part: &str, most: usize| {
            (1..=most).contains(&part.len()) && part.bytes().all(|digit| digit.is_ascii_digit())
        };
        let padded = whole.len() > 1 && whole.starts_with('0');
        if !digits(whole, WHOLE_DIGITS) || padded || fraction.is_some_and(|part| !digits(part, DECIMALS)) {
            return Err(refused());
        }
        let fraction = format!("{:0<DECIMALS$}", fraction.unwrap_or_default());
        let units = whole.parse::<u128>().ok().and_then(|whole| whole.checked_mul(ONE));
        let units = units.zip(fraction.parse::<u128>().ok()).and_then(|(whole, part)| whole.checked_add(part));
        units.map(Self).ok_or_else(refused)
    }
}

as_text!(Amount);

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0 / ONE, self.0 % ONE);
        if fraction == 0 {
            return write!(f, "{whole}");
        }
        let digits = format!("{fraction:0DECIMALS$}");
        write!(f, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        text.parse().expect("an amount")
    }

    #[test]
    fn one_amount_has_one_spelling() {
        for (given, written) in [
            ("0", "0"),
            ("0.0", "0"),
            ("1250.50", "1250.5"),
            ("7", "7"),
            ("0.000000000000000001", "0.000000000000000001"),
        ] {
            assert_eq!(amount(given).to_string(), written);
        }
        assert_eq!(amount("99999999999999999999.999999999999999999").to_string().len(), 39);
        for wrong in ["", ".", "1.", ".5", "-1", "+1", "01", "1e3", "1,5", " 1", "1.0000000000000000001", "١"] {
            assert!(wrong.parse::<Amount>().is_err(), "{wrong}");
        }
        assert!("100000000000000000000".parse::<Amount>().is_err());
    }

    #[test]
    fn sums_are_exact_and_never_wrap() {
        assert_eq!(amount("0.1").plus(amount("0.2")), amount("0.3"));
        assert_eq!(amount("1000").times(3), amount("3000"));
        let most = amount("99999999999999999999").times(u64::MAX);
        assert!(most.plus(most) >= most && most.times(7) >= most);
        assert!(amount("5").next() > amount("5") && amount("5").next() < amount("5.1"));
    }
}
