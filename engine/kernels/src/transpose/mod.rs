//! Bit-matrix transposition: 128 rows of many bits to as many rows of 128 bits.
//!
//! Eklundh's recursion: swap the off-diagonal quarters of ever smaller squares. Four squares of 128 x 128
//! stand side by side, so that every step works on whole 512-bit rows. The portable source is also compiled for
//! AVX2, for which the compiler turns its inner loops into vector instructions; AVX-512 has its own.

#[cfg(target_arch = "x86_64")]
mod avx512;

use crate::Block;
use crate::cpu::Level;

/// Rows of the matrix.
pub const ROWS: usize = 128;

/// Squares that are transposed side by side.
const SQUARES: usize = 4;

/// One row of the squares.
type Row = [Block; SQUARES];
/// The same as 64-bit words, two for each square: what the compiler makes vectors of.
type Words = [u64; 2 * SQUARES];

/// Transposes: bit `r` of `columns[j]` becomes bit `j` of row `r`.
///
/// `rows` holds the 128 rows one after the other, `columns.len() / 128` blocks each; bit `j` of a row is bit
/// `j % 128` of its block `j / 128`.
///
/// # Panics
/// If `columns.len()` is no multiple of 128, or `rows.len()` differs from it.
pub fn transpose(rows: &[Block], columns: &mut [Block]) {
    transpose_at_level(Level::of_this_machine(), rows, columns);
}

fn transpose_at_level(level: Level, rows: &[Block], columns: &mut [Block]) {
    assert_eq!(columns.len() % ROWS, 0, "whole squares");
    assert_eq!(rows.len(), columns.len(), "as many bits in as out");
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only ever one that the processor was found to have: it includes avx512f.
        Level::Avx512 => unsafe { transpose_avx512(rows, columns) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: likewise; it includes avx2.
        Level::Vaes256 | Level::Avx2 => unsafe { transpose_avx2(rows, columns) },
        _ => transpose_squares(rows, columns, 0),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn transpose_avx512(rows: &[Block], columns: &mut [Block]) {
    let width = columns.len() / ROWS;
    let fours = columns.chunks_exact_mut(SQUARES * ROWS).enumerate();
    for (four, columns) in fours {
        avx512::transpose_four(rows, width, four * SQUARES, columns);
    }
    transpose_squares(rows, columns, width - width % SQUARES);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn transpose_avx2(rows: &[Block], columns: &mut [Block]) {
    transpose_squares(rows, columns, 0);
}

/// Transposes the squares from `start` on.
#[inline(always)]
fn transpose_squares(rows: &[Block], columns: &mut [Block], start: usize) {
    let width = columns.len() / ROWS;
    let mut squares: [Row; ROWS] = [[Block::ZERO; SQUARES]; ROWS];
    for first in (start..width).step_by(SQUARES) {
        let count = SQUARES.min(width - first);
        for (row, line) in squares.iter_mut().zip(rows.chunks_exact(width)) {
            load(row, &line[first..first + count]);
        }
        swap_quarters(bytemuck::cast_mut(&mut squares));
        for (s, square) in columns[first * ROWS..][..count * ROWS].chunks_exact_mut(ROWS).enumerate() {
            for (column, row) in square.iter_mut().zip(&squares) {
                *column = row[s];
            }
        }
    }
}

/// The blocks of one row; the squares after the last keep what they had, which nobody reads.
#[inline(always)]
fn load(row: &mut Row, blocks: &[Block]) {
    // A copy of known length is one vector; of unknown length, a call.
    if let Ok(blocks) = blocks.try_into() {
        *row = blocks;
    } else {
        row[..blocks.len()].copy_from_slice(blocks);
    }
}

/// Eklundh's seven steps, in place.
#[inline(always)]
fn swap_quarters(squares: &mut [Words; ROWS]) {
    let (upper, lower) = squares.split_at_mut(ROWS / 2);
    for (a, b) in upper.iter_mut().zip(lower) {
        for s in 0..SQUARES {
            std::mem::swap(&mut a[2 * s + 1], &mut b[2 * s]);
        }
    }
    two_steps::<32, 16>(squares, 0x0000_0000_ffff_ffff, 0x0000_ffff_0000_ffff);
    two_steps::<8, 4>(squares, 0x00ff_00ff_00ff_00ff, 0x0f0f_0f0f_0f0f_0f0f);
    two_steps::<2, 1>(squares, 0x3333_3333_3333_3333, 0x5555_5555_5555_5555);
}

/// Two steps of which the second, `HALF`, is half as wide: four rows are read and written once for both.
#[inline(always)]
fn two_steps<const STEP: usize, const HALF: usize>(squares: &mut [Words; ROWS], low: u64, low_of_half: u64) {
    for rows in squares.chunks_exact_mut(2 * STEP) {
        let (upper, lower) = rows.split_at_mut(STEP);
        let ((first, second), (third, fourth)) = (upper.split_at_mut(HALF), lower.split_at_mut(HALF));
        for ((a, b), (c, d)) in first.iter_mut().zip(second).zip(third.iter_mut().zip(fourth)) {
            swap::<STEP>(a, c, low);
            swap::<STEP>(b, d, low);
            swap::<HALF>(a, b, low_of_half);
            swap::<HALF>(c, d, low_of_half);
        }
    }
}

/// Swaps the high parts of row `a` with the low parts of the row `b`, `STEP` rows below, in their squares of
/// `2 * STEP` bits.
#[inline(always)]
fn swap<const STEP: usize>(a: &mut Words, b: &mut Words, low: u64) {
    for (a, b) in a.iter_mut().zip(b) {
        let difference = ((*a >> STEP) ^ *b) & low;
        *b ^= difference;
        *a ^= difference << STEP;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn every_version_moves_every_bit_to_its_place(width in 0_usize..10, seed in vec(any::<u128>(), 10 * ROWS)) {
            let rows: Vec<Block> = seed[..width * ROWS].iter().copied().map(Block::new).collect();
            for level in Level::all_of_this_machine() {
                let mut columns = vec![Block::ZERO; width * ROWS];
                transpose_at_level(level, &rows, &mut columns);
                for (j, column) in columns.iter().enumerate() {
                    for r in 0..ROWS {
                        prop_assert_eq!(column.bit(r), rows[r * width + j / 128].bit(j % 128), "{:?}", level);
                    }
                }
            }
        }
    }
}
