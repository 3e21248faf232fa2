//! Conditions under which numbers by group are shown: at least two rows in every group.

use std::collections::BTreeSet;

use ethnum::I256;

use crate::bind::{BoundOperation, BoundProgram, Knowledge, Value, ValueId};
use crate::program::{Function, Reduction};

/// Columns by which rows are grouped.
type Groups = BTreeSet<ValueId>;

/// Numbers by group that a group of one row makes tell of that row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grouped {
    /// Sums.
    Sums,
    /// Counts by interval.
    Counts,
}

impl Grouped {
    /// Whether an operation makes such numbers.
    pub(super) fn is_made_by(self, operation: &BoundOperation) -> bool {
        match self {
            Self::Sums => matches!(operation, BoundOperation::SumBy { groups: 2.. }),
            Self::Counts => matches!(operation, BoundOperation::HistogramBy { .. }),
        }
    }

    /// Whether an operation counts the rows behind them.
    fn is_counted_by(self, operation: &BoundOperation) -> bool {
        match self {
            Self::Sums => matches!(operation, BoundOperation::CountBy { .. }),
            Self::Counts => matches!(operation, BoundOperation::HistogramBy { .. }),
        }
    }
}

/// Whether an output of grouped numbers tells of groups only where an assert, or a `select` against something public,
/// demands at least two rows, counted by the same columns. The `when` of a reveal is no such demand: the receivers
/// learn the number, and leave it out of what they show.
pub(super) fn is_guarded(program: &BoundProgram, output: ValueId, grouped: Grouped) -> bool {
    let (shown, condition) = selected(program, program.value(output).operands[0]);
    let Some(groups) = grouped_by(program, shown, |o| grouped.is_made_by(o)) else { return false };
    let asserts = program.values.iter().filter(|v| matches!(v.operation, BoundOperation::Assert { .. }));
    let conditions = asserts.map(|value| value.operands[0]).chain(condition);
    let counted = |condition| grouped_by(program, demanded(program, condition)?, |o| grouped.is_counted_by(o));
    conditions.filter_map(counted).any(|counted| counted == groups)
}

/// Of a choice between a value and something public: the value, and the condition.
fn selected(program: &BoundProgram, id: ValueId) -> (ValueId, Option<ValueId>) {
    let value = program.value(id);
    match (&value.operation, value.operands.as_slice()) {
        (BoundOperation::Elementwise(Function::Select), [condition, shown, other])
            if program.value(*other).knowledge == Knowledge::Public =>
        {
            (*shown, Some(*condition))
        }
        _ => (id, None),
    }
}

/// The value that a condition demands to be at least two.
fn demanded(program: &BoundProgram, condition: ValueId) -> Option<ValueId> {
    let value = program.value(condition);
    let BoundOperation::Elementwise(function) = value.operation else { return None };
    let bound = |id: ValueId| program.value(id).range.single();
    let (low, high) = (value.operands.first().copied()?, value.operands.get(1).copied()?);
    match function {
        Function::Ge => bound(high).filter(|n| *n >= 2).map(|_| low),
        Function::Gt => bound(high).filter(|n| *n >= I256::ONE).map(|_| low),
        Function::Le => bound(low).filter(|n| *n >= 2).map(|_| high),
        Function::Lt => bound(low).filter(|n| *n >= I256::ONE).map(|_| high),
        _ => None,
    }
}

/// The columns that group a value's rows, if it is nothing but such numbers of all members added up.
fn grouped_by(program: &BoundProgram, id: ValueId, is_grouped: impl Fn(&BoundOperation) -> bool) -> Option<Groups> {
    let (mut groups, mut open) = (Groups::new(), vec![id]);
    while let Some(id) = open.pop() {
        let Value { operation, operands, .. } = program.value(id);
        match operation {
            grouped if is_grouped(grouped) => drop(groups.insert(operands[0])),
            BoundOperation::Share | BoundOperation::Reveal { .. } | BoundOperation::Within => open.push(operands[0]),
            BoundOperation::Fold(Reduction::Sum) => open.extend(operands),
            _ => return None,
        }
    }
    Some(groups)
}
