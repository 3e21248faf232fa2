//! Fitting piecewise polynomials: where the pieces lie, and their coefficients.
//!
//! A piece of degree 1 interpolates the function at both ends, one of degree 2 in the middle as well (Newton's form of
//! the interpolation, with the divided differences as coefficients), so that neighbours meet. The chord of an interval
//! of length h is off by at most `h² max |f''| / 8`, the parabola by `h³ max |f'''| / (72 √3)`. How much that is gets
//! measured where it is largest: in the middle for the chord, at both quarters for the parabola.

use super::piecewise::{Piece, Piecewise, truncated_product};
use super::real::{DIGITS, ONE};

/// A convex function to be approximated.
#[derive(Clone, Copy)]
pub(super) struct Curve {
    /// The function, between real numbers ([`super::real`]).
    pub function: fn(i128) -> i128,
    /// Whether it falls; otherwise it rises.
    pub falling: bool,
    /// Bits of the argument.
    pub input_bits: usize,
    /// The argument that stands for 1.
    pub input_one: i128,
    /// The last places of the result that stand for 1: a power of two, or of ten.
    pub ulps: i128,
    /// Bits of the value behind the last place.
    pub guard_bits: usize,
    /// The degree of the polynomials: 1 or 2.
    pub degree: usize,
    /// By how much an interpolation may be off: a real number.
    pub tolerance: i128,
    /// The binary logarithm of the longest piece allowed, as bits of the argument.
    pub longest: usize,
    /// What is added to each value, in the unit of the output.
    pub offset: i128,
    /// How many quarters of an argument lower than a piece the interval lies in which it is fitted. A falling piece meets its
    /// neighbour one argument below its own, which counts where arguments lie far apart.
    pub lowered: i128,
}

impl Curve {
    /// A curve on the numbers from 0 to 1, whose values are to be within an ulp when they are rounded: one of `ulps`.
    ///
    /// Where few places are needed, more pieces are cheaper than a square. Up to an ulp, rounding takes 1/2. A chord is
    /// always on one side, so that an error of 1/2 leaves 1/4 if the caller shifts it to both; a parabola's error of
    /// 5/16 has both signs. The output's guard bits keep what truncated products lose, which is less than one of their
    /// units for each bit of `t` and `t²`, within 1/4 (up to 16 bits of 2^-6) and 1/8 (up to 64 bits of 2^-9).
    pub(super) fn new(ulps: i128, function: fn(i128) -> i128, falling: bool, input_bits: usize) -> Self {
        let ulp = ONE / ulps;
        let (degree, tolerance, guard_bits) = if ulps <= 1 << 18 { (1, ulp / 2, 6) } else { (2, 5 * ulp / 16, 9) };
        Self {
            function,
            falling,
            input_bits,
            input_one: 1 << input_bits,
            ulps,
            guard_bits,
            degree,
            tolerance,
            longest: input_bits,
            offset: 0,
            lowered: 0,
        }
    }

    /// What stands for an ulp.
    pub(super) fn ulp(&self) -> i128 {
        1 << self.guard_bits
    }

    /// Half of what a chord is off, in the unit of the output, if the degree is 1; 0 if it is 2.
    pub(super) fn half_of_chord(&self) -> i128 {
        if self.degree == 1 { self.scaled(self.tolerance / 2) } else { 0 }
    }

    /// The curve with pieces, and products, that are off by 2^-`bits` times as much.
    #[must_use]
    pub(super) fn finer(self, bits: usize) -> Self {
        Self { tolerance: self.tolerance >> bits, guard_bits: self.guard_bits + bits, ..self }
    }

    /// The pieces of the approximation.
    pub(super) fn fit(&self) -> Piecewise {
        let mut intervals = Vec::new();
        self.split(0, self.input_bits, &mut intervals);
        let offset_bits = intervals.iter().map(|&(_, level)| level).max().unwrap_or(0);
        let quadratics: Vec<u64> = intervals.iter().map(|&interval| self.quadratic(interval, offset_bits)).collect();
        let square_bits = self.square_bits(offset_bits, &quadratics);
        let mut piecewise = Piecewise {
            input_bits: self.input_bits,
            falling: self.falling,
            pieces: Vec::new(),
            offset_bits,
            square_bits,
        };
        let pieces =
            intervals.iter().zip(quadratics).map(|(&interval, quadratic)| self.piece(&piecewise, interval, quadratic));
        piecewise.pieces = pieces.collect();
        piecewise
    }

    /// The function at an argument.
    fn at(&self, argument: i128) -> i128 {
        (self.function)((argument << DIGITS).div_euclid(self.input_one))
    }

    /// The value at an argument as the output's integer.
    fn output(&self, argument: i128) -> i128 {
        self.scaled(self.at(argument)) + self.offset
    }

    /// A real number in the unit of the output, rounded down.
    pub(super) fn scaled(&self, real: i128) -> i128 {
        (real * (self.ulps << self.guard_bits)) >> DIGITS
    }

    /// The function at the quarters of an interval.
    fn quarters(&self, (start, level): (u64, usize)) -> [i128; 5] {
        // In quarters of the argument's unit: the shortest piece has a single argument.
        let start = 4 * i128::from(start) - self.lowered;
        [0, 1, 2, 3, 4].map(|place| {
            let argument = start + (place << level);
            (self.function)((argument << DIGITS).div_euclid(4 * self.input_one))
        })
    }

    /// Halves an interval until the interpolation is within the tolerance.
    fn split(&self, start: u64, level: usize, intervals: &mut Vec<(u64, usize)>) {
        let [left, first, middle, third, right] = self.quarters((start, level));
        let error = match self.degree {
            1 => (left + right - 2 * middle).abs() / 2,
            _ => {
                let at_first = first - (3 * left + 6 * middle - right) / 8;
                let at_third = third - (3 * right + 6 * middle - left) / 8;
                at_first.abs().max(at_third.abs())
            }
        };
        if level <= self.longest && error <= self.tolerance || level == 0 {
            intervals.push((start, level));
        } else {
            self.split(start, level - 1, intervals);
            self.split(start + (1 << (level - 1)), level - 1, intervals);
        }
    }

    /// The coefficient of `t²`: twice the second difference over the interval's length squared.
    fn quadratic(&self, interval: (u64, usize), offset_bits: usize) -> u64 {
        if self.degree < 2 {
            return 0;
        }
        let [left, _, middle, _, right] = self.quarters(interval);
        let scaled = (2 * (left + right - 2 * middle)).max(0) << (2 * (offset_bits - interval.1));
        self.scaled(scaled) as u64
    }

    /// As many leading bits of `t²` as let its truncation change no value by more than 16 units of the output.
    fn square_bits(&self, offset_bits: usize, quadratics: &[u64]) -> usize {
        let largest = quadratics.iter().max().map_or(0, |largest| (64 - largest.leading_zeros()) as usize);
        largest.saturating_sub(4).min(2 * offset_bits)
    }

    /// The polynomial of an interval: the steepest one that stays below the neighbour's value at the far end.
    fn piece(&self, scales: &Piecewise, (start, level): (u64, usize), quadratic: u64) -> Piece {
        let (first, beyond) = (i128::from(start), i128::from(start) + (1 << level));
        // Where t = 0, and the same place of the neighbour at the far end, where t is the interval's length.
        let (near, far) = if self.falling { (beyond - 1, first - 1) } else { (first, beyond) };
        let constant = self.output(near);
        let rise = (self.output(far) - constant).max(0) as u64;
        let square = scales.square_in_the_clear(1 << level);
        let linear_rise = rise.saturating_sub(truncated_product(quadratic, square, scales.square_bits));
        // The largest coefficient with floor(linear * length / 2^offset_bits) <= linear_rise.
        let linear = ((linear_rise + 1) << (scales.offset_bits - level)) - 1;
        Piece { start, level, constant: constant.max(0) as u64, linear, quadratic }
    }
}
