//! Bit-matrix transposition on AVX-512: four squares of 128 x 128 bits in 128 registers' worth of rows.

use std::arch::x86_64::{
    __m512i, _mm512_loadu_si512, _mm512_set1_epi64, _mm512_setzero_si512, _mm512_slli_epi64, _mm512_srli_epi64,
    _mm512_storeu_si512, _mm512_ternarylogic_epi64, _mm512_unpackhi_epi64, _mm512_unpacklo_epi64,
};

use super::{ROWS, SQUARES};
use crate::Block;

/// Transposes four squares: `rows` has `width` blocks in each row, of which those from `first` on are meant;
/// `columns` is 512 blocks.
#[target_feature(enable = "avx512f")]
pub(super) fn transpose_four(rows: &[Block], width: usize, first: usize, columns: &mut [Block]) {
    let mut squares = [_mm512_setzero_si512(); ROWS];
    // Eight rows at a time go through three steps in registers.
    for r in 0..16 {
        let mut eight = [_mm512_setzero_si512(); 8];
        for (k, row) in eight.iter_mut().enumerate() {
            *row = load(&rows[(r + 16 * k) * width + first..]);
        }
        for k in 0..4 {
            (eight[k], eight[k + 4]) = swap_words(eight[k], eight[k + 4]);
        }
        for k in [0, 1, 4, 5] {
            (eight[k], eight[k + 2]) = swap::<32>(eight[k], eight[k + 2], 0x0000_0000_ffff_ffff);
        }
        for k in [0, 2, 4, 6] {
            (eight[k], eight[k + 1]) = swap::<16>(eight[k], eight[k + 1], 0x0000_ffff_0000_ffff);
        }
        for (k, row) in eight.iter().enumerate() {
            squares[r + 16 * k] = *row;
        }
    }
    for group in squares.as_chunks_mut::<16>().0 {
        swap_within(group);
    }
    for (r, row) in squares.iter().enumerate() {
        let lanes = store(*row);
        for (s, lane) in lanes.iter().enumerate() {
            columns[s * ROWS + r] = *lane;
        }
    }
}

/// The last four steps, within sixteen rows.
#[inline]
#[target_feature(enable = "avx512f")]
fn swap_within(group: &mut [__m512i; 16]) {
    for k in 0..8 {
        (group[k], group[k + 8]) = swap::<8>(group[k], group[k + 8], 0x00ff_00ff_00ff_00ff);
    }
    for k in [0, 1, 2, 3, 8, 9, 10, 11] {
        (group[k], group[k + 4]) = swap::<4>(group[k], group[k + 4], 0x0f0f_0f0f_0f0f_0f0f);
    }
    for k in [0, 1, 4, 5, 8, 9, 12, 13] {
        (group[k], group[k + 2]) = swap::<2>(group[k], group[k + 2], 0x3333_3333_3333_3333);
    }
    for k in [0, 2, 4, 6, 8, 10, 12, 14] {
        (group[k], group[k + 1]) = swap::<1>(group[k], group[k + 1], 0x5555_5555_5555_5555);
    }
}

/// Swaps the high words of `a` with the low words of `b`.
#[inline]
#[target_feature(enable = "avx512f")]
fn swap_words(a: __m512i, b: __m512i) -> (__m512i, __m512i) {
    (_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b))
}

/// Swaps the bits of `a` outside `low` with those of `b` inside, `STEP` places apart.
#[inline]
#[target_feature(enable = "avx512f")]
fn swap<const STEP: u32>(a: __m512i, b: __m512i, low: i64) -> (__m512i, __m512i) {
    let low = _mm512_set1_epi64(low);
    (choose(low, a, _mm512_slli_epi64::<STEP>(b)), choose(low, _mm512_srli_epi64::<STEP>(a), b))
}

/// Bits of `inside` where `mask` is one, of `outside` where it is zero.
#[inline]
#[target_feature(enable = "avx512f")]
fn choose(mask: __m512i, inside: __m512i, outside: __m512i) -> __m512i {
    _mm512_ternarylogic_epi64::<0xca>(mask, inside, outside)
}

/// The first four blocks.
#[inline]
#[target_feature(enable = "avx512f")]
fn load(row: &[Block]) -> __m512i {
    let row: &[Block] = &row[..SQUARES];
    // SAFETY: the slice is 64 readable bytes; the load needs no alignment.
    unsafe { _mm512_loadu_si512(row.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(value: __m512i) -> [Block; SQUARES] {
    let mut lanes = [Block::ZERO; SQUARES];
    // SAFETY: the array is 64 writable bytes; every bit pattern is a block; no alignment is needed.
    unsafe { _mm512_storeu_si512(lanes.as_mut_ptr().cast(), value) };
    lanes
}
