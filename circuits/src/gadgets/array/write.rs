//! Writing at a secret position.

use crate::boolean::integer::{one_hot, select};
use crate::boolean::{Bits, Builder};

/// The table with `value` in place of the element at `index`, which is a natural number; an index beyond the table
/// changes nothing.
///
/// A table of n elements of w bits costs n w AND gates and those of the one-hot code of the index, 2^k - k - 1 for
/// n = 2^k and an index of k bits, in depth lg k + 1: the best of both shapes. A one-hot code that a lookup has made
/// at the same index is shared.
///
/// # Panics
/// If the widths of the elements and of `value` differ.
pub fn write(builder: &mut Builder, table: &[Bits], index: &Bits, value: &Bits) -> Vec<Bits> {
    let code = one_hot(builder, index, table.len());
    table.iter().zip(code.iter()).map(|(element, here)| select(builder, here, value, element)).collect()
}
