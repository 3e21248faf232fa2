//! A circuit over a batch of instances, piece by piece, for either party.

use super::gates::Gates;
use super::labels::Labels;
use super::schedule::{FALSE, FIRST_INPUT, Schedule, Stretch, TRUE};
use super::tiling::{Piece, WIDE};
use crate::compute::Compute;
use crate::crypto::Block;
use crate::protocol::CallRequest;
use quorate_kernels::gates::xor;

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

    /// Runs the next piece. Its AND gates are numbered from `first_and`; `tables` are the bytes of their
    /// rows.
    pub(super) fn run(
        &mut self,
        piece: &Piece,
        gates: &impl Gates,
        first_and: u64,
        tables: &mut [u8],
        compute: &dyn Compute,
    ) {
        let turn = Turn { schedule: self.schedule, operands: self.operands, piece, gates, first_and };
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
struct Turn<'a, G> {
    schedule: &'a Schedule,
    operands: &'a [&'a Labels],
    piece: &'a Piece,
    gates: &'a G,
    first_and: u64,
}

impl<G: Gates> Turn<'_, G> {
    fn run<const N: usize>(
        &self,
        bundles: &mut Vec<Bundle<N>>,
        tables: &mut [u8],
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
    fn spread<const N: usize>(&self, bundles: &mut [Bundle<N>], mut tables: &mut [u8], compute: &dyn Compute) {
        let at_once = bundles.len().div_ceil(compute.workers().max(1));
        let mut tasks: Vec<Box<dyn FnOnce() + Send + '_>> = Vec::new();
        for (worker, bundles) in bundles.chunks_mut(at_once).enumerate() {
            let (part, after) = std::mem::take(&mut tables).split_at_mut(bundles.len() * self.piece.bundle_bytes);
            tables = after;
            tasks.push(Box::new(move || self.work(worker * at_once, bundles, part)));
        }
        compute.run(tasks);
    }

    /// Runs the bundles from number `first` on.
    fn work<const N: usize>(&self, first: usize, bundles: &mut [Bundle<N>], tables: &mut [u8]) {
        for (bundle, b) in bundles.iter_mut().zip(0..) {
            if self.schedule.begins_with(&self.piece.stretch) {
                bundle.load(self.gates.one(), self.operands, self.piece.first + (first + b) * N);
            }
            let first_and = self.first_and + ((first + b) * self.piece.bundle_ands()) as u64;
            let tables = &mut tables[b * self.piece.bundle_bytes..][..self.piece.bundle_bytes];
            bundle.run(self.gates, (self.schedule, &self.piece.stretch), first_and, tables);
        }
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
        gates: &impl Gates,
        (schedule, stretch): (&Schedule, &Stretch),
        mut first_and: u64,
        mut tables: &mut [u8],
    ) {
        for (local, ands) in schedule.runs(stretch) {
            xor(local, &mut self.0);
            let (part, after) = tables.split_at_mut(gates.garbling().row_bytes(N * ands.len()));
            gates.ands(first_and, ands, &mut self.0, part);
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
