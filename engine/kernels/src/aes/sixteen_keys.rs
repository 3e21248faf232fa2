//! Sixteen AES-128 key schedules at once on AVX-512, word by word.
//!
//! Word `i` of all sixteen round keys is one register. A step is then one byte shuffle, one `aesenclast` and four
//! XORs for all keys, and eight shuffles more turn the words into round keys: fourteen instructions where four
//! registers of whole keys take twenty-four. A processor with one port for shuffles and one for AES keeps
//! both busy.

use std::arch::x86_64::{
    __m512i, _mm_set_epi8, _mm512_aesenclast_epi128, _mm512_broadcast_i32x4, _mm512_set1_epi32, _mm512_shuffle_epi8,
    _mm512_ternarylogic_epi64, _mm512_unpackhi_epi32, _mm512_unpackhi_epi64, _mm512_unpacklo_epi32,
    _mm512_unpacklo_epi64, _mm512_xor_si512,
};

/// Registers of sixteen keys: key `4r + l` is lane `l` of register `r`.
pub(crate) const ROWS: usize = 4;

/// The round keys of one round of sixteen schedules.
#[derive(Clone, Copy)]
pub(crate) struct SixteenKeys {
    /// Word `i` of key `4r + l` is column `r` of lane `l` of register `i`.
    words: [__m512i; 4],
}

impl SixteenKeys {
    /// Sixteen keys of which word `i` is given by column.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,vaes")]
    pub(crate) fn from_words(words: [__m512i; 4]) -> Self {
        Self { words }
    }

    /// Sixteen keys.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,vaes")]
    pub(crate) fn from_keys(keys: [__m512i; ROWS]) -> Self {
        Self { words: transposed(keys) }
    }

    /// The next round's keys (FIPS 197, section 5.2). `aesenclast` substitutes all bytes, and one shuffle
    /// both rotates each word and undoes what its ShiftRows is about to do.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,vaes")]
    pub(crate) fn advance(&mut self, rcon: i32) {
        let place = _mm512_broadcast_i32x4(_mm_set_epi8(0, 7, 10, 13, 12, 3, 6, 9, 8, 15, 2, 5, 4, 11, 14, 1));
        let rotated = _mm512_shuffle_epi8(self.words[3], place);
        let added = _mm512_aesenclast_epi128(rotated, _mm512_set1_epi32(rcon));
        let [a, b, c, d] = self.words;
        // The last word, for which the next step waits, is the sum of all; it does not wait for the other sums.
        let last = xor3(xor3(a, b, c), d, added);
        let a = _mm512_xor_si512(a, added);
        let b = _mm512_xor_si512(a, b);
        self.words = [a, b, _mm512_xor_si512(b, c), last];
    }

    /// The keys as whole blocks.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,vaes")]
    pub(crate) fn keys(&self) -> [__m512i; ROWS] {
        transposed(self.words)
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn xor3(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
    _mm512_ternarylogic_epi64::<0x96>(a, b, c)
}

/// Each lane of four registers as a four by four matrix of words, transposed.
#[inline]
#[target_feature(enable = "avx512f")]
fn transposed([a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
    let (low_ab, high_ab) = (_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    let (low_cd, high_cd) = (_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
    [
        _mm512_unpacklo_epi64(low_ab, low_cd),
        _mm512_unpackhi_epi64(low_ab, low_cd),
        _mm512_unpacklo_epi64(high_ab, high_cd),
        _mm512_unpackhi_epi64(high_ab, high_cd),
    ]
}
