//! The garbling hash: multi-instance, tweakable, circular correlation robust.
//!
//! `H(x, i) = AES_{S xor i}(sigma(x)) xor sigma(x)` with `sigma(xL || xR) = (xL xor xR) || xL`: MiTCCR of
//! Guo, Katz, Wang, Weng and Yu, "Better Concrete Security for Half-Gates Garbling (in the Multi-Instance
//! Setting)", CRYPTO 2020, ePrint 2019/1168, section 5 and figure 4. `S` is the instance's random start
//! point: public, but drawn independently of the inputs. The linear orthomorphism `sigma` before the
//! permutation is what makes the hash *circular* robust (Guo, Katz, Wang and Yu, ePrint 2019/074); a new key
//! for every tweak is what keeps the security of one instance from falling with the number of all gates.
//!
//! The caller guarantees: under one start point a tweak belongs to one gate half (or one OT) only.

#[cfg(target_arch = "x86_64")]
mod aes_ni;
mod portable;
#[cfg(target_arch = "x86_64")]
pub(crate) mod vaes256;
#[cfg(target_arch = "x86_64")]
pub(crate) mod vaes512;

pub(crate) use self::portable::sigma;
use crate::Block;
use crate::cpu::Level;

/// Keys that one call of a kernel has in flight: the two halves of eight AND gates.
pub const KEYS: usize = 16;

/// The hash of one instance (one garbling, one OT extension).
#[derive(Clone, Copy, Debug)]
pub struct GarblingHash {
    start: Block,
}

impl GarblingHash {
    /// The hash of the instance with this start point.
    pub const fn new(start: Block) -> Self {
        Self { start }
    }

    /// The start point.
    pub(crate) const fn start(&self) -> Block {
        self.start
    }

    /// Hashes `blocks[e][i]` under tweak `first + i` in place, for every `e`: `E` (1 to 4) encryptions
    /// per key schedule. A garbler of half gates passes `[A_0, B_0, A_1, B_1, ..]` and the same with Delta
    /// added, its evaluator the one slice of active labels, both with `first = 2 * gate`. Multiples of
    /// [`KEYS`] are fastest.
    ///
    /// # Panics
    /// If the slices differ in length.
    pub fn hash<const E: usize>(&self, first: u64, blocks: [&mut [Block]; E]) {
        self.hash_at_level(Level::of_this_machine(), |i| first.wrapping_add(i as u64), blocks);
    }

    /// As [`Self::hash`], with `tweaks[i]` for `blocks[e][i]`.
    ///
    /// # Panics
    /// If the slices differ in length.
    pub fn hash_with_tweaks<const E: usize>(&self, tweaks: &[u64], blocks: [&mut [Block]; E]) {
        assert!(blocks.iter().all(|b| b.len() == tweaks.len()), "one tweak for every block of a slice");
        self.hash_at_level(Level::of_this_machine(), |i| tweaks[i], blocks);
    }

    fn hash_at_level<const E: usize>(&self, level: Level, tweak: impl Fn(usize) -> u64, mut blocks: [&mut [Block]; E]) {
        let length = blocks.first().map_or(0, |b| b.len());
        assert!(blocks.iter().all(|b| b.len() == length), "slices of one length");
        for at in (0..length).step_by(KEYS) {
            let keys = std::array::from_fn(|i| self.start ^ Block::new(tweak((at + i).min(length - 1)).into()));
            if let Some(batch) = whole_batch(&mut blocks, at) {
                hash_batch(level, &keys, batch);
            } else {
                hash_remainder(level, &keys, &mut blocks, at);
            }
        }
    }
}

/// The batch at `at`, if all of it is there.
fn whole_batch<'a, const E: usize>(blocks: &'a mut [&mut [Block]; E], at: usize) -> Option<[&'a mut [Block; KEYS]; E]> {
    if at + KEYS > blocks.first()?.len() {
        return None;
    }
    Some(blocks.each_mut().map(|b| b[at..].first_chunk_mut().expect("the length was checked")))
}

/// Fewer than [`KEYS`] blocks per slice: padded to a batch.
fn hash_remainder<const E: usize>(level: Level, keys: &[Block; KEYS], blocks: &mut [&mut [Block]; E], at: usize) {
    let mut padded = [[Block::ZERO; KEYS]; E];
    for (padded, block) in padded.iter_mut().zip(blocks.iter()) {
        padded[..block.len() - at].copy_from_slice(&block[at..]);
    }
    hash_batch(level, keys, padded.each_mut());
    for (padded, block) in padded.iter().zip(blocks.iter_mut()) {
        let count = block.len() - at;
        block[at..].copy_from_slice(&padded[..count]);
    }
}

/// Hashes a batch on one level.
pub(crate) fn hash_batch<const E: usize>(level: Level, keys: &[Block; KEYS], blocks: [&mut [Block; KEYS]; E]) {
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only ever one that the processor was found to have: it includes avx512f, avx512bw
        // and vaes.
        Level::Avx512 => unsafe { vaes512::hash_batch(keys, blocks) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: likewise; it includes avx2 and vaes.
        Level::Vaes256 => unsafe { vaes256::hash_batch(keys, blocks) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: likewise; it includes avx2, aes and ssse3.
        Level::Avx2 => unsafe { aes_ni::hash_batch(keys, blocks) },
        _ => portable::hash_batch(keys, blocks),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn all_levels_agree<const E: usize>(start: u128, first: u64, input: &[u128]) {
        let hash = GarblingHash::new(Block::new(start));
        let length = input.len() / E;
        let run = |level| {
            let mut slices: [Vec<Block>; E] =
                std::array::from_fn(|e| input[e * length..][..length].iter().copied().map(Block::new).collect());
            hash.hash_at_level(level, |i| first.wrapping_add(i as u64), slices.each_mut().map(|s| s.as_mut_slice()));
            slices
        };
        let expected = run(Level::Portable);
        for level in Level::all_of_this_machine() {
            assert_eq!(run(level), expected, "{level:?}");
        }
    }

    proptest! {
        #[test]
        fn every_version_equals_the_portable_one(start: u128, first: u64, input in vec(any::<u128>(), 0..140)) {
            all_levels_agree::<1>(start, first, &input);
            all_levels_agree::<2>(start, first, &input);
            all_levels_agree::<4>(start, first, &input);
        }

        #[test]
        fn explicit_and_consecutive_tweaks_agree(start: u128, first in 0..u64::MAX / 2, input in vec(any::<u128>(), 1..40)) {
            let hash = GarblingHash::new(Block::new(start));
            let mut left: Vec<Block> = input.iter().copied().map(Block::new).collect();
            let mut right = left.clone();
            let tweaks: Vec<u64> = (first..).take(left.len()).collect();
            hash.hash(first, [&mut left]);
            hash.hash_with_tweaks(&tweaks, [&mut right]);
            prop_assert_eq!(left, right);
        }
    }

    /// The definition, spelled out for one block.
    #[test]
    fn it_is_the_hash_of_the_paper() {
        let (start, tweak, x) = (0x0123_4567_89ab_cdef_u128 << 60, 77_u64, 0xfedc_ba98_u128 << 90 | 0x5555);
        let (left, right) = (x >> 64, x & u128::from(u64::MAX));
        let sigma = Block::new((left ^ right) << 64 | left);
        let expected = crate::aes::Aes128::new(Block::new(start ^ u128::from(tweak))).encrypt_one(sigma) ^ sigma;
        let mut blocks = [Block::new(x)];
        GarblingHash::new(Block::new(start)).hash(tweak, [&mut blocks]);
        assert_eq!(blocks[0], expected);
    }
}
