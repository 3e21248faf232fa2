//! Roundings of numbers by the sum of their addends.

use ethnum::I256;
use quorate_circuits::bind::{Value, ValueId};
use quorate_circuits::number::word_of;

use super::super::circuits::Recipe;
use super::super::rounding::Rounding;
use super::super::{Instruction, PublicWords, Register};
use super::{Emission, length};
use crate::protocol::Domain;

impl Emission<'_> {
    /// The bits of a value that is rounded.
    pub(super) fn rounded(&mut self, value: &Value, rounding: &Rounding) -> Register {
        let length = length(value);
        let mut terms: Vec<Register> =
            rounding.terms.iter().map(|(id, factor)| self.multiple(*id, *factor, length)).collect();
        if rounding.constant != 0 {
            let into = self.register(Domain::Arithmetic, length);
            self.push(Instruction::Public { words: PublicWords::Constant(word_of(rounding.constant)), into });
            terms.push(into);
        }
        let mut sum = terms[0];
        for term in &terms[1..] {
            let into = self.register(Domain::Arithmetic, length);
            self.push(Instruction::Add(sum, *term, into));
            sum = into;
        }
        let addends = self.addends(sum, rounding.circuit.width);
        self.call(Recipe::RoundedAddends(addends.len(), rounding.circuit), addends, value.bits(), length)
    }

    fn multiple(&mut self, id: ValueId, factor: I256, length: usize) -> Register {
        let operand = self.arithmetic_operand(id, length);
        if factor == 1 {
            return operand;
        }
        let into = self.register(Domain::Arithmetic, length);
        self.push(Instruction::Scale { operand, by: PublicWords::Constant(word_of(factor)), into });
        into
    }
}
