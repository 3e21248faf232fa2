//! The schedule of a circuit for protocols that pay a round per AND layer.

use super::{Gate, Wire};

/// Gates grouped by AND depth, computed once when the circuit is built.
///
/// Every gate is in exactly one layer. Walking the layers in order, first the local gates and then the AND gates
/// of each, finds every operand computed, and the AND gates of one layer do not read each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layers {
    /// Gate indices, layer by layer, local gates before AND gates, each group in gate order.
    order: Vec<u32>,
    /// Where each group ends in `order`: two entries per layer.
    ends: Vec<u32>,
    and_depth: usize,
}

/// One round: the gates that became computable locally, then the AND gates that can run together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layer<'a> {
    /// Indices of XOR and NOT gates, in an order in which each finds its operands.
    pub local: &'a [u32],
    /// Indices of AND gates; empty only in the last layer.
    pub ands: &'a [u32],
}

impl Layers {
    /// Groups `gates`, the output of the first of which is wire `first_gate`, by a counting sort.
    pub(super) fn schedule(first_gate: usize, gates: &[Gate]) -> Self {
        let mut depths = vec![0u32; first_gate + gates.len()];
        let mut groups = Vec::with_capacity(gates.len());
        for (index, gate) in gates.iter().enumerate() {
            let depth = |wire: Wire| depths[wire.index()];
            let (ready, is_and) = match *gate {
                Gate::Xor(x, y) => (depth(x).max(depth(y)), 0),
                Gate::And(x, y) => (depth(x).max(depth(y)), 1),
                Gate::Not(x) => (depth(x), 0),
            };
            depths[first_gate + index] = ready + is_and;
            groups.push(2 * ready + is_and);
        }

        let layers = groups.iter().max().map_or(0, |&last| last as usize / 2 + 1);
        let mut ends = vec![0u32; 2 * layers];
        for &group in &groups {
            ends[group as usize] += 1;
        }
        let mut next = Vec::with_capacity(ends.len());
        let mut total = 0;
        for end in &mut ends {
            next.push(total);
            total += *end;
            *end = total;
        }
        let mut order = vec![0; gates.len()];
        for (gate, &group) in (0u32..).zip(&groups) {
            let place = &mut next[group as usize];
            order[*place as usize] = gate;
            *place += 1;
        }
        Self { order, ends, and_depth: depths.iter().max().map_or(0, |&depth| depth as usize) }
    }

    /// How many layers there are: the AND depth, and one more if local gates follow the last AND gates.
    pub fn len(&self) -> usize {
        self.ends.len() / 2
    }

    /// True for a circuit without gates.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The most AND gates on a path.
    pub fn and_depth(&self) -> usize {
        self.and_depth
    }

    /// The layers in the order in which they run.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Layer<'_>> {
        (0..self.len()).map(|layer| {
            let start = if layer == 0 { 0 } else { self.ends[2 * layer - 1] as usize };
            let (middle, end) = (self.ends[2 * layer] as usize, self.ends[2 * layer + 1] as usize);
            Layer { local: &self.order[start..middle], ands: &self.order[middle..end] }
        })
    }
}
