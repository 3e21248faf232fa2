//! `--network`: the line for which times are predicted.

use std::str::FromStr;
use std::time::Duration;

use quorate_engine::plan::Line;

/// A line as users write it: `lan`, `wan`, or round trip and bandwidth as in `20ms,50mbit`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct NamedLine(pub(super) Line);

impl FromStr for NamedLine {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "lan" => return Ok(Self(Line::LAN)),
            "wan" => return Ok(Self(Line::WAN)),
            _ => {}
        }
        let wrong = || format!("{text:?} is no network; write lan, wan, or round trip and bandwidth as in 20ms,50mbit");
        let (round_trip, bandwidth) = text.split_once(',').ok_or_else(wrong)?;
        let seconds = with_unit(round_trip, &[("us", 1e-6), ("ms", 1e-3), ("s", 1.0)]).ok_or_else(wrong)?;
        let bits_per_second = with_unit(bandwidth, &[("kbit", 1e3), ("mbit", 1e6), ("gbit", 1e9)]).ok_or_else(wrong)?;
        // An hour there and back, or less than a bit a second, is a typing error.
        if seconds > 3600.0 || bits_per_second < 1.0 {
            return Err(wrong());
        }
        Ok(Self(Line { round_trip: Duration::from_secs_f64(seconds), bits_per_second }))
    }
}

/// A number that is not negative, followed by one of the units.
fn with_unit(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let text = text.trim().to_ascii_lowercase();
    let (digits, factor) = units.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, factor)))?;
    let number: f64 = digits.trim().parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some(number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read() {
        assert_eq!("lan".parse(), Ok(NamedLine(Line::LAN)));
        let line = NamedLine(Line { round_trip: Duration::from_millis(20), bits_per_second: 5e7 });
        assert_eq!("20ms,50mbit".parse(), Ok(line));
        assert_eq!("0.02 s, 0.05 Gbit".parse(), Ok(line));
        for wrong in ["", "20ms", "20,50", "20ms,0mbit", "-1ms,1mbit", "nanms,1mbit", "2h,1mbit", "infs,1mbit"] {
            assert!(wrong.parse::<NamedLine>().is_err(), "{wrong}");
        }
    }
}
