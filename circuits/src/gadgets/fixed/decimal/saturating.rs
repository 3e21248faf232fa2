//! Sigmoid and hyperbolic tangent of decimals.

use crate::boolean::integer::{Columns, add_with_carry};
use crate::boolean::{Bits, Builder, Shape, Wire};

use super::{DecimalFunction, Real};
use crate::gadgets::fixed::fit::Curve;
use crate::gadgets::fixed::format::{all_equal, bits_below};
use crate::gadgets::fixed::piecewise::Piecewise;
use crate::gadgets::fixed::real;
use crate::gadgets::fixed::sigmoid::negate_if;

/// `1 - f(|x|)` is approximated by pieces; beyond their domain it is 0.
#[derive(Clone, Debug)]
pub(super) struct Saturating {
    /// By the magnitude of the argument; beyond the bits of that it is 0.
    below_1: Piecewise,
    /// The same without the pieces that no argument lies in.
    reached: Piecewise,
    /// Bits of the greatest magnitude.
    magnitude_bits: usize,
    /// Bits behind the last place in the value of `below_1`.
    guard_bits: usize,
    /// The result that stands for 1.
    one: i128,
    /// The limit at the other end.
    least: i128,
}

impl Saturating {
    pub(super) fn new(function: &DecimalFunction) -> Self {
        let (one, argument_one) = (function.one(), function.argument_one());
        // From here on it is less than half a unit: of sigmoid e^-x, of tanh 2 e^-2x; ln 10 < 2.4, ln 4 < 2.
        let tenths = 24 * i128::from(function.decimals) + 20;
        let (curve_below_1, domain, steepness, least): (fn(i128) -> i128, _, _, _) = match function.function {
            Real::Tanh => (real::tanh_below_1, tenths * argument_one / 20, 1, -one),
            _ => (real::sigmoid_below_1, tenths * argument_one / 10, 0, 0),
        };
        let curve = Curve::new(one, curve_below_1, true, bits_below(domain as usize));
        let mut curve = curve.finer(function.spare_bits());
        curve.input_one = argument_one;
        curve.lowered = 4;
        // Longer pieces in the tail would be fewer but make the products for all wider. Measured.
        curve.longest = (argument_one.ilog2() as usize).saturating_sub(2 * curve.degree + steepness);
        // Rows of truncated products for more than 16 bits; those of bits that are worth less than a unit add up to two.
        curve.guard_bits += usize::from(curve.degree == 1 && curve.longest > 16);
        // Half a unit to round with; the chords lie above the function.
        curve.offset = curve.ulp() / 2 - curve.half_of_chord();
        let below_1 = curve.fit();

        let [low, high] = [function.argument.low, function.argument.high].map(|end| end.as_i128());
        let greatest = low.unsigned_abs().max(high.unsigned_abs());
        let least_magnitude = if low > 0 { low } else { high.min(0) };
        let within = |magnitude: u128| u64::try_from(magnitude).unwrap_or(u64::MAX);
        let reached = below_1.between(within(least_magnitude.unsigned_abs()), within(greatest));
        let magnitude_bits = (128 - greatest.leading_zeros() as usize).max(1);
        Self { below_1, reached, magnitude_bits, guard_bits: curve.guard_bits, one, least }
    }

    pub(super) fn in_the_clear(&self, x: i128) -> i128 {
        let magnitude = x.unsigned_abs();
        let beyond = magnitude >> self.below_1.input_bits > 0;
        let below = if beyond { 0 } else { self.below_1.in_the_clear(magnitude as u64) >> self.guard_bits };
        if x < 0 { self.least + i128::from(below) } else { self.one - i128::from(below) }
    }

    pub(super) fn circuit(&self, builder: &mut Builder, x: &Bits, signed: bool, width: usize, shape: Shape) -> Bits {
        let negative = if signed { x.top() } else { Wire::FALSE };
        let (magnitude, in_range) = self.magnitude(builder, x, negative, shape);
        let mut columns = Columns::new(self.guard_bits + bits_below(self.one as usize + 1), shape);
        self.reached.add_to(builder, &mut columns, &magnitude, in_range);
        let below: Bits = columns.total(builder).iter().skip(self.guard_bits).collect();
        let below = below.zero_extend(width.max(below.width())).truncate(width);

        // Added to the lower limit for negative numbers, taken away from 1 for others: -y is !y + 1.
        let not_negative = builder.not(negative);
        let flipped = below.iter().map(|bit| builder.xor(bit, not_negative)).collect();
        let limit = (0..width).map(|bit| match (self.one >> bit & 1, self.least >> bit & 1) {
            (0, 0) => Wire::FALSE,
            (0, _) => negative,
            (_, 0) => not_negative,
            _ => Wire::TRUE,
        });
        let limit = limit.collect();
        add_with_carry(builder, &flipped, &limit, not_negative, shape)
    }

    /// As many bits of the magnitude as the pieces' domain has, and whether that is all.
    fn magnitude(&self, builder: &mut Builder, x: &Bits, negative: Wire, shape: Shape) -> (Bits, Wire) {
        let bits = self.below_1.input_bits;
        if self.magnitude_bits <= bits {
            let magnitude = negate_if(builder, &x.truncate(self.magnitude_bits), negative, shape);
            return (magnitude.zero_extend(bits), Wire::TRUE);
        }
        let magnitude = negate_if(builder, &x.truncate(bits + 1), negative, shape);
        let high = all_equal(builder, &x.wires()[bits..], negative);
        // The negative number of greatest magnitude in these bits has one bit more.
        let fits = builder.not(magnitude.top());
        (magnitude.truncate(bits), builder.and(high, fits))
    }
}
