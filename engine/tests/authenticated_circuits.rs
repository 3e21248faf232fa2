//! Circuits under authenticated garbling against the same circuits in the clear. Every play is compared with the paper
//! twin too.

mod authenticated_parties;

use authenticated_parties::Calling;
use proptest::prelude::*;
use quorate_circuits::boolean::{Bits, Builder, Circuit, Shape, Wire, integer};

/// A call of the builder on wires chosen among those that exist by then.
#[derive(Clone, Copy, Debug)]
enum Call {
    Xor(usize, usize),
    And(usize, usize),
    Not(usize),
    Mux(usize, usize, usize),
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let wire = any::<usize>;
    let call = prop_oneof![
        2 => (wire(), wire()).prop_map(|(x, y)| Call::Xor(x, y)),
        3 => (wire(), wire()).prop_map(|(x, y)| Call::And(x, y)),
        1 => wire().prop_map(Call::Not),
        1 => (wire(), wire(), wire()).prop_map(|(x, y, z)| Call::Mux(x, y, z)),
    ];
    prop::collection::vec(call, 0..250)
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
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]
    #[test]
    fn random_circuits(
        calls in calls(),
        parties in prop::sample::select(vec![2_usize, 3, 5]),
        instances in 0_usize..40,
        seed: u64,
    ) {
        Calling::new(parties, circuit_of(&calls), instances, seed).check();
    }
}

/// Products, one after the other.
fn products(count: usize) -> Circuit {
    let (mut builder, inputs) = Builder::new(&[32, 32]);
    let mut product = inputs[0].clone();
    for _ in 0..count {
        product = integer::multiply(&mut builder, &product, &inputs[1], Shape::FewAnds);
    }
    builder.finish(vec![product])
}

#[test]
fn several_messages_of_tables() {
    for parties in [2, 3] {
        Calling::new(parties, products(3), 37, 6).check();
    }
}
