//! Addition, subtraction, negation, mod 2^n.

use super::super::{Bits, Builder, Shape, Wire};
use super::bitwise::not;
use super::carry::carries;
use super::same_width;

/// `x + y` mod 2^n. To keep the carry, extend the operands first: a bit more costs one AND gate more.
///
/// # Panics
/// If the widths differ.
pub fn add(builder: &mut Builder, x: &Bits, y: &Bits, shape: Shape) -> Bits {
    add_with_carry(builder, x, y, Wire::FALSE, shape)
}

/// `x + y + carry` mod 2^n: no dearer than [`add`].
///
/// # Panics
/// If the widths differ.
pub fn add_with_carry(builder: &mut Builder, x: &Bits, y: &Bits, carry: Wire, shape: Shape) -> Bits {
    same_width(x, y);
    let carries = carries(builder, x.wires(), y.wires(), carry, shape);
    x.iter()
        .zip(y.iter())
        .zip(carries)
        .map(|((x, y), carry)| {
            let half = builder.xor(x, y);
            builder.xor(half, carry)
        })
        .collect()
}

/// `x - y` mod 2^n, as `x + !y + 1`.
///
/// # Panics
/// If the widths differ.
pub fn sub(builder: &mut Builder, x: &Bits, y: &Bits, shape: Shape) -> Bits {
    let complement = not(builder, y);
    add_with_carry(builder, x, &complement, Wire::TRUE, shape)
}

/// `-x` mod 2^n, as `!x + 1`: n - 2 AND gates for `FewAnds`, as the lowest bit stays.
pub fn neg(builder: &mut Builder, x: &Bits, shape: Shape) -> Bits {
    sub(builder, &Bits::constant(0, x.width()), x, shape)
}
