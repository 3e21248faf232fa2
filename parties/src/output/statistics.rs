//! What each party's process has taken.

use serde_json::{Value, json};

use super::report::{PartyReport, Report, bytes_text};
use super::{grid, value_text};
use crate::processes::{Figures, Seed, Transport};

/// How a run was measured.
#[derive(Clone, Copy, Debug)]
pub struct Measurement {
    /// What carried the links.
    pub transport: Transport,
    /// From what the inputs follow, if they were drawn.
    pub seed: Option<Seed>,
    /// Whether all outputs are those of the clear evaluation; nothing if that cannot be known.
    pub equal: Option<bool>,
}

/// The phases as fields of JSON objects.
const PHASES: [&str; 3] = ["set_up", "preprocessing", "online"];

impl Measurement {
    /// Adds its fields to a report's.
    pub(super) fn write(&self, json: &mut Value) {
        json["transport"] = self.transport.name().into();
        json["seed"] = self.seed.map(|seed| seed.to_string()).into();
        json["outputs_equal_clear"] = self.equal.into();
    }

    /// The lines for people.
    pub(super) fn text(&self) -> String {
        let mut text = format!("links     {}, between processes of this machine\n", self.transport.name());
        if let Some(seed) = &self.seed {
            text += &format!("inputs    random, from the seed {seed}\n");
        }
        text += match self.equal {
            Some(_) => "check     all outputs are those of the clear evaluation\n",
            None => "check     none: the program draws random numbers, which nobody knows in the clear\n",
        };
        text
    }
}

impl Figures {
    /// Adds its fields to a party's.
    pub(super) fn write(&self, json: &mut Value) {
        json["wall_seconds"] = self.wall_seconds.into();
        json["process_cpu_seconds"] = self.process_cpu_seconds.into();
        for (name, phase) in PHASES.iter().zip(&self.phases) {
            json["phases"][*name] = json!({
                "cpu_seconds": phase.cpu_seconds,
                "bytes_sent": phase.bytes_sent,
                "bytes_received": phase.bytes_received,
                "rounds": phase.rounds,
            });
        }
    }
}

impl Report {
    /// What each party's process has taken, for people. The processor time of a phase stands beside what it sent.
    pub fn statistics_text(&self) -> String {
        let header = [
            "party",
            "processor",
            "set-up",
            "preprocessing",
            "online",
            "on the clock",
            "sent",
            "received",
            "rounds",
            "memory",
            "whole process",
        ];
        let mut text = grid(&header, self.parties.iter().filter_map(row));
        text += "\n";
        let outputs: Vec<[String; 2]> = self
            .outputs
            .iter()
            .map(|(name, value)| {
                let shown = if value.is_null() { "(not shown)".to_owned() } else { value_text(value) };
                [name.to_owned(), shown]
            })
            .collect();
        text += &grid(&["output", "value"], outputs);
        text += "\n";
        if !self.parameters.is_empty() {
            let list: Vec<String> = self.parameters.iter().map(|(name, value)| format!("{name} = {value}")).collect();
            text += &format!("with      {}\n", list.join("; "));
        }
        text += &self.trust_text();
        text + &self.measurement.as_ref().map(Measurement::text).unwrap_or_default()
    }
}

/// What an AND gate takes.
#[derive(Clone, Debug)]
pub struct Rates {
    and_gates: u64,
    /// By party: its name, and the gates that its processor has done in a second.
    per_cpu_second: Vec<(String, f64)>,
    /// On the clock.
    per_second: f64,
    /// Payload bytes of all parties for each.
    bytes: f64,
}

impl Rates {
    /// The rates of a measured run; zeros where there is no AND gate.
    pub fn of(report: &Report) -> Self {
        let gates = report.cost.and_gates as f64;
        let rate = |seconds: f64| if seconds > 0.0 { gates / seconds } else { 0.0 };
        let sent: u64 = report.parties.iter().filter_map(|party| party.traffic).map(|t| t.bytes_sent).sum();
        let of_party = |party: &PartyReport| (party.name.clone(), rate(party.cpu_seconds.unwrap_or(0.0)));
        Self {
            and_gates: report.cost.and_gates,
            per_cpu_second: report.parties.iter().map(of_party).collect(),
            per_second: rate(report.seconds),
            bytes: if gates > 0.0 { sent as f64 / gates } else { 0.0 },
        }
    }

    /// Adds its fields to a report's.
    pub fn write(&self, json: &mut Value) {
        json["and_gates"] = self.and_gates.into();
        json["and_gates_per_second"] = self.per_second.into();
        json["bytes_per_and_gate"] = self.bytes.into();
        for (at, (_, rate)) in self.per_cpu_second.iter().enumerate() {
            json["parties"][at]["and_gates_per_cpu_second"] = (*rate).into();
        }
    }

    /// A line for people.
    pub fn text(&self) -> String {
        let millions = |rate: f64| format!("{:.2} M", rate / 1e6);
        let each: Vec<String> =
            self.per_cpu_second.iter().map(|(name, rate)| format!("{} {name}", millions(*rate))).collect();
        format!(
            "AND gates {}; a second of processor time: {}; on the clock: {}; {:.2} bytes each, of all parties\n",
            self.and_gates,
            each.join(", "),
            millions(self.per_second),
            self.bytes
        )
    }
}

fn row(party: &PartyReport) -> Option<[String; 11]> {
    let (figures, traffic) = (party.figures.as_ref()?, party.traffic?);
    let phase = |at: usize| {
        let phase = &figures.phases[at];
        format!("{}, {}", seconds_text(phase.cpu_seconds), bytes_text(phase.bytes_sent))
    };
    Some([
        party.name.clone(),
        seconds_text(figures.cpu_seconds),
        phase(0),
        phase(1),
        phase(2),
        seconds_text(figures.wall_seconds),
        bytes_text(traffic.bytes_sent),
        bytes_text(traffic.bytes_received),
        traffic.rounds.to_string(),
        figures.peak_memory_bytes.map_or_else(|| "?".to_owned(), bytes_text),
        seconds_text(figures.process_cpu_seconds),
    ])
}

/// A time in a unit that suits it.
pub(crate) fn seconds_text(seconds: f64) -> String {
    match seconds {
        _ if seconds >= 1.0 => format!("{seconds:.2} s"),
        _ if seconds >= 1e-3 => format!("{:.2} ms", seconds * 1e3),
        _ => format!("{:.0} us", seconds * 1e6),
    }
}
