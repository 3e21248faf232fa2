//! Circuits that a program calls.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::Span;
use crate::boolean::{Circuit, Gate, Shape};
use crate::gadgets::Gadget;
use crate::gadgets::fixed::decimal::{DecimalFunction, Definition};
use crate::lower::{Lookup, Table};

/// A circuit that a program names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CircuitDeclaration {
    /// Its name in the program.
    pub name: String,
    /// Where it is from: a gadget of the library, or a file.
    pub origin: String,
    /// The circuit.
    pub source: CircuitSource,
    /// Where it is declared.
    pub span: Span,
}

/// A circuit, in the shapes there are of it.
#[derive(Clone, Debug)]
pub struct CircuitSource {
    made: Made,
    /// The circuit with few AND gates, all outputs end to end.
    few_ands: Arc<Circuit>,
    digest: [u8; 32],
}

#[derive(Clone, Debug)]
enum Made {
    Gadget(&'static Gadget),
    Lookup(Arc<Lookup>),
    Approximation(Arc<Definition>),
    Imported,
}

impl PartialEq for CircuitSource {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl Eq for CircuitSource {}

impl CircuitSource {
    /// A gadget of the library; its variant for few rounds is built when it is wanted.
    pub fn gadget(gadget: &'static Gadget) -> Self {
        Self::new(Made::Gadget(gadget), (gadget.build)(Shape::FewAnds))
    }

    /// A lookup; its variant for few rounds is built when it is wanted.
    pub(crate) fn lookup(lookup: Lookup) -> Self {
        let few_ands = lookup.circuit(Shape::FewAnds);
        Self::new(Made::Lookup(Arc::new(lookup)), few_ands)
    }

    /// Whether it is a lookup in a table that is its first input.
    pub(crate) fn looks_up_first_input(&self) -> bool {
        matches!(&self.made, Made::Lookup(lookup) if matches!(lookup.table, Table::Given(_)))
    }

    /// A function of decimal numbers; its variant for few rounds is built when it is wanted.
    pub(crate) fn approximation(definition: Definition) -> Self {
        let few_ands = definition.circuit(Shape::FewAnds);
        Self::new(Made::Approximation(Arc::new(definition)), few_ands)
    }

    /// The function of decimal numbers that it computes, if it is one.
    pub(crate) fn approximated(&self) -> Option<&DecimalFunction> {
        match &self.made {
            Made::Approximation(definition) => Some(definition.function()),
            _ => None,
        }
    }

    /// An imported circuit, which has one shape only.
    pub fn imported(circuit: Circuit) -> Self {
        Self::new(Made::Imported, circuit)
    }

    fn new(made: Made, circuit: Circuit) -> Self {
        let few_ands = Arc::new(circuit.with_joined_outputs());
        Self { made, digest: digest(&few_ands), few_ands }
    }

    /// The circuit in the shape wanted, if there is one of it; all its outputs end to end.
    pub fn circuit(&self, shape: Shape) -> Arc<Circuit> {
        match (&self.made, shape) {
            (Made::Gadget(gadget), Shape::FewRounds) => Arc::new((gadget.build)(shape).with_joined_outputs()),
            (Made::Lookup(lookup), Shape::FewRounds) => Arc::new(lookup.circuit(shape)),
            (Made::Approximation(definition), Shape::FewRounds) => Arc::new(definition.circuit(shape)),
            _ => self.few_ands.clone(),
        }
    }

    /// Bits of each input value.
    pub fn input_widths(&self) -> &[usize] {
        self.few_ands.input_widths()
    }

    /// Bits of all output values together.
    pub fn output_width(&self) -> usize {
        self.few_ands.outputs().len()
    }

    /// SHA-256 over the circuit with few AND gates: widths of inputs, gates, outputs.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }
}

impl std::hash::Hash for CircuitSource {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.digest.hash(state);
    }
}

fn digest(circuit: &Circuit) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"quorate circuit form 1\n");
    let mut number = |n: usize| hash.update((n as u64).to_le_bytes());
    number(circuit.input_widths().len());
    circuit.input_widths().iter().for_each(|width| number(*width));
    number(circuit.gates().len());
    for gate in circuit.gates() {
        let (kind, x, y) = match *gate {
            Gate::Xor(x, y) => (0, x.index(), y.index()),
            Gate::And(x, y) => (1, x.index(), y.index()),
            Gate::Not(x) => (2, x.index(), x.index()),
        };
        [kind, x, y].into_iter().for_each(&mut number);
    }
    number(circuit.outputs().len());
    circuit.outputs().iter().for_each(|wire| number(wire.index()));
    hash.finalize().into()
}
