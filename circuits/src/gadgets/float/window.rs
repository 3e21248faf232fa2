//! Shifting a significand by a secret amount, of which the leading bits will be needed and whether the rest is zero.

use crate::boolean::{Bits, Builder, Wire, integer};

/// The leading bits of a number, and whether any bit below them is 1.
pub(super) struct Window {
    pub(super) bits: Bits,
    /// Wires of which one carries a 1 if a bit below does.
    pub(super) below: Vec<Wire>,
}

impl Window {
    pub(super) fn new(bits: Bits) -> Self {
        Self { bits, below: Vec::new() }
    }

    /// Shifts left by a secret amount and keeps the `keep` leading bits: an AND gate per step and bit that is still
    /// needed after it, and one for each bit that is not. Ones must not leave at the top.
    pub(super) fn shift_left(mut self, builder: &mut Builder, amount: &Bits, keep: usize) -> Self {
        for (step, condition) in amount.iter().enumerate().rev() {
            self.step(builder, condition, 1 << step, keep + (1 << step) - 1);
        }
        // What remains to be done if the amount has no bits.
        self.step(builder, Wire::FALSE, 0, keep);
        self
    }

    /// `number >> amount` in `number.width() + extra` bits, the extra ones below; beyond the highest amount that its
    /// bits can tell, all is below the window. `toward_left` is the complement of the amount, bit by bit.
    pub(super) fn shifted_right(builder: &mut Builder, number: &Bits, toward_left: &Bits, extra: usize) -> Self {
        // To shift right by k out of 0 .. 2^s - 1 is to shift right by 2^s - 1, for free, and left by the rest.
        let room = Bits::constant(0, (1 << toward_left.width()) - 1);
        let padded = Bits::constant(0, extra).concat(number).concat(&room);
        Self::new(padded).shift_left(builder, toward_left, number.width() + extra)
    }

    /// Shifts left by `by` where `condition` holds, and keeps the `keep` leading bits.
    pub(super) fn step(&mut self, builder: &mut Builder, condition: Wire, by: usize, keep: usize) {
        let lowest = self.bits.width().saturating_sub(keep);
        // Whether shifted or not, some bits end up below the window, and some only if not shifted.
        let always_below = lowest.saturating_sub(by);
        let lost: Bits = self.bits.iter().take(always_below).collect();
        let lost_unshifted: Bits = self.bits.iter().take(lowest).skip(always_below).collect();
        let unshifted = builder.not(condition);
        let lost_unshifted = any(builder, &lost_unshifted);
        self.below.extend(lost.iter());
        self.below.push(builder.and(lost_unshifted, unshifted));

        let source = |index: usize| index.checked_sub(by).map_or(Wire::FALSE, |index| self.bits[index]);
        self.bits =
            (lowest..self.bits.width()).map(|index| builder.mux(condition, source(index), self.bits[index])).collect();
    }

    /// Whether any bit below the leading ones is 1: the sticky bit of the literature.
    pub(super) fn sticky(&self, builder: &mut Builder) -> Wire {
        any(builder, &self.below.clone().into())
    }

    /// Whether the `count` leading bits are all 0.
    pub(super) fn leads_with_zeros(&self, builder: &mut Builder, count: usize) -> Wire {
        let leading = self.bits.iter().rev().take(count).collect();
        integer::is_zero(builder, &leading)
    }
}

/// Whether any bit is 1.
pub(super) fn any(builder: &mut Builder, bits: &Bits) -> Wire {
    let none = integer::is_zero(builder, bits);
    builder.not(none)
}
