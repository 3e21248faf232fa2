//! The line between two parties, by which plans are chosen and times are estimated.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::Cost;
use crate::protocol::yao::Garbling;

/// A line, the same between any two parties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// There and back.
    pub round_trip: Duration,
    /// Bits per second each way.
    pub bits_per_second: u64,
}

/// A local network.
impl Default for Line {
    fn default() -> Self {
        Self::LAN
    }
}

impl Line {
    /// A local network: 0.2 ms there and back, 1 Gbit/s.
    pub const LAN: Self = Self { round_trip: Duration::from_micros(200), bits_per_second: 1_000_000_000 };
    /// Between two cities: 40 ms there and back, 100 Mbit/s.
    pub const WAN: Self = Self { round_trip: Duration::from_millis(40), bits_per_second: 100_000_000 };

    /// Time that rounds and bytes take on this line; computing comes on top.
    pub fn time(&self, cost: &Cost) -> Duration {
        let bytes: u64 = cost.phases.iter().map(|p| p.bytes_most).sum();
        self.round_trip / 2 * cost.rounds() + Duration::from_secs_f64(bytes as f64 * self.seconds_per_byte())
    }

    /// The garbling whose gates take less time: on the line, and of both processors one after the other. Parties have to
    /// agree on it and know nothing of each other's processors: it is that of one with AES instructions. So three halves pay
    /// on lines of less than some 10 Gbit/s.
    pub fn garbling(&self) -> Garbling {
        /// Gates that three halves pack together.
        const GATES: usize = 8;
        /// Seconds of a hash, in cache.
        const HASH: f64 = 2e-9;
        let seconds = |garbling: Garbling| {
            let on_line = garbling.row_bytes(GATES) as f64 / GATES as f64 * self.seconds_per_byte();
            on_line + f64::from(garbling.hashes()) * HASH
        };
        if seconds(Garbling::ThreeHalves) < seconds(Garbling::HalfGates) {
            Garbling::ThreeHalves
        } else {
            Garbling::HalfGates
        }
    }

    fn seconds_per_byte(&self) -> f64 {
        8.0 / self.bits_per_second as f64
    }
}

/// As users write it: `20ms,50mbit`.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (milliseconds, megabits) = (self.round_trip.as_secs_f64() * 1e3, self.bits_per_second as f64 / 1e6);
        write!(f, "{milliseconds}ms,{megabits}mbit")
    }
}

/// As users write it: `lan`, `wan`, or round trip and bandwidth as in `20ms,50mbit`.
impl FromStr for Line {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "lan" => return Ok(Self::LAN),
            "wan" => return Ok(Self::WAN),
            _ => {}
        }
        let wrong = || format!("{text:?} is no network; write lan, wan, or round trip and bandwidth as in 20ms,50mbit");
        let (round_trip, bandwidth) = text.split_once(',').ok_or_else(wrong)?;
        let seconds = with_unit(round_trip, &[("us", 1e-6), ("ms", 1e-3), ("s", 1.0)]).ok_or_else(wrong)?;
        let bits = with_unit(bandwidth, &[("kbit", 1e3), ("mbit", 1e6), ("gbit", 1e9)]).ok_or_else(wrong)?.round();
        // An hour there and back, less than a bit a second or more than any line has is a typing error.
        if seconds > 3600.0 || !(1.0..=1e15).contains(&bits) {
            return Err(wrong());
        }
        Ok(Self { round_trip: Duration::from_secs_f64(seconds), bits_per_second: bits as u64 })
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
    fn lines_are_read_and_written() {
        assert_eq!("lan".parse(), Ok(Line::LAN));
        let line = Line { round_trip: Duration::from_millis(20), bits_per_second: 50_000_000 };
        assert_eq!("20ms,50mbit".parse(), Ok(line));
        assert_eq!("0.02 s, 0.05 Gbit".parse(), Ok(line));
        for wrong in ["", "20ms", "20,50", "20ms,0mbit", "-1ms,1mbit", "nanms,1mbit", "2h,1mbit", "infs,1mbit"] {
            assert!(wrong.parse::<Line>().is_err(), "{wrong}");
        }
        let odd = Line { round_trip: Duration::from_micros(1234), bits_per_second: 1_234_567_891 };
        for line in [line, odd, Line::LAN, Line::WAN] {
            assert_eq!(line.to_string().parse(), Ok(line), "{line}");
        }
    }

    #[test]
    fn a_fast_line_has_half_gates_and_a_slow_one_three_halves() {
        for (line, garbling) in
            [("lan", Garbling::ThreeHalves), ("wan", Garbling::ThreeHalves), ("10us,40gbit", Garbling::HalfGates)]
        {
            assert_eq!(line.parse::<Line>().expect("a line").garbling(), garbling, "{line}");
        }
    }
}
