//! The trees of an iteration: `leaves` correlated OTs each, of which the receiver chooses one to be noisy.
//!
//! Guo, Yang, Wang, Zhang, Xie, Liu and Zhao, "Half-Tree", EUROCRYPT 2023, ePrint 2022/1431, section 4: the nodes of
//! every level sum up to Delta, so that the two sums of a level's left and right children are a correlated OT's two
//! messages. The sender sends `left sum xor q` of an old OT for each level; the receiver, who has `q xor r Delta`, gets
//! the sum on side `r`, and with it the sibling of its path there. Its path goes the other way, so its noisy place
//! is drawn by the old OTs' choices, and nothing is sent for it. What is missing at the end is the leaf at this
//! place: all others sum up to it with Delta added, which is what the receiver is to have there.
//!
//! The lowest bit of a row is the choice: the sender's is zero everywhere, the receiver's one at the noisy place.
//!
//! *Deviation.* Every tree has a key of its own for its hash ([`quorate_kernels::half_tree`]).

use quorate_kernels::Block;
use quorate_kernels::half_tree::{NodeHash, correct};
use zeroize::Zeroizing;

use super::WITHOUT_CHOICE;
use super::parameters::Iteration;
use crate::crypto::SecretBlocks;

/// The bits of the nodes of a level of so many that are kept: leaves have no choices yet.
fn kept(nodes: usize, leaves: usize) -> Block {
    if nodes == leaves { WITHOUT_CHOICE } else { Block::ONES }
}

/// Grows a tree into `leaves` from its root's first child. `level_sum` is told the sum of every level's left nodes.
fn grow(hash: &NodeHash, delta: Block, root: Block, leaves: &mut [Block], mut level_sum: impl FnMut(Block)) {
    let mut nodes = 2;
    let first = kept(nodes, leaves.len());
    (leaves[0], leaves[1]) = (root & first, (root ^ delta) & first);
    level_sum(root);
    while nodes < leaves.len() {
        nodes *= 2;
        let kept = kept(nodes, leaves.len());
        level_sum(hash.expand(&mut leaves[..nodes], kept));
    }
}

/// Rebuilds a tree from what was sent. No address or branch depends on the noisy place.
fn rebuild(hash: &NodeHash, paths: &[Block], message: &[Block], leaves: &mut [Block]) {
    let choice = |level: usize| u64::from(paths[level].lsb());
    let side_sum = |level: usize| message[level] ^ paths[level];
    // At the noisy place a leaf is what all others sum up to, and its choice is one.
    let noisy = |level: usize, sum: Block| match level + 1 == paths.len() {
        true => (sum & WITHOUT_CHOICE) ^ Block::new(1),
        false => Block::ZERO,
    };
    let known = side_sum(0);
    let (sibling, missing) = (known & kept(2, leaves.len()), noisy(0, known));
    leaves[0] = Block::select(paths[0].lsb(), sibling, missing);
    leaves[1] = Block::select(paths[0].lsb(), missing, sibling);
    // The node on the path is unknown, and zero here: its children come out as the hash of zero, twice.
    let mut of_zero = [Block::ZERO; 2];
    let garbage = hash.expand(&mut of_zero, Block::ONES);
    let (mut place, mut sum) = (1 - choice(0), known);
    for level in 1..paths.len() {
        let kept = kept(2 << level, leaves.len());
        let nodes = &mut leaves[..2 << level];
        let left = hash.expand(nodes, kept);
        let sides = [left, left ^ sum];
        // The sibling is what the sum of its side leaves; it stands there with the garbage in its place.
        let missing = side_sum(level) ^ Block::select(paths[level].lsb(), sides[0], sides[1]);
        let sibling = place + (choice(level) << level);
        place += (1 - choice(level)) << level;
        sum = sides[0] ^ sides[1] ^ missing ^ garbage;
        correct(nodes, [sibling, place], [missing & kept, (garbage & kept) ^ noisy(level, sum)]);
    }
}

/// All trees of an iteration at one party. They are made anew whenever they are needed: that is cheaper than to keep
/// their leaves, which no cache holds.
pub(super) trait Trees {
    /// The leaves of a tree.
    fn leaves(&self, tree: usize, leaves: &mut [Block]);
}

/// The sender's.
pub(super) struct Grown {
    start: Block,
    delta: Zeroizing<Block>,
    roots: SecretBlocks,
}

impl Grown {
    /// From random roots; the message has a block for each of `paths`, the old OTs.
    pub(super) fn new(start: Block, delta: Block, roots: SecretBlocks, paths: &[Block]) -> (Self, Vec<u8>) {
        let levels = paths.len() / roots.len();
        let grown = Self { start, delta: Zeroizing::new(delta), roots };
        let mut leaves = SecretBlocks::zeros(1 << levels);
        let mut message = Vec::with_capacity(paths.len() * Block::BYTES);
        for (tree, paths) in paths.chunks_exact(levels).enumerate() {
            let mut paths = paths.iter();
            grow(&hash_of(start, tree), delta, grown.roots[tree], &mut leaves, |sum| {
                let path = paths.next().copied().unwrap_or(Block::ZERO);
                message.extend_from_slice(&(sum ^ path).to_bytes());
            });
        }
        (grown, message)
    }
}

impl Trees for Grown {
    fn leaves(&self, tree: usize, leaves: &mut [Block]) {
        grow(&hash_of(self.start, tree), *self.delta, self.roots[tree], leaves, |_| {});
    }
}

/// The receiver's.
pub(super) struct Rebuilt {
    start: Block,
    levels: usize,
    /// The old OTs.
    paths: SecretBlocks,
    message: Vec<Block>,
}

impl Rebuilt {
    /// From the message, whose length is checked.
    pub(super) fn new(start: Block, iteration: Iteration, paths: SecretBlocks, message: Vec<Block>) -> Self {
        Self { start, levels: iteration.levels, paths, message }
    }

    /// The noisy places, by tree.
    pub(super) fn places(&self) -> Zeroizing<Vec<u64>> {
        let place = |paths: &[Block]| {
            paths.iter().enumerate().fold(0, |place, (level, path)| place | u64::from(!path.lsb()) << level)
        };
        Zeroizing::new(self.paths.chunks_exact(self.levels).map(place).collect())
    }
}

impl Trees for Rebuilt {
    fn leaves(&self, tree: usize, leaves: &mut [Block]) {
        let own = tree * self.levels..(tree + 1) * self.levels;
        rebuild(&hash_of(self.start, tree), &self.paths[own.clone()], &self.message[own], leaves);
    }
}

/// A tree's hash.
fn hash_of(start: Block, tree: usize) -> NodeHash {
    NodeHash::new(start ^ Block::new(tree as u128))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Random;

    #[test]
    fn all_leaves_agree_but_the_one_at_the_noisy_place() {
        let mut random = Random::dangerous_from_seed([8; 32]);
        for levels in 1..9 {
            let iteration = Iteration { trees: 5, levels, table_bits: 0 };
            let (start, delta) = (random.block(), (random.block() & WITHOUT_CHOICE) ^ Block::new(1));
            let q: Vec<Block> = (0..5 * levels).map(|_| random.block() & WITHOUT_CHOICE).collect();
            let t: Vec<Block> = q.iter().map(|q| *q ^ (Block::mask(random.block().lsb()) & delta)).collect();
            let roots: Vec<Block> = (0..5).map(|_| random.block()).collect();
            let (grown, message) = Grown::new(start, delta, roots.into(), &q);
            let rebuilt = Rebuilt::new(start, iteration, t.into(), Block::collect(&message));
            for (tree, place) in rebuilt.places().iter().enumerate() {
                let (mut sent, mut received) = (vec![Block::ZERO; 1 << levels], vec![Block::ONES; 1 << levels]);
                grown.leaves(tree, &mut sent);
                rebuilt.leaves(tree, &mut received);
                for (i, (v, w)) in sent.iter().zip(&received).enumerate() {
                    assert!(!v.lsb());
                    assert_eq!(*w, *v ^ (Block::mask(i as u64 == *place) & delta), "leaf {i} of {levels} levels");
                }
            }
        }
    }
}
