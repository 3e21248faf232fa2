//! The S-box against its definition.

use crate::boolean::{Builder, Circuit, Shape};
use crate::gadgets::cipher::aes::substitute;
use crate::gadgets::hash::tests::SHAPES;
use crate::gadgets::hash::tests::byte_strings::{Values, run};

fn circuit(shape: Shape) -> Circuit {
    let (mut builder, inputs) = Builder::new(&[8]);
    let output = substitute(&mut builder, &inputs[0], shape);
    builder.finish(vec![output])
}

/// The product in GF(2^8), mod x^8 + x^4 + x^3 + x + 1.
fn product(x: u8, y: u8) -> u8 {
    let double = |x: u8| x << 1 ^ if x >> 7 == 1 { 0x1b } else { 0 };
    (0..8).rev().fold(0, |sum, bit| double(sum) ^ if y >> bit & 1 == 1 { x } else { 0 })
}

/// FIPS 197, section 5.1.1: the inverse, 0 for 0, and an affine map.
fn definition(byte: u8) -> u8 {
    let inverse = (0..=255).find(|&other| product(byte, other) == 1).unwrap_or(0);
    (0..=4).fold(0x63, |sum, rotation| sum ^ inverse.rotate_left(rotation))
}

#[test]
fn all_bytes() {
    let bytes: Vec<Values> = (0..=255).map(|byte| vec![vec![byte]]).collect();
    let expected: Vec<Values> = (0..=255).map(|byte| vec![vec![definition(byte)]]).collect();
    for shape in SHAPES {
        assert_eq!(run(&circuit(shape), &bytes), expected, "{shape:?}");
    }
}

#[test]
fn documented_costs() {
    let costs = SHAPES.map(circuit).map(|circuit| (circuit.and_gates(), circuit.and_depth()));
    assert_eq!(costs, [(32, 6), (34, 4)]);
}
