//! Splitting a natural number into a power of two and a mantissa.

use crate::boolean::integer::{select, shift_left};
use crate::boolean::{Bits, Builder, Shape, Wire};

use super::format::bits_below;

/// A number as 2^exponent times a mantissa.
pub(super) struct Normalised {
    /// The exponent, one-hot: bit `i` says that bit `i` of the number is its leading one. No bit is set for 0.
    pub exponent: Vec<Wire>,
    /// The bits below the leading one, moved up to the top; as many as the number has without one.
    pub mantissa: Bits,
    /// Whether the number is not 0.
    pub nonzero: Wire,
}

/// Finds the leading one of a number of n bits and moves it to the top: about n + n lg n AND gates, or for `FewRounds`
/// about 3/2 n lg n in depth 2 lg n.
pub(super) fn normalise(builder: &mut Builder, x: &Bits, shape: Shape) -> Normalised {
    let reached = leading_or(builder, x.wires(), shape);
    let above = reached.iter().skip(1).copied().chain([Wire::FALSE]);
    let exponent: Vec<Wire> = reached.iter().zip(above).map(|(&here, above)| builder.xor(here, above)).collect();

    let mut shifted = x.clone();
    for step in (0..bits_below(x.width())).rev() {
        // The bit of the shift that is worth 2^step, from the one-hot exponent.
        let places = exponent.iter().rev().enumerate().filter(|(zeros, _)| zeros >> step & 1 == 1);
        let condition = places.fold(Wire::FALSE, |sum, (_, &place)| builder.xor(sum, place));
        shifted = select(builder, condition, &shift_left(&shifted, 1 << step), &shifted);
    }
    let mantissa = shifted.truncate(x.width() - 1);
    Normalised { exponent, mantissa, nonzero: reached[0] }
}

/// For each bit, whether it or one above it is 1.
fn leading_or(builder: &mut Builder, x: &[Wire], shape: Shape) -> Vec<Wire> {
    match shape {
        Shape::FewAnds => {
            let mut any = Wire::FALSE;
            let mut reached: Vec<Wire> = x
                .iter()
                .rev()
                .map(|&bit| {
                    any = builder.or(any, bit);
                    any
                })
                .collect();
            reached.reverse();
            reached
        }
        Shape::FewRounds if x.len() < 2 => x.to_vec(),
        Shape::FewRounds => {
            // Sklansky 1960: the lower half takes in the upper half's last prefix.
            let (low, high) = x.split_at(x.len() / 2);
            let high = leading_or(builder, high, shape);
            let low = leading_or(builder, low, shape);
            low.into_iter().map(|bit| builder.or(bit, high[0])).chain(high.iter().copied()).collect()
        }
    }
}
