//! Bit strings on the wire: eight to a byte, the first one lowest.

use std::ops::Range;

use quorate_kernels::Block;

/// Bits that are worked on together.
pub(super) const WORD: usize = u64::BITS as usize;

/// The lowest bits of at most [`WORD`] blocks, the first one lowest.
pub(super) fn low_bits(blocks: impl Iterator<Item = Block>) -> u64 {
    blocks.enumerate().fold(0, |word, (place, block)| word | (block.to_u128() as u64 & 1) << place)
}

/// Bit `place` of a word as a mask of a block.
pub(super) fn mask(word: u64, place: usize) -> Block {
    Block::mask(word >> place & 1 == 1)
}

/// A range in parts of at most [`WORD`].
pub(super) fn words(range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    parts_of(range, WORD)
}

/// A range in parts of at most `length`.
pub(super) fn parts_of(range: Range<usize>, length: usize) -> impl Iterator<Item = Range<usize>> {
    range.clone().step_by(length).map(move |first| first..range.end.min(first + length))
}

/// Bits in the bytes of their message. Bits beyond the last one mean nothing.
#[derive(Clone, Debug)]
pub(super) struct Bits(Vec<u8>);

/// Bytes of a message of so many bits.
pub(super) const fn bytes_of(bits: usize) -> usize {
    bits.div_ceil(8)
}

impl Bits {
    /// `length` bits, each asked for once, in order.
    pub(super) fn collect(length: usize, mut bit: impl FnMut(usize) -> bool) -> Self {
        let byte = |first: usize| {
            (first..length.min(first + 8)).fold(0, |byte, place| byte | u8::from(bit(place)) << (place - first))
        };
        Self((0..length).step_by(8).map(byte).collect())
    }

    /// `length` bits, of which `word` gives up to [`WORD`] at a time, in order; what it gives besides has to be zero.
    pub(super) fn collect_words(length: usize, word: impl FnMut(Range<usize>) -> u64) -> Self {
        let mut bytes: Vec<u8> = words(0..length).map(word).flat_map(u64::to_le_bytes).collect();
        bytes.truncate(bytes_of(length));
        Self(bytes)
    }

    /// The message.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Adds another message's bits.
    pub(super) fn xor(&mut self, message: &[u8]) {
        self.0.iter_mut().zip(message).for_each(|(mine, theirs)| *mine ^= theirs);
    }

    /// The [`WORD`] bits from `place` on: those beyond the message are zero, those beyond the last bit mean nothing.
    pub(super) fn word(&self, place: usize) -> u64 {
        let (first, shift) = (place / 8, place % 8);
        let mut bytes = [0; 16];
        let there = self.0.get(first..).unwrap_or_default();
        let there = &there[..there.len().min(WORD / 8 + 1)];
        bytes[..there.len()].copy_from_slice(there);
        (u128::from_le_bytes(bytes) >> shift) as u64
    }

    /// One of the bits.
    pub(super) fn get(&self, place: usize) -> bool {
        self.0[place / 8] >> (place % 8) & 1 == 1
    }
}

impl From<&[u8]> for Bits {
    fn from(message: &[u8]) -> Self {
        Self(message.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_hold_the_bits(bits in vec(any::<bool>(), 0..200)) {
            let one_by_one = Bits::collect(bits.len(), |place| bits[place]);
            let blocks = |range: Range<usize>| bits[range].iter().map(|bit| Block::new((*bit).into()));
            let by_words = Bits::collect_words(bits.len(), |range| low_bits(blocks(range)));
            prop_assert_eq!(one_by_one.as_bytes(), by_words.as_bytes());
            for place in 0..bits.len() {
                let word = by_words.word(place);
                for (k, bit) in bits[place..].iter().enumerate().take(WORD) {
                    prop_assert_eq!(mask(word, k), Block::mask(*bit));
                }
            }
        }
    }
}
