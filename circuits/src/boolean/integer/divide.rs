//! Quotients and remainders.
//!
//! Long division with growing numbers: after k steps the partial remainder is that of the k highest bits of the
//! dividend, which needs k bits. A restoring step subtracts the divisor and chooses, 2k AND gates in all. A
//! non-restoring step (Burks, Goldstine and von Neumann 1946) only adds or subtracts, as the sign says, and leaves a
//! remainder that may be negative; but it needs a divisor that fits the k bits, and before it does so the remainder
//! must stay what it is.
//!
//! So the steps are made in blocks. In a block that ends after k steps, all numbers have k bits and a sign, and the
//! divisor is replaced by 0 if it does not fit, which is k AND gates once per block and makes its steps change
//! nothing. Long blocks replace rarely, short ones keep the numbers short; with the best division into blocks, n bits
//! take about n²/2 + 1.4 n sqrt n AND gates.
//!
//! All of that has a depth of n additions. For few rounds, wide numbers are divided by a reciprocal instead; and by a
//! constant a sum is enough.

use super::super::{Bits, Builder, Shape, Signedness, Wire};
use super::add::{add, add_with_carry};
use super::select::{abs, select};
use super::zeros::zeros_from_top;
use super::{constant_divisor, reciprocal, same_width};

/// From this width on, `FewRounds` divides by a reciprocal: below it, the rounds that this
/// saves are not worth its AND gates.
const RECIPROCAL: usize = 32;

/// A quotient and its remainder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// The quotient, rounded towards zero.
    pub quotient: Bits,
    /// What remains of the dividend; its sign is the dividend's.
    pub remainder: Bits,
}

/// `x / y` and `x % y`, rounded towards zero.
///
/// By zero, the quotient is all ones, which is -1 for signed numbers, and the remainder is `x`. The quotient of the
/// least signed number and -1 does not fit: it wraps to the least number, and the remainder is 0.
///
/// For 64 bits and `FewAnds`, 2,742 AND gates, signed 2,996; unsigned without the remainder 2,615. For `FewRounds`,
/// 23,088 AND gates, signed 23,761, in depth 120, signed 132. By a constant it is a sum (the module `dividend`), where that
/// takes fewer: by 1000, for 64 bits and `FewAnds`, 778 AND gates without the remainder, signed 860; for `FewRounds` 962 in
/// depth 11, signed 1,039 in depth 12.
///
/// # Panics
/// If the widths differ.
pub fn divide(builder: &mut Builder, x: &Bits, y: &Bits, signedness: Signedness, shape: Shape) -> Division {
    same_width(x, y);
    let Some(by_sum) = constant_divisor::divide(builder, x, y, signedness, shape) else {
        return divide_by_any(builder, x, y, signedness, shape);
    };
    if shape == Shape::FewRounds {
        return by_sum;
    }
    // What is not taken, no output needs.
    let by_digits = divide_by_any(builder, x, y, signedness, shape);
    let quotient_by_sum = takes_fewer_as_sum(x.width(), y, signedness, |division| division.quotient);
    let remainder_by_sum = takes_fewer_as_sum(x.width(), y, signedness, |division| division.remainder);
    Division {
        quotient: if quotient_by_sum { by_sum.quotient } else { by_digits.quotient },
        remainder: if remainder_by_sum { by_sum.remainder } else { by_digits.remainder },
    }
}

/// Whether a part of a division by a constant takes no more AND gates as a sum than digit by digit.
fn takes_fewer_as_sum(width: usize, y: &Bits, signedness: Signedness, part: fn(Division) -> Bits) -> bool {
    let and_gates = |as_sum: bool| {
        let (mut builder, inputs) = Builder::new(&[width]);
        let (x, shape) = (&inputs[0], Shape::FewAnds);
        let sum = if as_sum { constant_divisor::divide(&mut builder, x, y, signedness, shape) } else { None };
        let division = sum.unwrap_or_else(|| divide_by_any(&mut builder, x, y, signedness, shape));
        builder.finish(vec![part(division)]).and_gates()
    };
    and_gates(true) <= and_gates(false)
}

/// The same, whether or not the divisor is a constant.
fn divide_by_any(builder: &mut Builder, x: &Bits, y: &Bits, signedness: Signedness, shape: Shape) -> Division {
    match signedness {
        Signedness::Unsigned => {
            let divisor = Divisor::new(builder, y, shape);
            divisor.divide(builder, x, shape)
        }
        Signedness::Signed => {
            let (x_magnitude, y_magnitude) = (abs(builder, x, shape), abs(builder, y, shape));
            let divisor = Divisor::new(builder, &y_magnitude, shape);
            let magnitudes = divisor.divide(builder, &x_magnitude, shape);
            let signs_differ = builder.xor(x.top(), y.top());
            let not_by_zero = builder.not(divisor.is_below(0));
            let negative = builder.and(signs_differ, not_by_zero);
            Division {
                quotient: negate_where(builder, negative, &magnitudes.quotient, shape),
                remainder: negate_where(builder, x.top(), &magnitudes.remainder, shape),
            }
        }
    }
}

/// A natural number to divide by.
struct Divisor {
    number: Bits,
    /// For each i, whether the i highest bits are all 0.
    zeros: Vec<Wire>,
}

impl Divisor {
    fn new(builder: &mut Builder, number: &Bits, shape: Shape) -> Self {
        Self { number: number.clone(), zeros: zeros_from_top(builder, number, shape) }
    }

    /// Whether it is less than 2^width.
    fn is_below(&self, width: usize) -> Wire {
        self.zeros[self.number.width() - width]
    }

    /// Its `width` low bits if it has no others, else 0.
    fn if_below(&self, builder: &mut Builder, width: usize) -> Bits {
        let is_below = self.is_below(width);
        self.number.iter().take(width).map(|bit| builder.and(is_below, bit)).collect()
    }

    fn divide(&self, builder: &mut Builder, x: &Bits, shape: Shape) -> Division {
        match shape {
            Shape::FewRounds if x.width() >= RECIPROCAL => reciprocal::divide(builder, x, &self.number, &self.zeros),
            _ => self.divide_digit_by_digit(builder, x, shape),
        }
    }

    fn divide_digit_by_digit(&self, builder: &mut Builder, x: &Bits, shape: Shape) -> Division {
        let width = x.width();
        // In two's complement: from -divisor on, below the divisor.
        let mut remainder = Bits::constant(0, 1);
        let mut quotient = vec![Wire::FALSE; width];
        let mut steps = (0..width).rev();
        for (start, end) in blocks(width) {
            let divisor = self.if_below(builder, end);
            remainder = remainder.sign_extend(end + 1);
            for bit in steps.by_ref().take(end - start) {
                remainder = step(builder, &remainder, x[bit], &divisor, shape);
                let not_negative = builder.not(remainder.top());
                // A replaced divisor, 0, always goes into the remainder.
                quotient[bit] = builder.and(not_negative, self.is_below(end));
            }
        }
        let negative = remainder.top();
        let remainder = remainder.truncate(width);
        let restored = add(builder, &remainder, &self.number, shape);
        let remainder = select(builder, negative, &restored, &remainder);
        Division { quotient: quotient.into(), remainder }
    }
}

/// Takes the next bit of the dividend in, then subtracts the divisor, or adds it if the remainder is negative:
/// n AND gates for a divisor of n bits.
fn step(builder: &mut Builder, remainder: &Bits, bit: Wire, divisor: &Bits, shape: Shape) -> Bits {
    let subtract = builder.not(remainder.top());
    let longer = Bits::from(bit).concat(&remainder.truncate(divisor.width()));
    let addend: Bits = divisor.iter().chain([Wire::FALSE]).map(|bit| builder.xor(bit, subtract)).collect();
    add_with_carry(builder, &longer, &addend, subtract, shape)
}

/// `-x` where `condition` holds: n - 1 AND gates for `FewAnds`.
fn negate_where(builder: &mut Builder, condition: Wire, x: &Bits, shape: Shape) -> Bits {
    let complement: Bits = x.iter().map(|bit| builder.xor(bit, condition)).collect();
    add_with_carry(builder, &complement, &Bits::constant(0, x.width()), condition, shape)
}

/// The blocks of steps, each by its start and its end, that take the fewest AND gates.
fn blocks(width: usize) -> Vec<(usize, usize)> {
    // For each start: the gates from there on, and the end of the first block.
    let mut best = vec![(0, 0); width + 1];
    for start in (0..width).rev() {
        let from = |end: usize| {
            let steps = end - start;
            // The divisor and the quotient's bits are replaced in all blocks but the last, where every divisor fits.
            let gates = if end == width { steps * end } else { end + steps * (end + 1) };
            (gates + best[end].0, end)
        };
        best[start] = (start + 1..=width).map(from).min().unwrap_or_default();
    }
    let mut blocks = Vec::new();
    let mut start = 0;
    while start < width {
        let end = best[start].1;
        blocks.push((start, end));
        start = end;
    }
    blocks
}
