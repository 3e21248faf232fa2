//! Functions that work element by element, scalars standing for vectors.

use std::cmp::Ordering;

use ethnum::I256;

use super::Column;
use crate::bind::{Value, ranges};
use crate::number::{Rational, Word, value_of, word_of};
use crate::program::{Function, Kind};

pub(super) fn apply(function: Function, value: &Value, operands: &[&Value], columns: &[&Column]) -> Option<Column> {
    if operands.iter().any(|o| o.kind == Kind::Rational) || function == Function::Div {
        return rational(function, operands, columns);
    }
    let words: Vec<&[Word]> = columns.iter().map(|c| c.words()).collect::<Option<_>>()?;
    let length = common_length(&words)?;
    let signed = |i: usize| operands[i].range.is_signed();
    let at = |i: usize, row: usize| words[i][if words[i].len() == 1 { 0 } else { row }];
    let compare = |row: usize| {
        let (a, b) = (at(0, row), at(1, row));
        match (signed(0), signed(1)) {
            (false, false) => a.cmp(&b),
            (true, true) => (a as i128).cmp(&(b as i128)),
            _ => value_of(a, &operands[0].range).cmp(&value_of(b, &operands[1].range)),
        }
    };
    let bit = |holds: bool| Word::from(holds);
    let each = |row: usize| -> Option<Word> {
        Some(match function {
            Function::Not => at(0, row) ^ 1,
            Function::Neg => at(0, row).wrapping_neg(),
            Function::Abs if signed(0) => (at(0, row) as i128).unsigned_abs(),
            Function::Abs => at(0, row),
            Function::Mul => at(0, row).wrapping_mul(at(1, row)),
            Function::Add => at(0, row).wrapping_add(at(1, row)),
            Function::Sub => at(0, row).wrapping_sub(at(1, row)),
            Function::And => at(0, row) & at(1, row),
            Function::Or => at(0, row) | at(1, row),
            Function::Xor => at(0, row) ^ at(1, row),
            Function::Lt => bit(compare(row) == Ordering::Less),
            Function::Le => bit(compare(row) != Ordering::Greater),
            Function::Gt => bit(compare(row) == Ordering::Greater),
            Function::Ge => bit(compare(row) != Ordering::Less),
            Function::Eq => bit(compare(row) == Ordering::Equal),
            Function::Ne => bit(compare(row) != Ordering::Equal),
            Function::WrappingAdd => low(at(0, row).wrapping_add(at(1, row)), at(2, row)),
            Function::WrappingSub => low(at(0, row).wrapping_sub(at(1, row)), at(2, row)),
            Function::WrappingMul => low(at(0, row).wrapping_mul(at(1, row)), at(2, row)),
            Function::ShiftLeft => at(0, row).checked_shl(shift(at(1, row))).unwrap_or(0),
            Function::ShiftRight => at(0, row).checked_shr(shift(at(1, row))).unwrap_or(0),
            Function::Quotient | Function::Remainder => {
                let (a, b) = (value_of(at(0, row), &operands[0].range), value_of(at(1, row), &operands[1].range));
                if b == 0 {
                    return None;
                }
                word_of(if function == Function::Quotient { a / b } else { a % b })
            }
            Function::Round => {
                let (a, factor) = (value_of(at(0, row), &operands[0].range), I256::from(at(1, row)));
                word_of(ranges::rounded(a, factor))
            }
            Function::Root => word_of(ranges::root(I256::from(at(0, row)))),
            Function::Popcount => Word::from(at(0, row).count_ones()),
            Function::Select => {
                if at(0, row) == 1 {
                    at(1, row)
                } else {
                    at(2, row)
                }
            }
            Function::Min => {
                if compare(row) == Ordering::Greater {
                    at(1, row)
                } else {
                    at(0, row)
                }
            }
            Function::Max => {
                if compare(row) == Ordering::Less {
                    at(1, row)
                } else {
                    at(0, row)
                }
            }
            _ => return None,
        })
    };
    debug_assert!(value.kind != Kind::Rational);
    (0..length).map(each).collect::<Option<Vec<Word>>>().map(Column::Words)
}

/// The low bits of a word.
fn low(word: Word, bits: Word) -> Word {
    if bits < 128 { word & ((1 << bits) - 1) } else { word }
}

/// A number of places; beyond all bits it does not matter how far.
fn shift(places: Word) -> u32 {
    u32::try_from(places).unwrap_or(u32::MAX)
}

fn common_length(words: &[&[Word]]) -> Option<usize> {
    let length = words.iter().map(|w| w.len()).find(|l| *l != 1).unwrap_or(1);
    words.iter().all(|w| w.len() == 1 || w.len() == length).then_some(length)
}

fn rational(function: Function, operands: &[&Value], columns: &[&Column]) -> Option<Column> {
    let columns: Vec<Vec<Option<Rational>>> =
        columns.iter().zip(operands).map(|(c, o)| c.rationals(o.decimals, &o.range)).collect();
    let length = columns.iter().map(Vec::len).find(|l| *l != 1).unwrap_or(1);
    let at = |i: usize, row: usize| columns.get(i).and_then(|c| *c.get(if c.len() == 1 { 0 } else { row })?);
    let compare = |row: usize| at(0, row)?.compare(at(1, row)?);
    if function.is_comparison() {
        let holds = |o: Ordering| match function {
            Function::Lt => o.is_lt(),
            Function::Le => o.is_le(),
            Function::Gt => o.is_gt(),
            Function::Ge => o.is_ge(),
            Function::Eq => o.is_eq(),
            _ => o.is_ne(),
        };
        // A comparison with a blank is false.
        return Some(Column::Words((0..length).map(|row| Word::from(compare(row).is_some_and(holds))).collect()));
    }
    let each = |row: usize| -> Option<Rational> {
        let a = at(0, row)?;
        match function {
            Function::Neg => Some(a.negated()),
            Function::Add => a.checked_add(at(1, row)?),
            Function::Sub => a.checked_add(at(1, row)?.negated()),
            Function::Mul => a.checked_mul(at(1, row)?),
            Function::Div => a.checked_div(at(1, row)?),
            _ => None,
        }
    };
    Some(Column::Rationals((0..length).map(each).collect()))
}
