//! The cost of the chosen protocol by source line.

use serde_json::{Value, json};

use super::Explanation;
use super::share::{For, Row};
use super::table::{count_text, seconds_text, time_text};
use crate::output::{bytes_text, grid};

/// Characters of a source line that the table shows.
const SHOWN: usize = 60;

impl Explanation {
    /// Protocol, network and the table.
    pub(super) fn lines_text(&self) -> String {
        let rows = self.rows();
        let whole: f64 = rows.iter().map(|row| row.time.total()).sum();
        let mut text = format!(
            "{}; shares are of the predicted time on a network of {} there and back and {} Mbit/s{}\n",
            self.choice.plan.technique(),
            seconds_text(self.pricing.line.round_trip),
            self.pricing.line.bits_per_second as f64 / 1e6,
            if self.pricing.computing(&self.choice.cost).is_some() { ", with computing" } else { "" },
        );
        let header = ["line", "", "AND gates", "multiplications", "rounds", "preprocessing", "online", "time", "share"];
        text += &grid(&header, rows.iter().map(|row| self.line_row(row, whole)));
        text + "Bytes are those that all parties send together.\n"
    }

    fn line_row(&self, row: &Row, whole: f64) -> [String; 9] {
        let (number, what) = match &row.what {
            For::SetUp => (String::new(), format!("set-up, once per pair: {}", bytes_text(row.cost.bytes()))),
            For::Line(line) => (line.to_string(), shortened(self.loaded.line(*line))),
            For::Shared(lines) => (String::new(), format!("sent together: {}", lines_text(lines))),
        };
        let zero = |count: u64, text: String| if count == 0 { "–".to_owned() } else { text };
        let [_, preprocessing, online] = row.cost.bytes;
        let time = row.time.total();
        [
            number,
            what,
            zero(row.cost.and_gates, count_text(row.cost.and_gates)),
            zero(row.cost.multiplications, count_text(row.cost.multiplications)),
            zero(row.cost.rounds.into(), row.cost.rounds.to_string()),
            zero(preprocessing, bytes_text(preprocessing)),
            zero(online, bytes_text(online)),
            time_text(time),
            format!("{:.1} %", percent(time, whole)),
        ]
    }

    /// The same as JSON.
    pub(super) fn lines_json(&self) -> Value {
        let rows = self.rows();
        let whole: f64 = rows.iter().map(|row| row.time.total()).sum();
        let figures = |row: &Row| {
            let [set_up, preprocessing, online] = row.cost.bytes;
            let mut figures = json!({
                "and_gates": row.cost.and_gates,
                "multiplications": row.cost.multiplications,
                "rounds": row.cost.rounds,
                "bytes": {"set-up": set_up, "preprocessing": preprocessing, "online": online},
                "seconds": row.time.total(),
                "share": percent(row.time.total(), whole) / 100.0,
            });
            match &row.what {
                For::SetUp => {}
                For::Line(line) => {
                    figures["line"] = json!(line);
                    figures["source"] = json!(self.loaded.line(*line));
                }
                For::Shared(lines) => figures["lines"] = json!(lines),
            }
            figures
        };
        let of = |wanted: fn(&For) -> bool| rows.iter().filter(move |row| wanted(&row.what)).map(figures);
        json!({
            "protocol": self.choice.plan.protocol.name(),
            "set_up": of(|what| matches!(what, For::SetUp)).next(),
            "lines": of(|what| matches!(what, For::Line(_))).collect::<Vec<_>>(),
            "shared_rounds": of(|what| matches!(what, For::Shared(_))).collect::<Vec<_>>(),
        })
    }
}

pub(super) fn percent(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { 100.0 * part / whole } else { 0.0 }
}

/// Lines in words; of many, the first and the last.
pub(super) fn lines_text(lines: &[u32]) -> String {
    match lines {
        [first, .., last] if lines.len() > 6 => format!("{} lines from {first} to {last}", lines.len()),
        [before @ .., last] if !before.is_empty() => {
            let before: Vec<String> = before.iter().map(ToString::to_string).collect();
            format!("lines {} and {last}", before.join(", "))
        }
        _ => lines.iter().map(|line| format!("line {line}")).collect(),
    }
}

/// The beginning of a line of source.
pub(super) fn shortened(source: &str) -> String {
    let source = source.trim();
    if source.chars().count() <= SHOWN {
        return source.to_owned();
    }
    source.chars().take(SHOWN - 1).collect::<String>() + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_named_in_words() {
        assert_eq!(lines_text(&[4]), "line 4");
        assert_eq!(lines_text(&[4, 9]), "lines 4 and 9");
        assert_eq!(lines_text(&[4, 5, 9]), "lines 4, 5 and 9");
        assert_eq!(lines_text(&[1, 2, 3, 4, 5, 6, 8]), "7 lines from 1 to 8");
    }

    #[test]
    fn long_lines_are_cut_at_characters() {
        assert_eq!(shortened("  let x = 1  "), "let x = 1");
        let long = shortened(&"ä".repeat(61));
        assert_eq!((long.chars().count(), long.chars().last()), (60, Some('…')));
    }
}
