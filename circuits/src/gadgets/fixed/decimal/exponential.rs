//! The exponential function of decimals.

use ethnum::I256;

use crate::boolean::integer::{Columns, add_with_carry, shift_right_by};
use crate::boolean::{Bits, Builder, Shape, Signedness, Wire};

use super::DecimalFunction;
use crate::gadgets::fixed::exponential::nonadjacent_form;
use crate::gadgets::fixed::fit::Curve;
use crate::gadgets::fixed::format::{all_equal, bits_below};
use crate::gadgets::fixed::piecewise::Piecewise;
use crate::gadgets::fixed::real::{self, DIGITS};

/// With p decimals of the result, `10^p e^x` is `2^y` for `y = x log2 e + p log2 10 = i + g`, i an integer and 0 <= g < 1:
/// a product with a constant and a sum, an approximation of `2^g` by pieces, a shift and a rounding.
///
/// Where `2^y < 2^f`, less than one unit of the result is off: half from rounding; a quarter from chords, upwards, or an
/// eighth from truncated products, downwards (from parabolas 5/32 both ways, and a sixteenth downwards); less than a fifth
/// because g is cut to f + 3 bits and y is off by 2^-(f + 3).
#[derive(Clone, Debug)]
pub(super) struct Exponential {
    /// Bits of an argument of which the result is not 0 anyway, the sign included.
    argument_bits: usize,
    /// log2 e for an argument's last place, with `point` bits behind the point.
    factor: i128,
    /// The binary logarithm of the result's power of ten, likewise.
    summand: i128,
    point: usize,
    /// 2^g - 1, by the bits of g.
    power: Piecewise,
    /// Bits behind the point in the value of `power`.
    sum_fraction: usize,
    /// The greatest and the least i.
    exponents: [i128; 2],
}

impl Exponential {
    pub(super) fn new(function: &DecimalFunction) -> Self {
        let (low, high) = (function.argument.low.as_i128(), function.argument.high.as_i128());
        // From here down the result is less than half a unit: ln 10 < 2.4, ln 2 < 1.
        let vanishing = -(24 * i128::from(function.decimals) + 10) * function.argument_one() / 10;
        let argument_bits = signed_bits(high.max(vanishing)).max(signed_bits(low.max(vanishing)));
        let result_bits = 128 - function.exponential_above(high).unwrap_or(1).leading_zeros() as usize;
        // Where there are few places, a unit is much, and more precise pieces cost little.
        let fraction = if result_bits <= 10 { result_bits + 3 } else { result_bits };
        let input_bits = fraction + 3;
        let point = (argument_bits + fraction + 1).max(input_bits);
        let curve = Curve::new(1 << fraction, real::power_of_2_minus_1, false, input_bits);
        let (ln_2, ln_10) = (real::logarithm_of_2(), real::logarithm_of_10());
        let factor = ratio(1 << DIGITS, ln_2 * function.argument_one(), point);
        let summand = ratio(i128::from(function.decimals) * ln_10, ln_2, point);
        let sum_fraction = fraction + curve.guard_bits;
        let least = low.max(-1 << (argument_bits - 1));
        let exponents = [high.max(least), least].map(|x| (x * factor + summand) >> point);
        Self { argument_bits, factor, summand, point, power: curve.fit(), sum_fraction, exponents }
    }

    /// Bits of `2^g` behind the point that count where i is greatest: those of the result, and one to round.
    fn mantissa_fraction(&self) -> Option<usize> {
        usize::try_from(self.exponents[0] + 1).ok()
    }

    pub(super) fn in_the_clear(&self, x: i128) -> i128 {
        let Some(fraction) = self.mantissa_fraction().filter(|_| x >= -1 << (self.argument_bits - 1)) else { return 0 };
        let product = x * self.factor + self.summand;
        let shift = self.exponents[0] - (product >> self.point);
        let input_bits = self.power.input_bits;
        let behind_point = (product >> (self.point - input_bits)) & ((1 << input_bits) - 1);
        let power = self.power.in_the_clear(behind_point as u64) >> (self.sum_fraction - fraction);
        let mantissa = (1 << fraction) + i128::from(power);
        let twice = if shift < 127 { mantissa >> shift } else { 0 };
        (twice + 1) / 2
    }

    pub(super) fn circuit(&self, builder: &mut Builder, x: &Bits, signed: bool, width: usize, shape: Shape) -> Bits {
        let Some(fraction) = self.mantissa_fraction() else { return Bits::constant(0, width) };
        let signedness = if signed { Signedness::Signed } else { Signedness::Unsigned };
        let in_range = match x.width() > self.argument_bits {
            true => all_equal(builder, &x.wires()[self.argument_bits - 1..x.width() - 1], x.top()),
            false => Wire::TRUE,
        };
        let argument = x.extend(x.width().max(self.argument_bits), signedness).truncate(self.argument_bits);
        let (behind_point, shift) = self.split(builder, &argument, shape);

        // A shift by more than all bits of the mantissa leaves nothing.
        let amount_bits = bits_below(fraction + 2).min(shift.width());
        let not_too_much = all_equal(builder, &shift.wires()[amount_bits..], Wire::FALSE);
        let representable = builder.and(in_range, not_too_much);
        let mut columns = Columns::new(self.sum_fraction, shape);
        self.power.add_to(builder, &mut columns, &behind_point, representable);
        let power = columns.total(builder);
        let power: Bits = power.iter().skip(self.sum_fraction - fraction).collect();
        let mantissa = power.concat(&representable.into());

        let shifted = shift_right_by(builder, &mantissa, &shift.truncate(amount_bits), Signedness::Unsigned);
        let whole: Bits = shifted.iter().skip(1).collect();
        let whole = whole.zero_extend(width.max(whole.width())).truncate(width);
        add_with_carry(builder, &whole, &Bits::constant(0, width), shifted[0], shape)
    }

    /// The bits of y behind the point, and how far i is below the greatest.
    fn split(&self, builder: &mut Builder, argument: &Bits, shape: Shape) -> (Bits, Bits) {
        let [greatest, least] = self.exponents;
        let shift_bits = bits_below((greatest - least + 1) as usize).max(1);
        let mut columns = Columns::new(self.point + shift_bits, shape);
        for (place, digit) in nonadjacent_form(self.factor) {
            match digit {
                1 => columns.add(builder, place, argument, Signedness::Signed),
                _ => columns.subtract(builder, place, argument, Signedness::Signed),
            }
        }
        // greatest - i = !(i - greatest - 1).
        let summand = self.summand - ((greatest + 1) << self.point);
        columns.add(builder, 0, &Bits::constant(summand as u128, columns.width()), Signedness::Unsigned);
        let product = columns.total(builder);
        let input_bits = self.power.input_bits;
        let behind_point = product.iter().skip(self.point - input_bits).take(input_bits).collect();
        (behind_point, product.iter().skip(self.point).map(|bit| builder.not(bit)).collect())
    }
}

/// Bits of a number in two's complement.
fn signed_bits(number: i128) -> usize {
    let magnitude = if number < 0 { !number } else { number };
    129 - magnitude.leading_zeros() as usize
}

/// `numerator / denominator` with `point` bits behind the point, to the nearest.
fn ratio(numerator: i128, denominator: i128, point: usize) -> i128 {
    let twice = (I256::from(numerator) << (point + 1) as u32) / I256::from(denominator);
    ((twice + 1) >> 1u32).as_i128()
}
