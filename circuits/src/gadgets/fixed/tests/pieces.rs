//! The approximations by pieces, and the real functions that they are computed from.

use super::piecewise::Piecewise;
use super::real::{self, ONE};
use super::*;

/// A real number between 0 and 1 from its first 19 decimal digits.
fn decimal(digits: i128) -> i128 {
    (digits << real::DIGITS) / 10i128.pow(19)
}

#[test]
fn real_functions_have_the_published_digits() {
    let close = |value: i128, digits| assert!((value - decimal(digits)).abs() < 64, "{value} for 0.{digits}");
    close(real::logarithm_of_2(), 6_931_471_805_599_453_094);
    close(real::power_of_2_minus_1(ONE / 2), 4_142_135_623_730_950_488);
    close(real::power_of_2_minus_1(3 * ONE / 4), 6_817_928_305_074_290_860);
    close(real::logarithm_below_2(3 * ONE / 4), 1_335_313_926_245_226_231);
    close(real::binary_logarithm_below_2(ONE / 2), 4_150_374_992_788_438_185);
    close(real::sigmoid_below_1(ONE), 2_689_414_213_699_951_207);
    close(real::sigmoid_below_1(20 * ONE), 20_611_536_181);
    close(real::tanh_below_1(ONE), 2_384_058_440_442_351_118);
    close(real::tanh_below_1(3 * ONE), 49_452_463_132_695_485);
    assert_eq!(real::power_of_2_minus_1(0), 0);
    assert_eq!(real::binary_logarithm_below_2(0), ONE);
    assert_eq!(real::sigmoid_below_1(0), ONE / 2);
    assert_eq!(real::tanh_below_1(0), ONE);
}

/// An approximation with the real function, the bits of its argument and value behind the point, and its offset.
struct Approximation {
    name: &'static str,
    pieces: Piecewise,
    function: fn(f64) -> f64,
    fractions: (usize, usize),
    offset: f64,
}

fn approximations(format: Format) -> Vec<Approximation> {
    let fraction = format.fraction_bits;
    let exp = exponential::Exponential::new(format).power;
    let (ln, log2) = (logarithm::Logarithm::natural(format).below_2, logarithm::Logarithm::binary(format).below_2);
    let sigmoid = sigmoid::Saturating::sigmoid(format).below_1;
    let tanh = sigmoid::Saturating::tanh(format).below_1;
    // Of the two of degree 1, half an ulp to round with is shifted by half of what a chord is off.
    let (guard_bits, offset) = if fraction <= 18 { (6, 0.25) } else { (9, 0.5) };
    let sum = fraction + guard_bits;
    let unit = |pieces: Piecewise, name, function, input, offset| Approximation {
        name,
        pieces,
        function,
        fractions: (input, sum),
        offset,
    };
    let (exp_bits, log_bits) = (exp.input_bits, ln.input_bits);
    vec![
        unit(exp, "2^x - 1", |x| x.exp2() - 1.0, exp_bits, 0.0),
        unit(ln, "ln (2 / (1 + x))", |x| (2.0 / (1.0 + x)).ln(), log_bits, 0.0),
        unit(log2, "log2 (2 / (1 + x))", |x| (2.0 / (1.0 + x)).log2(), log_bits, 0.0),
        unit(sigmoid, "1 - sigmoid x", |x| (-x).exp() / (1.0 + (-x).exp()), fraction, offset),
        unit(tanh, "1 - tanh x", |x| 2.0 * (-2.0 * x).exp() / (1.0 + (-2.0 * x).exp()), fraction, offset),
    ]
}

#[test]
fn pieces_cover_their_domain() {
    for format in FORMATS {
        for Approximation { name, pieces, .. } in approximations(format) {
            let end = pieces.pieces.iter().fold(0, |end, piece| {
                assert_eq!(piece.start, end, "{name} in {format:?}");
                assert_eq!(piece.start % (1 << piece.level), 0, "{name} in {format:?}");
                end + (1 << piece.level)
            });
            assert_eq!(end, 1 << pieces.input_bits, "{name} in {format:?}");
        }
    }
}

/// Within a piece it follows from the coefficients' signs.
#[test]
fn pieces_are_monotone_where_they_meet() {
    for format in FORMATS {
        for Approximation { name, pieces, .. } in approximations(format) {
            for piece in &pieces.pieces[1..] {
                let (before, after) = (pieces.in_the_clear(piece.start - 1), pieces.in_the_clear(piece.start));
                let (small, large) = if pieces.falling { (after, before) } else { (before, after) };
                assert!(small <= large, "{name} at {} in {format:?}", piece.start);
            }
        }
    }
}

/// The bound that the coefficients were fitted to, and what truncation loses at most, in every piece.
#[test]
fn pieces_are_as_close_as_their_fit_promises() {
    for format in FORMATS {
        let (above, below) = if format.fraction_bits <= 18 { (0.5, 0.25) } else { (0.3125, 0.4375) };
        for Approximation { name, pieces, function, fractions: (input, output), offset } in approximations(format) {
            let ulps = (1u64 << (output - format.fraction_bits)) as f64;
            for piece in &pieces.pieces {
                let step = (1 << piece.level) / 16;
                for place in 0..=16 {
                    let argument = (piece.start + place * step).min(piece.start + (1 << piece.level) - 1);
                    let real =
                        function(argument as f64 / (1u64 << input) as f64) * (1u64 << format.fraction_bits) as f64;
                    let error = pieces.in_the_clear(argument) as f64 / ulps - offset - real;
                    // Constants are rounded down to a unit.
                    let (least, most) = (-below - 1.0 / ulps, above + 1.0 / ulps);
                    assert!((least..=most).contains(&error), "{name} at {argument} in {format:?}: {error}");
                }
            }
        }
    }
}
