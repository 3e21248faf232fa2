//! Piecewise polynomials: the approximation behind exp, the logarithms, sigmoid and tanh.
//!
//! **Pieces.** The function's domain is the `input_bits` bits of a natural number. It is halved, and the halves again,
//! until a polynomial of degree 1 or 2 is within the tolerance ([`Curve::fit`]). Which piece an input lies in is
//! decided by the tree of halvings: an AND gate for each piece but one, as the other half is an XOR. A coefficient is
//! then the XOR of its pieces' indicators, bit by bit, so that tables cost nothing.
//!
//! **Value.** With `t` the distance from one end of the piece, the value is `constant + linear t + quadratic t²`, with
//! coefficients that are not negative. This takes a convex function. If it rises, `t` is the distance from the lower
//! end; if it falls, from the upper end, `t = length - 1 - offset`, whose bits are the offset's complement.
//!
//! **Truncation.** Each bit of `t` contributes a row, `floor(linear 2^j / 2^d)`: half the gates of the whole product.
//! A sum of such rows is still monotone in `t`: where bit `m` comes and all lower ones go,
//! `floor(c 2^m / 2^d) >= sum of floor(c 2^j / 2^d) over j < m`. The same holds for `quadratic` times the leading bits
//! of `t²`. At each end the coefficients are chosen such that a piece does not pass beyond where the next one starts.
//! So **the approximation is monotone over its whole domain by construction**.

use crate::boolean::integer::{Columns, multiply_wide};
use crate::boolean::{Bits, Builder, Shape, Signedness, Wire};

/// A convex function's pieces, and the scales of their coefficients.
#[derive(Clone, Debug)]
pub(super) struct Piecewise {
    /// Bits of the argument.
    pub input_bits: usize,
    /// Whether `t` is the distance from the upper end.
    pub falling: bool,
    /// The pieces, in order, which cover the arguments that occur.
    pub pieces: Vec<Piece>,
    /// Bits of `t`: of the offset in the longest piece.
    pub offset_bits: usize,
    /// Leading bits of `t²` that count; 0 for polynomials of degree 1.
    pub square_bits: usize,
}

/// One polynomial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The first argument.
    pub start: u64,
    /// The binary logarithm of its length.
    pub level: usize,
    /// The value at `t = 0`.
    pub constant: u64,
    /// The coefficient of `t`, times 2^offset_bits.
    pub linear: u64,
    /// The coefficient of `t²`, times 2^(2 offset_bits).
    pub quadratic: u64,
}

/// The sum over the bits of `factor` of `coefficient 2^bit / 2^scale`, each rounded down.
pub(super) fn truncated_product(coefficient: u64, factor: u64, scale: usize) -> u64 {
    let bits = 0..64 - factor.leading_zeros();
    bits.filter(|bit| factor >> bit & 1 == 1).map(|bit| ((u128::from(coefficient) << bit) >> scale) as u64).sum()
}

impl Piecewise {
    /// The leading bits of `t²`: those of the square of the leading `square_bits + 1` bits of `t`.
    pub(super) fn square_in_the_clear(&self, t: u64) -> u64 {
        let leading = u128::from(t >> self.dropped_offset_bits());
        ((leading * leading) >> self.dropped_square_bits()) as u64
    }

    /// The value at `argument`, in the unit of the constants.
    pub(super) fn in_the_clear(&self, argument: u64) -> u64 {
        let after = self.pieces.partition_point(|piece| piece.start <= argument);
        let piece = self.pieces[after - 1];
        let offset = argument - piece.start;
        let t = if self.falling { (1 << piece.level) - 1 - offset } else { offset };
        let linear = truncated_product(piece.linear, t, self.offset_bits);
        piece.constant + linear + truncated_product(piece.quadratic, self.square_in_the_clear(t), self.square_bits)
    }

    /// Adds the value at `argument` to a sum, or 0 where `defined` does not hold.
    pub(super) fn add_to(&self, builder: &mut Builder, columns: &mut Columns, argument: &Bits, defined: Wire) {
        assert_eq!(argument.width(), self.input_bits, "an argument of the curve's width");
        let indicators = self.indicators(builder, argument, defined, columns.shape());
        let t = self.distance(builder, argument, &indicators);
        let constant = self.choose(builder, &indicators, |piece| piece.constant);
        columns.add(builder, 0, &constant, Signedness::Unsigned);
        let linear = self.choose(builder, &indicators, |piece| piece.linear);
        add_truncated_product(builder, columns, &linear, &t, self.offset_bits);
        if self.square_bits > 0 {
            let leading = t.iter().skip(self.dropped_offset_bits()).collect();
            let square = multiply_wide(builder, &leading, &leading, Signedness::Unsigned, columns.shape());
            let square = square.iter().skip(self.dropped_square_bits()).collect();
            let quadratic = self.choose(builder, &indicators, |piece| piece.quadratic);
            add_truncated_product(builder, columns, &quadratic, &square, self.square_bits);
        }
    }

    /// The pieces in which arguments from `least` to `greatest` lie: for other arguments the value is undefined, for these it
    /// is the same.
    #[must_use]
    pub(super) fn between(&self, least: u64, greatest: u64) -> Self {
        let reached = |piece: &&Piece| piece.start <= greatest && least < piece.start + (1 << piece.level);
        Self { pieces: self.pieces.iter().filter(reached).copied().collect(), ..*self }
    }

    fn dropped_offset_bits(&self) -> usize {
        self.offset_bits.saturating_sub(self.square_bits + 1)
    }

    fn dropped_square_bits(&self) -> usize {
        2 * (self.offset_bits - self.dropped_offset_bits()) - self.square_bits
    }

    /// For each piece, whether the argument lies in it.
    fn indicators(&self, builder: &mut Builder, argument: &Bits, defined: Wire, shape: Shape) -> Vec<Wire> {
        match shape {
            Shape::FewAnds => {
                let mut indicators = Vec::with_capacity(self.pieces.len());
                halve(builder, argument.wires(), &self.pieces, defined, &mut indicators);
                indicators
            }
            Shape::FewRounds => {
                let indicator = |piece: &Piece| {
                    let leading = &argument.wires()[piece.level..];
                    let inside = matches(builder, leading, piece.start >> piece.level);
                    builder.and(inside, defined)
                };
                self.pieces.iter().map(indicator).collect()
            }
        }
    }

    /// The bits of `t`.
    fn distance(&self, builder: &mut Builder, argument: &Bits, indicators: &[Wire]) -> Bits {
        let shortest = self.pieces.iter().map(|piece| piece.level).min().unwrap_or(0);
        let mut bits = Vec::with_capacity(self.offset_bits);
        for (place, bit) in argument.iter().enumerate().take(self.offset_bits) {
            let bit = if self.falling { builder.not(bit) } else { bit };
            if place < shortest {
                bits.push(bit);
                continue;
            }
            let long = self.pieces.iter().zip(indicators).filter(|(piece, _)| piece.level > place);
            let long = long.fold(Wire::FALSE, |sum, (_, &indicator)| builder.xor(sum, indicator));
            bits.push(builder.and(long, bit));
        }
        bits.into()
    }

    /// A coefficient of the piece that the argument lies in.
    fn choose(&self, builder: &mut Builder, indicators: &[Wire], coefficient: impl Fn(&Piece) -> u64) -> Bits {
        let all = self.pieces.iter().fold(0, |all, piece| all | coefficient(piece));
        (0..64 - all.leading_zeros())
            .map(|bit| {
                let pieces = self.pieces.iter().zip(indicators);
                let set = pieces.filter(|(piece, _)| coefficient(piece) >> bit & 1 == 1);
                set.fold(Wire::FALSE, |sum, (_, &indicator)| builder.xor(sum, indicator))
            })
            .collect()
    }
}

/// The indicators of the pieces of an interval, whose own indicator is `inside`, by halving it.
fn halve(builder: &mut Builder, argument: &[Wire], pieces: &[Piece], inside: Wire, indicators: &mut Vec<Wire>) {
    let (&[_, _, ..], Some((&bit, lower_bits))) = (pieces, argument.split_last()) else {
        indicators.extend(pieces.iter().map(|_| inside));
        return;
    };
    let middle = lower_bits.len();
    let (lower_pieces, upper_pieces) =
        pieces.split_at(pieces.iter().take_while(|piece| piece.start >> middle & 1 == 0).count());
    if lower_pieces.is_empty() || upper_pieces.is_empty() {
        // Arguments of the other half do not occur.
        return halve(builder, lower_bits, pieces, inside, indicators);
    }
    let upper = builder.and(inside, bit);
    let lower = builder.xor(inside, upper);
    halve(builder, lower_bits, lower_pieces, lower, indicators);
    halve(builder, lower_bits, upper_pieces, upper, indicators);
}

/// Whether `bits` are those of `number`, in logarithmic depth. Numbers that agree in one half of their bits share its
/// gates.
fn matches(builder: &mut Builder, bits: &[Wire], number: u64) -> Wire {
    match *bits {
        [] => Wire::TRUE,
        [bit] if number & 1 == 1 => bit,
        [bit] => builder.not(bit),
        _ => {
            let (low, high) = bits.split_at(bits.len() / 2);
            let low_matches = matches(builder, low, number & ((1 << low.len()) - 1));
            let high_matches = matches(builder, high, number >> low.len());
            builder.and(low_matches, high_matches)
        }
    }
}

/// Adds [`truncated_product`].
fn add_truncated_product(
    builder: &mut Builder,
    columns: &mut Columns,
    coefficient: &Bits,
    factor: &Bits,
    scale: usize,
) {
    for (place, factor) in factor.iter().enumerate() {
        for (weight, bit) in coefficient.iter().skip(scale.saturating_sub(place)).enumerate() {
            let product = builder.and(factor, bit);
            columns.add_bit(weight + place.saturating_sub(scale), product);
        }
    }
}
