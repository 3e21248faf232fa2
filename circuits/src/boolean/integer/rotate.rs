//! Rotations by a secret amount.

use super::super::{Bits, Builder, Wire};

/// `x` with its bits moved up by a secret natural number `amount`, mod n, those from the top coming in at the bottom.
///
/// n lg n - n + 1 AND gates in depth lg n for n a power of two, whose higher bits of `amount` have no effect; for
/// other n, less than n AND gates and one level per bit of `amount`.
pub fn rotate_left_by(builder: &mut Builder, x: &Bits, amount: &Bits) -> Bits {
    rotate(builder, x, amount, |step, _| step)
}

/// `x` with its bits moved down by a secret natural number `amount`, mod n, those from the bottom coming in at the
/// top, at the price of [`rotate_left_by`].
pub fn rotate_right_by(builder: &mut Builder, x: &Bits, amount: &Bits) -> Bits {
    rotate(builder, x, amount, |step, width| (width - step) % width)
}

/// Rotates by 1, 2, 4, ... mod n as the bits of `amount` say; `direction` makes each a rotation to the left.
fn rotate(builder: &mut Builder, x: &Bits, amount: &Bits, direction: impl Fn(usize, usize) -> usize) -> Bits {
    let width = x.width();
    let mut rotated = x.clone();
    if width == 0 {
        return rotated;
    }
    let mut step = 1 % width;
    for condition in amount.iter() {
        rotated = rotate_where(builder, condition, &rotated, direction(step, width));
        step = 2 * step % width;
    }
    rotated
}

/// Rotates to the left by a public `step` < n where `condition` holds: n - gcd(step, n) AND gates.
///
/// A rotation is a permutation of gcd(step, n) cycles. Along a cycle the differences of neighbours add up to 0, and
/// so do their products with the condition: each cycle has one of them for free.
fn rotate_where(builder: &mut Builder, condition: Wire, x: &Bits, step: usize) -> Bits {
    let width = x.width();
    let mut rotated = x.wires().to_vec();
    let mut done = vec![false; width];
    for start in 0..width {
        let mut place = start;
        let mut changes = Wire::FALSE;
        while !done[place] {
            done[place] = true;
            let next = (place + step) % width;
            let change = if next == start {
                changes
            } else {
                let difference = builder.xor(x[place], x[next]);
                builder.and(condition, difference)
            };
            changes = builder.xor(changes, change);
            rotated[next] = builder.xor(x[next], change);
            place = next;
        }
    }
    rotated.into()
}
