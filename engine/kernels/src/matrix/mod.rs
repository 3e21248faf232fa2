//! Products of matrices modulo 2^64 and 2^128: a table, row by row, times columns.
//!
//! Work is cut so that what is read again and again stays near: 64 rows times 32 columns, 256 elements of each at a
//! time, and within these four rows times four columns (two by two on AVX2), whose sums stay in registers. Modulo 2^64 a
//! sum is several lanes wide; the lanes are added up at the end.

#[cfg(target_arch = "x86_64")]
mod avx2;

use std::array;
use std::num::Wrapping;
use std::ops::{AddAssign, Mul, Range};

use crate::cpu::Level;

/// Rows of a block.
const ROWS: usize = 64;
/// Columns of a block.
const COLUMNS: usize = 32;
/// Elements of a row and a column of a block.
const INNER: usize = 256;

/// Adds the products of a table with columns: `results[c * rows + r] += sum over k of table[r * inner + k] *
/// columns[c][k]`, where `inner` is the length of every column and `rows` how many results a column has.
///
/// # Panics
/// If lengths do not fit.
pub fn add_products_64(results: &mut [Wrapping<u64>], table: &[Wrapping<u64>], columns: &[&[Wrapping<u64>]]) {
    add_products_64_at_level(Level::of_this_machine(), results, table, columns);
}

/// [`add_products_64`] modulo 2^128. No processor multiplies such numbers side by side, so there is one version.
///
/// # Panics
/// If lengths do not fit.
pub fn add_products_128(results: &mut [Wrapping<u128>], table: &[Wrapping<u128>], columns: &[&[Wrapping<u128>]]) {
    blocks::<_, Lanes<1>, 4>(results, table, columns);
}

fn add_products_64_at_level(
    level: Level,
    results: &mut [Wrapping<u64>],
    table: &[Wrapping<u64>],
    columns: &[&[Wrapping<u64>]],
) {
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only ever one that the processor was found to have: it includes avx512f and avx512dq.
        Level::Avx512 => unsafe { products_avx512(results, table, columns) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: likewise; it includes avx2.
        Level::Vaes256 | Level::Avx2 => unsafe { avx2::add_products(results, table, columns) },
        _ => blocks::<_, Lanes<8>, 4>(results, table, columns),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq")]
fn products_avx512(results: &mut [Wrapping<u64>], table: &[Wrapping<u64>], columns: &[&[Wrapping<u64>]]) {
    blocks::<_, Lanes<8>, 4>(results, table, columns);
}

/// What is multiplied and added up.
trait Number: Copy + Default + Mul<Output = Self> + AddAssign {}
impl<T: Copy + Default + Mul<Output = T> + AddAssign> Number for T {}

/// How the dot products of some rows with some columns, all of one length, are made.
trait Dots<T> {
    /// By row and column.
    fn dots<const M: usize, const N: usize>(rows: [&[T]; M], columns: [&[T]; N]) -> [[T; N]; M];
}

/// So many numbers side by side, if the compiler finds instructions for it.
struct Lanes<const LANES: usize>;

/// `TOGETHER` rows and columns at a time.
#[inline(always)]
fn blocks<T: Number, D: Dots<T>, const TOGETHER: usize>(results: &mut [T], table: &[T], columns: &[&[T]]) {
    let Some(inner) = columns.first().map(|column| column.len()) else {
        assert!(results.is_empty(), "no column, no result");
        return;
    };
    let rows = results.len() / columns.len();
    assert_eq!(results.len(), rows * columns.len(), "as many results for every column");
    assert_eq!(table.len(), rows * inner, "a row for every result");
    assert!(columns.iter().all(|column| column.len() == inner), "columns of one length");
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

fn ranges(total: usize, step: usize) -> impl Iterator<Item = Range<usize>> {
    (0..total).step_by(step).map(move |at| at..total.min(at + step))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// The products by definition.
    fn defined<T: Number>(results: &mut [T], table: &[T], columns: &[&[T]], rows: usize) {
        for (c, column) in columns.iter().enumerate() {
            for r in 0..rows {
                for (k, factor) in column.iter().enumerate() {
                    results[c * rows + r] += table[r * column.len() + k] * *factor;
                }
            }
        }
    }

    fn check<T: Number + PartialEq + std::fmt::Debug>(
        (rows, inner, count): (usize, usize, usize),
        of: impl Fn(usize) -> T,
        add: impl Fn(&mut [T], &[T], &[&[T]]),
    ) {
        let table: Vec<T> = (0..rows * inner).map(&of).collect();
        let columns: Vec<T> = (0..inner * count).map(|i| of(i + table.len())).collect();
        let columns: Vec<&[T]> = (0..count).map(|c| &columns[c * inner..][..inner]).collect();
        let mut results: Vec<T> = (0..rows * count).map(|i| of(7 * i)).collect();
        let mut expected = results.clone();
        defined(&mut expected, &table, &columns, rows);
        add(&mut results, &table, &columns);
        assert_eq!(results, expected, "{rows} rows, {inner} inner, {count} columns");
    }

    fn check_all(lengths: (usize, usize, usize), words: &[u128]) {
        let word = |i: usize| words[i % words.len()].rotate_left((i / words.len()) as u32);
        for level in Level::all_of_this_machine() {
            let add = |results: &mut [_], table: &[_], columns: &[&[_]]| {
                add_products_64_at_level(level, results, table, columns);
            };
            check(lengths, |i| Wrapping(word(i) as u64), add);
        }
        check(lengths, |i| Wrapping(word(i)), add_products_128);
    }

    proptest! {
        #[test]
        fn every_version_gives_the_products_by_definition(
            rows in 0_usize..11, inner in 0_usize..40, columns in 0_usize..11, words in vec(any::<u128>(), 131),
        ) {
            check_all((rows, inner, columns), &words);
        }
    }

    #[test]
    fn blocks_meet() {
        let words: Vec<u128> = (1..200_u128).map(|i| i.wrapping_pow(57)).collect();
        for lengths in [(ROWS + 5, INNER + 9, COLUMNS + 3), (1, 2 * INNER + 1, 1), (2 * ROWS, 3, 2 * COLUMNS)] {
            check_all(lengths, &words);
        }
    }
}
