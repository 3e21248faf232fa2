//! Comparisons, minimum and maximum, and the operations on the sign.

use super::super::{Format, abs, equal, less_or_equal, less_than, maximum, minimum, neg};
use super::operands::{edge_pairs, edges, pairs};
use super::{F32, F64, check, check_numbers, check_pairs, circuit};
use crate::boolean::{Bits, Builder, Shape, Wire};

fn instances(format: Format) -> Vec<[u64; 2]> {
    let mut instances = edge_pairs(format);
    instances.extend(pairs(5, 20_000, format));
    instances
}

#[track_caller]
fn check_comparison(
    gadget: fn(&mut Builder, &Bits, &Bits, Format, Shape) -> Wire,
    singles: impl Fn(&f32, &f32) -> bool,
    doubles: impl Fn(&f64, &f64) -> bool,
) {
    let of =
        |format| move |builder: &mut Builder, v: &[Bits], shape| gadget(builder, &v[0], &v[1], format, shape).into();
    let single = |x, y| u64::from(singles(&f32::from_bits(x as u32), &f32::from_bits(y as u32)));
    let double = |x, y| u64::from(doubles(&f64::from_bits(x), &f64::from_bits(y)));
    check_pairs([32; 2], &instances(F32), of(F32), single);
    check_pairs([64; 2], &instances(F64), of(F64), double);

    let million = pairs(6, 1_000_000, F64);
    let circuit = circuit(&[64, 64], |builder, v| of(F64)(builder, v, Shape::FewAnds));
    check(&circuit, &million, |&[x, y]| double(x, y), Shape::FewAnds);
}

#[test]
fn million_pairs_of_less() {
    check_comparison(less_than, f32::lt, f64::lt);
}

#[test]
fn million_pairs_of_less_or_equal() {
    check_comparison(less_or_equal, f32::le, f64::le);
}

#[test]
fn million_pairs_of_equal() {
    check_comparison(|builder, x, y, format, _| equal(builder, x, y, format), f32::eq, f64::eq);
}

/// `minimum` of IEEE 754-2019, section 9.6, on 64 bits; `f32` embeds in `f64`.
fn least(x: f64, y: f64) -> f64 {
    match x.partial_cmp(&y) {
        None => f64::NAN,
        Some(std::cmp::Ordering::Less) => x,
        Some(std::cmp::Ordering::Greater) => y,
        Some(std::cmp::Ordering::Equal) if x.is_sign_negative() => x,
        Some(std::cmp::Ordering::Equal) => y,
    }
}

#[test]
fn minima_and_maxima() {
    use super::arithmetic::{double, single};
    let of = |x, y| least(f64::from_bits(x), f64::from_bits(y));
    let instances_64 = instances(F64);
    check_pairs([64; 2], &instances_64, |b, v, s| minimum(b, &v[0], &v[1], F64, s), |x, y| double(of(x, y)));
    let negative = |x| f64::from_bits(x ^ 1 << 63);
    let greatest = |x, y| double(-least(negative(x), negative(y)));
    check_pairs([64; 2], &instances_64, |b, v, s| maximum(b, &v[0], &v[1], F64, s), greatest);

    let instances_32 = instances(F32);
    let wide = |x| f64::from(f32::from_bits(x as u32));
    let smallest = |x, y| single(least(wide(x), wide(y)) as f32);
    check_pairs([32; 2], &instances_32, |b, v, s| minimum(b, &v[0], &v[1], F32, s), smallest);
    let greatest = |x, y| single(-least(-wide(x), -wide(y)) as f32);
    check_pairs([32; 2], &instances_32, |b, v, s| maximum(b, &v[0], &v[1], F32, s), greatest);
}

#[test]
fn signs() {
    check_numbers(64, &edges(F64), |b, x, _| neg(b, x, F64), |x| (-f64::from_bits(x)).to_bits());
    check_numbers(64, &edges(F64), |_, x, _| abs(x, F64), |x| f64::from_bits(x).abs().to_bits());
    check_numbers(32, &edges(F32), |b, x, _| neg(b, x, F32), |x| (-f32::from_bits(x as u32)).to_bits().into());
    check_numbers(32, &edges(F32), |_, x, _| abs(x, F32), |x| f32::from_bits(x as u32).abs().to_bits().into());
}
