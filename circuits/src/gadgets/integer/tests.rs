//! Each row against the machine's own arithmetic, and its cost.

use proptest::prelude::*;

use super::super::array::evaluation::{SHAPES, check_rows, run};
use super::GADGETS;

/// What the row should make of `x` and `y`, or of `x` alone, or of `x` and an amount.
fn expected(name: &str, x: u64, y: u64, amount: u32) -> Vec<u128> {
    let (signed_x, signed_y) = (x as i64, y as i64);
    let result: u128 = match name {
        "add-64" => x.wrapping_add(y).into(),
        "sub-64" => x.wrapping_sub(y).into(),
        "neg-64" => x.wrapping_neg().into(),
        "abs-64" => signed_x.unsigned_abs().into(),
        "zero-64" => (x == 0).into(),
        "equal-64" => (x == y).into(),
        "less-than-64" => (x < y).into(),
        "signed-less-than-64" => (signed_x < signed_y).into(),
        "min-64" => x.min(y).into(),
        "max-64" => x.max(y).into(),
        "signed-min-64" => (signed_x.min(signed_y) as u64).into(),
        "signed-max-64" => (signed_x.max(signed_y) as u64).into(),
        "multiply-64" => x.wrapping_mul(y).into(),
        "multiply-wide-64" => u128::from(x) * u128::from(y),
        "signed-multiply-wide-64" => (i128::from(signed_x) * i128::from(signed_y)) as u128,
        "square-64" => x.wrapping_mul(x).into(),
        "square-wide-64" => u128::from(x) * u128::from(x),
        "divide-64" => {
            return vec![x.checked_div(y).unwrap_or(u64::MAX).into(), x.checked_rem(y).unwrap_or(x).into()];
        }
        "signed-divide-64" if y == 0 => return vec![u64::MAX.into(), x.into()],
        "signed-divide-64" => {
            return vec![
                (signed_x.wrapping_div(signed_y) as u64).into(),
                (signed_x.wrapping_rem(signed_y) as u64).into(),
            ];
        }
        "remainder-64" => x.checked_rem(y).unwrap_or(x).into(),
        "signed-remainder-64" if y == 0 => x.into(),
        "signed-remainder-64" => (signed_x.wrapping_rem(signed_y) as u64).into(),
        "square-root-64" => x.isqrt().into(),
        "shift-left-64" => (x << amount).into(),
        "shift-right-64" => (x >> amount).into(),
        "signed-shift-right-64" => ((signed_x >> amount) as u64).into(),
        "rotate-left-64" => x.rotate_left(amount).into(),
        "rotate-right-64" => x.rotate_right(amount).into(),
        "popcount-64" => x.count_ones().into(),
        "leading-zeros-64" => x.leading_zeros().into(),
        "trailing-zeros-64" => x.trailing_zeros().into(),
        "one-hot-64" => 1 << amount,
        _ => panic!("{name} has no reference"),
    };
    vec![result]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn rows_compute_what_they_say(x: u64, y: u64, y_bits in 0..=64u32, amount in 0..64u32) {
        // Short divisors too, zero among them.
        let y = y.checked_shr(64 - y_bits).unwrap_or(0);
        for gadget in GADGETS {
            let inputs: Vec<u128> = gadget.inputs.iter().map(|port| match port.name {
                "x" => x.into(),
                "y" => y.into(),
                _ => amount.into(),
            }).collect();
            for shape in SHAPES {
                let outputs = run(&(gadget.build)(shape), &inputs);
                prop_assert_eq!(outputs, expected(gadget.name, x, y, amount), "{} of {}, {}, {}", gadget.name, x, y, amount);
            }
        }
    }
}

#[test]
fn rows() {
    check_rows(
        GADGETS,
        &[
            ("add-64", [(63, 63), (273, 6)]),
            ("sub-64", [(63, 63), (273, 6)]),
            ("neg-64", [(62, 62), (167, 6)]),
            ("abs-64", [(63, 63), (168, 6)]),
            ("zero-64", [(63, 6), (63, 6)]),
            ("equal-64", [(63, 6), (63, 6)]),
            ("less-than-64", [(64, 64), (121, 7)]),
            ("signed-less-than-64", [(64, 64), (121, 7)]),
            ("min-64", [(128, 65), (185, 8)]),
            ("max-64", [(128, 65), (185, 8)]),
            ("signed-min-64", [(128, 65), (185, 8)]),
            ("signed-max-64", [(128, 65), (185, 8)]),
            ("multiply-64", [(3556, 63), (4207, 13)]),
            ("multiply-wide-64", [(5366, 127), (8570, 14)]),
            ("signed-multiply-wide-64", [(5576, 127), (8570, 14)]),
            ("square-64", [(1781, 61), (2126, 12)]),
            ("square-wide-64", [(2985, 125), (4473, 13)]),
            ("divide-64", [(2742, 2369), (23088, 120)]),
            ("signed-divide-64", [(2996, 2495), (23761, 132)]),
            ("remainder-64", [(2690, 2369), (22794, 119)]),
            ("signed-remainder-64", [(2879, 2495), (23298, 131)]),
            ("square-root-64", [(528, 467), (1682, 135)]),
            ("shift-left-64", [(384, 6), (384, 6)]),
            ("shift-right-64", [(384, 6), (384, 6)]),
            ("signed-shift-right-64", [(378, 6), (378, 6)]),
            ("rotate-left-64", [(321, 6), (321, 6)]),
            ("rotate-right-64", [(321, 6), (321, 6)]),
            ("popcount-64", [(63, 6), (63, 6)]),
            ("leading-zeros-64", [(63, 63), (120, 6)]),
            ("trailing-zeros-64", [(63, 63), (120, 6)]),
            ("one-hot-64", [(57, 3), (57, 3)]),
        ],
    );
}
