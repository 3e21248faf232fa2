//! Of programs on curves: what is opened inside the protocol and what checks it, what is held, what is kept.
//!
//! The numeric test for solvable inputs says nothing here: such a program has no inputs, and whether an opened scalar is
//! as good as random is a matter of the scheme's proof.

use std::collections::HashSet;

use super::lints::{Lint, below};
use crate::bind::{BoundOperation, BoundProgram, CurveOperation, Delivery, Knowledge, Sharing, ValueId};
use crate::program::{Function, HeldDeclaration, Kind, Operation};

/// A secret scalar that is opened inside the protocol, or its point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Its name in the program, if it has one.
    pub name: Option<String>,
    /// The line that opens it.
    pub line: u32,
    /// What everybody learns of it, in words.
    pub what: String,
    /// The lines of the asserts that depend on it: a wrong one stops the session there.
    pub checked_on: Vec<u32>,
    /// Where it is kept: the program that takes it over has to check it.
    pub kept_as: Vec<String>,
}

/// What is taken over from an earlier session, or kept for a later one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// Record and field.
    pub name: String,
    /// What it is and who has it, in words.
    pub what: String,
}

/// In order of statements.
pub(super) fn opened(program: &BoundProgram) -> Vec<Opened> {
    let checks: Vec<(u32, HashSet<ValueId>)> = program
        .ids()
        .filter(|id| is_check(&program.value(*id).operation))
        .map(|id| (program.value(id).span.line, below(program, [id])))
        .collect();
    let kept: Vec<(String, HashSet<ValueId>)> =
        program.kept().map(|(name, id, _)| (name, below(program, [id]))).collect();
    let opens = program.ids().filter(|id| is_open(&program.value(*id).operation));
    opens.zip(names(program)).map(|(id, name)| one(program, id, name, &checks, &kept)).collect()
}

fn one(
    program: &BoundProgram,
    id: ValueId,
    name: Option<String>,
    checks: &[(u32, HashSet<ValueId>)],
    kept: &[(String, HashSet<ValueId>)],
) -> Opened {
    let value = program.value(id);
    let what = match (value.operation == BoundOperation::Curve(CurveOperation::Open), value.shape.length()) {
        (true, Some(1)) => "the scalar".to_owned(),
        (false, Some(1)) => "the point of the scalar".to_owned(),
        (true, count) => format!("{} scalars", count.unwrap_or(0)),
        (false, count) => format!("the points of {} scalars", count.unwrap_or(0)),
    };
    let checked_on = checks.iter().filter(|(_, below)| below.contains(&id)).map(|(line, _)| *line).collect();
    let kept_as = kept.iter().filter(|(_, below)| below.contains(&id)).map(|(name, _)| name.clone()).collect();
    Opened { name, line: value.span.line, what, checked_on, kept_as }
}

/// The names of what is opened. No function of a program opens anything, so nodes and values are in the same order.
fn names(program: &BoundProgram) -> impl Iterator<Item = Option<String>> {
    let opens = |operation: &Operation| matches!(operation, Operation::Call(function) if matches!(function, Function::Open | Function::OpenPoint));
    program.program.nodes().iter().filter(move |node| opens(&node.operation)).map(|node| node.name.clone())
}

fn is_open(operation: &BoundOperation) -> bool {
    matches!(operation, BoundOperation::Curve(CurveOperation::Open | CurveOperation::OpenPoint))
}

fn is_check(operation: &BoundOperation) -> bool {
    matches!(operation, BoundOperation::Assert { .. } | BoundOperation::Curve(CurveOperation::AssertPoint { .. }))
}

/// In order of declaration.
pub(super) fn held(program: &BoundProgram) -> Vec<Carried> {
    let declared = program.program.held();
    let carried = |(held, declared): (&crate::bind::BoundHeld, &HeldDeclaration)| {
        let by = declared.by.map(|role| program.program.roles()[role.0].name.as_str());
        let known = match (held.public, by) {
            (true, _) => "known to all".to_owned(),
            (false, None) => "in shares, a whole one is nowhere".to_owned(),
            (false, Some(role)) => format!("in shares that {role} has, a whole one is nowhere"),
        };
        Carried { name: held.name(), what: format!("{}: {known}", held.kind) }
    };
    program.held.iter().zip(declared).map(carried).collect()
}

/// In order of statements.
pub(super) fn kept(program: &BoundProgram) -> Vec<Carried> {
    let carried = |(name, id, sharing): (String, ValueId, Option<Sharing>)| {
        let value = program.value(id);
        let how = match (&value.knowledge, sharing, delivery(program, id)) {
            (Knowledge::Secret, Some(Sharing { access, purpose, .. }), _) => {
                let who = match access.plain_threshold() {
                    Some(threshold) => format!("any {threshold} of {} parties", access.holders()),
                    None => format!("{access} of the parties, numbered in the order of their roles,"),
                };
                format!("in shares for {}, of which {who} can make use", purpose.name())
            }
            (Knowledge::Secret, None, Some(Delivery { to, share: Some((index, purpose)) })) => {
                let role = &program.roles[to.0];
                format!(
                    "share {index} of the sharing that it is held under, for {}; {role} alone gets it",
                    purpose.name()
                )
            }
            (Knowledge::Secret, None, Some(Delivery { to, share: None })) => {
                let role = &program.roles[to.0];
                format!("as a WHOLE by {role} alone: from then on the secret exists in one place")
            }
            (Knowledge::Secret, None, None) => "in shares, of which all parties together can make use".to_owned(),
            _ => "known to all".to_owned(),
        };
        let count = match value.shape.length() {
            Some(count) if count != 1 => format!("{count} of "),
            _ => String::new(),
        };
        Carried { name, what: format!("{count}{}: {how}", value.kind) }
    };
    program.kept().map(carried).collect()
}

fn delivery(program: &BoundProgram, id: ValueId) -> Option<Delivery> {
    match &program.value(id).operation {
        BoundOperation::Curve(CurveOperation::Keep { delivery, .. }) => *delivery,
        _ => None,
    }
}

/// What is opened without a check, held or drawn without a use.
pub(super) fn lints(program: &BoundProgram) -> Vec<Lint> {
    let mut lints = Vec::new();
    let scalar = |id: &ValueId| program.value(*id).operation == BoundOperation::Curve(CurveOperation::Open);
    let opens = program.ids().filter(|id| is_open(&program.value(*id).operation));
    for (_, opened) in opens.zip(opened(program)).filter(|(id, _)| scalar(id)) {
        if opened.checked_on.is_empty() && opened.kept_as.is_empty() {
            lints.push(Lint::UncheckedOpen { name: opened.name, line: opened.line });
        }
    }
    let effects = program.ids().filter(|id| {
        let operation = &program.value(*id).operation;
        let kept = matches!(operation, BoundOperation::Curve(CurveOperation::Keep { .. }));
        kept || is_check(operation) || matches!(operation, BoundOperation::Output { .. })
    });
    let used = below(program, effects);
    let used_held: HashSet<usize> = used
        .iter()
        .filter_map(|id| match program.value(*id).operation {
            BoundOperation::Curve(CurveOperation::Held(position)) => Some(position),
            _ => None,
        })
        .collect();
    let unused = (0..program.held.len()).filter(|position| !used_held.contains(position));
    lints.extend(unused.map(|position| Lint::UnusedHeld { name: program.held[position].name() }));
    for id in program.ids().filter(|id| !used.contains(id)) {
        let value = program.value(id);
        if let BoundOperation::Curve(CurveOperation::Random { .. }) = value.operation {
            lints.push(Lint::UnusedRandom { line: value.span.line });
        }
    }
    lints
}

/// What an output is.
pub(super) fn kind_in_words(kind: Kind, count: Option<usize>) -> Option<String> {
    let curve = kind.curve()?;
    let what = if matches!(kind, Kind::Scalar(_)) { "scalar" } else { "point" };
    Some(match count {
        Some(1) => format!("a {what} of {curve}"),
        count => format!("{} {what}s of {curve}", count.unwrap_or(0)),
    })
}
