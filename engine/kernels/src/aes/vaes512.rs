//! AES-128 on VAES-512: 32 blocks in flight, the round keys in registers.

use std::arch::x86_64::{
    __m512i, _mm_loadu_si128, _mm512_add_epi64, _mm512_aesenc_epi128, _mm512_aesenclast_epi128, _mm512_broadcast_i32x4,
    _mm512_loadu_si512, _mm512_set_epi64, _mm512_setzero_si512, _mm512_storeu_si512, _mm512_xor_si512,
};

use super::ROUND_KEYS;
use crate::Block;

/// Blocks of one register.
const LANES: usize = 4;
/// Registers in flight: enough to hide the latency of two AES units, and eleven keys still fit.
const ROWS: usize = 8;

/// Encrypts every block in place.
#[target_feature(enable = "avx512f,vaes")]
pub(super) fn encrypt(round_keys: &[Block; ROUND_KEYS], blocks: &mut [Block]) {
    let keys = broadcast(round_keys);
    let (batches, rest) = blocks.as_chunks_mut::<{ ROWS * LANES }>();
    for batch in batches {
        let mut state = [_mm512_setzero_si512(); ROWS];
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
#[target_feature(enable = "avx512f,vaes")]
pub(super) fn keystream(round_keys: &[Block; ROUND_KEYS], first: u64, out: &mut [Block]) {
    let keys = broadcast(round_keys);
    let step = _mm512_set_epi64(0, LANES as i64, 0, LANES as i64, 0, LANES as i64, 0, LANES as i64);
    let counter = |i: u64| first.wrapping_add(i) as i64;
    let mut counters = _mm512_set_epi64(0, counter(3), 0, counter(2), 0, counter(1), 0, counter(0));
    let (batches, rest) = out.as_chunks_mut::<{ ROWS * LANES }>();
    for batch in batches {
        let mut state = [_mm512_setzero_si512(); ROWS];
        for row in &mut state {
            *row = counters;
            counters = _mm512_add_epi64(counters, step);
        }
        rounds(&keys, &mut state);
        for (row, blocks) in state.iter().zip(batch.as_chunks_mut().0) {
            store(blocks, *row);
        }
    }
    for blocks in rest.chunks_mut(LANES) {
        let mut state = [counters];
        counters = _mm512_add_epi64(counters, step);
        rounds(&keys, &mut state);
        let mut padded = [Block::ZERO; LANES];
        store(&mut padded, state[0]);
        blocks.copy_from_slice(&padded[..blocks.len()]);
    }
}

/// The ten rounds on `N` registers.
#[inline]
#[target_feature(enable = "avx512f,vaes")]
fn rounds<const N: usize>(keys: &[__m512i; ROUND_KEYS], state: &mut [__m512i; N]) {
    for row in state.iter_mut() {
        *row = _mm512_xor_si512(*row, keys[0]);
    }
    for key in &keys[1..ROUND_KEYS - 1] {
        for row in state.iter_mut() {
            *row = _mm512_aesenc_epi128(*row, *key);
        }
    }
    for row in state.iter_mut() {
        *row = _mm512_aesenclast_epi128(*row, keys[ROUND_KEYS - 1]);
    }
}

/// Every round key in all four lanes.
#[inline]
#[target_feature(enable = "avx512f")]
fn broadcast(round_keys: &[Block; ROUND_KEYS]) -> [__m512i; ROUND_KEYS] {
    let mut keys = [_mm512_setzero_si512(); ROUND_KEYS];
    for (key, round_key) in keys.iter_mut().zip(round_keys) {
        // SAFETY: the reference is to 16 readable bytes; the load needs no alignment.
        *key = _mm512_broadcast_i32x4(unsafe { _mm_loadu_si128(std::ptr::from_ref(round_key).cast()) });
    }
    keys
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load(blocks: &[Block; LANES]) -> __m512i {
    // SAFETY: the reference is to 64 readable bytes; the load needs no alignment.
    unsafe { _mm512_loadu_si512(blocks.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(blocks: &mut [Block; LANES], value: __m512i) {
    // SAFETY: the reference is to 64 writable bytes; every bit pattern is a block; no alignment is needed.
    unsafe { _mm512_storeu_si512(blocks.as_mut_ptr().cast(), value) }
}
