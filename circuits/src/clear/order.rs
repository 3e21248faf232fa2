//! Rows in order, running sums, products of tables.

use crate::bind::Value;
use crate::number::Word;

/// `words`, row by row of `length`, in the ascending order of `keys`; equal keys keep their order.
pub(super) fn sort_by(keys: &[Word], words: &[Word], length: usize, signed: bool) -> Vec<Word> {
    // Adding 2^127 turns the order of signed words into that of unsigned ones.
    let flip = if signed { 1u128 << 127 } else { 0 };
    let mut sorted = Vec::with_capacity(words.len());
    for (keys, words) in keys.chunks(length.max(1)).zip(words.chunks(length.max(1))) {
        let mut rows: Vec<(Word, Word)> = keys.iter().map(|key| key ^ flip).zip(words.iter().copied()).collect();
        rows.sort_by_key(|(key, _)| *key);
        sorted.extend(rows.into_iter().map(|(_, word)| word));
    }
    sorted
}

/// Each word plus all before it in its row of `length`.
pub(super) fn running_sums(words: &[Word], length: usize) -> Vec<Word> {
    let mut sums = words.to_vec();
    for row in sums.chunks_mut(length.max(1)) {
        let mut sum: Word = 0;
        for word in row {
            sum = sum.wrapping_add(*word);
            *word = sum;
        }
    }
    sums
}

/// A table of rows of `inner` words times one of `inner` rows.
pub(super) fn matrix_product(left: &[Word], right: &[Word], inner: usize, value: &Value) -> Vec<Word> {
    if inner == 0 {
        return vec![0; value.shape.length().unwrap_or(0)];
    }
    let columns = right.len() / inner;
    let mut product = vec![0; left.len() / inner * columns];
    for (left, into) in left.chunks(inner).zip(product.chunks_mut(columns.max(1))) {
        for (factor, right) in left.iter().zip(right.chunks(columns.max(1))) {
            for (sum, word) in into.iter_mut().zip(right) {
                *sum = Word::wrapping_add(*sum, factor.wrapping_mul(*word));
            }
        }
    }
    product
}
