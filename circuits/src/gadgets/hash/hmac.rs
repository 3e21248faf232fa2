//! HMAC (RFC 2104) with SHA-256 and SHA-512.

use super::bytes;
use super::sha2::{SHA_256, SHA_512, Sha2};
use crate::boolean::{Bits, Builder, Circuit, Shape, integer};
use crate::gadgets::Gadget;

/// The authentication code of a message under a key, both of whole bytes and of any length.
///
/// Costs four compressions for a short message: two that depend on the key alone, one for each started block of the
/// message with its padding, and one for the inner digest. A key longer than a block is hashed first. Codes under
/// the same key in one circuit share the two of the key. With 32 bytes for both, HMAC-SHA-256 has 85,304 AND gates in
/// depth 4,779 for `FewAnds`, and 162,293 in depth 1,364 for `FewRounds`.
///
/// # Panics
/// If key or message are not of whole bytes.
pub fn hmac(builder: &mut Builder, hash: &Sha2, key: &Bits, message: &Bits, shape: Shape) -> Bits {
    assert_eq!(key.width() % 8, 0, "a key of whole bytes");
    let short = if key.width() > hash.block_bits() { hash.digest(builder, key, shape) } else { key.clone() };
    let key = short.zero_extend(hash.block_bits());
    let inner = keyed_digest(builder, hash, &key, 0x36, message, shape);
    keyed_digest(builder, hash, &key, 0x5c, &inner, shape)
}

/// The digest of the padded key and the message.
fn keyed_digest(builder: &mut Builder, hash: &Sha2, key: &Bits, pad: u8, message: &Bits, shape: Shape) -> Bits {
    let pad: Bits = (0..key.width() / 8).flat_map(|_| Bits::constant(pad.into(), 8).wires().to_vec()).collect();
    let block = integer::xor(builder, key, &pad);
    hash.digest(builder, &block.concat(message), shape)
}

/// HMAC-SHA-256 as a row of the catalogue.
pub(super) const HMAC_SHA_256: Gadget = Gadget {
    name: "hmac-sha-256",
    doc: "HMAC-SHA-256 of a message of 32 bytes under a key of 32 bytes.",
    inputs: &[bytes("key", 32), bytes("message", 32)],
    outputs: &[bytes("code", 32)],
    build: |shape| circuit(&SHA_256, 32, 32, shape),
    published: None,
};

/// HMAC-SHA-512 as a row of the catalogue.
pub(super) const HMAC_SHA_512: Gadget = Gadget {
    name: "hmac-sha-512",
    doc: "HMAC-SHA-512 of a message of 37 bytes under a key of 32 bytes, as BIP 32 derives keys.",
    inputs: &[bytes("key", 32), bytes("message", 37)],
    outputs: &[bytes("code", 64)],
    build: |shape| circuit(&SHA_512, 32, 37, shape),
    published: None,
};

fn circuit(hash: &Sha2, key_bytes: usize, message_bytes: usize, shape: Shape) -> Circuit {
    let (mut builder, inputs) = Builder::new(&[8 * key_bytes, 8 * message_bytes]);
    let code = hmac(&mut builder, hash, &inputs[0], &inputs[1], shape);
    builder.finish(vec![code])
}
