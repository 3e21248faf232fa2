//! Sums, products, quotients and roots of `f32` and `f64` against the machine's.

use super::super::{Format, add, divide, multiply, sqrt, sub};
use super::operands::{Random, edge_pairs, edges, number, pairs};
use super::{F32, F64, check, check_numbers, check_pairs, circuit};
use crate::boolean::{Bits, Builder, Shape};

type Gadget = fn(&mut Builder, &Bits, &Bits, Format, Shape) -> Bits;

/// The bits of a number, and the canonical ones of a NaN.
pub(super) fn single(number: f32) -> u64 {
    u64::from(if number.is_nan() { 0x7fc0_0000 } else { number.to_bits() })
}

pub(super) fn double(number: f64) -> u64 {
    if number.is_nan() { 0x7ff8_0000_0000_0000 } else { number.to_bits() }
}

fn on_singles(operation: impl Fn(f32, f32) -> f32) -> impl Fn(u64, u64) -> u64 {
    move |x, y| single(operation(f32::from_bits(x as u32), f32::from_bits(y as u32)))
}

fn on_doubles(operation: impl Fn(f64, f64) -> f64) -> impl Fn(u64, u64) -> u64 {
    move |x, y| double(operation(f64::from_bits(x), f64::from_bits(y)))
}

/// Pairs of which the first is a product of the second where that is exact now and then.
fn with_products(mut pairs: Vec<[u64; 2]>, multiply: impl Fn(u64, u64) -> u64) -> Vec<[u64; 2]> {
    for pair in pairs.iter_mut().step_by(5) {
        pair[0] = multiply(pair[0], pair[1]);
    }
    pairs
}

/// A hundred thousand pairs in both shapes.
#[track_caller]
fn check_many(format: Format, gadget: Gadget, expected: impl Fn(u64, u64) -> u64, product: impl Fn(u64, u64) -> u64) {
    let width = format.width();
    let gadget = |builder: &mut Builder, v: &[Bits], shape| gadget(builder, &v[0], &v[1], format, shape);
    check_pairs([width; 2], &edge_pairs(format), gadget, &expected);
    let random = with_products(pairs(2, 20_000, format), product);
    check_pairs([width; 2], &random, gadget, &expected);
}

#[track_caller]
fn check_singles(gadget: Gadget, operation: impl Fn(f32, f32) -> f32) {
    check_many(F32, gadget, on_singles(operation), on_singles(|x, y| x * y));
}

#[track_caller]
fn check_doubles(gadget: Gadget, operation: impl Fn(f64, f64) -> f64) {
    check_many(F64, gadget, on_doubles(operation), on_doubles(|x, y| x * y));
}

/// A million pairs with the fewest AND gates.
#[track_caller]
fn check_million(gadget: Gadget, operation: impl Fn(f64, f64) -> f64) {
    let mut instances = edge_pairs(F64);
    instances.extend(with_products(pairs(3, 1_000_000 - instances.len(), F64), on_doubles(|x, y| x * y)));
    assert_eq!(instances.len(), 1_000_000);
    let circuit = circuit(&[64, 64], |builder, v| gadget(builder, &v[0], &v[1], F64, Shape::FewAnds));
    let expected = on_doubles(operation);
    check(&circuit, &instances, |&[x, y]| expected(x, y), Shape::FewAnds);
}

#[test]
fn sums() {
    check_singles(add, |x, y| x + y);
    check_doubles(add, |x, y| x + y);
}

#[test]
fn differences() {
    check_singles(sub, |x, y| x - y);
    check_doubles(sub, |x, y| x - y);
}

#[test]
fn products() {
    check_singles(multiply, |x, y| x * y);
    check_doubles(multiply, |x, y| x * y);
}

#[test]
fn quotients() {
    check_singles(divide, |x, y| x / y);
    check_doubles(divide, |x, y| x / y);
}

#[test]
fn million_pairs_of_sums() {
    check_million(add, |x, y| x + y);
}

#[test]
fn million_pairs_of_differences() {
    check_million(sub, |x, y| x - y);
}

#[test]
fn million_pairs_of_products() {
    check_million(multiply, |x, y| x * y);
}

#[test]
fn million_pairs_of_quotients() {
    check_million(divide, |x, y| x / y);
}

/// `count` numbers, of which many are positive, squares, or next to squares.
fn radicands(count: usize, format: Format, square: impl Fn(u64) -> u64) -> Vec<u64> {
    let mut random = Random::new(4);
    let mut numbers = edges(format);
    let positive = (1 << (format.width() - 1)) - 1;
    while numbers.len() < count {
        let x = number(&mut random, format) & positive;
        numbers.push(match random.below(4) {
            0 => x | (random.next() & 1) << (format.width() - 1),
            1 => x,
            2 => square(x),
            _ => (square(x) + random.below(3)).saturating_sub(1) & positive,
        });
    }
    numbers
}

#[test]
fn roots() {
    let square = |x| single(f32::from_bits(x as u32) * f32::from_bits(x as u32));
    let root = |x| single(f32::from_bits(x as u32).sqrt());
    check_numbers(32, &radicands(100_000, F32, square), |builder, x, shape| sqrt(builder, x, F32, shape), root);

    let square = |x| double(f64::from_bits(x) * f64::from_bits(x));
    let root = |x| double(f64::from_bits(x).sqrt());
    check_numbers(64, &radicands(100_000, F64, square), |builder, x, shape| sqrt(builder, x, F64, shape), root);
}

#[test]
fn million_roots() {
    let square = |x| double(f64::from_bits(x) * f64::from_bits(x));
    let instances: Vec<[u64; 1]> = radicands(1_000_000, F64, square).into_iter().map(|x| [x]).collect();
    let circuit = circuit(&[64], |builder, v| sqrt(builder, &v[0], F64, Shape::FewAnds));
    check(&circuit, &instances, |&[x]| double(f64::from_bits(x).sqrt()), Shape::FewAnds);
}
