//! The wires of a bundle of instances, slot by slot.

use super::pieces::Piece;
use crate::crypto::{Block, SecretBlocks};
use crate::protocol::yao::labels::Labels;
use crate::protocol::yao::schedule::{FALSE, FIRST_INPUT, GateStep, Schedule, TRUE};

/// Some kinds of blocks for every slot and lane. Wiped when dropped.
pub(super) struct Bundle {
    lanes: usize,
    kinds: Vec<SecretBlocks>,
}

impl Bundle {
    /// No wires yet.
    pub(super) fn empty() -> Self {
        Self { lanes: 0, kinds: Vec::new() }
    }

    /// Takes in constants and operands of a piece that begins a circuit. `one` are the blocks of the constant 1, those of
    /// the constant 0 being zero; `operands` are the vectors of a kind.
    pub(super) fn load<'a>(
        &mut self,
        schedule: &Schedule,
        piece: &Piece,
        one: &[Block],
        operands: impl Fn(usize) -> Vec<&'a Labels>,
    ) {
        let size = schedule.slots() * piece.lanes;
        if self.kinds.len() != one.len() || self.kinds.iter().any(|kind| kind.len() != size) {
            self.kinds = one.iter().map(|_| SecretBlocks::zeros(size)).collect();
        }
        self.lanes = piece.lanes;
        let lanes = self.lanes;
        for (k, (kind, one)) in self.kinds.iter_mut().zip(one).enumerate() {
            kind[FALSE * lanes..][..lanes].fill(Block::ZERO);
            kind[TRUE * lanes..][..lanes].fill(*one);
            let vectors = operands(k);
            let planes = vectors.iter().flat_map(|vector| vector.planes());
            for (slot, plane) in kind[FIRST_INPUT * lanes..].chunks_exact_mut(lanes).zip(planes) {
                slot.copy_from_slice(&plane[piece.first..piece.first + lanes]);
            }
        }
    }

    /// XOR gates.
    pub(super) fn local(&mut self, steps: &[GateStep]) {
        let lanes = self.lanes;
        for kind in &mut self.kinds {
            for step in steps {
                let (x, y, out) = (step.x as usize * lanes, step.y as usize * lanes, step.out as usize * lanes);
                for lane in 0..lanes {
                    kind[out + lane] = kind[x + lane] ^ kind[y + lane];
                }
            }
        }
    }

    /// The blocks of a slot, lane by lane.
    pub(super) fn slot(&self, kind: usize, slot: u32) -> &[Block] {
        &self.kinds[kind][slot as usize * self.lanes..][..self.lanes]
    }

    pub(super) fn slot_mut(&mut self, kind: usize, slot: u32) -> &mut [Block] {
        &mut self.kinds[kind][slot as usize * self.lanes..][..self.lanes]
    }

    /// Puts the outputs of a piece that ends a circuit to their place. `outputs` are the vectors of a kind.
    pub(super) fn store<'a>(
        &self,
        schedule: &Schedule,
        piece: &Piece,
        mut outputs: impl Iterator<Item = (usize, &'a mut Labels)>,
    ) {
        let mut slots: Vec<_> = self.kinds.iter().map(|_| schedule.outputs()).collect();
        outputs.by_ref().for_each(|(kind, output)| {
            for (bit, slot) in (0..output.width()).zip(&mut slots[kind]) {
                let to = &mut output.plane_mut(bit)[piece.first..piece.first + self.lanes];
                to.copy_from_slice(self.slot(kind, slot as u32));
            }
        });
    }
}
