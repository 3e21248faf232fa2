//! The prepared evaluator against the plain one.

use proptest::prelude::*;

use super::super::{Bits, Builder, Evaluator, Lanes, Shape, Wire, integer};
use super::random::{build, calls};

proptest! {
    #[test]
    fn all_widths_of_lanes_agree(calls in calls(), inputs: [[u64; 8]; 6]) {
        let circuit = build(&calls);
        let evaluator = Evaluator::new(&circuit);
        let wide = evaluator.evaluate(&inputs);
        for word in 0..8 {
            let narrow: Vec<u64> = inputs.iter().map(|lanes| lanes[word]).collect();
            let expected = circuit.evaluate(&narrow);
            prop_assert_eq!(&evaluator.evaluate(&narrow), &expected);
            prop_assert_eq!(wide.iter().map(|lanes| lanes[word]).collect::<Vec<_>>(), expected);
        }
        prop_assert!(evaluator.slots() <= circuit.wires());
    }
}

#[test]
fn wires_that_nothing_reads_any_more_share_their_slots() {
    let (mut builder, inputs) = Builder::new(&[64, 64]);
    let product = integer::multiply(&mut builder, &inputs[0], &inputs[1], Shape::FewAnds);
    let circuit = builder.finish(vec![product]);
    assert!(Evaluator::new(&circuit).slots() < circuit.wires() / 8);
}

#[test]
fn outputs_can_be_constants_inputs_and_repeated() {
    let (mut builder, inputs) = Builder::new(&[2]);
    let [x, y] = [inputs[0][0], inputs[0][1]];
    let both = builder.and(x, y);
    let outputs = Bits::from(vec![both, Wire::TRUE, x, Wire::FALSE, x, both]);
    let evaluator = Evaluator::new(&builder.finish(vec![outputs]));
    assert_eq!(evaluator.evaluate(&[0b0011u64, 0b0101]), [0b0001, u64::MAX, 0b0011, 0, 0b0011, 0b0001]);
}

#[test]
#[should_panic(expected = "one word per input bit")]
fn inputs_are_counted() {
    let (builder, inputs) = Builder::new(&[2]);
    Evaluator::new(&builder.finish(inputs)).evaluate(&[<[u64; 8]>::ONES]);
}
