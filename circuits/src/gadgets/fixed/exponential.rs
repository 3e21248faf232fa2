//! The exponential function.

use crate::boolean::integer::{Columns, add_with_carry, shift_right_by};
use crate::boolean::{Bits, Builder, Shape, Signedness, Wire};

use super::Format;
use super::fit::Curve;
use super::format::{all_equal, bits_below};
use super::piecewise::Piecewise;
use super::real::{self, DIGITS};

/// `e^x`; the greatest number of the format where that is out of range.
///
/// The error is less than an ulp where x <= 0 and less than `e^x` ulps where x > 0, which is the change of `e^x` from
/// one `x` to the next: relatively 2^-fraction_bits. The function is monotone.
///
/// With `x log2 e = i + g`, i an integer and 0 <= g < 1, the result is 2^i 2^g: a product with a constant, an
/// approximation of 2^g by pieces ([module documentation](super)), and a shift.
///
/// # Panics
/// If `x` does not have the format's width.
pub fn exponential(builder: &mut Builder, x: &Bits, format: Format, shape: Shape) -> Bits {
    Exponential::new(format).circuit(builder, x, shape)
}

/// What [`exponential`] computes, on the number's bits as an integer.
pub fn exponential_in_the_clear(format: Format) -> impl Fn(i128) -> i128 {
    let exponential = Exponential::new(format);
    move |x| exponential.in_the_clear(x)
}

pub(super) struct Exponential {
    format: Format,
    /// Bits of an argument that is not out of range anyway.
    argument_bits: usize,
    /// log2 e with `factor_fraction` bits behind the point.
    factor: i128,
    factor_fraction: usize,
    /// 2^g - 1, by the bits of g.
    pub(super) power: Piecewise,
    /// Bits behind the point in the value of `power`, and those of them that are kept.
    sum_fraction: usize,
    mantissa_fraction: usize,
}

impl Exponential {
    pub(super) fn new(format: Format) -> Self {
        let fraction = format.fraction_bits;
        // e^x is 0 from x < -(fraction + 1) ln 2 on and out of range from x >= (integer_bits - 1) ln 2 on.
        let largest = (fraction + 2).max(format.integer_bits);
        let argument_bits = (bits_below((7 * largest).div_ceil(10)) + 1 + fraction).min(format.width());
        let factor_fraction = argument_bits + 4;
        let mantissa_fraction = fraction + 3;
        let curve = Curve::new(format.one(), real::power_of_2_minus_1, false, fraction + 3);
        let sum_fraction = fraction + curve.guard_bits;
        let log2_e = (1 << (DIGITS + factor_fraction)) / real::logarithm_of_2();
        Self {
            format,
            argument_bits,
            factor: log2_e,
            factor_fraction,
            power: curve.fit(),
            sum_fraction,
            mantissa_fraction,
        }
    }

    /// The exponent of the greatest power of two in range.
    fn greatest_exponent(&self) -> usize {
        self.format.integer_bits - 2
    }

    /// Bits of `x log2 e` before the point, the sign included.
    fn exponent_bits(&self) -> usize {
        self.argument_bits - self.format.fraction_bits + 2
    }

    /// Zeros below the mantissa before it is shifted: its leading one is then worth 2^greatest_exponent in a number
    /// with one bit more behind the point than the format has, which rounds.
    fn mantissa_place(&self) -> usize {
        self.greatest_exponent() + self.format.fraction_bits + 1 - self.mantissa_fraction
    }

    fn circuit(&self, builder: &mut Builder, x: &Bits, shape: Shape) -> Bits {
        self.format.check(x);
        let width = self.format.width();
        let argument = x.truncate(self.argument_bits);
        let in_range = all_equal(builder, &x.wires()[self.argument_bits - 1..width - 1], x.top());
        let (behind_point, shift) = self.split(builder, &argument, shape);

        // A shift by too much leaves nothing; a negative one means overflow.
        let (amount, too_much) = shift.wires().split_at(bits_below(width));
        let not_too_much = all_equal(builder, too_much, Wire::FALSE);
        let representable = builder.and(in_range, not_too_much);
        let mut columns = Columns::new(self.sum_fraction, shape);
        self.power.add_to(builder, &mut columns, &behind_point, representable);
        let fraction = columns.total(builder);
        let fraction: Bits = fraction.iter().skip(self.sum_fraction - self.mantissa_fraction).collect();
        let mantissa = fraction.concat(&representable.into());

        let placed = Bits::constant(0, self.mantissa_place()).concat(&mantissa);
        let shifted = shift_right_by(builder, &placed, &amount.to_vec().into(), Signedness::Unsigned);
        let whole: Bits = shifted.iter().skip(1).collect();
        let rounded = add_with_carry(builder, &whole, &Bits::constant(0, whole.width()), shifted[0], shape);

        let not_negative = builder.not(x.top());
        let beyond = builder.mux(in_range, shift.top(), not_negative);
        let saturated: Bits = rounded.iter().map(|bit| builder.or(bit, beyond)).collect();
        saturated.zero_extend(width)
    }

    /// The bits of `x log2 e` behind the point, and `greatest_exponent - i` for those before it.
    fn split(&self, builder: &mut Builder, argument: &Bits, shape: Shape) -> (Bits, Bits) {
        let point = self.format.fraction_bits + self.factor_fraction;
        let mut columns = Columns::new(point + self.exponent_bits(), shape);
        for (place, digit) in nonadjacent_form(self.factor) {
            match digit {
                1 => columns.add(builder, place, argument, Signedness::Signed),
                _ => columns.subtract(builder, place, argument, Signedness::Signed),
            }
        }
        // greatest - i = !(i - greatest - 1).
        let minus = Bits::constant((self.greatest_exponent() as u128 + 1).wrapping_neg(), self.exponent_bits());
        columns.add(builder, point, &minus, Signedness::Unsigned);
        let product = columns.total(builder);
        let behind_point = product.iter().skip(point - self.power.input_bits).take(self.power.input_bits).collect();
        (behind_point, product.iter().skip(point).map(|bit| builder.not(bit)).collect())
    }

    fn in_the_clear(&self, x: i128) -> i128 {
        let limit = 1 << (self.argument_bits - 1);
        if x < -limit {
            return 0;
        }
        let point = self.format.fraction_bits + self.factor_fraction;
        let product = x.min(limit - 1) * self.factor;
        let shift = self.greatest_exponent() as i128 - (product >> point);
        if x >= limit || shift < 0 {
            return self.format.greatest();
        }
        let behind_point = (product >> (point - self.power.input_bits)) & ((1 << self.power.input_bits) - 1);
        let fraction = self.power.in_the_clear(behind_point as u64) >> (self.sum_fraction - self.mantissa_fraction);
        let mantissa = (1 << self.mantissa_fraction) + i128::from(fraction);
        let twice = if shift < 127 { (mantissa << self.mantissa_place()) >> shift } else { 0 };
        (twice + 1) / 2
    }
}

/// The digits 1 and -1 of a natural number in its non-adjacent form (Reitwiesner 1960), which has the fewest, and their
/// places.
pub(super) fn nonadjacent_form(mut number: i128) -> Vec<(usize, i8)> {
    let mut digits = Vec::new();
    let mut place = 0;
    while number != 0 {
        if number & 1 == 1 {
            let digit = if number & 3 == 3 { -1 } else { 1 };
            digits.push((place, digit));
            number -= i128::from(digit);
        }
        number >>= 1;
        place += 1;
    }
    digits
}
