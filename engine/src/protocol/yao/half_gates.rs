//! The AND gate: Zahur, Rosulek and Evans, ePrint 2014/756, figure 2, for runs of independent gates.
//!
//! Gate `j` of the session uses the tweaks `2j` for its garbler's half and `2j + 1` for its evaluator's half.
//! Its table is `T_G, T_E`. Several gates are hashed in one go: first all operands are read, then the
//! outputs are written in order, so that an output may take the slot of an operand of the same gate or of an
//! earlier one.

use zeroize::Zeroize;

use super::schedule::GateStep;
use crate::crypto::{Block, GarblingHash};

/// Gates that are hashed in one go.
const GATES: usize = 32;

/// A party's side of the gates.
pub(super) trait HalfGates: Sync {
    /// This party's label of the constant 1; that of the constant 0 is zero.
    fn one(&self) -> Block;

    /// Runs AND gates in which `N` instances take part. The gates are numbered from `first`, those of one
    /// step before those of the next; `tables` has two blocks for each. The garbler writes them.
    fn ands<const N: usize>(
        &self,
        first: u64,
        steps: &[GateStep],
        labels: &mut [[Block; N]],
        tables: &mut [Block],
        hashes: &mut Hashes,
    );
}

/// The garbler's secret and the hash.
pub(super) struct Garbling {
    hash: GarblingHash,
    delta: Block,
}

/// The evaluator's hash.
pub(super) struct Evaluation {
    hash: GarblingHash,
}

/// Room for labels that become hashes: wiped when dropped.
pub(super) struct Hashes {
    zero: [Block; 2 * GATES],
    one: [Block; 2 * GATES],
}

impl Garbling {
    /// # Panics
    /// If Delta is even: the colours would not tell the labels of a wire apart.
    pub(super) fn new(start: Block, delta: Block) -> Self {
        assert!(delta.lsb(), "the lowest bit of Delta is one");
        Self { hash: GarblingHash::new(start), delta }
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

impl Evaluation {
    pub(super) fn new(start: Block) -> Self {
        Self { hash: GarblingHash::new(start) }
    }
}

impl HalfGates for Garbling {
    fn one(&self) -> Block {
        self.delta
    }

    fn ands<const N: usize>(
        &self,
        first: u64,
        steps: &[GateStep],
        labels: &mut [[Block; N]],
        tables: &mut [Block],
        hashes: &mut Hashes,
    ) {
        let at_once = GATES / N;
        let parts = steps.chunks(at_once).zip(tables.chunks_mut(2 * N * at_once));
        for (first, (steps, tables)) in (first..).step_by(N * at_once).zip(parts) {
            let zero = &mut hashes.zero[..tables.len()];
            let one = &mut hashes.one[..tables.len()];
            read(steps, labels, zero);
            for (one, zero) in one.iter_mut().zip(zero.iter()) {
                *one = *zero ^ self.delta;
            }
            self.hash.hash(2 * first, [&mut *zero, &mut *one]);
            let rows = tables.chunks_exact_mut(2 * N).zip(zero.chunks_exact(2 * N).zip(one.chunks_exact(2 * N)));
            for (step, (table, (zero, one))) in steps.iter().zip(rows) {
                let (x, y) = (labels[step.x as usize], labels[step.y as usize]);
                labels[step.out as usize] = std::array::from_fn(|l| {
                    let pair = 2 * l..2 * l + 2;
                    let (label, rows) = self.garble(x[l], y[l], &zero[pair.clone()], &one[pair.clone()]);
                    table[pair].copy_from_slice(&rows);
                    label
                });
            }
        }
    }
}

impl Garbling {
    /// One gate: from the labels for 0 of its operands and the hashes of both labels of each, its label for 0 and
    /// its table.
    #[inline(always)]
    fn garble(&self, x: Block, y: Block, zero: &[Block], one: &[Block]) -> (Block, [Block; 2]) {
        let (colour_x, colour_y) = (Block::mask(x.lsb()), Block::mask(y.lsb()));
        let garblers = zero[0] ^ one[0] ^ (colour_y & self.delta);
        let evaluators = zero[1] ^ one[1] ^ x;
        let garblers_half = zero[0] ^ (colour_x & garblers);
        let evaluators_half = zero[1] ^ (colour_y & (evaluators ^ x));
        (garblers_half ^ evaluators_half, [garblers, evaluators])
    }
}

impl HalfGates for Evaluation {
    fn one(&self) -> Block {
        // The active label of a constant is zero, whatever its value.
        Block::ZERO
    }

    fn ands<const N: usize>(
        &self,
        first: u64,
        steps: &[GateStep],
        labels: &mut [[Block; N]],
        tables: &mut [Block],
        hashes: &mut Hashes,
    ) {
        let at_once = GATES / N;
        let parts = steps.chunks(at_once).zip(tables.chunks(2 * N * at_once));
        for (first, (steps, tables)) in (first..).step_by(N * at_once).zip(parts) {
            let hashes = &mut hashes.zero[..tables.len()];
            read(steps, labels, hashes);
            self.hash.hash(2 * first, [&mut *hashes]);
            let rows = tables.chunks_exact(2 * N).zip(hashes.chunks_exact(2 * N));
            for (step, (table, hashes)) in steps.iter().zip(rows) {
                let (x, y) = (labels[step.x as usize], labels[step.y as usize]);
                labels[step.out as usize] = std::array::from_fn(|l| {
                    let garblers_half = hashes[2 * l] ^ (Block::mask(x[l].lsb()) & table[2 * l]);
                    let evaluators_half = hashes[2 * l + 1] ^ (Block::mask(y[l].lsb()) & (table[2 * l + 1] ^ x[l]));
                    garblers_half ^ evaluators_half
                });
            }
        }
    }
}

/// The operands' labels, pair by pair.
#[inline(always)]
fn read<const N: usize>(steps: &[GateStep], labels: &[[Block; N]], out: &mut [Block]) {
    for (step, out) in steps.iter().zip(out.chunks_exact_mut(2 * N)) {
        let operands = labels[step.x as usize].iter().zip(&labels[step.y as usize]);
        for (pair, (x, y)) in out.chunks_exact_mut(2).zip(operands) {
            pair.copy_from_slice(&[*x, *y]);
        }
    }
}

impl Hashes {
    pub(super) fn new() -> Self {
        Self { zero: [Block::ZERO; 2 * GATES], one: [Block::ZERO; 2 * GATES] }
    }
}

impl Drop for Hashes {
    fn drop(&mut self) {
        Block::wipe(&mut self.zero);
        Block::wipe(&mut self.one);
    }
}

impl Drop for Garbling {
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
        let delta = Block::new(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef | 1);
        let (garbling, evaluation) = (Garbling::new(Block::new(7), delta), Evaluation::new(Block::new(7)));
        let step = [GateStep { x: 0, y: 1, out: 1 }];
        for case in 0..16_u32 {
            let bit = |i: u32| case >> i & 1 == 1;
            let zero = [Block::new(0x10 | u128::from(bit(0))), Block::new(0x20 | u128::from(bit(1)))];
            let active = [zero[0] ^ garbling.delta_if(bit(2)), zero[1] ^ garbling.delta_if(bit(3))];
            let (mut garbled, mut evaluated) = (zero.map(|x| [x]), active.map(|x| [x]));
            let mut table = [Block::ZERO; 2];
            garbling.ands(3, &step, &mut garbled, &mut table, &mut Hashes::new());
            evaluation.ands(3, &step, &mut evaluated, &mut table, &mut Hashes::new());
            assert_eq!(evaluated[1][0], garbled[1][0] ^ garbling.delta_if(bit(2) & bit(3)));
        }
    }
}
