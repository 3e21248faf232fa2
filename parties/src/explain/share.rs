//! Each line's share of the predicted time.

use quorate_engine::plan::{Cost, LineCost};

use super::pricing::{Pricing, Time};

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

/// The parts in order: the set-up, the lines of the program, the rounds that lines share.
pub(super) fn rows(cost: &Cost, pricing: &Pricing) -> Vec<Row> {
    let by_line = &cost.by_line;
    let row = |what: For, part: LineCost| Row { what, time: pricing.time(cost, &part), cost: part };
    let set_up = (by_line.set_up != LineCost::default()).then(|| row(For::SetUp, by_line.set_up));
    let lines = by_line.lines.iter().map(|(number, part)| row(For::Line(*number), *part));
    let shared = by_line.shared.iter().map(|shared| {
        row(For::Shared(shared.lines.clone()), LineCost { rounds: shared.rounds, ..LineCost::default() })
    });
    set_up.into_iter().chain(lines).chain(shared).collect()
}
