//! Rows of the catalogue.

use super::super::bytes;
use super::{KeySchedule, counter_mode, encrypt};
use crate::boolean::{Builder, Circuit, Shape};
use crate::gadgets::{Gadget, Published};

/// 200 S-boxes.
pub(in super::super) const AES_128: Gadget = Gadget {
    name: "aes-128",
    doc: "One block of AES with a key of 128 bits, key expansion included.",
    inputs: &[bytes("key", 16), bytes("plaintext", 16)],
    outputs: &[bytes("ciphertext", 16)],
    build: |shape| block_cipher(16, shape),
    published: Some(Published { and_gates: 6_400, source: COLLECTION }),
};

/// 224 S-boxes.
pub(in super::super) const AES_192: Gadget = Gadget {
    name: "aes-192",
    doc: "One block of AES with a key of 192 bits, key expansion included.",
    inputs: &[bytes("key", 24), bytes("plaintext", 16)],
    outputs: &[bytes("ciphertext", 16)],
    build: |shape| block_cipher(24, shape),
    published: Some(Published { and_gates: 7_168, source: COLLECTION }),
};

/// 276 S-boxes.
pub(in super::super) const AES_256: Gadget = Gadget {
    name: "aes-256",
    doc: "One block of AES with a key of 256 bits, key expansion included.",
    inputs: &[bytes("key", 32), bytes("plaintext", 16)],
    outputs: &[bytes("ciphertext", 16)],
    build: |shape| block_cipher(32, shape),
    published: Some(Published { and_gates: 8_832, source: COLLECTION }),
};

/// 599 S-boxes, as the blocks share some, and parts of others.
pub(in super::super) const AES_128_CTR: Gadget = Gadget {
    name: "aes-128-ctr",
    doc: "AES-128 in counter mode on 64 bytes, block numbers from 1 as in RFC 3686.",
    inputs: &[bytes("key", 16), bytes("nonce", 12), bytes("plaintext", 64)],
    outputs: &[bytes("ciphertext", 64)],
    build: |shape| {
        let (mut builder, inputs) = Builder::new(&[128, 96, 512]);
        let keys = KeySchedule::new(&mut builder, &inputs[0], shape);
        let ciphertext = counter_mode(&mut builder, &keys, &inputs[1], 1, &inputs[2], shape);
        builder.finish(vec![ciphertext])
    },
    published: None,
};

const COLLECTION: &str = "Bristol Fashion collection; S-box of Boyar and Peralta (SEC 2012)";

fn block_cipher(key_bytes: usize, shape: Shape) -> Circuit {
    let (mut builder, inputs) = Builder::new(&[8 * key_bytes, 128]);
    let keys = KeySchedule::new(&mut builder, &inputs[0], shape);
    let ciphertext = encrypt(&mut builder, &keys, &inputs[1], shape);
    builder.finish(vec![ciphertext])
}
