//! Values to instructions.

mod rounding;
mod sorting;

use std::sync::Arc;

use quorate_circuits::bind::{BoundOperation, BoundProgram, Extent, Knowledge, Value, ValueId, View};
use quorate_circuits::boolean::Circuit;
use quorate_circuits::lower::{Operand, Readout};
use quorate_circuits::number::{Range, Word};
use quorate_circuits::program::{CircuitSource, Function, Reduction};

use super::assign::{Assignment, Native, difference};
use super::circuits::{Circuits, Recipe};
use super::forms::Forms;
use super::sorting::Sorts;
use super::{Instruction, PublicWords, Register, RegisterShape, Style};
use crate::net::PartyIndex;
use crate::protocol::{Domain, Pick};

/// Instructions in an order in which operands come first.
pub(super) struct Emitted {
    pub(super) instructions: Vec<Instruction>,
    /// The value that each instruction belongs to, for costs by source line.
    pub(super) values: Vec<ValueId>,
    pub(super) registers: Vec<RegisterShape>,
}

impl Emitted {
    /// Wires of all circuits that are called.
    pub(super) fn wires(&self) -> usize {
        let calls = self.instructions.iter().filter_map(|instruction| match instruction {
            Instruction::Call { circuit, .. } => Some(circuit.wires()),
            _ => None,
        });
        calls.sum()
    }
}

/// Most operands of one sum circuit.
const MOST_ADDENDS: usize = 32;

pub(super) fn emit(
    program: &BoundProgram,
    style: Style,
    assignment: &Assignment,
    parties: usize,
    party_of: &[PartyIndex],
) -> Emitted {
    let mut emission = Emission {
        program,
        style,
        assignment,
        parties,
        party_of,
        circuits: Circuits::new(style.shape),
        emitted: Emitted { instructions: Vec::new(), values: Vec::new(), registers: Vec::new() },
        arithmetic: vec![None; program.values.len()],
        boolean: Forms::new(program.values.len()),
        sorts: Sorts::of(program, assignment, style),
        current: ValueId(0),
    };
    for id in program.ids() {
        emission.current = id;
        emission.value(id);
    }
    emission.emitted
}

struct Emission<'a> {
    program: &'a BoundProgram,
    style: Style,
    assignment: &'a Assignment,
    parties: usize,
    party_of: &'a [PartyIndex],
    circuits: Circuits,
    emitted: Emitted,
    arithmetic: Vec<Option<Register>>,
    boolean: Forms,
    sorts: Sorts,
    current: ValueId,
}

impl Emission<'_> {
    fn value(&mut self, id: ValueId) {
        let program = self.program;
        let value = program.value(id);
        match &value.operation {
            BoundOperation::Reveal { receivers, .. } => {
                let receivers = self.parties_of(receivers.iter().map(|r| r.0));
                self.open(id, value.operands[0], receivers);
            }
            BoundOperation::Assert { .. } if value.knowledge == Knowledge::Secret => {
                self.open(id, value.operands[0], (0..self.parties).map(PartyIndex).collect());
            }
            _ if value.knowledge == Knowledge::Secret => self.secret(id, value),
            _ if self.sorts.leave_unread(id) => {}
            _ => self.push(Instruction::Plain(id)),
        }
    }

    fn parties_of(&self, roles: impl Iterator<Item = usize>) -> Vec<PartyIndex> {
        let mut parties: Vec<PartyIndex> = roles.map(|r| self.party_of[r]).collect();
        parties.sort_unstable();
        parties.dedup();
        parties
    }

    fn open(&mut self, id: ValueId, operand: ValueId, receivers: Vec<PartyIndex>) {
        let arithmetic = self.assignment.opens_arithmetic(operand, self.style);
        let operand = if arithmetic { self.arithmetic_of(operand) } else { self.boolean_of(operand) };
        self.push(Instruction::Open { operand, value: id, receivers });
        self.push(Instruction::Plain(id));
    }

    fn secret(&mut self, id: ValueId, value: &Value) {
        let needs = (self.assignment.arithmetic[id.0], self.assignment.boolean[id.0]);
        if value.operation == BoundOperation::Sorted {
            return self.sorted(id, value);
        }
        match self.assignment.native[id.0] {
            Native::Either => {
                if needs.0 {
                    self.arithmetic[id.0] = Some(self.compute_arithmetic(value));
                }
                if needs.1 {
                    self.boolean(id, value);
                }
            }
            Native::Arithmetic if needs.0 => {
                let register = self.compute_arithmetic(value);
                self.arithmetic[id.0] = Some(register);
                if needs.1 {
                    self.make_boolean(id, value, register);
                }
            }
            Native::Boolean if needs.1 => {
                self.boolean(id, value);
                if needs.0 {
                    self.make_arithmetic(id, value);
                }
            }
            // Nothing that is revealed depends on it.
            _ => {}
        }
    }

    /// The bits of a value that is arithmetic.
    fn make_boolean(&mut self, id: ValueId, value: &Value, register: Register) {
        let bits = self.read_off_addends(register, value.bits(), Readout::All);
        self.boolean.add(id, bits);
    }

    /// The ring's elements of a value that is boolean.
    fn make_arithmetic(&mut self, id: ValueId, value: &Value) {
        let operand = self.boolean_of(id);
        let into = self.register(Domain::Arithmetic, length(value));
        self.push(Instruction::ToArithmetic { operand, signed: value.range.is_signed(), into });
        self.arithmetic[id.0] = Some(into);
    }

    fn compute_arithmetic(&mut self, value: &Value) -> Register {
        let operands = &value.operands;
        if self.adds_nothing(value) {
            return self.zeros(Domain::Arithmetic, length(value));
        }
        match &value.operation {
            BoundOperation::View(view) => {
                let operand = self.arithmetic_of(operands[0]);
                return self.view(operand, view);
            }
            BoundOperation::Concatenate => {
                let parts = operands.iter().map(|o| self.arithmetic_operand(*o, self.length_of(*o))).collect();
                return self.concatenate(parts);
            }
            BoundOperation::Fold(_) => return self.fold_arithmetic(value),
            BoundOperation::Dot => return self.dot_arithmetic(value),
            BoundOperation::MatrixProduct { inner } => return self.matrix_arithmetic(value, *inner),
            BoundOperation::Elementwise(Function::Mul) => return self.product_arithmetic(value),
            _ => {}
        }
        let into = self.register(Domain::Arithmetic, length(value));
        let instruction = match &value.operation {
            BoundOperation::Share => self.share(value, into),
            BoundOperation::Rescale(factor) => Instruction::Scale {
                operand: self.arithmetic_of(operands[0]),
                by: PublicWords::Constant(*factor),
                into,
            },
            BoundOperation::Sum => Instruction::SumRuns {
                operand: self.arithmetic_of(operands[0]),
                width: last_extent(self.program.value(operands[0])),
                signed: false,
                into,
            },
            BoundOperation::Elementwise(Function::Neg) => Instruction::Scale {
                operand: self.arithmetic_of(operands[0]),
                by: PublicWords::Constant(Word::MAX),
                into,
            },
            BoundOperation::Elementwise(function) => {
                let a = self.arithmetic_operand(operands[0], length(value));
                let b = self.arithmetic_operand(operands[1], length(value));
                if *function == Function::Sub { Instruction::Sub(a, b, into) } else { Instruction::Add(a, b, into) }
            }
            other => unreachable!("{other:?} is never assigned to arithmetic shares"),
        };
        self.push(instruction);
        into
    }

    /// Whether these are sums without a single term, which everybody knows to be zero.
    fn adds_nothing(&self, value: &Value) -> bool {
        use BoundOperation as B;
        matches!(value.operation, B::Sum | B::Dot | B::MatrixProduct { .. })
            && value.operands.iter().any(|operand| self.length_of(*operand) == 0)
    }

    fn zeros(&mut self, domain: Domain, length: usize) -> Register {
        let into = self.register(domain, length);
        self.push(Instruction::Public { words: PublicWords::Constant(0), into });
        into
    }

    fn share(&mut self, value: &Value, into: Register) -> Instruction {
        let private = value.operands[0];
        let role = match self.program.value(private).knowledge {
            Knowledge::Private(role) => role.0,
            _ => 0,
        };
        Instruction::Share { value: private, owner: self.party_of[role], into }
    }

    fn fold_arithmetic(&mut self, value: &Value) -> Register {
        let registers: Vec<Register> = value.operands.iter().map(|o| self.arithmetic_of(*o)).collect();
        let mut sum = registers[0];
        for next in &registers[1..] {
            let into = self.register(Domain::Arithmetic, length(value));
            self.push(Instruction::Add(sum, *next, into));
            sum = into;
        }
        sum
    }

    fn product_arithmetic(&mut self, value: &Value) -> Register {
        let (a, b) = (value.operands[0], value.operands[1]);
        let (a, b) = if self.is_secret(a) { (a, b) } else { (b, a) };
        let left = self.arithmetic_operand(a, length(value));
        let instruction = if self.is_secret(b) {
            let right = self.arithmetic_operand(b, length(value));
            let into = self.register(Domain::Arithmetic, length(value));
            Instruction::Multiply(left, right, into)
        } else {
            let into = self.register(Domain::Arithmetic, length(value));
            Instruction::Scale { operand: left, by: self.public_words(b, length(value)), into }
        };
        let into = instruction.results()[0];
        self.push(instruction);
        into
    }

    fn dot_arithmetic(&mut self, value: &Value) -> Register {
        let (table, column) = (value.operands[0], value.operands[1]);
        let (rows, columns) = (length(value), length(self.program.value(column)));
        if self.is_secret(table) && self.is_secret(column) {
            let (table, column) = (self.arithmetic_of(table), self.arithmetic_of(column));
            let into = self.register(Domain::Arithmetic, rows);
            self.push(Instruction::TableColumn { table, column, rows, into });
            return into;
        }
        let (operand, by) = if self.is_secret(table) {
            (self.arithmetic_of(table), PublicWords::Value { value: column, repeat: rows })
        } else {
            let column = self.arithmetic_of(column);
            (self.view(column, &row_by_row(rows, columns)), PublicWords::Value { value: table, repeat: 1 })
        };
        let products = self.register(Domain::Arithmetic, rows * columns);
        self.push(Instruction::Scale { operand, by, into: products });
        let into = self.register(Domain::Arithmetic, rows);
        self.push(Instruction::SumRuns { operand: products, width: columns, signed: false, into });
        into
    }

    /// Column by column of the second table.
    fn matrix_arithmetic(&mut self, value: &Value, inner: usize) -> Register {
        let (rows, columns) = (self.length_of(value.operands[0]) / inner, self.length_of(value.operands[1]) / inner);
        let left = self.arithmetic_operand(value.operands[0], rows * inner);
        let right = self.arithmetic_operand(value.operands[1], inner * columns);
        let mut parts = Vec::new();
        for column in 0..columns {
            let column = self.view(right, &View { offset: column, axes: vec![(inner, columns)] });
            let into = self.register(Domain::Arithmetic, rows);
            self.push(Instruction::TableColumn { table: left, column, rows, into });
            parts.push(into);
        }
        let turned = self.concatenate(parts);
        self.view(turned, &View { offset: 0, axes: vec![(rows, 1), (columns, rows)] })
    }

    /// Makes a value's bits, where an earlier one does not have them already.
    fn boolean(&mut self, id: ValueId, value: &Value) {
        let operand = value.operands.first().copied().unwrap_or(id);
        let bits = self.program.value(operand).bits();
        match &value.operation {
            BoundOperation::Bits { width } if *width as u32 == bits => self.boolean.same(id, operand),
            BoundOperation::Bits { width } => {
                let register = self.boolean_of(operand);
                let signed = self.program.value(operand).range.is_signed();
                let wider = self.fitted(register, signed, *width as u32);
                self.boolean.add(id, wider);
            }
            BoundOperation::Number if last_extent(self.program.value(operand)) == value.bits() as usize => {
                self.boolean.same(id, operand);
            }
            BoundOperation::View(view) if self.shows_all(view, operand) => self.boolean.same(id, operand),
            _ => {
                let register = self.compute_boolean(value);
                self.boolean.add(id, register);
            }
        }
    }

    /// Whether a view shows a value as it is.
    fn shows_all(&self, view: &View, id: ValueId) -> bool {
        view.as_range() == Some(0..self.length_of(id))
    }

    /// An operand of a concatenation, with the bits of `range`.
    fn boolean_part(&mut self, id: ValueId, range: &Range) -> Register {
        if !self.is_secret(id) {
            return self.public_bits(id, range.bits(), self.length_of(id));
        }
        let register = self.boolean_of(id);
        self.widened(register, self.operand_of(id), range)
    }

    fn circuit(&mut self, value: &Value, source: &CircuitSource) -> Register {
        let widths = source.input_widths();
        let inputs = value.operands.iter().zip(widths).map(|(o, width)| self.form(*o, *width as u32)).collect();
        let bits = source.output_width();
        self.call(Recipe::Program(source.clone()), inputs, bits as u32, length(value) / bits)
    }

    fn compute_boolean(&mut self, value: &Value) -> Register {
        let operands = &value.operands;
        let domain = Domain::Boolean { width: value.bits() };
        if self.adds_nothing(value) {
            return self.zeros(domain, length(value));
        }
        let assignment = self.assignment;
        if let Some(rounding) = &assignment.roundings[self.current.0] {
            return self.rounded(value, rounding);
        }
        match &value.operation {
            BoundOperation::Share => {
                let into = self.register(domain, length(value));
                let instruction = self.share(value, into);
                self.push(instruction);
                into
            }
            BoundOperation::Random { .. } => {
                let into = self.register(domain, length(value));
                self.push(Instruction::Random { value: self.current, into });
                into
            }
            BoundOperation::View(view) => {
                let operand = self.boolean_of(operands[0]);
                self.view(operand, view)
            }
            BoundOperation::Concatenate => {
                let parts = operands.iter().map(|o| self.boolean_part(*o, &value.range)).collect();
                self.concatenate(parts)
            }
            BoundOperation::Number => {
                let width = last_extent(self.program.value(operands[0])) as u32;
                let register = self.form(operands[0], width);
                self.fitted(register, value.range.is_signed(), value.bits())
            }
            BoundOperation::Circuit(source) => self.circuit(value, source),
            BoundOperation::Rescale(factor) => {
                let operand = self.boolean_of(operands[0]);
                let recipe = Recipe::Rescale(self.operand_of(operands[0]), *factor, value.range);
                self.call(recipe, vec![operand], value.bits(), length(value))
            }
            BoundOperation::Sum => {
                let operand = self.boolean_of(operands[0]);
                let summed = self.program.value(operands[0]);
                self.sum_runs(operand, last_extent(summed), summed.range.is_signed(), value.bits(), length(value))
            }
            BoundOperation::Fold(Reduction::Sum) => self.fold_sum(value),
            BoundOperation::Fold(reduction) => {
                let function = if *reduction == Reduction::Min { Function::Min } else { Function::Max };
                self.fold_extreme(value, function)
            }
            BoundOperation::Dot => self.dot_boolean(value),
            BoundOperation::MatrixProduct { inner } => self.matrix_boolean(value, *inner),
            BoundOperation::Remaining => {
                let parts = operands.iter().map(|o| self.boolean_part(*o, &value.range)).collect();
                self.call(Recipe::Remaining(value.bits()), parts, value.bits(), length(value))
            }
            BoundOperation::Elementwise(function) => match difference(self.program, value, &self.assignment.native) {
                Some(range) if self.style.arithmetic => self.compare_by_difference(value, *function, &range),
                _ => self.elementwise_boolean(value, *function),
            },
            other => unreachable!("{other:?} is never secret, or on curves, which no garbled circuit works on"),
        }
    }

    /// The sign, or the zero, of a difference of arithmetic shares.
    fn compare_by_difference(&mut self, value: &Value, function: Function, range: &Range) -> Register {
        let a = self.arithmetic_operand(value.operands[0], length(value));
        let b = self.arithmetic_operand(value.operands[1], length(value));
        // a < b: a - b is negative. a > b: b - a is. The others are their opposites.
        let (left, right, readout) = match function {
            Function::Lt => (a, b, Readout::Sign),
            Function::Ge => (a, b, Readout::NotSign),
            Function::Gt => (b, a, Readout::Sign),
            Function::Le => (b, a, Readout::NotSign),
            Function::Eq => (a, b, Readout::IsZero),
            _ => (a, b, Readout::NotZero),
        };
        let difference = self.register(Domain::Arithmetic, length(value));
        self.push(Instruction::Sub(left, right, difference));
        self.read_off_addends(difference, range.bits(), readout)
    }

    fn read_off_addends(&mut self, operand: Register, width: u32, readout: Readout) -> Register {
        let addends = self.addends(operand, width);
        let output = if readout == Readout::All { width } else { 1 };
        let length = self.emitted.registers[operand.0].length;
        self.call(Recipe::Addends(addends.len(), width, readout), addends, output, length)
    }

    /// A number's addends modulo 2^width.
    fn addends(&mut self, operand: Register, width: u32) -> Vec<Register> {
        let length = self.emitted.registers[operand.0].length;
        let count = self.style.addends.count(self.parties);
        let addends: Vec<Register> = (0..count).map(|_| self.register(Domain::Boolean { width }, length)).collect();
        self.push(Instruction::Addends { operand, into: addends.clone() });
        addends
    }

    fn elementwise_boolean(&mut self, value: &Value, function: Function) -> Register {
        let (mut circuit_operands, mut registers) = (Vec::new(), Vec::new());
        for id in &value.operands {
            let operand = self.program.value(*id);
            match &operand.operation {
                BoundOperation::Constant(words) if words.len() == 1 => {
                    circuit_operands.push(Operand::constant(words[0], &operand.range));
                }
                _ => {
                    circuit_operands.push(Operand::of(&operand.range));
                    registers.push(self.boolean_operand(*id, length(value)));
                }
            }
        }
        self.call(Recipe::Elementwise(function, circuit_operands, value.range), registers, value.bits(), length(value))
    }

    fn fold_sum(&mut self, value: &Value) -> Register {
        let mut terms: Vec<(Register, Operand)> =
            value.operands.iter().map(|o| (self.boolean_of(*o), self.operand_of(*o))).collect();
        let total = Operand::of(&value.range);
        while terms.len() > 1 {
            let group: Vec<(Register, Operand)> = terms.drain(..terms.len().min(MOST_ADDENDS)).collect();
            let recipe = Recipe::Sum(group.iter().map(|(_, o)| *o).collect(), total.width);
            let sum = self.call(recipe, group.into_iter().map(|(r, _)| r).collect(), total.width, length(value));
            terms.push((sum, total));
        }
        terms[0].0
    }

    /// A tree: each level compares half of what is left with the other half, in one batch.
    fn fold_extreme(&mut self, value: &Value, function: Function) -> Register {
        let one = length(value);
        let operand = Operand::of(&value.range);
        let mut left: Vec<Register> = Vec::new();
        for id in &value.operands {
            let register = self.boolean_of(*id);
            left.push(self.widened(register, self.operand_of(*id), &value.range));
        }
        while left.len() > 1 {
            let pairs = left.len() / 2;
            let odd = left.split_off(2 * pairs);
            let seconds = left.split_off(pairs);
            let (a, b) = (self.concatenate(left), self.concatenate(seconds));
            let recipe = Recipe::Elementwise(function, vec![operand, operand], value.range);
            let chosen = self.call(recipe, vec![a, b], operand.width, one * pairs);
            left = (0..pairs).map(|i| self.view(chosen, &View::slice(i * one, (i + 1) * one))).collect();
            left.extend(odd);
        }
        left[0]
    }

    /// The register with the bits of `range`; a circuit without gates.
    fn widened(&mut self, register: Register, operand: Operand, range: &Range) -> Register {
        if operand == Operand::of(range) {
            return register;
        }
        self.fitted(register, operand.signed, range.bits())
    }

    /// The register's low bits, or copies of the sign or zeros above them, so that there are `bits`.
    fn fitted(&mut self, register: Register, signed: bool, bits: u32) -> Register {
        let RegisterShape { domain: Domain::Boolean { width }, length } = self.emitted.registers[register.0] else {
            unreachable!("the assignment asked for bits")
        };
        if width == bits {
            return register;
        }
        let operand = Operand { width, signed, constant: None };
        self.call(Recipe::Sum(vec![operand], bits), vec![register], bits, length)
    }

    fn dot_boolean(&mut self, value: &Value) -> Register {
        let (table, column) = (value.operands[0], value.operands[1]);
        let (rows, columns) = (length(value), length(self.program.value(column)));
        let narrow = self.boolean_operand(column, columns);
        let wide = self.view(narrow, &row_by_row(rows, columns));
        let table_register = self.boolean_operand(table, rows * columns);
        let ranges = [self.program.value(table).range, self.program.value(column).range];
        // The sum fits 128 bits, so each product does.
        let product = ranges[0].mul(&ranges[1]).unwrap_or(value.range);
        let recipe = Recipe::Elementwise(Function::Mul, ranges.iter().map(Operand::of).collect(), product);
        let products = self.call(recipe, vec![table_register, wide], product.bits(), rows * columns);
        self.sum_runs(products, columns, product.is_signed(), value.bits(), rows)
    }

    fn matrix_boolean(&mut self, value: &Value, inner: usize) -> Register {
        let (left, right) = (value.operands[0], value.operands[1]);
        let (rows, columns) = (self.length_of(left) / inner, self.length_of(right) / inner);
        let (first, second) = (self.boolean_operand(left, rows * inner), self.boolean_operand(right, inner * columns));
        let first = self.view(first, &View { offset: 0, axes: vec![(rows, inner), (columns, 0), (inner, 1)] });
        let second = self.view(second, &View { offset: 0, axes: vec![(rows, 0), (columns, 1), (inner, columns)] });
        let ranges = [self.program.value(left).range, self.program.value(right).range];
        let product = ranges[0].mul(&ranges[1]).unwrap_or(value.range);
        let recipe = Recipe::Elementwise(Function::Mul, ranges.iter().map(Operand::of).collect(), product);
        let products = self.call(recipe, vec![first, second], product.bits(), rows * columns * inner);
        self.sum_runs(products, inner, product.is_signed(), value.bits(), rows * columns)
    }

    fn sum_runs(&mut self, operand: Register, width: usize, signed: bool, bits: u32, rows: usize) -> Register {
        let into = self.register(Domain::Boolean { width: bits }, rows);
        self.push(Instruction::SumRuns { operand, width, signed, into });
        into
    }

    fn call(&mut self, recipe: Recipe, operands: Vec<Register>, bits: u32, length: usize) -> Register {
        let circuit: Arc<Circuit> = self.circuits.of(recipe);
        let into = self.register(Domain::Boolean { width: bits }, length);
        self.push(Instruction::Call { circuit, operands, into: vec![into] });
        into
    }

    fn pick(&mut self, operand: Register, pick: Pick, length: usize) -> Register {
        let into = self.register(self.emitted.registers[operand.0].domain, length);
        self.push(Instruction::Pick { operand, pick, into });
        into
    }

    fn view(&mut self, operand: Register, view: &View) -> Register {
        if view.as_range() == Some(0..self.emitted.registers[operand.0].length) {
            return operand;
        }
        self.pick(operand, Pick::View(view.clone()), view.length())
    }

    fn concatenate(&mut self, operands: Vec<Register>) -> Register {
        if operands.len() == 1 {
            return operands[0];
        }
        let shapes: Vec<RegisterShape> = operands.iter().map(|r| self.emitted.registers[r.0]).collect();
        let into = self.register(shapes[0].domain, shapes.iter().map(|s| s.length).sum());
        self.push(Instruction::Concatenate { operands, into });
        into
    }

    /// An operand of an arithmetic operation with `length` elements: secret or public, scalars repeated.
    fn arithmetic_operand(&mut self, id: ValueId, length: usize) -> Register {
        if self.is_secret(id) {
            let register = self.arithmetic_of(id);
            return self.repeated(register, length);
        }
        let into = self.register(Domain::Arithmetic, length);
        let words = self.public_words(id, length);
        self.push(Instruction::Public { words, into });
        into
    }

    fn boolean_operand(&mut self, id: ValueId, length: usize) -> Register {
        if self.is_secret(id) {
            let register = self.boolean_of(id);
            return self.repeated(register, length);
        }
        self.public_bits(id, self.program.value(id).bits(), length)
    }

    /// `width` bits of what everybody knows.
    fn public_bits(&mut self, id: ValueId, width: u32, length: usize) -> Register {
        let into = self.register(Domain::Boolean { width }, length);
        let words = self.public_words(id, length);
        self.push(Instruction::Public { words, into });
        into
    }

    fn repeated(&mut self, register: Register, length: usize) -> Register {
        let shape = self.emitted.registers[register.0];
        if shape.length == length { register } else { self.pick(register, Pick::Repeat(length), length) }
    }

    fn public_words(&self, id: ValueId, length: usize) -> PublicWords {
        match &self.program.value(id).operation {
            BoundOperation::Constant(words) if words.len() == 1 => PublicWords::Constant(words[0]),
            _ => PublicWords::Value { value: id, repeat: length / self::length(self.program.value(id)).max(1) },
        }
    }

    fn length_of(&self, id: ValueId) -> usize {
        length(self.program.value(id))
    }

    fn is_secret(&self, id: ValueId) -> bool {
        self.program.value(id).knowledge == Knowledge::Secret
    }

    fn operand_of(&self, id: ValueId) -> Operand {
        Operand::of(&self.program.value(id).range)
    }

    fn arithmetic_of(&self, id: ValueId) -> Register {
        self.arithmetic[id.0].expect("the assignment asked for an arithmetic register")
    }

    fn boolean_of(&mut self, id: ValueId) -> Register {
        self.form(id, self.program.value(id).bits())
    }

    /// A value's bits in elements of `width` bits.
    fn form(&mut self, id: ValueId, width: u32) -> Register {
        if self.boolean.of(id).is_empty() && !self.is_secret(id) {
            let register = self.boolean_operand(id, self.length_of(id));
            self.boolean.add(id, register);
        }
        let is = |register: &Register, width| self.emitted.registers[register.0].domain == Domain::Boolean { width };
        let known = |width| self.boolean.of(id).iter().copied().find(|register| is(register, width));
        if let Some(register) = known(width) {
            return register;
        }
        // By way of single bits, which are then known.
        let from = known(1).or_else(|| self.boolean.of(id).first().copied());
        let from = from.expect("the assignment asked for a boolean register");
        let from = if width == 1 || is(&from, 1) { from } else { self.regrouped(id, from, 1) };
        self.regrouped(id, from, width)
    }

    fn regrouped(&mut self, id: ValueId, operand: Register, width: u32) -> Register {
        let RegisterShape { domain: Domain::Boolean { width: before }, length } = self.emitted.registers[operand.0]
        else {
            unreachable!("a form has bits")
        };
        let into = self.register(Domain::Boolean { width }, before as usize * length / width as usize);
        self.push(Instruction::Regroup { operand, into });
        self.boolean.add(id, into);
        into
    }

    fn register(&mut self, domain: Domain, length: usize) -> Register {
        self.emitted.registers.push(RegisterShape { domain, length });
        Register(self.emitted.registers.len() - 1)
    }

    fn push(&mut self, instruction: Instruction) {
        self.emitted.instructions.push(instruction);
        self.emitted.values.push(self.current);
    }
}

/// Number of elements; secret and public values have lengths that everybody knows.
fn length(value: &Value) -> usize {
    value.shape.length().expect("the shapes of shared values are public")
}

fn last_extent(value: &Value) -> usize {
    match value.shape.0.last() {
        Some(Extent::Known { length, .. }) => *length,
        _ => 1,
    }
}

/// A column once for each row.
fn row_by_row(rows: usize, columns: usize) -> View {
    View { offset: 0, axes: vec![(rows, 0), (columns, 1)] }
}
