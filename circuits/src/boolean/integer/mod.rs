//! Gadgets on integers: two's complement, least significant bit first, arithmetic mod 2^width.
//!
//! What they cost for operands of n bits that are not constant, up to 128 bits: AND gates and, for `FewRounds`, AND
//! depth. `lg` is the binary logarithm, rounded up; in brackets the figures for 64 bits. The tests assert all of it.
//!
//! | gadget | gates, [`FewAnds`] | gates, [`FewRounds`] | depth, [`FewRounds`] |
//! |---|---|---|---|
//! | [`add`], [`add_with_carry`], [`sub`] | n - 1 (63) | < 5n (273) | lg n (6) |
//! | [`neg`] | n - 2 (62) | < 3n (167) | lg n (6) |
//! | [`abs`] | n - 1 (63) | < 3n (168) | lg n (6) |
//! | [`less_than`], [`less_or_equal`] | n (64) | 2n - lg (n + 1) (121) | lg (n + 1) (7) |
//! | [`equal`], [`is_zero`] | n - 1 (63) | the same | lg n (6) |
//! | [`select`] | n (64) | the same | 1 |
//! | [`min`], [`max`], or both | 2n (128) | 3n - lg (n + 1) (185) | lg (n + 1) + 1 (8) |
//! | [`multiply`] | <= n² - n + 1 (3,556) | < n² + 5n (4,207) | <= 2 lg n + 1 (13) |
//! | [`multiply`] with itself | (1,781) | (2,126) | (12) |
//! | [`multiply_wide`] | <= 2n² (5,366) | < 2n² + 10n (8,570) | <= 2 lg n + 2 (14) |
//! | [`divide`], quotient and remainder | <= n²/2 + √5 n^1.5 (2,742) | < 8n² (23,088) | <= 4 lg² n from n = 32 on (120) |
//! | [`divide`] by the constant 1000, quotient | (778) | (962) | (11) |
//! | [`Dividend`] rounded by 10^6, signed | (677) | (838) | (11) |
//! | [`square_root`] | n²/8 + n/4 for even n (528) | < n² (1,682) | <= n/2 lg n (135) |
//! | [`sum`] of k addends | <= (k - 1)(n - 1) (k = 3: 125) | <= (k + 3) n (325) | <= lg k + lg n (7) |
//! | [`popcount`] | n minus the ones in binary n (63) | the same | <= lg n (6) |
//! | [`shift_left_by`], [`shift_right_by`] by lg n bits | n lg n (384) | the same | lg n (6) |
//! | [`rotate_left_by`], [`rotate_right_by`] by lg n bits | n lg n - n + 1 (321) | the same | lg n (6) |
//! | [`leading_zeros`], [`trailing_zeros`] | n - 1 (63) | < 2n (120) | lg n (6) |
//! | [`one_hot`] for n positions | n - lg n - 1 (57) | the same | lg lg n (3) |
//! | [`lookup`] among n elements of m bits | (n - 1) m | n - lg n - 1 more | lg lg n + 1 (4) |
//! | [`and`], [`or`] bit by bit | n (64) | the same | 1 |
//! | [`not`], [`xor`], public shifts, extension | 0 | 0 | 0 |
//!
//! [`FewAnds`]: super::Shape::FewAnds
//! [`FewRounds`]: super::Shape::FewRounds

mod add;
mod associative;
mod bitwise;
mod carry;
mod columns;
mod compare;
mod compress;
mod constant_divisor;
mod divide;
mod dividend;
mod lookup;
mod multiply;
mod one_hot;
mod reciprocal;
mod root;
mod rotate;
mod select;
mod shift;
mod sum;
mod zeros;

pub use add::{add, add_with_carry, neg, sub};
pub use bitwise::{and, not, or, xor};
pub use columns::Columns;
pub use compare::{equal, is_zero, less_or_equal, less_than};
pub use divide::{Division, divide};
pub use dividend::Dividend;
pub use lookup::lookup;
pub use multiply::{multiply, multiply_wide};
pub use one_hot::one_hot;
pub use root::square_root;
pub use rotate::{rotate_left_by, rotate_right_by};
pub use select::{abs, max, min, select};
pub use shift::{rotate_left, shift_left, shift_left_by, shift_right, shift_right_by};
pub use sum::{popcount, sum, sum_signed};
pub use zeros::{leading_zeros, trailing_zeros};

use super::Bits;

/// Operands of one width are what most gadgets need; a difference is the caller's mistake.
fn same_width(x: &Bits, y: &Bits) {
    assert_eq!(x.width(), y.width(), "operands of one width");
}
