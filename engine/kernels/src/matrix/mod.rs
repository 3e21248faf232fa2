//! Products of matrices modulo 2^64 and 2^128: a table, row by row, times columns.
//!
//! Of few rows or few columns they are made by dot products (`dots`), of many by panels of rows (`panels`), which
//! halves the multiplications. Where halves of all dimensions are still large, seven products of halves take the place of
//! eight (`strassen`). What is done depends on dimensions alone.

mod dots;
mod panels;
mod strassen;
#[cfg(test)]
mod tests;
mod views;

use std::num::Wrapping;
use std::ops::{Add, AddAssign, Mul, Range, Sub, SubAssign};

use crate::cpu::Level;
use dots::Lanes;
use panels::Plain;
use views::{Results, Vectors};

/// Which way is taken.
#[derive(Clone, Copy)]
struct Thresholds {
    /// The least count of rows and of columns for which panels are worth their copies.
    panels: usize,
    /// The least dimension of a half.
    half: usize,
}

/// By measurement on AVX2, of square and of flat matrices.
const MEASURED: Thresholds = Thresholds { panels: 32, half: 90 };

/// Adds the products of a table with columns: `results[c * rows + r] += sum over k of table[r * inner + k] *
/// columns[c][k]`, where `inner` is the length of every column and `rows` how many results a column has.
///
/// Large matrices take temporary memory of less than a third of what the table, the columns and the results take, which is
/// wiped.
///
/// # Panics
/// If lengths do not fit.
pub fn add_products_64(results: &mut [Wrapping<u64>], table: &[Wrapping<u64>], columns: &[&[Wrapping<u64>]]) {
    add_products_64_at_level(Level::of_this_machine(), MEASURED, results, table, columns);
}

/// [`add_products_64`] modulo 2^128. No processor multiplies such numbers side by side, so there is one version.
///
/// # Panics
/// If lengths do not fit.
pub fn add_products_128(results: &mut [Wrapping<u128>], table: &[Wrapping<u128>], columns: &[&[Wrapping<u128>]]) {
    add_products_128_with(MEASURED, results, table, columns);
}

fn add_products_64_at_level(
    level: Level,
    thresholds: Thresholds,
    results: &mut [Wrapping<u64>],
    table: &[Wrapping<u64>],
    columns: &[&[Wrapping<u64>]],
) {
    let few = |results: &mut [_], table: &[_], columns: &[&[_]]| dots_64(level, results, table, columns);
    let many = |results: &mut Results<'_, _>, rows: Vectors<'_, _>, columns: Vectors<'_, _>| {
        panels_64(level, results, rows, columns)
    };
    add_products(thresholds, few, many, results, table, columns);
}

fn add_products_128_with(
    thresholds: Thresholds,
    results: &mut [Wrapping<u128>],
    table: &[Wrapping<u128>],
    columns: &[&[Wrapping<u128>]],
) {
    let (few, many) = (dots::add_products::<_, Lanes<1>, 4>, panels::add_products::<_, Plain, 4, 2>);
    add_products(thresholds, few, many, results, table, columns);
}

/// By `few` or by `many`, each of which adds the products with few or with many rows and columns.
fn add_products<T: Number>(
    thresholds: Thresholds,
    few: impl Fn(&mut [T], &[T], &[&[T]]),
    many: impl Fn(&mut Results<'_, T>, Vectors<'_, T>, Vectors<'_, T>),
    results: &mut [T],
    table: &[T],
    columns: &[&[T]],
) {
    let Some(inner) = columns.first().map(|column| column.len()) else {
        assert!(results.is_empty(), "no column, no result");
        return;
    };
    let rows = results.len() / columns.len();
    assert_eq!(results.len(), rows * columns.len(), "as many results for every column");
    assert_eq!(table.len(), rows * inner, "a row for every result");
    assert!(columns.iter().all(|column| column.len() == inner), "columns of one length");
    if rows.min(columns.len()) < thresholds.panels {
        return few(results, table, columns);
    }
    let mut results = Results::new(results, rows);
    let (rows, columns) = (Vectors::together(table, rows, inner), Vectors::apart(columns, inner));
    strassen::add_products(&many, thresholds.half, &mut results, rows, columns);
}

fn dots_64(level: Level, results: &mut [Wrapping<u64>], table: &[Wrapping<u64>], columns: &[&[Wrapping<u64>]]) {
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only ever one that the processor was found to have: it includes avx512f and avx512dq.
        Level::Avx512 => unsafe { dots_avx512(results, table, columns) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: likewise; it includes avx2.
        Level::Vaes256 | Level::Avx2 => unsafe { dots::avx2::add_products(results, table, columns) },
        _ => dots::add_products::<_, Lanes<8>, 4>(results, table, columns),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq")]
fn dots_avx512(results: &mut [Wrapping<u64>], table: &[Wrapping<u64>], columns: &[&[Wrapping<u64>]]) {
    dots::add_products::<_, Lanes<8>, 4>(results, table, columns);
}

fn panels_64(
    level: Level,
    results: &mut Results<'_, Wrapping<u64>>,
    rows: Vectors<'_, Wrapping<u64>>,
    columns: Vectors<'_, Wrapping<u64>>,
) {
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only ever one that the processor was found to have: it includes avx512f and avx512dq.
        Level::Avx512 => unsafe { panels_avx512(results, rows, columns) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: likewise; it includes avx2.
        Level::Vaes256 | Level::Avx2 => unsafe { panels::avx2::add_products(results, rows, columns) },
        _ => panels::add_products::<_, Plain, 4, 4>(results, rows, columns),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq")]
fn panels_avx512(
    results: &mut Results<'_, Wrapping<u64>>,
    rows: Vectors<'_, Wrapping<u64>>,
    columns: Vectors<'_, Wrapping<u64>>,
) {
    panels::add_products::<_, Plain, 16, 4>(results, rows, columns);
}

/// An element of a commutative ring.
trait Number:
    Copy + Default + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + AddAssign + SubAssign
{
}
impl<T> Number for T where
    T: Copy + Default + Add<Output = T> + Sub<Output = T> + Mul<Output = T> + AddAssign + SubAssign
{
}

/// Overwrites with zeros; the barrier keeps the compiler from leaving the writes out.
fn wipe<T: Number>(numbers: &mut [T]) {
    numbers.fill(T::default());
    zeroize::optimization_barrier(numbers);
}

fn ranges(total: usize, step: usize) -> impl Iterator<Item = Range<usize>> {
    (0..total).step_by(step).map(move |at| at..total.min(at + step))
}
