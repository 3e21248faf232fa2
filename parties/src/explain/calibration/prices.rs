//! Prices of one protocol's work.

use std::collections::BTreeMap;

use quorate_engine::net::{PartyWork, Work};
use serde::{Deserialize, Serialize};

/// More than any protocol allows.
const MOST_PARTIES: usize = 1 << 16;

/// Prices of the units of work of a protocol, as it is run in one way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Prices {
    /// By the number of parties, ascending.
    pub tables: Vec<Table>,
}

/// Prices among so many parties.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// How many parties there were.
    pub parties: usize,
    /// Seconds of processor time by the name of the unit; of units that were met.
    pub seconds: BTreeMap<String, f64>,
}

impl Prices {
    /// What is wrong with them.
    pub(super) fn fault(&self) -> Option<String> {
        let known = |name: &String| Work::ALL.iter().any(|work| work.name() == name);
        let sound = |seconds: &f64| seconds.is_finite() && (0.0..1000.0).contains(seconds);
        if self.tables.is_empty() || !self.tables.is_sorted_by(|a, b| a.parties < b.parties) {
            return Some("its tables are not in the order of their numbers of parties".to_owned());
        }
        if let Some(table) = self.tables.iter().find(|table| table.parties > MOST_PARTIES) {
            return Some(format!("no session has {} parties", table.parties));
        }
        let prices = self.tables.iter().flat_map(|table| &table.seconds);
        prices.into_iter().find_map(|(name, seconds)| match (known(name), sound(seconds)) {
            (false, _) => Some(format!("{name:?} is no unit of work")),
            (_, false) => Some(format!("{name:?} takes {seconds} s")),
            _ => None,
        })
    }

    /// Predicted seconds of processor time by phase, of a party of so many. Nothing if they have a price among other numbers
    /// of parties alone, and not on a line.
    pub(super) fn seconds(&self, parties: usize, work: &PartyWork) -> Option<[f64; 3]> {
        let at = |table: &Table| work.each_ref().map(|units| units.seconds(|work| table.price(work)));
        if let Some(table) = self.tables.iter().find(|table| table.parties == parties) {
            return Some(at(table));
        }
        let [first, .., last] = self.tables.as_slice() else { return None };
        let far = (parties as f64 - first.parties as f64) / (last.parties as f64 - first.parties as f64);
        let (near, there) = (at(first), at(last));
        // No phase takes less than none, nor less among more parties.
        Some(std::array::from_fn(|phase| (near[phase] + far * (there[phase] - near[phase]).max(0.0)).max(0.0)))
    }
}

impl Table {
    fn price(&self, work: Work) -> f64 {
        self.seconds.get(work.name()).copied().unwrap_or_default()
    }
}
