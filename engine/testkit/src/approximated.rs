//! What generated programs approximate: functions of real numbers, each on a range of its own.
//!
//! The definition of an exponential depends on the range of its argument, which only the binder knows of arbitrary ones.

use quorate_circuits::gadgets::fixed::decimal::{DecimalFunction, Definition, Real};
use quorate_circuits::number::{Range, pow10};
use quorate_circuits::program::Function;

/// The functions, with the least and the greatest argument.
pub(crate) const APPROXIMATED: [(Function, Real, [i32; 2]); 4] = [
    (Function::Exp, Real::Exp, [-5, 2]),
    (Function::Log, Real::Log, [1, 9]),
    (Function::Sigmoid, Real::Sigmoid, [-9, 8]),
    (Function::Tanh, Real::Tanh, [-3, 4]),
];

/// The definition of a function of its range, with these decimals before and after.
pub(crate) fn definition(function: Function, argument_decimals: u32, decimals: u32) -> Option<Definition> {
    let (_, real, [low, high]) = APPROXIMATED.into_iter().find(|(known, ..)| *known == function)?;
    let one = pow10(argument_decimals);
    let range = Range { low: one * i128::from(low), high: one * i128::from(high) };
    DecimalFunction::new(real, range, argument_decimals, decimals).ok().map(DecimalFunction::definition)
}
