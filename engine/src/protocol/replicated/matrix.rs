//! A party's addends of a product of matrices. By the formula of all products, `x_i (y_i + y_{i+1}) + x_{i+1} y_i`, they are
//! two products. By the following they are one:
//!
//! `(x_i + x_{i+1} w^-1) (w y_i + y_{i+1}) = x_i y_{i+1} + x_{i+1} y_i + x_i w y_i + x_{i+1} w^-1 y_{i+1}`,
//!
//! where `w` is an invertible matrix between the rows of `x` and the columns of `y`. What stands at the end meets
//! `x_i .. y_i` once with `w`, of party `i`, and once with `w^-1`, of party `i - 1`. If `w + w^-1 = 1`, all parties' addends add
//! up to the product. A number is no such `w`, since modulo two neither `w` nor `1 - w` may be zero; but the matrix
//! `[[0, -1], [1, 1]]` is, a sixth root of unity, and here it acts on pairs of elements. It takes sums alone.
//!
//! The addends are other ones than the formula's, and so is what verified parties would have to prove: they keep to it.

use super::share::Pair;
use crate::correlation::{RingElement, SecretVec};

/// The least count of rows and of columns for which one product and its sums take less time than two products.
const LEAST: usize = 8;

/// Adds my addends of the products of a table with columns to `addends`, column after column. Whether by one product, all
/// parties have to decide alike: it depends on dimensions and on `proven`.
///
/// # Panics
/// If lengths do not fit.
pub(super) fn add_addends<R: RingElement>(
    addends: &mut [R],
    table: &Pair<SecretVec<R>>,
    columns: &[&Pair<SecretVec<R>>],
    proven: bool,
) {
    let rows = addends.len() / columns.len().max(1);
    if proven || rows.min(columns.len()) < LEAST {
        add_two_products(addends, table, columns);
    } else {
        add_one_product(addends, table, columns);
    }
}

fn add_two_products<R: RingElement>(addends: &mut [R], table: &Pair<SecretVec<R>>, columns: &[&Pair<SecretVec<R>>]) {
    let both: Vec<SecretVec<R>> = columns.iter().map(|column| sums(column)).collect();
    let both: Vec<&[R]> = both.iter().map(|column| &column[..]).collect();
    let firsts: Vec<&[R]> = columns.iter().map(|column| &column.first[..]).collect();
    R::add_products(addends, &table.first, &both);
    R::add_products(addends, &table.second, &firsts);
}

fn add_one_product<R: RingElement>(addends: &mut [R], table: &Pair<SecretVec<R>>, columns: &[&Pair<SecretVec<R>>]) {
    let inner = columns[0].first.len();
    let joined_inner = inner.next_multiple_of(2);
    let mut joined = SecretVec::zeros(addends.len() / columns.len() * joined_inner);
    let rows = table.first.chunks_exact(inner).zip(table.second.chunks_exact(inner));
    for (joined, (first, second)) in joined.chunks_exact_mut(joined_inner).zip(rows) {
        join_row(joined, first, second);
    }
    let joined_columns = columns.iter().map(|column| {
        let mut joined = SecretVec::zeros(joined_inner);
        join_column(&mut joined, &column.first, &column.second);
        joined
    });
    let joined_columns: Vec<SecretVec<R>> = joined_columns.collect();
    let joined_columns: Vec<&[R]> = joined_columns.iter().map(|column| &column[..]).collect();
    R::add_products(addends, &joined, &joined_columns);
}

/// `x_i + x_{i+1} w^-1`; an element of the one half and its neighbour in the other are a pair. An element without a neighbour
/// stands there by both components, as the formula of all products has them.
fn join_row<R: RingElement>(joined: &mut [R], first: &[R], second: &[R]) {
    let half = first.len() / 2;
    let (to_left, to_right) = joined.split_at_mut(half);
    let (lefts, rights) = (first[..half].iter().zip(&second[..half]), first[half..].iter().zip(&second[half..]));
    for ((to_left, to_right), ((x, x_next), (y, y_next))) in to_left.iter_mut().zip(to_right).zip(lefts.zip(rights)) {
        *to_left = *x + *x_next - *y_next;
        *to_right = *y + *x_next;
    }
    if let (Some(x), Some(x_next)) = (first.get(2 * half), second.get(2 * half)) {
        joined[2 * half..].copy_from_slice(&[*x, *x_next]);
    }
}

/// `w y_i + y_{i+1}`, likewise.
fn join_column<R: RingElement>(joined: &mut [R], first: &[R], second: &[R]) {
    let half = first.len() / 2;
    let (to_left, to_right) = joined.split_at_mut(half);
    let (lefts, rights) = (first[..half].iter().zip(&second[..half]), first[half..].iter().zip(&second[half..]));
    for ((to_left, to_right), ((x, x_next), (y, y_next))) in to_left.iter_mut().zip(to_right).zip(lefts.zip(rights)) {
        *to_left = *x_next - *y;
        *to_right = *y_next + *x + *y;
    }
    if let (Some(x), Some(x_next)) = (first.get(2 * half), second.get(2 * half)) {
        joined[2 * half..].copy_from_slice(&[*x + *x_next, *x]);
    }
}

/// The sums of my two components.
pub(super) fn sums<R: RingElement>(pair: &Pair<SecretVec<R>>) -> SecretVec<R> {
    let mut sums = pair.first.duplicate();
    sums.iter_mut().zip(pair.second.iter()).for_each(|(sum, second)| *sum += *second);
    sums
}

#[cfg(test)]
mod tests {
    use std::num::Wrapping;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::protocol::replicated::PARTIES;

    /// Party `i`'s two components, of as many vectors as there are components.
    fn pair<R: RingElement>(components: &[Vec<R>], party: usize) -> Pair<SecretVec<R>> {
        let component = |index: usize| SecretVec::from(components[index % PARTIES].clone());
        Pair::new(component(party), component(party + 1))
    }

    /// The sum of all parties' addends, by one product or by two.
    fn total<R: RingElement>(table: &[Vec<R>], columns: &[Vec<Vec<R>>], rows: usize, one: bool) -> Vec<R> {
        let mut total = vec![R::ZERO; rows * columns.len()];
        for party in 0..PARTIES {
            let columns: Vec<Pair<SecretVec<R>>> = columns.iter().map(|column| pair(column, party)).collect();
            let columns: Vec<&Pair<SecretVec<R>>> = columns.iter().collect();
            let add = if one { add_one_product } else { add_two_products };
            add(&mut total, &pair(table, party), &columns);
        }
        total
    }

    proptest! {
        #[test]
        fn one_product_adds_up_to_what_two_do(
            rows in 1_usize..5, inner in 1_usize..8, count in 1_usize..5, words in vec(any::<u64>(), 47),
        ) {
            let mut next = words.iter().cycle().enumerate().map(|(i, word)| Wrapping(word.rotate_left(i as u32)));
            let mut components = |length: usize| -> Vec<Vec<Wrapping<u64>>> {
                (0..PARTIES).map(|_| next.by_ref().take(length).collect()).collect()
            };
            let table = components(rows * inner);
            let columns: Vec<_> = (0..count).map(|_| components(inner)).collect();
            prop_assert_eq!(total(&table, &columns, rows, true), total(&table, &columns, rows, false));
        }
    }
}
