//! Real functions in integer arithmetic, from which the coefficients of the approximations are computed.
//!
//! A real number is its multiple of 2^-60 in an `i128`. Integers and not floating point, because all parties must
//! build the same circuit, and mathematical libraries differ in their last bits. Errors are a few multiples of 2^-60.
//! Factors stay below 4 and numerators below 8, so that no product overflows.

/// Digits behind the point of a real number.
pub(super) const DIGITS: usize = 60;
/// The number 1.
pub(super) const ONE: i128 = 1 << DIGITS;

fn product(x: i128, y: i128) -> i128 {
    (x * y) >> DIGITS
}

fn quotient(x: i128, y: i128) -> i128 {
    (x << DIGITS) / y
}

/// The natural logarithm of `x`, for 1/2 < x < 4: `2 artanh z` with `z = (x - 1) / (x + 1)`, by its series
/// `z + z³/3 + z⁵/5 + ...`.
fn logarithm(x: i128) -> i128 {
    let z = quotient(x - ONE, x + ONE);
    let square = product(z, z);
    let (mut power, mut sum) = (z, 0);
    for odd in (1..).step_by(2) {
        if power.abs() < odd {
            break;
        }
        sum += power / odd;
        power = product(power, square);
    }
    2 * sum
}

/// The natural logarithm of 2.
pub(super) fn logarithm_of_2() -> i128 {
    logarithm(2 * ONE)
}

/// The natural logarithm of 10.
pub(super) fn logarithm_of_10() -> i128 {
    3 * logarithm_of_2() + logarithm(5 * ONE / 4)
}

/// `e^x` for |x| < 1, by its series.
pub(super) fn exponential(x: i128) -> i128 {
    let (mut term, mut sum) = (ONE, 0);
    for index in 1.. {
        if term == 0 || term == -1 {
            break;
        }
        sum += term;
        term = product(term, x) / index;
    }
    sum
}

/// `2^x - 1` for 0 <= x <= 1.
pub(super) fn power_of_2_minus_1(x: i128) -> i128 {
    exponential(product(x, logarithm_of_2())) - ONE
}

/// `ln (2 / (1 + x))` for -1/2 < x < 2.
pub(super) fn logarithm_below_2(x: i128) -> i128 {
    logarithm_of_2() - logarithm(ONE + x)
}

/// `log2 (2 / (1 + x))` for -1/2 < x < 2.
pub(super) fn binary_logarithm_below_2(x: i128) -> i128 {
    quotient(logarithm_below_2(x), logarithm_of_2())
}

/// `e^-x` for -2 <= x <= 64, as `2^-k e^-r` with `x = k ln 2 + r`.
fn decay(x: i128) -> i128 {
    let (halvings, rest) = (x.div_euclid(logarithm_of_2()), x.rem_euclid(logarithm_of_2()));
    let power = exponential(-rest);
    if halvings < 0 { power << -halvings } else { power >> halvings }
}

/// `1 - sigmoid(x) = e^-x / (1 + e^-x)` for -2 <= x <= 64.
pub(super) fn sigmoid_below_1(x: i128) -> i128 {
    let decay = decay(x);
    quotient(decay, ONE + decay)
}

/// `1 - tanh(x) = 2 e^-2x / (1 + e^-2x)` for -1 <= x <= 32.
pub(super) fn tanh_below_1(x: i128) -> i128 {
    2 * sigmoid_below_1(2 * x)
}
