//! Each line's share of the predicted time.

use quorate_engine::net::Phase;
use quorate_engine::plan::{Cost, Line, LineCost};

/// What a part of the cost is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum For {
    /// Once per pair.
    SetUp,
    /// A source line.
    Line(u32),
    /// Rounds of several lines.
    Shared(Vec<u32>),
}

/// A part of the cost. All parts add up to the whole.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) what: For,
    pub(super) cost: LineCost,
    pub(super) time: Time,
}

/// Predicted seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Time {
    /// Waiting for messages: half a round trip for each round.
    pub(super) latency: f64,
    /// Bytes on the line, by phase.
    pub(super) transfer: [f64; 3],
}

impl Time {
    pub(super) fn total(&self) -> f64 {
        self.latency + self.transfer.iter().sum::<f64>()
    }
}

/// The parts in order: the set-up, the lines of the program, the rounds that lines share.
pub(super) fn rows(cost: &Cost, line: &Line) -> Vec<Row> {
    let by_line = &cost.by_line;
    let row = |what: For, part: LineCost| Row { what, time: time(cost, line, &part), cost: part };
    let set_up = (by_line.set_up != LineCost::default()).then(|| row(For::SetUp, by_line.set_up));
    let lines = by_line.lines.iter().map(|(number, part)| row(For::Line(*number), *part));
    let shared = by_line.shared.iter().map(|shared| {
        row(For::Shared(shared.lines.clone()), LineCost { rounds: shared.rounds, ..LineCost::default() })
    });
    set_up.into_iter().chain(lines).chain(shared).collect()
}

/// A part's time: rounds one after the other; of the busiest party's bytes in each phase its share of all bytes.
fn time(cost: &Cost, line: &Line, part: &LineCost) -> Time {
    let transfer = Phase::ALL.map(|phase| {
        let whole = cost.phases[phase as usize];
        let share = if whole.bytes == 0 { 0.0 } else { part.bytes[phase as usize] as f64 / whole.bytes as f64 };
        share * whole.bytes_most as f64 * 8.0 / line.bits_per_second
    });
    Time { latency: line.round_trip.as_secs_f64() / 2.0 * f64::from(part.rounds), transfer }
}
