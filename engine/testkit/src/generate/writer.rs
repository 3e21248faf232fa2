//! A program, statement after statement.

use quorate_circuits::number::{Range, Word};
use quorate_circuits::program::Function;

use super::Generated;
use super::choices::Choices;
use super::declarations::Declarations;
use super::expression as e;
use super::value::{Extent, Knowledge, Value};

/// Receivers of what is revealed.
const RECEIVERS: [&str; 6] = ["all", "a", "b, c", "m", "some", "a, b, c, m"];

/// How long an expression grows before it gets a name.
const LONGEST: usize = 150;

pub(super) struct Writer {
    choices: Choices,
    bits: u32,
    declarations: Declarations,
    /// What can be used.
    values: Vec<Value>,
    /// Quotients and numbers that may be blank, all public.
    quotients: Vec<Value>,
    statements: Vec<String>,
    tape: Vec<Word>,
    names: usize,
}

impl Writer {
    pub(super) fn new(mut choices: Choices, bits: u32) -> Self {
        let mut declarations = Declarations::new(&mut choices);
        for _ in 0..2 + choices.below(6) {
            declarations.input(&mut choices);
        }
        let mut values = declarations.values.clone();
        // Without this most values would never be shared.
        let shared: Vec<Value> = values.iter().filter_map(e::share).collect();
        values.extend(shared);
        let (quotients, statements, tape) = (Vec::new(), Vec::new(), Vec::new());
        Self { choices, bits, declarations, values, quotients, statements, tape, names: 0 }
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
        let source = format!("program generated\n{}\n\n{}\n", lines.join("\n"), self.statements.join("\n"));
        Generated { source, arguments, inputs, tape: self.tape }
    }

    /// A value, or a statement without one. Choices that do not fit together are passed over.
    fn step(&mut self) {
        let value = match self.choices.below(24) {
            0 | 1 => self.such(|v| e::share(v).is_some()).and_then(|x| e::share(&x)),
            2..=12 => self.elementwise(),
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
            22 => return if self.choices.once_in(3) { self.random_bits() } else { self.output() },
            _ => return self.assert(),
        };
        if let Some(value) = value {
            self.keep(value);
        }
    }

    /// A value that fits, if one does; recent ones more often.
    fn such(&mut self, fits: impl Fn(&Value) -> bool) -> Option<Value> {
        let found: Vec<usize> = (0..self.values.len()).filter(|i| fits(&self.values[*i])).collect();
        let recent = found.len().saturating_sub(if self.choices.once_in(3) { found.len() } else { 5 });
        let position = (!found.is_empty()).then(|| *self.choices.pick(&found[recent..]))?;
        Some(self.values[position].clone())
    }

    fn elementwise(&mut self) -> Option<Value> {
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
        let y = self.such(|v| e::elementwise(function, &[&x, v], bits).is_some())?;
        e::elementwise(function, &[&x, &y], bits)
    }

    fn select(&mut self) -> Option<Value> {
        let bit = self.such(|v| v.is_bit)?;
        let x = self.such(|v| bit.meet(v).is_some())?;
        let y = self.such(|v| e::select(&bit, &x, v, 200).is_some()).unwrap_or_else(|| x.clone());
        e::select(&bit, &x, &y, self.bits)
    }

    fn dot(&mut self) -> Option<Value> {
        let column = self.such(|v| v.shape.len() == 1)?;
        let table = self.such(|v| e::dot(v, &column, 200).is_some())?;
        e::dot(&table, &column, self.bits)
    }

    /// Gives a value a name, unless it is short.
    fn keep(&mut self, mut value: Value) {
        if value.text.len() > LONGEST || self.choices.once_in(2) {
            let name = self.name("w");
            self.statements.push(format!("let {name} = {}", value.text));
            value.text = name;
        }
        self.values.push(value);
    }

    fn name(&mut self, kind: &str) -> String {
        self.names += 1;
        format!("{kind}{}", self.names)
    }

    fn grouped(&mut self) -> Option<Value> {
        let x =
            self.such(|v| matches!(v.knowledge, Knowledge::Private(_)) && v.shape == [Extent::Lines] && !v.is_bit)?;
        let Knowledge::Private(role) = x.knowledge else { return None };
        let group = self.declarations.group(&mut self.choices, role);
        e::grouped(&mut self.choices, &group, &x, self.bits)
    }

    /// Always named: written twice, it would be two entries of the tape.
    fn random_bits(&mut self) {
        let bits = (1 + self.choices.below(16) as u32).min(self.bits);
        let range = Range::unsigned(bits);
        self.tape.push(quorate_circuits::number::word_of(self.choices.value(&range)));
        let name = self.name("w");
        self.statements.push(format!("let {name} = random_bits({bits})"));
        let (knowledge, shape) = (Knowledge::Secret, Vec::new());
        self.values.push(Value { text: name, is_bit: false, knowledge, member: false, shape, decimals: 0, range });
    }

    fn reveal(&mut self) {
        let Some(x) = self.such(|v| v.knowledge == Knowledge::Secret && !v.member) else { return };
        let (name, to) = (self.name("r"), *self.choices.pick(&RECEIVERS));
        let known = |v: &&Value| v.is_bit && v.knowledge == Knowledge::Public && v.shape == x.shape;
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
        let Some(x) = self.such(|v| v.knowledge == Knowledge::Public) else { return };
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
