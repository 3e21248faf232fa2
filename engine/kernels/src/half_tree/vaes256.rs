//! A level of the tree on VAES-256: 16 nodes in flight.

use std::arch::x86_64::{
    __m256i, _mm256_aesenc_epi128, _mm256_aesenclast_epi128, _mm256_and_si256, _mm256_setzero_si256, _mm256_xor_si256,
};

use crate::Block;
use crate::aes::vaes256::broadcast;
use crate::hash::vaes256::sigma;
use crate::two_blocks::{LANES, load, store};

/// Registers in flight: enough to hide the latency of the AES units.
const ROWS: usize = 8;

/// Replaces `left`, a level, by its left children, fills `right` with the right ones, and sums up the left ones. What is
/// stored has the bits in `kept` alone; the sum has all.
#[target_feature(enable = "avx2,vaes")]
pub(super) fn expand(round_keys: &[Block; 11], left: &mut [Block], right: &mut [Block], kept: Block) -> Block {
    let (keys, kept) = (broadcast(round_keys), load(&[kept; LANES]));
    let mut sum = _mm256_setzero_si256();
    let (left_batches, left) = left.as_chunks_mut::<{ ROWS * LANES }>();
    let (right_batches, right) = right.as_chunks_mut::<{ ROWS * LANES }>();
    for (left, right) in left_batches.iter_mut().zip(right_batches) {
        sum = _mm256_xor_si256(sum, batch::<ROWS>(&keys, left.as_chunks_mut().0, right.as_chunks_mut().0, kept));
    }
    let (left_rows, left) = left.as_chunks_mut::<LANES>();
    let (right_rows, right) = right.as_chunks_mut::<LANES>();
    for (left, right) in left_rows.chunks_mut(1).zip(right_rows.chunks_mut(1)) {
        sum = _mm256_xor_si256(sum, batch::<1>(&keys, left, right, kept));
    }
    let mut lanes = [Block::ZERO; LANES];
    store(&mut lanes, sum);
    if let ([left], [right]) = (left, right) {
        let (mut padded_left, mut padded_right) = ([[*left, Block::ZERO]], [[Block::ZERO; LANES]]);
        let mut sums = [Block::ZERO; LANES];
        store(&mut sums, batch::<1>(&keys, &mut padded_left, &mut padded_right, kept));
        (*left, *right) = (padded_left[0][0], padded_right[0][0]);
        lanes[0] ^= sums[0];
    }
    lanes[0] ^ lanes[1]
}

/// The first `N` rows; the sum of their left children.
#[inline]
#[target_feature(enable = "avx2,vaes")]
fn batch<const N: usize>(
    keys: &[__m256i; 11],
    left: &mut [[Block; LANES]],
    right: &mut [[Block; LANES]],
    kept: __m256i,
) -> __m256i {
    let mut state = [_mm256_setzero_si256(); N];
    for (row, nodes) in state.iter_mut().zip(&*left) {
        *row = _mm256_xor_si256(sigma(load(nodes)), keys[0]);
    }
    for key in &keys[1..10] {
        for row in &mut state {
            *row = _mm256_aesenc_epi128(*row, *key);
        }
    }
    let mut sum = _mm256_setzero_si256();
    for (row, (left, right)) in state.iter().zip(left.iter_mut().zip(right)) {
        // The nodes are loaded once more: there are no registers for them.
        let node = load(left);
        let child = _mm256_aesenclast_epi128(*row, _mm256_xor_si256(keys[10], sigma(node)));
        store(left, _mm256_and_si256(child, kept));
        store(right, _mm256_and_si256(_mm256_xor_si256(node, child), kept));
        sum = _mm256_xor_si256(sum, child);
    }
    sum
}
