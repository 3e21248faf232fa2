//! What is held and kept: names of records and fields, and what does not go together with curves.

use std::collections::HashSet;

use super::{MOST_BYTES, is_name};
use crate::program::draft::Draft;
use crate::program::{Bound, Diagnostic, Literal, Node, Operation, ParameterKind, Program, Span};

/// Names of records, once for each field; a record is no role.
pub(super) fn records_are_sound(draft: &Draft) -> Result<(), Diagnostic> {
    let mut held = HashSet::new();
    for declared in &draft.held {
        field_is_sound(draft, (&declared.record, &declared.field), "held", &mut held, declared.span)?;
        if declared.public && declared.by.is_some() {
            return Err(Diagnostic::new(
                declared.span,
                "everybody knows this; `by` says who has the shares of a secret",
            ));
        }
    }
    let mut kept = HashSet::new();
    for node in &draft.body.nodes {
        if let Operation::Keep { record, field, .. } = &node.operation {
            field_is_sound(draft, (record, field), "kept", &mut kept, node.span)?;
        }
    }
    Ok(())
}

fn field_is_sound<'a>(
    draft: &Draft,
    (record, field): (&'a str, &'a str),
    what: &str,
    seen: &mut HashSet<(&'a str, &'a str)>,
    span: Span,
) -> Result<(), Diagnostic> {
    if !is_name(record) || !is_name(field) {
        return Err(Diagnostic::new(span, format!("{record}.{field} cannot be a name"))
            .hint("use letters, digits and underscores, beginning with a letter, and no keyword"));
    }
    if draft.roles.iter().any(|role| role.name == record) {
        return Err(Diagnostic::new(span, format!("{record} is the name of a role and of a record")));
    }
    if !seen.insert((record, field)) {
        return Err(Diagnostic::new(span, format!("{record}.{field} is {what} twice")));
    }
    Ok(())
}

/// Values of curves stay outside of functions.
pub(super) fn functions_are_of_numbers(draft: &Draft) -> Result<(), Diagnostic> {
    let of_curves = |node: &&Node| match &node.operation {
        Operation::Parameter(id) => is_of_curves(&draft.parameters[id.0].kind),
        operation => operation.is_of_curves(),
    };
    for definition in &draft.definitions {
        if let Some(node) = definition.nodes.iter().find(of_curves) {
            let span = if node.span.line == 0 { definition.span } else { node.span };
            return Err(Diagnostic::new(span, "a function works on numbers and bits, not on values of curves")
                .hint("vectors of scalars need no map: + and * work element by element"));
        }
    }
    Ok(())
}

fn is_of_curves(kind: &ParameterKind) -> bool {
    matches!(kind, ParameterKind::Bytes { .. } | ParameterKind::Scalar { .. })
}

pub(super) fn bytes_are_sound(least: u64, greatest: u64, name: &str, span: Span) -> Result<(), Diagnostic> {
    if least > greatest {
        return Err(Diagnostic::new(span, format!("the least length of {name} is above its greatest")));
    }
    if greatest > MOST_BYTES {
        return Err(
            Diagnostic::new(span, format!("{name} can be too long")).hint(format!("at most {MOST_BYTES} bytes"))
        );
    }
    Ok(())
}

pub(super) fn default_is_sound(default: &Literal, name: &str, span: Span) -> Result<(), Diagnostic> {
    super::literal_is_sound(default, span)?;
    if default.decimals > 0 || default.mantissa < 0 {
        return Err(Diagnostic::new(span, format!("the default of {name} is a whole number that is not negative")));
    }
    Ok(())
}

/// A program works on numbers and tables, or on curves: the protocols are others.
pub(super) fn one_part_of_the_language(program: &Program) -> Result<(), Diagnostic> {
    if !program.works_on_curves() {
        return Ok(());
    }
    let what = "a program on curves works on no secret numbers";
    if let Some(input) = program.inputs.first() {
        return Err(Diagnostic::new(input.span, format!("{what}, so that it has no inputs"))
            .hint("what the parties agree on is a parameter, what they keep between sessions is held"));
    }
    let secret = program.nodes.iter().find(|node| matches!(node.operation, Operation::Random { .. }));
    match secret {
        Some(node) => Err(Diagnostic::new(node.span, what).hint("random_scalar(curve) draws a scalar")),
        None => Ok(()),
    }
}

impl Program {
    /// Whether what says by how many something can be used is a parameter that says by whom.
    pub fn is_structure(&self, bound: Bound) -> bool {
        matches!(bound, Bound::Parameter(id) if self.parameters[id.0].kind == ParameterKind::Structure)
    }

    /// Whether it works on scalars, points or bytes.
    pub fn works_on_curves(&self) -> bool {
        !self.held.is_empty()
            || self.parameters.iter().any(|parameter| is_of_curves(&parameter.kind))
            || self.types.iter().any(|ty| ty.kind.is_of_curves())
    }
}

impl Operation {
    /// Whether it is for scalars, points and bytes alone.
    pub fn is_of_curves(&self) -> bool {
        match self {
            Self::Held(_)
            | Self::RandomScalar { .. }
            | Self::Coin(_)
            | Self::Generator(_)
            | Self::DigestScalar(_)
            | Self::AssertPoint { .. }
            | Self::Keep { .. } => true,
            Self::Call(function) => function.is_of_curves(),
            _ => false,
        }
    }
}
