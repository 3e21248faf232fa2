//! Whether a sort is a network, or left to a protocol that permutes secretly.

use quorate_circuits::bind::{BoundOperation, BoundProgram, Extent, Knowledge, Value, ValueId};

use super::Style;
use super::assign::Assignment;
use crate::protocol::replicated::{BYTES_OF_A_ROUND, sort_weight};

/// Rows that are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rows {
    pub(super) rows: usize,
    pub(super) row: usize,
}

/// The keys of a sort, and what is put in their order.
pub(super) fn operands(value: &Value) -> Option<(ValueId, ValueId)> {
    match (&value.operation, value.operands.as_slice()) {
        (BoundOperation::Sorted, [_, keys, .., moved]) => Some((*keys, *moved)),
        (BoundOperation::Sorted, [_, keys]) => Some((*keys, *keys)),
        _ => None,
    }
}

/// The rows of keys.
pub(super) fn rows(keys: &Value) -> Rows {
    let row = match keys.shape.0.last() {
        Some(Extent::Known { length, .. }) => *length,
        _ => 1,
    };
    Rows { rows: keys.shape.length().unwrap_or(0) / row.max(1), row }
}

/// Whether a value is a sort that its protocol does by permutations: where it can, and that weighs less than a network
/// of comparisons. Short rows of wide keys have little to compare.
pub(super) fn is_by_permutations(program: &BoundProgram, value: &Value, style: Style) -> bool {
    let Some((keys, moved)) = operands(value).filter(|_| style.sorts && value.knowledge == Knowledge::Secret) else {
        return false;
    };
    let (alone, keys, moved) = (keys == moved, program.value(keys), program.value(moved));
    let Rows { rows, row } = rows(keys);
    let moved_bits = if alone { 0 } else { moved.bits() };
    rows * row > 0 && sort_weight(rows, row, keys.bits() as usize) < network_weight(rows, row, keys.bits(), moved_bits)
}

/// Rounds and bytes of a network, as [`sort_weight`] counts them: each layer is a comparison and a choice.
fn network_weight(rows: usize, row: usize, key_bits: u32, moved_bits: u32) -> u64 {
    let halvings = u64::from(row.next_power_of_two().ilog2());
    let layers = halvings * (halvings + 1) / 2;
    let pairs = (rows * row.next_power_of_two() / 2) as u64;
    // With something to move, keys have their positions below them.
    let compared = u64::from(key_bits) + if moved_bits == 0 { 0 } else { halvings };
    let depth = u64::from((compared.max(1) + 1).next_power_of_two().ilog2()) + 1;
    let gates = 3 * compared + u64::from(moved_bits);
    layers * (depth * BYTES_OF_A_ROUND + pairs * gates / 8)
}

/// All sorts of a program, and what they leave unread: plain values that networks alone read which are not run.
pub(super) struct Sorts {
    /// By permutations.
    pub(super) by_permutations: Vec<ValueId>,
    unread: Vec<bool>,
}

impl Sorts {
    pub(super) fn of(program: &BoundProgram, assignment: &Assignment, style: Style) -> Self {
        let is_sort = |id: &ValueId| is_by_permutations(program, program.value(*id), style);
        let by_permutations: Vec<ValueId> = program.ids().filter(is_sort).collect();
        let unread =
            if by_permutations.is_empty() { Vec::new() } else { unread(program, assignment, &by_permutations) };
        Self { by_permutations, unread }
    }

    pub(super) fn leave_unread(&self, id: ValueId) -> bool {
        self.unread.get(id.0).is_some_and(|unread| *unread)
    }
}

/// By value: whether others read it, none of which is computed.
fn unread(program: &BoundProgram, assignment: &Assignment, by_permutations: &[ValueId]) -> Vec<bool> {
    let mut used = vec![false; program.values.len()];
    let mut read = vec![false; program.values.len()];
    for id in program.ids().collect::<Vec<_>>().into_iter().rev() {
        let value = program.value(id);
        let is_effect = matches!(value.operation, BoundOperation::Reveal { .. } | BoundOperation::Assert { .. });
        let is_computed = match value.knowledge {
            Knowledge::Secret => is_effect || assignment.arithmetic[id.0] || assignment.boolean[id.0],
            _ => read[id.0] || !used[id.0],
        };
        let skipped = usize::from(by_permutations.binary_search(&id).is_ok());
        value.operands.iter().for_each(|operand| used[operand.0] = true);
        if is_computed {
            value.operands.iter().skip(skipped).for_each(|operand| read[operand.0] = true);
        }
    }
    used.into_iter().zip(read).map(|(used, read)| used && !read).collect()
}
