//! What a program opens, and computes with again.

use quorate_circuits::bind::{BoundProgram, Knowledge};

/// Whether secrets are computed with public values that follow from what was opened before. (What a party computes by
/// itself of what it learned, and shares anew, is an input like any other.)
pub(super) fn computes_with_opened(program: &BoundProgram) -> bool {
    let mut opened = vec![false; program.values.len()];
    for (id, value) in program.values.iter().enumerate() {
        let follows =
            |knowledge| value.operands.iter().any(|o| opened[o.0] && program.value(*o).knowledge == knowledge);
        if value.knowledge == Knowledge::Secret {
            if follows(Knowledge::Public) {
                return true;
            }
        } else {
            let reveals = value.operands.iter().any(|o| program.value(*o).knowledge == Knowledge::Secret);
            opened[id] = reveals || value.operands.iter().any(|o| opened[o.0]);
        }
    }
    false
}
