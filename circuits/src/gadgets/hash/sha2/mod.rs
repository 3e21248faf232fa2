//! SHA-256 and SHA-512 (FIPS 180-4).
//!
//! Their AND gates are in sums of words mod 2^32 or 2^64, and one per bit in each of the functions Ch and Maj.

mod compress;
mod constants;
pub(super) mod rows;
mod sum;
mod words;

use crate::boolean::{Bits, Builder, Shape};
use words::{bytes_of, words_of};

/// A hash function of the family, which differ in the width of words and in rotations.
#[derive(Debug)]
pub struct Sha2 {
    word_bits: usize,
    rounds: usize,
    /// The rotations of Σ0 and Σ1.
    big_sigmas: [[usize; 3]; 2],
    /// The two rotations and the shift of σ0 and σ1.
    small_sigmas: [[usize; 3]; 2],
}

/// SHA-256 (sections 4.1.2, 6.2).
pub const SHA_256: Sha2 = Sha2 {
    word_bits: 32,
    rounds: 64,
    big_sigmas: [[2, 13, 22], [6, 11, 25]],
    small_sigmas: [[7, 18, 3], [17, 19, 10]],
};

/// SHA-512 (sections 4.1.3, 6.4).
pub const SHA_512: Sha2 = Sha2 {
    word_bits: 64,
    rounds: 80,
    big_sigmas: [[28, 34, 39], [14, 18, 41]],
    small_sigmas: [[1, 8, 7], [19, 61, 6]],
};

impl Sha2 {
    /// Bits of a chaining value and of a digest: 256 or 512.
    pub const fn digest_bits(&self) -> usize {
        8 * self.word_bits
    }

    /// Bits of a block: 512 or 1,024.
    pub const fn block_bits(&self) -> usize {
        16 * self.word_bits
    }

    /// The chaining value that every message starts with, as a byte string of constants.
    pub fn initial_value(&self) -> Bits {
        let words = constants::initial_words(self.word_bits);
        bytes_of(&words.into_iter().map(|word| Bits::constant(word.into(), self.word_bits)).collect::<Vec<_>>())
    }

    /// The compression function: the chaining value after a block, given the one before it. All are byte strings.
    ///
    /// AND gates and AND depth, after any chaining value and after the constant [initial value](Self::initial_value):
    ///
    /// | | before | `FewAnds` | `FewRounds` |
    /// |---|---|---|---|
    /// | SHA-256 | any | 22,271 in depth 1,607 | 41,412 in depth 457 |
    /// | | initial value | 21,863 in depth 1,604 | 40,770 in depth 456 |
    /// | SHA-512 | any | 57,572 in depth 3,303 | 115,252 in depth 650 |
    /// | | initial value | 56,756 in depth 3,301 | 114,002 in depth 649 |
    ///
    /// # Panics
    /// If the widths are not those of a chaining value and of a block.
    pub fn compress(&self, builder: &mut Builder, before: &Bits, block: &Bits, shape: Shape) -> Bits {
        assert_eq!(before.width(), self.digest_bits(), "the bits of a chaining value");
        assert_eq!(block.width(), self.block_bits(), "the bits of a block");
        let before = words_of(before, self.word_bits).try_into().expect("a chaining value has eight words");
        let block = words_of(block, self.word_bits);
        bytes_of(&compress::compress(builder, self, &before, block, shape))
    }

    /// The digest of a message of whole bytes, padding included: a compression for each started block of the message
    /// with its padding, which are 9 bytes for SHA-256 and 17 for SHA-512.
    ///
    /// # Panics
    /// If the message is not of whole bytes.
    pub fn digest(&self, builder: &mut Builder, message: &Bits, shape: Shape) -> Bits {
        assert_eq!(message.width() % 8, 0, "a message of whole bytes");
        self.pad(message).wires().chunks(self.block_bits()).fold(self.initial_value(), |chaining, block| {
            self.compress(builder, &chaining, &block.to_vec().into(), shape)
        })
    }

    /// The message with its padding (section 5.1): a bit 1, zeros, and the length of the message in two words.
    fn pad(&self, message: &Bits) -> Bits {
        let length_bits = 2 * self.word_bits;
        // The bit 1 is the top bit of its byte.
        let begun = message.concat(&Bits::constant(0x80, 8));
        let padded_bits = (begun.width() + length_bits).next_multiple_of(self.block_bits());
        let length = bytes_of(&[Bits::constant(message.width() as u128, length_bits)]);
        begun.zero_extend(padded_bits - length_bits).concat(&length)
    }

    fn round_constants(&self) -> impl Iterator<Item = Bits> {
        let constants = constants::round_constants(self.rounds, self.word_bits);
        constants.into_iter().map(|constant| Bits::constant(constant.into(), self.word_bits))
    }
}
