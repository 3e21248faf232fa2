//! Circuits against the definitions in plain integers, bit for bit and in both shapes.

use proptest::prelude::*;

use super::*;

/// The results for up to 64 instances, each a list of operands.
fn run(circuit: &Circuit, format: Format, instances: &[Vec<i128>]) -> Vec<i128> {
    let mut words = Vec::new();
    for operand in 0..circuit.input_widths().len() {
        for bit in 0..format.width() {
            let bits = instances.iter().map(|operands| (operands[operand] >> bit) as u64 & 1);
            words.push(bits.enumerate().fold(0, |word, (instance, bit)| word | bit << instance));
        }
    }
    let outputs = circuit.evaluate(&words);
    assert_eq!(outputs.len(), format.width());
    let number = |instance| {
        outputs.iter().enumerate().fold(0, |number, (bit, word)| number | i128::from(word >> instance & 1) << bit)
    };
    (0..instances.len()).map(|instance| format.wrap(number(instance))).collect()
}

/// Random numbers, numbers of all magnitudes, and the ends of ranges.
pub(super) fn number(format: Format) -> impl Strategy<Value = i128> {
    prop_oneof![
        2 => any::<i64>().prop_map(i128::from),
        6 => (any::<i64>(), 0..64u32).prop_map(|(number, shift)| i128::from(number >> shift)),
        1 => (0..64u32, -1..=1i128).prop_map(|(bit, more)| (1 << bit) + more),
        1 => (0..64u32, -1..=1i128).prop_map(|(bit, more)| more - (1 << bit)),
    ]
    .prop_map(move |number| format.wrap(number))
}

fn instances(format: Format, operands: usize) -> impl Strategy<Value = Vec<Vec<i128>>> {
    prop::collection::vec(prop::collection::vec(number(format), operands), 64)
}

/// Random instances of one operand, of which the circuits are built once.
fn check_unary(format: Format, cases: u32) {
    for (name, gadget, in_the_clear) in unary_gadgets(format) {
        let circuits = SHAPES.map(|shape| unary(gadget, format, shape));
        proptest!(ProptestConfig::with_cases(cases), |(instances in instances(format, 1))| {
            for circuit in &circuits {
                for (operands, result) in instances.iter().zip(run(circuit, format, &instances)) {
                    prop_assert_eq!(result, in_the_clear(operands[0]), "{} of {}", name, operands[0]);
                }
            }
        });
    }
}

#[test]
fn functions_of_q16() {
    check_unary(Format::Q16, 64);
}

#[test]
fn functions_of_q32() {
    check_unary(Format::Q32, 16);
}

#[test]
fn functions_of_other_formats() {
    check_unary(UNEVEN, 16);
    for format in ENDS {
        check_unary(format, 4);
    }
}

#[test]
fn functions_of_every_number_of_a_small_format() {
    let numbers: Vec<Vec<i128>> = (SMALL.least()..=SMALL.greatest()).map(|number| vec![number]).collect();
    for (name, gadget, in_the_clear) in unary_gadgets(SMALL) {
        for circuit in SHAPES.map(|shape| unary(gadget, SMALL, shape)) {
            for instances in numbers.chunks(64) {
                for (operands, result) in instances.iter().zip(run(&circuit, SMALL, instances)) {
                    assert_eq!(result, in_the_clear(operands[0]), "{name} of {}", operands[0]);
                }
            }
        }
    }
}

#[test]
fn products_and_quotients() {
    for format in FORMATS {
        for shape in SHAPES {
            let (product, quotient) = (binary(multiply, format, shape), binary(divide, format, shape));
            proptest!(ProptestConfig::with_cases(16), |(instances in instances(format, 2))| {
                for (operands, result) in instances.iter().zip(run(&product, format, &instances)) {
                    prop_assert_eq!(result, multiply_in_the_clear(format, operands[0], operands[1]));
                }
                for (operands, result) in instances.iter().zip(run(&quotient, format, &instances)) {
                    prop_assert_eq!(result, divide_in_the_clear(format, operands[0], operands[1]), "{:?}", operands);
                }
            });
        }
    }
}
