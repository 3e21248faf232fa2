//! Levels of a *correlated* tree of Goldreich, Goldwasser and Micali: a node `x` has the children `H(x)` and
//! `x xor H(x)`, so that the nodes of every level have the sum of the root's two children, at one hash for each
//! inner node (Guo, Yang, Wang, Zhang, Xie, Liu and Zhao, "Half-Tree: Halving the Cost of Tree Expansion in COT and
//! DPF", EUROCRYPT 2023, ePrint 2022/1431, figure 3).
//!
//! `H(x) = AES_K(sigma(x)) xor sigma(x)`, circular correlation robust in the ideal-cipher model (Guo, Katz, Wang and
//! Yu, ePrint 2019/074, section 7.3), with the `sigma` of [`crate::hash`]. The caller gives every tree a key of its
//! own, so that what an attacker computes helps against one tree only (Guo, Katz, Wang, Weng and Yu, CRYPTO 2020).

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod vaes256;
#[cfg(target_arch = "x86_64")]
mod vaes512;

use crate::Block;
use crate::aes::Aes128;
use crate::cpu::Level;
use crate::hash::sigma;

/// The hash of one tree.
pub struct NodeHash(Version);

enum Version {
    /// It is only made where [`Level::Avx512`] was found.
    #[cfg(target_arch = "x86_64")]
    Vaes512([Block; 11]),
    /// Likewise for [`Level::Vaes256`].
    #[cfg(target_arch = "x86_64")]
    Vaes256([Block; 11]),
    Portable(Aes128),
}

impl NodeHash {
    /// The hash under a key, which is public.
    pub fn new(key: Block) -> Self {
        Self::at_level(Level::of_this_machine(), key)
    }

    fn at_level(level: Level, key: Block) -> Self {
        match level {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a level is only ever one that the processor was found to have: it includes aes and ssse3.
            Level::Avx512 => Self(Version::Vaes512(unsafe { crate::aes::key_schedule::expand(key) })),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: likewise.
            Level::Vaes256 => Self(Version::Vaes256(unsafe { crate::aes::key_schedule::expand(key) })),
            _ => Self(Version::Portable(Aes128::new(key))),
        }
    }

    /// Replaces the first half of `nodes`, a level, by its left children and the second half by its right ones: the
    /// children of node `y` of `m` are `y` and `y + m`. Returns the sum of the left children. What is stored has the bits
    /// in `kept` alone; the sum has all.
    ///
    /// # Panics
    /// If the length is odd.
    pub fn expand(&self, nodes: &mut [Block], kept: Block) -> Block {
        assert!(nodes.len().is_multiple_of(2), "two children for every node");
        let (left, right) = nodes.split_at_mut(nodes.len() / 2);
        match &self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: this version is only made where avx512f and vaes were found.
            Version::Vaes512(round_keys) => unsafe { vaes512::expand(round_keys, left, right, kept) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: likewise, avx2 and vaes.
            Version::Vaes256(round_keys) => unsafe { vaes256::expand(round_keys, left, right, kept) },
            Version::Portable(cipher) => expand(cipher, left, right, kept),
        }
    }
}

/// The level, some nodes at a time.
fn expand(cipher: &Aes128, left: &mut [Block], right: &mut [Block], kept: Block) -> Block {
    const BATCH: usize = 64;
    let mut sum = Block::ZERO;
    let mut hashes = [Block::ZERO; BATCH];
    for (left, right) in left.chunks_mut(BATCH).zip(right.chunks_mut(BATCH)) {
        let hashes = &mut hashes[..left.len()];
        hashes.iter_mut().zip(&*left).for_each(|(hash, node)| *hash = sigma(*node));
        cipher.encrypt(hashes);
        for (hash, (left, right)) in hashes.iter().zip(left.iter_mut().zip(right)) {
            let child = *hash ^ sigma(*left);
            *right = (*left ^ child) & kept;
            *left = child & kept;
            sum ^= child;
        }
    }
    Block::wipe(&mut hashes);
    sum
}

/// Adds `values[i]` to `nodes[places[i]]`, without a memory address or a branch that depends on the places. A place
/// beyond the end corrects nothing.
pub fn correct<const N: usize>(nodes: &mut [Block], places: [u64; N], values: [Block; N]) {
    correct_at_level(Level::of_this_machine(), nodes, places, values);
}

fn correct_at_level<const N: usize>(level: Level, nodes: &mut [Block], places: [u64; N], values: [Block; N]) {
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only ever one that the processor was found to have: all three include avx2.
        Level::Avx512 | Level::Vaes256 | Level::Avx2 => unsafe { avx2::correct(nodes, places, values) },
        _ => add_at(nodes, places, values),
    }
}

fn add_at<const N: usize>(nodes: &mut [Block], places: [u64; N], values: [Block; N]) {
    // As 64-bit words, which the compiler makes vectors of.
    let words: &mut [[u64; 2]] = bytemuck::cast_slice_mut(nodes);
    let values: [[u64; 2]; N] = values.map(bytemuck::cast);
    for (i, word) in words.iter_mut().enumerate() {
        for (place, value) in places.iter().zip(&values) {
            let distance = i as u64 ^ place;
            let here = ((distance | distance.wrapping_neg()) >> 63).wrapping_sub(1);
            word[0] ^= here & value[0];
            word[1] ^= here & value[1];
        }
    }
}

impl std::fmt::Debug for NodeHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NodeHash(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_version_gives_the_children_by_definition(key: u128, kept: u128, level in vec(any::<u128>(), 0..90)) {
            let aes = Aes128::new(Block::new(key));
            let parents: Vec<Block> = level.into_iter().map(Block::new).collect();
            let hash = |x: Block| aes.encrypt_one(sigma(x)) ^ sigma(x);
            let mut expected: Vec<Block> = parents.iter().map(|x| hash(*x)).collect();
            expected.extend(parents.iter().map(|x| *x ^ hash(*x)));
            for level in Level::all_of_this_machine() {
                let mut nodes = parents.clone();
                nodes.resize(2 * parents.len(), Block::ZERO);
                let hash = NodeHash::at_level(level, Block::new(key));
                let sum = hash.expand(&mut nodes, Block::ONES);
                prop_assert_eq!(&nodes, &expected, "{:?}", level);
                let left = expected[..parents.len()].iter().fold(Block::ZERO, |sum, x| sum ^ *x);
                prop_assert_eq!(sum, left);
                nodes[..parents.len()].copy_from_slice(&parents);
                prop_assert_eq!(hash.expand(&mut nodes, Block::new(kept)), left);
                let cut: Vec<Block> = expected.iter().map(|child| *child & Block::new(kept)).collect();
                prop_assert_eq!(nodes, cut, "{:?}", level);
            }
        }

        #[test]
        fn corrections_meet_their_places(
            nodes in vec(any::<u128>(), 0..40), places: [u8; 2], values: [u128; 2],
        ) {
            let nodes: Vec<Block> = nodes.into_iter().map(Block::new).collect();
            let (places, values) = (places.map(|p| u64::from(p % 41)), values.map(Block::new));
            let mut expected = nodes.clone();
            for (place, value) in places.iter().zip(values) {
                if let Some(node) = expected.get_mut(*place as usize) {
                    *node ^= value;
                }
            }
            for level in Level::all_of_this_machine() {
                let mut corrected = nodes.clone();
                correct_at_level(level, &mut corrected, places, values);
                prop_assert_eq!(&corrected, &expected, "{:?}", level);
            }
        }
    }
}
