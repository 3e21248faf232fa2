//! Rows of the catalogue.

use super::super::bytes;
use super::{permute, sha3_256};
use crate::boolean::{Builder, Circuit};
use crate::gadgets::{Gadget, Published};

/// The permutation.
pub(in super::super) const KECCAK_F: Gadget = Gadget {
    name: "keccak-f",
    doc: "The permutation Keccak-f[1600] of SHA-3.",
    inputs: &[bytes("before", 200)],
    outputs: &[bytes("after", 200)],
    build: |_| {
        let (mut builder, inputs) = Builder::new(&[1600]);
        let after = permute(&mut builder, &inputs[0]);
        builder.finish(vec![after])
    },
    published: Some(Published { and_gates: 38_400, source: "Bristol Fashion collection" }),
};

/// SHA3-256 of a short message.
pub(in super::super) const SHA3_256_OF_32_BYTES: Gadget = Gadget {
    name: "sha3-256-of-32-bytes",
    doc: "SHA3-256 of a message of 32 bytes, such as a key or a digest.",
    inputs: &[bytes("message", 32)],
    outputs: &[bytes("digest", 32)],
    build: |_| digest(32),
    published: None,
};

/// SHA3-256 of the longest message that takes one permutation.
pub(in super::super) const SHA3_256_OF_135_BYTES: Gadget = Gadget {
    name: "sha3-256-of-135-bytes",
    doc: "SHA3-256 of a message of 135 bytes, the most that one permutation takes.",
    inputs: &[bytes("message", 135)],
    outputs: &[bytes("digest", 32)],
    build: |_| digest(135),
    published: None,
};

fn digest(message_bytes: usize) -> Circuit {
    let (mut builder, inputs) = Builder::new(&[8 * message_bytes]);
    let digest = sha3_256(&mut builder, &inputs[0]);
    builder.finish(vec![digest])
}
