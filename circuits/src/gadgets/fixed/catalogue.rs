//! The rows of the catalogue.

use crate::boolean::{Bits, Builder, Circuit, Shape};
use crate::gadgets::{Gadget, Port, Reading};

use super::Format;
use super::{binary_logarithm, divide, exponential, multiply, natural_logarithm};
use super::{reciprocal, sigmoid, square_root, tanh};

const Q16: [Port; 3] = ports(Format::Q16);
const Q32: [Port; 3] = ports(Format::Q32);

const fn ports(format: Format) -> [Port; 3] {
    let (width, reading) = (format.width(), Reading::Fixed(format.fraction_bits as u32));
    [Port { name: "x", width, reading }, Port { name: "y", width, reading }, Port { name: "result", width, reading }]
}

/// A gadget of one operand.
const fn unary(
    name: &'static str,
    doc: &'static str,
    ports: &'static [Port; 3],
    build: fn(Shape) -> Circuit,
) -> Gadget {
    let ([x, _, result], published) = (ports, None);
    let (inputs, outputs) = (std::slice::from_ref(x), std::slice::from_ref(result));
    Gadget { name, doc, inputs, outputs, build, published }
}

/// A gadget of two operands.
const fn binary(
    name: &'static str,
    doc: &'static str,
    ports: &'static [Port; 3],
    build: fn(Shape) -> Circuit,
) -> Gadget {
    let ([inputs @ .., result], published) = (ports, None);
    Gadget { name, doc, inputs, outputs: std::slice::from_ref(result), build, published }
}

fn of_one(function: fn(&mut Builder, &Bits, Format, Shape) -> Bits, format: Format, shape: Shape) -> Circuit {
    let (mut builder, inputs) = Builder::new(&[format.width()]);
    let result = function(&mut builder, &inputs[0], format, shape);
    builder.finish(vec![result])
}

fn of_two(function: fn(&mut Builder, &Bits, &Bits, Format, Shape) -> Bits, format: Format, shape: Shape) -> Circuit {
    let (mut builder, inputs) = Builder::new(&[format.width(); 2]);
    let result = function(&mut builder, &inputs[0], &inputs[1], format, shape);
    builder.finish(vec![result])
}

const MULTIPLY: &str = "The product, rounded to nearest; it wraps around.";
const DIVIDE: &str = "The quotient, rounded to nearest; it saturates, also where the divisor is 0.";
const RECIPROCAL: &str = "1 / x, rounded to nearest; it saturates, and of 0 it is the greatest number.";
const SQUARE_ROOT: &str = "The square root, rounded to nearest; 0 for negative numbers.";
const EXP: &str = "e^x within max(1, e^x) ulps; it saturates.";
const LOG: &str = "The natural logarithm within an ulp; the least number unless x > 0.";
const LOG2: &str = "The binary logarithm within an ulp; the least number unless x > 0.";
const SIGMOID: &str = "1 / (1 + e^-x) within an ulp, monotone and symmetric.";
const TANH: &str = "The hyperbolic tangent within an ulp, monotone and symmetric.";

pub(super) const GADGETS: &[Gadget] = &[
    binary("q16-multiply", MULTIPLY, &Q16, |shape| of_two(multiply, Format::Q16, shape)),
    binary("q16-divide", DIVIDE, &Q16, |shape| of_two(divide, Format::Q16, shape)),
    unary("q16-reciprocal", RECIPROCAL, &Q16, |shape| of_one(reciprocal, Format::Q16, shape)),
    unary("q16-square-root", SQUARE_ROOT, &Q16, |shape| of_one(square_root, Format::Q16, shape)),
    unary("q16-exp", EXP, &Q16, |shape| of_one(exponential, Format::Q16, shape)),
    unary("q16-log", LOG, &Q16, |shape| of_one(natural_logarithm, Format::Q16, shape)),
    unary("q16-log2", LOG2, &Q16, |shape| of_one(binary_logarithm, Format::Q16, shape)),
    unary("q16-sigmoid", SIGMOID, &Q16, |shape| of_one(sigmoid, Format::Q16, shape)),
    unary("q16-tanh", TANH, &Q16, |shape| of_one(tanh, Format::Q16, shape)),
    binary("q32-multiply", MULTIPLY, &Q32, |shape| of_two(multiply, Format::Q32, shape)),
    binary("q32-divide", DIVIDE, &Q32, |shape| of_two(divide, Format::Q32, shape)),
    unary("q32-reciprocal", RECIPROCAL, &Q32, |shape| of_one(reciprocal, Format::Q32, shape)),
    unary("q32-square-root", SQUARE_ROOT, &Q32, |shape| of_one(square_root, Format::Q32, shape)),
    unary("q32-exp", EXP, &Q32, |shape| of_one(exponential, Format::Q32, shape)),
    unary("q32-log", LOG, &Q32, |shape| of_one(natural_logarithm, Format::Q32, shape)),
    unary("q32-log2", LOG2, &Q32, |shape| of_one(binary_logarithm, Format::Q32, shape)),
    unary("q32-sigmoid", SIGMOID, &Q32, |shape| of_one(sigmoid, Format::Q32, shape)),
    unary("q32-tanh", TANH, &Q32, |shape| of_one(tanh, Format::Q32, shape)),
];
