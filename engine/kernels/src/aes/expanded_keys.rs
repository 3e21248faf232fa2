//! Sixteen AES-128 keys expanded at once on 256-bit registers, word by word as in [`super::sixteen_keys`].
//!
//! Two times eight keys, so that one waits for its substitution while the other adds its words up. Sixteen registers do not hold
//! the states too: the round keys go through the first-level cache, from where the rounds take them as operands.

use std::arch::asm;
use std::arch::x86_64::{
    __m256i, _mm_set_epi8, _mm256_aesenc_epi128, _mm256_aesenclast_epi128, _mm256_broadcastsi128_si256,
    _mm256_set1_epi32, _mm256_shuffle_epi8, _mm256_unpackhi_epi32, _mm256_unpackhi_epi64, _mm256_unpacklo_epi32,
    _mm256_unpacklo_epi64, _mm256_xor_si256,
};
use std::hint::black_box;
use std::mem::MaybeUninit;

use super::ROUND_KEYS;
use super::key_schedule::RCON;

/// Registers of sixteen keys: key `2r + l` is lane `l` of register `r`.
pub(crate) const ROWS: usize = 8;

/// Word `i` of eight keys: that of key `2r + l` is column `r` of lane `l` of register `i`.
pub(crate) type Words = [__m256i; ROWS / 2];

/// The round keys of sixteen keys.
pub(crate) struct ExpandedKeys([[__m256i; ROWS]; ROUND_KEYS]);

impl ExpandedKeys {
    /// Room for keys to be expanded into.
    pub(crate) const fn room() -> MaybeUninit<Self> {
        MaybeUninit::uninit()
    }

    /// Expands sixteen keys, the first eight and the last eight, of which word `i` is given by column (FIPS 197,
    /// section 5.2).
    #[inline]
    #[target_feature(enable = "avx2,vaes")]
    pub(crate) fn from_words([mut low, mut high]: [Words; 2], room: &mut MaybeUninit<Self>) -> &Self {
        let rounds: *mut [__m256i; ROWS] = room.as_mut_ptr().cast();
        for round in 0..ROUND_KEYS {
            let ([a, b, c, d], [e, f, g, h]) = (transposed(low), transposed(high));
            // SAFETY: the room is one of as many rounds.
            unsafe { rounds.add(round).write([a, b, c, d, e, f, g, h]) };
            if let Some(rcon) = RCON.get(round) {
                (low, high) = (next(low, *rcon), next(high, *rcon));
            }
        }
        // SAFETY: the loop has written every round.
        unsafe { room.assume_init_ref() }
    }

    /// Expands sixteen keys.
    #[inline]
    #[target_feature(enable = "avx2,vaes")]
    pub(crate) fn from_keys([a, b, c, d, e, f, g, h]: [__m256i; ROWS], room: &mut MaybeUninit<Self>) -> &Self {
        Self::from_words([transposed([a, b, c, d]), transposed([e, f, g, h])], room)
    }

    /// All rounds but the last of `E` states for each key of the `R` registers from `first` on: eight in flight.
    #[inline]
    #[target_feature(enable = "avx2,vaes")]
    pub(crate) fn nine_rounds<const R: usize, const E: usize>(&self, first: usize, states: &mut [[__m256i; R]; E]) {
        for r in 0..R {
            for state in states.iter_mut() {
                state[r] = _mm256_xor_si256(state[r], self.0[0][first + r]);
            }
        }
        // A compiler that knew how many rounds there are would take them row by row, and wait for each.
        for keys in &self.0[1..black_box(ROUND_KEYS - 1)] {
            for r in 0..R {
                for state in states.iter_mut() {
                    state[r] = _mm256_aesenc_epi128(state[r], keys[first + r]);
                }
            }
        }
    }

    /// The keys of the last round.
    #[inline]
    #[target_feature(enable = "avx2,vaes")]
    pub(crate) fn last(&self) -> &[__m256i; ROWS] {
        &self.0[ROUND_KEYS - 1]
    }
}

/// The next round's keys. `aesenclast` substitutes all bytes, and one shuffle both rotates each word and undoes
/// what its ShiftRows is about to do.
#[inline]
#[target_feature(enable = "avx2,vaes")]
fn next([a, b, c, d]: Words, rcon: i32) -> Words {
    let place = _mm256_broadcastsi128_si256(_mm_set_epi8(0, 7, 10, 13, 12, 3, 6, 9, 8, 15, 2, 5, 4, 11, 14, 1));
    let added = _mm256_aesenclast_epi128(_mm256_shuffle_epi8(d, place), _mm256_set1_epi32(rcon));
    // The last word, for which the next step waits, is the sum of all. Only one addition of it waits for `added`: the
    // compiler would otherwise take it from the third word, at the end of a chain of four.
    let sum = opaque(_mm256_xor_si256(_mm256_xor_si256(a, b), _mm256_xor_si256(c, d)));
    let last = _mm256_xor_si256(sum, added);
    let a = _mm256_xor_si256(a, added);
    let b = _mm256_xor_si256(a, b);
    [a, b, _mm256_xor_si256(b, c), last]
}

/// Each lane of four registers as a four by four matrix of words, transposed.
#[inline]
#[target_feature(enable = "avx2")]
fn transposed([a, b, c, d]: Words) -> Words {
    let (low_ab, high_ab) = (_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
    let (low_cd, high_cd) = (_mm256_unpacklo_epi32(c, d), _mm256_unpackhi_epi32(c, d));
    [
        _mm256_unpacklo_epi64(low_ab, low_cd),
        _mm256_unpackhi_epi64(low_ab, low_cd),
        _mm256_unpacklo_epi64(high_ab, high_cd),
        _mm256_unpackhi_epi64(high_ab, high_cd),
    ]
}

/// The same value, of which the compiler does not know what it is made of.
#[inline]
#[target_feature(enable = "avx2")]
fn opaque(mut value: __m256i) -> __m256i {
    // SAFETY: no instruction is executed, so that no register, flag or memory changes.
    unsafe { asm!("/* {0} */", inout(ymm_reg) value, options(pure, nomem, nostack, preserves_flags)) };
    value
}
