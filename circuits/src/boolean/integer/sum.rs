//! Sums of many addends.

use super::super::{Bits, Builder, Shape, Signedness};
use super::Columns;

/// The sum of natural numbers mod 2^out_width; addends may have any widths.
///
/// About one AND gate per bit of the addends beyond the first: (k - 1)(n - 1) for k addends of n = `out_width` bits
/// and `FewAnds`. `FewRounds` pays a parallel-prefix adder at the end and has a depth of about lg k + lg n.
/// With additive shares mod 2^n as addends, this converts a shared number to bits.
pub fn sum(builder: &mut Builder, addends: &[Bits], out_width: usize, shape: Shape) -> Bits {
    total(builder, addends, out_width, Signedness::Unsigned, shape)
}

/// The sum of numbers in two's complement mod 2^out_width, at the price of [`sum`].
pub fn sum_signed(builder: &mut Builder, addends: &[Bits], out_width: usize, shape: Shape) -> Bits {
    total(builder, addends, out_width, Signedness::Signed, shape)
}

/// How many bits of `x` are 1, in as many bits as n needs: n AND gates less the ones in the binary form of n, the
/// fewest possible (Boyar and Peralta 2008), in both shapes.
pub fn popcount(builder: &mut Builder, x: &Bits, shape: Shape) -> Bits {
    let out_width = (usize::BITS - x.width().leading_zeros()) as usize;
    let mut columns = Columns::new(out_width, shape);
    for bit in x.iter() {
        columns.add_bit(0, bit);
    }
    columns.total(builder)
}

fn total(builder: &mut Builder, addends: &[Bits], out_width: usize, signedness: Signedness, shape: Shape) -> Bits {
    let mut columns = Columns::new(out_width, shape);
    for addend in addends {
        columns.add(builder, 0, addend, signedness);
    }
    columns.total(builder)
}
