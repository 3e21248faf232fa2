//! Division by public numbers against machine arithmetic.

use proptest::prelude::*;

use super::super::integer::Dividend;
use super::super::{Bits, Builder, Shape, Signedness, integer};
use super::{SHAPES, check, circuit, instances, low, signed};

/// The quotients of dividends of one number and a constant, rounded down, in as many bits as the number has.
fn quotient(builder: &mut Builder, x: &Bits, signedness: Signedness, public: [u128; 2], shape: Shape) -> Bits {
    let [divisor, constant] = public;
    let mut dividend = Dividend::over(divisor).expect("a divisor in range");
    dividend.add(x, signedness, false);
    dividend.add_constant(constant);
    dividend.quotient(builder, x.width(), shape).expect("numbers in range")
}

/// Instances of which half are next to multiples of the divisor, where an error by the smallest amount shows.
fn near_multiples(mut instances: Vec<Vec<u128>>, [divisor, constant]: [u128; 2]) -> Vec<Vec<u128>> {
    for (instance, numbers) in instances.iter_mut().enumerate().filter(|(instance, _)| instance % 2 == 0) {
        let multiple = (numbers[0] >> 2) / divisor * divisor;
        numbers[0] = multiple.wrapping_sub(constant).wrapping_sub(instance as u128 / 2 % 3).wrapping_add(1);
    }
    instances
}

fn divisor() -> impl Strategy<Value = u128> {
    prop_oneof![
        3 => (0..=18u32).prop_map(|digits| 10u128.pow(digits)),
        1 => (0..63u32).prop_map(|bit| 1 << bit),
        1 => (0..63u32, any::<u64>()).prop_map(|(shift, number)| u128::from(number >> 1 >> shift).max(1)),
        1 => 1..100u128,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn quotients_are_exact(width in 1..=100usize, divisor in divisor(), constant in any::<u64>(), instances in instances(1)) {
        let constant = u128::from(constant) % (2 * divisor).min(1 << 60);
        let public = [divisor, constant];
        let instances = near_multiples(instances, public);
        for shape in SHAPES {
            check(&[width], &instances, |b, v| quotient(b, &v[0], Signedness::Unsigned, public, shape), |n| {
                (n[0] + constant) / divisor
            });
            check(&[width], &instances, |b, v| quotient(b, &v[0], Signedness::Signed, public, shape), |n| {
                (signed(n[0], width) + constant as i128).div_euclid(divisor as i128) as u128
            });
        }
    }

    #[test]
    fn divisions_by_constants(width in 1..=100usize, divisor in divisor(), negative in any::<bool>(), instances in instances(1)) {
        let y = low(if negative { divisor.wrapping_neg() } else { divisor }, width);
        let instances = near_multiples(instances, [divisor, 0]);
        let both = |builder: &mut Builder, x: &Bits, signedness, shape| {
            let division = integer::divide(builder, x, &Bits::constant(y, width), signedness, shape);
            division.quotient.concat(&division.remainder)
        };
        for (shape, is_quotient) in SHAPES.into_iter().flat_map(|shape| [(shape, true), (shape, false)]) {
            let part = |bits: Bits| bits.iter().skip(if is_quotient { 0 } else { width }).take(width).collect::<Bits>();
            let pick = |quotient: u128, remainder: u128| if is_quotient { quotient } else { remainder };
            check(&[width], &instances, |b, v| part(both(b, &v[0], Signedness::Unsigned, shape)), |n| {
                pick(n[0].checked_div(y).unwrap_or(u128::MAX), n[0].checked_rem(y).unwrap_or(n[0]))
            });
            check(&[width], &instances, |b, v| part(both(b, &v[0], Signedness::Signed, shape)), |n| {
                let (x, y) = (signed(n[0], width), signed(y, width));
                pick(x.checked_div(y).unwrap_or(-1) as u128, x.checked_rem(y).unwrap_or(x) as u128)
            });
        }
    }

    /// Bits of several numbers, added and taken away, and multiples of the divisor beside them.
    #[test]
    fn sums_are_divided_at_once(width in 1..=60usize, divisor in divisor(), lift in any::<u32>(), instances in instances(4)) {
        let gadget = |builder: &mut Builder, v: &[Bits], shape| {
            let mut dividend = Dividend::over(divisor).expect("a divisor in range");
            dividend.add(&v[0], Signedness::Unsigned, false);
            dividend.add(&v[1], Signedness::Signed, false);
            dividend.add(&v[2], Signedness::Signed, true);
            dividend.add_bit(width, v[3][0], true);
            dividend.add_bit_to_quotient(3, v[3][0], false);
            dividend.add_to_quotient(lift.into(), true);
            dividend.quotient(builder, 100, shape).expect("numbers in range")
        };
        for shape in SHAPES {
            check(&[width; 4], &instances, |b, v| gadget(b, v, shape), |n| {
                let bit = low(n[3], 1) as i128;
                let sum = n[0] as i128 + signed(n[1], width) - signed(n[2], width) - (bit << width);
                (sum.div_euclid(divisor as i128) + 8 * bit - i128::from(lift)) as u128
            });
        }
    }
}

#[test]
fn all_quotients_of_narrow_numbers() {
    for width in 1..=6usize {
        let numbers: Vec<_> = (0..1u128 << width).map(|x| vec![x]).collect();
        for divisor in 1..=40u128 {
            for constant in [0, divisor / 2, divisor - 1] {
                for shape in SHAPES {
                    let public = [divisor, constant];
                    let unsigned =
                        |b: &mut Builder, v: &[Bits]| quotient(b, &v[0], Signedness::Unsigned, public, shape);
                    check(&[width], &numbers, unsigned, |n| (n[0] + constant) / divisor);
                    check(
                        &[width],
                        &numbers,
                        |b, v| quotient(b, &v[0], Signedness::Signed, public, shape),
                        |n| (signed(n[0], width) + constant as i128).div_euclid(divisor as i128) as u128,
                    );
                }
            }
        }
    }
}

#[test]
fn divisors_out_of_range_are_refused() {
    for divisor in [0, 1 << 63, u128::MAX] {
        assert!(Dividend::over(divisor).is_none());
    }
    assert!(Dividend::over((1 << 63) - 1).is_some());
}

/// Halves upwards, by 10^6, as a product of decimals is rounded.
#[test]
fn documented_costs_of_rounding() {
    let cost = |width: usize, shape| {
        let rounded = |builder: &mut Builder, v: &[Bits]| {
            let mut dividend = Dividend::over(1_000_000).expect("a divisor in range");
            dividend.add(&v[0], Signedness::Signed, false);
            dividend.add_constant(500_000);
            dividend.quotient(builder, width - 19, shape).expect("numbers in range")
        };
        let circuit = circuit(&[width], rounded);
        (circuit.and_gates(), circuit.and_depth())
    };
    assert_eq!(SHAPES.map(|shape| cost(32, shape)), [(157, 30), (217, 9)]);
    assert_eq!(SHAPES.map(|shape| cost(64, shape)), [(677, 63), (838, 11)]);
}
