//! Builds circuits and simplifies them on the way.

use super::sharing::SharedGates;
use super::{Bits, Circuit, Gate, Wire};

/// A circuit under construction.
///
/// What never becomes a gate: operations on constants, on equal or on complementary operands (`x ^ x`, `x & x`,
/// `x & !x`), double negation, `(x ^ y) ^ y`, `(x & y) & y`, and anything that was built before, whichever way
/// round its operands were. Negations move out of XOR (`!x ^ y` is `!(x ^ y)`), so that the two share a gate.
/// What no output needs is dropped by [`Self::finish`].
///
/// The circuit depends on the calls alone: the same calls give the same gates in the same order.
///
/// Every wire passed in must come from the same builder; a wire that this builder does not have is a panic, and
/// one that it happens to have is taken for its own.
pub struct Builder {
    input_widths: Vec<usize>,
    /// The wire that the first gate drives.
    first_gate: usize,
    gates: Vec<Gate>,
    /// AND depth of each gate's output.
    depths: Vec<u32>,
    shared: SharedGates,
}

impl Builder {
    /// A builder for a circuit whose input values have these widths in bits, and the wires of each value.
    ///
    /// # Panics
    /// At 2^32 wires, as all methods that add gates.
    pub fn new(input_widths: &[usize]) -> (Self, Vec<Bits>) {
        let mut next = Wire::CONSTANTS;
        let inputs = input_widths
            .iter()
            .map(|&width| {
                let value = (next..next + width).map(Wire::at).collect();
                next += width;
                value
            })
            .collect();
        let builder = Self {
            input_widths: input_widths.to_vec(),
            first_gate: next,
            gates: Vec::new(),
            depths: Vec::new(),
            shared: SharedGates::new(),
        };
        (builder, inputs)
    }

    /// `x ^ y`.
    pub fn xor(&mut self, x: Wire, y: Wire) -> Wire {
        let (x, x_negated) = self.strip_not(x);
        let (y, y_negated) = self.strip_not(y);
        let sum = self.xor_stripped(x, y);
        if x_negated ^ y_negated { self.not(sum) } else { sum }
    }

    /// `x & y`.
    pub fn and(&mut self, x: Wire, y: Wire) -> Wire {
        if x == y || y == Wire::TRUE || self.has_factor(x, y) {
            return x;
        }
        if x == Wire::TRUE || self.has_factor(y, x) {
            return y;
        }
        // Different wires without their negations are equal: one is the complement of the other.
        let complementary = self.strip_not(x).0 == self.strip_not(y).0;
        if complementary || x == Wire::FALSE || y == Wire::FALSE {
            return Wire::FALSE;
        }
        self.push(Gate::And(x.min(y), x.max(y)))
    }

    /// `!x`.
    pub fn not(&mut self, x: Wire) -> Wire {
        match self.strip_not(x) {
            (inner, true) => inner,
            (Wire::FALSE, false) => Wire::TRUE,
            _ => self.push(Gate::Not(x)),
        }
    }

    /// `x | y`: one AND.
    pub fn or(&mut self, x: Wire, y: Wire) -> Wire {
        let (not_x, not_y) = (self.not(x), self.not(y));
        let neither = self.and(not_x, not_y);
        self.not(neither)
    }

    /// `on_true` where `condition` holds, `on_false` elsewhere: one AND.
    pub fn mux(&mut self, condition: Wire, on_true: Wire, on_false: Wire) -> Wire {
        let difference = self.xor(on_true, on_false);
        let change = self.and(condition, difference);
        self.xor(on_false, change)
    }

    /// The circuit with these output values, without the gates that none of them needs.
    pub fn finish(self, outputs: Vec<Bits>) -> Circuit {
        let output_widths = outputs.iter().map(Bits::width).collect();
        let outputs: Vec<Wire> = outputs.iter().flat_map(Bits::iter).collect();
        let live = self.live(&outputs);

        let mut renumbered: Vec<Wire> = (0..self.first_gate).map(Wire::at).collect();
        let mut gates = Vec::with_capacity(live.iter().filter(|&&live| live).count());
        for (gate, live) in self.gates.iter().zip(live) {
            // A dead gate takes the number of the next live one; no live gate reads it.
            renumbered.push(Wire::at(self.first_gate + gates.len()));
            if live {
                let new = |wire: Wire| renumbered[wire.index()];
                gates.push(match *gate {
                    Gate::Xor(x, y) => Gate::Xor(new(x), new(y)),
                    Gate::And(x, y) => Gate::And(new(x), new(y)),
                    Gate::Not(x) => Gate::Not(new(x)),
                });
            }
        }
        let outputs = outputs.iter().map(|wire| renumbered[wire.index()]).collect();
        Circuit::new(self.input_widths, output_widths, gates, outputs)
    }

    /// AND gates on the longest path to `wire` so far.
    pub fn and_depth(&self, wire: Wire) -> usize {
        match wire.index().checked_sub(self.first_gate) {
            Some(gate) => self.depths[gate] as usize,
            None => 0,
        }
    }

    /// Which gates some output needs.
    fn live(&self, outputs: &[Wire]) -> Vec<bool> {
        let mut live = vec![false; self.gates.len()];
        let mark = |live: &mut [bool], wire: Wire| {
            if let Some(gate) = wire.index().checked_sub(self.first_gate) {
                live[gate] = true;
            }
        };
        for &wire in outputs {
            mark(&mut live, wire);
        }
        for (index, gate) in self.gates.iter().enumerate().rev() {
            if live[index] {
                match *gate {
                    Gate::Xor(x, y) | Gate::And(x, y) => {
                        mark(&mut live, x);
                        mark(&mut live, y);
                    }
                    Gate::Not(x) => mark(&mut live, x),
                }
            }
        }
        live
    }

    /// `x ^ y` of wires that are no negations.
    fn xor_stripped(&mut self, x: Wire, y: Wire) -> Wire {
        if x == y {
            return Wire::FALSE;
        }
        if x == Wire::FALSE {
            return y;
        }
        if y == Wire::FALSE {
            return x;
        }
        match (self.other_term(x, y), self.other_term(y, x)) {
            (Some(rest), _) | (_, Some(rest)) => rest,
            _ => self.push(Gate::Xor(x.min(y), x.max(y))),
        }
    }

    /// `sum ^ term`, if `sum` is an XOR that `term` is an operand of.
    fn other_term(&self, sum: Wire, term: Wire) -> Option<Wire> {
        match self.gate(sum) {
            Some(Gate::Xor(x, y)) if x == term => Some(y),
            Some(Gate::Xor(x, y)) if y == term => Some(x),
            _ => None,
        }
    }

    /// Whether `product` is an AND that `factor` is an operand of.
    fn has_factor(&self, product: Wire, factor: Wire) -> bool {
        matches!(self.gate(product), Some(Gate::And(x, y)) if x == factor || y == factor)
    }

    /// The wire without its negation, and whether it had one; the constant 1 is the negation of 0.
    fn strip_not(&self, wire: Wire) -> (Wire, bool) {
        if wire == Wire::TRUE {
            return (Wire::FALSE, true);
        }
        match self.gate(wire) {
            Some(Gate::Not(inner)) => (inner, true),
            _ => (wire, false),
        }
    }

    /// The gate that drives `wire`, unless it is a constant or an input.
    fn gate(&self, wire: Wire) -> Option<Gate> {
        wire.index().checked_sub(self.first_gate).map(|gate| self.gates[gate])
    }

    /// The output of `gate`, which is added if it is new.
    fn push(&mut self, gate: Gate) -> Wire {
        let index = self.shared.find_or_push(gate, &mut self.gates);
        if index == self.depths.len() {
            let depth = match gate {
                Gate::Xor(x, y) => self.and_depth(x).max(self.and_depth(y)),
                Gate::And(x, y) => self.and_depth(x).max(self.and_depth(y)) + 1,
                Gate::Not(x) => self.and_depth(x),
            };
            self.depths.push(depth as u32);
        }
        Wire::at(self.first_gate + index)
    }
}
