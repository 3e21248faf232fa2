//! Products of many rows and many columns. A few rows at a time are copied side by side into a panel, which then stays in
//! the nearest cache while all columns pass: lanes are rows, so none are to be added up (Goto and van de Geijn, "Anatomy of
//! High-Performance Matrix Multiplication", ACM TOMS 34, 2008, section 4).
//!
//! Half of the multiplications become sums (Winograd, "A New Algorithm for Inner Product", IEEE Transactions on Computers
//! C-17, 1968): in a commutative ring `a b + a' b' = (a + b') (a' + b) - a a' - b b'`, and what is subtracted depends on a
//! row alone or on a column alone, the *excess* of each.

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;

use std::array;

use super::views::{Results, Vectors};
use super::{Number, ranges, wipe};

/// Pairs of elements of each row in a panel.
pub(super) const PAIRS: usize = 64;
/// Columns that pass one panel and then the next: they stay in the second cache.
pub(super) const COLUMNS: usize = 128;

/// How a panel of `ROWS` rows is multiplied.
pub(super) trait Tile<T, const ROWS: usize> {
    /// For each column and row the sum of `(a + b') (a' + b)` over pairs `a`, `a'` of the row and `b`, `b'` of the column.
    fn sums<const N: usize>(panel: &[[[T; ROWS]; 2]], columns: [&[[T; 2]]; N]) -> [[T; ROWS]; N];
}

/// So many rows side by side, if the compiler finds instructions for it.
pub(super) struct Plain;

impl<T: Number, const ROWS: usize> Tile<T, ROWS> for Plain {
    #[inline(always)]
    fn sums<const N: usize>(panel: &[[[T; ROWS]; 2]], columns: [&[[T; 2]]; N]) -> [[T; ROWS]; N] {
        let columns = columns.map(|column| &column[..panel.len()]);
        let mut sums = [[T::default(); ROWS]; N];
        for (k, [first, second]) in panel.iter().enumerate() {
            for j in 0..N {
                let [b, b_next] = columns[j][k];
                for i in 0..ROWS {
                    sums[j][i] += (first[i] + b_next) * (second[i] + b);
                }
            }
        }
        sums
    }
}

/// Parts of some rows side by side.
#[repr(C, align(64))]
struct Panel<T, const ROWS: usize> {
    pairs: [[[T; ROWS]; 2]; PAIRS],
    /// Of pairs that are used.
    count: usize,
    /// The elements that have no partner, or zeros.
    last: [T; ROWS],
    excess: [T; ROWS],
}

impl<T: Number, const ROWS: usize> Panel<T, ROWS> {
    fn new() -> Self {
        let zeros = [T::default(); ROWS];
        Self { pairs: [[zeros; 2]; PAIRS], count: 0, last: zeros, excess: zeros }
    }

    /// Takes up to `ROWS` rows; where there is none, there are zeros.
    #[inline(always)]
    fn fill(&mut self, rows: Vectors<'_, T>) {
        self.count = rows.length() / 2;
        let zeros = [[T::default(); 2]; PAIRS];
        let mut pairs = [&zeros[..self.count]; ROWS];
        (self.last, self.excess) = ([T::default(); ROWS], [T::default(); ROWS]);
        for (i, pairs) in pairs.iter_mut().enumerate().take(rows.count()) {
            let (of_row, rest) = rows.vector(i).as_chunks();
            *pairs = &of_row[..self.count];
            rest.iter().for_each(|last| self.last[i] = *last);
        }
        for (k, [first, second]) in self.pairs[..self.count].iter_mut().enumerate() {
            for i in 0..ROWS {
                [first[i], second[i]] = pairs[i][k];
            }
            for i in 0..ROWS {
                self.excess[i] += first[i] * second[i];
            }
        }
    }
}

/// Adds the products of rows with columns, `TOGETHER` columns at a time.
#[inline(always)]
pub(super) fn add_products<T: Number, K: Tile<T, ROWS>, const ROWS: usize, const TOGETHER: usize>(
    results: &mut Results<'_, T>,
    rows: Vectors<'_, T>,
    columns: Vectors<'_, T>,
) {
    let mut panel = Panel::<T, ROWS>::new();
    for part in ranges(rows.length(), 2 * PAIRS) {
        for some_columns in ranges(columns.count(), COLUMNS) {
            let columns = columns.part(some_columns.clone(), part.clone());
            let mut excess = excess_of_columns(columns);
            for some_rows in ranges(rows.count(), ROWS) {
                panel.fill(rows.part(some_rows.clone(), part.clone()));
                let mut results = results.part(some_columns.start, some_rows);
                let whole = columns.count() / TOGETHER * TOGETHER;
                for c in (0..whole).step_by(TOGETHER) {
                    add_columns::<T, K, ROWS, TOGETHER>(&mut results, &panel, columns, &excess, c);
                }
                for c in whole..columns.count() {
                    add_columns::<T, K, ROWS, 1>(&mut results, &panel, columns, &excess, c);
                }
            }
            wipe(&mut excess);
        }
    }
    panel.pairs.iter_mut().flatten().for_each(|numbers| numbers.fill(T::default()));
    wipe(&mut panel.last);
    wipe(&mut panel.excess);
    zeroize::optimization_barrier(&panel.pairs);
}

#[inline(always)]
fn excess_of_columns<T: Number>(columns: Vectors<'_, T>) -> [T; COLUMNS] {
    let mut excess = [T::default(); COLUMNS];
    for (c, excess) in excess[..columns.count()].iter_mut().enumerate() {
        columns.vector(c).as_chunks().0.iter().for_each(|[b, b_next]| *excess += *b * *b_next);
    }
    excess
}

/// Adds the products of a panel with the `N` columns from `first`.
#[inline(always)]
fn add_columns<T: Number, K: Tile<T, ROWS>, const ROWS: usize, const N: usize>(
    results: &mut Results<'_, T>,
    panel: &Panel<T, ROWS>,
    columns: Vectors<'_, T>,
    excess: &[T; COLUMNS],
    first: usize,
) {
    let columns: [&[T]; N] = array::from_fn(|j| columns.vector(first + j));
    let mut sums = K::sums::<N>(&panel.pairs[..panel.count], columns.map(|column| column.as_chunks().0));
    for (j, sums) in sums.iter_mut().enumerate() {
        let last = columns[j].get(2 * panel.count).copied().unwrap_or_default();
        for (i, sum) in sums.iter_mut().enumerate() {
            *sum += panel.last[i] * last - panel.excess[i] - excess[first + j];
        }
        let results = results.column(first + j);
        // A length that the compiler knows: in the usual case the results are one register or two.
        if let Some(results) = results.first_chunk_mut::<ROWS>() {
            results.iter_mut().zip(&*sums).for_each(|(result, sum)| *result += *sum);
        } else {
            results.iter_mut().zip(&*sums).for_each(|(result, sum)| *result += *sum);
        }
    }
}
