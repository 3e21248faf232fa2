//! Finding the leaves of a program and the rounds of its openings.

use std::collections::BTreeSet;

use quorate_circuits::bind::{BoundOperation, BoundProgram, CurveOperation, Knowledge, ValueId};
use quorate_circuits::curve::CurveName;
use quorate_circuits::program::Kind;

use super::life;
use super::{CurvePlan, HeldNonce, Mask, NewKey, Nonce, Product, Stored};

/// The record of a key.
pub(super) const KEY: &str = "key";

/// What a scalar is that is kept under a threshold.
const NEW_KEY: &str =
    "a new key is one random scalar that is kept, opened as its public key, and used for nothing else";

/// What a protocol has to do for `program`.
///
/// # Errors
/// Something that no protocol over curves does, with its line.
pub(super) fn curve_plan(program: &BoundProgram) -> Result<CurvePlan, String> {
    let mut plan = CurvePlan { openings: openings(program), ..CurvePlan::over(only_curve(program)?) };
    let uses = Uses::of(program);
    for id in program.ids() {
        match operation(program, id) {
            Some(CurveOperation::Random { .. }) => place_random(program, &uses, &mut plan, id)?,
            Some(CurveOperation::OpenPoint) => check_opened_point(program, &uses, &mut plan, id)?,
            Some(CurveOperation::Keep { sharing: Some(_), .. }) => check_new_key(program, id)?,
            Some(CurveOperation::Keep { delivery: Some(_), .. }) => {}
            Some(CurveOperation::Keep { record, .. }) if record == KEY => check_kept_key(program, id)?,
            _ => {}
        }
    }
    for id in program.ids().filter(|id| is_product(program, *id)) {
        add_product(program, &mut plan, id)?;
    }
    life::place(program, &mut plan)?;
    // A random scalar that multiplies nothing and is opened nowhere hides nothing.
    plan.masks.retain(|mask| !mask.products.is_empty());
    Ok(plan)
}

/// The operation on a curve of a value, if it is one.
pub(super) fn operation(program: &BoundProgram, id: ValueId) -> Option<&CurveOperation> {
    match &program.value(id).operation {
        BoundOperation::Curve(operation) => Some(operation),
        _ => None,
    }
}

pub(super) fn is_secret(program: &BoundProgram, id: ValueId) -> bool {
    program.value(id).knowledge == Knowledge::Secret
}

/// Whether a value is the product of two secret ones.
pub(super) fn is_product(program: &BoundProgram, id: ValueId) -> bool {
    let operands = &program.value(id).operands;
    matches!(operation(program, id), Some(CurveOperation::Mul)) && operands.iter().all(|o| is_secret(program, *o))
}

/// All values that depend on one, and itself.
pub(super) fn dependents(program: &BoundProgram, of: ValueId) -> BTreeSet<ValueId> {
    let mut found = BTreeSet::from([of]);
    for id in program.ids().filter(|id| id.0 > of.0) {
        if program.value(id).operands.iter().any(|operand| found.contains(operand)) {
            found.insert(id);
        }
    }
    found
}

/// The leaves of a sum.
pub(super) fn leaves(program: &BoundProgram, id: ValueId) -> BTreeSet<ValueId> {
    let (mut found, mut met) = (BTreeSet::new(), BTreeSet::new());
    let mut left = vec![id];
    while let Some(id) = left.pop() {
        if !is_secret(program, id) || !met.insert(id) {
            continue;
        }
        match operation(program, id) {
            Some(CurveOperation::Random { .. } | CurveOperation::Held(_)) => {
                found.insert(id);
            }
            _ if is_product(program, id) => {
                found.insert(id);
            }
            _ => left.extend(&program.value(id).operands),
        }
    }
    found
}

/// A refusal at a value's line.
pub(super) fn at(program: &BoundProgram, id: ValueId, why: &str) -> String {
    format!("line {}: {why}", program.value(id).span.line)
}

pub(super) fn length(program: &BoundProgram, id: ValueId) -> usize {
    program.value(id).shape.length().unwrap_or(1)
}

pub(super) fn only_curve(program: &BoundProgram) -> Result<CurveName, String> {
    let curve_of = |id: ValueId| match program.value(id).kind {
        Kind::Scalar(curve) | Kind::Point(curve) => Some((curve, id)),
        _ => None,
    };
    let mut curves = program.ids().filter_map(curve_of);
    let Some((first, _)) = curves.next() else { return Err("it computes on no curve".to_owned()) };
    match curves.find(|(curve, _)| *curve != first) {
        Some((other, id)) => Err(at(program, id, &format!("it mixes {other} with {first}"))),
        None => Ok(first),
    }
}

/// By value, those that use it.
struct Uses(Vec<Vec<ValueId>>);

impl Uses {
    fn of(program: &BoundProgram) -> Self {
        let mut uses = vec![Vec::new(); program.values.len()];
        for id in program.ids() {
            for operand in &program.value(id).operands {
                uses[operand.0].push(id);
            }
        }
        Self(uses)
    }
}

/// Decides by its uses what a random scalar is.
fn place_random(program: &BoundProgram, uses: &Uses, plan: &mut CurvePlan, id: ValueId) -> Result<(), String> {
    let users = &uses.0[id.0];
    let find = |wanted: fn(&CurveOperation) -> bool| {
        users.iter().copied().find(|user| operation(program, *user).is_some_and(wanted))
    };
    let point = find(|operation| matches!(operation, CurveOperation::OpenPoint));
    let key = users.iter().find_map(|user| match operation(program, *user) {
        Some(CurveOperation::Keep { sharing: Some(sharing), .. }) => Some((*user, sharing.clone())),
        _ => None,
    });
    let length = length(program, id);
    match (point, key) {
        (Some(point), Some((keep, sharing))) if users.len() == 2 && length == 1 => {
            plan.keys.push(NewKey { value: id, point, keep, sharing });
        }
        (_, Some((keep, _))) => return Err(at(program, keep, NEW_KEY)),
        (Some(point), None) => plan.nonces.push(Nonce { value: id, point, length }),
        (None, None) if users.iter().any(|user| is_product(program, *user)) => {
            plan.masks.push(Mask { value: id, length, products: Vec::new() });
        }
        (None, None) if find(|operation| matches!(operation, CurveOperation::Keep { .. })).is_some() => {
            plan.stored.push(Stored { value: id, length });
        }
        (None, None) => return Err(at(program, id, "this random scalar is neither a nonce, a factor nor kept")),
    }
    Ok(())
}

fn check_opened_point(program: &BoundProgram, uses: &Uses, plan: &mut CurvePlan, id: ValueId) -> Result<(), String> {
    let operand = program.value(id).operands[0];
    let opens = |user: &&ValueId| matches!(operation(program, **user), Some(CurveOperation::OpenPoint));
    if uses.0[operand.0].iter().find(opens) != Some(&id) {
        return Err(at(program, id, "this scalar is opened as a point a second time"));
    }
    match operation(program, operand) {
        Some(CurveOperation::Random { .. }) => Ok(()),
        Some(CurveOperation::Held(held)) if program.held[*held].record != KEY => {
            plan.held_nonces.push(HeldNonce { value: operand, point: id });
            Ok(())
        }
        _ => Err(at(program, id, "only a random scalar or a nonce that is held is opened as a point")),
    }
}

/// What is kept under a threshold.
fn check_new_key(program: &BoundProgram, id: ValueId) -> Result<(), String> {
    match operation(program, program.value(id).operands[0]) {
        // What is held is not made but shared anew: `life.rs` looks at it.
        Some(CurveOperation::Random { .. } | CurveOperation::Held(_)) => Ok(()),
        _ => Err(at(program, id, NEW_KEY)),
    }
}

/// What is kept in a key's record without a threshold: the point of a key that is kept with one.
fn check_kept_key(program: &BoundProgram, id: ValueId) -> Result<(), String> {
    let is_new = |other: ValueId| {
        let keep = matches!(operation(program, other), Some(CurveOperation::Keep { sharing: Some(_), .. }));
        let operands = &program.value(program.value(id).operands[0]).operands;
        keep && operands.first() == program.value(other).operands.first()
    };
    let opened = matches!(operation(program, program.value(id).operands[0]), Some(CurveOperation::OpenPoint));
    let anew = life::is_point_of_anew(program, program.value(id).operands[0]);
    if anew || opened && program.ids().any(is_new) {
        Ok(())
    } else {
        Err(at(program, id, "the record of a key has a scalar that is kept under a threshold, and its point"))
    }
}

fn add_product(program: &BoundProgram, plan: &mut CurvePlan, id: ValueId) -> Result<(), String> {
    let [a, b] = [0, 1].map(|i| program.value(id).operands[i]);
    let mask_of = |plan: &CurvePlan, value: ValueId| plan.masks.iter().position(|mask| mask.value == value);
    let (position, operand) = match (mask_of(plan, a), mask_of(plan, b)) {
        (Some(mask), None) => (mask, b),
        (None, Some(mask)) => (mask, a),
        (Some(_), Some(_)) => return Err(at(program, id, "both factors are random and neither is opened as a point")),
        (None, None) => return Err(at(program, id, "neither factor is a random scalar of its own")),
    };
    plan.masks[position].products.push(Product { value: id, operand });
    Ok(())
}

/// The openings, by how many others each depends on one after the other.
fn openings(program: &BoundProgram) -> Vec<Vec<ValueId>> {
    let mut depth = vec![0usize; program.values.len()];
    let mut rounds: Vec<Vec<ValueId>> = Vec::new();
    for id in program.ids() {
        let before = program.value(id).operands.iter().map(|operand| depth[operand.0]).max().unwrap_or(0);
        let opens = matches!(operation(program, id), Some(CurveOperation::Open));
        depth[id.0] = before + usize::from(opens);
        if opens {
            if rounds.len() <= before {
                rounds.resize_with(before + 1, Vec::new);
            }
            rounds[before].push(id);
        }
    }
    rounds
}
