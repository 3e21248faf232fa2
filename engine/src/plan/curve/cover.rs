//! Whether what is opened inside a protocol is checked before anything leaves it.

use std::collections::BTreeSet;

use quorate_circuits::bind::{BoundOperation, BoundProgram, CurveOperation, ValueId};

use super::leaves::{at, operation};

/// Checks that every scalar that one wrong message can make wrong (an opened one, or a public one that was kept when
/// it was opened) flows into an `assert` if anything that depends on it is shown.
///
/// # Errors
/// An output that no assert covers.
pub(super) fn check_covered(program: &BoundProgram) -> Result<(), String> {
    for id in program.ids().filter(|id| is_unchecked(program, *id)) {
        let dependents = dependents(program, id);
        let covered = dependents.iter().any(|d| matches!(program.value(*d).operation, BoundOperation::Assert { .. }));
        let shown = dependents.iter().find(|d| matches!(program.value(**d).operation, BoundOperation::Output { .. }));
        if let (false, Some(shown)) = (covered, shown) {
            let line = program.value(id).span.line;
            let why = format!("this output depends on what line {line} opens, and no assert checks that");
            return Err(at(program, *shown, &why));
        }
    }
    Ok(())
}

fn is_unchecked(program: &BoundProgram, id: ValueId) -> bool {
    match operation(program, id) {
        Some(CurveOperation::Open) => true,
        Some(CurveOperation::Held(held)) => program.held[*held].public && program.held[*held].record != "key",
        _ => false,
    }
}

/// All values that depend on one.
fn dependents(program: &BoundProgram, of: ValueId) -> BTreeSet<ValueId> {
    let mut found = BTreeSet::from([of]);
    for id in program.ids().filter(|id| id.0 > of.0) {
        if program.value(id).operands.iter().any(|operand| found.contains(operand)) {
            found.insert(id);
        }
    }
    found
}
