//! Shifts: by a public amount they only rename wires, by a secret one they are barrel shifters.

use super::super::{Bits, Builder, Signedness, Wire};
use super::associative::reduce;
use super::select::select;

/// `x << amount` mod 2^n: free. All zeros from n on.
pub fn shift_left(x: &Bits, amount: usize) -> Bits {
    let kept = x.width().saturating_sub(amount);
    Bits::constant(0, x.width() - kept).concat(&x.truncate(kept))
}

/// `x >> amount`, rounding down: free. Bits from above are 0, or the sign of a signed number.
pub fn shift_right(x: &Bits, amount: usize, signedness: Signedness) -> Bits {
    let kept: Bits = x.iter().skip(amount).collect();
    match signedness {
        Signedness::Unsigned => kept.zero_extend(x.width()),
        // Not the sign of what is kept, which may be nothing.
        Signedness::Signed => kept.concat(&vec![x.top(); x.width() - kept.width()].into()),
    }
}

/// `x` with its bits moved up by `amount` mod n, those from the top coming in at the bottom: free.
pub fn rotate_left(x: &Bits, amount: usize) -> Bits {
    let mut wires = x.wires().to_vec();
    let amount = amount % wires.len().max(1);
    wires.rotate_right(amount);
    wires.into()
}

/// `x << amount` mod 2^n for a secret natural number `amount`; all zeros from n on.
///
/// n lg n AND gates in depth lg n for an `amount` of lg n bits; k bits more cost n + k - 1 more.
pub fn shift_left_by(builder: &mut Builder, x: &Bits, amount: &Bits) -> Bits {
    barrel(builder, x, amount, Wire::FALSE, shift_left)
}

/// `x >> amount` for a secret natural number `amount`, rounding down; all zeros, or all signs, from n on.
///
/// The price is that of [`shift_left_by`], and less by one AND gate per step where the sign moves in.
pub fn shift_right_by(builder: &mut Builder, x: &Bits, amount: &Bits, signedness: Signedness) -> Bits {
    let fill = match signedness {
        Signedness::Unsigned => Wire::FALSE,
        Signedness::Signed => x.top(),
    };
    barrel(builder, x, amount, fill, |x, step| shift_right(x, step, signedness))
}

/// Shifts by 1, 2, 4, ... as the bits of `amount` say; bits worth n and more leave nothing but `fill`.
fn barrel(builder: &mut Builder, x: &Bits, amount: &Bits, fill: Wire, shift: impl Fn(&Bits, usize) -> Bits) -> Bits {
    // The bits 0 .. lg n are worth less than n.
    let steps = x.width().next_power_of_two().ilog2() as usize;
    let mut shifted = x.clone();
    for (step, condition) in amount.iter().take(steps).enumerate() {
        let moved = shift(&shifted, 1 << step);
        shifted = select(builder, condition, &moved, &shifted);
    }
    let out_of_range = reduce(amount.iter().skip(steps).collect(), |x, y| builder.or(x, y)).unwrap_or(Wire::FALSE);
    shifted.iter().map(|bit| builder.mux(out_of_range, fill, bit)).collect()
}
