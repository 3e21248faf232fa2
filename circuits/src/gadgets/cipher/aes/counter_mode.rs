//! Counter mode (NIST SP 800-38A, section 6.5).

use super::{KeySchedule, encrypt};
use crate::boolean::{Bits, Builder, Shape, integer};

/// Encrypts `data`, or decrypts it, of any length in bytes: XOR with the encryptions of counter blocks.
///
/// A counter block is the nonce of 12 bytes and the number of the block in 4, the most significant first. Numbers
/// start at the public `first` and count mod 2^32, as in RFC 3686 and in GCM.
///
/// Blocks that differ in their last byte alone share 15 S-boxes of the first round and 12 of the second: beyond the
/// first, such a block costs at least 27 S-boxes less than [`encrypt()`].
///
/// # Panics
/// If the nonce does not have 96 bits.
pub fn counter_mode(
    builder: &mut Builder,
    keys: &KeySchedule,
    nonce: &Bits,
    first: u32,
    data: &Bits,
    shape: Shape,
) -> Bits {
    assert_eq!(nonce.width(), 96, "a nonce of 12 bytes");
    let mut output = Vec::with_capacity(data.width());
    let mut number = first;
    for block in data.wires().chunks(128) {
        let number_bytes = Bits::constant(number.swap_bytes().into(), 32);
        let stream = encrypt(builder, keys, &nonce.concat(&number_bytes), shape);
        output.extend(integer::xor(builder, &block.to_vec().into(), &stream.truncate(block.len())).iter());
        number = number.wrapping_add(1);
    }
    output.into()
}
