//! What the builder simplifies.

use super::super::{Bits, Builder, Gate, Wire};

fn two_inputs() -> (Builder, Wire, Wire) {
    let (builder, inputs) = Builder::new(&[1, 1]);
    (builder, inputs[0][0], inputs[1][0])
}

#[test]
fn constants_fold() {
    let (mut b, x, _) = two_inputs();
    let not_x = b.not(x);
    assert_eq!(b.xor(x, Wire::FALSE), x);
    assert_eq!(b.xor(Wire::TRUE, x), not_x);
    assert_eq!(b.and(Wire::TRUE, x), x);
    assert_eq!(b.and(x, Wire::FALSE), Wire::FALSE);
    assert_eq!(b.or(x, Wire::TRUE), Wire::TRUE);
    assert_eq!(b.or(Wire::FALSE, x), x);
    assert_eq!(b.not(Wire::FALSE), Wire::TRUE);
    assert_eq!(b.not(Wire::TRUE), Wire::FALSE);
    assert_eq!(b.xor(Wire::TRUE, Wire::TRUE), Wire::FALSE);
    assert_eq!(b.and(Wire::TRUE, Wire::FALSE), Wire::FALSE);
}

#[test]
fn equal_and_complementary_operands_fold() {
    let (mut b, x, _) = two_inputs();
    let not_x = b.not(x);
    assert_eq!(b.xor(x, x), Wire::FALSE);
    assert_eq!(b.xor(x, not_x), Wire::TRUE);
    assert_eq!(b.and(x, x), x);
    assert_eq!(b.and(not_x, x), Wire::FALSE);
    assert_eq!(b.or(x, not_x), Wire::TRUE);
    assert_eq!(b.not(not_x), x);
}

#[test]
fn selection_folds() {
    let (mut b, x, y) = two_inputs();
    assert_eq!(b.mux(Wire::TRUE, x, y), x);
    assert_eq!(b.mux(Wire::FALSE, x, y), y);
    assert_eq!(b.mux(x, y, y), y);
    assert_eq!(b.mux(x, Wire::TRUE, Wire::FALSE), x);
}

#[test]
fn operands_cancel_and_are_absorbed() {
    let (mut b, x, y) = two_inputs();
    let (sum, product) = (b.xor(x, y), b.and(x, y));
    assert_eq!(b.xor(sum, x), y);
    assert_eq!(b.xor(y, sum), x);
    assert_eq!(b.and(product, x), product);
    assert_eq!(b.and(y, product), product);
}

#[test]
fn operands_commute_and_negations_share() {
    let (mut b, x, y) = two_inputs();
    let (not_x, not_y) = (b.not(x), b.not(y));
    let sum = b.xor(x, y);
    assert_eq!(b.xor(y, x), sum);
    assert_eq!(b.xor(not_x, not_y), sum);
    let (left, right) = (b.xor(not_x, y), b.xor(x, not_y));
    assert_eq!(left, right);
    assert_eq!(b.not(left), sum);
    assert_eq!(b.and(x, y), b.and(y, x));
}

#[test]
fn sharing_survives_growth_of_the_table() {
    let (mut b, inputs) = Builder::new(&[200, 200]);
    let products: Vec<Wire> =
        inputs[0].iter().flat_map(|x| inputs[1].iter().map(move |y| (x, y))).map(|(x, y)| b.and(x, y)).collect();
    let again: Vec<Wire> =
        inputs[0].iter().flat_map(|x| inputs[1].iter().map(move |y| (x, y))).map(|(x, y)| b.and(y, x)).collect();
    assert_eq!(products, again);
    assert_eq!(b.finish(vec![products.into()]).and_gates(), 200 * 200);
}

#[test]
fn dead_gates_go() {
    let (mut b, x, y) = two_inputs();
    let dead = b.and(x, y);
    let dead = b.not(dead);
    b.or(dead, x);
    let sum = b.xor(x, y);
    let circuit = b.finish(vec![Bits::from(sum), Bits::constant(0b10, 2), Bits::from(y)]);
    assert_eq!(circuit.gates(), [Gate::Xor(x, y)]);
    assert_eq!(circuit.outputs(), [circuit.gate_output(0), Wire::FALSE, Wire::TRUE, y]);
    assert_eq!(circuit.output_widths(), [1, 2, 1]);
    assert_eq!(circuit.input_widths(), [1, 1]);
    assert_eq!((circuit.wires(), circuit.and_gates(), circuit.and_depth()), (5, 0, 0));
    assert_eq!(circuit.evaluate(&[0b0011, 0b0101]), [0b0110, 0, u64::MAX, 0b0101]);
}

#[test]
fn a_gate_is_compact() {
    assert!(size_of::<Gate>() <= 12);
}

#[test]
#[should_panic(expected = "one word per input bit")]
fn evaluation_needs_a_word_per_input_bit() {
    let (builder, inputs) = Builder::new(&[3]);
    builder.finish(inputs).evaluate(&[0, 0]);
}
