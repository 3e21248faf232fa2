//! A circuit over a batch of instances, piece by piece, for either party.

use super::gates::Gates;
use super::labels::Labels;
use super::schedule::{FALSE, FIRST_INPUT, Schedule, Stretch, TRUE};
use super::tiling::{Piece, WIDE};
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
    pub(super) fn run(&mut self, piece: &Piece, gates: &impl Gates, first_and: u64, tables: &mut [u8]) {
        let turn = Turn { schedule: self.schedule, operands: self.operands, piece, gates, first_and };
        if piece.lanes == WIDE {
            turn.run(&mut self.wide, tables, &mut self.outputs);
        } else {
            turn.run(&mut self.narrow, tables, &mut self.outputs);
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
    fn run<const N: usize>(&self, bundles: &mut Vec<Bundle<N>>, tables: &mut [u8], outputs: &mut [Labels]) {
        if bundles.len() < self.piece.bundles {
            bundles.resize_with(self.piece.bundles, || Bundle::new(self.schedule.slots()));
        }
        let stretch = &self.piece.stretch;
        let mut first_and = self.first_and;
        let mut rest = tables;
        for (b, bundle) in bundles[..self.piece.bundles].iter_mut().enumerate() {
            let first = self.piece.first + b * N;
            if self.schedule.begins_with(stretch) {
                bundle.load(self.gates.one(), self.operands, first);
            }
            let (part, after) = rest.split_at_mut(self.piece.bundle_bytes);
            bundle.run(self.gates, (self.schedule, stretch), first_and, part);
            if self.schedule.ends_with(stretch) {
                bundle.store(self.schedule, outputs, first);
            }
            first_and += self.piece.bundle_ands() as u64;
            rest = after;
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
