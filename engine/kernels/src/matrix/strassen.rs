//! Products of large matrices by Winograd's variant of Strassen's algorithm: seven products of half the size and fifteen
//! sums in place of eight products (Douglas, Heroux, Slishman and Smith, "GEMMW", Journal of Computational Physics 110,
//! 1994, section 2). It needs a ring and no more, so modulo a power of two it is exact.
//!
//! Products are added to the results with three temporary matrices, each of a quarter of the table, the columns and the
//! results (Boyer, Dumas, Pernet and Zhou, "Memory efficient scheduling of Strassen-Winograd's matrix multiplication
//! algorithm", ISSAC 2009, section 3.2). Those of all levels together take less than a third of what the three matrices
//! take: one allocation, wiped at the end.
//!
//! Halves are whole at every level: the rows, columns and elements that are too many for that are multiplied as usual.

use std::ops::Range;

use super::views::{Results, Vectors};
use super::{Number, wipe};

/// Adds the products of rows with columns, by halves for as long as no dimension of a half is below `least`. `usual` adds
/// them without.
pub(super) fn add_products<T: Number>(
    usual: &impl Fn(&mut Results<'_, T>, Vectors<'_, T>, Vectors<'_, T>),
    least: usize,
    results: &mut Results<'_, T>,
    rows: Vectors<'_, T>,
    columns: Vectors<'_, T>,
) {
    let all = [rows.count(), rows.length(), columns.count()];
    let levels = levels(all, least);
    let [m, k, n] = all.map(|length| length >> levels << levels);
    let mut temporary = vec![T::default(); temporary_length(levels, [m, k, n])];
    let (even_rows, even_columns) = (rows.part(0..m, 0..k), columns.part(0..n, 0..k));
    add_by_halves(usual, levels, &mut results.part(0, 0..m), even_rows, even_columns, &mut temporary);
    wipe(&mut temporary);
    let mut add_rest = |r: Range<usize>, c: Range<usize>, inner: Range<usize>| {
        usual(&mut results.part(c.start, r.clone()), rows.part(r, inner.clone()), columns.part(c, inner));
    };
    add_rest(0..m, 0..n, k..all[1]);
    add_rest(m..all[0], 0..n, 0..all[1]);
    add_rest(0..all[0], n..all[2], 0..all[1]);
}

/// How often all dimensions can be halved.
fn levels(dimensions: [usize; 3], least: usize) -> u32 {
    let shortest = dimensions.into_iter().min().unwrap_or(0);
    (1..usize::BITS).take_while(|level| shortest >> level >= least.max(1)).count() as u32
}

/// Elements of the temporary matrices of all levels, for so many rows, elements of each, and columns.
fn temporary_length(levels: u32, [m, k, n]: [usize; 3]) -> usize {
    (1..=levels).map(|level| (m * k + k * n + m * n) >> (2 * level)).sum()
}

/// One level. The quarters are named as in the papers: of the table `a`, of the columns `b`, each by its place down and its
/// place across, and sums of them `s` and `t`.
fn add_by_halves<T: Number>(
    usual: &impl Fn(&mut Results<'_, T>, Vectors<'_, T>, Vectors<'_, T>),
    levels: u32,
    results: &mut Results<'_, T>,
    rows: Vectors<'_, T>,
    columns: Vectors<'_, T>,
    temporary: &mut [T],
) {
    if levels == 0 {
        return usual(results, rows, columns);
    }
    let [m, k, n] = [rows.count() / 2, rows.length() / 2, columns.count() / 2];
    let [[a11, a12], [a21, a22]] = rows.quarters();
    let [[b11, b21], [b12, b22]] = columns.quarters();
    let [upper, lower] = [0..m, m..2 * m];
    let (s, temporary) = temporary.split_at_mut(m * k);
    let (t, temporary) = temporary.split_at_mut(k * n);
    let (product, temporary) = temporary.split_at_mut(m * n);
    let mut multiply = |results: &mut Results<'_, T>, rows: Vectors<'_, T>, columns: Vectors<'_, T>| {
        add_by_halves(usual, levels - 1, results, rows, columns, temporary);
    };

    combine(s, a21, a22, |a21, a22| a21 + a22);
    combine(t, b12, b11, |b12, b11| b12 - b11);
    product.fill(T::default());
    multiply(&mut Results::new(product, m), Vectors::together(s, m, k), Vectors::together(t, n, k));
    add(&mut results.part(n, upper.clone()), product);
    add(&mut results.part(n, lower.clone()), product);

    product.fill(T::default());
    multiply(&mut Results::new(product, m), a11, b11);
    add(&mut results.part(0, upper.clone()), product);

    update(s, a11, |s, a11| s - a11);
    update(t, b22, |t, b22| b22 - t);
    multiply(&mut Results::new(product, m), Vectors::together(s, m, k), Vectors::together(t, n, k));
    add(&mut results.part(n, upper.clone()), product);

    multiply(&mut results.part(0, upper.clone()), a12, b21);
    update(s, a12, |s, a12| a12 - s);
    multiply(&mut results.part(n, upper), Vectors::together(s, m, k), b22);
    update(t, b21, |t, b21| b21 - t);
    multiply(&mut results.part(0, lower.clone()), a22, Vectors::together(t, n, k));

    combine(s, a11, a21, |a11, a21| a11 - a21);
    combine(t, b22, b12, |b22, b12| b22 - b12);
    multiply(&mut Results::new(product, m), Vectors::together(s, m, k), Vectors::together(t, n, k));
    add(&mut results.part(0, lower.clone()), product);
    add(&mut results.part(n, lower), product);
}

fn combine<T: Copy>(to: &mut [T], left: Vectors<'_, T>, right: Vectors<'_, T>, f: impl Fn(T, T) -> T) {
    for (index, to) in to.chunks_exact_mut(left.length()).enumerate() {
        let pairs = left.vector(index).iter().zip(right.vector(index));
        to.iter_mut().zip(pairs).for_each(|(to, (left, right))| *to = f(*left, *right));
    }
}

fn update<T: Copy>(numbers: &mut [T], by: Vectors<'_, T>, f: impl Fn(T, T) -> T) {
    for (index, numbers) in numbers.chunks_exact_mut(by.length()).enumerate() {
        numbers.iter_mut().zip(by.vector(index)).for_each(|(number, by)| *number = f(*number, *by));
    }
}

fn add<T: Number>(results: &mut Results<'_, T>, product: &[T]) {
    let rows = results.rows();
    for (column, product) in product.chunks_exact(rows).enumerate() {
        results.column(column).iter_mut().zip(product).for_each(|(result, product)| *result += *product);
    }
}
