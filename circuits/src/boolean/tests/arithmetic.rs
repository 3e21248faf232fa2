//! Addition, multiplication and sums against machine arithmetic.

use proptest::prelude::*;

use super::super::{Bits, Builder, Signedness, Wire, integer};
use super::{SHAPES, check, instances, low, signed, width};

proptest! {
    #[test]
    fn additions(width in width(128), instances in instances(2)) {
        let widths = [width, width];
        for shape in SHAPES {
            check(&widths, &instances, |b, v| integer::add(b, &v[0], &v[1], shape), |n| n[0].wrapping_add(n[1]));
            check(&widths, &instances, |b, v| integer::sub(b, &v[0], &v[1], shape), |n| n[0].wrapping_sub(n[1]));
            check(&widths, &instances, |b, v| integer::neg(b, &v[0], shape), |n| n[0].wrapping_neg());
            check(
                &[width, width, 1],
                &instances.iter().map(|n| vec![n[0], n[1], n[0] >> 77]).collect::<Vec<_>>(),
                |b, v| integer::add_with_carry(b, &v[0], &v[1], v[2][0], shape),
                |n| n[0].wrapping_add(n[1]).wrapping_add(n[2]),
            );
        }
    }

    #[test]
    fn additions_of_constants(width in width(128), constant: u128, instances in instances(1)) {
        for shape in SHAPES {
            let public = Bits::constant(constant, width);
            check(&[width], &instances, |b, v| integer::add(b, &v[0], &public, shape), |n| n[0].wrapping_add(constant));
            check(&[width], &instances, |b, v| integer::sub(b, &public, &v[0], shape), |n| constant.wrapping_sub(n[0]));
            check(
                &[width],
                &instances,
                |b, v| integer::multiply(b, &v[0], &public, shape),
                |n| n[0].wrapping_mul(constant),
            );
        }
    }

    #[test]
    fn products_mod_their_width(width in width(128), instances in instances(2)) {
        for shape in SHAPES {
            check(
                &[width, width],
                &instances,
                |b, v| integer::multiply(b, &v[0], &v[1], shape),
                |n| n[0].wrapping_mul(n[1]),
            );
            check(&[width], &instances, |b, v| integer::multiply(b, &v[0], &v[0], shape), |n| n[0].wrapping_mul(n[0]));
        }
    }

    #[test]
    fn whole_products(x_width in width(64), y_width in width(64), instances in instances(2)) {
        let widths = [x_width, y_width];
        for shape in SHAPES {
            check(
                &widths,
                &instances,
                |b, v| integer::multiply_wide(b, &v[0], &v[1], Signedness::Unsigned, shape),
                |n| n[0] * n[1],
            );
            check(
                &widths,
                &instances,
                |b, v| integer::multiply_wide(b, &v[0], &v[1], Signedness::Signed, shape),
                |n| signed(n[0], x_width).wrapping_mul(signed(n[1], y_width)) as u128,
            );
            check(
                &widths,
                &instances,
                |b, v| integer::multiply_wide(b, &v[0], &v[0], Signedness::Unsigned, shape),
                |n| n[0] * n[0],
            );
            check(
                &widths,
                &instances,
                |b, v| integer::multiply_wide(b, &v[0], &v[0], Signedness::Signed, shape),
                |n| signed(n[0], x_width).pow(2) as u128,
            );
        }
    }

    #[test]
    fn sums(widths in prop::collection::vec(1..=64usize, 0..12), out_width in width(128), instances in instances(12)) {
        for shape in SHAPES {
            check(
                &widths,
                &instances,
                |b, v| integer::sum(b, v, out_width, shape),
                |n| n.iter().sum(),
            );
            check(
                &widths,
                &instances,
                |b, v| integer::sum_signed(b, v, out_width, shape),
                |n| n.iter().zip(&widths).map(|(&n, &width)| signed(n, width)).sum::<i128>() as u128,
            );
        }
    }

    #[test]
    fn differences_and_dot_products(below in width(39), out_width in width(128), instances in instances(4)) {
        let width = below + 1;
        let gadget = |b: &mut Builder, v: &[Bits], signedness, shape| {
            let mut columns = integer::Columns::new(out_width, shape);
            columns.add_product(b, 0, &v[0], &v[1], signedness);
            columns.add_product(b, 3, &v[2], &v[3], signedness);
            columns.add_product(b, 1, &v[3], &v[3], signedness);
            columns.subtract(b, 2, &v[0], signedness);
            columns.subtract_bit(b, 1, v[1][0]);
            columns.add_bit(0, Wire::TRUE);
            columns.total(b)
        };
        let expected = |n: [i128; 4], bit: i128| {
            n[0] * n[1] + 8 * n[2] * n[3] + 2 * n[3] * n[3] - 4 * n[0] - 2 * bit + 1
        };
        for shape in SHAPES {
            check(
                &[width; 4],
                &instances,
                |b, v| gadget(b, v, Signedness::Unsigned, shape),
                |n| expected([0, 1, 2, 3].map(|i| n[i] as i128), n[1] as i128 & 1) as u128,
            );
            check(
                &[width; 4],
                &instances,
                |b, v| gadget(b, v, Signedness::Signed, shape),
                |n| expected([0, 1, 2, 3].map(|i| signed(n[i], width)), n[1] as i128 & 1) as u128,
            );
        }
    }

    #[test]
    fn popcounts(width in width(128), instances in instances(1)) {
        for shape in SHAPES {
            check(
                &[width],
                &instances,
                |b, v| integer::popcount(b, &v[0], shape),
                |n| u128::from(low(n[0], width).count_ones()),
            );
        }
    }
}
