//! Sorts by permutations: one for each column of keys, with all that is put in its order.

use quorate_circuits::bind::{Value, ValueId};

use super::super::assign::Native;
use super::super::sorting::{operands, rows};
use super::super::{Instruction, Register};
use super::{Emission, length};
use crate::protocol::Domain;

impl Emission<'_> {
    /// A sort, in whichever domains it is needed: the result of the network, or what a protocol does instead.
    pub(super) fn sorted(&mut self, id: ValueId, value: &Value) {
        if self.sorts.by_permutations.binary_search(&id).is_err() {
            let result = value.operands[0];
            self.arithmetic[id.0] = self.arithmetic[result.0];
            self.boolean.same(id, result);
            return;
        }
        if !self.is_made(id) {
            self.sort(id, value);
        }
        let needs = (self.assignment.arithmetic[id.0], self.assignment.boolean[id.0]);
        match (self.assignment.native[id.0], self.arithmetic[id.0]) {
            (Native::Arithmetic, Some(register)) if needs.1 => self.make_boolean(id, value, register),
            (Native::Boolean, None) if needs.0 => self.make_arithmetic(id, value),
            _ => {}
        }
    }

    /// One instruction for this sort and the later ones by the same keys, where what they move is there already.
    fn sort(&mut self, id: ValueId, value: &Value) {
        let program = self.program;
        let Some((keys, _)) = operands(value) else { return };
        let (mut moved, mut into) = (Vec::new(), Vec::new());
        let later = self.sorts.by_permutations.partition_point(|sort| *sort < id);
        let by_keys = self.sorts.by_permutations[later..].iter().filter_map(|other| {
            let (others, column) = operands(program.value(*other))?;
            (others == keys && column.0 < id.0).then_some((*other, column))
        });
        for (other, column) in by_keys.collect::<Vec<_>>() {
            self.moved(other, column, &mut moved, &mut into);
        }
        if into.is_empty() {
            return;
        }
        let of_keys = program.value(keys);
        let register = self.boolean_operand(keys, length(of_keys));
        let (signed, row) = (of_keys.range.is_signed(), rows(of_keys).row);
        self.push(Instruction::Sort { keys: register, signed, row, moved, into });
    }

    fn is_made(&self, id: ValueId) -> bool {
        self.arithmetic[id.0].is_some() || !self.boolean.of(id).is_empty()
    }

    /// What a sort moves, in the domains in which its result is needed.
    fn moved(&mut self, id: ValueId, column: ValueId, moved: &mut Vec<Register>, into: &mut Vec<Register>) {
        let length = length(self.program.value(column));
        let native = self.assignment.native[id.0];
        if self.assignment.arithmetic[id.0] && native != Native::Boolean {
            moved.push(self.arithmetic_operand(column, length));
            let result = self.register(Domain::Arithmetic, length);
            self.arithmetic[id.0] = Some(result);
            into.push(result);
        }
        if self.assignment.boolean[id.0] && native != Native::Arithmetic {
            let register = self.boolean_operand(column, length);
            let result = self.register(self.emitted.registers[register.0].domain, length);
            moved.push(register);
            self.boolean.add(id, result);
            into.push(result);
        }
    }
}
