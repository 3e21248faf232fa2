//! The natural logarithm of decimals.

use crate::boolean::integer::{Columns, not};
use crate::boolean::{Bits, Builder, Shape, Signedness, Wire};

use super::DecimalFunction;
use crate::gadgets::fixed::fit::Curve;
use crate::gadgets::fixed::format::bits_below;
use crate::gadgets::fixed::normalise::normalise;
use crate::gadgets::fixed::piecewise::Piecewise;
use crate::gadgets::fixed::real;

/// The mantissa is `2^e m` with 1 <= m < 2 and stands for that over 10^d. The result is `(e + 1) ln 2 - d ln 10 - ln (2 / m)`: a
/// table by the position of the leading one, which is free, and an approximation by pieces.
#[derive(Clone, Debug)]
pub(super) struct Logarithm {
    /// By the position of the leading one: the part of the result that it says, and what rounds.
    of_powers: Vec<i128>,
    /// The logarithm of `2 / m`, by the bits of `m` behind the point.
    below_2: Piecewise,
    guard_bits: usize,
}

impl Logarithm {
    pub(super) fn new(function: &DecimalFunction) -> Self {
        let (one, width) = (function.one(), function.argument.bits() as usize);
        // As many as leave an error of a tenth of a unit.
        let spare_bits = function.spare_bits();
        let input_bits = bits_below(one as usize) + 4 + spare_bits;
        let curve = Curve::new(one, real::logarithm_below_2, true, input_bits).finer(spare_bits);
        // Half a unit to round with; the chords lie above the function, which is subtracted.
        let offset = curve.ulp() / 2 + curve.half_of_chord();
        let of_denominator = i128::from(function.argument_decimals) * real::logarithm_of_10();
        let of_powers = (1..=width as i128)
            .map(|power| curve.scaled(power * real::logarithm_of_2() - of_denominator) + offset)
            .collect();
        Self { of_powers, below_2: curve.fit(), guard_bits: curve.guard_bits }
    }

    pub(super) fn in_the_clear(&self, x: i128) -> i128 {
        let (exponent, input_bits) = (x.ilog2() as usize, self.below_2.input_bits);
        let leading = if exponent < input_bits { x << (input_bits - exponent) } else { x >> (exponent - input_bits) };
        let behind_point = leading as u64 & ((1 << input_bits) - 1);
        (self.of_powers[exponent] - i128::from(self.below_2.in_the_clear(behind_point))) >> self.guard_bits
    }

    pub(super) fn circuit(&self, builder: &mut Builder, x: &Bits, width: usize, shape: Shape) -> Bits {
        let normalised = normalise(builder, x, shape);
        let padded = Bits::constant(0, self.below_2.input_bits).concat(&normalised.mantissa);
        let argument = padded.iter().skip(x.width() - 1).collect();

        // The difference a - b is !(!a + b).
        let mut columns = Columns::new(self.guard_bits + width, shape);
        let power = (0..columns.width()).map(|bit| {
            let places =
                normalised.exponent.iter().zip(&self.of_powers).filter(|(_, of_power)| **of_power >> bit & 1 == 0);
            places.fold(Wire::FALSE, |sum, (&place, _)| builder.xor(sum, place))
        });
        let power = power.collect();
        columns.add(builder, 0, &power, Signedness::Unsigned);
        self.below_2.add_to(builder, &mut columns, &argument, Wire::TRUE);
        let sum = columns.total(builder);
        not(builder, &sum).iter().skip(self.guard_bits).collect()
    }
}
