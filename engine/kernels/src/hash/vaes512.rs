//! The garbling hash on VAES-512: sixteen keys in four registers, their schedule fused with the rounds.

use std::arch::x86_64::{
    __m512i, _mm512_aesenc_epi128, _mm512_aesenclast_epi128, _mm512_bslli_epi128, _mm512_loadu_si512,
    _mm512_maskz_mov_epi64, _mm512_set1_epi32, _mm512_setzero_si512, _mm512_shuffle_epi8, _mm512_shuffle_epi32,
    _mm512_storeu_si512, _mm512_xor_si512,
};

use super::KEYS;
use crate::Block;
use crate::aes::key_schedule::RCON;

/// Blocks of one register.
const LANES: usize = 4;
/// Registers of a batch: four of keys and, for a garbler, eight of blocks, which is what the two AES units
/// need to hide their latency.
const ROWS: usize = KEYS / LANES;

/// Hashes `blocks[e][i]` under `keys[i]`.
// Loops and not closures: a closure that the standard library calls (`map`, `from_fn`) is not compiled into
// this function, and every vector would go through memory.
#[target_feature(enable = "avx512f,avx512bw,vaes")]
pub(super) fn hash_batch<const E: usize>(keys: &[Block; KEYS], blocks: [&mut [Block; KEYS]; E]) {
    let mut key = [_mm512_setzero_si512(); ROWS];
    let mut input = [[_mm512_setzero_si512(); ROWS]; E];
    let mut state = input;
    for r in 0..ROWS {
        key[r] = load(keys, r);
        for e in 0..E {
            input[e][r] = sigma(load(blocks[e], r));
            state[e][r] = _mm512_xor_si512(input[e][r], key[r]);
        }
    }
    for rcon in &RCON[..9] {
        for r in 0..ROWS {
            key[r] = next_round_key(key[r], _mm512_set1_epi32(*rcon));
            for row in &mut state {
                row[r] = _mm512_aesenc_epi128(row[r], key[r]);
            }
        }
    }
    for r in 0..ROWS {
        key[r] = next_round_key(key[r], _mm512_set1_epi32(RCON[9]));
        for e in 0..E {
            let cipher = _mm512_aesenclast_epi128(state[e][r], key[r]);
            store(blocks[e], r, _mm512_xor_si512(cipher, input[e][r]));
        }
    }
}

/// One step of four key schedules; [`crate::aes::key_schedule`] explains it.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,vaes")]
fn next_round_key(key: __m512i, rcon: __m512i) -> __m512i {
    let rotate = _mm512_set1_epi32(0x0c0f_0e0d);
    let word = _mm512_aesenclast_epi128(_mm512_shuffle_epi8(key, rotate), rcon);
    let key = _mm512_xor_si512(key, _mm512_bslli_epi128::<4>(key));
    let key = _mm512_xor_si512(key, _mm512_bslli_epi128::<8>(key));
    _mm512_xor_si512(key, word)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn sigma(x: __m512i) -> __m512i {
    _mm512_xor_si512(_mm512_shuffle_epi32::<0b01_00_11_10>(x), _mm512_maskz_mov_epi64(0b1010_1010, x))
}

/// Row `r` of a batch.
#[inline]
#[target_feature(enable = "avx512f")]
fn load(blocks: &[Block; KEYS], r: usize) -> __m512i {
    let row: &[Block] = &blocks[r * LANES..(r + 1) * LANES];
    // SAFETY: the slice is 64 readable bytes; the load needs no alignment.
    unsafe { _mm512_loadu_si512(row.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(blocks: &mut [Block; KEYS], r: usize, value: __m512i) {
    let row: &mut [Block] = &mut blocks[r * LANES..(r + 1) * LANES];
    // SAFETY: the slice is 64 writable bytes; every bit pattern is a block; no alignment is needed.
    unsafe { _mm512_storeu_si512(row.as_mut_ptr().cast(), value) }
}
