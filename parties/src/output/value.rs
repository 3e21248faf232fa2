//! Output values as JSON and as text.

use quorate_circuits::bind::{BoundProgram, Value as BoundValue};
use quorate_circuits::clear::Column;
use quorate_circuits::number::{format_decimal, value_of};
use quorate_circuits::program::Kind;
use serde_json::{Number, Value};

use crate::session::Ordered;

/// Significant digits of quotients: as many as tell any two doubles apart.
const SIGNIFICANT: u32 = 17;

/// The outputs in order of declaration; null where `column` knows no value of this name.
pub fn outputs_json<'a>(bound: &BoundProgram, column: impl Fn(&str) -> Option<&'a Column>) -> Ordered<Value> {
    bound.outputs().map(|(name, id)| (name, column(name).map_or(Value::Null, |c| json(bound.value(id), c)))).collect()
}

/// A value: exact numbers, bits as true and false, blanks as null, vectors as arrays, tables as arrays of arrays.
fn json(value: &BoundValue, column: &Column) -> Value {
    let elements = match column {
        Column::Words(words) if value.kind == Kind::Bit => words.iter().map(|word| Value::Bool(*word == 1)).collect(),
        Column::Words(words) => {
            words.iter().map(|word| number(&format_decimal(value_of(*word, &value.range), value.decimals))).collect()
        }
        Column::Rationals(rationals) => rationals
            .iter()
            .map(|rational| rational.map_or(Value::Null, |rational| number(&rational.to_decimal(SIGNIFICANT))))
            .collect(),
        other => other.encodings().into_iter().map(Value::String).collect(),
    };
    nested(elements, &value.shape.shown())
}

/// A number with exactly these digits.
fn number(digits: &str) -> Value {
    digits.parse::<Number>().map_or_else(|_| Value::String(digits.to_owned()), Value::Number)
}

/// Elements, row by row, as arrays of these extents, outermost first.
fn nested(mut elements: Vec<Value>, extents: &[usize]) -> Value {
    let Some((outermost, inner)) = extents.split_first() else {
        return if elements.len() == 1 { elements.remove(0) } else { Value::Array(elements) };
    };
    if inner.is_empty() {
        return Value::Array(elements);
    }
    let width = elements.len().checked_div(*outermost).unwrap_or(0).max(1);
    let mut rows = Vec::with_capacity(*outermost);
    let mut elements = elements.into_iter();
    for _ in 0..*outermost {
        rows.push(nested(elements.by_ref().take(width).collect(), inner));
    }
    Value::Array(rows)
}

/// Elements of a vector that a table shows before it says how many there are.
const SHOWN: usize = 16;

/// A value as a table shows it: long vectors are cut, rows of tables stand on lines of their own.
pub fn value_text(value: &Value) -> String {
    match value {
        Value::Null => "blank".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Array(items) if items.iter().any(Value::is_array) => {
            items.iter().map(value_text).collect::<Vec<_>>().join("\n")
        }
        Value::Array(items) => {
            let mut text = items.iter().take(SHOWN).map(value_text).collect::<Vec<_>>().join("  ");
            if items.len() > SHOWN {
                text += &format!("  … ({} values; --json shows all)", items.len());
            }
            text
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_every_digit() {
        for digits in ["170141183460469231731687303715884105727", "-0.000001", "62.447368421052632"] {
            assert_eq!(number(digits).to_string(), digits);
        }
    }

    #[test]
    fn shapes_become_nesting() {
        let elements = |n: u64| (0..n).map(Value::from).collect::<Vec<_>>();
        assert_eq!(nested(elements(1), &[]).to_string(), "0");
        assert_eq!(nested(elements(1), &[1]).to_string(), "[0]");
        assert_eq!(nested(elements(6), &[2, 3]).to_string(), "[[0,1,2],[3,4,5]]");
        assert_eq!(nested(elements(0), &[0, 3]).to_string(), "[]");
    }
}
