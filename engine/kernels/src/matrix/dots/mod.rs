//! Products of few rows or few columns, by dot products of what is read where it stands.
//!
//! Work is cut so that what is read again and again stays near: 64 rows times 32 columns, 256 elements of each at a
//! time, and within these four rows times four columns (two by two on AVX2), whose sums stay in registers. Modulo 2^64 a
//! sum is several lanes wide; the lanes are added up at the end.

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;

use std::array;
use std::ops::Range;

use super::{Number, ranges};

/// Rows of a block.
pub(super) const ROWS: usize = 64;
/// Columns of a block.
pub(super) const COLUMNS: usize = 32;
/// Elements of a row and a column of a block.
pub(super) const INNER: usize = 256;

/// How the dot products of some rows with some columns, all of one length, are made.
pub(super) trait Dots<T> {
    /// By row and column.
    fn dots<const M: usize, const N: usize>(rows: [&[T]; M], columns: [&[T]; N]) -> [[T; N]; M];
}

/// So many numbers side by side, if the compiler finds instructions for it.
pub(super) struct Lanes<const LANES: usize>;

/// Adds the products of a table with at least one column, `TOGETHER` rows and columns at a time.
#[inline(always)]
pub(super) fn add_products<T: Number, D: Dots<T>, const TOGETHER: usize>(
    results: &mut [T],
    table: &[T],
    columns: &[&[T]],
) {
    let (rows, inner) = (results.len() / columns.len(), columns[0].len());
    for some_rows in ranges(rows, ROWS) {
        for some_columns in ranges(columns.len(), COLUMNS) {
            for part in ranges(inner, INNER) {
                block::<T, D, TOGETHER>(results, table, columns, rows, some_rows.clone(), some_columns.clone(), part);
            }
        }
    }
}

/// Some rows times some columns, as far as `part` of each.
#[inline(always)]
fn block<T: Number, D: Dots<T>, const TOGETHER: usize>(
    results: &mut [T],
    table: &[T],
    columns: &[&[T]],
    rows: usize,
    some_rows: Range<usize>,
    some_columns: Range<usize>,
    part: Range<usize>,
) {
    let inner = columns[0].len();
    let row = |r: usize| &table[r * inner..][part.clone()];
    let column = |c: usize| &columns[c][part.clone()];
    let mut c = some_columns.start;
    while c < some_columns.end {
        let many_columns = c + TOGETHER <= some_columns.end;
        let mut r = some_rows.start;
        while r < some_rows.end {
            if many_columns && r + TOGETHER <= some_rows.end {
                let sums =
                    D::dots::<TOGETHER, TOGETHER>(array::from_fn(|i| row(r + i)), array::from_fn(|j| column(c + j)));
                for (i, sums) in sums.iter().enumerate() {
                    for (j, sum) in sums.iter().enumerate() {
                        results[(c + j) * rows + r + i] += *sum;
                    }
                }
                r += TOGETHER;
            } else {
                for c in c..if many_columns { c + TOGETHER } else { c + 1 } {
                    results[c * rows + r] += D::dots([row(r)], [column(c)])[0][0];
                }
                r += 1;
            }
        }
        c += if many_columns { TOGETHER } else { 1 };
    }
}

impl<T: Number, const LANES: usize> Dots<T> for Lanes<LANES> {
    #[inline(always)]
    fn dots<const M: usize, const N: usize>(rows: [&[T]; M], columns: [&[T]; N]) -> [[T; N]; M] {
        let (whole, row_rests) =
            (rows.map(|row| row.as_chunks::<LANES>().0), rows.map(|row| row.as_chunks::<LANES>().1));
        let (others, column_rests) =
            (columns.map(|c| c.as_chunks::<LANES>().0), columns.map(|c| c.as_chunks::<LANES>().1));
        let count = whole[0].len();
        let (whole, others) = (whole.map(|row| &row[..count]), others.map(|column| &column[..count]));
        let mut lanes = [[[T::default(); LANES]; N]; M];
        for k in 0..count {
            let (a, b): ([[T; LANES]; M], [[T; LANES]; N]) =
                (array::from_fn(|i| whole[i][k]), array::from_fn(|j| others[j][k]));
            for i in 0..M {
                for j in 0..N {
                    for lane in 0..LANES {
                        lanes[i][j][lane] += a[i][lane] * b[j][lane];
                    }
                }
            }
        }
        array::from_fn(|i| {
            array::from_fn(|j| {
                let mut sum = T::default();
                lanes[i][j].iter().for_each(|lane| sum += *lane);
                row_rests[i].iter().zip(column_rests[j]).for_each(|(a, b)| sum += *a * *b);
                sum
            })
        })
    }
}
