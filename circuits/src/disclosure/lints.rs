//! What deserves a second look before a program is approved.

use std::collections::HashSet;

use super::linear::Solvable;
use crate::bind::{BoundOperation, BoundProgram, ValueId};
use crate::program::{Function, Reduction};

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
    /// Numbers by group: a group with one row shows that row.
    SmallGroups {
        /// The output.
        output: String,
    },
    /// Nothing revealed depends on an input.
    UnusedInput {
        /// The input.
        input: String,
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
                write!(
                    f,
                    "{} alone can solve what is shared of {input}, from its own input and the outputs",
                    by.join(" and ")
                )
            }
            Self::Extreme { output } => write!(f, "{output} is the value of a single record"),
            Self::SmallGroups { output } => {
                write!(f, "{output} is a sum over a group: a group of one row shows that row")
            }
            Self::UnusedInput { input } => write!(f, "{input} is asked for, but no output depends on it"),
            Self::NoReceiver { output } => write!(f, "nobody receives {output}"),
        }
    }
}

pub(super) fn lints(program: &BoundProgram, solvable: &[Solvable]) -> Vec<Lint> {
    let mut lints: Vec<Lint> = solvable
        .iter()
        .filter(|s| s.parties == 1)
        .map(|s| {
            let by = s.coalition.iter().flatten().map(|r| program.roles[r.0].clone()).collect();
            Lint::SolvedByOne { input: s.input.clone(), by }
        })
        .collect();
    let mut used = HashSet::new();
    for (output, id) in program.outputs() {
        let below = below(program, id);
        let any = |test: &dyn Fn(&BoundOperation) -> bool| below.iter().any(|v| test(&program.value(*v).operation));
        if program.receivers(id).is_empty() {
            lints.push(Lint::NoReceiver { output: output.to_owned() });
        }
        if matches!(program.value(id).operation, BoundOperation::Reveal { .. }) {
            if any(&is_extreme) {
                lints.push(Lint::Extreme { output: output.to_owned() });
            } else if any(&|o| matches!(o, BoundOperation::SumBy { groups: 2.. })) {
                lints.push(Lint::SmallGroups { output: output.to_owned() });
            }
        }
        used.extend(below.into_iter().filter_map(|v| match program.value(v).operation {
            BoundOperation::Input(input) => Some(input),
            _ => None,
        }));
    }
    let unused = program.inputs.iter().enumerate().filter(|(i, input)| input.asked && !used.contains(i));
    lints.extend(unused.map(|(_, input)| Lint::UnusedInput { input: input.name.clone() }));
    lints
}

fn is_extreme(operation: &BoundOperation) -> bool {
    matches!(
        operation,
        BoundOperation::Fold(Reduction::Min | Reduction::Max)
            | BoundOperation::ExtremeBy { .. }
            | BoundOperation::Elementwise(Function::Min | Function::Max)
    )
}

/// Everything that a value is computed from.
fn below(program: &BoundProgram, id: ValueId) -> HashSet<ValueId> {
    let (mut seen, mut open) = (HashSet::new(), vec![id]);
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            // Where a value is shown only under a condition, the condition is another output.
            let conditional = matches!(program.value(id).operation, BoundOperation::Reveal { .. });
            let operands = &program.value(id).operands;
            open.extend(if conditional { &operands[..1] } else { operands });
        }
    }
    seen
}
