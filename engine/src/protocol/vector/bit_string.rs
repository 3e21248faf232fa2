//! Bits end to end: what of many bit planes is sent or meets triples together.

use crate::correlation::SecretVec;

/// So many bits, of which bit `i` is bit `i % 64` of word `i / 64`.
pub(crate) struct BitString {
    words: SecretVec<u64>,
    length: usize,
}

impl BitString {
    /// No bits yet, and room for so many.
    pub(crate) fn with_room(bits: usize) -> Self {
        Self { words: SecretVec::zeros(bits.div_ceil(64)), length: 0 }
    }

    /// So many zeros.
    pub(crate) fn with_length(bits: usize) -> Self {
        Self { length: bits, ..Self::with_room(bits) }
    }

    /// So many bits of as many words as they take.
    pub(crate) fn of_words(words: SecretVec<u64>, bits: usize) -> Self {
        debug_assert_eq!(words.len(), bits.div_ceil(64), "whole words");
        Self { words, length: bits }
    }

    /// The first `bits` bits of a message.
    ///
    /// # Panics
    /// If it has fewer: its length is to be checked by the channel.
    pub(crate) fn of_message(message: &[u8], bits: usize) -> Self {
        let mut string = Self { words: SecretVec::zeros(bits.div_ceil(64)), length: bits };
        bytemuck::cast_slice_mut::<u64, u8>(&mut string.words)[..message.len()].copy_from_slice(message);
        string.clear_spare_bits();
        string
    }

    /// How many bits.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    /// The words, to be changed; bits beyond the last are to be cleared afterwards.
    pub(crate) fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// Copies bits `from..from + count` to the front of `to`, and zeros to the rest of its words.
    pub(crate) fn copy_to(&self, from: usize, count: usize, to: &mut [u64]) {
        if from.is_multiple_of(64) && count.is_multiple_of(64) {
            return to.copy_from_slice(&self.words[from / 64..][..count / 64]);
        }
        for (at, word) in (0..count).step_by(64).zip(to) {
            *word = read(&self.words, from + at, (count - at).min(64));
        }
    }

    /// The message of these bits: `ceil(length / 8)` bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.words)[..self.length.div_ceil(8)]
    }

    /// Adds `words` bit by bit; more bits than these are ignored.
    pub(crate) fn xor(&mut self, words: &[u64]) {
        for (word, other) in self.words.iter_mut().zip(words) {
            *word ^= other;
        }
        self.clear_spare_bits();
    }

    /// Adds the bits of a message of the same length.
    pub(crate) fn xor_bytes(&mut self, bytes: &[u8]) {
        let mine: &mut [u8] = bytemuck::cast_slice_mut(&mut self.words);
        mine.iter_mut().zip(bytes).for_each(|(mine, theirs)| *mine ^= theirs);
        self.clear_spare_bits();
    }

    /// Appends bits `from..from + count` of `source`.
    ///
    /// # Panics
    /// If there is no room.
    pub(crate) fn push(&mut self, source: &[u64], from: usize, count: usize) {
        if [self.length, from, count].iter().all(|at| at.is_multiple_of(64)) {
            self.words[self.length / 64..][..count / 64].copy_from_slice(&source[from / 64..][..count / 64]);
            self.length += count;
            return;
        }
        for at in (0..count).step_by(64) {
            let bits = (count - at).min(64);
            let value = read(source, from + at, bits);
            let (word, shift) = (self.length / 64, self.length % 64);
            self.words[word] |= value << shift;
            if shift + bits > 64 {
                self.words[word + 1] |= value >> (64 - shift);
            }
            self.length += bits;
        }
    }

    /// Makes the bits beyond the last zero.
    pub(crate) fn clear_spare_bits(&mut self) {
        if let (1.., Some(last)) = (self.length % 64, self.words.last_mut()) {
            *last &= (1 << (self.length % 64)) - 1;
        }
    }
}

/// `count` bits (1 to 64) from position `at` on.
pub(crate) fn read(source: &[u64], at: usize, count: usize) -> u64 {
    let (word, shift) = (at / 64, at % 64);
    let mut value = source[word] >> shift;
    if shift + count > 64 {
        value |= source[word + 1] << (64 - shift);
    }
    if count < 64 { value & ((1 << count) - 1) } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pushed_bits_follow_each_other(source: [u64; 8], cuts in vec((0_usize..300, 0_usize..200), 0..8)) {
            let bit = |i: usize| source[i / 64] >> (i % 64) & 1;
            let mut string = BitString::with_room(cuts.iter().map(|cut| cut.1).sum());
            let mut expected = Vec::new();
            for (from, count) in cuts {
                string.push(&source, from, count);
                expected.extend((from..from + count).map(bit));
            }
            let found: Vec<u64> = (0..expected.len()).map(|i| read(string.words(), i, 1)).collect();
            prop_assert_eq!(&found, &expected);
            let message = string.as_bytes().to_vec();
            let again = BitString::of_message(&message, expected.len());
            prop_assert_eq!(again.words(), string.words());
            let (first, count) = (expected.len() / 3, expected.len() / 2);
            let mut part = vec![0; count.div_ceil(64)];
            again.copy_to(first, count, &mut part);
            let bits: Vec<u64> = (0..count).map(|i| read(&part, i, 1)).collect();
            prop_assert_eq!(&bits, &expected[first..first + count]);
            string.xor_bytes(&message);
            prop_assert!(string.words().iter().all(|word| *word == 0));
        }
    }
}
