//! Fixed-point gadgets: circuits against their definitions in plain integers, those against real functions.

mod accuracy;
mod circuits;
mod costs;
mod pieces;

use crate::boolean::{Bits, Builder, Circuit, Shape};

use super::*;

const SHAPES: [Shape; 2] = [Shape::FewAnds, Shape::FewRounds];

/// A format small enough to try every number.
const SMALL: Format = Format::new(6, 8);

/// One whose fraction is neither half of the bits nor a round number.
const UNEVEN: Format = Format::new(9, 21);

/// The ends of what a format may be, and both sides of the change from degree 1 to degree 2.
const ENDS: [Format; 4] = [Format::new(6, 32), Format::new(32, 8), Format::new(7, 18), Format::new(7, 19)];

const FORMATS: [Format; 8] = {
    let [narrow, wide, chords, parabolas] = ENDS;
    [Format::Q16, Format::Q32, UNEVEN, SMALL, narrow, wide, chords, parabolas]
};

/// A gadget with one operand.
type Unary = fn(&mut Builder, &Bits, Format, Shape) -> Bits;

/// The circuit of a gadget with one operand.
fn unary(gadget: Unary, format: Format, shape: Shape) -> Circuit {
    let (mut builder, inputs) = Builder::new(&[format.width()]);
    let output = gadget(&mut builder, &inputs[0], format, shape);
    builder.finish(vec![output])
}

/// The circuit of a gadget with two operands.
fn binary(gadget: fn(&mut Builder, &Bits, &Bits, Format, Shape) -> Bits, format: Format, shape: Shape) -> Circuit {
    let (mut builder, inputs) = Builder::new(&[format.width(); 2]);
    let output = gadget(&mut builder, &inputs[0], &inputs[1], format, shape);
    builder.finish(vec![output])
}

/// A gadget with one operand as it is defined in plain integers.
type InTheClear = Box<dyn Fn(i128) -> i128>;

/// The gadgets with one operand, and what they compute.
fn unary_gadgets(format: Format) -> Vec<(&'static str, Unary, InTheClear)> {
    vec![
        ("reciprocal", reciprocal, Box::new(move |x| reciprocal_in_the_clear(format, x))),
        ("square root", square_root, Box::new(move |x| square_root_in_the_clear(format, x))),
        ("exponential", exponential, Box::new(exponential_in_the_clear(format))),
        ("natural logarithm", natural_logarithm, Box::new(natural_logarithm_in_the_clear(format))),
        ("binary logarithm", binary_logarithm, Box::new(binary_logarithm_in_the_clear(format))),
        ("sigmoid", sigmoid, Box::new(sigmoid_in_the_clear(format))),
        ("tanh", tanh, Box::new(tanh_in_the_clear(format))),
    ]
}
