//! Networks of switches whose wiring does not depend on the data: sorting, permuting, shuffling.

mod exchange;
mod permute;
mod sort;

#[cfg(test)]
mod tests;

pub use exchange::exchange_where;
pub use permute::{NotAPermutation, permute, route, shuffle, switches};
pub use sort::{comparators, sort};

use super::{Gadget, Port, Reading};
use crate::boolean::{Bits, Builder, Circuit, Signedness};

/// 16 items of 32 bits, one after the other.
const ITEMS: Port = Port { name: "items", width: 16 * 32, reading: Reading::Bytes };
/// The same as they come out.
const ORDERED: Port = Port { name: "ordered", ..ITEMS };
/// As many as [`switches`] says for 16 items.
const SETTINGS: Port = Port { name: "settings", width: 49, reading: Reading::Bits };

/// The rows of the catalogue.
pub(super) const GADGETS: &[Gadget] = &[
    Gadget {
        name: "sort-16x32",
        doc: "16 natural numbers of 32 bits in ascending order.",
        inputs: &[ITEMS],
        outputs: &[ORDERED],
        build: |shape| build(&[ITEMS], |b, v| sort(b, &items(&v[0]), 32, Signedness::Unsigned, shape)),
        published: None,
    },
    Gadget {
        name: "permute-16x32",
        doc: "16 items of 32 bits in the order that the settings of a Waksman network give them.",
        inputs: &[ITEMS, SETTINGS],
        outputs: &[ORDERED],
        build: |_| build(&[ITEMS, SETTINGS], |b, v| permute(b, &items(&v[0]), &v[1])),
        published: None,
    },
    Gadget {
        name: "shuffle-16x32",
        doc: "16 items of 32 bits in an order that neither of two parties, each with its settings, knows.",
        inputs: &[ITEMS, SETTINGS, Port { name: "other-settings", ..SETTINGS }],
        outputs: &[ORDERED],
        build: |_| build(&[ITEMS, SETTINGS, SETTINGS], |b, v| shuffle(b, &items(&v[0]), &v[1..])),
        published: None,
    },
];

fn items(array: &Bits) -> Vec<Bits> {
    array.wires().chunks(32).map(|item| item.to_vec().into()).collect()
}

fn build(inputs: &[Port], gadget: impl FnOnce(&mut Builder, &[Bits]) -> Vec<Bits>) -> Circuit {
    let widths: Vec<usize> = inputs.iter().map(|port| port.width).collect();
    let (mut builder, inputs) = Builder::new(&widths);
    let ordered = gadget(&mut builder, &inputs);
    builder.finish(vec![ordered.iter().flat_map(Bits::iter).collect()])
}
