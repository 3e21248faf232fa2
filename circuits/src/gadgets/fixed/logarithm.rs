//! Logarithms.

use crate::boolean::integer::{Columns, not};
use crate::boolean::{Bits, Builder, Shape, Signedness, Wire};

use super::Format;
use super::fit::Curve;
use super::format::bits_below;
use super::normalise::normalise;
use super::piecewise::Piecewise;
use super::real::{self, DIGITS, ONE};

/// The natural logarithm of `x`, or the least number of the format if `x` is not positive.
///
/// The error is less than an ulp, and the function is monotone. `x = 2^e m` with 1 <= m < 2; the result is
/// `(e + 1) ln 2 - ln (2 / m)`: a table by the position of the leading one, which is free, and an approximation by
/// pieces ([module documentation](super)).
///
/// # Panics
/// If `x` does not have the format's width.
pub fn natural_logarithm(builder: &mut Builder, x: &Bits, format: Format, shape: Shape) -> Bits {
    Logarithm::natural(format).circuit(builder, x, shape)
}

/// The binary logarithm of `x`, or the least number of the format if `x` is not positive.
///
/// The error is less than an ulp, and the function is monotone; powers of two give exact results.
///
/// # Panics
/// If `x` does not have the format's width.
pub fn binary_logarithm(builder: &mut Builder, x: &Bits, format: Format, shape: Shape) -> Bits {
    Logarithm::binary(format).circuit(builder, x, shape)
}

/// What [`natural_logarithm`] computes, on the number's bits as an integer.
pub fn natural_logarithm_in_the_clear(format: Format) -> impl Fn(i128) -> i128 {
    let logarithm = Logarithm::natural(format);
    move |x| logarithm.in_the_clear(x)
}

/// What [`binary_logarithm`] computes, on the number's bits as an integer.
pub fn binary_logarithm_in_the_clear(format: Format) -> impl Fn(i128) -> i128 {
    let logarithm = Logarithm::binary(format);
    move |x| logarithm.in_the_clear(x)
}

/// A logarithm to some base.
pub(super) struct Logarithm {
    format: Format,
    /// The logarithm of 2.
    of_2: i128,
    /// The logarithm of `2 / m`, by the bits of `m` behind the point.
    pub(super) below_2: Piecewise,
    /// Bits behind the point with which the parts are added.
    sum_fraction: usize,
    /// What is added to the sum before it is rounded down.
    offset: i128,
}

impl Logarithm {
    pub(super) fn natural(format: Format) -> Self {
        Self::new(format, real::logarithm_of_2(), real::logarithm_below_2)
    }

    pub(super) fn binary(format: Format) -> Self {
        Self::new(format, ONE, real::binary_logarithm_below_2)
    }

    fn new(format: Format, of_2: i128, function: fn(i128) -> i128) -> Self {
        let fraction = format.fraction_bits;
        // All bits of the mantissa, or as many as leave an error of a tenth of an ulp.
        let input_bits = (fraction + 4).min(format.width() - 2);
        let curve = Curve::new(format.one(), function, true, input_bits);
        // Half an ulp to round with; the chords lie above the function, which is subtracted.
        let sum_fraction = fraction + curve.guard_bits;
        let offset = curve.ulp() / 2 + curve.half_of_chord();
        Self { format, of_2, below_2: curve.fit(), sum_fraction, offset }
    }

    /// The logarithm of 2^(exponent + 1), the number's leading one being bit `exponent`, plus the offset.
    fn of_power(&self, exponent: usize) -> i128 {
        let power = exponent as i128 + 1 - self.format.fraction_bits as i128;
        ((power * self.of_2) >> (DIGITS - self.sum_fraction)) + self.offset
    }

    fn circuit(&self, builder: &mut Builder, x: &Bits, shape: Shape) -> Bits {
        self.format.check(x);
        let width = self.format.width();
        let normalised = normalise(builder, &x.truncate(width - 1), shape);
        let argument = normalised.mantissa.iter().skip(width - 2 - self.below_2.input_bits).collect();

        // The difference a - b is !(!a + b).
        let mut columns = Columns::new(self.sum_fraction + self.integer_bits(), shape);
        let power = (0..columns.width()).map(|bit| {
            let places =
                normalised.exponent.iter().enumerate().filter(|&(place, _)| self.of_power(place) >> bit & 1 == 0);
            places.fold(Wire::FALSE, |sum, (_, &place)| builder.xor(sum, place))
        });
        let power = power.collect();
        columns.add(builder, 0, &power, Signedness::Unsigned);
        self.below_2.add_to(builder, &mut columns, &argument, Wire::TRUE);
        let sum = columns.total(builder);
        let logarithm = not(builder, &sum).iter().skip(self.sum_fraction - self.format.fraction_bits).collect::<Bits>();

        let negative = builder.not(x.top());
        let positive = builder.and(negative, normalised.nonzero);
        let kept: Bits = logarithm.iter().map(|bit| builder.and(bit, positive)).collect();
        let magnitude = kept.sign_extend(width).truncate(width - 1);
        let not_positive = builder.not(positive);
        let sign = builder.or(not_positive, logarithm.top());
        magnitude.concat(&sign.into())
    }

    /// Bits that hold the integer part of every logarithm, from -fraction_bits up to integer_bits - 1, with its sign.
    fn integer_bits(&self) -> usize {
        bits_below(self.format.integer_bits.max(self.format.fraction_bits)) + 1
    }

    fn in_the_clear(&self, x: i128) -> i128 {
        if x <= 0 {
            return self.format.least();
        }
        let exponent = x.ilog2() as usize;
        let mantissa = x << (self.format.width() - 2 - exponent);
        let argument = mantissa >> (self.format.width() - 2 - self.below_2.input_bits);
        let behind_point = argument as u64 & ((1 << self.below_2.input_bits) - 1);
        let sum = self.of_power(exponent) - i128::from(self.below_2.in_the_clear(behind_point));
        sum >> (self.sum_fraction - self.format.fraction_bits)
    }
}
