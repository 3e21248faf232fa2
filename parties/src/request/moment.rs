//! Points in time, days and spans, as people write them. All of it is UTC.

use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

const DAY: u64 = 86_400;
/// The last second of the year 9999.
const LAST: u64 = 253_402_300_799;

/// A second since the beginning of 1970, up to the year 9999: `2026-11-27T13:45:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment(u64);

/// A day: `2026-11-27`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(u64);

/// How long: `90s`, `30m`, `24h` or `7d`; at least a second and at most ten years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span(u64);

impl Moment {
    /// The moment so many seconds after the beginning of 1970; the last second of 9999 if it is later.
    pub fn from_seconds(seconds: u64) -> Self {
        Self(seconds.min(LAST))
    }

    /// What this machine's clock says.
    pub fn now() -> Self {
        Self::from_seconds(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
    }

    /// Seconds since the beginning of 1970.
    pub fn seconds(self) -> u64 {
        self.0
    }

    /// So much later.
    #[must_use]
    pub fn after(self, span: Span) -> Self {
        Self::from_seconds(self.0.saturating_add(span.0))
    }

    /// So much earlier; the beginning of 1970 if that is before it.
    #[must_use]
    pub fn before(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }

    /// The day of the week: 0 is Monday.
    pub fn weekday(self) -> usize {
        // The first of January 1970 was a Thursday.
        ((self.0 / DAY + 3) % 7) as usize
    }

    /// Minutes since midnight.
    pub fn minute_of_day(self) -> u32 {
        (self.0 % DAY / 60) as u32
    }
}

impl Day {
    /// The day on which a moment lies.
    pub fn of(moment: Moment) -> Self {
        Self(moment.0 / DAY)
    }
}

impl Span {
    /// The longest.
    const LONGEST: u64 = 3_660 * DAY;

    /// So many seconds, within what a span can be.
    pub const fn of_seconds(seconds: u64) -> Self {
        Self(if seconds == 0 {
            1
        } else if seconds > Self::LONGEST {
            Self::LONGEST
        } else {
            seconds
        })
    }

    /// Seconds.
    pub const fn seconds(self) -> u64 {
        self.0
    }
}

/// Year, month and day of a day since 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + u64::from(month <= 2), month, day)
}

/// The day since 1970, if there is such a day.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year_from_march = year - u64::from(month <= 2);
    let (era, of_era) = (year_from_march / 400, year_from_march % 400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let days = (era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year).checked_sub(719_468)?;
    (civil(days) == (year, month, day)).then_some(days)
}

/// A number of exactly so many digits.
fn digits(text: &str, count: usize) -> Option<u64> {
    let right = text.len() == count && text.bytes().all(|digit| digit.is_ascii_digit());
    right.then(|| text.parse().ok()).flatten()
}

fn read_day(text: &str) -> Option<u64> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    days(digits(year, 4)?, digits(month, 2)?, digits(day, 2)?)
}

fn read_moment(text: &str) -> Option<u64> {
    let (day, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut parts = time.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    let (hour, minute, second) = (digits(hour, 2)?, digits(minute, 2)?, digits(second, 2)?);
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(read_day(day)? * DAY + hour * 3_600 + minute * 60 + second)
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        read_moment(text).map(Self).ok_or_else(|| {
            let found: String = text.chars().take(32).collect();
            format!("{found:?} is not a time: expected UTC as 2026-11-27T13:45:00Z")
        })
    }
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        read_day(text).map(Self).ok_or_else(|| {
            let found: String = text.chars().take(32).collect();
            format!("{found:?} is not a day: expected 2026-11-27")
        })
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || {
            let found: String = text.chars().take(32).collect();
            format!("{found:?} is not a span of time: expected for example 90s, 30m, 24h or 7d, at most ten years")
        };
        let (number, unit) = text.split_at_checked(text.len().wrapping_sub(1)).ok_or_else(refused)?;
        let unit = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => DAY,
            _ => return Err(refused()),
        };
        let lawful = (1..=9).contains(&number.len()) && number.bytes().all(|digit| digit.is_ascii_digit());
        let seconds = lawful.then(|| number.parse::<u64>().ok()).flatten().map(|number| number * unit);
        seconds.filter(|seconds| (1..=Self::LONGEST).contains(seconds)).map(Self).ok_or_else(refused)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.0 % DAY;
        write!(f, "{}T{:02}:{:02}:{:02}Z", Day(self.0 / DAY), second / 3_600, second / 60 % 60, second % 60)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.0);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, name) = match self.0 {
            seconds if seconds % DAY == 0 => (DAY, 'd'),
            seconds if seconds % 3_600 == 0 => (3_600, 'h'),
            seconds if seconds % 60 == 0 => (60, 'm'),
            _ => (1, 's'),
        };
        write!(f, "{}{name}", self.0 / unit)
    }
}

as_text!(Moment, Day, Span);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_days_are_what_calendars_say() {
        for (seconds, text, weekday) in [
            (0, "1970-01-01T00:00:00Z", 3),
            (951_782_400, "2000-02-29T00:00:00Z", 1),
            (1_000_000_000, "2001-09-09T01:46:40Z", 6),
            (1_795_787_100, "2026-11-27T13:45:00Z", 4),
            (LAST, "9999-12-31T23:59:59Z", 4),
        ] {
            let moment = Moment::from_seconds(seconds);
            assert_eq!((moment.to_string(), moment.weekday()), (text.to_owned(), weekday));
            assert_eq!(text.parse(), Ok(moment));
            assert_eq!(text[..10].parse(), Ok(Day::of(moment)));
        }
        assert_eq!("2026-11-27T13:45:00Z".parse::<Moment>().expect("a time").minute_of_day(), 13 * 60 + 45);
        for wrong in [
            "2026-11-27",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-11-27T24:00:00Z",
            "2026-11-27T13:45:00",
            "2026-11-27t13:45:00Z",
            "1969-12-31T23:59:59Z",
            "+026-11-27T13:45:00Z",
            "Z",
            "",
        ] {
            assert!(wrong.parse::<Moment>().is_err(), "{wrong}");
        }
        assert!(["2026-11-31", "2026-1-1", "2100-02-29", "1900-01-01"].iter().all(|day| day.parse::<Day>().is_err()));
    }

    #[test]
    fn spans_have_one_unit() {
        for text in ["1s", "90s", "30m", "24h", "7d"] {
            let span: Span = text.parse().expect("a span");
            let shown = if text == "24h" { "1d" } else { text };
            assert_eq!(span.to_string(), shown);
        }
        for wrong in ["", "s", "0s", "1", "1w", "-1d", "1.5h", "9999999999d", "4000d", "ä"] {
            assert!(wrong.parse::<Span>().is_err(), "{wrong}");
        }
    }
}
