//! Gadgets of the catalogue against independent implementations, and their costs.

use proptest::collection::vec;
use proptest::prelude::*;

use super::SHAPES;
use super::byte_strings::{INSTANCES, Values, run};
use crate::gadgets::{Port, find};

/// AND gates and AND depth.
type Cost = (usize, usize);

/// Asserts what a gadget costs, for `FewAnds` and for `FewRounds`, and that `FewAnds` reaches the published figure.
#[track_caller]
pub(in crate::gadgets) fn costs(name: &str, expected: [Cost; 2]) {
    let gadget = find(name).expect("a gadget of the catalogue");
    let widths = |ports: &[Port]| ports.iter().map(|port| port.width).collect::<Vec<_>>();
    let costs = SHAPES.map(|shape| {
        let circuit = (gadget.build)(shape);
        assert_eq!(circuit.input_widths(), widths(gadget.inputs), "inputs of {name}");
        assert_eq!(circuit.output_widths(), widths(gadget.outputs), "outputs of {name}");
        (circuit.and_gates(), circuit.and_depth())
    });
    assert_eq!(costs, expected, "{name}");
    assert!(gadget.published.is_none_or(|published| costs[0].0 <= published.and_gates), "{name}");
}

/// Compares a gadget of one output, in both shapes, with `reference` on random inputs.
pub(in crate::gadgets) fn agrees(name: &str, reference: impl Fn(&[Vec<u8>]) -> Vec<u8>) {
    let gadget = find(name).expect("a gadget of the catalogue");
    for shape in SHAPES {
        let circuit = (gadget.build)(shape);
        let instance: Vec<_> = gadget.inputs.iter().map(|port| vec(any::<u8>(), port.width / 8)).collect();
        let config = ProptestConfig::with_cases(3);
        proptest!(config, |(instances in vec(instance, INSTANCES))| {
            let expected: Vec<Values> = instances.iter().map(|inputs| vec![reference(inputs)]).collect();
            prop_assert_eq!(run(&circuit, &instances), expected);
        });
    }
}
