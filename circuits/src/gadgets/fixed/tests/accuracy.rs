//! The definitions in plain integers against real functions: error bounds, monotonicity, symmetry, saturation.

use proptest::prelude::*;

use super::circuits::number;
use super::*;

/// The numbers to try: all of a small format; elsewhere every one around 0, and of each magnitude a fixed sample.
fn numbers(format: Format) -> Vec<i128> {
    let dense_bits = if format.width() <= 14 { 13 } else { 10 };
    let mut numbers: Vec<i128> = (-1 << dense_bits..=1 << dense_bits).collect();
    for bit in dense_bits..format.width() - 1 {
        // Steps of an odd length, so that low bits vary.
        let step = ((1i128 << bit) / 700) | 1;
        let magnitudes = (1i128 << bit..2 << bit).step_by(step as usize).chain([(2 << bit) - 1]);
        numbers.extend(magnitudes.flat_map(|magnitude| [-magnitude, magnitude]));
    }
    numbers.push(format.least());
    numbers.retain(|&number| (format.least()..=format.greatest()).contains(&number));
    numbers.sort_unstable();
    numbers
}

/// The largest error over [`numbers`] for which the real function is defined, in ulps divided by `scale(x)`.
fn largest_error(
    format: Format,
    function: impl Fn(i128) -> i128,
    real: fn(f64) -> f64,
    scale: fn(f64) -> f64,
    defined: impl Fn(f64) -> bool,
) -> f64 {
    let ulp = format.one() as f64;
    let with_real = numbers(format).into_iter().map(|number| (number, number as f64 / ulp));
    with_real.filter(|&(_, x)| defined(x)).fold(0.0, |largest, (number, x)| {
        let error = (function(number) as f64 - real(x) * ulp).abs();
        largest.max(error / scale(x))
    })
}

#[test]
fn errors_are_below_an_ulp() {
    let one = |_| 1.0;
    let everywhere = |_| true;
    let positive = |x| x > 0.0;
    let real_sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    for format in FORMATS {
        let in_range = |x: f64| x.exp() < 2f64.powi(format.integer_bits as i32 - 1);
        let errors = [
            largest_error(format, exponential_in_the_clear(format), f64::exp, |x| x.exp().max(1.0), in_range),
            largest_error(format, natural_logarithm_in_the_clear(format), f64::ln, one, positive),
            largest_error(format, binary_logarithm_in_the_clear(format), f64::log2, one, positive),
            largest_error(format, sigmoid_in_the_clear(format), real_sigmoid, one, everywhere),
            largest_error(format, tanh_in_the_clear(format), f64::tanh, one, everywhere),
        ];
        // Rounding alone takes half an ulp: less would mean that nothing was measured.
        assert!(errors.iter().all(|&error| 0.49 < error && error < 1.0), "{format:?}: {errors:?}");
    }
}

#[test]
fn functions_are_monotone() {
    for format in FORMATS {
        for (name, _, function) in unary_gadgets(format).into_iter().filter(|(name, ..)| *name != "reciprocal") {
            let mut last = format.least();
            for number in numbers(format) {
                // With the number after it: where functions are flat or steep, jumps show between neighbours.
                for number in [number, (number + 1).min(format.greatest())] {
                    let value = function(number);
                    assert!(last <= value, "{name} of {number} in {format:?}");
                    last = value;
                }
                last = function(number);
            }
        }
    }
}

#[test]
fn sigmoid_and_tanh_are_symmetric() {
    for format in FORMATS {
        let (sigmoid, tanh) = (sigmoid_in_the_clear(format), tanh_in_the_clear(format));
        for number in numbers(format).into_iter().filter(|&number| number != format.least()) {
            assert_eq!(sigmoid(-number), format.one() - sigmoid(number), "sigmoid of {number} in {format:?}");
            assert_eq!(tanh(-number), -tanh(number), "tanh of {number} in {format:?}");
        }
    }
}

#[test]
fn special_values() {
    for format in FORMATS {
        let (least, greatest, one) = (format.least(), format.greatest(), format.one());
        let exp = exponential_in_the_clear(format);
        assert_eq!([least, -greatest, 0, greatest].map(exp), [0, 0, one, greatest]);
        let (ln, log2) = (natural_logarithm_in_the_clear(format), binary_logarithm_in_the_clear(format));
        assert_eq!([least, -1, 0].map(&ln), [least; 3]);
        assert_eq!([least, -1, 0].map(&log2), [least; 3]);
        assert_eq!(ln(one), 0);
        for bit in 0..format.width() - 1 {
            assert_eq!(log2(1 << bit), (bit as i128 - format.fraction_bits as i128) * one);
        }
        assert_eq!([least, 0, greatest].map(sigmoid_in_the_clear(format)), [0, one / 2, one]);
        assert_eq!([least, 0, greatest].map(tanh_in_the_clear(format)), [-one, 0, one]);
        assert_eq!([least, -1, 0, 4 * one].map(|x| square_root_in_the_clear(format, x)), [0, 0, 0, 2 * one]);
        let divide = |x, y| divide_in_the_clear(format, x, y);
        assert_eq!([divide(0, 0), divide(1, 0), divide(-1, 0)], [greatest, greatest, least]);
        assert_eq!([divide(least, -one), divide(least, one), divide(one, -one)], [greatest, least, -one]);
        // The reciprocal of an ulp is in range only with more bits before the point than behind it.
        assert_eq!(reciprocal_in_the_clear(format, 0), greatest);
        assert_eq!(reciprocal_in_the_clear(format, 1), (one * one).min(greatest));
        assert_eq!(reciprocal_in_the_clear(format, -2 * one), -one / 2);
    }
}

fn format_and_numbers() -> impl Strategy<Value = (Format, i128, i128)> {
    prop::sample::select(FORMATS.to_vec()).prop_flat_map(|format| (Just(format), number(format), number(format)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    /// Twice the distance from the real result is at most an ulp, in exact integers.
    #[test]
    fn products_quotients_and_roots_are_rounded_to_nearest((format, x, y) in format_and_numbers()) {
        let one = format.one();
        let off = format.wrap(multiply_in_the_clear(format, x, y) - (x * y).div_euclid(one));
        prop_assert_eq!(off, i128::from(2 * (x * y).rem_euclid(one) >= one));

        let quotient = divide_in_the_clear(format, x, y);
        let twice_off = 2 * (quotient * y - x * one);
        if twice_off.abs() > y.abs() || y == 0 {
            // Between this limit and the real quotient there is no other number, as all of them are on one side.
            let negative = (x < 0) != (y < 0);
            prop_assert_eq!(quotient, if negative { format.least() } else { format.greatest() });
            prop_assert!(x.abs() * one >= format.greatest() * y.abs(), "{} / {}", x, y);
        }

        let root = square_root_in_the_clear(format, x);
        let four_squared = 4 * x.max(0) * one;
        prop_assert!((2 * root - 1).pow(2) <= four_squared || root == 0);
        prop_assert!(four_squared <= (2 * root + 1).pow(2));
    }
}
