//! Circuits by what they compute: a plan with many equal operations builds each circuit once.

use std::collections::HashMap;
use std::sync::Arc;

use quorate_circuits::boolean::{Circuit, Shape};
use quorate_circuits::lower::{self, Operand, Readout, Rounding};
use quorate_circuits::number::{Range, Word};
use quorate_circuits::program::{CircuitSource, Function};

/// What a circuit computes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Recipe {
    Elementwise(Function, Vec<Operand>, Range),
    Rescale(Operand, Word, Range),
    Sum(Vec<Operand>, u32),
    Addends(usize, u32, Readout),
    RoundedAddends(usize, Rounding),
    Remaining(u32),
    Program(CircuitSource),
}

/// The circuits built so far.
pub(crate) struct Circuits {
    shape: Shape,
    built: HashMap<Recipe, Arc<Circuit>>,
}

impl Circuits {
    pub(crate) fn new(shape: Shape) -> Self {
        Self { shape, built: HashMap::new() }
    }

    /// The circuit of a recipe.
    ///
    /// # Panics
    /// If a function has no circuit: the assignment sends only functions here that have one.
    pub(crate) fn of(&mut self, recipe: Recipe) -> Arc<Circuit> {
        let shape = self.shape;
        self.built
            .entry(recipe)
            .or_insert_with_key(|recipe| match recipe {
                Recipe::Elementwise(function, operands, range) => {
                    lower::elementwise(*function, operands, range, shape).expect("boolean functions have circuits")
                }
                Recipe::Rescale(operand, factor, range) => lower::rescale(*operand, *factor, range, shape),
                Recipe::Sum(operands, width) => lower::sum(operands, *width, shape),
                Recipe::Addends(parties, width, readout) => lower::addends(*parties, *width, *readout, shape),
                Recipe::RoundedAddends(addends, rounding) => lower::rounded_addends(*addends, rounding, shape),
                Recipe::Remaining(width) => lower::remaining(*width),
                Recipe::Program(source) => source.circuit(shape),
            })
            .clone()
    }
}
