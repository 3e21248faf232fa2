//! Comparisons, selection, shifts and single bits against machine arithmetic.

use std::ops::{BitAnd, BitOr, BitXor};

use proptest::prelude::*;

use super::super::{Bits, Signedness, integer};
use super::{SHAPES, check, instances, signed, width};

/// `instances` with every fourth pair made equal, which random numbers hardly ever are.
fn with_ties(mut instances: Vec<Vec<u128>>) -> Vec<Vec<u128>> {
    for numbers in instances.iter_mut().step_by(4) {
        numbers[1] = numbers[0];
    }
    instances
}

proptest! {
    #[test]
    fn comparisons(width in width(128), instances in instances(2).prop_map(with_ties)) {
        let widths = [width, width];
        let of_signed = |n: &[u128]| (signed(n[0], width), signed(n[1], width));
        for shape in SHAPES {
            let less = |signedness| move |b: &mut _, v: &[Bits]| {
                integer::less_than(b, &v[0], &v[1], signedness, shape).into()
            };
            let at_most = |signedness| move |b: &mut _, v: &[Bits]| {
                integer::less_or_equal(b, &v[0], &v[1], signedness, shape).into()
            };
            check(&widths, &instances, less(Signedness::Unsigned), |n| (n[0] < n[1]).into());
            check(&widths, &instances, at_most(Signedness::Unsigned), |n| (n[0] <= n[1]).into());
            check(&widths, &instances, less(Signedness::Signed), |n| (of_signed(n).0 < of_signed(n).1).into());
            check(&widths, &instances, at_most(Signedness::Signed), |n| (of_signed(n).0 <= of_signed(n).1).into());
        }
        check(&widths, &instances, |b, v| integer::equal(b, &v[0], &v[1]).into(), |n| (n[0] == n[1]).into());
        check(&widths, &instances, |b, v| integer::is_zero(b, &v[0]).into(), |n| (n[0] == 0).into());
    }

    #[test]
    fn comparisons_with_constants(width in width(128), constant: u128, instances in instances(1)) {
        let public = Bits::constant(constant, width);
        let constant = super::low(constant, width);
        for shape in SHAPES {
            check(
                &[width],
                &instances,
                |b, v| integer::less_than(b, &v[0], &public, Signedness::Unsigned, shape).into(),
                |n| (n[0] < constant).into(),
            );
            check(
                &[width],
                &instances,
                |b, v| integer::less_than(b, &public, &v[0], Signedness::Signed, shape).into(),
                |n| (signed(constant, width) < signed(n[0], width)).into(),
            );
        }
    }

    #[test]
    fn choices(width in width(127).prop_map(|below| below + 1), instances in instances(2).prop_map(with_ties)) {
        let widths = [width, width];
        let pair = |n: &[u128]| (signed(n[0], width), signed(n[1], width));
        check(&widths, &instances, |b, v| integer::select(b, v[0][0], &v[0], &v[1]), |n| n[usize::from(n[0] & 1 == 0)]);
        for shape in SHAPES {
            let min = |signedness| move |b: &mut _, v: &[Bits]| integer::min(b, &v[0], &v[1], signedness, shape);
            let max = |signedness| move |b: &mut _, v: &[Bits]| integer::max(b, &v[0], &v[1], signedness, shape);
            check(&widths, &instances, min(Signedness::Unsigned), |n| n[0].min(n[1]));
            check(&widths, &instances, max(Signedness::Unsigned), |n| n[0].max(n[1]));
            check(&widths, &instances, min(Signedness::Signed), |n| pair(n).0.min(pair(n).1) as u128);
            check(&widths, &instances, max(Signedness::Signed), |n| pair(n).0.max(pair(n).1) as u128);
            check(&widths, &instances, |b, v| integer::abs(b, &v[0], shape), |n| pair(n).0.unsigned_abs());
        }
    }

    #[test]
    fn shifts(width in width(128), amount_width in 0..=10usize, amount in 0..300usize, instances in instances(2)) {
        // `None` from Rust's shifts is what goes beyond 128 bits.
        let left = |x: u128, amount: u32| x.checked_shl(amount).unwrap_or(0);
        let right = |x: u128, amount: u32| x.checked_shr(amount).unwrap_or(0);
        let signed_right = |x: u128, amount: u32| (signed(x, width) >> amount.min(127)) as u128;
        let public = amount as u32;
        check(&[width], &instances, |_, v| integer::shift_left(&v[0], amount), |n| left(n[0], public));
        check(
            &[width],
            &instances,
            |_, v| integer::shift_right(&v[0], amount, Signedness::Unsigned),
            |n| right(n[0], public),
        );
        check(
            &[width],
            &instances,
            |_, v| integer::shift_right(&v[0], amount, Signedness::Signed),
            |n| signed_right(n[0], public),
        );
        check(&[width], &instances, |_, v| integer::rotate_left(&v[0], amount), |n| {
            let amount = amount % width.max(1);
            left(n[0], amount as u32) | right(n[0], (width - amount) as u32)
        });

        let widths = [width, amount_width];
        check(&widths, &instances, |b, v| integer::shift_left_by(b, &v[0], &v[1]), |n| left(n[0], n[1] as u32));
        check(
            &widths,
            &instances,
            |b, v| integer::shift_right_by(b, &v[0], &v[1], Signedness::Unsigned),
            |n| right(n[0], n[1] as u32),
        );
        check(
            &widths,
            &instances,
            |b, v| integer::shift_right_by(b, &v[0], &v[1], Signedness::Signed),
            |n| signed_right(n[0], n[1] as u32),
        );
    }

    #[test]
    fn bit_by_bit(width in width(128), instances in instances(2)) {
        let widths = [width, width];
        check(&widths, &instances, |b, v| integer::and(b, &v[0], &v[1]), |n| n[0].bitand(n[1]));
        check(&widths, &instances, |b, v| integer::or(b, &v[0], &v[1]), |n| n[0].bitor(n[1]));
        check(&widths, &instances, |b, v| integer::xor(b, &v[0], &v[1]), |n| n[0].bitxor(n[1]));
        check(&widths, &instances, |b, v| integer::not(b, &v[0]), |n| !n[0]);
    }

    #[test]
    fn extension_keeps_the_number(width in width(64), more in 0..=64usize, instances in instances(1)) {
        let wide = width + more;
        check(&[width], &instances, |_, v| v[0].zero_extend(wide), |n| n[0]);
        check(&[width], &instances, |_, v| v[0].sign_extend(wide), |n| signed(n[0], width) as u128);
        check(&[wide], &instances, |_, v| v[0].truncate(width), |n| n[0]);
    }
}
