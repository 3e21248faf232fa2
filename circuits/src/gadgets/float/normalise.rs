//! Shifting the leading one of a significand to the top.

use super::window::{Window, any};
use crate::boolean::{Bits, Builder, Shape, Signedness, Wire, integer};

/// How far a significand may be shifted at most, as its exponent must not fall below the least one.
pub(super) struct Limit {
    /// The limit in as many bits as the shift has, if it is below 2^bits.
    low: Bits,
    /// Whether it is not, and never binds.
    beyond: Wire,
}

impl Limit {
    /// The limit `number`, in two's complement, for shifts of `bits` bits; negative numbers are taken as 0.
    pub(super) fn new(builder: &mut Builder, number: &Bits, bits: usize) -> Self {
        let positive = builder.not(number.top());
        let low = number.iter().take(bits).map(|bit| builder.and(bit, positive)).collect();
        let high = any(builder, &number.iter().skip(bits).collect());
        Self { low, beyond: builder.and(high, positive) }
    }
}

/// A significand whose leading one is where it should be.
pub(super) struct Normalised {
    pub(super) window: Window,
    /// How far it was shifted.
    pub(super) shift: Bits,
}

/// How [`normalise`] shifts.
pub(super) struct Normalisation<'a> {
    /// Bits of the shift amount, in digits: it goes up to 2^steps - 1.
    pub(super) steps: usize,
    /// Bits per digit: 1, or 2 to have a one among the two leading bits.
    pub(super) digit: usize,
    /// How many digits it may be shifted at most.
    pub(super) limit: Option<&'a Limit>,
    /// How many leading bits are needed afterwards.
    pub(super) keep: usize,
}

/// Shifts `significand` left until its leading digit is not 0 or the limit or 2^steps - 1 digits are reached.
///
/// `FewAnds`: step by step from the largest, each if that many leading digits are 0. `FewRounds`: the leading zeros
/// are counted first, for about one AND gate per bit more.
pub(super) fn normalise(builder: &mut Builder, significand: Bits, how: &Normalisation<'_>, shape: Shape) -> Normalised {
    let window = Window::new(significand);
    match shape {
        Shape::FewAnds => step_by_step(builder, window, how),
        Shape::FewRounds => {
            let zeros = leading_zeros(builder, &window.bits, how);
            let shift = match how.limit {
                Some(limit) => {
                    let low = limit.low.iter().map(|bit| builder.or(bit, limit.beyond)).collect();
                    integer::min(builder, &zeros, &low, Signedness::Unsigned, shape)
                }
                None => zeros,
            };
            let in_bits = Bits::constant(0, how.digit - 1).concat(&shift);
            Normalised { window: window.shift_left(builder, &in_bits, how.keep), shift }
        }
    }
}

fn step_by_step(builder: &mut Builder, mut window: Window, how: &Normalisation<'_>) -> Normalised {
    let mut shift = Vec::with_capacity(how.steps);
    // Whether the limit exceeds the shift already in the bits seen so far.
    let mut unlimited = how.limit.map_or(Wire::TRUE, |limit| limit.beyond);
    for step in (0..how.steps).rev() {
        let by = how.digit << step;
        let zeros = window.leads_with_zeros(builder, by);
        let limit_bit = how.limit.map_or(Wire::FALSE, |limit| limit.low[step]);
        let allowed = builder.or(unlimited, limit_bit);
        let shifts = builder.and(zeros, allowed);
        let spared = builder.xor(allowed, shifts);
        unlimited = builder.or(unlimited, spared);
        window.step(builder, shifts, by, how.keep + by - 1);
        shift.push(shifts);
    }
    shift.reverse();
    Normalised { window, shift: shift.into() }
}

/// The number of leading digits that are 0, and 2^steps - 1 if all are.
fn leading_zeros(builder: &mut Builder, bits: &Bits, how: &Normalisation<'_>) -> Bits {
    let from_top: Vec<Wire> = bits.iter().rev().collect();
    let mut digits: Vec<Wire> = from_top.chunks(how.digit).map(|digit| any(builder, &digit.to_vec().into())).collect();
    digits.resize((1 << how.steps) - 1, Wire::FALSE);
    digits.push(Wire::TRUE);
    count_zeros(builder, &digits).1.into()
}

/// Whether all of 2^k digits are 0, and how many leading ones are if not, in k bits: fewer than 2^(k+1) AND gates,
/// depth k.
fn count_zeros(builder: &mut Builder, digits: &[Wire]) -> (Wire, Vec<Wire>) {
    if let &[digit] = digits {
        return (builder.not(digit), Vec::new());
    }
    let (first, second) = digits.split_at(digits.len() / 2);
    let (first_zero, first_count) = count_zeros(builder, first);
    let (second_zero, second_count) = count_zeros(builder, second);
    let mut count: Vec<Wire> = first_count
        .into_iter()
        .zip(second_count)
        .map(|(first, second)| builder.mux(first_zero, second, first))
        .collect();
    count.push(first_zero);
    (builder.and(first_zero, second_zero), count)
}
