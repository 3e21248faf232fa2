//! A circuit as a picture, collapsed by structure so that its size does not matter.
//!
//! From left to right runs the AND depth, which is the rounds of a protocol that pays for them: one column per layer, or
//! per several layers of a deep circuit. A column is as high as its gates are many; its AND gates are coloured by their
//! number, the gates that cost nothing are grey. Above, a lane for each input shows where its bits are read; below, how
//! many wires are carried on from column to column, and a lane for each output shows where its bits are ready.

mod page;
mod profile;

use super::{NamedCircuit, Sidecar};
use page::Page;
use profile::Profile;

/// The picture of the circuit that runs, as SVG. Values have the names of the sidecar, or of the gadget.
pub fn draw(named: &NamedCircuit, sidecar: Option<&Sidecar>) -> String {
    let of_gadget = named.gadget.map(Sidecar::of_gadget);
    let sidecar = sidecar.or(of_gadget.as_ref());
    let names = |names: Option<Vec<String>>| names.unwrap_or_default();
    let inputs = names(sidecar.map(|sidecar| sidecar.inputs.iter().map(|port| port.name.clone()).collect()));
    let outputs = names(sidecar.map(|sidecar| sidecar.outputs.iter().map(|port| port.name.clone()).collect()));
    Page::new(&named.name, &Profile::of(&named.circuit, &inputs, &outputs)).svg()
}
