//! From rows of integers to vectors over the field, and their halving.

use quorate_kernels::folding::weighted_sums;

use super::field::{Field, Weight};
use super::layout::Layout;
use crate::correlation::SecretVec;

/// Columns at a time.
const PIECE: usize = 256;

/// One side's vector: an element for each column.
pub(super) struct Folded(SecretVec<Field>);

impl Folded {
    /// The rows' weighted sum; of a vector of left factors times the weights of groups, if there are any.
    pub(super) fn of(layout: Layout, rows: &[Field], factors: &[u64], groups: Option<&[Weight]>) -> Self {
        let mut elements = SecretVec::<Field>::zeros(layout.folded());
        let mut words = SecretVec::<u64>::zeros(rows.len() * PIECE);
        let weights: &[[u64; 4]] = bytemuck::cast_slice(rows);
        for (piece, to) in elements[..layout.columns()].chunks_mut(PIECE).enumerate() {
            let there = words.chunks_exact_mut(PIECE).take(rows.len()).enumerate().map(|(row, words)| {
                layout.run(factors, row, piece * PIECE, to.len()).unwrap_or_else(|| {
                    layout.fill(factors, row, piece * PIECE, &mut words[..to.len()]);
                    &words[..to.len()]
                })
            });
            let rows: Vec<&[u64]> = there.collect();
            weighted_sums(&rows, weights, bytemuck::cast_slice_mut(to));
        }
        let by_group = elements[..layout.columns()].chunks_exact_mut(layout.width);
        for (elements, weight) in by_group.zip(groups.unwrap_or_default()) {
            elements.iter_mut().for_each(|element| *element = *element * *weight);
        }
        Self(elements)
    }

    /// Subtracts the first half from the second: what stands there is the highest coefficient.
    pub(super) fn difference(&mut self) {
        let (low, high) = halves(&mut self.0);
        low.iter().zip(high).for_each(|(low, high)| *high = *high - *low);
    }

    /// After [`Self::difference`]: the value at a point.
    pub(super) fn fold(&mut self, at: Weight) {
        let (low, high) = halves(&mut self.0);
        low.iter_mut().zip(high).for_each(|(low, high)| *low = low.plus_product(*high, at));
        let half = self.0.len() / 2;
        self.0.truncate(half);
    }

    /// After [`Self::difference`]: the inner products at 0 and at infinity.
    pub(super) fn round(left: &mut Self, right: &mut Self) -> [Field; 2] {
        let ((a, b), (c, d)) = (halves(&mut left.0), halves(&mut right.0));
        [Field::inner_product(a, c), Field::inner_product(b, d)]
    }

    /// What is left at the end.
    pub(super) fn last(&self) -> Field {
        self.0[0]
    }
}

fn halves(elements: &mut [Field]) -> (&mut [Field], &mut [Field]) {
    elements.split_at_mut(elements.len() / 2)
}

/// The value at a point of a polynomial of degree 2 that is `values[0]` at 0 and has `values[1]` for its highest
/// coefficient, if its values at 0 and 1 add up to `sum`.
pub(super) fn quadratic(sum: Field, [zero, highest]: [Field; 2], at: Weight) -> Field {
    zero + (sum - zero - zero - highest + highest * at) * at
}
