//! AES-128 on VAES-256: 16 blocks in flight; the round keys are in the first-level cache.

use std::arch::x86_64::{
    __m256i, _mm_loadu_si128, _mm256_add_epi64, _mm256_aesenc_epi128, _mm256_aesenclast_epi128,
    _mm256_broadcastsi128_si256, _mm256_set_epi64x, _mm256_setzero_si256, _mm256_xor_si256,
};

use super::ROUND_KEYS;
use crate::Block;
use crate::two_blocks::{LANES, load, store};

/// Registers in flight: enough to hide the latency of two AES units.
const ROWS: usize = 8;

/// Encrypts every block in place.
#[target_feature(enable = "avx2,vaes")]
pub(super) fn encrypt(round_keys: &[Block; ROUND_KEYS], blocks: &mut [Block]) {
    let keys = broadcast(round_keys);
    let (batches, rest) = blocks.as_chunks_mut::<{ ROWS * LANES }>();
    for batch in batches {
        let mut state = [_mm256_setzero_si256(); ROWS];
        for (row, blocks) in state.iter_mut().zip(batch.as_chunks().0) {
            *row = load(blocks);
        }
        rounds(&keys, &mut state);
        for (row, blocks) in state.iter().zip(batch.as_chunks_mut().0) {
            store(blocks, *row);
        }
    }
    for blocks in rest.chunks_mut(LANES) {
        let mut padded = [Block::ZERO; LANES];
        padded[..blocks.len()].copy_from_slice(blocks);
        let mut state = [load(&padded)];
        rounds(&keys, &mut state);
        store(&mut padded, state[0]);
        blocks.copy_from_slice(&padded[..blocks.len()]);
    }
}

/// Fills `out` with the encryptions of the counters from `first` on.
#[target_feature(enable = "avx2,vaes")]
pub(super) fn keystream(round_keys: &[Block; ROUND_KEYS], first: u64, out: &mut [Block]) {
    let keys = broadcast(round_keys);
    let step = _mm256_set_epi64x(0, LANES as i64, 0, LANES as i64);
    let mut counters = _mm256_set_epi64x(0, first.wrapping_add(1) as i64, 0, first as i64);
    let (batches, rest) = out.as_chunks_mut::<{ ROWS * LANES }>();
    for batch in batches {
        let mut state = [_mm256_setzero_si256(); ROWS];
        for row in &mut state {
            *row = counters;
            counters = _mm256_add_epi64(counters, step);
        }
        rounds(&keys, &mut state);
        for (row, blocks) in state.iter().zip(batch.as_chunks_mut().0) {
            store(blocks, *row);
        }
    }
    for blocks in rest.chunks_mut(LANES) {
        let mut state = [counters];
        counters = _mm256_add_epi64(counters, step);
        rounds(&keys, &mut state);
        let mut padded = [Block::ZERO; LANES];
        store(&mut padded, state[0]);
        blocks.copy_from_slice(&padded[..blocks.len()]);
    }
}

/// The ten rounds on `N` registers.
#[inline]
#[target_feature(enable = "avx2,vaes")]
fn rounds<const N: usize>(keys: &[__m256i; ROUND_KEYS], state: &mut [__m256i; N]) {
    for row in state.iter_mut() {
        *row = _mm256_xor_si256(*row, keys[0]);
    }
    for key in &keys[1..ROUND_KEYS - 1] {
        for row in state.iter_mut() {
            *row = _mm256_aesenc_epi128(*row, *key);
        }
    }
    for row in state.iter_mut() {
        *row = _mm256_aesenclast_epi128(*row, keys[ROUND_KEYS - 1]);
    }
}

/// Every round key in both lanes.
#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn broadcast(round_keys: &[Block; ROUND_KEYS]) -> [__m256i; ROUND_KEYS] {
    let mut keys = [_mm256_setzero_si256(); ROUND_KEYS];
    for (key, round_key) in keys.iter_mut().zip(round_keys) {
        // SAFETY: the reference is to 16 readable bytes; the load needs no alignment.
        *key = _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(std::ptr::from_ref(round_key).cast()) });
    }
    keys
}
