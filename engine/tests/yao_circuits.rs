//! Garbled circuits against the same circuits in the clear. Every play is compared with the paper twin too.

mod yao_parties;

use proptest::prelude::*;
use quorate_circuits::boolean::{Bits, Builder, Circuit, Shape, Signedness, Wire, integer};
use yao_parties::Calling;

/// A call of the builder on wires chosen among those that exist by then.
#[derive(Clone, Copy, Debug)]
enum Call {
    Xor(usize, usize),
    And(usize, usize),
    Not(usize),
    Mux(usize, usize, usize),
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let wire = || prop_oneof![1 => 0..12_usize, 3 => any::<usize>()];
    let call = prop_oneof![
        2 => (wire(), wire()).prop_map(|(x, y)| Call::Xor(x, y)),
        3 => (wire(), wire()).prop_map(|(x, y)| Call::And(x, y)),
        1 => wire().prop_map(Call::Not),
        1 => (wire(), wire(), wire()).prop_map(|(x, y, z)| Call::Mux(x, y, z)),
    ];
    prop::collection::vec(call, 0..400)
}

/// The circuit of these calls. Constants, inputs and every fourth result are outputs.
fn circuit_of(calls: &[Call]) -> Circuit {
    let (mut builder, inputs) = Builder::new(&[3, 5, 4]);
    let mut wires = vec![Wire::FALSE, Wire::TRUE];
    wires.extend(inputs.iter().flat_map(Bits::iter));
    for call in calls {
        // Operands are near the end as often as anywhere, so that circuits are deep as well as wide.
        let wire = |index: usize| {
            let place = index % wires.len();
            if index & 1 << 20 == 0 { wires[place] } else { wires[wires.len() - 1 - place % 8] }
        };
        let result = match *call {
            Call::Xor(x, y) => builder.xor(wire(x), wire(y)),
            Call::And(x, y) => builder.and(wire(x), wire(y)),
            Call::Not(x) => builder.not(wire(x)),
            Call::Mux(x, y, z) => builder.mux(wire(x), wire(y), wire(z)),
        };
        wires.push(result);
    }
    let (low, rest) = wires.split_at(14);
    let results: Vec<Wire> = rest.iter().copied().step_by(4).collect();
    let outputs = results.chunks(100).map(|part| part.to_vec().into());
    builder.finish(std::iter::once(low.to_vec().into()).chain(outputs).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn random_circuits(calls in calls(), instances in 0_usize..20, seed: u64) {
        Calling::new(circuit_of(&calls), instances, seed).check();
    }
}

#[test]
fn batches_of_every_size() {
    let (mut builder, inputs) = Builder::new(&[16, 16]);
    let sum = integer::add(&mut builder, &inputs[0], &inputs[1], Shape::FewAnds);
    let less = integer::less_than(&mut builder, &inputs[0], &inputs[1], Signedness::Signed, Shape::FewAnds);
    let circuit = builder.finish(vec![sum, less.into()]);
    for instances in [0, 1, 7, 8, 9, 63, 64, 1000] {
        Calling::new(circuit.clone(), instances, 1).check();
    }
}

#[test]
fn arithmetic_in_both_shapes() {
    for shape in [Shape::FewAnds, Shape::FewRounds] {
        let (mut builder, inputs) = Builder::new(&[32, 32]);
        let (x, y) = (&inputs[0], &inputs[1]);
        let product = integer::multiply_wide(&mut builder, x, y, Signedness::Signed, shape);
        let difference = integer::sub(&mut builder, x, y, shape);
        let greatest = integer::max(&mut builder, x, y, Signedness::Unsigned, shape);
        let equal = integer::equal(&mut builder, x, y);
        let circuit = builder.finish(vec![product, difference, greatest, equal.into()]);
        Calling::new(circuit, 41, 2).check();
    }
}

/// More AND gates than a message holds for one bundle, many live wires, and instances left over.
#[test]
fn circuits_longer_than_a_message() {
    let (mut builder, inputs) = Builder::new(&[64, 64]);
    let mut product = inputs[0].clone();
    for _ in 0..6 {
        product = integer::multiply(&mut builder, &product, &inputs[1], Shape::FewAnds);
    }
    let circuit = builder.finish(vec![product]);
    assert!(circuit.and_gates() > 10_000);
    Calling::new(circuit.clone(), 1, 3).check();
    Calling::new(circuit, 37, 4).check();
}

/// Constants, negations of negations, and sums of a wire with itself: what free XOR gets wrong easily.
#[test]
fn colours_survive_constants_and_negations() {
    let (mut builder, inputs) = Builder::new(&[2, 2]);
    let (a, b) = (inputs[0][0], inputs[1][0]);
    let not_a = builder.not(a);
    let not_b = builder.not(b);
    let mut chain = builder.xor(not_a, b);
    for _ in 0..5 {
        let sum = builder.xor(chain, not_b);
        let negated = builder.not(sum);
        chain = builder.and(negated, not_a);
    }
    let nothing = builder.xor(a, a);
    let everything = builder.xor(a, not_a);
    let nor = builder.and(not_a, not_b);
    let constant_and = builder.and(Wire::TRUE, not_b);
    let outputs = vec![a, not_a, nothing, everything, nor, constant_and, chain, Wire::FALSE, Wire::TRUE, a];
    let circuit = builder.finish(vec![outputs.into(), inputs[1].clone(), Bits::constant(5, 3)]);
    let inputs: Vec<Vec<u128>> = vec![(0..16).map(|i| i % 4).collect(), (0..16).map(|i| i / 4).collect()];
    Calling { circuit: std::sync::Arc::new(circuit), inputs }.check();
}
