//! Numbers on the wires of a circuit, as users write and read them.

use quorate_circuits::boolean::Circuit;
use serde_json::{Value, json};

use super::{BitOrder, Sidecar, SidecarPort, hexadecimal, parse_hexadecimal};
use crate::exit::{Exit, Failure};
use crate::output::grid;

/// What the values of a circuit are called, and which wire is which bit. Without a sidecar values have no names, and
/// the first wire is the least significant bit.
#[derive(Clone, Copy, Debug)]
pub struct Values<'a> {
    circuit: &'a Circuit,
    sidecar: Option<&'a Sidecar>,
}

impl<'a> Values<'a> {
    /// The values of a circuit, with its sidecar if one applies.
    pub fn new(circuit: &'a Circuit, sidecar: Option<&'a Sidecar>) -> Self {
        Self { circuit, sidecar }
    }

    /// The input bits in the order of the wires, from a hexadecimal number for each input value.
    ///
    /// # Errors
    /// Numbers that are missing, too many, no numbers, or too large.
    pub fn inputs(&self, given: &[String]) -> Result<Vec<bool>, Failure> {
        let widths = self.circuit.input_widths();
        if given.len() != widths.len() {
            let message = format!(
                "{} given, and the circuit has {}",
                counted(given.len(), "input is", "inputs are"),
                widths.len()
            );
            let hint = format!("give a hexadecimal number for each, in this order: {}", self.listed());
            return Err(Failure::new(Exit::BadInput, message).hint(hint));
        }
        let mut wires = Vec::with_capacity(self.circuit.input_wires());
        for (index, (text, &width)) in given.iter().zip(widths).enumerate() {
            let bits = parse_hexadecimal(text, width).map_err(|why| {
                let message = format!("--input {text}, which is {}: {why}", self.input_name(index));
                Failure::new(Exit::BadInput, message).hint(format!("the inputs are {}", self.listed()))
            })?;
            wires.extend(order(self.inputs_of_sidecar(), index).arranged(&bits));
        }
        Ok(wires)
    }

    /// The output values as hexadecimal numbers, from the output bits in the order of the wires.
    pub fn outputs(&self, wires: &[bool]) -> Vec<String> {
        let mut wires = wires;
        let values = self.circuit.output_widths().iter().enumerate().map(|(index, &width)| {
            let (value, rest) = wires.split_at(width);
            wires = rest;
            hexadecimal(&order(self.outputs_of_sidecar(), index).arranged(value))
        });
        values.collect()
    }

    /// The output values for people: one a line, behind their names if they have any.
    pub fn outputs_text(&self, wires: &[bool]) -> String {
        let values = self.outputs(wires);
        match self.sidecar {
            None => values.iter().map(|value| format!("{value}\n")).collect(),
            Some(sidecar) => {
                let names = sidecar.outputs.iter().map(|port| port.name.clone());
                grid(&["output", "value"], names.zip(values).map(|(name, value)| [name, value]))
            }
        }
    }

    /// The output values for programs: the numbers in order, and their names if they have any.
    pub fn outputs_json(&self, name: &str, wires: &[bool]) -> Value {
        let mut json = json!({ "circuit": name, "outputs": self.outputs(wires) });
        if let Some(sidecar) = self.sidecar {
            json["names"] = sidecar.outputs.iter().map(|port| port.name.as_str()).collect();
        }
        json
    }

    /// The inputs with their widths, for a hint.
    fn listed(&self) -> String {
        let widths = self.circuit.input_widths();
        if widths.is_empty() {
            return "none".into();
        }
        let list: Vec<String> = widths
            .iter()
            .enumerate()
            .map(|(index, width)| format!("{} ({})", self.input_name(index), counted(*width, "bit", "bits")))
            .collect();
        list.join(", ")
    }

    fn input_name(&self, index: usize) -> String {
        match self.inputs_of_sidecar().get(index) {
            Some(port) => port.name.clone(),
            None => format!("input {}", index + 1),
        }
    }

    fn inputs_of_sidecar(&self) -> &'a [SidecarPort] {
        self.sidecar.map_or(&[], |sidecar| &sidecar.inputs)
    }

    fn outputs_of_sidecar(&self) -> &'a [SidecarPort] {
        self.sidecar.map_or(&[], |sidecar| &sidecar.outputs)
    }
}

/// Evaluates one instance in the clear: output bits from input bits, both in the order of the wires.
///
/// # Panics
/// If there is not a bit for every input wire.
pub fn evaluate(circuit: &Circuit, inputs: &[bool]) -> Vec<bool> {
    let words: Vec<u64> = inputs.iter().map(|bit| u64::from(*bit)).collect();
    circuit.evaluate(&words).iter().map(|word| word & 1 == 1).collect()
}

fn order(ports: &[SidecarPort], index: usize) -> BitOrder {
    ports.get(index).map_or_else(BitOrder::default, |port| port.bit_order)
}

/// A number with its noun.
fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}
