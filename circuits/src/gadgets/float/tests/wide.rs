//! A format wider than the machine's: quadruple precision, of which `f64` shows the result.
//!
//! It has more than twice the bits of `f64` and two, so sums, products, quotients and roots of numbers of `f64`, rounded
//! to it and then to `f64`, are what they are if rounded once (Figueroa, When is double rounding innocuous?, 1995).

use super::super::{Format, add, convert, divide, multiply, sqrt, sub};
use super::arithmetic::double;
use super::operands::pairs;
use super::{F64, check_numbers, check_pairs};
use crate::boolean::{Bits, Builder, Shape};

/// Quadruple precision (IEEE 754-2019, table 3.5).
const BINARY128: Format = Format { exponent_bits: 15, fraction_bits: 112 };

#[track_caller]
fn check(gadget: fn(&mut Builder, &Bits, &Bits, Format, Shape) -> Bits, operation: fn(f64, f64) -> f64) {
    let through = |builder: &mut Builder, v: &[Bits], shape| {
        let x = convert(builder, &v[0], F64, BINARY128, shape);
        let y = convert(builder, &v[1], F64, BINARY128, shape);
        let result = gadget(builder, &x, &y, BINARY128, shape);
        convert(builder, &result, BINARY128, F64, shape)
    };
    let expected = |x, y| double(operation(f64::from_bits(x), f64::from_bits(y)));
    check_pairs([64; 2], &pairs(12, 10_000, F64), through, expected);
}

#[test]
fn arithmetic_in_quadruple_precision() {
    check(add, |x, y| x + y);
    check(sub, |x, y| x - y);
    check(multiply, |x, y| x * y);
    check(divide, |x, y| x / y);
    let through = |builder: &mut Builder, x: &Bits, shape| {
        let x = convert(builder, x, F64, BINARY128, shape);
        let root = sqrt(builder, &x, BINARY128, shape);
        convert(builder, &root, BINARY128, F64, shape)
    };
    let numbers: Vec<u64> = pairs(13, 10_000, F64).iter().map(|&[x, _]| x).collect();
    check_numbers(64, &numbers, through, |x| double(f64::from_bits(x).sqrt()));
}
