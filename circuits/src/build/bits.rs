//! Bits, and the gate-level circuits that take them.

use super::ProgramBuilder;
use super::kind::{Bit, Kind, Number};
use super::shared::{SharedDraft, here};
use super::value::Value;
use super::visibility::Visibility;
use crate::program::{CircuitDeclaration, CircuitId, CircuitSource, Operation};
use crate::text::{Library, Sources as _};

impl<V: Visibility> Value<V, Number> {
    /// The bits of each whole number, least significant first, as a last dimension; the width holds its range.
    #[track_caller]
    pub fn bits(&self, width: u32) -> Value<V, Bit> {
        self.operation(Operation::Bits { width }, &[])
    }
}

impl<V: Visibility> Value<V, Bit> {
    /// Bits along the last dimension as a number from 0 on.
    #[track_caller]
    pub fn unsigned(&self) -> Value<V, Number> {
        self.operation(Operation::Number { signed: false }, &[])
    }

    /// Bits along the last dimension as a number in two's complement.
    #[track_caller]
    pub fn signed(&self) -> Value<V, Number> {
        self.operation(Operation::Number { signed: true }, &[])
    }
}

impl<V: Visibility, K: Kind> Value<V, K> {
    /// This vector and the other, end to end.
    #[track_caller]
    pub fn join(&self, other: &Self) -> Self {
        self.operation(Operation::Join, &[other])
    }
}

/// A gate-level circuit that a program calls.
#[derive(Clone, Debug)]
pub struct Circuit {
    draft: SharedDraft,
    id: CircuitId,
}

impl ProgramBuilder {
    /// A circuit of the gadget library, as `circuit NAME = "GADGET"` names it.
    #[track_caller]
    pub fn circuit(&self, name: &str, gadget: &str) -> Circuit {
        let source = Library.circuit(gadget).unwrap_or_else(|reason| {
            self.draft.refuse(here(), reason);
            let (builder, inputs) = crate::boolean::Builder::new(&[1]);
            CircuitSource::imported(builder.finish(inputs))
        });
        self.declare_circuit(name, gadget, source)
    }

    /// A circuit of one's own, made with [`crate::boolean::Builder`] or imported with [`crate::bristol`]. The program's
    /// text names it by `file`, and holds its digest: whoever reads the text has that file beside it.
    #[track_caller]
    pub fn own_circuit(&self, name: &str, file: &str, circuit: crate::boolean::Circuit) -> Circuit {
        self.declare_circuit(name, file, CircuitSource::imported(circuit))
    }

    #[track_caller]
    fn declare_circuit(&self, name: &str, origin: &str, source: CircuitSource) -> Circuit {
        let (name, origin, span) = (name.to_owned(), origin.to_owned(), here());
        let id = self.draft.edit(|draft| {
            draft.circuits.push(CircuitDeclaration { name, origin, source, span });
            CircuitId(draft.circuits.len() - 1)
        });
        Circuit { draft: self.draft.clone(), id }
    }
}

impl Circuit {
    /// The output bits, end to end, for the bits of each input value.
    #[track_caller]
    pub fn call<V: Visibility>(&self, inputs: &[&Value<V, Bit>]) -> Value<V, Bit> {
        let span = here();
        let nodes = inputs.iter().map(|input| input.own_node(&self.draft, span)).collect();
        Value::made(&self.draft, Operation::Circuit(self.id), nodes, span)
    }
}
