//! Words and byte strings.

use crate::boolean::Bits;

/// The words of a byte string, the most significant byte of each first.
pub(super) fn words_of(bytes: &Bits, word_bits: usize) -> Vec<Bits> {
    bytes.wires().chunks(word_bits).map(|word| word.chunks(8).rev().flatten().copied().collect()).collect()
}

/// The byte string of words.
pub(super) fn bytes_of(words: &[Bits]) -> Bits {
    words.iter().flat_map(|word| word.wires().chunks(8).rev()).flatten().copied().collect()
}
