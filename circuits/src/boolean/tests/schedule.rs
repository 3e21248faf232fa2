//! The schedule by layers.

use proptest::prelude::*;

use super::super::{Builder, Circuit, Gate, Wire};
use super::random::{build, calls};

/// Evaluates layer by layer, as an interactive protocol does: the AND gates of a layer read only what was computed
/// before any of them. Fails on an operand that is missing and on a gate that comes twice.
fn evaluate_by_layers(circuit: &Circuit, inputs: &[u64]) -> Vec<u64> {
    let mut words = vec![None; circuit.wires()];
    words[Wire::FALSE.index()] = Some(0);
    words[Wire::TRUE.index()] = Some(u64::MAX);
    for (word, &input) in words[2..].iter_mut().zip(inputs) {
        *word = Some(input);
    }
    for layer in circuit.layers().iter() {
        for &gate in layer.local {
            compute(circuit, gate, &words.clone(), &mut words);
        }
        let before = words.clone();
        for &gate in layer.ands {
            compute(circuit, gate, &before, &mut words);
        }
    }
    assert!(words.iter().all(Option::is_some), "every gate is in a layer");
    circuit.outputs().iter().filter_map(|wire| words[wire.index()]).collect()
}

fn compute(circuit: &Circuit, gate: u32, before: &[Option<u64>], words: &mut [Option<u64>]) {
    let word = |wire: Wire| before[wire.index()].expect("operands are computed");
    let result = match circuit.gates()[gate as usize] {
        Gate::Xor(x, y) => word(x) ^ word(y),
        Gate::And(x, y) => word(x) & word(y),
        Gate::Not(x) => !word(x),
    };
    let place = &mut words[circuit.gate_output(gate as usize).index()];
    assert!(place.replace(result).is_none(), "a gate is in one layer only");
}

proptest! {
    #[test]
    fn layers_compute_the_circuit(calls in calls(), inputs: [u64; 6]) {
        let circuit = build(&calls);
        prop_assert_eq!(evaluate_by_layers(&circuit, &inputs), circuit.evaluate(&inputs));
    }

    #[test]
    fn layers_hold_the_kinds_they_name(calls in calls()) {
        let circuit = build(&calls);
        let layers: Vec<_> = circuit.layers().iter().collect();
        prop_assert_eq!(layers.len(), circuit.layers().len());
        prop_assert_eq!(layers.iter().map(|layer| layer.ands.len()).sum::<usize>(), circuit.and_gates());
        prop_assert_eq!(layers.iter().filter(|layer| !layer.ands.is_empty()).count(), circuit.and_depth());
        let is_and = |&gate: &u32| matches!(circuit.gates()[gate as usize], Gate::And(..));
        for (index, layer) in layers.iter().enumerate() {
            prop_assert!(layer.ands.iter().all(is_and) && !layer.local.iter().any(is_and));
            prop_assert!(!layer.ands.is_empty() || index + 1 == layers.len());
        }
    }
}

#[test]
fn a_circuit_without_gates_has_no_layer() {
    let (builder, inputs) = Builder::new(&[3]);
    let circuit = builder.finish(inputs);
    assert!(circuit.layers().is_empty());
    assert_eq!(circuit.and_depth(), 0);
    assert_eq!(circuit.evaluate(&[1, 2, 3]), [1, 2, 3]);
}
