//! The bit matrices in columns, chunk by chunk, and how they are cut.

use quorate_kernels::Block;
use quorate_kernels::aes::Aes128;
use quorate_kernels::butterfly::{self, BITS, LEAVES};

use crate::crypto::SecretBlocks;
use crate::ot::puncture::TREES;

/// Columns of the matrices: bits of Delta.
pub(super) const COLUMNS: usize = 128;

/// Blocks of each column that are computed together: 8,192 rows. Sixteen streams of it fill 16 KiB, and the
/// matrix of a chunk, 128 KiB, stays in the second-level cache until it is transposed.
pub(super) const CHUNK_BLOCKS: usize = 64;

/// Rows whose corrections are one message: 32 chunks, because 31 bits for each of 2^18 rows is the most that
/// fits one frame ([`crate::net::MAX_PAYLOAD`]).
pub const MESSAGE_ROWS: usize = 1 << 18;

/// Corrected trees: all but the first.
pub(super) const CORRECTIONS: usize = TREES - 1;

/// The streams of all leaves, tree after tree. A stream is read by position, in blocks.
pub(super) struct Leaves {
    seeds: SecretBlocks,
    keys: Vec<Aes128>,
    /// A chunk of one tree's streams; as long as the longest so far.
    streams: SecretBlocks,
}

impl Leaves {
    pub(super) fn new(seeds: SecretBlocks) -> Self {
        let keys = seeds.iter().map(|seed| Aes128::new(*seed)).collect();
        Self { seeds, keys, streams: SecretBlocks::default() }
    }

    /// What the streams come from.
    pub(super) fn seeds(&self) -> &[Block] {
        &self.seeds
    }

    /// The sums of the streams from `position` on (figure 7), for the receiver: 128 columns `v` and one input
    /// column `u_i` for each tree.
    pub(super) fn sums(&mut self, position: u64, columns: &mut [Block], inputs: &mut [Block]) {
        let blocks = columns.len() / COLUMNS;
        for tree in 0..TREES {
            self.tree_sums(tree, 0, position, &mut columns[tree * BITS * blocks..][..BITS * blocks]);
            inputs[tree * blocks..][..blocks].copy_from_slice(&self.streams[..blocks]);
        }
    }

    /// The same without stream 0 of each tree, for the sender in relative order: 128 columns `w`.
    pub(super) fn sums_but_first(&mut self, position: u64, columns: &mut [Block]) {
        let blocks = columns.len() / COLUMNS;
        for tree in 0..TREES {
            self.tree_sums(tree, 1, position, &mut columns[tree * BITS * blocks..][..BITS * blocks]);
        }
    }

    fn tree_sums(&mut self, tree: usize, first: usize, position: u64, columns: &mut [Block]) {
        let blocks = columns.len() / BITS;
        if self.streams.len() < LEAVES * blocks {
            self.streams = SecretBlocks::zeros(LEAVES * blocks);
        }
        let streams = &mut self.streams[..LEAVES * blocks];
        streams[..first * blocks].fill(Block::ZERO);
        let leaves = &self.keys[tree * LEAVES..][..LEAVES];
        for (leaf, stream) in leaves.iter().zip(streams.chunks_exact_mut(blocks)).skip(first) {
            leaf.keystream(position, stream);
        }
        butterfly::sums(streams);
        for (bit, column) in columns.chunks_exact_mut(blocks).enumerate() {
            column.copy_from_slice(&streams[blocks << bit..][..blocks]);
        }
    }
}

/// Blocks of each column for `count` rows and the sacrificed 128.
pub(super) fn total_blocks(count: usize) -> usize {
    count.div_ceil(COLUMNS) + 1
}

/// Blocks of the longest chunk out of `blocks` blocks.
pub(super) fn longest_chunk(blocks: usize) -> usize {
    CHUNK_BLOCKS.min(blocks)
}

/// The chunks of message `index` (from zero) out of `blocks` blocks: the blocks of each.
pub(super) fn chunks_of_message(blocks: usize, index: usize) -> impl Iterator<Item = usize> {
    let first = index * (MESSAGE_ROWS / COLUMNS);
    let end = blocks.min(first + MESSAGE_ROWS / COLUMNS);
    (first..end).step_by(CHUNK_BLOCKS).map(move |at| CHUNK_BLOCKS.min(end - at))
}

/// Bytes of each correction message of an extension by `count`.
pub fn message_lengths(count: usize) -> Vec<usize> {
    let blocks = total_blocks(count);
    let messages = blocks.div_ceil(MESSAGE_ROWS / COLUMNS);
    (0..messages).map(|m| chunks_of_message(blocks, m).sum::<usize>() * CORRECTIONS * Block::BYTES).collect()
}

/// Bytes of all correction messages of an extension by `count`.
pub fn corrections_bytes(count: usize) -> u64 {
    (total_blocks(count) * CORRECTIONS * Block::BYTES) as u64
}
