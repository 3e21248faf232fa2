//! Programs of a key's later life: a held secret is shared anew, or handed to one party.

use quorate_circuits::bind::{BoundProgram, CurveOperation, Members, ValueId};

use super::leaves::{KEY, at, operation};
use super::{CurvePlan, Delivered, Resharing};

const ANEW: &str = "a held secret that is kept anew is checked against its point by assert_point, kept once, and used for nothing else";
const ALONE: &str = "a program that shares a key anew or hands it over does nothing else with secrets";
const WHOSE: &str = "say who has the shares of what is kept anew: held … by ROLE";

/// Whether a value is a held secret of which some parties have the shares.
fn held_by(program: &BoundProgram, id: ValueId) -> Option<Members> {
    match operation(program, id) {
        Some(CurveOperation::Held(held)) => program.held[*held].by,
        _ => None,
    }
}

/// Finds what is shared anew and what is handed over.
///
/// # Errors
/// Anything else that a program does with such secrets, with its line.
pub(super) fn place(program: &BoundProgram, plan: &mut CurvePlan) -> Result<(), String> {
    for keep in program.ids() {
        let Some(CurveOperation::Keep { record, sharing, delivery, .. }) = operation(program, keep) else { continue };
        let value = program.value(keep).operands[0];
        let is_held = matches!(operation(program, value), Some(CurveOperation::Held(_)));
        match (sharing, delivery, held_by(program, value)) {
            (Some(sharing), _, Some(dealers)) => {
                plan.resharings.push(Resharing { value, dealers, keep, sharing: sharing.clone() });
            }
            (None, Some(delivery), Some(helpers)) => {
                if delivery.share.is_some() != (record == KEY && is_of_key(program, value)) {
                    let why = "a share is handed over from and to the record of a key, a whole key to another record";
                    return Err(at(program, keep, why));
                }
                plan.deliveries.push(Delivered { value, helpers, keep, delivery: *delivery });
            }
            (Some(_), _, None) if is_held => return Err(at(program, keep, WHOSE)),
            (None, Some(_), None) => return Err(at(program, keep, WHOSE)),
            _ => {}
        }
    }
    check_uses(program)?;
    let later = plan.resharings.len() + plan.deliveries.len();
    let others = plan.nonces.len() + plan.masks.len() + plan.stored.len() + plan.keys.len() + plan.held_nonces.len();
    if later > 0 && (later > 1 || others > 0 || !plan.openings.is_empty()) {
        let keep = plan.resharings.first().map(|r| r.keep).or(plan.deliveries.first().map(|d| d.keep));
        return Err(keep.map_or_else(|| ALONE.to_owned(), |keep| at(program, keep, ALONE)));
    }
    Ok(())
}

fn is_of_key(program: &BoundProgram, id: ValueId) -> bool {
    matches!(operation(program, id), Some(CurveOperation::Held(held)) if program.held[*held].record == KEY)
}

/// A secret of some parties alone is asserted, and kept anew once.
fn check_uses(program: &BoundProgram) -> Result<(), String> {
    for id in program.ids().filter(|id| held_by(program, *id).is_some()) {
        let (mut asserted, mut kept) = (false, 0);
        for user in program.ids().filter(|user| program.value(*user).operands.contains(&id)) {
            match operation(program, user) {
                Some(CurveOperation::AssertPoint { .. }) => asserted = true,
                Some(CurveOperation::Keep { sharing, delivery, .. }) if sharing.is_some() || delivery.is_some() => {
                    kept += 1
                }
                _ => return Err(at(program, user, ANEW)),
            }
        }
        if !asserted || kept != 1 {
            return Err(at(program, id, ANEW));
        }
    }
    Ok(())
}

/// Whether a point that is kept in a key's record is the one that what is kept anew was checked against.
pub(super) fn is_point_of_anew(program: &BoundProgram, point: ValueId) -> bool {
    let kept_anew = |secret: ValueId| {
        program.ids().any(|keep| {
            matches!(operation(program, keep), Some(CurveOperation::Keep { record, sharing, delivery, .. })
                if record == KEY && (sharing.is_some() || delivery.is_some()))
                && program.value(keep).operands[0] == secret
        })
    };
    program.ids().any(|user| {
        let operands = &program.value(user).operands;
        matches!(operation(program, user), Some(CurveOperation::AssertPoint { .. }))
            && operands[1] == point
            && held_by(program, operands[0]).is_some()
            && kept_anew(operands[0])
    })
}
