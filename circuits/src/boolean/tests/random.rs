//! Random circuits: the builder against naive evaluation.

use proptest::prelude::*;

use super::super::{Bits, Builder, Circuit, Wire};

/// A call of the builder, on wires chosen among those that exist by then.
#[derive(Clone, Copy, Debug)]
pub(super) enum Call {
    Xor(usize, usize),
    And(usize, usize),
    Or(usize, usize),
    Not(usize),
    Mux(usize, usize, usize),
}

fn call() -> impl Strategy<Value = Call> {
    // Few different operands, so that equal, complementary and repeated ones are frequent.
    let wire = || prop_oneof![2 => 0..10usize, 1 => any::<usize>()];
    prop_oneof![
        (wire(), wire()).prop_map(|(x, y)| Call::Xor(x, y)),
        (wire(), wire()).prop_map(|(x, y)| Call::And(x, y)),
        (wire(), wire()).prop_map(|(x, y)| Call::Or(x, y)),
        wire().prop_map(Call::Not),
        (wire(), wire(), wire()).prop_map(|(x, y, z)| Call::Mux(x, y, z)),
    ]
}

pub(super) fn calls() -> impl Strategy<Value = Vec<Call>> {
    prop::collection::vec(call(), 1..200)
}

/// Inputs of the random circuits: six words in two values.
const WIDTHS: [usize; 2] = [2, 4];

/// The circuit that the calls build, of which every third result is an output.
pub(super) fn build(calls: &[Call]) -> Circuit {
    let (mut builder, inputs) = Builder::new(&WIDTHS);
    let mut wires = vec![Wire::FALSE, Wire::TRUE];
    wires.extend(inputs.iter().flat_map(Bits::iter));
    for &call in calls {
        let wire = |index: usize| wires[index % wires.len()];
        let result = match call {
            Call::Xor(x, y) => builder.xor(wire(x), wire(y)),
            Call::And(x, y) => builder.and(wire(x), wire(y)),
            Call::Or(x, y) => builder.or(wire(x), wire(y)),
            Call::Not(x) => builder.not(wire(x)),
            Call::Mux(x, y, z) => builder.mux(wire(x), wire(y), wire(z)),
        };
        wires.push(result);
    }
    builder.finish(vec![wires.into_iter().skip(8).step_by(3).collect()])
}

/// What the calls mean, without any builder.
fn evaluate(calls: &[Call], inputs: &[u64]) -> Vec<u64> {
    let mut words = vec![0, u64::MAX];
    words.extend_from_slice(inputs);
    for &call in calls {
        let word = |index: usize| words[index % words.len()];
        words.push(match call {
            Call::Xor(x, y) => word(x) ^ word(y),
            Call::And(x, y) => word(x) & word(y),
            Call::Or(x, y) => word(x) | word(y),
            Call::Not(x) => !word(x),
            Call::Mux(x, y, z) => word(x) & word(y) | !word(x) & word(z),
        });
    }
    words.into_iter().skip(8).step_by(3).collect()
}

proptest! {
    #[test]
    fn simplification_keeps_the_meaning(calls in calls(), inputs: [u64; 6]) {
        prop_assert_eq!(build(&calls).evaluate(&inputs), evaluate(&calls, &inputs));
    }

    #[test]
    fn building_is_deterministic(calls in calls()) {
        prop_assert_eq!(build(&calls), build(&calls));
    }
}
