//! Evaluation of circuits on numbers, for the tests of the families.

use crate::boolean::{Bits, Builder, Circuit, Shape};
use crate::gadgets::Gadget;

pub(in crate::gadgets) const SHAPES: [Shape; 2] = [Shape::FewAnds, Shape::FewRounds];

/// The circuit of a gadget with inputs of these widths.
pub(in crate::gadgets) fn circuit(
    widths: &[usize],
    gadget: impl FnOnce(&mut Builder, &[Bits]) -> Vec<Bits>,
) -> Circuit {
    let (mut builder, inputs) = Builder::new(widths);
    let outputs = gadget(&mut builder, &inputs);
    builder.finish(outputs)
}

/// The numbers that leave the circuit for these, of at most 128 bits each.
pub(in crate::gadgets) fn run(circuit: &Circuit, inputs: &[u128]) -> Vec<u128> {
    let widths = circuit.input_widths();
    assert_eq!(inputs.len(), widths.len());
    let bits = inputs.iter().zip(widths).flat_map(|(&number, &width)| (0..width).map(move |bit| number >> bit & 1));
    let words: Vec<u64> = bits.map(|bit| bit as u64).collect();
    let mut outputs = circuit.evaluate(&words).into_iter().map(|word| u128::from(word & 1));
    let mut number = |&width: &usize| (0..width).zip(&mut outputs).fold(0, |number, (bit, one)| number | one << bit);
    circuit.output_widths().iter().map(&mut number).collect()
}

/// AND gates and AND depth.
pub(in crate::gadgets) fn cost(circuit: &Circuit) -> (usize, usize) {
    (circuit.and_gates(), circuit.and_depth())
}

/// What a gadget with inputs of these widths costs in both shapes.
pub(in crate::gadgets) fn costs(
    widths: &[usize],
    gadget: impl Fn(&mut Builder, &[Bits], Shape) -> Vec<Bits>,
) -> [(usize, usize); 2] {
    SHAPES.map(|shape| cost(&circuit(widths, |builder, inputs| gadget(builder, inputs, shape))))
}

/// Checks that the rows have the ports that they say and cost what is expected, that none exceeds what was published,
/// and that its shapes compute the same.
pub(in crate::gadgets) fn check_rows(gadgets: &[Gadget], expected: &[(&str, [(usize, usize); 2])]) {
    let costs: Vec<_> =
        gadgets.iter().map(|gadget| (gadget.name, SHAPES.map(|shape| cost(&(gadget.build)(shape))))).collect();
    assert_eq!(costs, expected);
    for gadget in gadgets {
        let [few, fast] = SHAPES.map(gadget.build);
        for circuit in [&few, &fast] {
            let widths = |ports: &[crate::gadgets::Port]| ports.iter().map(|port| port.width).collect::<Vec<_>>();
            assert_eq!(circuit.input_widths(), widths(gadget.inputs), "{}", gadget.name);
            assert_eq!(circuit.output_widths(), widths(gadget.outputs), "{}", gadget.name);
        }
        if let Some(published) = gadget.published {
            assert!(few.and_gates() <= published.and_gates, "{}: {}", gadget.name, few.and_gates());
        }
        // 64 instances at once, from a multiplicative sequence; the low ones are sparse and dense numbers.
        let words: Vec<u64> =
            (1..=few.input_wires() as u64).map(|wire| wire.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        assert_eq!(few.evaluate(&words), fast.evaluate(&words), "{}", gadget.name);
    }
}
