//! The first step of a proof: on integers, before anything is an element of the field.
//!
//! Row `r` of the left and of the right factors are the values at `r` of polynomials in one variable, one for each column,
//! of degree `R - 1` for `R` rows. Their weighted inner products, of degree `2 R - 2`, are determined by `2 R - 1` points:
//! the rows, infinity, and the whole numbers around the rows (the module `interpolation` of the kernels, and its order).

use std::sync::LazyLock;

use quorate_kernels::interpolation::{
    LANES, LIMB_BITS, LIMBS, Lanes, MOST_BLOCKS, MOST_TERMS, add_products, points_around,
};

use super::field::{Field, Weight};
use super::layout::{Layout, MOST_ROWS};
use crate::correlation::SecretVec;

/// Terms of all blocks that are at work together: they stay in the nearest cache.
pub(super) const TERMS: usize = MOST_TERMS;

/// Columns side by side whose products are made together.
#[derive(Clone, Copy)]
struct Piece {
    first: usize,
    columns: usize,
    blocks: usize,
    /// Of a block.
    terms: usize,
}

impl Piece {
    /// The piece from a column on. Lanes are for groups, or for columns of one group if it has as many.
    fn at(layout: Layout, first: usize) -> Self {
        let (width, rest) = (layout.width, layout.columns() - first);
        if width < LANES {
            let columns = rest.min(LANES * MOST_BLOCKS.min(TERMS / width) * width);
            return Self { first, columns, blocks: (columns / width).div_ceil(LANES), terms: width };
        }
        if width <= LANES * TERMS {
            let terms = width.div_ceil(LANES);
            let blocks = (rest / width).min(MOST_BLOCKS.min(TERMS / terms));
            return Self { first, columns: blocks * width, blocks, terms };
        }
        let columns = (width - first % width).min(LANES * TERMS);
        Self { first, columns, blocks: 1, terms: columns.div_ceil(LANES) }
    }

    fn all_of(layout: Layout) -> impl Iterator<Item = Self> {
        let at = move |first: usize| (first < layout.columns()).then(|| Self::at(layout, first));
        std::iter::successors(at(0), move |piece| at(piece.first + piece.columns))
    }

    /// Its columns of all rows, as blocks of lanes.
    fn gather(self, layout: Layout, factors: &[u64], words: &mut [u64], lanes: &mut [Lanes]) {
        let rows = layout.rows();
        let (columns, width) = (self.columns, layout.width);
        for row in 0..rows {
            layout.fill(factors, row, self.first, &mut words[..columns]);
            if width < LANES {
                // Beyond the last group there are zeros.
                words[columns..LANES * self.blocks * width].fill(0);
                let groups = words[..LANES * self.blocks * width].chunks_exact(LANES * width);
                for (block, words) in groups.enumerate() {
                    for term in 0..width {
                        let to = &mut lanes[(block * width + term) * rows + row];
                        to.iter_mut().enumerate().for_each(|(lane, to)| *to = words[lane * width + term]);
                    }
                }
            } else {
                let each = columns / self.blocks;
                for (block, words) in words[..columns].chunks_exact(each).enumerate() {
                    for (term, words) in words.chunks(LANES).enumerate() {
                        let to = &mut lanes[(block * self.terms + term) * rows + row];
                        to[..words.len()].copy_from_slice(words);
                        to[words.len()..].fill(0);
                    }
                }
            }
        }
    }

    /// What each lane of each block counts.
    fn weights(self, layout: Layout, weights: &[Weight]) -> Vec<[u128; LANES]> {
        let first = self.first / layout.width;
        let weight = |group: usize| weights.get(first + group).map_or(0, |weight| weight.bits());
        let of_block = |block: usize| {
            std::array::from_fn(|lane| weight(if layout.width < LANES { block * LANES + lane } else { block }))
        };
        (0..self.blocks).map(of_block).collect()
    }
}

/// The weighted inner products at all points but the first row. A weight is a group's.
pub(super) fn inner_products(layout: Layout, weights: &[Weight], [left, right]: [&[u64]; 2]) -> Vec<Field> {
    if layout.rows() == 1 {
        return Vec::new();
    }
    let mut sums = vec![[0; LIMBS]; layout.points() - 1];
    let room = || SecretVec::<Lanes>::zeros(layout.rows() * TERMS);
    let (mut lefts, mut rights, mut words) = (room(), room(), SecretVec::zeros(LANES * TERMS));
    for piece in Piece::all_of(layout) {
        piece.gather(layout, left, &mut words, &mut lefts);
        piece.gather(layout, right, &mut words, &mut rights);
        let used = piece.blocks * piece.terms * layout.rows();
        let weights = piece.weights(layout, weights);
        add_products(layout.rows(), piece.terms, [&lefts[..used], &rights[..used]], &weights, &mut sums);
    }
    let step = Field::power_of_two(LIMB_BITS as usize);
    let element =
        |limbs: [i128; LIMBS]| limbs.iter().rfold(Field::ZERO, |sum, limb| sum * step + Field::of_integer(*limb));
    sums.into_iter().map(element).collect()
}

/// Finite points at most.
const MOST_POINTS: usize = 2 * MOST_ROWS - 2;

/// One over each factorial.
static FACTORIALS: LazyLock<[Field; MOST_POINTS]> = LazyLock::new(|| {
    let factorial: i128 = (1..MOST_POINTS as i128).product();
    let mut inverses = [Field::of_integer(factorial).inverse(); MOST_POINTS];
    for n in (1..MOST_POINTS).rev() {
        inverses[n - 1] = inverses[n] * Field::of_integer(n as i128);
    }
    inverses
});

/// `at` less each of so many whole numbers from the first of them on.
fn differences(at: Field, first: i128, count: usize) -> Vec<Field> {
    (first..).take(count).map(|point| at - Field::of_integer(point)).collect()
}

fn product(factors: &[Field]) -> Field {
    factors.iter().fold(Field::ONE, |product, factor| product * *factor)
}

/// What the values at these points count at a point (Lagrange's interpolation).
fn lagrange(at: Field, first: i128, count: usize) -> Vec<Field> {
    let differences = differences(at, first, count);
    let weight = |point: usize| {
        let others = product(&differences[..point]) * product(&differences[point + 1..]);
        let after = count - 1 - point;
        let weight = others * FACTORIALS[point] * FACTORIALS[after];
        if after.is_multiple_of(2) { weight } else { Field::ZERO - weight }
    };
    (0..count).map(weight).collect()
}

/// What the value at each of the products' points counts at a point of the field.
pub(super) fn point_weights(rows: usize, at: Field) -> Vec<Field> {
    if rows == 1 {
        return vec![Field::ONE];
    }
    let (around, finite) = (points_around(rows), 2 * rows - 2);
    let first = -(around as i128);
    let weights = lagrange(at, first, finite);
    let (before, rest) = weights.split_at(around);
    let (of_rows, after) = rest.split_at(rows);
    // There are the highest coefficients of both factors times this factorial.
    let factorial = FACTORIALS[rows - 1];
    let infinity = product(&differences(at, first, finite)) * factorial * factorial;
    [of_rows, &[infinity], after].concat().into_iter().chain(before.iter().rev().copied()).collect()
}

/// What each row counts there.
pub(super) fn row_weights(rows: usize, at: Field) -> Vec<Field> {
    lagrange(at, 0, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_of_folded_rows_is_what_the_points_say() {
        for (equations, terms) in [(40, 2), (1030, 2), (4099, 1), (5000, 2), (300, 9), (7, 129), (3, 4000), (700, 3)] {
            let layout = Layout::of(equations, terms);
            let word = |i: usize| (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(i as u32);
            let left: Vec<u64> = (0..equations * terms).map(|i| if i < 50 { u64::MAX } else { word(i) }).collect();
            let right: Vec<u64> = (0..equations * terms).map(|i| if i < 50 { u64::MAX } else { word(i + 7) }).collect();
            let weights: Vec<Weight> =
                Weight::draw(&mut crate::crypto::Prg::new(crate::crypto::Block::new(3)), 127, layout.groups);
            let row = |factors: &[u64], row: usize| {
                let mut words = vec![0; layout.columns()];
                layout.fill(factors, row, 0, &mut words);
                words.iter().map(|word| Field::of_integer((*word).into())).collect::<Vec<_>>()
            };
            let weighted = |left: &[Field], right: &[Field]| {
                let products = left.iter().zip(right).enumerate();
                products.fold(Field::ZERO, |sum, (column, (left, right))| {
                    sum + *left * *right * weights[column / layout.width].element()
                })
            };
            let first = weighted(&row(&left, 0), &row(&right, 0));
            let points = [vec![first], inner_products(layout, &weights, [&left, &right])].concat();
            assert_eq!(points.len(), layout.points());
            let at = Field::power_of_two(200);
            let folded = |factors: &[u64]| {
                let rows: Vec<Vec<Field>> = (0..layout.rows()).map(|at| row(factors, at)).collect();
                let counts = row_weights(layout.rows(), at);
                let column =
                    |c: usize| rows.iter().zip(&counts).fold(Field::ZERO, |sum, (row, count)| sum + row[c] * *count);
                (0..layout.columns()).map(column).collect::<Vec<_>>()
            };
            let expected = weighted(&folded(&left), &folded(&right));
            let found = Field::inner_product(&points, &point_weights(layout.rows(), at));
            assert!(found.equals(expected), "{equations} equations of {terms} terms");
        }
    }
}
