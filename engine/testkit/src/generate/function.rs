//! Functions, written for the operands of a use; others that fit can use them too.

use super::expression as e;
use super::value::{Extent, Value};
use super::writer::Writer;
use super::{bits, number};

/// The names of a function's parameters; the last two are also names of values outside.
const PARAMETERS: [&str; 4] = ["x", "y", "w1", "w2"];

/// How deep functions use functions.
const DEEPEST: usize = 3;

/// A function that was written.
#[derive(Clone)]
pub(super) struct Definition {
    pub(super) name: String,
    pub(super) parameters: Vec<Value>,
    /// The result, where `depends` is about this function's parameters.
    pub(super) result: Value,
    /// Whether random numbers are drawn in it.
    pub(super) draws: bool,
}

/// What may stand in a body.
#[derive(Clone, Copy, Default)]
pub(super) struct Scope {
    /// How many functions are around.
    pub(super) depth: usize,
    /// A `map` around runs through a column whose length only its owner knows.
    pub(super) private_rows: bool,
    /// A `map` around runs through columns of which each member has its own.
    pub(super) member: bool,
    /// Random numbers may be drawn.
    pub(super) random: bool,
}

impl Writer {
    pub(super) fn may_define(&self) -> bool {
        self.scope.depth < DEEPEST && !self.scope.private_rows
    }

    /// A function for operands like these. `result` chooses what it returns.
    pub(super) fn function(
        &mut self,
        operands: &[Value],
        scope: Scope,
        result: impl FnOnce(&mut Self) -> Option<Value>,
    ) -> Option<Definition> {
        let named = |(position, operand): (usize, &Value)| Value {
            text: PARAMETERS[position].into(),
            depends: 1 << position,
            ..operand.clone()
        };
        let parameters: Vec<Value> = operands.iter().enumerate().map(named).collect();
        let scope = Scope { depth: self.scope.depth + 1, ..scope };
        let values = std::mem::replace(&mut self.values, parameters.clone());
        let statements = std::mem::take(&mut self.statements);
        let (outer, names) = (std::mem::replace(&mut self.scope, scope), std::mem::replace(&mut self.names, 2));
        let drawn = std::mem::take(&mut self.draws);
        for _ in 0..self.choices.below(5) {
            self.body_step();
        }
        let result = result(self);
        let draws = self.draws;
        (self.scope, self.names, self.values, self.draws) = (outer, names, values, drawn || draws);
        let statements = std::mem::replace(&mut self.statements, statements);
        let result = result?;
        let name = format!("f{}", self.functions.len() + 1);
        let names: Vec<&str> = parameters.iter().map(|p| p.text.as_str()).collect();
        let head = format!("function {name}({})", names.join(", "));
        self.functions.push(match statements.is_empty() {
            true => format!("{head} = {}", result.text),
            false => format!("{head} {{\n  {}\n  return {}\n}}", statements.join("\n  "), result.text),
        });
        let definition = Definition { name, parameters, result, draws };
        self.definitions.push(definition.clone());
        Some(definition)
    }

    /// A function that takes these operands: one that there is, or a new one. Where an operand runs through private rows,
    /// the result depends on one of the `marked` ones: it is as long as they are.
    pub(super) fn function_for(&mut self, operands: &[Value], scope: Scope, marked: u32) -> Option<Definition> {
        let fits = |d: &&Definition| {
            let all = d.parameters.iter().zip(operands).all(|(p, o)| o.fits(p));
            d.parameters.len() == operands.len() && all && !d.draws && !scope.private_rows
        };
        let known: Vec<Definition> = self.definitions.iter().filter(fits).cloned().collect();
        if !known.is_empty() && self.choices.once_in(2) {
            return Some(self.choices.pick(&known).clone());
        }
        self.function(operands, scope, |w| w.such(|v| v.depends & marked != 0 || !scope.private_rows))
    }

    /// A value of a function's body.
    fn body_step(&mut self) {
        let whole = !self.scope.private_rows;
        let value = match self.choices.below(16) {
            0..=4 => self.elementwise(),
            5 => self.select(),
            6 | 7 => self.numeric(),
            8 if whole => self.such(|v| !v.shape.is_empty()).and_then(|x| e::sum(&x, self.bits)),
            9 if whole => self.dot(),
            10 | 14 if whole => self.vectors(),
            15 if whole => self.ordered(),
            11 if whole => self.such(|v| e::share(v).is_some()).and_then(|x| e::share(&x)),
            12 if self.scope.random => return self.random_bits(),
            _ => self.structure(),
        };
        if let Some(value) = value {
            self.keep(value);
        }
    }

    /// Functions of numbers.
    pub(super) fn numeric(&mut self) -> Option<Value> {
        let x = self.such(|v| !v.is_bit)?;
        let y = self.beside(&x, |v| !v.is_bit && x.meet(v).is_some())?;
        let choices = &mut self.choices;
        match choices.below(9) {
            0 => number::wrapping(choices, &x, &y, self.bits),
            1 => number::shift(choices, &x, &y, self.bits),
            2 => {
                let places = number::places(choices);
                number::shift(choices, &x, &places, self.bits)
            }
            3 => number::popcount(&x),
            4 => number::divided(choices, &x, &y),
            5 => {
                let constant = e::literal(choices);
                number::divided(choices, &x, &constant)
            }
            6 => number::round(choices, &x),
            7 => number::approximated(choices, &x),
            _ => number::root(&x),
        }
    }

    /// Parts of vectors, bits and circuits.
    pub(super) fn vectors(&mut self) -> Option<Value> {
        match self.choices.below(6) {
            0 => {
                let x = self.such(|v| matches!(v.shape[..], [Extent::Constant(_)]))?;
                e::slice(&mut self.choices, &x)
            }
            1 => {
                let x = self.such(|v| v.is_whole() && v.most_elements() <= 9)?;
                bits::bits(&mut self.choices, &x)
            }
            2 => {
                let x = self.such(|v| v.is_bit && matches!(v.shape.last(), Some(Extent::Constant(_))))?;
                bits::number(&mut self.choices, &x, self.bits)
            }
            3 => {
                let x = self.such(|v| matches!(v.shape[..], [Extent::Constant(_)]))?;
                let y = self.such(|v| bits::join(&x, v, 128).is_some())?;
                bits::join(&x, &y, self.bits)
            }
            _ => self.circuit(),
        }
    }

    fn circuit(&mut self) -> Option<Value> {
        let (origin, widths, result) = *self.choices.pick(&bits::GADGETS);
        let first = self.such(|v| bits::operand(v, widths[0]).is_some())?;
        let mut operands = vec![bits::operand(&first, widths[0])?];
        for width in &widths[1..] {
            let meets = |v: &Value| bits::operand(v, *width).is_some_and(|v| operands[0].meet(&v).is_some());
            let other = self.such(meets)?;
            operands.push(bits::operand(&other, *width)?);
        }
        let name = origin.replace('-', "_");
        let line = format!("circuit {name} = \"{origin}\"");
        if !self.circuits.contains(&line) {
            self.circuits.push(line);
        }
        bits::circuit(&name, &operands, result)
    }
}
