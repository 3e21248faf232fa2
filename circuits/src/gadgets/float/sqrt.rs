//! Square root.

use super::Format;
use super::normalise::{Normalisation, normalise};
use super::operand::Operand;
use super::round::{Exceptions, finish};
use crate::boolean::{Bits, Builder, Shape, Wire, integer};

/// The square root of `x`; NaN below 0, and -0 of -0.
///
/// `f64-sqrt`: 1,998 AND gates, depth 1431 for `FewAnds`; 5,634, depth 281 for `FewRounds`.
///
/// The root comes bit by bit, so its depth is linear for both shapes, as that of [`super::divide`].
///
/// # Panics
/// If the operand does not have the width of the format.
pub fn sqrt(builder: &mut Builder, x: &Bits, format: Format, shape: Shape) -> Bits {
    let x = Operand::new(builder, x, format);
    let scale = x.scale(builder);
    let significand = x.significand(builder);

    // The bias is odd, so the exponent is odd where the biased one is even. Then one of the factors 2 goes to the
    // significand, which thus has two bits before the point. Further ones go there in pairs, as it has room for them.
    let odd = builder.not(scale[0]);
    let with_factor = Bits::from(Wire::FALSE).concat(&significand);
    let radicand = integer::select(builder, odd, &with_factor, &significand.zero_extend(format.precision() + 1));
    let radicand = Bits::constant(0, radicand.width() % 2).concat(&radicand);
    let steps = (radicand.width() / 2 - 1).ilog2() as usize + 1;
    let how = Normalisation { steps, digit: 2, limit: None, keep: radicand.width() };
    let normalised = normalise(builder, radicand, &how, shape);
    let root = root(builder, &normalised.window.bits, format.precision() + 1, shape);

    let width = format.exponent_bits + 1;
    let bias = Bits::constant(format.bias() as u128, width);
    let doubled = integer::add(builder, &scale.zero_extend(width), &bias, shape);
    let halved: Bits = doubled.iter().skip(1).collect();
    let shift = normalised.shift.zero_extend(halved.width());
    let exponent = integer::sub(builder, &halved, &shift, shape);

    // A root is never half-way between two numbers, whose square would have more bits than any number: the bit behind
    // the last alone says whether to round up. And it is never that close to a power of two from below to get there.
    let fraction: Bits = root.iter().skip(1).take(format.fraction_bits).collect();
    let zero = Bits::constant(0, fraction.width());
    let fraction = integer::add_with_carry(builder, &fraction, &zero, root[0], shape);
    let exceptions = exceptions(builder, &x);
    finish(builder, format, x.sign, &fraction.concat(&exponent), &exceptions)
}

/// The `count` leading bits of the square root of a number whose leading pair of bits is not 0, by a bit per pair.
///
/// Bit j takes j - 1 AND gates (j for the bits of the radicand itself). As in division, a negative remainder is not
/// repaired: the root Q so far calls for subtracting 4 Q + 1 from a remainder of at least 0, with two more bits of
/// the radicand behind it, and for adding 4 Q + 3 to a negative one.
fn root(builder: &mut Builder, radicand: &Bits, count: usize, shape: Shape) -> Bits {
    let from_top: Vec<Wire> = radicand.iter().rev().collect();
    // From the top; the first bit is 1.
    let mut root = vec![Wire::TRUE];
    let first = builder.and(from_top[0], from_top[1]);
    let mut remainder = Bits::from(vec![builder.not(from_top[1]), first, Wire::FALSE]);
    for position in 1..count {
        let subtracts = root[position - 1];
        let pair = from_top.get(2 * position..2 * position + 2).unwrap_or(&[Wire::FALSE; 2]);
        // Both terms end with 11: 4 Q + 3 does, and -(4 Q + 1) is 4 !Q + 3.
        let lowest = builder.not(pair[1]);
        let second = builder.xor(lowest, pair[0]);
        let carry = builder.or(pair[0], pair[1]);
        let mut term: Vec<Wire> = root.iter().rev().map(|&bit| builder.xor(bit, subtracts)).collect();
        term.push(subtracts);
        let high = integer::add_with_carry(builder, &remainder.truncate(position + 1), &term.into(), carry, shape);
        root.push(builder.not(high.top()));
        remainder = Bits::from(vec![lowest, second]).concat(&high);
    }
    root.reverse();
    root.into()
}

/// NaN for a NaN and whatever is less than 0, infinity for infinity.
fn exceptions(builder: &mut Builder, x: &Operand) -> Exceptions {
    let (infinite, zero) = (x.is_infinite(builder), x.is_zero(builder));
    let nonzero = builder.not(zero);
    let negative = builder.and(x.sign, nonzero);
    let nan = x.is_nan(builder);
    Exceptions { nan: builder.or(nan, negative), infinite, zero }
}
