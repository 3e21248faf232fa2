//! Reading and writing at secret positions: lookup and write, of which every position costs the same and shows
//! nothing. One-hot codes are [`crate::boolean::integer::one_hot`].

mod write;

#[cfg(test)]
pub(super) mod evaluation;
#[cfg(test)]
mod tests;

pub use crate::boolean::integer::lookup;
pub use write::write;

use super::{Gadget, Port, Reading};
use crate::boolean::{Bits, Builder, Circuit, Shape};

/// 64 elements of 32 bits, one after the other.
const TABLE: Port = Port { name: "table", width: 64 * 32, reading: Reading::Bytes };
const INDEX: Port = Port { name: "index", width: 6, reading: Reading::Unsigned };
const ELEMENT: Port = Port { name: "element", width: 32, reading: Reading::Unsigned };

/// The rows of the catalogue.
pub(super) const GADGETS: &[Gadget] = &[
    Gadget {
        name: "lookup-64x32",
        doc: "The element at a secret index of 64 secret elements of 32 bits.",
        inputs: &[TABLE, INDEX],
        outputs: &[ELEMENT],
        build: |shape| build(&[TABLE, INDEX], |b, v| vec![lookup(b, &elements(&v[0], 32), &v[1], shape)]),
        published: None,
    },
    Gadget {
        name: "write-64x32",
        doc: "64 secret elements of 32 bits with the one at a secret index replaced.",
        inputs: &[TABLE, INDEX, ELEMENT],
        outputs: &[TABLE],
        build: |_: Shape| {
            build(&[TABLE, INDEX, ELEMENT], |b, v| {
                let written = write(b, &elements(&v[0], 32), &v[1], &v[2]);
                vec![written.iter().flat_map(Bits::iter).collect()]
            })
        },
        published: None,
    },
];

/// The elements of `width` bits that stand one after the other in `array`.
fn elements(array: &Bits, width: usize) -> Vec<Bits> {
    array.wires().chunks(width).map(|element| element.to_vec().into()).collect()
}

fn build(inputs: &[Port], gadget: impl FnOnce(&mut Builder, &[Bits]) -> Vec<Bits>) -> Circuit {
    let widths: Vec<usize> = inputs.iter().map(|port| port.width).collect();
    let (mut builder, inputs) = Builder::new(&widths);
    let outputs = gadget(&mut builder, &inputs);
    builder.finish(outputs)
}
