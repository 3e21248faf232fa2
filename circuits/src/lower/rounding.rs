//! Numbers that are there as addends: divided by a public number, rounded down, and kept between bounds, as one circuit.

use std::sync::Arc;

use super::{Operand, inputs};
use crate::boolean::integer::{Columns, Dividend};
use crate::boolean::{Bits, Builder, Circuit, Shape, Signedness, Wire, integer};
use crate::number::Word;

/// What is made of a number from 0 on, below 2^(width - 1): the quotient by `divisor`, rounded down, less `lift`; and
/// where a bound is, what the bound says instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rounding {
    /// Bits of each addend, one more than the number has.
    pub width: u32,
    /// What the number is divided by: from 1 on, less than 2^63.
    pub divisor: Word,
    /// What is taken away from the quotient.
    pub lift: Word,
    /// For numbers less than its place.
    pub below: Option<Bound>,
    /// For numbers from its place on, which is not less than that of `below`.
    pub above: Option<Bound>,
    /// Bits of the result.
    pub bits: u32,
}

/// A bound of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bound {
    /// From which number on: at most 2^(width - 1).
    pub place: Word,
    /// The result on the far side of it.
    pub result: Word,
}

/// The circuit that adds `addends` addends modulo 2^width and rounds the sum.
///
/// The addends come down to two rows, and from there on nothing waits for their carries: [`Dividend`] divides the rows'
/// bits, and the bounds are compared with beside it. That is exact although the rows add up to the number only modulo
/// 2^width, because the sum has no top bit: where the top bits of the rows differ, a carry must come into them and make
/// the sum wrap. So the rows without these two bits add up to 2^(width - 1) more than the number in this case, and to the
/// number in all others.
pub fn rounded_addends(addends: usize, rounding: &Rounding, shape: Shape) -> Arc<Circuit> {
    let operand = Operand { width: rounding.width, signed: false, constant: None };
    let (mut builder, bits) = inputs(&vec![operand; addends]);
    let mut columns = Columns::new(rounding.width as usize, shape);
    bits.iter().for_each(|addend| columns.add(&mut builder, 0, addend, Signedness::Unsigned));
    let rows = columns.rows(&mut builder);
    let mut result = quotient(&mut builder, rounding, &rows, shape);
    let less = |builder: &mut Builder, bound: &Bound| is_less(builder, &rows, bound.place, shape);
    let below = rounding.below.map(|bound| (less(&mut builder, &bound), bound.result));
    let above = rounding.above.map(|bound| {
        let less = less(&mut builder, &bound);
        (builder.not(less), bound.result)
    });
    // No number is on the far side of both bounds, so one AND gate chooses among three.
    let outside = below.into_iter().chain(above);
    let inside = outside.clone().fold(Wire::TRUE, |inside, (outside, _)| builder.xor(inside, outside));
    result = result.iter().map(|bit| builder.and(bit, inside)).collect();
    for (outside, word) in outside {
        let replaced = Bits::constant(word, result.width());
        let one = |bit: Wire| if bit == Wire::TRUE { outside } else { Wire::FALSE };
        result = result.iter().zip(replaced.iter()).map(|(bit, replaced)| builder.xor(bit, one(replaced))).collect();
    }
    Arc::new(builder.finish(vec![result]))
}

/// The quotient, less the lift.
fn quotient(builder: &mut Builder, rounding: &Rounding, (first, second): &(Bits, Bits), shape: Shape) -> Bits {
    let (width, bits) = (rounding.width as usize, rounding.bits as usize);
    let by_sum = Dividend::over(rounding.divisor).and_then(|mut dividend| {
        for row in [first, second] {
            dividend.add(&row.truncate(width - 1), Signedness::Unsigned, false);
        }
        let wraps = builder.xor(first.top(), second.top());
        dividend.add_bit(width - 1, wraps, true);
        dividend.add_to_quotient(rounding.lift, true);
        dividend.quotient(builder, bits, shape)
    });
    by_sum.unwrap_or_else(|| {
        let number = integer::add(builder, first, second, shape);
        let divisor = Bits::constant(rounding.divisor, width);
        let quotient = integer::divide(builder, &number, &divisor, Signedness::Unsigned, shape).quotient;
        let quotient = quotient.zero_extend(bits.max(width)).truncate(bits);
        integer::sub(builder, &quotient, &Bits::constant(rounding.lift, bits), shape)
    })
}

/// Whether the number that the rows add up to is less than `place`: the difference is not less than -2^(width - 1).
fn is_less(builder: &mut Builder, (first, second): &(Bits, Bits), place: Word, shape: Shape) -> Wire {
    let width = first.width();
    let mut columns = Columns::new(width, shape);
    columns.add(builder, 0, first, Signedness::Unsigned);
    columns.add(builder, 0, second, Signedness::Unsigned);
    columns.subtract(builder, 0, &Bits::constant(place, width), Signedness::Unsigned);
    columns.total(builder).top()
}
