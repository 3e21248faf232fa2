//! Local gates: XORs of label slots.

use super::{BATCH, GateStep};
use crate::Block;
use crate::cpu::Level;
#[cfg(target_arch = "x86_64")]
use crate::two_blocks::{LANES, load, store};

/// XORs `x` and `y` into `out` for every step, one after the other.
///
/// # Panics
/// If a slot is not among `labels`.
pub fn xor<const N: usize>(steps: &[GateStep], labels: &mut [[Block; N]]) {
    // A label by itself fills no wider register, and runs of such steps are short: they do not ask for the level.
    let level = if N == BATCH { Level::of_this_machine() } else { Level::Portable };
    xor_at_level(level, steps, labels);
}

fn xor_at_level<const N: usize>(level: Level, steps: &[GateStep], labels: &mut [[Block; N]]) {
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only ever one that the processor was found to have: all of these include avx2.
        Level::Avx2 | Level::Vaes256 | Level::Avx512 if N == BATCH => unsafe { xor_avx2(steps, labels) },
        _ => xor_portable(steps, labels),
    }
}

fn xor_portable<const N: usize>(steps: &[GateStep], labels: &mut [[Block; N]]) {
    for step in steps {
        let (x, y) = (labels[step.x as usize], labels[step.y as usize]);
        let mut out = x;
        out.iter_mut().zip(y).for_each(|(out, y)| *out ^= y);
        labels[step.out as usize] = out;
    }
}

/// The same in registers of two labels; `N` is even.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn xor_avx2<const N: usize>(steps: &[GateStep], labels: &mut [[Block; N]]) {
    use std::arch::x86_64::{_mm256_setzero_si256, _mm256_xor_si256};

    const ROWS: usize = BATCH / LANES;
    for step in steps {
        let (x, y) = (labels[step.x as usize].as_chunks().0, labels[step.y as usize].as_chunks().0);
        let mut out = [_mm256_setzero_si256(); ROWS];
        for ((out, x), y) in out.iter_mut().zip(x).zip(y) {
            *out = _mm256_xor_si256(load(x), load(y));
        }
        for (to, out) in labels[step.out as usize].as_chunks_mut().0.iter_mut().zip(out) {
            store(to, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{SLOTS, blocks};
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn all_levels_agree<const N: usize>(steps: &[GateStep], words: &[u128]) {
        let mut expected = blocks::<N>(words);
        xor_portable(steps, &mut expected);
        for level in Level::all_of_this_machine() {
            let mut labels = blocks::<N>(words);
            xor_at_level(level, steps, &mut labels);
            assert_eq!(labels, expected, "{level:?}");
        }
    }

    proptest! {
        /// Steps read what those before have written.
        #[test]
        fn every_version_equals_the_portable_one(
            steps in vec((0..9_u32, 0..9_u32, 0..9_u32), 0..40), words in vec(any::<u128>(), SLOTS * BATCH)
        ) {
            let steps: Vec<GateStep> = steps.into_iter().map(|(x, y, out)| GateStep { x, y, out }).collect();
            all_levels_agree::<1>(&steps, &words);
            all_levels_agree::<BATCH>(&steps, &words);
        }
    }

    #[test]
    fn xor_goes_step_by_step() {
        let mut labels = [[Block::new(1)], [Block::new(2)], [Block::new(4)]];
        xor(&[GateStep { x: 0, y: 1, out: 0 }, GateStep { x: 0, y: 2, out: 1 }], &mut labels);
        assert_eq!(labels.map(|[label]| label.to_u128()), [3, 7, 4]);
    }
}
