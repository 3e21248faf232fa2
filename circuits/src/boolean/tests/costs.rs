//! AND gates and AND depth: the table in the documentation of `integer`, and the formulas behind it.

use super::super::{Bits, Builder, Shape, Signedness, integer};
use super::{SHAPES, circuit};

/// AND gates and AND depth.
type Cost = (usize, usize);

/// What a gadget on `values` inputs of `width` bits costs in both shapes.
fn costs(width: usize, values: usize, gadget: impl Fn(&mut Builder, &[Bits], Shape) -> Bits) -> [Cost; 2] {
    SHAPES.map(|shape| {
        let circuit = circuit(&vec![width; values], |builder, inputs| gadget(builder, inputs, shape));
        (circuit.and_gates(), circuit.and_depth())
    })
}

/// The binary logarithm, rounded up.
fn lg(n: usize) -> usize {
    n.next_power_of_two().ilog2() as usize
}

const UNSIGNED: Signedness = Signedness::Unsigned;
const SIGNED: Signedness = Signedness::Signed;

#[test]
fn documented_costs_at_64_bits() {
    let cost = |gadget: fn(&mut Builder, &[Bits], Shape) -> Bits| costs(64, 3, gadget);
    assert_eq!(cost(|b, v, s| integer::add(b, &v[0], &v[1], s)), [(63, 63), (273, 6)]);
    assert_eq!(cost(|b, v, s| integer::add_with_carry(b, &v[0], &v[1], v[2][0], s)), [(63, 63), (273, 6)]);
    assert_eq!(cost(|b, v, s| integer::sub(b, &v[0], &v[1], s)), [(63, 63), (273, 6)]);
    assert_eq!(cost(|b, v, s| integer::neg(b, &v[0], s)), [(62, 62), (167, 6)]);
    assert_eq!(cost(|b, v, s| integer::abs(b, &v[0], s)), [(63, 63), (168, 6)]);
    assert_eq!(cost(|b, v, s| integer::less_than(b, &v[0], &v[1], UNSIGNED, s).into()), [(64, 64), (121, 7)]);
    assert_eq!(cost(|b, v, s| integer::less_than(b, &v[0], &v[1], SIGNED, s).into()), [(64, 64), (121, 7)]);
    assert_eq!(cost(|b, v, s| integer::less_or_equal(b, &v[0], &v[1], SIGNED, s).into()), [(64, 64), (121, 7)]);
    assert_eq!(cost(|b, v, _| integer::equal(b, &v[0], &v[1]).into()), [(63, 6); 2]);
    assert_eq!(cost(|b, v, _| integer::is_zero(b, &v[0]).into()), [(63, 6); 2]);
    assert_eq!(cost(|b, v, _| integer::select(b, v[2][0], &v[0], &v[1])), [(64, 1); 2]);
    assert_eq!(cost(|b, v, s| integer::min(b, &v[0], &v[1], UNSIGNED, s)), [(128, 65), (185, 8)]);
    assert_eq!(cost(|b, v, s| integer::multiply(b, &v[0], &v[1], s)), [(3556, 63), (4207, 13)]);
    assert_eq!(cost(|b, v, s| integer::multiply(b, &v[0], &v[0], s)), [(1781, 61), (2126, 12)]);
    assert_eq!(cost(|b, v, s| integer::multiply_wide(b, &v[0], &v[1], UNSIGNED, s)), [(5366, 127), (8570, 14)]);
    assert_eq!(cost(|b, v, s| integer::multiply_wide(b, &v[0], &v[1], SIGNED, s)), [(5576, 127), (8570, 14)]);
    assert_eq!(cost(|b, v, s| integer::multiply_wide(b, &v[0], &v[0], UNSIGNED, s)), [(2985, 125), (4473, 13)]);
    assert_eq!(cost(|b, v, s| integer::sum(b, v, 64, s)), [(125, 63), (325, 7)]);
    assert_eq!(cost(|b, v, s| integer::popcount(b, &v[0], s)), [(63, 6); 2]);
    assert_eq!(cost(|b, v, _| integer::shift_left_by(b, &v[0], &v[1].truncate(6))), [(384, 6); 2]);
    assert_eq!(cost(|b, v, _| integer::shift_right_by(b, &v[0], &v[1].truncate(6), UNSIGNED)), [(384, 6); 2]);
    assert_eq!(cost(|b, v, _| integer::shift_right_by(b, &v[0], &v[1].truncate(6), SIGNED)), [(378, 6); 2]);
}

#[test]
fn costs_of_addition_and_comparison_at_all_widths() {
    for n in 1..=128 {
        let [ripple, prefix] = costs(n, 3, |b, v, s| integer::add_with_carry(b, &v[0], &v[1], v[2][0], s));
        assert_eq!(ripple, (n - 1, n - 1));
        assert!(prefix.0 < 5 * n && prefix.1 == lg(n), "addition of {n} bits: {prefix:?}");
        let [ripple, prefix] = costs(n, 2, |b, v, s| integer::sub(b, &v[0], &v[1], s));
        assert_eq!(ripple, (n - 1, n - 1));
        assert!(prefix.0 < 5 * n && prefix.1 == lg(n), "subtraction of {n} bits: {prefix:?}");
        let [ripple, prefix] = costs(n, 1, |b, v, s| integer::neg(b, &v[0], s));
        assert_eq!(ripple.0, n.saturating_sub(2));
        assert!(prefix.0 < 3 * n && prefix.1 <= lg(n), "negation of {n} bits: {prefix:?}");

        let less = [(n, n), (2 * n - lg(n + 1), lg(n + 1))];
        assert_eq!(costs(n, 2, |b, v, s| integer::less_than(b, &v[0], &v[1], UNSIGNED, s).into()), less);
        assert_eq!(costs(n, 2, |b, v, s| integer::less_or_equal(b, &v[0], &v[1], SIGNED, s).into()), less);
        assert_eq!(costs(n, 2, |b, v, _| integer::equal(b, &v[0], &v[1]).into()), [(n - 1, lg(n)); 2]);

        let both = |b: &mut Builder, v: &[Bits], shape| {
            integer::min(b, &v[0], &v[1], SIGNED, shape).concat(&integer::max(b, &v[0], &v[1], SIGNED, shape))
        };
        assert_eq!(costs(n, 2, both), less.map(|(gates, depth)| (gates + n, depth + 1)));
    }
}

#[test]
fn costs_of_products_at_all_widths() {
    for n in 1..=128 {
        let [few, fast] = costs(n, 2, |b, v, s| integer::multiply(b, &v[0], &v[1], s));
        assert!(few.0 <= n * n - n + 1, "product of {n} bits: {few:?}");
        assert!(n >= 27 || few.0 == n * n - n + 1, "product of {n} bits: {few:?}");
        assert!(fast.0 < n * n + 5 * n && fast.1 <= 2 * lg(n) + 1, "product of {n} bits: {fast:?}");
        let [few, fast] = costs(n, 2, |b, v, s| integer::multiply_wide(b, &v[0], &v[1], UNSIGNED, s));
        assert!(few.0 <= 2 * n * n, "whole product of {n} bits: {few:?}");
        assert!(fast.0 < 2 * n * n + 10 * n && fast.1 <= 2 * lg(n) + 2, "whole product of {n} bits: {fast:?}");
    }
}

#[test]
fn costs_of_sums() {
    for n in [1, 2, 3, 8, 17, 64, 128] {
        for k in 1..=40 {
            let [few, fast] = costs(n, k, |b, v, s| integer::sum(b, v, n, s));
            assert!(few.0 <= (k - 1) * (n - 1), "{k} addends of {n} bits: {few:?}");
            assert!(fast.0 <= (k + 3) * n && fast.1 <= lg(k) + lg(n), "{k} addends of {n} bits: {fast:?}");
        }
    }
    for n in 1..=128usize {
        let [few, fast] = costs(n, 1, |b, v, s| integer::popcount(b, &v[0], s));
        assert_eq!((few.0, fast.0), (n - n.count_ones() as usize, few.0));
        assert!(fast.1 <= lg(n), "popcount of {n} bits: {fast:?}");
    }
}

#[test]
fn costs_of_shifts_at_all_widths() {
    for n in 1..=128 {
        let steps = lg(n);
        let by = |b: &mut Builder, v: &[Bits], extra| integer::shift_left_by(b, &v[0], &v[1].truncate(steps + extra));
        assert_eq!(costs(n.max(9), 2, |b, v, _| by(b, &[v[0].truncate(n), v[1].clone()], 0)), [(n * steps, steps); 2]);
        let [(gates, _), _] = costs(n.max(9), 2, |b, v, _| by(b, &[v[0].truncate(n), v[1].clone()], 2));
        assert_eq!(gates, n * steps + n + 1);
    }
}

#[test]
fn documented_costs_of_divisions_and_roots() {
    let both = |division: integer::Division| division.quotient.concat(&division.remainder);
    let divide = |n, signedness| costs(n, 2, |b, v, s| both(integer::divide(b, &v[0], &v[1], signedness, s)));
    let quotient = |b: &mut Builder, v: &[Bits], s| integer::divide(b, &v[0], &v[1], UNSIGNED, s).quotient;
    let remainder = |b: &mut Builder, v: &[Bits], s| integer::divide(b, &v[0], &v[1], UNSIGNED, s).remainder;
    assert_eq!(divide(64, UNSIGNED), [(2742, 2369), (23088, 120)]);
    assert_eq!(divide(64, SIGNED), [(2996, 2495), (23761, 132)]);
    assert_eq!(costs(64, 2, quotient), [(2615, 2368), (22879, 120)]);
    assert_eq!(costs(64, 2, remainder), [(2690, 2369), (22794, 119)]);
    let thousand = Bits::constant(1000, 64);
    let by_thousand = |signedness| costs(64, 1, |b, v, s| integer::divide(b, &v[0], &thousand, signedness, s).quotient);
    assert_eq!(by_thousand(UNSIGNED), [(778, 65), (962, 11)]);
    assert_eq!(by_thousand(SIGNED), [(860, 69), (1039, 12)]);
    assert_eq!(costs(64, 1, |b, v, s| integer::square_root(b, &v[0], s)), [(528, 467), (1682, 135)]);
    for n in 1..=128 {
        let [few, fast] = divide(n, UNSIGNED);
        let excess = few.0.saturating_sub(n * n / 2);
        assert!(excess * excess <= 5 * n * n * n, "division of {n} bits: {few:?}");
        let (gates, depth) = if n < 32 { (3 * n * n, n * (lg(n) + 2)) } else { (8 * n * n, 4 * lg(n) * lg(n)) };
        assert!(fast.0 < gates && fast.1 <= depth, "division of {n} bits: {fast:?}");

        let [few, fast] = costs(n, 1, |b, v, s| integer::square_root(b, &v[0], s));
        let k = n.div_ceil(2);
        assert_eq!(few.0, k * (k + 1) / 2 - n % 2, "root of {n} bits");
        assert!(fast.0 < n * n && fast.1 <= k * lg(n), "root of {n} bits: {fast:?}");
    }
}

#[test]
fn costs_of_rotations_and_runs_of_zeros() {
    for n in 1..=128 {
        let steps = lg(n);
        let rotate =
            |b: &mut Builder, v: &[Bits], _| integer::rotate_left_by(b, &v[0].truncate(n), &v[1].truncate(steps));
        let rotation = costs(n.max(9), 2, rotate);
        if n.is_power_of_two() {
            assert_eq!(rotation, [(n * steps + 1 - n, steps); 2]);
        } else {
            assert!(rotation[0].0 < n * steps && rotation[0].1 == steps, "rotation of {n} bits: {rotation:?}");
        }
        let [few, fast] = costs(n, 1, |b, v, s| integer::leading_zeros(b, &v[0], s));
        assert_eq!(few, (n - 1, n - 1));
        assert!(fast.0 < 2 * n && fast.1 == lg(n), "leading zeros of {n} bits: {fast:?}");
        assert_eq!(costs(n, 1, |b, v, s| integer::trailing_zeros(b, &v[0], s)), [few, fast]);
    }
}

#[test]
fn costs_of_one_hot_codes() {
    for k in 1..=8 {
        let n: usize = 1 << k;
        assert_eq!(costs(k, 1, |b, v, _| integer::one_hot(b, &v[0], n)), [(n - k - 1, lg(k)); 2]);
        let whole = n - k - 1;
        for n in n / 2..n {
            let [(gates, depth), _] = costs(k, 1, |b, v, _| integer::one_hot(b, &v[0], n));
            assert!(gates <= n + 2 * n.isqrt() && gates <= whole, "{n} positions: {gates}");
            assert!(depth <= lg(k), "{n} positions: {depth}");
        }
    }
}
