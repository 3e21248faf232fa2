//! The switch that all networks are made of.

use crate::boolean::integer::{and, xor};
use crate::boolean::{Bits, Builder, Wire};

/// The two values, the other way round where `condition` holds: w AND gates for w bits, in depth 1.
///
/// # Panics
/// If the widths differ.
pub fn exchange_where(builder: &mut Builder, condition: Wire, first: &Bits, second: &Bits) -> (Bits, Bits) {
    let difference = xor(builder, first, second);
    let change = and(builder, &difference, &vec![condition; difference.width()].into());
    (xor(builder, first, &change), xor(builder, second, &change))
}
