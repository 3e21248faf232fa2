//! From and to integers, against Rust's `as`.

use super::super::{Format, from_integer, to_integer};
use super::operands::{Random, edges, number};
use super::{F32, F64, check_numbers};
use crate::boolean::Signedness::{self, Signed, Unsigned};

/// Powers of two and their neighbours, numbers of all lengths, and such as are half-way or nearly so for the format.
fn integers(width: usize) -> Vec<u64> {
    let mut random = Random::new(9);
    let mut numbers = vec![0, 1, 2, 3];
    for bit in 0..width {
        let power = 1u64 << bit;
        numbers.extend([power, power - 1, power + 1, power.wrapping_neg(), power.wrapping_neg() - 1]);
        for below in [11, 12, 24, 25, 40, 41] {
            let halfway = power | power >> below;
            numbers.extend([halfway, halfway + 1, halfway.wrapping_sub(1), halfway.wrapping_neg()]);
        }
    }
    while numbers.len() < 100_000 {
        let (bits, shift) = (random.next(), random.below(width as u64));
        numbers.extend([bits >> shift, (bits as i64 >> shift) as u64, bits >> shift << random.below(width as u64)]);
    }
    if width < 64 {
        numbers.iter_mut().for_each(|number| *number &= (1 << width) - 1);
    }
    numbers
}

#[track_caller]
fn check_from(width: usize, signedness: Signedness, singles: fn(u64) -> f32, doubles: fn(u64) -> f64) {
    let numbers = integers(width);
    let of = |format| move |builder: &mut _, x: &_, shape| from_integer(builder, x, signedness, format, shape);
    check_numbers(width, &numbers, of(F32), |x| singles(x).to_bits().into());
    check_numbers(width, &numbers, of(F64), |x| doubles(x).to_bits());
}

#[test]
fn from_integers() {
    check_from(64, Signed, |x| x as i64 as f32, |x| x as i64 as f64);
    check_from(64, Unsigned, |x| x as f32, |x| x as f64);
    check_from(32, Signed, |x| x as i32 as f32, |x| x as i32 as f64);
    check_from(32, Unsigned, |x| x as u32 as f32, |x| x as u32 as f64);
}

/// All kinds of numbers, most of them within the range of the integers or near it.
fn numbers(format: Format) -> Vec<u64> {
    let mut random = Random::new(10);
    let mut numbers = edges(format);
    while numbers.len() < 100_000 {
        let any = number(&mut random, format);
        let exponent = (format.bias() as u64 - 3) + random.below(70);
        let t = format.fraction_bits;
        let cleared = any & !(((1 << format.exponent_bits) - 1) << t);
        let carried = cleared | ((1 << random.below(t as u64 + 1)) - 1) << (t / 2) & ((1 << t) - 1);
        numbers.extend([any, cleared | exponent << t, carried | exponent << t]);
    }
    numbers
}

#[track_caller]
fn check_to(width: usize, signedness: Signedness, singles: fn(f32) -> u64, doubles: fn(f64) -> u64) {
    let of = |format| move |builder: &mut _, x: &_, shape| to_integer(builder, x, format, width, signedness, shape);
    check_numbers(32, &numbers(F32), of(F32), |x| singles(f32::from_bits(x as u32)));
    check_numbers(64, &numbers(F64), of(F64), |x| doubles(f64::from_bits(x)));
}

#[test]
fn to_integers() {
    check_to(64, Signed, |x| x as i64 as u64, |x| x as i64 as u64);
    check_to(64, Unsigned, |x| x as u64, |x| x as u64);
    check_to(32, Signed, |x| u64::from(x as i32 as u32), |x| u64::from(x as i32 as u32));
    check_to(32, Unsigned, |x| u64::from(x as u32), |x| u64::from(x as u32));
}
