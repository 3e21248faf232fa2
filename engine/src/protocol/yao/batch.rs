//! A circuit over a batch of instances, piece by piece, for either party.

use super::half_gates::{HalfGates, Hashes};
use super::labels::Labels;
use super::schedule::{FALSE, FIRST_INPUT, Schedule, Stretch, TRUE};
use super::tiling::{Piece, WIDE};
use crate::compute::Compute;
use crate::crypto::Block;
use crate::protocol::CallRequest;

/// A request under way.
pub(super) struct Batch<'a> {
    schedule: &'a Schedule,
    operands: &'a [&'a Labels],
    outputs: Vec<Labels>,
    wide: Vec<Bundle<WIDE>>,
    narrow: Vec<Bundle<1>>,
}

impl<'a> Batch<'a> {
    /// A batch of one request.
    ///
    /// # Panics
    /// If the operands are not those of the circuit.
    pub(super) fn new(schedule: &'a Schedule, request: &'a CallRequest<'a, Labels>) -> Self {
        let widths = request.operands.iter().map(|operand| operand.width() as usize);
        assert!(widths.eq(request.circuit.input_widths().iter().copied()), "operands of the circuit's widths");
        let length = request.operands.first().map_or(0, |operand| operand.length());
        assert!(request.operands.iter().all(|operand| operand.length() == length), "operands of one length");
        let outputs = request.circuit.output_widths().iter().map(|&width| Labels::zeros(width as u32, length));
        Self { schedule, operands: &request.operands, outputs: outputs.collect(), wide: vec![], narrow: vec![] }
    }

    /// Instances.
    pub(super) fn length(&self) -> usize {
        self.operands.first().map_or(0, |operand| operand.length())
    }

    /// Runs the next piece. Its AND gates are numbered from `first_and`; `tables` has two blocks for each.
    pub(super) fn run(
        &mut self,
        piece: &Piece,
        half_gates: &impl HalfGates,
        first_and: u64,
        tables: &mut [Block],
        compute: &dyn Compute,
    ) {
        let turn = Turn { schedule: self.schedule, operands: self.operands, piece, half_gates, first_and };
        if piece.lanes == WIDE {
            turn.run(&mut self.wide, tables, &mut self.outputs, compute);
        } else {
            turn.run(&mut self.narrow, tables, &mut self.outputs, compute);
        }
    }

    /// One vector for each output value, when all pieces have run.
    pub(super) fn finish(self) -> Vec<Labels> {
        self.outputs
    }
}

/// The running of one piece.
struct Turn<'a, H> {
    schedule: &'a Schedule,
    operands: &'a [&'a Labels],
    piece: &'a Piece,
    half_gates: &'a H,
    first_and: u64,
}

impl<H: HalfGates> Turn<'_, H> {
    fn run<const N: usize>(
        &self,
        bundles: &mut Vec<Bundle<N>>,
        tables: &mut [Block],
        outputs: &mut [Labels],
        compute: &dyn Compute,
    ) {
        if bundles.len() < self.piece.bundles {
            bundles.resize_with(self.piece.bundles, || Bundle::new(self.schedule.slots()));
        }
        let bundles = &mut bundles[..self.piece.bundles];
        self.spread(bundles, tables, compute);
        if self.schedule.ends_with(&self.piece.stretch) {
            for (b, bundle) in bundles.iter().enumerate() {
                bundle.store(self.schedule, outputs, self.piece.first + b * N);
            }
        }
    }

    /// Gives every worker its bundles and their part of the tables.
    fn spread<const N: usize>(&self, bundles: &mut [Bundle<N>], mut tables: &mut [Block], compute: &dyn Compute) {
        let at_once = bundles.len().div_ceil(compute.workers().max(1));
        let mut tasks: Vec<Box<dyn FnOnce() + Send + '_>> = Vec::new();
        for (worker, bundles) in bundles.chunks_mut(at_once).enumerate() {
            let (part, after) = std::mem::take(&mut tables).split_at_mut(bundles.len() * self.bundle_blocks());
            tables = after;
            tasks.push(Box::new(move || self.work(worker * at_once, bundles, part)));
        }
        compute.run(tasks);
    }

    /// Runs the bundles from number `first` on.
    fn work<const N: usize>(&self, first: usize, bundles: &mut [Bundle<N>], tables: &mut [Block]) {
        let mut hashes = Hashes::new();
        for (bundle, b) in bundles.iter_mut().zip(0..) {
            if self.schedule.begins_with(&self.piece.stretch) {
                bundle.load(self.half_gates.one(), self.operands, self.piece.first + (first + b) * N);
            }
            let first_and = self.first_and + ((first + b) * self.piece.bundle_ands()) as u64;
            let tables = &mut tables[b * self.bundle_blocks()..][..self.bundle_blocks()];
            bundle.run(self.half_gates, (self.schedule, &self.piece.stretch), first_and, tables, &mut hashes);
        }
    }

    /// Blocks of a bundle's tables.
    fn bundle_blocks(&self) -> usize {
        2 * self.piece.bundle_ands()
    }
}

/// The labels of `N` instances that go through a circuit together: slot by slot. Wiped when dropped.
struct Bundle<const N: usize>(Vec<[Block; N]>);

impl<const N: usize> Bundle<N> {
    fn new(slots: usize) -> Self {
        Self(vec![[Block::ZERO; N]; slots])
    }

    /// Takes in constants and operands, of which these are the instances from `first` on.
    fn load(&mut self, one: Block, operands: &[&Labels], first: usize) {
        self.0[FALSE] = [Block::ZERO; N];
        self.0[TRUE] = [one; N];
        let planes = operands.iter().flat_map(|operand| operand.planes());
        for (slot, plane) in self.0[FIRST_INPUT..].iter_mut().zip(planes) {
            slot.copy_from_slice(&plane[first..first + N]);
        }
    }

    fn run(
        &mut self,
        half_gates: &impl HalfGates,
        (schedule, stretch): (&Schedule, &Stretch),
        mut first_and: u64,
        mut tables: &mut [Block],
        hashes: &mut Hashes,
    ) {
        for (local, ands) in schedule.runs(stretch) {
            for step in local {
                let (x, y) = (self.0[step.x as usize], self.0[step.y as usize]);
                self.0[step.out as usize] = std::array::from_fn(|l| x[l] ^ y[l]);
            }
            let (part, after) = tables.split_at_mut(2 * N * ands.len());
            half_gates.ands(first_and, ands, &mut self.0, part, hashes);
            first_and += (N * ands.len()) as u64;
            tables = after;
        }
    }

    /// Puts the outputs to their place, from instance `first` on.
    fn store(&self, schedule: &Schedule, outputs: &mut [Labels], first: usize) {
        let mut slots = schedule.outputs();
        for output in outputs {
            for (bit, slot) in (0..output.width()).zip(&mut slots) {
                output.plane_mut(bit)[first..first + N].copy_from_slice(&self.0[slot]);
            }
        }
    }
}

impl<const N: usize> Drop for Bundle<N> {
    fn drop(&mut self) {
        Block::wipe(self.0.as_flattened_mut());
    }
}
