//! The numbers of the language: exact integers with a declared number of decimals.
//!
//! A value `12.50` of a type with two decimals is the mantissa 1250. Every operation is exact; an operation
//! that could leave 128 bits is refused when the program is checked ([`Range`]), so evaluation never wraps
//! by accident. Mantissas travel as [`Word`]s: two's complement modulo 2^128.

mod decimal;
mod range;
mod rational;

pub use decimal::{format_decimal, parse_decimal, pow10};
pub use range::Range;
pub use rational::Rational;

/// A mantissa modulo 2^128, two's complement. Whether it is read as signed is a matter of its [`Range`].
pub type Word = u128;

/// The mathematical value of a word whose range is `range`.
pub fn value_of(word: Word, range: &Range) -> ethnum::I256 {
    if range.is_signed() { ethnum::I256::from(word as i128) } else { ethnum::I256::from(word) }
}

/// The word of a mathematical value (its low 128 bits).
pub fn word_of(value: ethnum::I256) -> Word {
    value.as_u128()
}
