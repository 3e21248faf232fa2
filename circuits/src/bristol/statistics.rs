//! What a file consists of.

use super::{Gate, GateKind, Netlist};

/// Gates by kind and AND depth of a file as it is written, before anything is simplified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statistics {
    counts: [usize; GateKind::ALL.len()],
    /// Conjunctions: `AND` gates, and those in `MAND` gates.
    pub and_gates: usize,
    /// The most conjunctions on a path.
    pub and_depth: usize,
}

impl Statistics {
    /// Counts the gates of a file.
    pub fn of(netlist: &Netlist) -> Self {
        let mut counts = [0; GateKind::ALL.len()];
        let mut depths = vec![0u32; netlist.header.wires()];
        let (mut and_gates, mut and_depth) = (0, 0);
        for gate in &netlist.gates {
            counts[gate.kind() as usize] += 1;
            and_gates += gate.ands();
            match gate {
                Gate::Mand(mand) => {
                    for ((left, right), output) in mand.left.iter().zip(&mand.right).zip(&mand.outputs) {
                        depths[output.index()] = 1 + depths[left.index()].max(depths[right.index()]);
                    }
                }
                _ => {
                    let ready = gate.operands().map(|wire| depths[wire.index()]).max().unwrap_or(0);
                    depths[gate.outputs()[0].index()] = ready + gate.ands() as u32;
                }
            }
            let reached = gate.outputs().iter().map(|wire| depths[wire.index()]).max().unwrap_or(0);
            and_depth = and_depth.max(reached as usize);
        }
        Self { counts, and_gates, and_depth }
    }

    /// How many gates of a kind there are.
    pub fn count(&self, kind: GateKind) -> usize {
        self.counts[kind as usize]
    }

    /// The kinds that occur, with their counts.
    pub fn kinds(&self) -> impl Iterator<Item = (GateKind, usize)> {
        GateKind::ALL.into_iter().map(|kind| (kind, self.count(kind))).filter(|(_, count)| *count > 0)
    }
}
