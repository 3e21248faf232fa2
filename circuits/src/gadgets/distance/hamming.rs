//! Where two strings of one length differ.

use crate::boolean::integer::{equal, not, popcount, xor};
use crate::boolean::{Bits, Builder, Shape};

/// In how many bits `x` and `y` differ, in as many bits as n needs: the AND gates of a popcount, n less the ones in
/// the binary form of n.
///
/// # Panics
/// If the widths differ.
pub fn hamming(builder: &mut Builder, x: &Bits, y: &Bits, shape: Shape) -> Bits {
    let differences = xor(builder, x, y);
    popcount(builder, &differences, shape)
}

/// In how many places two strings of n symbols of k bits differ, in as many bits as n needs: k - 1 AND gates a place
/// and a popcount.
///
/// # Panics
/// If the strings have different lengths, or symbols different widths.
pub fn hamming_of_symbols(builder: &mut Builder, x: &[Bits], y: &[Bits], shape: Shape) -> Bits {
    assert_eq!(x.len(), y.len(), "strings of one length");
    let same: Bits = x.iter().zip(y).map(|(x, y)| equal(builder, x, y)).collect();
    let differences = not(builder, &same);
    popcount(builder, &differences, shape)
}
