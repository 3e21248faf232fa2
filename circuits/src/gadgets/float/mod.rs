//! IEEE 754 arithmetic on binary floating-point numbers, bit-exact with the hardware.
//!
//! A number is its interchange format (IEEE 754-2019, section 3.4), the lowest bit of the fraction first and the sign
//! last. Results are rounded to nearest, ties to even; subnormal numbers, signed zeros and infinities go in and come
//! out as the standard says. There are no flags, and every NaN that arithmetic gives is the same one,
//! [`Format::canonical_nan`], whatever the operands' payloads. The gadgets work for other formats too: the tests run them on all
//! pairs of numbers of a format of 8 bits, for one.
//!
//! ```
//! use quorate_circuits::boolean::{Builder, Shape};
//! use quorate_circuits::gadgets::float::{self, Format};
//!
//! let (mut builder, inputs) = Builder::new(&[64, 64]);
//! let sum = float::add(&mut builder, &inputs[0], &inputs[1], Format::BINARY64, Shape::FewAnds);
//! let circuit = builder.finish(vec![sum]);
//!
//! let words = [0.1f64, 0.2].map(|number| (0..64).map(move |bit| number.to_bits() >> bit & 1)).into_iter().flatten();
//! let result = circuit.evaluate(&words.collect::<Vec<u64>>());
//! let bits = (0..64).fold(0, |bits, bit| bits | (result[bit] & 1) << bit);
//! assert_eq!(f64::from_bits(bits), 0.1 + 0.2);
//! ```
//!
//! What they cost: AND gates and, in brackets, AND depth. Division and square root come bit by bit, so their depth is
//! linear in the precision even for [`FewRounds`]. The tests assert all of it.
//!
//! | gadget | `f64`, [`FewAnds`] | `f64`, [`FewRounds`] | `f32`, [`FewAnds`] | `f32`, [`FewRounds`] |
//! |---|---|---|---|---|
//! | [`add`], [`sub`] | 1,286 (236) | 1,713 (56) | 592 (131) | 777 (48) |
//! | [`multiply`] | 5,011 (201) | 7,150 (47) | 1,487 (104) | 1,837 (41) |
//! | [`divide`] | 4,548 (3014) | 13,698 (363) | 1,326 (683) | 2,876 (158) |
//! | [`sqrt`] | 1,998 (1431) | 5,634 (281) | 550 (308) | 1,090 (110) |
//! | [`neg`], [`abs`] | 0 (0) | 0 (0) | 0 (0) | 0 (0) |
//! | [`less_than`], [`less_or_equal`] | 203 (74) | 260 (17) | 104 (41) | 130 (15) |
//! | [`equal`] | 137 (9) | 137 (9) | 70 (8) | 70 (8) |
//! | [`minimum`], [`maximum`] | 317 (72) | 374 (15) | 157 (39) | 183 (13) |
//! | [`from_integer`] of `i64` | 561 (147) | 835 (27) | 415 (118) | 627 (27) |
//! | [`from_integer`] of `u64` | 498 (84) | 667 (21) | 352 (55) | 459 (21) |
//! | [`from_integer`] of `i32` | 232 (52) | 305 (19) | 250 (78) | 367 (23) |
//! | [`from_integer`] of `u32` | 201 (21) | 231 (14) | 219 (47) | 293 (18) |
//! | [`to_integer`] of `i64` | 562 (81) | 672 (20) | 451 (77) | 560 (18) |
//! | [`to_integer`] of `u64` | 505 (20) | 514 (15) | 393 (16) | 398 (14) |
//! | [`to_integer`] of `i32` | 296 (48) | 344 (18) | 244 (45) | 291 (16) |
//! | [`to_integer`] of `u32` | 272 (19) | 281 (14) | 218 (16) | 223 (13) |
//! | [`convert`] from the other | 229 (27) | 250 (16) | 344 (57) | 415 (28) |
//!
//! The Bristol Fashion collection (Archer et al.) has circuits for `f64` of 5,385 (addition), 19,626
//! (multiplication), 82,269 (division) and 91,504 AND gates (square root).
//!
//! # How
//!
//! Operands are taken apart into sign, exponent and significand with its leading bit, the significands go through
//! integer arithmetic, and the result has its leading one shifted to the top, is rounded, and is replaced if an operand
//! was special. What is special to circuits:
//!
//! - A shifter costs one AND gate per bit and step. Its steps go from the largest down, and a step keeps the bits
//!   that the later ones can still bring into the result; the others only count for whether they are all zero.
//! - For `FewAnds` leading zeros are not counted: each step of the shifter tests as many leading bits as it shifts by.
//! - A result whose exponent is too small is shifted left by less than its leading zeros. With zeros on top as room
//!   this also takes the place of a shift to the right, so a product passes one shifter, not two.
//! - Quotients and roots are computed without restoring negative remainders: a step is one addition, whose operand is
//!   inverted by XOR as the last digit says, and no selection.
//! - Comparisons look for NaNs and zeros in the operand of larger magnitude alone.
//!
//! [`FewAnds`]: crate::boolean::Shape::FewAnds
//! [`FewRounds`]: crate::boolean::Shape::FewRounds

mod add;
mod catalogue;
mod compare;
mod convert;
mod divide;
mod format;
mod from_integer;
mod multiply;
mod normalise;
mod operand;
mod round;
mod sign;
mod sqrt;
mod to_integer;
mod window;

#[cfg(test)]
mod tests;

pub use add::{add, sub};
pub(super) use catalogue::GADGETS;
pub use compare::{equal, less_or_equal, less_than, maximum, minimum};
pub use convert::convert;
pub use divide::divide;
pub use format::Format;
pub use from_integer::from_integer;
pub use multiply::multiply;
pub use sign::{abs, neg};
pub use sqrt::sqrt;
pub use to_integer::to_integer;
