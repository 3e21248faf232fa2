//! A level of the tree on VAES-512: 32 nodes in flight, the round keys in registers.

use std::arch::x86_64::{
    __m512i, _mm_loadu_si128, _mm512_aesenc_epi128, _mm512_aesenclast_epi128, _mm512_and_si512, _mm512_broadcast_i32x4,
    _mm512_loadu_si512, _mm512_maskz_mov_epi64, _mm512_setzero_si512, _mm512_shuffle_epi32, _mm512_storeu_si512,
    _mm512_xor_si512,
};

use crate::Block;

/// Blocks of one register.
const LANES: usize = 4;
/// Registers in flight: enough to hide the latency of the AES units.
const ROWS: usize = 8;

/// Replaces `left`, a level, by its left children, fills `right` with the right ones, and sums up the left ones. What is
/// stored has the bits in `kept` alone; the sum has all.
#[target_feature(enable = "avx512f,vaes")]
pub(super) fn expand(round_keys: &[Block; 11], left: &mut [Block], right: &mut [Block], kept: Block) -> Block {
    let kept = load(&[kept; LANES]);
    let mut keys = [_mm512_setzero_si512(); 11];
    for (key, round_key) in keys.iter_mut().zip(round_keys) {
        // SAFETY: the reference is to 16 readable bytes; the load needs no alignment.
        *key = _mm512_broadcast_i32x4(unsafe { _mm_loadu_si128(std::ptr::from_ref(round_key).cast()) });
    }
    let mut sum = _mm512_setzero_si512();
    let (left_batches, left) = left.as_chunks_mut::<{ ROWS * LANES }>();
    let (right_batches, right) = right.as_chunks_mut::<{ ROWS * LANES }>();
    for (left, right) in left_batches.iter_mut().zip(right_batches) {
        sum = _mm512_xor_si512(sum, batch::<ROWS>(&keys, left.as_chunks_mut().0, right.as_chunks_mut().0, kept));
    }
    let (left_rows, left) = left.as_chunks_mut::<LANES>();
    let (right_rows, right) = right.as_chunks_mut::<LANES>();
    for (left, right) in left_rows.chunks_mut(1).zip(right_rows.chunks_mut(1)) {
        sum = _mm512_xor_si512(sum, batch::<1>(&keys, left, right, kept));
    }
    let mut lanes = [Block::ZERO; LANES];
    store(&mut lanes, sum);
    if !left.is_empty() {
        let (mut padded_left, mut padded_right) = ([[Block::ZERO; LANES]], [[Block::ZERO; LANES]]);
        padded_left[0][..left.len()].copy_from_slice(left);
        let mut sums = [Block::ZERO; LANES];
        store(&mut sums, batch::<1>(&keys, &mut padded_left, &mut padded_right, kept));
        left.copy_from_slice(&padded_left[0][..left.len()]);
        right.copy_from_slice(&padded_right[0][..right.len()]);
        sums[..left.len()].iter().zip(&mut lanes).for_each(|(sum, lane)| *lane ^= *sum);
    }
    lanes.into_iter().fold(Block::ZERO, |sum, lane| sum ^ lane)
}

/// The first `N` rows; the sum of their left children.
#[inline]
#[target_feature(enable = "avx512f,vaes")]
fn batch<const N: usize>(
    keys: &[__m512i; 11],
    left: &mut [[Block; LANES]],
    right: &mut [[Block; LANES]],
    kept: __m512i,
) -> __m512i {
    let mut state = [_mm512_setzero_si512(); N];
    for (row, nodes) in state.iter_mut().zip(&*left) {
        *row = _mm512_xor_si512(sigma(load(nodes)), keys[0]);
    }
    for key in &keys[1..10] {
        for row in &mut state {
            *row = _mm512_aesenc_epi128(*row, *key);
        }
    }
    let mut sum = _mm512_setzero_si512();
    for (row, (left, right)) in state.iter().zip(left.iter_mut().zip(right)) {
        // The nodes are loaded once more: there are no registers for them.
        let node = load(left);
        let child = _mm512_xor_si512(_mm512_aesenclast_epi128(*row, keys[10]), sigma(node));
        store(left, _mm512_and_si512(child, kept));
        store(right, _mm512_and_si512(_mm512_xor_si512(node, child), kept));
        sum = _mm512_xor_si512(sum, child);
    }
    sum
}

#[inline]
#[target_feature(enable = "avx512f")]
fn sigma(x: __m512i) -> __m512i {
    _mm512_xor_si512(_mm512_shuffle_epi32::<0b01_00_11_10>(x), _mm512_maskz_mov_epi64(0b1010_1010, x))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load(row: &[Block; LANES]) -> __m512i {
    // SAFETY: the reference is to 64 readable bytes; the load needs no alignment.
    unsafe { _mm512_loadu_si512(row.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(row: &mut [Block; LANES], value: __m512i) {
    // SAFETY: the reference is to 64 writable bytes; every bit pattern is a block; no alignment is needed.
    unsafe { _mm512_storeu_si512(row.as_mut_ptr().cast(), value) }
}
