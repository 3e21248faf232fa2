//! Uses of functions: once, `map`, `fold`, `repeat`.

use quorate_circuits::number::{Range, format_decimal};
use quorate_circuits::program::Function;

use super::expression as e;
use super::function::{Definition, Scope};
use super::number;
use super::value::{Extent, Knowledge, Value};
use super::writer::Writer;

/// The most elements of what a `map` gives.
const MOST_ELEMENTS: u64 = 300;

impl Writer {
    /// A use of a function, if one more may be written here.
    pub(super) fn structure(&mut self) -> Option<Value> {
        if !self.may_define() {
            return None;
        }
        match self.choices.below(10) {
            0 | 1 => self.call(),
            2..=4 => self.map(),
            5 | 6 => self.associative(),
            7 | 8 => self.sequential(),
            _ => self.repeat(),
        }
    }

    fn call(&mut self) -> Option<Value> {
        let mut operands = vec![self.such(|_| true)?];
        for _ in 0..self.choices.below(3) {
            operands.push(self.such(|_| true)?);
        }
        let definition = self.function_for(&operands, self.scope, 0)?;
        Some(used(&definition, &definition.result, &operands, |texts| format!("{}({texts})", definition.name), &[]))
    }

    fn map(&mut self) -> Option<Value> {
        let first = self.such(|v| !v.shape.is_empty())?;
        let extent = first.shape[0];
        let (is_private, owner) = (extent == Extent::Lines, first.knowledge);
        let mut operands = vec![(first, true)];
        for _ in 0..self.choices.below(3) {
            let each = self.choices.once_in(2);
            let fits = |v: &Value| match each {
                true => v.shape.first() == Some(&extent) && (!is_private || v.knowledge == owner),
                // A column cannot be repeated for rows that only their owner counts, nor the other way round.
                false => !v.shape.contains(&Extent::Lines) && (!is_private || v.shape.is_empty()),
            };
            if let Some(other) = self.such(fits) {
                operands.push((other, each));
            }
        }
        let member = operands.iter().any(|(operand, each)| *each && operand.member);
        if member && extent == Extent::Width && operands.iter().any(|(v, _)| v.shape.contains(&Extent::Total)) {
            // Pieces of one vector for each member are nothing to be run through at once.
            return None;
        }
        let scope = Scope {
            private_rows: is_private,
            member: self.scope.member || member,
            random: self.hidden_random && !is_private,
            ..self.scope
        };
        let elements: Vec<Value> = operands.iter().map(|(operand, each)| element(operand, *each)).collect();
        let marks: Vec<bool> = operands.iter().map(|(_, each)| *each).collect();
        let marked = marks.iter().enumerate().fold(0, |all, (position, each)| all | u32::from(*each) << position);
        let definition = self.function_for(&elements, scope, marked)?;
        let operands: Vec<Value> = operands.into_iter().map(|(operand, _)| operand).collect();
        let mut result = definition.result.clone();
        result.shape.insert(0, extent);
        let mut run_through = operands.iter().zip(&marks).filter(|(_, each)| **each).map(|(v, _)| v.knowledge);
        if let (Knowledge::Public, Some(owner)) =
            (result.knowledge, run_through.find(|k| matches!(k, Knowledge::Private(_))))
        {
            result.knowledge = owner;
        }
        result.member |= member;
        let fits = result.most_elements() <= MOST_ELEMENTS && result.shape.len() <= 3;
        // What runs through an empty column depends on it, whatever its elements are.
        fits.then(|| used(&definition, &result, &operands, |texts| format!("map {}({texts})", definition.name), &marks))
    }

    fn associative(&mut self) -> Option<Value> {
        let vector = self.such(foldable)?;
        let element = element(&vector, true);
        let [x, y] = ["x", "y"].map(|name| Value { text: name.into(), depends: 1, ..element.clone() });
        let (name, result) = self.combination(&x, &y)?;
        let covered = result.range_at(result.decimals)?.union(&x.range_at(result.decimals)?);
        let sum = x.range.sum_of(1, vector.shape[0].bounds().1)?;
        let range = if name.starts_with("plus") { sum } else { covered };
        if range.bits() > self.bits || result.decimals != x.decimals || result.is_bit != x.is_bit {
            return None;
        }
        let keeps = !name.starts_with("plus") && !x.is_bit && self.choices.once_in(2);
        let keeps = if keeps { kept(&range, x.decimals) } else { String::new() };
        let name = self.combining(&name, &result.text);
        let text = format!("(fold associative {name}(each {}){keeps})", vector.text);
        Some(Value { text, range, depends: vector.depends, ..element })
    }

    /// An associative function of two values: its name and what it gives.
    fn combination(&mut self, x: &Value, y: &Value) -> Option<(String, Value)> {
        use Function as F;
        let bits = self.bits;
        let row = |function: Function| e::elementwise(function, &[x, y], bits);
        let named = |name: &str, value: Option<Value>| value.map(|value| (name.to_owned(), value));
        if x.is_bit {
            return match self.choices.below(5) {
                0 => named("both", row(F::And)),
                1 => named("either", row(F::Or)),
                2 => named("odd", row(F::Xor)),
                3 => named("first", Some(x.clone())),
                _ => named("last", Some(y.clone())),
            };
        }
        match self.choices.below(9) {
            0 => named("lesser", row(F::Min)),
            1 => named("greater", row(F::Max)),
            2 => named("plus", row(F::Add)),
            3 => named("first", Some(x.clone())),
            4 => named("last", Some(y.clone())),
            5 => named("some", row(F::Or)),
            6 => named("odd", row(F::Xor)),
            7 if x.is_whole() => {
                let text = "wrapping_mul(x, y, 7)".to_owned();
                named("product", Some(Value { text, range: Range::unsigned(7), ..x.clone() }))
            }
            // The first that is not zero: it does not commute.
            _ => named("nonzero", Some(Value { text: "select(x == 0, y, x)".into(), ..x.clone() })),
        }
    }

    /// The function of this body, written where it is first used.
    fn combining(&mut self, name: &str, body: &str) -> String {
        let name = match (name, self.choices.once_in(2)) {
            ("lesser" | "greater", true) => {
                self.includes = true;
                return name.to_owned();
            }
            _ => format!("{name}_of_two"),
        };
        let line = format!("function {name}(x, y) = {body}");
        if !self.functions.contains(&line) {
            self.functions.push(line);
        }
        name
    }

    fn sequential(&mut self) -> Option<Value> {
        let vector = self.such(foldable)?;
        let element = element(&vector, true);
        let like = |v: &Value| v.knowledge == element.knowledge && v.member == element.member;
        let start = self.such(|v| v.shape == element.shape && like(v) && (v.is_whole() || v.is_bit))?;
        let other = self.such(|v| like(v) && v.shape.first() == Some(&vector.shape[0]));
        let other = other.filter(|_| self.choices.once_in(2));
        let kept = self.kept_range(&start);
        let mut operands = vec![Value { range: kept, ..start.clone() }, element];
        operands.extend(other.iter().map(|other| self::element(other, true)));
        let definition = self.step_function(&operands, 0b110)?;
        let texts: Vec<String> = std::iter::once(&vector).chain(&other).map(|v| format!("each {}", v.text)).collect();
        let keeps = self.keeps(&start, &kept);
        let name = &definition.name;
        let text = format!("(fold sequential {name}({}) from ({}){keeps})", texts.join(", "), start.text);
        let depends = other.iter().fold(start.depends | vector.depends, |all, v| all | v.depends);
        Some(Value { text, range: kept, depends, ..start })
    }

    fn repeat(&mut self) -> Option<Value> {
        let start = self.such(|v| (v.is_whole() || v.is_bit) && v.shape != [Extent::Lines])?;
        let kept = self.kept_range(&start);
        let mut operands = vec![Value { range: kept, ..start.clone() }];
        let beside =
            self.such(|v| v.meet(&start).is_some() && v.member == start.member && !v.shape.contains(&Extent::Lines));
        operands.extend(beside.clone());
        let definition = self.step_function(&operands, 0b001)?;
        let times = *self.choices.pick(&["1", "2", "3", "members", "groups"]);
        let keeps = self.keeps(&start, &kept);
        let texts: Vec<&str> = std::iter::once(&start).chain(&beside).map(|v| v.text.as_str()).collect();
        let text = format!("(repeat {times} {}({}){keeps})", definition.name, texts.join(", "));
        let depends = beside.iter().fold(start.depends, |all, v| all | v.depends);
        Some(Value { text, range: kept, depends, ..start })
    }

    /// A function from a state to a state of the same type and range, that depends on one of `needed`.
    fn step_function(&mut self, operands: &[Value], needed: u32) -> Option<Definition> {
        let state = operands[0].clone();
        let scope = Scope { random: self.hidden_random, ..self.scope };
        self.function(operands, scope, |w| {
            let like = |v: &Value| {
                v.is_bit == state.is_bit
                    && v.knowledge == state.knowledge
                    && v.member == state.member
                    && v.shape == state.shape
                    && v.depends & needed != 0
            };
            let next = w.such(like)?;
            if state.is_bit {
                return Some(next);
            }
            let whole = if next.decimals > 0 { number::rounded(&next, 0)? } else { next };
            let text = format!("min(max({}, {}), {})", whole.text, state.range.low, state.range.high);
            Some(Value { text, range: state.range, decimals: 0, ..whole })
        })
    }

    /// A range around a state.
    fn kept_range(&mut self, start: &Value) -> Range {
        let around = *self.choices.pick(&[Range::new(0, 0), Range::new(-50, 100), Range::new(0, 1000)]);
        if start.is_bit { Range::BIT } else { start.range.union(&around) }
    }

    fn keeps(&mut self, start: &Value, range: &Range) -> String {
        if start.is_bit || self.choices.once_in(2) { String::new() } else { kept(range, 0) }
    }
}

fn kept(range: &Range, decimals: u32) -> String {
    let [low, high] = [range.low, range.high].map(|bound| format_decimal(bound, decimals));
    format!(" in {low}..={high}")
}

/// Whether a vector can be folded: everybody knows its length, which is the same for all members.
fn foldable(v: &Value) -> bool {
    v.shape.first().is_some_and(|extent| !matches!(extent, Extent::Lines | Extent::Width))
}

/// What a function sees of an operand.
fn element(operand: &Value, each: bool) -> Value {
    let shape = operand.shape[usize::from(each)..].to_vec();
    Value { shape, ..operand.clone() }
}

/// A result as a value of where the function is used.
fn used(
    definition: &Definition,
    result: &Value,
    operands: &[Value],
    text: impl FnOnce(String) -> String,
    marks: &[bool],
) -> Value {
    let is_marked = |position: usize| marks.get(position).is_some_and(|each| *each);
    let marked = |(position, operand): (usize, &Value)| match is_marked(position) {
        true => format!("each {}", operand.text),
        false => operand.text.clone(),
    };
    let texts: Vec<String> = operands.iter().enumerate().map(marked).collect();
    let seen = |position: usize| definition.result.depends >> position & 1 == 1 || is_marked(position);
    let depends =
        operands.iter().enumerate().filter(|(position, _)| seen(*position)).fold(0, |all, (_, v)| all | v.depends);
    Value { text: text(texts.join(", ")), depends, ..result.clone() }
}
