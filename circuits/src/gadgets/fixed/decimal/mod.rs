//! exp, log, sigmoid and tanh of exact decimals.
//!
//! A decimal number is an integer, its *mantissa*, over a power of ten. These functions take mantissas to mantissas:
//! the pieces are fitted to the decimal places themselves, so that no number is converted to binary places and back, and
//! the argument is not rounded. Each function comes as a circuit and as its definition in plain integers, which agree bit
//! for bit. The definition
//!
//! - is less than one unit of the last place from the real function; a logarithm, sigmoid or tanh of up to two decimals
//!   less than 0.6 of a unit,
//! - is monotone, so that the ends of the argument's range give those of the result's,
//! - keeps the symmetries `sigmoid(-x) = 1 - sigmoid(x)` and `tanh(-x) = -tanh(x)`.
//!
//! What the argument's range says makes circuits smaller: pieces, signs and shifts that do not occur are left out. Of
//! `exp` it also says how precise the pieces must be, so that the definition depends on it; that of the others depends on
//! the decimals alone.
//!
//! With 4 decimals before and after, AND gates / AND depth:
//!
//! | function | argument | `FewAnds` | `FewRounds` |
//! |---|---|---|---|
//! | `exp` | -10 to 0 | 473 / 72 | 620 / 30 |
//! | `exp` | -10 to 10 | 2161 / 121 | 2510 / 40 |
//! | `log` | 0.0001 to 1000 | 411 / 57 | 506 / 24 |
//! | `sigmoid` | -10 to 10 | 333 / 43 | 463 / 23 |
//! | `sigmoid` | -100000 to 100000 | 363 / 46 | 608 / 24 |
//! | `tanh` | -10 to 10 | 401 / 47 | 719 / 24 |

mod bound;
mod exponential;
mod logarithm;
mod saturating;

#[cfg(test)]
mod tests;

use crate::boolean::{Bits, Builder, Circuit, Shape};
use crate::number::{Range, pow10};

use exponential::Exponential;
use logarithm::Logarithm;
use saturating::Saturating;

/// The most decimals of a result: as many as 32 bits behind the point have.
pub const MOST_DECIMALS: u32 = 9;

/// The most decimals of an argument.
pub const MOST_ARGUMENT_DECIMALS: u32 = 12;

/// A function of real numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Real {
    /// `e^x`.
    Exp,
    /// The natural logarithm.
    Log,
    /// `1 / (1 + e^-x)`.
    Sigmoid,
    /// `(e^x - e^-x) / (e^x + e^-x)`.
    Tanh,
}

/// A function of decimal numbers of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DecimalFunction {
    function: Real,
    argument: Range,
    argument_decimals: u32,
    decimals: u32,
}

/// Why there is no such function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The argument has more than [`MOST_ARGUMENT_DECIMALS`].
    ArgumentDecimals,
    /// The result has more than [`MOST_DECIMALS`].
    Decimals,
    /// The argument of a logarithm can be zero or less.
    NotPositive,
    /// The result does not fit 32 bits.
    TooLarge {
        /// The greatest mantissa of an argument whose result does.
        greatest: i128,
    },
    /// The argument does not fit 128 bits with a sign.
    TooWide,
}

impl DecimalFunction {
    /// A function of arguments with mantissas in `argument`, and with these decimals before and after.
    ///
    /// # Errors
    /// There is none: see [`Unfit`].
    pub fn new(function: Real, argument: Range, argument_decimals: u32, decimals: u32) -> Result<Self, Unfit> {
        if argument_decimals > MOST_ARGUMENT_DECIMALS {
            return Err(Unfit::ArgumentDecimals);
        }
        if decimals > MOST_DECIMALS {
            return Err(Unfit::Decimals);
        }
        if !Range::signed(128).covers(&argument) {
            return Err(Unfit::TooWide);
        }
        let new = Self { function, argument, argument_decimals, decimals };
        match function {
            Real::Log if argument.low <= 0 => Err(Unfit::NotPositive),
            Real::Exp if !new.is_small(argument.high.as_i128()) => {
                Err(Unfit::TooLarge { greatest: new.greatest_argument() })
            }
            _ => Ok(new),
        }
    }

    /// Its definition.
    pub fn definition(self) -> Definition {
        let rule = match self.function {
            Real::Exp => Rule::Exp(Exponential::new(&self)),
            Real::Log => Rule::Log(Logarithm::new(&self)),
            Real::Sigmoid | Real::Tanh => Rule::Saturating(Saturating::new(&self)),
        };
        let mut definition = Definition { function: self, rule, result: self.argument };
        let Range { low, high } = self.argument;
        let ends = [low, high].map(|end| definition.in_the_clear(end.as_i128()));
        definition.result = Range::new(ends[0], ends[1]);
        definition
    }

    /// By how many bits the pieces of logarithms, sigmoid and tanh are more precise than they must be: where there are few
    /// places, a unit is much, and what is mostly the nearest number costs hardly more than one less than a unit away.
    fn spare_bits(&self) -> usize {
        if self.decimals <= 2 { 3 } else { 0 }
    }

    /// The argument that stands for 1.
    fn argument_one(&self) -> i128 {
        pow10(self.argument_decimals).as_i128()
    }

    /// The result that stands for 1.
    fn one(&self) -> i128 {
        pow10(self.decimals).as_i128()
    }
}

/// What a [`DecimalFunction`] computes.
#[derive(Clone, Debug)]
pub struct Definition {
    function: DecimalFunction,
    rule: Rule,
    result: Range,
}

#[derive(Clone, Debug)]
enum Rule {
    Exp(Exponential),
    Log(Logarithm),
    Saturating(Saturating),
}

impl Definition {
    /// The function.
    pub fn function(&self) -> &DecimalFunction {
        &self.function
    }

    /// The mantissas of results.
    pub fn result(&self) -> Range {
        self.result
    }

    /// The mantissa of the result, for a mantissa in the argument's range.
    pub fn in_the_clear(&self, x: i128) -> i128 {
        match &self.rule {
            Rule::Exp(exponential) => exponential.in_the_clear(x),
            Rule::Log(logarithm) => logarithm.in_the_clear(x),
            Rule::Saturating(saturating) => saturating.in_the_clear(x),
        }
    }

    /// The circuit: one input and one output, each as wide as its range, two's complement where that has negative numbers.
    pub fn circuit(&self, shape: Shape) -> Circuit {
        let (mut builder, inputs) = Builder::new(&[self.function.argument.bits() as usize]);
        let width = self.result.bits() as usize;
        let result = self.build(&mut builder, &inputs[0], width, shape);
        builder.finish(vec![result])
    }

    fn build(&self, builder: &mut Builder, x: &Bits, width: usize, shape: Shape) -> Bits {
        let signed = self.function.argument.is_signed();
        match &self.rule {
            Rule::Exp(exponential) => exponential.circuit(builder, x, signed, width, shape),
            Rule::Log(logarithm) => logarithm.circuit(builder, x, width, shape),
            Rule::Saturating(saturating) => saturating.circuit(builder, x, signed, width, shape),
        }
    }
}
