//! Distances between strings, and membership of sets.

mod bloom;
mod edit;
mod hamming;

#[cfg(test)]
mod tests;

pub use bloom::bloom_contains;
pub use edit::edit_distance;
pub use hamming::{hamming, hamming_of_symbols};

use super::{Gadget, Port, Reading};
use crate::boolean::{Bits, Builder, Circuit};

const fn bytes(name: &'static str, bytes: usize) -> Port {
    Port { name, width: 8 * bytes, reading: Reading::Bytes }
}

/// A position in a filter of 1,024 bits.
const fn position(name: &'static str) -> Port {
    Port { name, width: 10, reading: Reading::Unsigned }
}

const FILTER: Port = Port { name: "filter", width: 1024, reading: Reading::Bits };

/// The rows of the catalogue.
pub(super) const GADGETS: &[Gadget] = &[
    Gadget {
        name: "hamming-distance-256",
        doc: "In how many bits two strings of 32 bytes differ.",
        inputs: &[bytes("x", 32), bytes("y", 32)],
        outputs: &[Port { name: "distance", width: 9, reading: Reading::Unsigned }],
        build: |shape| build(&[256, 256], |b, v| hamming(b, &v[0], &v[1], shape)),
        published: None,
    },
    Gadget {
        name: "edit-distance-16x8",
        doc: "The Levenshtein distance of two strings of 16 bytes.",
        inputs: &[bytes("x", 16), bytes("y", 16)],
        outputs: &[Port { name: "distance", width: 5, reading: Reading::Unsigned }],
        build: |shape| build(&[128, 128], |b, v| edit_distance(b, &symbols(&v[0]), &symbols(&v[1]), shape)),
        published: None,
    },
    Gadget {
        name: "bloom-filter-1024x4",
        doc: "Whether a Bloom filter of 1,024 bits has a 1 at four secret positions.",
        inputs: &[FILTER, position("first"), position("second"), position("third"), position("fourth")],
        outputs: &[Port { name: "contained", width: 1, reading: Reading::Bits }],
        build: |shape| build(&[1024, 10, 10, 10, 10], |b, v| bloom_contains(b, &v[0], &v[1..], shape).into()),
        published: None,
    },
];

/// The bytes of a string.
fn symbols(string: &Bits) -> Vec<Bits> {
    string.wires().chunks(8).map(|symbol| symbol.to_vec().into()).collect()
}

fn build(widths: &[usize], gadget: impl FnOnce(&mut Builder, &[Bits]) -> Bits) -> Circuit {
    let (mut builder, inputs) = Builder::new(widths);
    let output = gadget(&mut builder, &inputs);
    builder.finish(vec![output])
}
