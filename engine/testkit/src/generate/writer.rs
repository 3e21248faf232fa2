//! A program, statement after statement.

use std::sync::Arc;

use quorate_circuits::bind::{Arguments, BoundOperation, BoundProgram};
use quorate_circuits::number::{Range, Word, word_of};
use quorate_circuits::program::Function;
use quorate_circuits::text::parse;

use super::choices::Choices;
use super::declarations::Declarations;
use super::expression as e;
use super::function::{Definition, Scope};
use super::value::{Extent, Knowledge, Value};
use super::{Generated, Limits};

/// Receivers of what is revealed.
const RECEIVERS: [&str; 6] = ["all", "a", "b, c", "m", "some", "a, b, c, m"];

/// How long an expression grows before it gets a name.
const LONGEST: usize = 150;

pub(super) struct Writer {
    pub(super) choices: Choices,
    pub(super) bits: u32,
    /// Whether random numbers may be drawn where no output shows them.
    pub(super) hidden_random: bool,
    extremes_by_group: bool,
    declarations: Declarations,
    /// What can be used.
    pub(super) values: Vec<Value>,
    /// Quotients and numbers that may be blank, all public.
    quotients: Vec<Value>,
    pub(super) statements: Vec<String>,
    pub(super) circuits: Vec<String>,
    pub(super) functions: Vec<String>,
    pub(super) definitions: Vec<Definition>,
    /// Whether functions of the library are used.
    pub(super) includes: bool,
    /// Values that are entries of the randomness tape.
    entries: Vec<String>,
    pub(super) names: usize,
    pub(super) scope: Scope,
    /// Whether the function at hand draws random numbers.
    pub(super) draws: bool,
}

impl Writer {
    pub(super) fn new(mut choices: Choices, limits: Limits) -> Self {
        let mut declarations = Declarations::new(&mut choices);
        for _ in 0..2 + choices.below(6) {
            declarations.input(&mut choices);
        }
        if choices.once_in(2) {
            declarations.table(&mut choices);
        }
        let mut values = declarations.values.clone();
        // Without this most values would never be shared.
        let shared: Vec<Value> = values.iter().filter_map(e::share).collect();
        values.extend(shared);
        Self {
            choices,
            bits: limits.bits,
            hidden_random: limits.hidden_random,
            extremes_by_group: limits.extremes_by_group,
            declarations,
            values,
            quotients: Vec::new(),
            statements: Vec::new(),
            circuits: Vec::new(),
            functions: Vec::new(),
            definitions: Vec::new(),
            includes: false,
            entries: Vec::new(),
            names: 0,
            scope: Scope { random: limits.hidden_random, ..Scope::default() },
            draws: false,
        }
    }

    pub(super) fn write(mut self) -> Generated {
        // Something to begin with, and to end with, whatever the choices are.
        self.random_bits();
        while !self.choices.is_empty() {
            self.step();
        }
        let last = self.values.iter().rev().find(|v| v.knowledge == Knowledge::Secret && !v.member).cloned();
        if let Some(last) = last {
            self.statements.push(format!("reveal last = {} to all", last.text));
        }
        let Declarations { lines, arguments, inputs, .. } = self.declarations;
        let include = if self.includes { vec!["include \"choice\"".to_owned()] } else { Vec::new() };
        let lines = [lines, include, self.circuits, self.functions].concat();
        let source = format!("program generated\n{}\n\n{}\n", lines.join("\n"), self.statements.join("\n"));
        let tape = tape(&source, &arguments, &mut self.choices);
        Generated { source, arguments, inputs, tape, entries: self.entries }
    }

    /// A value, or a statement without one. Choices that do not fit together are passed over.
    fn step(&mut self) {
        let value = match self.choices.below(34) {
            0 | 1 => self.such(|v| e::share(v).is_some()).and_then(|x| e::share(&x)),
            2..=10 => self.elementwise(),
            11 => self.ordered(),
            12 => self.tables(),
            13 | 14 => self.select(),
            15 => self.such(|v| !v.shape.is_empty()).and_then(|x| e::sum(&x, self.bits)),
            16 => self.dot(),
            17 => self
                .such(|v| matches!(v.shape[..], [Extent::Constant(_)]))
                .and_then(|x| e::slice(&mut self.choices, &x)),
            18 => {
                let members = self.such(|v| v.member && v.knowledge == Knowledge::Secret);
                members.and_then(|x| e::over_members(&mut self.choices, &x, self.bits))
            }
            19 if self.choices.once_in(2) => self.such(|v| e::part(v).is_some()).and_then(|x| e::part(&x)),
            19 => self.such(|v| v.knowledge != Knowledge::Secret).and_then(|x| e::within(&x)),
            20 => self.grouped(),
            21 => return self.reveal(),
            22 if self.choices.once_in(4) => return self.random_column(),
            22 => return if self.choices.once_in(3) { self.random_bits() } else { self.output() },
            23..=27 => self.structure(),
            28..=30 => self.numeric(),
            31 | 32 => self.vectors(),
            _ => return self.assert(),
        };
        if let Some(value) = value {
            self.keep(value);
        }
    }

    /// A value that fits, if one does; recent ones more often.
    pub(super) fn such(&mut self, fits: impl Fn(&Value) -> bool) -> Option<Value> {
        let found: Vec<usize> = (0..self.values.len()).filter(|i| fits(&self.values[*i])).collect();
        let recent = found.len().saturating_sub(if self.choices.once_in(3) { found.len() } else { 5 });
        let position = (!found.is_empty()).then(|| *self.choices.pick(&found[recent..]))?;
        Some(self.values[position].clone())
    }

    /// A value that fits beside `x`. In the body of a map over rows that only their owner counts, a single value of each
    /// row is not repeated for the elements of another one.
    pub(super) fn beside(&mut self, x: &Value, fits: impl Fn(&Value) -> bool) -> Option<Value> {
        let private = self.scope.private_rows;
        self.such(|v| (!private || v.shape == x.shape || v.depends == 0 || x.depends == 0) && fits(v))
    }

    pub(super) fn elementwise(&mut self) -> Option<Value> {
        let function = *self.choices.pick(&ELEMENTWISE);
        let bits = self.bits;
        let x = self.such(|v| match function {
            Function::Not => v.is_bit,
            Function::And | Function::Or | Function::Xor => v.is_bit || v.is_natural(),
            _ => true,
        })?;
        if function.row().arity == 1 {
            return e::elementwise(function, &[&x], bits);
        }
        if self.choices.once_in(3) {
            let constant = e::literal(&mut self.choices);
            let pair = if self.choices.once_in(3) { [&constant, &x] } else { [&x, &constant] };
            return e::elementwise(function, &pair, bits);
        }
        let y = self.beside(&x, |v| e::elementwise(function, &[&x, v], bits).is_some())?;
        e::elementwise(function, &[&x, &y], bits)
    }

    pub(super) fn select(&mut self) -> Option<Value> {
        let bit = self.such(|v| v.is_bit)?;
        let x = self.beside(&bit, |v| bit.meet(v).is_some())?;
        let y = self.beside(&x, |v| v.shape == x.shape && e::select(&bit, &x, v, 200).is_some());
        let y = y.unwrap_or_else(|| x.clone());
        e::select(&bit, &x, &y, self.bits)
    }

    pub(super) fn dot(&mut self) -> Option<Value> {
        let column = self.such(|v| v.shape.len() == 1)?;
        let table = self.such(|v| e::dot(v, &column, 200).is_some())?;
        e::dot(&table, &column, self.bits)
    }

    /// Gives a value a name, unless it is short.
    pub(super) fn keep(&mut self, mut value: Value) {
        if value.text.len() > LONGEST || self.choices.once_in(2) {
            let name = self.name("w");
            self.statements.push(format!("let {name} = {}", value.text));
            value.text = name;
        }
        self.values.push(value);
    }

    pub(super) fn name(&mut self, kind: &str) -> String {
        self.names += 1;
        format!("{kind}{}", self.names)
    }

    fn grouped(&mut self) -> Option<Value> {
        let x =
            self.such(|v| matches!(v.knowledge, Knowledge::Private(_)) && v.shape == [Extent::Lines] && !v.is_bit)?;
        let Knowledge::Private(role) = x.knowledge else { return None };
        let group = self.declarations.group(&mut self.choices, role);
        e::grouped(&mut self.choices, &group, &x, self.bits, self.extremes_by_group)
    }

    /// Always named: written twice, it would be two entries of the tape.
    pub(super) fn random_bits(&mut self) {
        let value = self.drawn(vec![]);
        self.statements.push(format!("let {} = random_bits({})", value.text, value.range.bits()));
        self.draws = true;
        if self.scope.depth == 0 {
            self.entries.push(value.text.clone());
        }
        self.values.push(value);
    }

    /// A number for each element of a column.
    fn random_column(&mut self) {
        let Some(column) = self.such(|v| matches!(v.shape[..], [extent] if extent != Extent::Lines) && !v.member)
        else {
            return;
        };
        let value = self.drawn(column.shape);
        let bits = value.range.bits();
        let line = format!("function draw_{bits}(x) = random_bits({bits})");
        if !self.functions.contains(&line) {
            self.functions.push(line);
        }
        self.statements.push(format!("let {} = map draw_{bits}(each {})", value.text, column.text));
        self.entries.push(value.text.clone());
        self.values.push(value);
    }

    fn drawn(&mut self, shape: Vec<Extent>) -> Value {
        let range = Range::unsigned((1 + self.choices.below(16) as u32).min(self.bits));
        let (knowledge, member) = (Knowledge::Secret, self.scope.member);
        Value { text: self.name("w"), is_bit: false, knowledge, member, shape, decimals: 0, range, depends: 0 }
    }

    fn reveal(&mut self) {
        let Some(x) = self.such(|v| v.knowledge == Knowledge::Secret && !v.member) else { return };
        let (name, to) = (self.name("r"), *self.choices.pick(&RECEIVERS));
        let known = |v: &&Value| v.is_bit && !v.member && v.knowledge == Knowledge::Public && v.shape == x.shape;
        let condition = self.values.iter().rev().find(known).filter(|_| self.choices.once_in(2));
        let when = condition.map_or(String::new(), |c| format!(" when {}", c.text));
        self.statements.push(format!("reveal {name} = {}{when} to {to}", x.text));
        let everybody = to == "all" || to == RECEIVERS[5];
        let revealed = Value { text: name, knowledge: Knowledge::Public, ..x };
        match (everybody, when.is_empty()) {
            (true, true) => self.values.push(revealed),
            (true, false) => self.quotients.push(revealed),
            (false, _) => {
                let output = self.name("o");
                self.statements.push(format!("output {output} = ({} + 1) / {}", revealed.text, revealed.text));
            }
        }
    }

    /// Public arithmetic: a quotient of a public value, and of what was divided before.
    fn output(&mut self) {
        let Some(x) = self.such(|v| v.knowledge == Knowledge::Public && !v.member) else { return };
        let other = self.quotients.iter().rev().find(|q| q.meet(&x).is_some()).cloned();
        let by = other.unwrap_or_else(|| e::literal(&mut self.choices));
        let symbol = *self.choices.pick(&["/", "*", "-", "+"]);
        let name = self.name("o");
        let quotient = format!("({} / {}) {symbol} {}", x.text, by.text, by.text);
        let shape = by.meet(&x).map_or_else(|| x.shape.clone(), |joined| joined.shape);
        let position = if matches!(shape[..], [Extent::Constant(_)]) { "[0]" } else { "" };
        self.statements.push(format!("output {name} = {quotient}"));
        self.statements.push(format!("output {name}_again = ({quotient}){position}"));
        self.quotients.push(Value { text: name, shape, ..x });
    }

    fn assert(&mut self) {
        let Some(x) = self.such(|_| true) else { return };
        let message = *self.choices.pick(&["it holds", "quotes \\\" and \\\\", "# is no comment", ""]);
        self.statements.push(format!("assert {}, \"{message}\"", e::always(&x)));
    }
}

/// A number for each draw of the program; none if it is refused, which the test will say.
fn tape(source: &str, arguments: &Arguments, choices: &mut Choices) -> Vec<Word> {
    let bound = parse(source).ok().and_then(|program| BoundProgram::new(&Arc::new(program), arguments).ok());
    let mut tape = Vec::new();
    for value in bound.iter().flat_map(|bound| &bound.values) {
        if let BoundOperation::Random { bits, entry } = value.operation {
            tape.resize(entry, 0);
            let length = value.shape.length().unwrap_or(1);
            tape.extend((0..length).map(|_| word_of(choices.value(&Range::unsigned(bits)))));
        }
    }
    tape
}

const ELEMENTWISE: [Function; 20] = [
    Function::Add,
    Function::Sub,
    Function::Mul,
    Function::Mul,
    Function::Lt,
    Function::Le,
    Function::Gt,
    Function::Ge,
    Function::Eq,
    Function::Ne,
    Function::Min,
    Function::Max,
    Function::And,
    Function::Or,
    Function::Xor,
    Function::Not,
    Function::Neg,
    Function::Abs,
    Function::Add,
    Function::Sub,
];
