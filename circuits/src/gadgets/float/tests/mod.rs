//! Every gadget against the machine's own arithmetic, and against all pairs of numbers in formats small enough.

mod arithmetic;
mod comparisons;
mod conversions;
mod costs;
mod integers;
mod operands;
mod small;
mod wide;

use super::Format;
use crate::boolean::{Bits, Builder, Circuit, Shape};

const SHAPES: [Shape; 2] = [Shape::FewAnds, Shape::FewRounds];

const F32: Format = Format::BINARY32;
const F64: Format = Format::BINARY64;

/// How many instances [`Circuit::evaluate`] runs at once.
const INSTANCES: usize = 64;

/// The circuit of a gadget with inputs of these widths.
fn circuit(widths: &[usize], gadget: impl FnOnce(&mut Builder, &[Bits]) -> Bits) -> Circuit {
    let (mut builder, inputs) = Builder::new(widths);
    let output = gadget(&mut builder, &inputs);
    builder.finish(vec![output])
}

/// Checks a gadget on two numbers in both shapes, on all pairs.
#[track_caller]
fn check_pairs(
    widths: [usize; 2],
    pairs: &[[u64; 2]],
    gadget: impl Fn(&mut Builder, &[Bits], Shape) -> Bits,
    expected: impl Fn(u64, u64) -> u64,
) {
    for shape in SHAPES {
        let circuit = circuit(&widths, |builder, inputs| gadget(builder, inputs, shape));
        check(&circuit, pairs, |&[x, y]| expected(x, y), shape);
    }
}

/// Checks a gadget on one number in both shapes, on all numbers.
#[track_caller]
fn check_numbers(
    width: usize,
    numbers: &[u64],
    gadget: impl Fn(&mut Builder, &Bits, Shape) -> Bits,
    expected: impl Fn(u64) -> u64,
) {
    let numbers: Vec<[u64; 1]> = numbers.iter().map(|&number| [number]).collect();
    for shape in SHAPES {
        let circuit = circuit(&[width], |builder, inputs| gadget(builder, &inputs[0], shape));
        check(&circuit, &numbers, |&[x]| expected(x), shape);
    }
}

/// Checks a circuit of one output on all `instances`, 64 at a time.
#[track_caller]
fn check<const N: usize>(circuit: &Circuit, instances: &[[u64; N]], expected: impl Fn(&[u64; N]) -> u64, shape: Shape) {
    assert_eq!(circuit.input_widths().len(), N);
    for batch in instances.chunks(INSTANCES) {
        let mut words = Vec::with_capacity(circuit.input_wires());
        for (value, &width) in circuit.input_widths().iter().enumerate() {
            let mut rows = [0; INSTANCES];
            for (row, instance) in rows.iter_mut().zip(batch) {
                *row = instance[value];
            }
            transpose(&mut rows);
            words.extend_from_slice(&rows[..width]);
        }
        let mut outputs = [0; INSTANCES];
        let bits = circuit.evaluate(&words);
        outputs[..bits.len()].copy_from_slice(&bits);
        transpose(&mut outputs);
        for (instance, &output) in batch.iter().zip(&outputs) {
            let expected = expected(instance);
            assert!(output == expected, "{shape:?} of {instance:x?}: {output:x} instead of {expected:x}");
        }
    }
}

/// Exchanges bit i of word j and bit j of word i, by quarters, sixteenths and so on (Warren, Hacker's Delight, 7-3).
fn transpose(words: &mut [u64; INSTANCES]) {
    let mut mask = u64::from(u32::MAX);
    let mut distance = INSTANCES / 2;
    while distance > 0 {
        for low in (0..INSTANCES).filter(|index| index & distance == 0) {
            let high = low + distance;
            let exchanged = (words[low] >> distance ^ words[high]) & mask;
            words[low] ^= exchanged << distance;
            words[high] ^= exchanged;
        }
        distance /= 2;
        mask ^= mask << distance;
    }
}

#[test]
fn words_are_transposed() {
    let mut random = operands::Random::new(1);
    let words: [u64; INSTANCES] = std::array::from_fn(|_| random.next());
    let mut transposed = words;
    transpose(&mut transposed);
    for (row, word) in words.iter().enumerate() {
        for (column, other) in transposed.iter().enumerate() {
            assert_eq!(word >> column & 1, other >> row & 1);
        }
    }
}

#[test]
fn formats_are_those_of_the_machine() {
    assert_eq!((F32.width(), F32.precision(), F32.bias()), (32, f32::MANTISSA_DIGITS as usize, 127));
    assert_eq!((F64.width(), F64.precision(), F64.bias()), (64, f64::MANTISSA_DIGITS as usize, 1023));
    assert_eq!(F32.canonical_nan(), 0x7fc0_0000);
    assert_eq!(F64.canonical_nan(), 0x7ff8_0000_0000_0000);
}
