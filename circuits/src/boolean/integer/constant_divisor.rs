//! Quotients and remainders by constants: the quotient is one sum of the dividend's bits.

use super::super::{Bits, Builder, Shape, Signedness, Wire};
use super::dividend::non_adjacent;
use super::{Columns, Dividend, Division};

/// `x / y` and `x % y`, rounded towards zero, where `y` is a constant other than 0 for which there is a sum.
pub(super) fn divide(
    builder: &mut Builder,
    x: &Bits,
    y: &Bits,
    signedness: Signedness,
    shape: Shape,
) -> Option<Division> {
    let (magnitude, negative) = constant(y, signedness)?;
    let width = x.width();
    let mut dividend = Dividend::over(magnitude)?;
    // For a quotient that is negative, divisor - 1 more, so that rounding down is rounding towards zero.
    match (signedness, negative) {
        (Signedness::Unsigned, _) => dividend.add(x, signedness, false),
        (Signedness::Signed, false) => {
            dividend.add(x, signedness, false);
            dividend.add_bit(0, x.top(), true);
            dividend.add_bit_to_quotient(0, x.top(), false);
        }
        (Signedness::Signed, true) => {
            dividend.add(x, signedness, true);
            dividend.add_constant(magnitude - 1);
            dividend.add_bit(0, x.top(), false);
            dividend.add_bit_to_quotient(0, x.top(), true);
        }
    }
    let shorter = magnitude.ilog2() as usize;
    let is_signed = usize::from(signedness == Signedness::Signed);
    let quotient_width = (width + is_signed).saturating_sub(shorter).min(width);
    let quotient = dividend.quotient(builder, quotient_width, shape)?.extend(width, signedness);
    let remainder = remainder(builder, x, &quotient, (magnitude, negative), signedness, shape);
    Some(Division { quotient, remainder })
}

/// A constant as its magnitude and whether it is negative.
fn constant(y: &Bits, signedness: Signedness) -> Option<(u128, bool)> {
    if y.width() == 0 || y.width() > 128 || !y.iter().all(Wire::is_constant) {
        return None;
    }
    let word = y.iter().enumerate().fold(0, |word, (bit, wire)| word | u128::from(wire == Wire::TRUE) << bit);
    let negative = signedness == Signedness::Signed && y.top() == Wire::TRUE;
    // Zero if there is nothing above the sign, and then it is the least number's magnitude that wraps.
    let extended = if negative && y.width() < 128 { word | u128::MAX << y.width() } else { word };
    Some((if negative { extended.wrapping_neg() } else { word }, negative))
}

/// What the quotient leaves, which has as many bits as the divisor, and a sign.
fn remainder(
    builder: &mut Builder,
    x: &Bits,
    quotient: &Bits,
    (magnitude, negative): (u128, bool),
    signedness: Signedness,
    shape: Shape,
) -> Bits {
    let bits = (128 - (magnitude - 1).leading_zeros()) as usize + usize::from(signedness == Signedness::Signed);
    let bits = bits.min(x.width());
    let mut columns = Columns::new(bits, shape);
    columns.add(builder, 0, &x.truncate(bits), Signedness::Unsigned);
    let quotient = quotient.truncate(bits);
    let divisor: Vec<bool> = (0..bits).map(|bit| magnitude >> bit & 1 == 1).collect();
    for (weight, digit) in non_adjacent(&divisor).into_iter().enumerate() {
        match (digit, negative) {
            (0, _) => {}
            (1, true) | (-1, false) => columns.add(builder, weight, &quotient, Signedness::Unsigned),
            _ => columns.subtract(builder, weight, &quotient, Signedness::Unsigned),
        }
    }
    columns.total(builder).extend(x.width(), signedness)
}
