//! Programs to read and run, one per use, and what it takes to run one in the clear.
//!
//! The texts are in `programs/`; `examples/survey.rs` writes one in Rust instead. [`Example::run`] evaluates a program
//! in the clear, on one machine, with everybody's inputs: what the protocols of the engine compute without showing
//! them to anybody.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::sync::Arc;

use quorate_circuits::bind::{Arguments, BoundInput, BoundProgram};
use quorate_circuits::clear::{Column, Inputs, evaluate};
use quorate_circuits::number::{format_decimal, parse_decimal, pow10, value_of, word_of};
use quorate_circuits::program::Program;
use quorate_circuits::text::parse;

/// A program's text.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// Its name.
    pub name: &'static str,
    /// Its text.
    pub source: &'static str,
}

/// All of them.
pub const EXAMPLES: &[Example] = &[
    Example { name: "second-price-auction", source: include_str!("../programs/second-price-auction.qp") },
    Example { name: "pay-gap", source: include_str!("../programs/pay-gap.qp") },
    Example { name: "secret-ballot", source: include_str!("../programs/secret-ballot.qp") },
    Example { name: "equal-averages", source: include_str!("../programs/equal-averages.qp") },
    Example { name: "weighted-score", source: include_str!("../programs/weighted-score.qp") },
    Example { name: "common-slot", source: include_str!("../programs/common-slot.qp") },
];

/// What was learned: output names and their values as text; blanks are empty.
pub type Outputs = BTreeMap<String, Vec<String>>;

/// An error, for reading: examples have nothing to do about one.
pub type Error = Box<dyn std::error::Error>;

impl Example {
    /// The example of this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        EXAMPLES.iter().find(|example| example.name == name)
    }

    /// Runs it in the clear; see [`run`].
    ///
    /// # Errors
    /// As [`run`].
    pub fn run(&self, parameters: &[(&str, &str)], inputs: &[(&str, &str)]) -> Result<Outputs, Error> {
        let program = parse(self.source).map_err(|error| error.render(self.name, self.source))?;
        run(&bind(program, parameters)?, inputs)
    }
}

/// Gives a program its parameters. Public sizes are not among the examples.
///
/// # Errors
/// Parameters that are missing, unknown or out of their ranges.
pub fn bind(program: Program, parameters: &[(&str, &str)]) -> Result<BoundProgram, Error> {
    let named = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let arguments = Arguments { parameters: parameters.iter().map(named).collect(), ..Arguments::default() };
    Ok(BoundProgram::new(&Arc::new(program), &arguments)?)
}

/// Runs a program in the clear, on inputs written as `("ann.bid", "12.50")` or `("north.value", "1, 2, 3.5")`.
///
/// # Errors
/// Inputs that are missing, no numbers or out of their ranges; an assert that does not hold.
pub fn run(program: &BoundProgram, inputs: &[(&str, &str)]) -> Result<Outputs, Error> {
    let mut columns = Inputs::new();
    for (name, text) in inputs {
        let input =
            program.inputs.iter().find(|input| input.name == *name).ok_or(format!("there is no input {name}"))?;
        let words = text.split(',').map(|number| word(input, number.trim()));
        columns.insert(input.name.clone(), words.collect::<Result<_, _>>()?);
    }
    let evaluation = evaluate(program, &columns, &[])?;
    let shown = |id| {
        let value = program.value(id);
        match evaluation.column(id) {
            Column::Words(words) => {
                words.iter().map(|w| format_decimal(value_of(*w, &value.range), value.decimals)).collect()
            }
            Column::Rationals(quotients) => {
                quotients.iter().map(|q| q.map_or(String::new(), |q| q.to_decimal(10))).collect()
            }
            other => other.encodings(),
        }
    };
    Ok(program.outputs().map(|(name, id)| (name.to_owned(), shown(id))).collect())
}

/// A number as the word that stands for it in an input's column.
fn word(input: &BoundInput, text: &str) -> Result<u128, Error> {
    let (mantissa, decimals) = parse_decimal(text).ok_or_else(|| format!("{text:?} is no number"))?;
    let missing =
        input.decimals.checked_sub(decimals).ok_or_else(|| format!("{text} has more decimals than {}", input.name))?;
    Ok(word_of(mantissa * pow10(missing)))
}
