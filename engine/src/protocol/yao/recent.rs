//! The schedules of the circuits called last: a plan calls the same few again for every tile and every link of
//! a chain.

use std::sync::{Arc, Weak};

use quorate_circuits::boolean::Circuit;

use super::schedule::Schedule;

/// Schedules that are remembered.
const REMEMBERED: usize = 8;

/// A few schedules, the one asked for last in front.
#[derive(Default)]
pub(in crate::protocol) struct RecentSchedules {
    /// A circuit is known by its place in memory, which the weak handle keeps from being given to another one.
    entries: Vec<(Weak<Circuit>, Arc<Schedule>)>,
}

impl RecentSchedules {
    /// The schedule of a circuit.
    pub(in crate::protocol) fn of(&mut self, circuit: &Arc<Circuit>) -> Arc<Schedule> {
        self.entries.retain(|(known, _)| known.strong_count() > 0);
        let found = self.entries.iter().position(|(known, _)| std::ptr::eq(known.as_ptr(), Arc::as_ptr(circuit)));
        let entry = match found {
            Some(place) => self.entries.remove(place),
            None => (Arc::downgrade(circuit), Arc::new(Schedule::new(circuit))),
        };
        let schedule = Arc::clone(&entry.1);
        self.entries.insert(0, entry);
        self.entries.truncate(REMEMBERED);
        schedule
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quorate_circuits::boolean::Builder;

    fn circuit(width: usize) -> Arc<Circuit> {
        let (builder, inputs) = Builder::new(&[width]);
        Arc::new(builder.finish(inputs))
    }

    #[test]
    fn a_circuit_is_scheduled_once_while_it_is_among_the_last() {
        let mut recent = RecentSchedules::default();
        let circuits: Vec<Arc<Circuit>> = (1..=REMEMBERED).map(circuit).collect();
        let schedules: Vec<Arc<Schedule>> = circuits.iter().map(|c| recent.of(c)).collect();
        for (circuit, schedule) in circuits.iter().zip(&schedules) {
            assert!(Arc::ptr_eq(&recent.of(circuit), schedule));
        }
        recent.of(&circuit(40));
        assert!(!Arc::ptr_eq(&recent.of(&circuits[0]), &schedules[0]), "the one used longest ago made room");
    }

    #[test]
    fn a_dropped_circuit_is_forgotten() {
        let mut recent = RecentSchedules::default();
        let schedule = Arc::downgrade(&recent.of(&circuit(3)));
        recent.of(&circuit(4));
        assert_eq!(schedule.strong_count(), 0);
    }
}
