//! The key expansion (FIPS 197, section 5.2).

use super::sbox::substitute;
use crate::boolean::{Bits, Builder, Shape, integer};

/// The round keys of an AES key: made once, used for any number of blocks.
#[derive(Clone, Debug)]
pub struct KeySchedule {
    /// The words w of the standard, four bytes each.
    words: Vec<Bits>,
}

impl KeySchedule {
    /// Expands a key of 128, 192 or 256 bits with 40, 32 or 52 S-boxes.
    ///
    /// With 32 AND gates each for `FewAnds` that is 1,280, 1,024 or 1,664. No round key is deeper than the state that
    /// it is added to, so the schedule takes no rounds of its own.
    ///
    /// # Panics
    /// If the key has another length.
    pub fn new(builder: &mut Builder, key: &Bits, shape: Shape) -> Self {
        assert!([128, 192, 256].contains(&key.width()), "an AES key has 128, 192 or 256 bits, not {}", key.width());
        let mut words: Vec<Bits> = key.wires().chunks(32).map(|word| word.to_vec().into()).collect();
        let key_words = words.len();
        let rounds = key_words + 6;
        let mut round_constant = 1;
        for index in key_words..4 * (rounds + 1) {
            let previous = words[index - 1].clone();
            let change = match index % key_words {
                0 => {
                    let constant = Bits::constant(round_constant, 32);
                    round_constant = double(round_constant);
                    // RotWord moves the first byte to the end.
                    let substituted = substitute_word(builder, &integer::rotate_left(&previous, 24), shape);
                    integer::xor(builder, &substituted, &constant)
                }
                4 if key_words == 8 => substitute_word(builder, &previous, shape),
                _ => previous,
            };
            let word = integer::xor(builder, &words[index - key_words], &change);
            words.push(word);
        }
        Self { words }
    }

    /// How many rounds a block takes: 10, 12 or 14.
    pub fn rounds(&self) -> usize {
        self.words.len() / 4 - 1
    }

    /// The key of a round, 128 bits; round 0 is the one before the first.
    ///
    /// # Panics
    /// If there is no such round.
    pub fn round_key(&self, round: usize) -> Bits {
        self.words[4 * round..4 * round + 4].iter().flat_map(Bits::iter).collect()
    }
}

/// The S-box on each byte.
pub(super) fn substitute_word(builder: &mut Builder, bytes: &Bits, shape: Shape) -> Bits {
    let bytes = bytes.wires().chunks(8);
    bytes.flat_map(|byte| substitute(builder, &byte.to_vec().into(), shape).wires().to_vec()).collect()
}

/// x times the polynomial in GF(2^8), as FIPS 197 has it.
fn double(polynomial: u128) -> u128 {
    let doubled = polynomial << 1;
    if doubled & 0x100 == 0 { doubled } else { doubled ^ 0x11b }
}
