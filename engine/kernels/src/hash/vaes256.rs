//! The garbling hash on VAES-256: sixteen keys, and eight registers of blocks in flight.

use std::arch::x86_64::{
    __m256i, _mm256_aesenclast_epi128, _mm256_and_si256, _mm256_loadu_si256, _mm256_set_epi64x, _mm256_setzero_si256,
    _mm256_shuffle_epi32, _mm256_storeu_si256, _mm256_xor_si256,
};

use super::KEYS;
use crate::Block;
use crate::aes::expanded_keys::{ExpandedKeys, ROWS};

/// Blocks of one register.
const LANES: usize = 2;

/// Hashes `blocks[e][i]` under `keys[i]`.
// Loops and not closures, for the reason that the VAES-512 version gives.
#[target_feature(enable = "avx2,vaes")]
pub(super) fn hash_batch<const E: usize>(keys: &[Block; KEYS], blocks: [&mut [Block; KEYS]; E]) {
    let mut rows = [_mm256_setzero_si256(); ROWS];
    for (r, row) in rows.iter_mut().enumerate() {
        *row = load(keys, r);
    }
    let mut room = ExpandedKeys::room();
    let keys = ExpandedKeys::from_keys(rows, &mut room);
    for blocks in blocks {
        for (r, row) in rows.iter_mut().enumerate() {
            *row = load(blocks, r);
        }
        let hashes = hash_rows(keys, &rows);
        for (r, hashes) in hashes.into_iter().enumerate() {
            store(blocks, r, hashes);
        }
    }
}

/// Hashes a block under each key.
#[inline]
#[target_feature(enable = "avx2,vaes")]
pub(crate) fn hash_rows(keys: &ExpandedKeys, blocks: &[__m256i; ROWS]) -> [__m256i; ROWS] {
    let mut input = [_mm256_setzero_si256(); ROWS];
    for r in 0..ROWS {
        input[r] = sigma(blocks[r]);
    }
    let mut states = [input];
    keys.nine_rounds(0, &mut states);
    for r in 0..ROWS {
        input[r] = _mm256_aesenclast_epi128(states[0][r], _mm256_xor_si256(keys.last()[r], input[r]));
    }
    input
}

/// The linear orthomorphism on two blocks.
#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn sigma(x: __m256i) -> __m256i {
    let high = _mm256_set_epi64x(-1, 0, -1, 0);
    _mm256_xor_si256(_mm256_shuffle_epi32::<0b01_00_11_10>(x), _mm256_and_si256(x, high))
}

/// Row `r` of a batch.
#[inline]
#[target_feature(enable = "avx2")]
fn load(blocks: &[Block; KEYS], r: usize) -> __m256i {
    let row: &[Block] = &blocks[r * LANES..(r + 1) * LANES];
    // SAFETY: the slice is 32 readable bytes; the load needs no alignment.
    unsafe { _mm256_loadu_si256(row.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(blocks: &mut [Block; KEYS], r: usize, value: __m256i) {
    let row: &mut [Block] = &mut blocks[r * LANES..(r + 1) * LANES];
    // SAFETY: the slice is 32 writable bytes; every bit pattern is a block; no alignment is needed.
    unsafe { _mm256_storeu_si256(row.as_mut_ptr().cast(), value) }
}
