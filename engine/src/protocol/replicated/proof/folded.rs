//! From rows of bits to vectors over the field, and their halving.

use quorate_kernels::gf128::{add_scaled, inner_product, multiply, multiply_each};
use quorate_kernels::transpose::transpose;

use super::grid::{ONE, bits};
use super::layout::{BITS, Layout};
use crate::correlation::SecretVec;
use crate::crypto::{Block, SecretBlocks};

/// Rows whose sums are made together.
const GROUP: usize = 4;

/// One side's vector: an element for each gate of a row and each of its two operands.
pub(super) struct Folded(SecretBlocks);

impl Folded {
    /// The rows' weighted sum.
    pub(super) fn of(layout: Layout, rows: &[Block], operands: [&[u64]; 2]) -> Self {
        // The weights are challenges, which everybody knows: bit `b` of the sums is the XOR of the rows whose weights
        // have bit `b`. Of each group of rows all sums are made once, and found by those bits.
        let selector = |b: usize, group: &[Block]| group.iter().rfold(0, |s, row| s << 1 | usize::from(row.bit(b)));
        let of_bit = |b: usize| rows.chunks(GROUP).map(|group| selector(b, group)).collect::<Vec<_>>();
        let selectors: Vec<Vec<usize>> = (0..BITS).map(of_bit).collect();
        let mut elements = SecretBlocks::zeros(layout.folded());
        let mut planes = SecretBlocks::zeros(BITS);
        let mut sums = SecretVec::<u128>::zeros(rows.len().div_ceil(GROUP) << GROUP);
        for (i, to) in elements.chunks_exact_mut(BITS).take(2 * layout.columns).enumerate() {
            let (words, at) = (operands[i / layout.columns], i % layout.columns);
            for (group, sums) in sums.chunks_exact_mut(1 << GROUP).enumerate() {
                for (row, in_group) in (group * GROUP..rows.len()).zip(0..GROUP) {
                    let row = bits(words, row * layout.columns + at);
                    let (without, with) = sums.split_at_mut(1 << in_group);
                    with.iter_mut().zip(without).for_each(|(with, without)| *with = *without ^ row);
                }
            }
            for (plane, selectors) in planes.iter_mut().zip(&selectors) {
                let found = selectors.iter().zip(sums.chunks_exact(1 << GROUP)).map(|(selector, sums)| sums[*selector]);
                *plane = Block::new(found.fold(0, |sum, found| sum ^ found));
            }
            transpose(&planes, to);
        }
        Self(elements)
    }

    /// Multiplies every element by its gate's weight: the column's, times `x` to the power of its place.
    pub(super) fn weigh(&mut self, layout: Layout, weights: &[Block]) {
        let (first, second) = self.0.split_at_mut(layout.columns * BITS);
        for ((first, second), weight) in first.chunks_exact_mut(BITS).zip(second.chunks_exact_mut(BITS)).zip(weights) {
            let powers: Vec<Block> =
                std::iter::successors(Some(*weight), |power| Some(doubled(*power))).take(BITS).collect();
            multiply_each(first, &powers);
            multiply_each(second, &powers);
        }
    }

    /// Adds the first half to the second: what stands there is the highest coefficient.
    pub(super) fn difference(&mut self) {
        let (low, high) = halves(&mut self.0);
        low.iter().zip(high).for_each(|(low, high)| *high ^= *low);
    }

    /// After [`Self::difference`]: the value at a point.
    pub(super) fn fold(&mut self, at: Block) {
        let (low, high) = halves(&mut self.0);
        add_scaled(low, at, high);
        let half = low.len();
        self.0.truncate(half);
    }

    /// After [`Self::difference`]: the inner products at 0 and at infinity.
    pub(super) fn round(left: &mut Self, right: &mut Self) -> [Block; 2] {
        let ((a, b), (c, d)) = (halves(&mut left.0), halves(&mut right.0));
        [inner_product(a, c), inner_product(b, d)]
    }

    /// What is left at the end.
    pub(super) fn last(&self) -> Block {
        self.0[0]
    }
}

fn halves(elements: &mut [Block]) -> (&mut [Block], &mut [Block]) {
    elements.split_at_mut(elements.len() / 2)
}

/// The product with `x`.
fn doubled(element: Block) -> Block {
    let bits = element.to_u128();
    Block::new(bits << 1 ^ (0x87 & (bits >> 127).wrapping_neg()))
}

/// The value at a point of a polynomial of degree 2 that is `values[0]` at 0 and `values[1]` at infinity, if its values
/// at 0 and 1 add up to `sum`.
pub(super) fn quadratic(sum: Block, values: [Block; 2], at: Block) -> Block {
    let [zero, infinity] = values;
    zero ^ multiply(sum, at) ^ multiply(infinity, multiply(at, at ^ ONE))
}
