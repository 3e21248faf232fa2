//! The garbling hash on AES-NI: four keys in flight, their schedule fused with the rounds.

use std::arch::x86_64::{
    __m128i, _mm_aesenc_si128, _mm_aesenclast_si128, _mm_and_si128, _mm_loadu_si128, _mm_set_epi64x, _mm_set1_epi32,
    _mm_setzero_si128, _mm_shuffle_epi32, _mm_storeu_si128, _mm_xor_si128,
};

use super::KEYS;
use crate::Block;
use crate::aes::key_schedule::{RCON, next_round_key};

/// Keys in flight: with two blocks each they fill twelve of the sixteen registers.
const LANES: usize = 4;

/// Hashes `blocks[e][i]` under `keys[i]`.
// Loops and not closures, for the reason that the VAES-512 version gives.
#[target_feature(enable = "avx2,aes,ssse3")]
pub(super) fn hash_batch<const E: usize>(keys: &[Block; KEYS], mut blocks: [&mut [Block; KEYS]; E]) {
    for at in (0..KEYS).step_by(LANES) {
        hash_lanes(keys, &mut blocks, at);
    }
}

#[inline]
#[target_feature(enable = "avx2,aes,ssse3")]
fn hash_lanes<const E: usize>(keys: &[Block; KEYS], blocks: &mut [&mut [Block; KEYS]; E], at: usize) {
    let mut key = [_mm_setzero_si128(); LANES];
    let mut input = [[_mm_setzero_si128(); LANES]; E];
    let mut state = input;
    for l in 0..LANES {
        key[l] = load(&keys[at + l]);
        for e in 0..E {
            input[e][l] = sigma(load(&blocks[e][at + l]));
            state[e][l] = _mm_xor_si128(input[e][l], key[l]);
        }
    }
    for rcon in &RCON[..9] {
        for l in 0..LANES {
            key[l] = next_round_key(key[l], _mm_set1_epi32(*rcon));
            for row in &mut state {
                row[l] = _mm_aesenc_si128(row[l], key[l]);
            }
        }
    }
    for l in 0..LANES {
        key[l] = next_round_key(key[l], _mm_set1_epi32(RCON[9]));
        for e in 0..E {
            let cipher = _mm_aesenclast_si128(state[e][l], key[l]);
            store(&mut blocks[e][at + l], _mm_xor_si128(cipher, input[e][l]));
        }
    }
}

#[inline]
#[target_feature(enable = "sse2")]
fn sigma(x: __m128i) -> __m128i {
    let high = _mm_set_epi64x(-1, 0);
    _mm_xor_si128(_mm_shuffle_epi32::<0b01_00_11_10>(x), _mm_and_si128(x, high))
}

#[inline]
#[target_feature(enable = "sse2")]
fn load(block: &Block) -> __m128i {
    // SAFETY: the reference is to 16 readable bytes; the load needs no alignment.
    unsafe { _mm_loadu_si128(std::ptr::from_ref(block).cast()) }
}

#[inline]
#[target_feature(enable = "sse2")]
fn store(block: &mut Block, value: __m128i) {
    // SAFETY: the reference is to 16 writable bytes; every bit pattern is a block; no alignment is needed.
    unsafe { _mm_storeu_si128(std::ptr::from_mut(block).cast(), value) }
}
