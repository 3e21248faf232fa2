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
pub(super) struct Leaves(Vec<Aes128>);

/// A chunk of the matrices in columns.
pub(super) struct Chunk {
    /// Blocks of each column.
    pub(super) blocks: usize,
    /// 128 columns, one after the other: `v` or `w`.
    pub(super) columns: SecretBlocks,
    /// 32 columns, one for each tree: `u_i`. Zero for the sender.
    pub(super) inputs: SecretBlocks,
}

impl Leaves {
    pub(super) fn new(seeds: &[Block]) -> Self {
        Self(seeds.iter().map(|seed| Aes128::new(*seed)).collect())
    }

    /// The sums of the streams from `position` on (figure 7), for the receiver.
    pub(super) fn all(&self, position: u64, blocks: usize) -> Chunk {
        self.sums(position, blocks, 0)
    }

    /// The same without stream 0 of each tree, for the sender in relative order.
    pub(super) fn all_but_first(&self, position: u64, blocks: usize) -> Chunk {
        self.sums(position, blocks, 1)
    }

    fn sums(&self, position: u64, blocks: usize, first: usize) -> Chunk {
        let mut chunk = Chunk {
            blocks,
            columns: SecretBlocks::zeros(COLUMNS * blocks),
            inputs: SecretBlocks::zeros(TREES * blocks),
        };
        let mut streams = SecretBlocks::zeros(LEAVES * blocks);
        for (tree, leaves) in self.0.chunks_exact(LEAVES).enumerate() {
            streams[..first * blocks].fill(Block::ZERO);
            for (leaf, stream) in leaves.iter().zip(streams.chunks_exact_mut(blocks)).skip(first) {
                leaf.keystream(position, stream);
            }
            butterfly::sums(&mut streams);
            chunk.inputs[tree * blocks..][..blocks].copy_from_slice(&streams[..blocks]);
            for bit in 0..BITS {
                let sum = &streams[blocks << bit..][..blocks];
                chunk.columns[(tree * BITS + bit) * blocks..][..blocks].copy_from_slice(sum);
            }
        }
        chunk
    }
}

/// Blocks of each column for `count` rows and the sacrificed 128.
pub(super) fn total_blocks(count: usize) -> usize {
    count.div_ceil(COLUMNS) + 1
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
