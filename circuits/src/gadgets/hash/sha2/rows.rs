//! Rows of the catalogue.

use super::super::bytes;
use super::{SHA_256, SHA_512, Sha2};
use crate::boolean::{Builder, Circuit, Shape};
use crate::gadgets::{Gadget, Published};

/// SHA-256's compression function.
pub(in super::super) const SHA_256_COMPRESS: Gadget = Gadget {
    name: "sha-256-compress",
    doc: "The compression function of SHA-256: the chaining value after a block.",
    inputs: &[bytes("before", 32), bytes("block", 64)],
    outputs: &[bytes("after", 32)],
    build: |shape| compression(&SHA_256, shape),
    published: Some(Published { and_gates: 22_573, source: "Bristol Fashion collection" }),
};

/// SHA-256's compression function on the first block of a message.
pub(in super::super) const SHA_256_FIRST_BLOCK: Gadget = Gadget {
    name: "sha-256-first-block",
    doc: "The chaining value of SHA-256 after the first block of a message.",
    inputs: &[bytes("block", 64)],
    outputs: &[bytes("after", 32)],
    build: |shape| first_block(&SHA_256, shape),
    published: Some(Published { and_gates: 22_272, source: CCS_2017 }),
};

/// SHA-256 of a message that takes one block.
pub(in super::super) const SHA_256_OF_32_BYTES: Gadget = Gadget {
    name: "sha-256-of-32-bytes",
    doc: "SHA-256 of a message of 32 bytes, such as a key or a digest.",
    inputs: &[bytes("message", 32)],
    outputs: &[bytes("digest", 32)],
    build: |shape| digest(&SHA_256, 32, shape),
    published: None,
};

/// SHA-256 of a message that takes two blocks.
pub(in super::super) const SHA_256_OF_64_BYTES: Gadget = Gadget {
    name: "sha-256-of-64-bytes",
    doc: "SHA-256 of a message of 64 bytes, such as two digests in a Merkle tree.",
    inputs: &[bytes("message", 64)],
    outputs: &[bytes("digest", 32)],
    build: |shape| digest(&SHA_256, 64, shape),
    published: None,
};

/// SHA-512's compression function.
pub(in super::super) const SHA_512_COMPRESS: Gadget = Gadget {
    name: "sha-512-compress",
    doc: "The compression function of SHA-512: the chaining value after a block.",
    inputs: &[bytes("before", 64), bytes("block", 128)],
    outputs: &[bytes("after", 64)],
    build: |shape| compression(&SHA_512, shape),
    published: Some(Published { and_gates: 57_947, source: "Bristol Fashion collection" }),
};

/// SHA-512's compression function on the first block of a message.
pub(in super::super) const SHA_512_FIRST_BLOCK: Gadget = Gadget {
    name: "sha-512-first-block",
    doc: "The chaining value of SHA-512 after the first block of a message.",
    inputs: &[bytes("block", 128)],
    outputs: &[bytes("after", 64)],
    build: |shape| first_block(&SHA_512, shape),
    published: None,
};

/// SHA-512 of a message that takes one block.
pub(in super::super) const SHA_512_OF_64_BYTES: Gadget = Gadget {
    name: "sha-512-of-64-bytes",
    doc: "SHA-512 of a message of 64 bytes.",
    inputs: &[bytes("message", 64)],
    outputs: &[bytes("digest", 64)],
    build: |shape| digest(&SHA_512, 64, shape),
    published: None,
};

/// The circuit is described in Goldfeder, "A Boolean circuit for SHA-256".
const CCS_2017: &str = "Campanelli, Gennaro, Goldfeder and Nizzardo (CCS 2017)";

fn compression(hash: &Sha2, shape: Shape) -> Circuit {
    let (mut builder, inputs) = Builder::new(&[hash.digest_bits(), hash.block_bits()]);
    let after = hash.compress(&mut builder, &inputs[0], &inputs[1], shape);
    builder.finish(vec![after])
}

fn first_block(hash: &Sha2, shape: Shape) -> Circuit {
    let (mut builder, inputs) = Builder::new(&[hash.block_bits()]);
    let after = hash.compress(&mut builder, &hash.initial_value(), &inputs[0], shape);
    builder.finish(vec![after])
}

fn digest(hash: &Sha2, message_bytes: usize, shape: Shape) -> Circuit {
    let (mut builder, inputs) = Builder::new(&[8 * message_bytes]);
    let digest = hash.digest(&mut builder, &inputs[0], shape);
    builder.finish(vec![digest])
}
