//! Every gadget against machine arithmetic, its cost against its documentation, the builder against naive evaluation.

mod arithmetic;
mod builder;
mod choice;
mod costs;
mod dividend;
mod division;
mod evaluator;
mod positions;
mod random;
mod schedule;

use proptest::prelude::*;

use super::{Bits, Builder, Circuit, Shape};

const SHAPES: [Shape; 2] = [Shape::FewAnds, Shape::FewRounds];

/// How many instances [`Circuit::evaluate`] runs at once.
const INSTANCES: usize = 64;

/// The circuit of a gadget with inputs of these widths.
fn circuit(widths: &[usize], gadget: impl FnOnce(&mut Builder, &[Bits]) -> Bits) -> Circuit {
    let (mut builder, inputs) = Builder::new(widths);
    let output = gadget(&mut builder, &inputs);
    builder.finish(vec![output])
}

/// The numbers that leave the circuit for each instance's numbers, of at most 128 bits each.
fn run(circuit: &Circuit, instances: &[Vec<u128>]) -> Vec<Vec<u128>> {
    assert!(instances.len() <= INSTANCES);
    let mut words = Vec::new();
    for (value, &width) in circuit.input_widths().iter().enumerate() {
        for bit in 0..width {
            let bits = instances.iter().map(|numbers| (numbers[value] >> bit) as u64 & 1);
            words.push(bits.enumerate().fold(0, |word, (instance, bit)| word | bit << instance));
        }
    }
    let outputs = circuit.evaluate(&words);
    (0..instances.len())
        .map(|instance| {
            let mut bits = outputs.iter().map(|word| u128::from(word >> instance & 1));
            let mut number = |width| (0..width).zip(&mut bits).fold(0, |number, (place, bit)| number | bit << place);
            circuit.output_widths().iter().map(|&width| number(width)).collect()
        })
        .collect()
}

/// Checks a gadget of one output against `expected`, whose result counts mod 2^(output width).
fn check(
    widths: &[usize],
    instances: &[Vec<u128>],
    gadget: impl FnOnce(&mut Builder, &[Bits]) -> Bits,
    expected: impl Fn(&[u128]) -> u128,
) {
    let circuit = circuit(widths, gadget);
    let out_width = circuit.output_widths()[0];
    for (instance, outputs) in instances.iter().zip(run(&circuit, instances)) {
        let numbers: Vec<u128> = instance.iter().zip(widths).map(|(&n, &width)| low(n, width)).collect();
        assert_eq!(outputs, [low(expected(&numbers), out_width)], "of {numbers:?} in {widths:?} bits");
    }
}

/// `number` mod 2^width.
fn low(number: u128, width: usize) -> u128 {
    if width < 128 { number & ((1 << width) - 1) } else { number }
}

/// The `width` bits of `number` as two's complement.
fn signed(number: u128, width: usize) -> i128 {
    let unused = 128 - width as u32;
    if unused == 128 { 0 } else { (number << unused) as i128 >> unused }
}

/// Instances of `values` numbers each, in which both random numbers and those near the ends of ranges are frequent.
fn instances(values: usize) -> impl Strategy<Value = Vec<Vec<u128>>> {
    let number = prop_oneof![
        4 => any::<u128>(),
        1 => 0..4u128,
        1 => (0..4u128).prop_map(|below| u128::MAX - below),
        1 => (0..128u32).prop_map(|bit| 1 << bit),
        1 => (0..128u32).prop_map(|bit| (1 << bit) - 1),
    ];
    prop::collection::vec(prop::collection::vec(number, values), INSTANCES)
}

/// Widths of which the narrow ones, with their special cases, are frequent.
fn width(max: usize) -> impl Strategy<Value = usize> {
    prop_oneof![1 => 0..=8usize, 2 => 0..=max]
}
