//! The AND gate: either party's side of the kernels of [`quorate_kernels::gates`].

use quorate_kernels::aes::Aes128;
use quorate_kernels::gates::GateStep;
use zeroize::Zeroize;

use super::garbling::Garbling;
use crate::crypto::{Block, GarblingHash};

/// A party's side of the gates.
pub(super) trait Gates {
    /// How they are garbled.
    fn garbling(&self) -> Garbling;

    /// This party's label of the constant 1; that of the constant 0 is zero.
    fn one(&self) -> Block;

    /// Runs AND gates in which `N` instances take part. The gates are numbered from `first`, those of one
    /// step before those of the next; `rows` are the bytes of theirs. The garbler writes them.
    fn ands<const N: usize>(&self, first: u64, steps: &[GateStep], labels: &mut [[Block; N]], rows: &mut [u8]);
}

/// The garbler's secrets and the hash.
pub(super) struct GarblerGates {
    garbling: Garbling,
    hash: GarblingHash,
    delta: Block,
    /// Where three halves take their dice from.
    dice: Aes128,
}

/// The evaluator's hash.
pub(super) struct EvaluatorGates {
    garbling: Garbling,
    hash: GarblingHash,
}

impl GarblerGates {
    /// # Panics
    /// If Delta is even: the colours would not tell the labels of a wire apart.
    pub(super) fn new(garbling: Garbling, start: Block, delta: Block, dice: Block) -> Self {
        assert!(delta.lsb(), "the lowest bit of Delta is one");
        Self { garbling, hash: GarblingHash::new(start), delta, dice: Aes128::new(dice) }
    }

    /// Goes on under a Delta of an earlier session, whose gates are garbled already.
    pub(super) fn replace_delta(&mut self, delta: Block) {
        self.delta = delta;
    }

    /// The difference of every wire's two labels.
    pub(super) fn delta(&self) -> Block {
        self.delta
    }

    /// `bit * Delta`.
    pub(super) fn delta_if(&self, bit: bool) -> Block {
        Block::mask(bit) & self.delta
    }
}

impl EvaluatorGates {
    pub(super) fn new(garbling: Garbling, start: Block) -> Self {
        Self { garbling, hash: GarblingHash::new(start) }
    }
}

impl Gates for GarblerGates {
    fn garbling(&self) -> Garbling {
        self.garbling
    }

    fn one(&self) -> Block {
        self.delta
    }

    fn ands<const N: usize>(&self, first: u64, steps: &[GateStep], labels: &mut [[Block; N]], rows: &mut [u8]) {
        match self.garbling {
            Garbling::HalfGates => self.hash.garble(self.delta, first, steps, labels, rows),
            Garbling::ThreeHalves => {
                self.hash.garble_three_halves((self.delta, &self.dice), first, steps, labels, rows);
            }
        }
    }
}

impl Gates for EvaluatorGates {
    fn garbling(&self) -> Garbling {
        self.garbling
    }

    fn one(&self) -> Block {
        // The active label of a constant is zero, whatever its value.
        Block::ZERO
    }

    fn ands<const N: usize>(&self, first: u64, steps: &[GateStep], labels: &mut [[Block; N]], rows: &mut [u8]) {
        match self.garbling {
            Garbling::HalfGates => self.hash.evaluate(first, steps, labels, rows),
            Garbling::ThreeHalves => self.hash.evaluate_three_halves(first, steps, labels, rows),
        }
    }
}

impl Drop for GarblerGates {
    fn drop(&mut self) {
        self.delta.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All four values, under all four colours, against the definition.
    #[test]
    fn a_gate_of_two_labels_is_their_conjunction() {
        let (start, delta) = (Block::new(7), Block::new(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef | 1));
        for (way, case) in Garbling::ALL.into_iter().flat_map(|way| (0..16_u32).map(move |case| (way, case))) {
            let garbler = GarblerGates::new(way, start, delta, Block::new(8));
            let evaluator = EvaluatorGates::new(way, start);
            let step = [GateStep { x: 0, y: 1, out: 1 }];
            let bit = |i: u32| case >> i & 1 == 1;
            let zero = [Block::new(0x10 | u128::from(bit(0))), Block::new(0x20 | u128::from(bit(1)))];
            let active = [zero[0] ^ garbler.delta_if(bit(2)), zero[1] ^ garbler.delta_if(bit(3))];
            let (mut garbled, mut evaluated) = (zero.map(|x| [x]), active.map(|x| [x]));
            let mut rows = vec![0; way.row_bytes(1)];
            garbler.ands(3, &step, &mut garbled, &mut rows);
            evaluator.ands(3, &step, &mut evaluated, &mut rows);
            assert_eq!(evaluated[1][0], garbled[1][0] ^ garbler.delta_if(bit(2) & bit(3)));
        }
    }
}
