//! What a program means, element by element: a second, slow evaluator to compare the real one with.
//!
//! It runs the symbolic program, not the bound one: `map` is a loop, `fold` goes from left to right, numbers are exact
//! decimals of 256 bits with no ranges, and nothing is lifted, aligned or written out beforehand. The only things that
//! it shares with `quorate_circuits` are the checked program itself, the arithmetic of quotients, and the circuits.
//!
//! What it does not know: the blanks of `min_by` and `max_by`, which are the ends of an inferred range.

mod array;
mod combine;
mod declared;
mod elementwise;
mod grouped;
mod machine;
mod member;
mod structure;
mod tape;

use quorate_circuits::bind::Arguments;
use quorate_circuits::clear::Inputs;
use quorate_circuits::number::Word;
use quorate_circuits::program::{Operation, Program};

pub use array::{Array, Elements};

/// The outputs by name, in order of declaration.
///
/// # Panics
/// If the program divides by zero, an assert fails, a value is outside of a `within`, or the tape has another length
/// than the program asks for.
pub fn evaluate(program: &Program, arguments: &Arguments, inputs: &Inputs, tape: &[Word]) -> Vec<(String, Array)> {
    let mut machine = machine::Machine::new(program, arguments, inputs);
    // Once to see in what order numbers are drawn, once with the numbers.
    machine.run();
    machine.tape.fill(tape);
    let values = machine.run();
    let named = |(node, value): (&quorate_circuits::program::Node, member::Held)| match &node.operation {
        Operation::Reveal { name, .. } | Operation::Output { name } => Some((name.clone(), value.of(0).clone())),
        _ => None,
    };
    program.nodes().iter().zip(values).filter_map(named).collect()
}
