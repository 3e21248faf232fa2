//! The first step of a proof: on bits, before anything is an element of the field.
//!
//! Row `m` of the left and of the right vector are the values of polynomials of degree 1 in each of `k` variables at
//! `m` in `{0, 1}^k`. Their inner products, of degree 2, are determined by the grid `{0, 1, infinity}^k`, where
//! "infinity" stands for the highest coefficient; and what the rows are there are sums of rows: XORs of words.

use quorate_kernels::gf128::{Unreduced, inner_product_unreduced, multiply};

use super::layout::Layout;
use crate::crypto::{Block, SecretBlocks};
use crate::protocol::grid::{extend, tensor};

/// Columns at a time: the grid's rows of so many stay in the cache.
pub(super) const PIECE: usize = 8;

/// The inner products at all points of the grid, the first variable's digit first: 128 gates of a column are an element,
/// which its weight multiplies.
pub(super) fn inner_products(layout: Layout, weights: &[Block], left: [&[u64]; 2], right: [&[u64]; 2]) -> Vec<Block> {
    let points = layout.points();
    let mut sums = vec![Unreduced::default(); points];
    let room = || SecretBlocks::zeros(points * PIECE);
    let (mut rows, mut spare) = ([left[0], left[1], right[0], right[1]].map(|words| (words, room())), room());
    for from in (0..layout.columns).step_by(PIECE) {
        let count = (layout.columns - from).min(PIECE);
        for (words, rows) in &mut rows {
            for (row, to) in rows.chunks_exact_mut(PIECE).take(layout.rows()).enumerate() {
                let first = row * layout.columns + from;
                to.iter_mut()
                    .enumerate()
                    .for_each(|(i, to)| *to = if i < count { block(words, first + i) } else { Block::ZERO });
            }
            extend(layout.variables, PIECE, (rows, &mut spare), |one, zero| one ^ zero);
        }
        let [x, y, z, w] = rows.each_ref().map(|(_, rows)| rows.chunks_exact(PIECE));
        for (sum, ((x, y), (z, w))) in sums.iter_mut().zip(x.zip(y).zip(z.zip(w))) {
            let mut products = [Block::ZERO; PIECE];
            for (product, ((x, y), (z, w))) in products.iter_mut().zip(x.iter().zip(y).zip(z.iter().zip(w))) {
                *product = (*x & *z) ^ (*y & *w);
            }
            *sum ^= inner_product_unreduced(&products[..count], &weights[from..][..count]);
            Block::wipe(&mut products);
        }
    }
    sums.into_iter().map(Unreduced::reduce).collect()
}

/// Block `at` of words; zero beyond the last.
pub(super) fn block(words: &[u64], at: usize) -> Block {
    Block::new(bits(words, at))
}

/// Its bits.
pub(super) fn bits(words: &[u64], at: usize) -> u128 {
    let word = |at: usize| u128::from(words.get(at).copied().unwrap_or(0));
    word(2 * at) | word(2 * at + 1) << 64
}

/// What each point of the grid counts at a point of the field.
pub(super) fn point_weights(at: &[Block]) -> Vec<Block> {
    tensor(at, ONE, |x| vec![ONE ^ x, x, multiply(x, x ^ ONE)], multiply)
}

/// What each row counts there.
pub(super) fn row_weights(at: &[Block]) -> Vec<Block> {
    tensor(at, ONE, |x| vec![ONE ^ x, x], multiply)
}

/// One.
pub(super) const ONE: Block = Block::new(1);
