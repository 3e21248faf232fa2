//! The sponge (FIPS 202, sections 4 and 6.1).

use super::permute::{STATE, permute};
use crate::boolean::{Bits, Builder, integer};

/// Bits of a digest of SHA3-256; the capacity is twice as much.
const DIGEST: usize = 256;
const RATE: usize = STATE - 2 * DIGEST;

/// SHA3-256 of a message of whole bytes: a permutation for each started block of 136 bytes of the message and at
/// least one byte of padding. The last one needs 1,344 AND gates less, as the digest takes 256 bits of it.
///
/// # Panics
/// If the message is not of whole bytes.
pub fn sha3_256(builder: &mut Builder, message: &Bits) -> Bits {
    assert_eq!(message.width() % 8, 0, "a message of whole bytes");
    let mut state = Bits::constant(0, STATE);
    for block in pad(message).wires().chunks(RATE) {
        let block = Bits::from(block.to_vec()).zero_extend(STATE);
        let absorbed = integer::xor(builder, &state, &block);
        state = permute(builder, &absorbed);
    }
    state.truncate(DIGEST)
}

/// The message, the bits 01 that tell SHA-3 from its kin, and the padding 10*1.
fn pad(message: &Bits) -> Bits {
    let begun = message.concat(&Bits::constant(0b110, 3));
    let padded_bits = (begun.width() + 1).next_multiple_of(RATE);
    begun.zero_extend(padded_bits - 1).concat(&Bits::constant(1, 1))
}
