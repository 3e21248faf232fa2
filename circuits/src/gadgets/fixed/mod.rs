//! Binary fixed-point functions with error bounds.
//!
//! Numbers are two's complement with `fraction_bits` behind the point ([`Format`]); an ulp is 2^-fraction_bits. Each
//! function comes twice: as a gadget, and as its definition in plain integers, `..._in_the_clear`, with which the
//! circuit agrees bit for bit in both shapes. The error bounds are those of the definition against the real function.
//!
//! | function | domain | elsewhere | error, in ulps |
//! |---|---|---|---|
//! | [`multiply`] | results in range | wraps around | <= 1/2 |
//! | [`divide`], [`reciprocal`] | results in range | saturates; `x / 0` by the sign of `x` | <= 1/2 |
//! | [`square_root`] | x >= 0 | 0 | <= 1/2 |
//! | [`exponential`] | results in range | the greatest number | < 1 for x <= 0, < e^x for x > 0 |
//! | [`natural_logarithm`], [`binary_logarithm`] | x > 0 | the least number | < 1 |
//! | [`sigmoid`], [`tanh`] | all | | < 1 |
//!
//! The last four rows are monotone. `sigmoid(-x) = 1 - sigmoid(x)` and `tanh(-x) = -tanh(x)` hold exactly, as do
//! `e^0 = 1` and the binary logarithms of powers of two.
//!
//! AND gates / AND depth, for 32 bits ([`Format::Q16`]) and 64 bits ([`Format::Q32`]):
//!
//! | function | 32, `FewAnds` | 32, `FewRounds` | 64, `FewAnds` | 64, `FewRounds` |
//! |---|---|---|---|---|
//! | [`multiply`] | 1637 / 47 | 1868 / 12 | 5384 / 95 | 7382 / 14 |
//! | [`divide`] | 1150 / 1072 | 4041 / 178 | 4350 / 4192 | 18119 / 405 |
//! | [`reciprocal`] | 1118 / 1057 | 3939 / 178 | 4286 / 4161 | 17888 / 405 |
//! | [`square_root`] | 347 / 295 | 932 / 103 | 1271 / 1163 | 4286 / 243 |
//! | [`exponential`] | 779 / 111 | 1117 / 34 | 3384 / 196 | 4434 / 47 |
//! | [`natural_logarithm`] | 541 / 69 | 676 / 24 | 2798 / 151 | 3229 / 41 |
//! | [`binary_logarithm`] | 592 / 70 | 748 / 25 | 2996 / 153 | 3445 / 42 |
//! | [`sigmoid`] | 609 / 54 | 1079 / 25 | 4389 / 122 | 6841 / 41 |
//! | [`tanh`] | 687 / 54 | 1224 / 26 | 4927 / 125 | 7930 / 42 |
//!
//! **How.** Quotients and roots are digit by digit, non-restoring. The others reduce their argument with shifts, signs
//! and one constant factor, and take a convex function on an interval from *pieces*: polynomials of degree 1 (up to 18
//! bits behind the point) or 2, of which secret bits choose one. That is cheap: an indicator for each piece costs one
//! AND gate, and a table of public constants is an XOR of indicators, whatever its width. So many short pieces of low
//! degree beat few long ones. The coefficients are not stored. They are computed when the circuit is built, in integer
//! arithmetic from series, so that every party gets the same ones, and for any format.

mod catalogue;
pub mod decimal;
mod divide;
mod exponential;
mod fit;
mod format;
mod logarithm;
mod multiply;
mod normalise;
mod piecewise;
mod real;
mod sigmoid;
mod square_root;

#[cfg(test)]
mod tests;

pub use divide::{divide, divide_in_the_clear, reciprocal, reciprocal_in_the_clear};
pub use exponential::{exponential, exponential_in_the_clear};
pub use format::Format;
pub use logarithm::{
    binary_logarithm, binary_logarithm_in_the_clear, natural_logarithm, natural_logarithm_in_the_clear,
};
pub use multiply::{multiply, multiply_in_the_clear};
pub use sigmoid::{sigmoid, sigmoid_in_the_clear, tanh, tanh_in_the_clear};
pub use square_root::{square_root, square_root_in_the_clear};

use super::Gadget;

/// The rows of the catalogue.
pub(super) const GADGETS: &[Gadget] = catalogue::GADGETS;
