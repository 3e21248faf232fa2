//! The garbling hash on VAES-512: sixteen keys, their schedule fused with the rounds.

use std::arch::x86_64::{
    __m512i, _mm512_aesenc_epi128, _mm512_aesenclast_epi128, _mm512_loadu_si512, _mm512_maskz_mov_epi64,
    _mm512_setzero_si512, _mm512_shuffle_epi32, _mm512_storeu_si512, _mm512_xor_si512,
};

use super::KEYS;
use crate::Block;
use crate::aes::key_schedule::RCON;
use crate::aes::sixteen_keys::{ROWS, SixteenKeys};

/// Blocks of one register.
const LANES: usize = 4;

/// Hashes `blocks[e][i]` under `keys[i]`.
// Loops and not closures: a closure that the standard library calls (`map`, `from_fn`) is not compiled into
// this function, and every vector would go through memory.
#[target_feature(enable = "avx512f,avx512bw,vaes")]
pub(super) fn hash_batch<const E: usize>(keys: &[Block; KEYS], blocks: [&mut [Block; KEYS]; E]) {
    let mut rows = [_mm512_setzero_si512(); ROWS];
    let mut input = [[_mm512_setzero_si512(); ROWS]; E];
    let mut state = input;
    for r in 0..ROWS {
        rows[r] = load(keys, r);
        for e in 0..E {
            input[e][r] = sigma(load(blocks[e], r));
            state[e][r] = _mm512_xor_si512(input[e][r], rows[r]);
        }
    }
    let last = nine_rounds(SixteenKeys::from_keys(rows), &mut state);
    for r in 0..ROWS {
        for e in 0..E {
            let cipher = _mm512_aesenclast_epi128(state[e][r], last[r]);
            store(blocks[e], r, _mm512_xor_si512(cipher, input[e][r]));
        }
    }
}

/// All rounds but the last on states to which the keys themselves have been added. The answer is the last round's keys.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,vaes")]
pub(crate) fn nine_rounds<const E: usize>(mut keys: SixteenKeys, state: &mut [[__m512i; ROWS]; E]) -> [__m512i; ROWS] {
    keys.advance(RCON[0]);
    for rcon in &RCON[1..] {
        let round_keys = keys.keys();
        // The schedule is the longest chain: its next step is begun before the states have used this one.
        keys.advance(*rcon);
        for row in state.iter_mut() {
            for r in 0..ROWS {
                row[r] = _mm512_aesenc_epi128(row[r], round_keys[r]);
            }
        }
    }
    keys.keys()
}

/// The linear orthomorphism on four blocks.
#[inline]
#[target_feature(enable = "avx512f")]
pub(crate) fn sigma(x: __m512i) -> __m512i {
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
