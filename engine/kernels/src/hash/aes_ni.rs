//! The garbling hash on AES-NI: four keys in flight, their schedule fused with the rounds.

use std::arch::x86_64::{
    __m128i, _mm_aesenc_si128, _mm_aesenclast_si128, _mm_and_si128, _mm_loadu_si128, _mm_set_epi64x, _mm_set1_epi32,
    _mm_shuffle_epi8, _mm_shuffle_epi32, _mm_slli_si128, _mm_storeu_si128, _mm_xor_si128,
};

use super::{KEYS, RCON};
use crate::Block;

/// Keys in flight: with two blocks each they fill twelve of the sixteen registers.
const LANES: usize = 4;

/// Hashes `blocks[e][i]` under `keys[i]`.
#[target_feature(enable = "aes,ssse3,sse2")]
pub(super) fn hash_batch<const E: usize>(keys: &[Block; KEYS], blocks: [&mut [Block; KEYS]; E]) {
    for at in (0..KEYS).step_by(LANES) {
        let mut key: [__m128i; LANES] = std::array::from_fn(|l| load(&keys[at + l]));
        let input: [[__m128i; LANES]; E] =
            std::array::from_fn(|e| std::array::from_fn(|l| sigma(load(&blocks[e][at + l]))));
        let mut state = input;
        each(&mut state, |x, l| _mm_xor_si128(x, key[l]));
        for (round, rcon) in RCON.iter().enumerate() {
            key = key.map(|k| next_round_key(k, _mm_set1_epi32(*rcon)));
            if round < 9 {
                each(&mut state, |x, l| _mm_aesenc_si128(x, key[l]));
            } else {
                each(&mut state, |x, l| _mm_aesenclast_si128(x, key[l]));
            }
        }
        for e in 0..E {
            for l in 0..LANES {
                store(&mut blocks[e][at + l], _mm_xor_si128(state[e][l], input[e][l]));
            }
        }
    }
}

#[inline(always)]
fn each<const E: usize>(state: &mut [[__m128i; LANES]; E], step: impl Fn(__m128i, usize) -> __m128i) {
    for row in state {
        for (l, x) in row.iter_mut().enumerate() {
            *x = step(*x, l);
        }
    }
}

/// One step of the key schedule. The rotated last word goes to all four columns; on equal columns the
/// ShiftRows of `aesenclast` does nothing, so it computes SubWord(RotWord(w)) xor rcon in one instruction,
/// which is cheaper than `aeskeygenassist` (Gueron, "Intel AES New Instructions Set" white paper).
#[target_feature(enable = "aes,ssse3,sse2")]
fn next_round_key(key: __m128i, rcon: __m128i) -> __m128i {
    let rotate = _mm_set1_epi32(0x0c0f_0e0d);
    let word = _mm_aesenclast_si128(_mm_shuffle_epi8(key, rotate), rcon);
    let key = _mm_xor_si128(key, _mm_slli_si128::<4>(key));
    let key = _mm_xor_si128(key, _mm_slli_si128::<8>(key));
    _mm_xor_si128(key, word)
}

#[target_feature(enable = "sse2")]
fn sigma(x: __m128i) -> __m128i {
    let high = _mm_set_epi64x(-1, 0);
    _mm_xor_si128(_mm_shuffle_epi32::<0b01_00_11_10>(x), _mm_and_si128(x, high))
}

#[target_feature(enable = "sse2")]
fn load(block: &Block) -> __m128i {
    // SAFETY: the reference is to 16 readable bytes; the load needs no alignment.
    unsafe { _mm_loadu_si128(std::ptr::from_ref(block).cast()) }
}

#[target_feature(enable = "sse2")]
fn store(block: &mut Block, value: __m128i) {
    // SAFETY: the reference is to 16 writable bytes; every bit pattern is a block; no alignment is needed.
    unsafe { _mm_storeu_si128(std::ptr::from_mut(block).cast(), value) }
}
