//! Cost by source line.

use std::collections::{BTreeMap, BTreeSet};

use quorate_circuits::bind::{BoundProgram, ValueId};

use crate::net::{Cause, Charges};

/// What a plan costs by source line. All of it adds up to the plan's cost, to the byte and to the round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ByLine {
    /// Sent once per pair, for no line in particular.
    pub set_up: LineCost,
    /// By line, from 1. Lines that cost nothing are not there.
    pub lines: BTreeMap<u32, LineCost>,
    /// Rounds that several lines share, since their messages travel together.
    pub shared: Vec<SharedRounds>,
}

/// What one line costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineCost {
    /// AND gates evaluated under the protocol.
    pub and_gates: u64,
    /// Multiplications of arithmetic shares.
    pub multiplications: u64,
    /// Payload bytes sent by all parties together, by phase in the order of [`crate::net::Phase::ALL`]. Correlated randomness is
    /// made for a stage of the plan at once; its bytes are shared out among the lines in proportion to what they consume.
    pub bytes: [u64; 3],
    /// Links that the line's messages alone are in one longest chain of messages.
    pub rounds: u32,
}

/// Rounds of one longest chain whose messages several lines caused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedRounds {
    /// The lines, ascending.
    pub lines: Vec<u32>,
    /// How many rounds.
    pub rounds: u32,
}

impl LineCost {
    /// Payload bytes in all.
    pub fn bytes(&self) -> u64 {
        self.bytes.iter().sum()
    }
}

impl ByLine {
    pub(super) fn of(charges: &Charges, program: &BoundProgram) -> Self {
        let line = |cause: &Cause| program.value(ValueId(cause.0)).span.line;
        let mut lines: BTreeMap<u32, LineCost> = BTreeMap::new();
        for (cause, charge) in &charges.causes {
            let cost = lines.entry(line(cause)).or_default();
            cost.and_gates += charge.and_gates;
            cost.multiplications += charge.multiplications;
            cost.bytes.iter_mut().zip(charge.bytes).for_each(|(sum, bytes)| *sum += bytes);
        }
        let mut set_up = LineCost { bytes: charges.apart.bytes, ..LineCost::default() };
        let mut shared: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
        for (causes, rounds) in &charges.rounds {
            let together: Vec<u32> = causes.iter().map(line).collect::<BTreeSet<_>>().into_iter().collect();
            match together.as_slice() {
                [] => set_up.rounds += rounds,
                [only] => lines.entry(*only).or_default().rounds += rounds,
                _ => *shared.entry(together).or_insert(0) += rounds,
            }
        }
        lines.retain(|_, cost| *cost != LineCost::default());
        let shared = shared.into_iter().map(|(lines, rounds)| SharedRounds { lines, rounds }).collect();
        Self { set_up, lines, shared }
    }

    /// The sum of all parts.
    pub fn total(&self) -> LineCost {
        let mut total = self.set_up;
        for cost in self.lines.values() {
            total.and_gates += cost.and_gates;
            total.multiplications += cost.multiplications;
            total.bytes.iter_mut().zip(cost.bytes).for_each(|(sum, bytes)| *sum += bytes);
            total.rounds += cost.rounds;
        }
        total.rounds += self.shared.iter().map(|shared| shared.rounds).sum::<u32>();
        total
    }
}
