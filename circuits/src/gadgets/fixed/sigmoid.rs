//! Sigmoid and hyperbolic tangent.

use crate::boolean::integer::{Columns, add_with_carry};
use crate::boolean::{Bits, Builder, Shape, Wire};

use super::Format;
use super::fit::Curve;
use super::format::{all_equal, bits_below};
use super::piecewise::Piecewise;
use super::real;

/// `1 / (1 + e^-x)`.
///
/// The error is less than an ulp. The function is monotone, and `sigmoid(-x) = 1 - sigmoid(x)` holds exactly.
/// `1 - sigmoid(|x|)` is approximated by pieces ([module documentation](super)); beyond their domain it is 0.
///
/// # Panics
/// If `x` does not have the format's width.
pub fn sigmoid(builder: &mut Builder, x: &Bits, format: Format, shape: Shape) -> Bits {
    let below_1 = Saturating::sigmoid(format).circuit(builder, x, shape);
    // y for negative numbers. For others 1 - y, which is -y mod 2 with its highest bit flipped.
    let not_negative = builder.not(x.top());
    let negated = negate_if(builder, &below_1, not_negative, shape);
    let top = builder.xor(negated.top(), not_negative);
    negated.truncate(format.fraction_bits).concat(&top.into()).zero_extend(format.width())
}

/// The hyperbolic tangent `(e^x - e^-x) / (e^x + e^-x)`.
///
/// The error is less than an ulp. The function is monotone, and `tanh(-x) = -tanh(x)` holds exactly.
/// `1 - tanh(|x|)` is approximated by pieces ([module documentation](super)); beyond their domain it is 0.
///
/// # Panics
/// If `x` does not have the format's width.
pub fn tanh(builder: &mut Builder, x: &Bits, format: Format, shape: Shape) -> Bits {
    let below_1 = Saturating::tanh(format).circuit(builder, x, shape);
    // y - 1 for negative numbers, where y is 1 or behind the point, and its negative for others.
    let below_0 = builder.not(below_1.top());
    let minus_1 = below_1.truncate(format.fraction_bits).concat(&vec![below_0; 2].into());
    let not_negative = builder.not(x.top());
    negate_if(builder, &minus_1, not_negative, shape).sign_extend(format.width())
}

/// What [`sigmoid`] computes, on the number's bits as an integer.
pub fn sigmoid_in_the_clear(format: Format) -> impl Fn(i128) -> i128 {
    let below_1 = Saturating::sigmoid(format);
    move |x| if x < 0 { below_1.in_the_clear(x) } else { format.one() - below_1.in_the_clear(x) }
}

/// What [`tanh`] computes, on the number's bits as an integer.
pub fn tanh_in_the_clear(format: Format) -> impl Fn(i128) -> i128 {
    let below_1 = Saturating::tanh(format);
    move |x| {
        let magnitude = format.one() - below_1.in_the_clear(x);
        if x < 0 { -magnitude } else { magnitude }
    }
}

/// Negates a number in two's complement where `condition` holds.
pub(super) fn negate_if(builder: &mut Builder, x: &Bits, condition: Wire, shape: Shape) -> Bits {
    let flipped = x.iter().map(|bit| builder.xor(bit, condition)).collect();
    add_with_carry(builder, &flipped, &Bits::constant(0, x.width()), condition, shape)
}

/// `1 - f(|x|)` for a function f that approaches 1.
pub(super) struct Saturating {
    format: Format,
    /// By the bits of |x|; beyond them it is 0.
    pub(super) below_1: Piecewise,
    /// Bits behind the point in the value of `below_1`.
    sum_fraction: usize,
}

impl Saturating {
    pub(super) fn sigmoid(format: Format) -> Self {
        // e^-x is less than half an ulp from (fraction + 1) ln 2 on.
        Self::new(format, real::sigmoid_below_1, 7 * (format.fraction_bits + 1), 0)
    }

    pub(super) fn tanh(format: Format) -> Self {
        // 2 e^-2x is less than half an ulp from (fraction + 2) ln 2 / 2 on.
        Self::new(format, real::tanh_below_1, 7 * (format.fraction_bits + 2) / 2, 1)
    }

    /// `tenths` is ten times the argument from which on the function rounds to 0. `steepness` is 0 for sigmoid and 1
    /// for tanh, which is as curved on half the length.
    fn new(format: Format, function: fn(i128) -> i128, tenths: usize, steepness: usize) -> Self {
        let fraction = format.fraction_bits;
        let input_bits = bits_below(tenths.div_ceil(10)) + fraction;
        let mut curve = Curve::new(format.one(), function, true, input_bits);
        let sum_fraction = fraction + curve.guard_bits;
        curve.input_one = format.one();
        // Longer pieces in the tail would be fewer but make the products for all wider. Measured.
        curve.longest = fraction - 2 * curve.degree - steepness;
        // Half an ulp to round with; the chords lie above the function.
        curve.offset = curve.ulp() / 2 - curve.half_of_chord();
        Self { format, below_1: curve.fit(), sum_fraction }
    }

    /// With one bit before the point.
    fn circuit(&self, builder: &mut Builder, x: &Bits, shape: Shape) -> Bits {
        self.format.check(x);
        let bits = self.below_1.input_bits;
        let magnitude = negate_if(builder, &x.truncate(bits + 1), x.top(), shape);
        let sign_extends = all_equal(builder, &x.wires()[bits..self.format.width() - 1], x.top());
        // The negative number of greatest magnitude in these bits has one bit more.
        let fits = builder.not(magnitude.top());
        let in_range = builder.and(sign_extends, fits);

        let mut columns = Columns::new(self.sum_fraction + 1, shape);
        self.below_1.add_to(builder, &mut columns, &magnitude.truncate(bits), in_range);
        columns.total(builder).iter().skip(self.sum_fraction - self.format.fraction_bits).collect()
    }

    fn in_the_clear(&self, x: i128) -> i128 {
        let magnitude = x.unsigned_abs();
        if magnitude >> self.below_1.input_bits > 0 {
            return 0;
        }
        i128::from(self.below_1.in_the_clear(magnitude as u64) >> (self.sum_fraction - self.format.fraction_bits))
    }
}
