//! The first step of a proof: on integers, before anything is an element of the field.
//!
//! Row `m` of the left and of the right factors are the values of polynomials of degree 1 in each of `k` variables at `m` in
//! `{0, 1}^k`. Their weighted inner products, of degree 2, are determined by the grid `{0, 1, infinity}^k`, where
//! "infinity" stands for the highest coefficient; and what the rows are there are differences of rows.

use super::field::{Field, Unreduced, Weight};
use super::layout::Layout;
use crate::correlation::SecretVec;
use crate::protocol::grid::{extend, tensor};

/// Columns at a time: the grid's rows of so many stay in the cache.
pub(super) const PIECE: usize = 16;

/// A sum of products of integers of 68 bits, in two parts: the second counts `2^32` times. For `2^20` products.
#[derive(Clone, Copy, Default)]
struct Products {
    low: i128,
    high: i128,
}

/// What is added to a sum of products so that it is positive: `2^168`.
const OFFSET: usize = 168;

impl Products {
    fn add(&mut self, left: i128, right: i128) {
        self.low += left * i128::from(right as u32);
        self.high += left * i128::from((right >> 32) as i64);
    }

    /// With the offset, and from then on nothing.
    fn take(&mut self) -> [u64; 3] {
        let Self { low, high } = std::mem::take(self);
        let (sum, carry) = (low as u128).overflowing_add((high as u128) << 32);
        let top = (low >> 127) as u64;
        let top = top.wrapping_add((high >> 96) as u64).wrapping_add(carry.into());
        [sum as u64, (sum >> 64) as u64, top.wrapping_add(1 << (OFFSET - 128))]
    }
}

/// The weighted inner products at all points of the grid, the first variable's digit first. A weight is a group's.
pub(super) fn inner_products(layout: Layout, weights: &[Weight], [left, right]: [&[u64]; 2]) -> Vec<Field> {
    let points = layout.points();
    let mut sums = vec![Unreduced::default(); points];
    let mut offsets = Unreduced::default();
    let room = || SecretVec::<i128>::zeros(points * PIECE);
    let (mut lefts, mut rights, mut spare) = (room(), room(), room());
    for first in (0..layout.columns()).step_by(PIECE) {
        let count = (layout.columns() - first).min(PIECE);
        for (factors, rows) in [(left, &mut lefts), (right, &mut rights)] {
            gather(layout, factors, first, count, rows);
            extend(layout.variables, PIECE, (rows, &mut spare), |one, zero| one - zero);
        }
        let segments = segments(layout, first, count);
        segments.iter().for_each(|(_, group)| offsets.add_weighted(&[1], weights[*group]));
        let rows = lefts.chunks_exact(PIECE).zip(rights.chunks_exact(PIECE));
        for (sum, (left, right)) in sums.iter_mut().zip(rows) {
            let mut from = 0;
            for (to, group) in &segments {
                let mut products = Products::default();
                left[from..*to].iter().zip(&right[from..*to]).for_each(|(left, right)| products.add(*left, *right));
                sum.add_weighted(&products.take(), weights[*group]);
                from = *to;
            }
        }
    }
    let offset = offsets.reduce() * Field::power_of_two(OFFSET);
    sums.into_iter().map(|sum| sum.reduce() - offset).collect()
}

/// Of the groups that have columns in a piece: their ends there, and which they are.
fn segments(layout: Layout, first: usize, count: usize) -> Vec<(usize, usize)> {
    let groups = first / layout.width..=(first + count - 1) / layout.width;
    groups.map(|group| (count.min((group + 1) * layout.width - first), group)).collect()
}

/// Some columns of all rows.
fn gather(layout: Layout, factors: &[u64], first: usize, count: usize, rows: &mut [i128]) {
    let mut piece = SecretVec::<u64>::zeros(PIECE);
    for (row, to) in rows.chunks_exact_mut(PIECE).take(layout.rows()).enumerate() {
        layout.fill(factors, row, first, &mut piece[..count]);
        piece[count..].fill(0);
        to.iter_mut().zip(piece.iter()).for_each(|(to, factor)| *to = i128::from(*factor));
    }
}

/// What each point of the grid counts at a point of the field.
pub(super) fn point_weights(at: &[Field]) -> Vec<Field> {
    tensor(at, Field::ONE, |x| vec![Field::ONE - x, x, x * (x - Field::ONE)], |a, b| a * b)
}

/// What each row counts there.
pub(super) fn row_weights(at: &[Field]) -> Vec<Field> {
    tensor(at, Field::ONE, |x| vec![Field::ONE - x, x], |a, b| a * b)
}
