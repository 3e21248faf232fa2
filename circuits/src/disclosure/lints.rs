//! What deserves a second look before a program is approved.

use std::collections::HashSet;

use super::guards::{self, Grouped};
use super::linear::Solvable;
use crate::bind::{BoundOperation, BoundProgram, Extent, Knowledge, RoleIndex, Value, ValueId};
use crate::program::{ElementType, Function, Reduction};

/// A remark on a program's disclosure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lint {
    /// One other party alone can solve what is shared of an input.
    SolvedByOne {
        /// The input.
        input: String,
        /// The party's roles.
        by: Vec<String>,
    },
    /// A minimum or maximum is some single record's value.
    Extreme {
        /// The output.
        output: String,
    },
    /// Sums by group: a group with one row shows that row.
    SmallGroups {
        /// The output.
        output: String,
    },
    /// Counts by group and interval: a count of one shows where that row lies.
    SmallCounts {
        /// The output.
        output: String,
    },
    /// A comparison in which nobody else's values take part.
    Property {
        /// The output.
        output: String,
        /// The role whose values are compared.
        role: String,
    },
    /// An input that declares no range: all that its type holds is what it can be.
    NoRange {
        /// The input, without the number of a member.
        input: String,
    },
    /// A secret number of places that can be more than the shifted number has bits.
    UnboundedShift {
        /// The line of the shift.
        line: u32,
        /// The most places.
        most: String,
        /// The bits there are.
        bits: u32,
    },
    /// Nothing revealed or asserted depends on an input.
    UnusedInput {
        /// The input.
        input: String,
    },
    /// A scalar is opened, and nothing stops the session if somebody made it a wrong one.
    UncheckedOpen {
        /// Its name, if it has one.
        name: Option<String>,
        /// The line that opens it.
        line: u32,
    },
    /// Something is taken over from an earlier session, and nothing depends on it.
    UnusedHeld {
        /// Record and field.
        name: String,
    },
    /// A scalar is drawn, and nothing depends on it.
    UnusedRandom {
        /// The line that draws it.
        line: u32,
    },
    /// Nobody receives an output.
    NoReceiver {
        /// The output.
        output: String,
    },
}

impl std::fmt::Display for Lint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SolvedByOne { input, by } => {
                let by = by.join(" and ");
                write!(f, "{by} alone can solve what is shared of {input}, from its own input and the outputs")
            }
            Self::Extreme { output } => write!(f, "{output} is the value of a single record"),
            Self::SmallGroups { output } => {
                write!(f, "{output} is a sum over a group: a group of one row shows that row")
            }
            Self::SmallCounts { output } => {
                write!(f, "{output} counts rows in intervals: a count of one shows where that row lies")
            }
            Self::Property { output, role } => {
                write!(f, "{output} tells a property of {role}'s values, in which nobody else's take part")
            }
            Self::NoRange { input } => {
                write!(f, "{input} declares no range: it can be anything that its type holds")
            }
            Self::UnboundedShift { line, most, bits } => {
                write!(f, "line {line} shifts {bits} bits by up to {most} places: declare a range for the amount")
            }
            Self::UnusedInput { input } => write!(f, "{input} is asked for, but no output depends on it"),
            Self::UncheckedOpen { name, line } => {
                let what = name.as_deref().unwrap_or("a scalar");
                write!(f, "line {line} opens {what}, and no assert depends on it: a wrong one would go unnoticed")
            }
            Self::UnusedHeld { name } => write!(f, "{name} is held, but nothing depends on it"),
            Self::UnusedRandom { line } => write!(f, "line {line} draws a random scalar, but nothing depends on it"),
            Self::NoReceiver { output } => write!(f, "nobody receives {output}"),
        }
    }
}

/// The remarks on a program at its least sizes.
pub(super) fn lints(program: &BoundProgram, solvable: &[Solvable]) -> Vec<Lint> {
    let mut lints = solved(program, solvable);
    for (output, id) in program.outputs() {
        lints.extend(of_output(program, output, id));
    }
    lints.extend(of_inputs(program));
    lints.extend(super::curves::lints(program));
    lints.extend(program.values.iter().filter_map(|value| of_shift(program, value)));
    lints.dedup();
    lints
}

fn of_shift(program: &BoundProgram, value: &Value) -> Option<Lint> {
    let BoundOperation::Elementwise(Function::ShiftLeft | Function::ShiftRight) = value.operation else { return None };
    let [shifted, amount] = [0, 1].map(|i| program.value(value.operands[i]));
    let bits = shifted.bits();
    let unbounded = amount.knowledge == Knowledge::Secret && amount.range.high > i128::from(bits);
    unbounded.then(|| Lint::UnboundedShift { line: value.span.line, most: amount.range.high.to_string(), bits })
}

fn solved(program: &BoundProgram, solvable: &[Solvable]) -> Vec<Lint> {
    let by_one = solvable.iter().filter(|s| s.parties == 1);
    let lint = |s: &Solvable| {
        let by = s.coalition.iter().flatten().map(|r| program.roles[r.0].clone()).collect();
        Lint::SolvedByOne { input: s.input.clone(), by }
    };
    by_one.map(lint).collect()
}

fn of_output(program: &BoundProgram, name: &str, id: ValueId) -> Vec<Lint> {
    let output = name.to_owned();
    let mut lints = Vec::new();
    if program.receivers(id).is_empty() {
        lints.push(Lint::NoReceiver { output: output.clone() });
    }
    let value = program.value(id);
    if !matches!(value.operation, BoundOperation::Reveal { .. }) {
        return lints;
    }
    let shown = value.operands[0];
    let shows = |hides: Hides, test: &dyn Fn(&Value) -> bool| shows(program, shown, hides, test);
    if shows(Hides::Sums, &|value| is_extreme(program, value)) {
        lints.push(Lint::Extreme { output: output.clone() });
    }
    for grouped in [Grouped::Sums, Grouped::Counts] {
        let made = |value: &Value| grouped.is_made_by(&value.operation);
        if shows(Hides::SumsOfElements, &made) && !guards::is_guarded(program, id, grouped) {
            let output = output.clone();
            lints.push(match grouped {
                Grouped::Sums => Lint::SmallGroups { output },
                Grouped::Counts => Lint::SmallCounts { output },
            });
        }
    }
    let compares = |value: &Value| matches!(value.operation, BoundOperation::Elementwise(f) if f.is_comparison());
    if let Some(owner) = only_owner(program, shown)
        && program.receivers(id).iter().any(|role| *role != owner)
        && shows(Hides::Sums, &compares)
    {
        lints.push(Lint::Property { output, role: program.roles[owner.0].clone() });
    }
    lints
}

fn of_inputs(program: &BoundProgram) -> Vec<Lint> {
    let mut lints = Vec::new();
    for (declaration, input) in program.program.inputs().iter().enumerate() {
        let asked = program.inputs.iter().any(|i| i.declaration.0 == declaration && i.asked);
        if asked && input.interval.is_none() && input.element != ElementType::Bit {
            let role = &program.program.roles()[input.role.0].name;
            lints.push(Lint::NoRange { input: format!("{role}.{}", input.name) });
        }
    }
    let effects = program.ids().filter(|id| {
        let operation = &program.value(*id).operation;
        matches!(
            operation,
            BoundOperation::Reveal { .. } | BoundOperation::Output { .. } | BoundOperation::Assert { .. }
        )
    });
    let used: HashSet<usize> = below(program, effects)
        .into_iter()
        .filter_map(|id| match program.value(id).operation {
            BoundOperation::Input(input) => Some(input),
            _ => None,
        })
        .collect();
    let unused = program.inputs.iter().enumerate().filter(|(i, input)| input.asked && !used.contains(i));
    lints.extend(unused.map(|(_, input)| Lint::UnusedInput { input: input.name.clone() }));
    lints
}

/// Least and greatest of values that are not all public: cutting a number off at a bound is no choice among records.
fn is_extreme(program: &BoundProgram, value: &Value) -> bool {
    match value.operation {
        BoundOperation::Fold(Reduction::Min | Reduction::Max) | BoundOperation::ExtremeBy { .. } => true,
        BoundOperation::Elementwise(Function::Min | Function::Max) => {
            value.operands.iter().all(|o| program.value(*o).knowledge != Knowledge::Public)
        }
        _ => false,
    }
}

/// What keeps a value from showing what it is computed from, beside comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hides {
    /// Adding up several values.
    Sums,
    /// Adding up several elements of one value; numbers of the same group are still that group's.
    SumsOfElements,
}

/// Whether a value shows one that passes `test`.
fn shows(program: &BoundProgram, id: ValueId, hides: Hides, test: &dyn Fn(&Value) -> bool) -> bool {
    let (mut seen, mut open) = (HashSet::new(), vec![id]);
    while let Some(id) = open.pop() {
        let value = program.value(id);
        if !seen.insert(id) {
            continue;
        }
        if test(value) {
            return true;
        }
        let hidden = match &value.operation {
            BoundOperation::Elementwise(function) => function.is_comparison(),
            BoundOperation::Fold(Reduction::Sum) => hides == Hides::Sums && value.operands.len() > 1,
            // The number of rows that only their owner knows can be one.
            BoundOperation::Sum | BoundOperation::Dot => {
                let operand = program.value(value.operands[0]);
                !matches!(operand.shape.0.last(), Some(Extent::Known { length: 1, .. } | Extent::Private { .. }))
            }
            _ => false,
        };
        match &value.operation {
            _ if hidden => {}
            // What it shows, the network shows.
            BoundOperation::Sorted => open.push(value.operands[0]),
            _ => open.extend(&value.operands),
        }
    }
    false
}

/// The only role whose shares a value is computed from, if there is one.
fn only_owner(program: &BoundProgram, id: ValueId) -> Option<RoleIndex> {
    let mut owner = None;
    for id in below(program, [id]) {
        let value = program.value(id);
        match (&value.operation, value.operands.first().map(|o| &program.value(*o).knowledge)) {
            (BoundOperation::Share, Some(Knowledge::Private(role))) if owner.is_none_or(|o| o == *role) => {
                owner = Some(*role);
            }
            (BoundOperation::Share | BoundOperation::Random { .. }, _) => return None,
            _ => {}
        }
    }
    owner
}

/// Everything that values are computed from.
pub(super) fn below(program: &BoundProgram, ids: impl IntoIterator<Item = ValueId>) -> HashSet<ValueId> {
    let (mut seen, mut open) = (HashSet::new(), ids.into_iter().collect::<Vec<_>>());
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(&program.value(id).operands);
        }
    }
    seen
}
