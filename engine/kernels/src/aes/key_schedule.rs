//! The AES-128 key schedule on AES-NI.

use std::arch::x86_64::{
    __m128i, _mm_aesenclast_si128, _mm_loadu_si128, _mm_set1_epi32, _mm_shuffle_epi8, _mm_slli_si128, _mm_storeu_si128,
    _mm_xor_si128,
};

use super::ROUND_KEYS;
use crate::Block;

/// The round constants (FIPS 197, section 5.2).
pub(crate) const RCON: [i32; 10] = [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x1b, 0x36];

/// One step of the key schedule. The rotated last word goes to all four columns; on equal columns the
/// ShiftRows of `aesenclast` does nothing, so it computes SubWord(RotWord(w)) xor rcon in one instruction,
/// which is cheaper than `aeskeygenassist` (Gueron, "Intel AES New Instructions Set" white paper).
#[inline]
#[target_feature(enable = "aes,ssse3,sse2")]
pub(crate) fn next_round_key(key: __m128i, rcon: __m128i) -> __m128i {
    let rotate = _mm_set1_epi32(0x0c0f_0e0d);
    let word = _mm_aesenclast_si128(_mm_shuffle_epi8(key, rotate), rcon);
    let key = _mm_xor_si128(key, _mm_slli_si128::<4>(key));
    let key = _mm_xor_si128(key, _mm_slli_si128::<8>(key));
    _mm_xor_si128(key, word)
}

/// All round keys of a key.
#[target_feature(enable = "aes,ssse3,sse2")]
pub(crate) fn expand(key: Block) -> [Block; ROUND_KEYS] {
    let mut round_keys = [key; ROUND_KEYS];
    // SAFETY: the reference is to 16 readable bytes; the load needs no alignment.
    let mut round_key = unsafe { _mm_loadu_si128((&raw const key).cast()) };
    for (place, rcon) in round_keys[1..].iter_mut().zip(&RCON) {
        round_key = next_round_key(round_key, _mm_set1_epi32(*rcon));
        // SAFETY: the reference is to 16 writable bytes; every bit pattern is a block; no alignment is needed.
        unsafe { _mm_storeu_si128(std::ptr::from_mut(place).cast(), round_key) };
    }
    round_keys
}
