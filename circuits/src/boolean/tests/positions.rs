//! Rotations, runs of zeros and one-hot codes against machine arithmetic.

use proptest::prelude::*;

use super::super::{Bits, integer};
use super::{SHAPES, check, circuit, instances, low, run, width};

proptest! {
    #[test]
    fn rotations(width in width(128), amount_width in 0..=10usize, instances in instances(2)) {
        let widths = [width, amount_width];
        let rotate = |x: u128, amount: usize| match amount % width.max(1) {
            0 => x,
            amount => x << amount | x >> (width - amount),
        };
        check(&widths, &instances, |b, v| integer::rotate_left_by(b, &v[0], &v[1]), |n| rotate(n[0], n[1] as usize));
        check(
            &widths,
            &instances,
            |b, v| integer::rotate_right_by(b, &v[0], &v[1]),
            |n| rotate(n[0], width - n[1] as usize % width.max(1)),
        );
    }

    #[test]
    fn runs_of_zeros(width in width(128), instances in instances(1)) {
        // Short numbers, and numbers with their low bits off.
        let instances: Vec<_> = instances
            .iter()
            .zip(0..)
            .map(|(n, bits): (_, u32)| vec![if bits % 2 == 0 { n[0] >> (2 * bits) } else { n[0] << (2 * bits) }])
            .collect();
        let leading = |x: u128| u128::from(x.leading_zeros()) - (128 - width as u128);
        let trailing = |x: u128| u128::from(x.trailing_zeros()).min(width as u128);
        for shape in SHAPES {
            check(&[width], &instances, |b, v| integer::leading_zeros(b, &v[0], shape), |n| leading(n[0]));
            check(&[width], &instances, |b, v| integer::trailing_zeros(b, &v[0], shape), |n| trailing(n[0]));
        }
    }

    #[test]
    fn one_hot_codes(index_width in 0..=9usize, positions in 0..=128usize, instances in instances(1)) {
        check(
            &[index_width],
            &instances,
            |b, v| integer::one_hot(b, &v[0], positions),
            |n| if n[0] < positions as u128 { 1 << n[0] } else { 0 },
        );
    }
}

#[test]
fn one_hot_codes_of_all_indices() {
    for (width, positions) in (0..=5usize).flat_map(|width| (0..=34usize).map(move |positions| (width, positions))) {
        let indices: Vec<_> = (0..1u128 << width).map(|index| vec![index]).collect();
        let circuit = circuit(&[width], |b, v: &[Bits]| integer::one_hot(b, &v[0], positions));
        for (outputs, index) in run(&circuit, &indices).iter().zip(0..) {
            assert_eq!(outputs[0], low(1 << index, positions), "{index} of {positions} positions");
        }
    }
}
