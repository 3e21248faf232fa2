//! The reference evaluator: what a program means, as a function of inputs and the randomness tape.
//!
//! Every protocol is tested against [`evaluate`]. [`apply`] is one operation on plain columns; the executor
//! of a session uses it for what a party may compute by itself.

mod bits;
mod column;
mod curve;
mod elementwise;
mod grouped;
mod order;

use std::collections::BTreeMap;

use crate::bind::{BoundOperation, BoundProgram, CurveOperation, Extent, Value, ValueId};
use crate::curve::Scalar;
use crate::number::{Range, Word, format_decimal, value_of};
use crate::program::{Kind, Reduction};

pub use column::Column;
pub use curve::{Anew, Arithmetic, apply_on_curve};

/// Inputs by name (`party_1.budget`): mantissas with the decimals and in the range of the declaration,
/// tables row by row.
pub type Inputs = BTreeMap<String, Vec<Word>>;

/// What was kept in earlier sessions, by name (`key.secret`): whole scalars, not shares of them.
pub type Held = BTreeMap<String, Column>;

/// The randomness of a run.
#[derive(Clone, Copy, Default)]
pub struct Tape<'a> {
    /// An entry for every number that `random_bits` gives, in order.
    pub numbers: &'a [Word],
    /// An entry for every scalar that `random_scalar` and `coin` give, in order.
    pub scalars: &'a [Scalar],
}

/// Why an evaluation stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClearError {
    /// An input is not there.
    #[error("input {0} is missing")]
    MissingInput(String),
    /// An input has another length than its shape.
    #[error("input {name} has {found} numbers; {expected} are due")]
    WrongLength {
        /// The input.
        name: String,
        /// How many there are.
        found: usize,
        /// How many are due.
        expected: String,
    },
    /// A value is outside its range.
    #[error("{what} is {found}; it must lie in {low}..={high} (line {line})")]
    OutOfRange {
        /// The input or checked value.
        what: String,
        /// The value.
        found: String,
        /// The least allowed.
        low: String,
        /// The greatest allowed.
        high: String,
        /// The line of the program that says so.
        line: u32,
    },
    /// An `assert` does not hold.
    #[error("{message} (assert, line {line})")]
    AssertFailed {
        /// The program's message.
        message: String,
        /// Its line.
        line: u32,
    },
    /// The randomness tape has no such entry.
    #[error("the randomness tape has no entry {0}")]
    TapeTooShort(usize),
    /// A scalar is divided by zero.
    #[error("division by zero (line {0})")]
    DivisionByZero(u32),
    /// The coordinates of the identity are asked for.
    #[error("the point is the identity, which has no coordinates (line {0})")]
    NoCoordinates(u32),
    /// A value that is taken over from an earlier session is not there.
    #[error("{0} is held by nobody")]
    MissingHeld(String),
    /// A value that is taken over from an earlier session is of another kind.
    #[error("{name} is declared as {expected}; another value is held")]
    WrongHeld {
        /// The record and field.
        name: String,
        /// What is declared.
        expected: String,
    },
    /// Operands do not fit together. Bound programs have only fitting ones.
    #[error("operands do not fit together (line {0})")]
    Mismatch(u32),
}

/// All values of a run in the clear.
#[derive(Clone, Debug)]
pub struct Evaluation {
    columns: Vec<Column>,
}

impl std::fmt::Debug for Tape<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tape({} numbers, {} scalars)", self.numbers.len(), self.scalars.len())
    }
}

impl Evaluation {
    /// A value.
    pub fn column(&self, id: ValueId) -> &Column {
        &self.columns[id.0]
    }

    /// The outputs, in order of declaration.
    pub fn outputs<'a>(&'a self, program: &'a BoundProgram) -> impl Iterator<Item = (&'a str, &'a Column)> {
        program.outputs().map(|(name, id)| (name, self.column(id)))
    }

    /// What is kept for later sessions, by `record.field`, in order of statements.
    pub fn kept<'a>(&'a self, program: &'a BoundProgram) -> impl Iterator<Item = (String, &'a Column)> {
        program.kept().map(|(name, id, _)| (name, self.column(id)))
    }
}

/// Runs a program in the clear. `tape` has one entry for every number that `random_bits` gives, in order.
///
/// # Errors
/// A missing input, a wrong length, a value outside its range, a failed assert.
pub fn evaluate(program: &BoundProgram, inputs: &Inputs, tape: &[Word]) -> Result<Evaluation, ClearError> {
    evaluate_with(program, inputs, &Held::new(), Tape { numbers: tape, scalars: &[] })
}

/// [`evaluate`] for programs on curves: with what was kept in earlier sessions, and a tape that has scalars too.
///
/// # Errors
/// Those of [`evaluate`]; a held value that is missing or of another kind, a division by zero, coordinates of the
/// identity.
pub fn evaluate_with(
    program: &BoundProgram,
    inputs: &Inputs,
    held: &Held,
    tape: Tape<'_>,
) -> Result<Evaluation, ClearError> {
    let mut columns: Vec<Column> = Vec::with_capacity(program.values.len());
    for value in &program.values {
        let column = match &value.operation {
            BoundOperation::Input(position) => Column::Words(input(program, *position, inputs)?),
            BoundOperation::Random { entry, .. } => {
                let end = entry + value.shape.length().unwrap_or(1);
                Column::Words(tape.numbers.get(*entry..end).ok_or(ClearError::TapeTooShort(end - 1))?.to_vec())
            }
            BoundOperation::Curve(CurveOperation::Random { entry } | CurveOperation::Coin { entry }) => {
                let end = entry + value.shape.length().unwrap_or(1);
                Column::Scalars(tape.scalars.get(*entry..end).ok_or(ClearError::TapeTooShort(end - 1))?.to_vec())
            }
            BoundOperation::Curve(CurveOperation::Held(position)) => curve::held(&program.held[*position], held)?,
            _ => {
                let operands: Vec<&Column> = value.operands.iter().map(|o| &columns[o.0]).collect();
                apply(program, value, &operands)?
            }
        };
        columns.push(column);
    }
    Ok(Evaluation { columns })
}

/// An input's words, checked; a constant column of the right length where the input is not asked for.
///
/// # Errors
/// A missing input, a wrong length, a value outside its range.
pub fn input(program: &BoundProgram, position: usize, inputs: &Inputs) -> Result<Vec<Word>, ClearError> {
    let input = &program.inputs[position];
    if let (false, Some(only)) = (input.asked, input.range.single()) {
        let length = input.shape.length().or_else(|| aligned_length(program, position, inputs)).unwrap_or(0);
        return Ok(vec![crate::number::word_of(only); length]);
    }
    given(program, position, inputs).map(<[Word]>::to_vec)
}

/// Checks an input as [`input`] does, and copies nothing.
///
/// # Errors
/// Those of [`input`].
pub fn check_input(program: &BoundProgram, position: usize, inputs: &Inputs) -> Result<(), ClearError> {
    let input = &program.inputs[position];
    if input.asked || input.range.single().is_none() {
        given(program, position, inputs)?;
    }
    Ok(())
}

/// The words that were given for an input, checked.
fn given<'a>(program: &BoundProgram, position: usize, inputs: &'a Inputs) -> Result<&'a [Word], ClearError> {
    let input = &program.inputs[position];
    let expected = input.shape.length();
    let words = inputs.get(&input.name).ok_or_else(|| ClearError::MissingInput(input.name.clone()))?;
    let wrong = |expected: String| ClearError::WrongLength { name: input.name.clone(), found: words.len(), expected };
    match (expected, input.shape.0.as_slice()) {
        (Some(expected), _) if expected != words.len() => return Err(wrong(expected.to_string())),
        (None, extents) => private_length(extents, words.len()).map_err(wrong)?,
        _ => {}
    }
    if let Some(other) = aligned_length(program, position, inputs).filter(|other| *other != words.len()) {
        return Err(wrong(format!("{other}, as many as in the column beside it,")));
    }
    let line = program.program.inputs()[input.declaration.0].span.line;
    check_range(&input.name, words, &input.range, input.decimals, line)?;
    Ok(words)
}

/// Checks the length of a column or table with a private size; the error is what is due.
fn private_length(extents: &[Extent], length: usize) -> Result<(), String> {
    let [least, greatest, step] = extents.iter().fold([1u64; 3], |[least, greatest, step], extent| match extent {
        Extent::Known { length, .. } => [least, greatest, step].map(|n| n.saturating_mul(*length as u64)),
        Extent::Private { least: l, greatest: g } => [least.saturating_mul(*l), greatest.saturating_mul(*g), step],
    });
    let whole = step == 0 || (length as u64).is_multiple_of(step);
    match (least..=greatest).contains(&(length as u64)) && whole {
        true => Ok(()),
        false if step == 1 => Err(format!("between {least} and {greatest}")),
        false => Err(format!("between {least} and {greatest}, in whole rows of {step},")),
    }
}

/// The length of another column with the same private size and owner.
fn aligned_length(program: &BoundProgram, position: usize, inputs: &Inputs) -> Option<usize> {
    let input = &program.inputs[position];
    let dimensions = &program.program.inputs()[input.declaration.0].dimensions;
    let private = matches!(input.shape.0.as_slice(), [Extent::Private { .. }]);
    let beside = |other: &&crate::bind::BoundInput| {
        other.role == input.role
            && other.name != input.name
            && program.program.inputs()[other.declaration.0].dimensions == *dimensions
    };
    private
        .then(|| program.inputs.iter().filter(beside).find_map(|other| inputs.get(&other.name)).map(Vec::len))
        .flatten()
}

fn check_range(what: &str, words: &[Word], range: &Range, decimals: u32, line: u32) -> Result<(), ClearError> {
    let Some(row) = first_outside(words, range) else { return Ok(()) };
    let word = &words[row];
    let what = if words.len() > 1 { format!("{what}, number {},", row + 1) } else { what.to_owned() };
    // A word outside a non-negative range may be meant as a negative number.
    let found = value_of(*word, &Range { low: ethnum::I256::from(-1), ..*range });
    Err(ClearError::OutOfRange {
        what,
        found: format_decimal(found, decimals),
        low: format_decimal(range.low, decimals),
        high: format_decimal(range.high, decimals),
        line,
    })
}

/// Where the first word outside a range stands. Columns are long: words are compared as machine numbers.
fn first_outside(words: &[Word], range: &Range) -> Option<usize> {
    let within = |bound: ethnum::I256, least: ethnum::I256, greatest: ethnum::I256| bound.clamp(least, greatest);
    if range.is_signed() {
        let word = |bound| within(bound, i128::MIN.into(), i128::MAX.into()).as_i128();
        let (low, high) = (word(range.low), word(range.high));
        return words.iter().position(|word| !(low..=high).contains(&(*word as i128)));
    }
    let word = |bound| within(bound, 0.into(), u128::MAX.into()).as_u128();
    let (low, high) = (word(range.low), word(range.high));
    words.iter().position(|word| !(low..=high).contains(word))
}

/// One operation on plain columns.
///
/// # Errors
/// A value outside the range of `within`, a failed assert.
pub fn apply(program: &BoundProgram, value: &Value, operands: &[&Column]) -> Result<Column, ClearError> {
    let mismatch = || ClearError::Mismatch(value.span.line);
    let words = |i: usize| operands.get(i).and_then(|c| c.words()).ok_or_else(mismatch);
    let operand = |i: usize| program.value(value.operands[i]);
    let column = match &value.operation {
        BoundOperation::Input(_) | BoundOperation::Random { .. } => return Err(mismatch()),
        BoundOperation::Constant(words) => words.clone(),
        BoundOperation::Share => words(0)?.to_vec(),
        BoundOperation::Rescale(factor) => words(0)?.iter().map(|w| w.wrapping_mul(*factor)).collect(),
        BoundOperation::Elementwise(function) => {
            let operand_values: Vec<&Value> = (0..operands.len()).map(operand).collect();
            return elementwise::apply(*function, value, &operand_values, operands).ok_or_else(mismatch);
        }
        BoundOperation::Remaining => {
            let (a, b, one) = (words(0)?, words(1)?, words(2)?);
            a.iter().zip(b).zip(one).map(|((a, b), one)| if a == one { *b } else { *a }).collect()
        }
        BoundOperation::Sum => sum(words(0)?, value, operand(0)),
        BoundOperation::Dot => dot(words(0)?, words(1)?, value),
        BoundOperation::MatrixProduct { inner } => order::matrix_product(words(0)?, words(1)?, *inner, value),
        BoundOperation::RunningSums => order::running_sums(words(0)?, row_length(operand(0), words(0)?.len())),
        BoundOperation::Sort | BoundOperation::SortBy | BoundOperation::Sorted => {
            let key = usize::from(value.operation == BoundOperation::Sorted);
            let (keys, moved) = (words(key)?, words(operands.len() - 1)?);
            order::sort_by(keys, moved, row_length(operand(key), keys.len()), operand(key).range.is_signed())
        }
        BoundOperation::View(view) => return operands[0].view(view).ok_or_else(mismatch),
        BoundOperation::Concatenate => {
            let parts: Vec<&[Word]> = (0..operands.len()).map(words).collect::<Result<_, _>>()?;
            parts.concat()
        }
        BoundOperation::Bits { width } => bits::bits(words(0)?, *width),
        BoundOperation::Number => bits::numbers(words(0)?, last_length(operand(0)), value.range.is_signed()),
        BoundOperation::Circuit(source) => {
            let parts: Vec<&[Word]> = (0..operands.len()).map(words).collect::<Result<_, _>>()?;
            bits::circuit(source, &parts).ok_or_else(mismatch)?
        }
        BoundOperation::Fold(reduction) => {
            let signed = (0..operands.len()).any(|i| operand(i).range.is_signed());
            fold(*reduction, operands, signed).ok_or_else(mismatch)?
        }
        BoundOperation::CountBy { .. }
        | BoundOperation::SumBy { .. }
        | BoundOperation::ExtremeBy { .. }
        | BoundOperation::HistogramBy { .. } => {
            let signed = operand(value.operands.len() - 1).range.is_signed();
            grouped::apply(&value.operation, operands, signed).ok_or_else(mismatch)?
        }
        BoundOperation::Within => {
            check_range("a checked value", words(0)?, &value.range, value.decimals, value.span.line)?;
            words(0)?.to_vec()
        }
        BoundOperation::Curve(operation) => return apply_on_curve(operation, value, operands, &mut Anew),
        BoundOperation::Reveal { .. } => return Ok(reveal(value, operand(0), operands)),
        BoundOperation::Output { .. } => return Ok(operands[0].clone()),
        BoundOperation::Assert { message, accused } => {
            if accused.is_none() && words(0)?.contains(&0) {
                return Err(ClearError::AssertFailed { message: message.clone(), line: value.span.line });
            }
            words(0)?.to_vec()
        }
    };
    Ok(Column::Words(column))
}

/// The length of the innermost dimension, where everybody knows it.
fn last_length(value: &Value) -> usize {
    match value.shape.0.last() {
        Some(Extent::Known { length, .. }) => *length,
        _ => 1,
    }
}

/// The length of the innermost dimension of a column of so many words, also where only its owner knows it.
fn row_length(value: &Value, words: usize) -> usize {
    let lengths = value.shape.0.iter().map(|extent| match extent {
        Extent::Known { length, .. } => Some(*length),
        Extent::Private { .. } => None,
    });
    match lengths.clone().next_back() {
        Some(Some(length)) => length,
        _ => words / lengths.flatten().product::<usize>().max(1),
    }
}

fn reveal(value: &Value, operand: &Value, operands: &[&Column]) -> Column {
    match (value.kind, operands) {
        (Kind::Rational, [shown, condition]) => shown.blank_unless(condition, operand.decimals, &operand.range),
        _ => operands[0].clone(),
    }
}

fn sum(words: &[Word], value: &Value, operand: &Value) -> Vec<Word> {
    // The result's length is known unless it is a single value; a private column has one sum.
    let rows = value.shape.length().unwrap_or(1);
    let width = match operand.shape.0.last() {
        Some(Extent::Known { length, .. }) => *length,
        _ => words.len() / rows.max(1),
    };
    if width == 0 {
        return vec![0; rows];
    }
    words.chunks(width).map(|row| row.iter().fold(0, |sum: Word, w| sum.wrapping_add(*w))).collect()
}

fn dot(table: &[Word], column: &[Word], value: &Value) -> Vec<Word> {
    if column.is_empty() {
        return vec![0; value.shape.length().unwrap_or(1)];
    }
    table
        .chunks(column.len())
        .map(|row| row.iter().zip(column).fold(0, |sum: Word, (a, b)| sum.wrapping_add(a.wrapping_mul(*b))))
        .collect()
}

fn fold(reduction: Reduction, operands: &[&Column], signed: bool) -> Option<Vec<Word>> {
    let mut result = operands.first()?.words()?.to_vec();
    for operand in &operands[1..] {
        for (a, b) in result.iter_mut().zip(operand.words()?) {
            let less = if signed { (*b as i128) < (*a as i128) } else { *b < *a };
            *a = match reduction {
                Reduction::Sum => a.wrapping_add(*b),
                Reduction::Min => {
                    if less {
                        *b
                    } else {
                        *a
                    }
                }
                Reduction::Max => {
                    if less {
                        *a
                    } else {
                        *b
                    }
                }
            };
        }
    }
    Some(result)
}
