//! The finished circuit.

use std::sync::OnceLock;

use super::{Layers, Sums};

/// One bit of a circuit: a constant, an input bit or the output of a gate.
///
/// Wires are numbered: the two constants, then the input bits in order, then one wire per gate in gate order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wire(u32);

impl Wire {
    /// The constant 0.
    pub const FALSE: Self = Self(0);
    /// The constant 1.
    pub const TRUE: Self = Self(1);
    /// How many wires precede the inputs.
    pub(super) const CONSTANTS: usize = 2;

    /// Position in a table that has one entry per wire.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The constant wire that carries `bit`.
    pub const fn constant(bit: bool) -> Self {
        if bit { Self::TRUE } else { Self::FALSE }
    }

    /// Whether this is one of the two constants.
    pub const fn is_constant(self) -> bool {
        self.index() < Self::CONSTANTS
    }

    /// # Panics
    /// At 2^32 wires.
    pub(super) fn at(index: usize) -> Self {
        Self(u32::try_from(index).expect("a circuit has fewer than 2^32 wires"))
    }
}

/// A gate; its output wire is implied by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Exclusive or: local in every protocol.
    Xor(Wire, Wire),
    /// Conjunction: the one gate that costs.
    And(Wire, Wire),
    /// Negation: local in every protocol.
    Not(Wire),
}

/// A boolean circuit in topological order: gates read only constants, inputs and the outputs of earlier gates.
///
/// Only [`super::Builder::finish`] makes one, so a circuit that exists is well formed and has no dead gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circuit {
    input_widths: Vec<usize>,
    output_widths: Vec<usize>,
    input_wires: usize,
    gates: Vec<Gate>,
    outputs: Vec<Wire>,
    and_gates: usize,
    layers: Layers,
    sums: Found,
}

/// The sums of a circuit, once somebody has asked for them. They follow from the gates, so they make no difference.
#[derive(Clone, Debug, Default)]
struct Found(OnceLock<Sums>);

impl PartialEq for Found {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Found {}

impl Circuit {
    /// Bytes of a gate in memory, with its place in a layer.
    pub const GATE_BYTES: usize = size_of::<Gate>() + size_of::<u32>();

    /// `gates` must be in topological order; the builder sees to it.
    pub(super) fn new(
        input_widths: Vec<usize>,
        output_widths: Vec<usize>,
        gates: Vec<Gate>,
        outputs: Vec<Wire>,
    ) -> Self {
        let input_wires = input_widths.iter().sum();
        let and_gates = gates.iter().filter(|gate| matches!(gate, Gate::And(..))).count();
        let layers = Layers::schedule(Wire::CONSTANTS + input_wires, &gates);
        Self { input_widths, output_widths, input_wires, gates, outputs, and_gates, layers, sums: Found::default() }
    }

    /// The same circuit with all its output values as one, end to end.
    #[must_use]
    pub fn with_joined_outputs(self) -> Self {
        Self { output_widths: vec![self.outputs.len()], ..self }
    }

    /// Bits of each input value; within a value the least significant bit comes first.
    pub fn input_widths(&self) -> &[usize] {
        &self.input_widths
    }

    /// Bits of each output value.
    pub fn output_widths(&self) -> &[usize] {
        &self.output_widths
    }

    /// Input bits of all values together.
    pub fn input_wires(&self) -> usize {
        self.input_wires
    }

    /// The gates, in topological order.
    pub fn gates(&self) -> &[Gate] {
        &self.gates
    }

    /// The wires of all output values, one value after the other; constants and inputs can be among them.
    pub fn outputs(&self) -> &[Wire] {
        &self.outputs
    }

    /// All wires: constants, inputs and one per gate.
    pub fn wires(&self) -> usize {
        self.first_gate() + self.gates.len()
    }

    /// The wire that gate number `gate` drives.
    pub fn gate_output(&self, gate: usize) -> Wire {
        Wire::at(self.first_gate() + gate)
    }

    /// How many gates are AND gates.
    pub fn and_gates(&self) -> usize {
        self.and_gates
    }

    /// The most AND gates on a path: the rounds of an interactive protocol.
    pub fn and_depth(&self) -> usize {
        self.layers.and_depth()
    }

    /// The gates grouped by rounds.
    pub fn layers(&self) -> &Layers {
        &self.layers
    }

    /// The AND gates of each layer that are only added up.
    pub fn sums(&self) -> &Sums {
        self.sums.0.get_or_init(|| Sums::find(self.first_gate(), &self.gates, &self.outputs, &self.layers))
    }

    fn first_gate(&self) -> usize {
        Wire::CONSTANTS + self.input_wires
    }
}
