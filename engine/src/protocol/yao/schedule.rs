//! A circuit as steps over few label slots: which gates run together, and where their labels are.
//!
//! Gates stay near their place in the circuit, because a circuit built gadget by gadget has few live wires in
//! that order and many in any order by depth. Only within a window of [`WINDOW`] gates are they sorted by AND
//! depth, so that independent AND gates stand side by side for the hash. A wire's slot is free again
//! after its last reader, so working memory follows the live wires, not the circuit's size.

use std::ops::Range;

use quorate_circuits::boolean::{Circuit, Gate, Wire};
pub(in crate::protocol) use quorate_kernels::gates::GateStep;

/// Gates among which an order by depth is sought, and hence the most AND gates of a run.
pub(in crate::protocol) const WINDOW: usize = 1024;

/// The slot of a value that never changes: the constant 0.
pub(in crate::protocol) const FALSE: usize = Wire::FALSE.index();
/// The slot of the constant 1.
pub(in crate::protocol) const TRUE: usize = Wire::TRUE.index();
/// The slot of the first input bit; the others follow.
pub(in crate::protocol) const FIRST_INPUT: usize = 2;

/// The last reader of a wire that keeps its slot to the end: a constant or an output.
const KEPT: u32 = u32::MAX;

/// Steps in a row: first local ones, `out = x xor y`, one after the other, then AND gates that do not read each other.
/// A negation is an XOR with the constant 1.
#[derive(Clone, Copy, Debug)]
pub(in crate::protocol) struct Run {
    pub(in crate::protocol) local: u32,
    pub(in crate::protocol) ands: u32,
}

/// Bytes of a scheduled gate.
pub(in crate::protocol) const STEP_BYTES: usize = size_of::<GateStep>();

/// A circuit's steps.
pub(in crate::protocol) struct Schedule {
    steps: Vec<GateStep>,
    runs: Vec<Run>,
    slots: usize,
    outputs: Vec<u32>,
}

/// Consecutive runs whose tables travel together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::protocol) struct Stretch {
    runs: Range<usize>,
    first_step: usize,
    /// AND gates of these runs.
    pub(in crate::protocol) ands: usize,
}

impl Schedule {
    /// The schedule of a circuit: the same at both parties, for the order of the gates is the order of the
    /// tables and of the tweaks.
    pub(in crate::protocol) fn new(circuit: &Circuit) -> Self {
        let (order, runs) = order_by_depth(circuit);
        let last_reads = last_reads(circuit, &order);
        let mut slots = Slots::new(circuit);
        let steps = (0..).zip(&order).map(|(position, &gate)| {
            let (x, y) = operands(circuit.gates()[gate as usize]);
            let read = (slots.of(x), slots.of(y));
            for wire in [Some(x), (x != y).then_some(y)].into_iter().flatten() {
                if last_reads[wire.index()] == position {
                    slots.release(wire);
                }
            }
            GateStep { x: read.0, y: read.1, out: slots.allocate(circuit.gate_output(gate as usize)) }
        });
        let steps = steps.collect();
        let outputs = circuit.outputs().iter().map(|&wire| slots.of(wire)).collect();
        Self { steps, runs, slots: slots.count as usize, outputs }
    }

    /// Labels that one instance needs at once.
    pub(in crate::protocol) fn slots(&self) -> usize {
        self.slots
    }

    /// The slots of the output bits, in the circuit's order.
    pub(in crate::protocol) fn outputs(&self) -> impl Iterator<Item = usize> {
        self.outputs.iter().map(|&slot| slot as usize)
    }

    /// AND gates of the circuit.
    pub(in crate::protocol) fn ands(&self) -> usize {
        self.runs.iter().map(|run| run.ands as usize).sum()
    }

    /// The whole schedule in stretches of at most `most_ands` AND gates, or of one run where that has more.
    /// There is at least one stretch.
    pub(in crate::protocol) fn stretches(&self, most_ands: usize) -> impl Iterator<Item = Stretch> {
        let (mut run, mut step) = (0, 0);
        std::iter::from_fn(move || {
            let mut stretch = Stretch { runs: run..run, first_step: step, ands: 0 };
            while let Some(next) = self.runs.get(run) {
                let ands = stretch.ands + next.ands as usize;
                if ands > most_ands && !stretch.runs.is_empty() {
                    break;
                }
                stretch.ands = ands;
                step += (next.local + next.ands) as usize;
                run += 1;
                stretch.runs.end = run;
            }
            (!stretch.runs.is_empty()).then_some(stretch)
        })
    }

    /// The runs of a stretch: local steps, then AND steps.
    pub(in crate::protocol) fn runs(&self, stretch: &Stretch) -> impl Iterator<Item = (&[GateStep], &[GateStep])> {
        let mut rest = &self.steps[stretch.first_step..];
        self.runs[stretch.runs.clone()].iter().map(move |run| {
            let (local, after) = rest.split_at(run.local as usize);
            let (ands, after) = after.split_at(run.ands as usize);
            rest = after;
            (local, ands)
        })
    }

    /// Whether the inputs have to be there before this stretch.
    pub(in crate::protocol) fn begins_with(&self, stretch: &Stretch) -> bool {
        stretch.runs.start == 0
    }

    /// Whether the outputs are there after this stretch.
    pub(in crate::protocol) fn ends_with(&self, stretch: &Stretch) -> bool {
        stretch.runs.end == self.runs.len()
    }
}

/// The gates window by window, each window by AND depth as [`quorate_circuits::boolean::Layers`] does it for
/// whole circuits, and how they fall into runs. There is at least one run, if an empty one.
fn order_by_depth(circuit: &Circuit) -> (Vec<u32>, Vec<Run>) {
    let mut order = vec![0; circuit.gates().len()];
    let mut runs = Vec::new();
    let mut ready = [0; WINDOW];
    for (window, order) in order.chunks_mut(WINDOW).enumerate() {
        let first = window * WINDOW;
        let first_wire = circuit.gate_output(first).index();
        let gates = &circuit.gates()[first..first + order.len()];
        let begun = runs.len();
        for (g, gate) in gates.iter().enumerate() {
            let depth = |wire: Wire| match wire.index().checked_sub(first_wire) {
                // A wire of this window: one deeper than its gate if that is an AND.
                Some(earlier) => ready[earlier] + usize::from(is_and(gates[earlier])),
                None => 0,
            };
            let (x, y) = operands(*gate);
            ready[g] = depth(x).max(depth(y));
            runs.resize(runs.len().max(begun + ready[g] + 1), Run { local: 0, ands: 0 });
            let run: &mut Run = &mut runs[begun + ready[g]];
            *(if is_and(*gate) { &mut run.ands } else { &mut run.local }) += 1;
        }
        sort(&ready[..gates.len()], gates, &runs[begun..], first as u32, order);
    }
    if runs.is_empty() {
        runs.push(Run { local: 0, ands: 0 });
    }
    (order, runs)
}

/// The counting sort of one window: run by run, local gates before AND gates, else as they were.
fn sort(ready: &[usize], gates: &[Gate], runs: &[Run], first: u32, order: &mut [u32]) {
    let mut begun = 0;
    let mut next: Vec<[usize; 2]> = Vec::with_capacity(runs.len());
    for run in runs {
        let middle = begun + run.local as usize;
        next.push([begun, middle]);
        begun = middle + run.ands as usize;
    }
    for ((gate, &ready), index) in gates.iter().zip(ready).zip(first..) {
        let place = &mut next[ready][usize::from(is_and(*gate))];
        order[*place] = index;
        *place += 1;
    }
}

/// The position in `order` of each wire's last reader.
fn last_reads(circuit: &Circuit, order: &[u32]) -> Vec<u32> {
    let mut last_reads = vec![KEPT; circuit.wires()];
    for (position, &gate) in (0..).zip(order) {
        let (x, y) = operands(circuit.gates()[gate as usize]);
        last_reads[x.index()] = position;
        last_reads[y.index()] = position;
    }
    for &wire in circuit.outputs().iter().chain(&[Wire::FALSE, Wire::TRUE]) {
        last_reads[wire.index()] = KEPT;
    }
    last_reads
}

/// Which slot holds which wire. Constants and inputs begin in the slots of their own numbers.
struct Slots {
    of: Vec<u32>,
    free: Vec<u32>,
    count: u32,
}

impl Slots {
    fn new(circuit: &Circuit) -> Self {
        // Wires, and so slots, are numbered in 32 bits.
        let count = (circuit.wires() - circuit.gates().len()) as u32;
        let mut of: Vec<u32> = (0..count).collect();
        of.resize(circuit.wires(), 0);
        Self { of, free: Vec::new(), count }
    }

    fn of(&self, wire: Wire) -> u32 {
        self.of[wire.index()]
    }

    fn release(&mut self, wire: Wire) {
        self.free.push(self.of(wire));
    }

    fn allocate(&mut self, wire: Wire) -> u32 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.count += 1;
            self.count - 1
        });
        self.of[wire.index()] = slot;
        slot
    }
}

fn is_and(gate: Gate) -> bool {
    matches!(gate, Gate::And(..))
}

/// What a gate reads; a negation reads the constant 1 too.
fn operands(gate: Gate) -> (Wire, Wire) {
    match gate {
        Gate::Xor(x, y) | Gate::And(x, y) => (x, y),
        Gate::Not(x) => (x, Wire::TRUE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quorate_circuits::boolean::{Builder, Shape, integer};

    /// A chain of additions, which keeps few wires alive however long it is.
    fn additions(count: usize) -> Circuit {
        let (mut builder, inputs) = Builder::new(&[32, 32]);
        let mut sum = inputs[0].clone();
        for turn in 0..count {
            let rotated = integer::rotate_left(&sum, 1 + turn % 7);
            sum = integer::add(&mut builder, &rotated, &inputs[1], Shape::FewAnds);
        }
        builder.finish(vec![sum])
    }

    /// The schedule run on bits instead of labels.
    fn run(schedule: &Schedule, inputs: &[u64], most_ands: usize) -> Vec<u64> {
        let mut slots = vec![0; schedule.slots()];
        slots[TRUE] = u64::MAX;
        slots[FIRST_INPUT..][..inputs.len()].copy_from_slice(inputs);
        for stretch in schedule.stretches(most_ands) {
            for (local, ands) in schedule.runs(&stretch) {
                local.iter().for_each(|s| slots[s.out as usize] = slots[s.x as usize] ^ slots[s.y as usize]);
                ands.iter().for_each(|s| slots[s.out as usize] = slots[s.x as usize] & slots[s.y as usize]);
            }
        }
        schedule.outputs().map(|slot| slots[slot]).collect()
    }

    #[test]
    fn steps_compute_the_circuit_however_they_are_cut() {
        let circuit = additions(60);
        let schedule = Schedule::new(&circuit);
        let inputs: Vec<u64> = (0..64).map(|i: u64| (i + 3).wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        assert_eq!(schedule.ands(), circuit.and_gates());
        for most_ands in [1, 40, WINDOW, usize::MAX] {
            assert_eq!(run(&schedule, &inputs, most_ands), circuit.evaluate(&inputs));
        }
    }

    #[test]
    fn slots_follow_the_live_wires_and_not_the_length() {
        assert!(Schedule::new(&additions(4000)).slots() < 64 + 2 * WINDOW);
    }

    #[test]
    fn a_circuit_without_gates_has_one_empty_stretch() {
        let (builder, inputs) = Builder::new(&[3]);
        let schedule = Schedule::new(&builder.finish(inputs));
        let stretches: Vec<Stretch> = schedule.stretches(8).collect();
        assert_eq!(stretches.len(), 1);
        assert!(schedule.begins_with(&stretches[0]) && schedule.ends_with(&stretches[0]));
    }
}
