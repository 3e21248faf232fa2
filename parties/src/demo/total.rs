//! What several runs came to, party by party.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::output::{bytes_text, grid};

/// Sums over runs.
#[derive(Debug, Default)]
pub(super) struct Total {
    parties: BTreeMap<String, PartyTotal>,
    rounds: u64,
    bytes: u64,
    multiplications: u64,
    seconds: f64,
    runs: u64,
}

#[derive(Debug, Default)]
struct PartyTotal {
    learned: Vec<String>,
    bytes_sent: u64,
    bytes_received: u64,
    rounds: u64,
    cpu_seconds: f64,
    peak_memory_bytes: u64,
}

impl Total {
    /// Adds what a party says of itself in the report of a run.
    pub(super) fn add(&mut self, name: &str, run: &Value) {
        let own = run["parties"].as_array().into_iter().flatten().find(|party| party["name"] == name);
        let Some(own) = own else { return };
        let total = self.parties.entry(name.to_owned()).or_default();
        let number = |field: &str| own[field].as_u64().unwrap_or(0);
        total.bytes_sent += number("bytes_sent");
        total.bytes_received += number("bytes_received");
        total.rounds += number("rounds");
        total.cpu_seconds += own["cpu_seconds"].as_f64().unwrap_or(0.0);
        total.peak_memory_bytes = total.peak_memory_bytes.max(number("peak_memory_bytes"));
        for output in own["learned"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !total.learned.iter().any(|known| known == output) {
                total.learned.push(output.to_owned());
            }
        }
    }

    /// Adds what a run cost.
    pub(super) fn add_cost(&mut self, run: &Value) {
        let number = |field: &str| run["cost"][field].as_u64().unwrap_or(0);
        self.rounds += number("rounds");
        self.bytes += number("bytes");
        self.multiplications += number("multiplications");
        self.seconds += run["seconds"].as_f64().unwrap_or(0.0);
        self.runs += 1;
    }

    /// Puts the sums into the place of one run's figures.
    pub(super) fn write(&self, report: &mut Value) {
        let parties = self.parties.iter().map(|(name, party)| {
            json!({
                "role": "custodian", "name": name, "learned": party.learned,
                "bytes_sent": party.bytes_sent, "bytes_received": party.bytes_received, "rounds": party.rounds,
                "cpu_seconds": party.cpu_seconds, "peak_memory_bytes": party.peak_memory_bytes,
            })
        });
        report["parties"] = parties.collect();
        report["cost"]["rounds"] = self.rounds.into();
        report["cost"]["bytes"] = self.bytes.into();
        report["cost"]["multiplications"] = self.multiplications.into();
        report["seconds"] = self.seconds.into();
        report["runs"] = self.runs.into();
    }

    /// A table of them.
    pub(super) fn text(&self) -> String {
        let rows = self.parties.iter().map(|(name, party)| {
            [
                name.clone(),
                party.learned.join(", "),
                bytes_text(party.bytes_sent),
                bytes_text(party.bytes_received),
                format!("{:.2} s", party.cpu_seconds),
            ]
        });
        grid(&["custodian", "learned", "sent", "received", "processor"], rows)
    }
}
