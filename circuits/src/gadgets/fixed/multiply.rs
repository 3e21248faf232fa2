//! Products.

use crate::boolean::integer::Columns;
use crate::boolean::{Bits, Builder, Shape, Signedness, Wire};

use super::Format;

/// `x * y`, rounded to the nearest number and upwards between two; mod 2^integer_bits, so a product out of range
/// wraps around as integers do.
///
/// The error is at most half an ulp. The gates are those of the whole integer product without its highest bits; about
/// half of them if `x` is `y`.
///
/// # Panics
/// If an operand does not have the format's width.
pub fn multiply(builder: &mut Builder, x: &Bits, y: &Bits, format: Format, shape: Shape) -> Bits {
    format.check(x);
    format.check(y);
    let mut columns = Columns::new(format.width() + format.fraction_bits, shape);
    columns.add_product(builder, 0, x, y, Signedness::Signed);
    columns.add_bit(format.fraction_bits - 1, Wire::TRUE);
    columns.total(builder).iter().skip(format.fraction_bits).collect()
}

/// What [`multiply`] computes, on the numbers' bits as integers.
pub fn multiply_in_the_clear(format: Format, x: i128, y: i128) -> i128 {
    let half = 1 << (format.fraction_bits - 1);
    format.wrap((x * y + half) >> format.fraction_bits)
}
