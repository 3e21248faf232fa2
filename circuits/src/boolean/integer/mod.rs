//! Gadgets on integers: two's complement, least significant bit first, arithmetic mod 2^width.

mod add;
mod associative;
mod bitwise;
mod carry;
mod columns;
mod compare;
mod multiply;
mod select;
mod shift;
mod sum;

pub use add::{add, add_with_carry, neg, sub};
pub use bitwise::{and, not, or, xor};
pub use columns::Columns;
pub use compare::{equal, is_zero, less_or_equal, less_than};
pub use multiply::{multiply, multiply_wide, square, square_wide};
pub use select::{abs, max, min, select};
pub use shift::{rotate_left, shift_left, shift_left_by, shift_right, shift_right_by};
pub use sum::{popcount, sum, sum_signed};

use super::Bits;

/// Operands of one width are what most gadgets need; a difference is the caller's mistake.
fn same_width(x: &Bits, y: &Bits) {
    assert_eq!(x.width(), y.width(), "operands of one width");
}
