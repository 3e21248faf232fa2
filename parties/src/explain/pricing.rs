//! From a cost to time: messages on a line, and computing where the machine is calibrated.

use quorate_engine::net::{PartyMemory, Phase};
use quorate_engine::plan::{Cost, Line, LineCost};

use super::Calibration;

/// What prices a cost.
#[derive(Clone, Debug)]
pub(super) struct Pricing {
    pub(super) line: Line,
    /// Without one, computing is not predicted.
    pub(super) calibration: Option<Calibration>,
}

/// Predicted seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Time {
    /// Waiting for messages: half a round trip for each round.
    pub(super) latency: f64,
    /// Bytes on the line, by phase.
    pub(super) transfer: [f64; 3],
    /// Computing.
    pub(super) computing: f64,
}

impl Time {
    pub(super) fn total(&self) -> f64 {
        self.latency + self.transfer.iter().sum::<f64>() + self.computing
    }
}

impl Pricing {
    /// Seconds that the busiest party computes in each phase, where its protocol has prices.
    fn busiest(&self, cost: &Cost) -> Option<[f64; 3]> {
        self.calibration.as_ref()?.busiest(cost)
    }

    /// Seconds that the busiest party computes, phase by phase: the others wait for it.
    pub(super) fn computing(&self, cost: &Cost) -> Option<f64> {
        self.busiest(cost).map(|phases| phases.iter().sum())
    }

    /// Wall time: the network's, and the computing if it is known.
    pub(super) fn wall(&self, cost: &Cost) -> f64 {
        self.line.time(cost).as_secs_f64() + self.computing(cost).unwrap_or_default()
    }

    /// Seconds of processor time of each party.
    pub(super) fn parties(&self, cost: &Cost) -> Option<Vec<f64>> {
        let parties = self.calibration.as_ref()?.parties(cost)?;
        Some(parties.iter().map(|phases| phases.iter().sum()).collect())
    }

    /// Bytes of memory of a party's process when it holds most.
    pub(super) fn memory(&self, cost: &Cost, party: &PartyMemory) -> Option<u64> {
        let calibration = self.calibration.as_ref().filter(|_| cost.is_memory_known);
        calibration.map(|calibration| calibration.process + party.total())
    }

    /// The same of the party that holds most.
    pub(super) fn fullest(&self, cost: &Cost) -> Option<u64> {
        cost.memory.iter().filter_map(|party| self.memory(cost, party)).max()
    }

    /// A part's time. Its rounds come one after the other. Of the busiest party's bytes and computing in each phase it
    /// has the share that it has of all bytes: both are in proportion to gates and products.
    pub(super) fn time(&self, cost: &Cost, part: &LineCost) -> Time {
        let share = Phase::ALL.map(|phase| match cost.phases[phase as usize].bytes {
            0 => 0.0,
            all => part.bytes[phase as usize] as f64 / all as f64,
        });
        let most = Phase::ALL.map(|phase| cost.phases[phase as usize].bytes_most as f64);
        let computing = self.busiest(cost).unwrap_or_default();
        Time {
            latency: self.line.round_trip.as_secs_f64() / 2.0 * f64::from(part.rounds),
            transfer: std::array::from_fn(|phase| share[phase] * most[phase] * 8.0 / self.line.bits_per_second as f64),
            computing: (0..3).map(|phase| share[phase] * computing[phase]).sum(),
        }
    }
}
