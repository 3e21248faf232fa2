//! Products and squares.

use super::super::{Bits, Builder, Shape, Signedness};
use super::{Columns, same_width};

/// `x * y` mod 2^n, the same for natural numbers and two's complement.
///
/// # Panics
/// If the widths differ.
pub fn multiply(builder: &mut Builder, x: &Bits, y: &Bits, shape: Shape) -> Bits {
    same_width(x, y);
    let mut columns = Columns::new(x.width());
    columns.add_product(builder, 0, x, y, Signedness::Unsigned);
    columns.total(builder, shape)
}

/// The whole of `x * y`, for operands of `n` and `m` bits in n + m bits.
pub fn multiply_wide(builder: &mut Builder, x: &Bits, y: &Bits, signedness: Signedness, shape: Shape) -> Bits {
    let mut columns = Columns::new(x.width() + y.width());
    columns.add_product(builder, 0, x, y, signedness);
    columns.total(builder, shape)
}

/// `x * x` mod 2^n, the same for natural numbers and two's complement.
pub fn square(builder: &mut Builder, x: &Bits, shape: Shape) -> Bits {
    let mut columns = Columns::new(x.width());
    columns.add_square(builder, 0, x, Signedness::Unsigned);
    columns.total(builder, shape)
}

/// The whole of `x * x`, in 2n bits.
pub fn square_wide(builder: &mut Builder, x: &Bits, signedness: Signedness, shape: Shape) -> Bits {
    let mut columns = Columns::new(2 * x.width());
    columns.add_square(builder, 0, x, signedness);
    columns.total(builder, shape)
}
