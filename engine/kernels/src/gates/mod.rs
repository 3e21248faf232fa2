//! Half gates over label slots: Zahur, Rosulek and Evans, ePrint 2014/756, figure 2, eight gates at a time.
//!
//! Gate `j` of a session uses the tweaks `2j` for its garbler's half and `2j + 1` for its evaluator's half
//! ([`crate::hash`]). Eight gates that do not read each other are a *batch*: sixteen keys in flight, one key
//! schedule for all of them, labels read straight from their slots and written straight back. The
//! rows of a batch are the eight garbler's and then the eight evaluator's; a shorter batch, the last of a
//! call, has as many of each as it has gates. Rows are bytes, because that is what a message is made of.
//!
//! All labels of a batch are read before one is written, and written in order, so that a gate's output may
//! take the slot of an operand of the same batch, or of an earlier one.
//!
//! | a batch on VAES-512 | instructions of AES | others |
//! |---|---|---|
//! | garbled | 90 | some 170 |
//! | evaluated | 50 | some 150 |
//!
//! On VAES-256 sixteen registers do not hold keys and states together: the sixteen keys are expanded first, and every round
//! takes its keys from the first-level cache. That is twice the instructions of AES, and more than twice the others.
//!
//! The caller guarantees: no gate number is used twice under one start point; Delta is odd, and secret.

mod scalar;
pub mod three_halves;
#[cfg(target_arch = "x86_64")]
mod vaes256;
#[cfg(target_arch = "x86_64")]
mod vaes512;
mod xor;

pub use self::xor::xor;
use crate::Block;
use crate::cpu::Level;
use crate::hash::GarblingHash;

/// Gates of a batch, and instances that a wide label slot holds.
pub const BATCH: usize = 8;

/// Bytes of a gate's two rows.
pub const ROW_BYTES: usize = 2 * Block::BYTES;

/// One gate, by label slot. The slot `out` may be that of an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GateStep {
    /// The first operand's slot.
    pub x: u32,
    /// The second operand's slot.
    pub y: u32,
    /// The output's slot.
    pub out: u32,
}

impl GarblingHash {
    /// Garbles AND gates in which `N` instances take part, 1 or [`BATCH`]: takes the labels for 0 of their
    /// operands, puts those of their outputs into their slots and writes their rows. The gates
    /// are numbered from `first`, those of one step before those of the next, and no step of
    /// `BATCH / N` in a row reads what another one of them writes.
    ///
    /// # Panics
    /// If `rows` has another length than the gates' rows, or a slot is not among `labels`.
    pub fn garble<const N: usize>(
        &self,
        delta: Block,
        first: u64,
        steps: &[GateStep],
        labels: &mut [[Block; N]],
        rows: &mut [u8],
    ) {
        self.garble_at_level(Level::of_this_machine(), delta, first, steps, labels, rows);
    }

    /// Evaluates AND gates as [`Self::garble`] garbles them: takes and gives active labels, and reads the rows.
    ///
    /// # Panics
    /// If `rows` has another length than the gates' rows, or a slot is not among `labels`.
    pub fn evaluate<const N: usize>(&self, first: u64, steps: &[GateStep], labels: &mut [[Block; N]], rows: &[u8]) {
        self.evaluate_at_level(Level::of_this_machine(), first, steps, labels, rows);
    }

    fn garble_at_level<const N: usize>(
        &self,
        level: Level,
        delta: Block,
        first: u64,
        steps: &[GateStep],
        labels: &mut [[Block; N]],
        rows: &mut [u8],
    ) {
        const { assert!(N == 1 || N == BATCH, "one instance or a batch of them") };
        assert_eq!(rows.len(), ROW_BYTES * N * steps.len(), "two rows for every gate");
        match level {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a level is only ever one that the processor was found to have: it includes avx512f,
            // avx512bw and vaes.
            Level::Avx512 => unsafe { vaes512::garble(self.start(), delta, first, steps, labels, rows) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: likewise; it includes avx2 and vaes.
            Level::Vaes256 => unsafe { vaes256::garble(self.start(), delta, first, steps, labels, rows) },
            _ => scalar::garble(level, self.start(), delta, first, steps, labels, rows),
        }
    }

    fn evaluate_at_level<const N: usize>(
        &self,
        level: Level,
        first: u64,
        steps: &[GateStep],
        labels: &mut [[Block; N]],
        rows: &[u8],
    ) {
        const { assert!(N == 1 || N == BATCH, "one instance or a batch of them") };
        assert_eq!(rows.len(), ROW_BYTES * N * steps.len(), "two rows for every gate");
        match level {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: likewise.
            Level::Avx512 => unsafe { vaes512::evaluate(self.start(), first, steps, labels, rows) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: likewise.
            Level::Vaes256 => unsafe { vaes256::evaluate(self.start(), first, steps, labels, rows) },
            _ => scalar::evaluate(level, self.start(), first, steps, labels, rows),
        }
    }
}

/// What the tests of both garblings share.
#[cfg(test)]
mod testing {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    pub(super) const SLOTS: usize = 40;

    /// Steps of which no sixteen in a row read what another one of them writes: they read from the one half of sixteen
    /// slots and write to the other, but for outputs in the place of their own operand.
    pub(super) fn steps() -> impl Strategy<Value = Vec<GateStep>> {
        vec((0..8_u32, 0..8_u32, 0..3_u32), 0..50).prop_map(|picks| {
            let step = |(i, (x, y, in_place)): (usize, (u32, u32, u32))| {
                let turn = (i / 16 % 2) as u32;
                // An operand of its own that nobody else of sixteen reads.
                let own = 16 + (i % 16) as u32;
                let x = if in_place == 0 { own } else { 8 * turn + x };
                GateStep { x, y: 8 * turn + y, out: if in_place == 0 { own } else { 8 * (1 - turn) + (i % 8) as u32 } }
            };
            picks.into_iter().enumerate().map(step).collect()
        })
    }

    pub(super) fn blocks<const N: usize>(words: &[u128]) -> Vec<[Block; N]> {
        words.chunks_exact(N).take(SLOTS).map(|words| std::array::from_fn(|i| Block::new(words[i]))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{SLOTS, blocks, steps};
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn all_levels_agree<const N: usize>(start: u128, delta: u128, first: u64, steps: &[GateStep], words: &[u128]) {
        let (hash, delta) = (GarblingHash::new(Block::new(start)), Block::new(delta | 1));
        let garbled = |level| {
            let (mut labels, mut rows) = (blocks::<N>(words), vec![0; ROW_BYTES * N * steps.len()]);
            hash.garble_at_level(level, delta, first, steps, &mut labels, &mut rows);
            (labels, rows)
        };
        let expected = garbled(Level::Portable);
        for level in Level::all_of_this_machine() {
            assert_eq!(garbled(level), expected, "{level:?}");
        }
        let evaluated = |level| {
            let mut labels = blocks::<N>(words);
            hash.evaluate_at_level(level, first, steps, &mut labels, &expected.1);
            labels
        };
        let expected = evaluated(Level::Portable);
        for level in Level::all_of_this_machine() {
            assert_eq!(evaluated(level), expected, "{level:?}");
        }
    }

    /// The evaluator of labels with these values has the labels of the conjunctions.
    fn values_come_out<const N: usize>(first: u64, steps: &[GateStep], words: &[u128]) {
        let (hash, delta) = (GarblingHash::new(Block::new(7)), Block::new(0x0123_4567_89ab_cdef << 40 | 1));
        let mut zeros = blocks::<N>(words);
        let mut values: Vec<[bool; N]> =
            blocks(words).iter().map(|slot| slot.map(|word: Block| word.bit(77))).collect();
        let slots = zeros.iter().zip(&values);
        let of = |zero: Block, value: bool| zero ^ (Block::mask(value) & delta);
        let mut active: Vec<[Block; N]> = slots.map(|(z, v)| std::array::from_fn(|i| of(z[i], v[i]))).collect();
        let mut rows = vec![0; ROW_BYTES * N * steps.len()];
        hash.garble(delta, first, steps, &mut zeros, &mut rows);
        hash.evaluate(first, steps, &mut active, &rows);
        for step in steps {
            let (x, y) = (values[step.x as usize], values[step.y as usize]);
            values[step.out as usize] = std::array::from_fn(|i| x[i] & y[i]);
        }
        for ((zero, active), values) in zeros.iter().zip(&active).zip(&values) {
            (0..N).for_each(|i| assert_eq!(active[i], of(zero[i], values[i])));
        }
    }

    proptest! {
        #[test]
        fn every_version_equals_the_portable_one(
            start: u128, delta: u128, first in 0..u64::MAX / 4, steps in steps(), words in vec(any::<u128>(), SLOTS * BATCH)
        ) {
            all_levels_agree::<1>(start, delta, first, &steps, &words);
            all_levels_agree::<BATCH>(start, delta, first, &steps, &words);
        }

        /// Tweaks are counted beyond 32 bits.
        #[test]
        fn every_version_carries(start: u128, before in 0..40_u64, steps in steps(), words in vec(any::<u128>(), SLOTS * BATCH)) {
            let first = (1_u64 << 31) - before;
            all_levels_agree::<1>(start, 5, first, &steps, &words);
            all_levels_agree::<BATCH>(start, 5, first, &steps, &words);
        }

        #[test]
        fn gates_are_conjunctions(first in 0..1_u64 << 40, steps in steps(), words in vec(any::<u128>(), SLOTS * BATCH)) {
            values_come_out::<1>(first, &steps, &words);
            values_come_out::<BATCH>(first, &steps, &words);
        }
    }

    /// One gate by the paper's figure, with the hash taken by itself.
    #[test]
    fn a_gate_is_that_of_the_paper() {
        let (hash, delta) = (GarblingHash::new(Block::new(99)), Block::new(0xabcd_ef01 << 70 | 1));
        let (x, y) = (Block::new(0x1111_2222 << 64 | 1), Block::new(0x3333_4444 << 33));
        let h = |label: Block, tweak| {
            let mut blocks = [label];
            hash.hash(tweak, [&mut blocks]);
            blocks[0]
        };
        // The colour of x is 1 and that of y is 0.
        let garblers = h(x, 10) ^ h(x ^ delta, 10);
        let evaluators = h(y, 11) ^ h(y ^ delta, 11) ^ x;
        let zero = h(x, 10) ^ garblers ^ h(y, 11);
        let (mut labels, mut rows) = ([[x], [y], [Block::ZERO]], [0; ROW_BYTES]);
        hash.garble(delta, 5, &[GateStep { x: 0, y: 1, out: 2 }], &mut labels, &mut rows);
        assert_eq!(labels[2][0], zero);
        assert_eq!(rows[..16], garblers.to_bytes());
        assert_eq!(rows[16..], evaluators.to_bytes());
    }
}
