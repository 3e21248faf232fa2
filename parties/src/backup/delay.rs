//! How long guardians wait before they release a part.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest delay, in seconds: 90 days.
pub const LONGEST_DELAY: u64 = 90 * DAY;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A delay in whole seconds, at most [`LONGEST_DELAY`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Delay(u64);

impl Delay {
    /// The seconds.
    pub fn seconds(self) -> u64 {
        self.0
    }
}

impl TryFrom<u64> for Delay {
    type Error = &'static str;

    fn try_from(seconds: u64) -> Result<Self, &'static str> {
        if seconds <= LONGEST_DELAY { Ok(Self(seconds)) } else { Err("a delay has at most 90 days") }
    }
}

impl From<Delay> for u64 {
    fn from(delay: Delay) -> Self {
        delay.0
    }
}

impl FromStr for Delay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            let found: String = text.chars().take(32).collect();
            format!("{found:?} is not a delay: expected a number with s, m, h or d, at most 90d, for example 48h")
        };
        let unit = match text.chars().last() {
            Some('s') => 1,
            Some('m') => MINUTE,
            Some('h') => HOUR,
            Some('d') => DAY,
            _ => return Err(wrong()),
        };
        let digits = &text[..text.len() - 1];
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong());
        }
        let seconds = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
        seconds.and_then(|seconds| Self::try_from(seconds).ok()).ok_or_else(wrong)
    }
}

impl fmt::Display for Delay {
    /// In the largest unit that says it exactly.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(DAY, "d"), (HOUR, "h"), (MINUTE, "m")];
        let unit = units.into_iter().find(|(length, _)| self.0 >= *length && self.0.is_multiple_of(*length));
        let (length, name) = unit.unwrap_or((1, "s"));
        write!(f, "{}{name}", self.0 / length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_numbers_with_a_unit() {
        for (text, seconds) in [("0s", 0), ("90m", 5400), ("48h", 172_800), ("2d", 172_800), ("90d", LONGEST_DELAY)] {
            assert_eq!(text.parse::<Delay>().map(Delay::seconds), Ok(seconds), "{text}");
        }
        for text in ["", "s", "48", "-1h", "+1h", "1.5h", "91d", "99999999999999999999s", "18446744073709551615d", "1é"]
        {
            assert!(text.parse::<Delay>().is_err(), "{text}");
        }
        for (seconds, text) in [(0, "0s"), (59, "59s"), (172_800, "2d"), (172_801, "172801s"), (5400, "90m")] {
            assert_eq!(Delay(seconds).to_string(), text);
        }
    }
}
