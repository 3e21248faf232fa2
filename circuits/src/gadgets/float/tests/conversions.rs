//! From one format to the other, against Rust's `as`.

use super::super::convert;
use super::arithmetic::{double, single};
use super::operands::{Random, edges, number};
use super::{F32, F64, check_numbers};

#[test]
fn narrower() {
    let mut random = Random::new(7);
    let mut numbers = edges(F64);
    numbers.extend(edges(F32).iter().map(|&x| f64::from(f32::from_bits(x as u32)).to_bits()));
    while numbers.len() < 100_000 {
        let any = number(&mut random, F64);
        // Within the range of the narrower format or near it, and near half-way between two of its numbers.
        let exponent = 1023 - 160 + random.below(300);
        let within = any & !(0x7ff << 52) | exponent << 52;
        let single = f64::from(f32::from_bits(number(&mut random, F32) as u32)).to_bits();
        let halfway = single.wrapping_add(1 << 28).wrapping_add(random.below(3)).wrapping_sub(1);
        numbers.extend([any, within, halfway]);
    }
    let gadget = |builder: &mut _, x: &_, shape| convert(builder, x, F64, F32, shape);
    check_numbers(64, &numbers, gadget, |x| single(f64::from_bits(x) as f32));
}

#[test]
fn wider() {
    let mut random = Random::new(8);
    let mut numbers = edges(F32);
    numbers.extend((0..23).map(|bit| 1 << bit));
    while numbers.len() < 100_000 {
        let any = number(&mut random, F32);
        numbers.extend([any, any & !(0xff << 23)]);
    }
    let gadget = |builder: &mut _, x: &_, shape| convert(builder, x, F32, F64, shape);
    check_numbers(32, &numbers, gadget, |x| double(f64::from(f32::from_bits(x as u32))));
}

#[test]
#[should_panic(expected = "normal numbers of the other")]
fn a_format_is_not_converted_to_itself() {
    super::circuit(&[64], |builder, v| convert(builder, &v[0], F64, F64, super::SHAPES[0]));
}
