//! From exact decimal cells to the mantissas of a bound program.

use std::collections::BTreeMap;

use quorate_circuits::bind::{BoundInput, BoundProgram, Extent};
use quorate_circuits::clear::Inputs;
use quorate_circuits::number::{Range, Word};
use quorate_circuits::program::{Dimension, SizeId};
use quorate_data::{Column, Decimal, Rounding};

use super::blanks::{Kept, is_private};
use super::{Owned, unreadable};
use crate::exit::{Exit, Failure};

/// A party's inputs, ready to run.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// The mantissas, by input.
    pub inputs: Inputs,
    /// Rows left out because a cell was blank, by input.
    pub dropped: BTreeMap<String, u64>,
    /// What the owner should know about how its data were taken.
    pub remarks: Vec<String>,
}

/// Turns the tables of the roles `mine` into mantissas. Other parties' sizes do not matter here: shapes are for
/// [`check_shapes`].
///
/// # Errors
/// An input that is missing or not asked for, or holds a cell that does not fit.
pub fn prepare(bound: &BoundProgram, mine: &[String], owned: &[Owned]) -> Result<Prepared, Failure> {
    let mut pairs = Vec::new();
    for input in bound.inputs.iter().filter(|input| mine.contains(&bound.roles[input.role.0])) {
        match (owned.iter().find(|owned| owned.name == input.name), input.asked) {
            (Some(owned), true) => pairs.push((input, owned)),
            (None, true) => return Err(missing(&input.name)),
            (Some(_), false) => return Err(not_asked(input)),
            (None, false) => {}
        }
    }
    if let Some(idle) = owned.iter().find(|owned| !bound.inputs.iter().any(|input| input.name == owned.name)) {
        return Err(Failure::new(
            Exit::BadInput,
            format!("nobody plays {}, for which {} is given", idle.role, idle.name),
        ));
    }
    let kept = Kept::new(bound, &pairs)?;
    let mut prepared = Prepared { dropped: kept.dropped(), ..Prepared::default() };
    for (name, count) in &prepared.dropped {
        let rows = if *count == 1 {
            "1 row with a blank cell was".into()
        } else {
            format!("{count} rows with a blank cell were")
        };
        prepared.remarks.push(format!("{name}: {rows} left out"));
    }
    for (input, owned) in pairs {
        let words = words(input, owned, kept.rows(&input.name), &mut prepared.remarks)?;
        check_count(input, owned, words.len())?;
        prepared.inputs.insert(input.name.clone(), words);
    }
    Ok(prepared)
}

/// The mantissas, row by row.
fn words(
    input: &BoundInput,
    owned: &Owned,
    kept: Option<&[bool]>,
    remarks: &mut Vec<String>,
) -> Result<Vec<Word>, Failure> {
    let columns = owned.table.columns();
    let rounding = if input.rounded { Rounding::Nearest } else { Rounding::Exact };
    let mut scaled = Vec::with_capacity(columns.len());
    for column in columns {
        if kept.is_none() {
            column.check_complete().map_err(|error| {
                unreadable(
                    &input.name,
                    &error
                        .with_hint("rows are aligned across parties: fill the cell, or remove the row at every party"),
                )
            })?;
        }
        check_range(input, column)?;
        let (mantissas, report) =
            column.to_scaled(input.decimals, rounding).map_err(|error| unreadable(&input.name, &error))?;
        if let Some(change) = report.largest_change {
            let (count, decimals) = (report.rounded, input.decimals);
            remarks.push(format!(
                "{}: {count} values were rounded to {decimals} decimals, by at most {change}",
                input.name
            ));
        }
        scaled.push(mantissas);
    }
    let is_kept = |row: usize| kept.is_none_or(|kept| kept[row]);
    let rows = (0..owned.table.rows()).filter(|row| is_kept(*row));
    // A cell of a kept row is never blank; two's complement is how mantissas travel.
    Ok(rows.flat_map(|row| scaled.iter().filter_map(move |column| column[row]).map(|m| m as Word)).collect())
}

fn check_range(input: &BoundInput, column: &Column) -> Result<(), Failure> {
    let Range { low, high } = input.range;
    // Cells have at most 38 digits: a bound beyond that refuses none of them.
    let low = i128::try_from(low).unwrap_or(i128::MIN);
    let high = i128::try_from(high).unwrap_or(i128::MAX);
    let scale = u16::try_from(input.decimals).unwrap_or(u16::MAX);
    column
        .check_range(Decimal::new(low, scale), Decimal::new(high, scale))
        .map_err(|error| unreadable(&input.name, &error))
}

/// A table of another shape than is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    input: String,
    source: String,
    found: usize,
    /// `rows` or `columns`.
    what: &'static str,
    due: usize,
    /// What the number that is due consists of.
    addends: Option<String>,
}

impl Misfit {
    /// What partners may read: no path of this machine.
    pub fn without_source(&self) -> String {
        let Self { input, found, what, due, .. } = self;
        format!("input {input} has {found} {what}; {due} are due")
    }
}

impl From<Misfit> for Failure {
    fn from(misfit: Misfit) -> Self {
        let message = format!("{} ({})", misfit.without_source(), misfit.source);
        Self { exit: Exit::BadInput, message, hint: misfit.addends }
    }
}

/// Compares tables with the extents that are known to everybody. A size that is summed over all members is known once
/// they have announced theirs; until then `totals` is false.
///
/// # Errors
/// The first table of another shape than is due.
pub fn check_shapes(bound: &BoundProgram, owned: &[Owned], totals: bool) -> Result<(), Misfit> {
    for input in &bound.inputs {
        if let Some(owned) = owned.iter().find(|owned| owned.name == input.name) {
            check_shape(bound, input, owned, totals)?;
        }
    }
    Ok(())
}

fn check_shape(bound: &BoundProgram, input: &BoundInput, owned: &Owned, totals: bool) -> Result<(), Misfit> {
    let found = [(owned.table.rows(), "rows"), (owned.table.columns().len(), "columns")];
    let dimensions = &bound.program.inputs()[input.declaration.0].dimensions;
    for ((extent, dimension), (found, what)) in input.shape.0.iter().zip(dimensions).zip(found) {
        let Extent::Known { length: due, .. } = *extent else { continue };
        let addends = match dimension {
            Dimension::Total(_) if !totals => continue,
            Dimension::Total(size) => Some(addends(bound, *size)),
            _ => None,
        };
        if due != found {
            return Err(Misfit {
                input: input.name.clone(),
                source: owned.source.to_string(),
                found,
                what,
                due,
                addends,
            });
        }
    }
    Ok(())
}

/// Which members a total consists of: `bank_1 has 6 columns, bank_2 has 5 columns`.
fn addends(bound: &BoundProgram, size: SizeId) -> String {
    let name = &bound.program.sizes()[size.0].name;
    let of_member = |(key, count): &(String, u64)| {
        let member = key.strip_prefix(name.as_str())?.strip_prefix('[')?.strip_suffix(']')?;
        Some(format!("{member} has {count} {name}"))
    };
    bound.sizes.iter().filter_map(of_member).collect::<Vec<_>>().join(", ")
}

/// A private column must have a lawful number of rows after blank ones were dropped.
fn check_count(input: &BoundInput, owned: &Owned, count: usize) -> Result<(), Failure> {
    let [Extent::Private { least, greatest }] = input.shape.0.as_slice() else { return Ok(()) };
    debug_assert!(is_private(input));
    if (*least..=*greatest).contains(&(count as u64)) {
        return Ok(());
    }
    let message = format!("input {} has {count} rows without a blank cell ({})", input.name, owned.source);
    Err(Failure::new(Exit::BadInput, format!("{message}; it must have {least} to {greatest}")))
}

fn missing(name: &str) -> Failure {
    Failure::new(Exit::BadInput, format!("input {name} is not given"))
        .hint(format!("add --input {name}=SOURCE, where SOURCE is a number, FILE.csv:COLUMN, FILE.parquet:COLUMN or -"))
}

fn not_asked(input: &BoundInput) -> Failure {
    let message = format!("input {} is given, but with these parameters it can only be one number", input.name);
    Failure::new(Exit::BadInput, message).hint("leave it out, or set the parameter that it depends on with --param")
}
