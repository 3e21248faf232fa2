//! Whether what is opened inside a protocol is checked before anything leaves it.
//!
//! A wrong message makes an opened scalar wrong by an amount that its sender chooses. So everything that is shown must
//! depend on such scalars through values that an assert pins: a value is **pinned** if one side of an equality that is
//! asserted depends on opened scalars through it alone, the other side depends on none, and that side is another one for
//! another value. In a signature this is `s`.

use std::collections::{BTreeMap, BTreeSet};

use quorate_circuits::bind::{BoundOperation, BoundProgram, CurveOperation, Knowledge, ValueId};
use quorate_circuits::clear::{self, Column};
use quorate_circuits::curve::{Point, Scalar};
use quorate_circuits::program::Kind;

use super::leaves::{KEY, at, length, operation};
use crate::crypto::{SessionId, Transcript};

/// Checks that whatever is shown depends on scalars that one wrong message can make wrong (opened ones, and public ones
/// that were kept when they were opened) through pinned values alone.
///
/// # Errors
/// An output that no assert covers, or a point that is kept.
pub(super) fn check_covered(program: &BoundProgram) -> Result<(), String> {
    let unchecked: Vec<ValueId> = program.ids().filter(|id| is_unchecked(program, *id)).collect();
    let pinned = pinned(program, &unchecked);
    for source in unchecked {
        let reached = reached(program, &[source], &pinned);
        if let Some(shown) = reached.iter().find(|id| is_shown(program, **id)) {
            let line = program.value(source).span.line;
            let why = format!("this depends on what line {line} opens, and no assert checks that");
            return Err(at(program, *shown, &why));
        }
    }
    Ok(())
}

/// Checks that no sum is opened whose public coefficients depend on a scalar that one wrong message can make wrong: each
/// honest party could open another sum then.
///
/// # Errors
/// The first such opening.
pub(super) fn check_independent(program: &BoundProgram) -> Result<(), String> {
    for source in program.ids().filter(|id| is_unchecked(program, *id)) {
        let reached = reached(program, &[source], &BTreeSet::new());
        let opens = |id: &&ValueId| {
            matches!(operation(program, **id), Some(CurveOperation::Open | CurveOperation::OpenPoint)) && **id != source
        };
        if let Some(opened) = reached.iter().find(opens) {
            let line = program.value(source).span.line;
            let why = format!("what this opens depends on what line {line} opens, which nothing has checked by then");
            return Err(at(program, *opened, &why));
        }
    }
    Ok(())
}

fn is_unchecked(program: &BoundProgram, id: ValueId) -> bool {
    match operation(program, id) {
        Some(CurveOperation::Open) => true,
        // Points are opened by commitments that everybody heard alike, and are kept only if nothing unchecked is in them.
        Some(CurveOperation::Held(held)) => {
            let held = &program.held[*held];
            held.public && held.record != KEY && matches!(held.kind, Kind::Scalar(_))
        }
        _ => false,
    }
}

fn is_shown(program: &BoundProgram, id: ValueId) -> bool {
    let value = program.value(id);
    match &value.operation {
        BoundOperation::Output { .. } => true,
        BoundOperation::Curve(CurveOperation::Keep { .. }) => matches!(value.kind, Kind::Point(_)),
        _ => false,
    }
}

/// All values that depend on `sources` on a way that leads through none of `without`.
fn reached(program: &BoundProgram, sources: &[ValueId], without: &BTreeSet<ValueId>) -> BTreeSet<ValueId> {
    let mut found: BTreeSet<ValueId> = sources.iter().filter(|id| !without.contains(id)).copied().collect();
    for id in program.ids().filter(|id| !without.contains(id)) {
        if program.value(id).operands.iter().any(|operand| found.contains(operand)) {
            found.insert(id);
        }
    }
    found
}

/// All pinned values.
fn pinned(program: &BoundProgram, unchecked: &[ValueId]) -> BTreeSet<ValueId> {
    let all = reached(program, unchecked, &BTreeSet::new());
    let mut pinned = BTreeSet::new();
    for [one, other] in program.ids().filter_map(|id| asserted(program, id)) {
        let side = match (all.contains(&one), all.contains(&other)) {
            (true, false) => one,
            (false, true) => other,
            _ => continue,
        };
        let alone = |id: &ValueId| !reached(program, unchecked, &BTreeSet::from([*id])).contains(&side);
        // Each is a function of the one before: if the side differs with the first, it differs with all.
        let on_the_way: Vec<ValueId> = all.iter().filter(|id| **id <= side).copied().filter(alone).collect();
        if on_the_way.first().is_some_and(|first| differs(program, *first, side)) {
            pinned.extend(on_the_way);
        }
    }
    pinned
}

/// The two sides of an equality that is asserted.
fn asserted(program: &BoundProgram, id: ValueId) -> Option<[ValueId; 2]> {
    let value = program.value(id);
    let equality = match &value.operation {
        BoundOperation::Assert { .. } => program.value(value.operands[0]),
        BoundOperation::Curve(CurveOperation::AssertPoint { .. }) => value,
        _ => return None,
    };
    let is_equality =
        matches!(equality.operation, BoundOperation::Curve(CurveOperation::Equal | CurveOperation::AssertPoint { .. }));
    is_equality.then(|| [equality.operands[0], equality.operands[1]])
}

/// Whether `side` is another one if `value` is: tried once, with everything else arbitrary.
fn differs(program: &BoundProgram, value: ValueId, side: ValueId) -> bool {
    let [one, other] = [1, 2].map(|attempt| tried(program, (value, attempt), side));
    one.is_some() && other.is_some() && one != other
}

fn tried(program: &BoundProgram, (varied, attempt): (ValueId, u64), side: ValueId) -> Option<Column> {
    let mut columns: BTreeMap<ValueId, Column> = BTreeMap::new();
    for id in program.ids().take_while(|id| *id <= side) {
        let value = program.value(id);
        let is_given = matches!(
            operation(program, id),
            Some(
                CurveOperation::Held(_)
                    | CurveOperation::Coin { .. }
                    | CurveOperation::Open
                    | CurveOperation::OpenPoint
            )
        );
        let column = if id == varied {
            arbitrary(program, id, attempt)
        } else if is_given && value.knowledge == Knowledge::Public {
            arbitrary(program, id, 0)
        } else {
            let operands: Option<Vec<&Column>> = value.operands.iter().map(|operand| columns.get(operand)).collect();
            let computed = matches!(value.kind, Kind::Scalar(_) | Kind::Point(_) | Kind::Bytes)
                .then_some(operands)
                .flatten()
                .and_then(|operands| clear::apply(program, value, &operands).ok());
            match computed {
                Some(column) => column,
                None => continue,
            }
        };
        columns.insert(id, column);
    }
    columns.remove(&side)
}

/// Some scalars or points.
fn arbitrary(program: &BoundProgram, id: ValueId, attempt: u64) -> Column {
    let kind = program.value(id).kind;
    let scalars = |curve| {
        (0..length(program, id)).map(move |element| {
            let mut bytes = [0; 64];
            Transcript::new("quorate 2026 arbitrary values", &SessionId([0; 32]))
                .append_u64("value", id.0 as u64)
                .append_u64("element", element as u64)
                .append_u64("attempt", attempt)
                .fill(&mut bytes);
            Scalar::from_uniform(curve, &bytes)
        })
    };
    match kind {
        Kind::Scalar(curve) => Column::Scalars(scalars(curve).collect()),
        Kind::Point(curve) => Column::Points(scalars(curve).map(|scalar| Point::base(&scalar)).collect()),
        _ => Column::Bytes(Vec::new()),
    }
}
