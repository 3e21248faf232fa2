//! What is declared, before anything is computed: invariants 1 to 3.

use std::collections::HashSet;

use super::records::{bytes_are_sound, default_is_sound, functions_are_of_numbers, records_are_sound};
use super::{GREATEST, LONGEST, MOST_MEMBERS, MOST_ROLES, interval_is_sound, is_name, literal_is_sound};
use crate::program::draft::Draft;
use crate::program::{
    Bound, Definition, DefinitionId, Diagnostic, Dimension, ElementType, InputDeclaration, Interval, Node, NodeId,
    Operation, ParameterKind, Role, RoleId, Span,
};

/// How deep functions may call functions.
const DEEPEST_CALLS: usize = 32;

pub(in crate::program) fn declarations(draft: &Draft) -> Result<(), Diagnostic> {
    let begins_with_letter = |part: &str| part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !is_name(&draft.name.replace('-', "_")) || !draft.name.split('-').all(begins_with_letter) {
        return Err(Diagnostic::new(draft.name_span, format!("{:?} cannot name a program", draft.name))
            .hint("use letters, digits, hyphens and underscores; begin with a letter, also after a hyphen"));
    }
    unique_names(draft)?;
    records_are_sound(draft)?;
    functions_are_of_numbers(draft)?;
    for parameter in &draft.parameters {
        parameter_is_sound(&parameter.kind, &parameter.name, parameter.span)?;
    }
    roles_are_sound(draft)?;
    for size in &draft.sizes {
        if size.greatest > LONGEST {
            return Err(Diagnostic::new(size.span, format!("{} can be too large", size.name))
                .hint(format!("at most {LONGEST}")));
        }
        if size.least > size.greatest {
            return Err(Diagnostic::new(size.span, format!("the least value of {} is above its greatest", size.name)));
        }
        if size.of.is_some_and(|role| draft.roles[role.0].count.is_none()) {
            return Err(Diagnostic::new(
                size.span,
                format!("{} is measured by member, but its role is no family", size.name),
            ));
        }
    }
    for input in &draft.inputs {
        for dimension in &input.dimensions {
            dimension_is_sound(draft, input.role, *dimension, input.span)?;
        }
        element_is_sound(input.element, input.interval, input.span)?;
    }
    Ok(())
}

fn element_is_sound(element: ElementType, interval: Option<Interval>, span: Span) -> Result<(), Diagnostic> {
    if let Some(interval) = interval {
        interval_is_sound(&interval, span)?;
    }
    match element {
        ElementType::Fixed(Bound::Literal(decimals))
            if decimals.decimals > 0 || !(0..=18).contains(&decimals.mantissa.as_i128()) =>
        {
            Err(Diagnostic::new(span, "a fixed-point number has between 0 and 18 decimals"))
        }
        ElementType::Unsigned(bits) | ElementType::Signed(bits) if !matches!(bits, 8 | 16 | 32 | 64 | 128) => {
            Err(Diagnostic::new(span, format!("integers of {bits} bits do not exist")).hint("use 8, 16, 32, 64 or 128"))
        }
        _ => Ok(()),
    }
}

fn unique_names(draft: &Draft) -> Result<(), Diagnostic> {
    let mut seen = HashSet::new();
    let mut declare = |name: &str, span: Span| {
        if !is_name(name) {
            return Err(Diagnostic::new(span, format!("{name:?} cannot be a name"))
                .hint("use letters, digits and underscores, beginning with a letter, and no keyword"));
        }
        if seen.insert(name.to_owned()) {
            Ok(())
        } else {
            Err(Diagnostic::new(span, format!("{name} is declared twice")).hint("choose another name for one of them"))
        }
    };
    for p in &draft.parameters {
        declare(&p.name, p.span)?;
    }
    for r in &draft.roles {
        declare(&r.name, r.span)?;
    }
    for s in &draft.sizes {
        declare(&s.name, s.span)?;
    }
    for (id, node) in draft.body.nodes.iter().enumerate() {
        if let Some(name) = &node.name {
            declare(name, node.span)?;
        }
        if let Operation::Reveal { name, .. } | Operation::Output { name } = &node.operation
            && !shows_its_own_name(&draft.body.nodes, NodeId(id))
        {
            declare(name, node.span)?;
        }
    }
    functions_are_sound(draft)?;
    let mut inputs = HashSet::new();
    for input in &draft.inputs {
        let sound = match input.column() {
            Some((table, column)) => is_name(table) && is_name(column) && input.dimensions.len() == 1,
            None => is_name(&input.name),
        };
        if !sound {
            return Err(Diagnostic::new(input.span, format!("{:?} cannot be a name", input.name)));
        }
        let table = input.column().map_or(input.name.as_str(), |(table, _)| table);
        let beside = draft.inputs.iter().filter(|other| other.role == input.role && other.name != input.name);
        let clashes = |other: &&InputDeclaration| match other.column() {
            Some((name, _)) => name == table && other.dimensions != input.dimensions,
            None => input.column().is_some() && other.name == table,
        };
        if beside.clone().any(|other| clashes(&other)) {
            let message = format!("{table} is the name of a table and of something of another length");
            return Err(Diagnostic::new(input.span, message).hint("choose another name for one of them"));
        }
        if !inputs.insert((input.role, input.name.clone())) {
            return Err(Diagnostic::new(
                input.span,
                format!("{}.{} is declared twice", draft.roles[input.role.0].name, input.name),
            ));
        }
    }
    Ok(())
}

/// `output r = r`: the name stands for the value, and for its output where nothing else is made of that.
fn shows_its_own_name(nodes: &[Node], id: NodeId) -> bool {
    let Node { operation: Operation::Output { name }, operands, .. } = &nodes[id.0] else { return false };
    let shown = operands.first().and_then(|operand| nodes[operand.0].name.as_ref());
    shown == Some(name) && !nodes.iter().any(|node| node.operands.contains(&id))
}

/// Functions, circuits and the language's own functions share one space of names; a body has its own.
fn functions_are_sound(draft: &Draft) -> Result<(), Diagnostic> {
    let mut seen: HashSet<&str> = crate::text::function_names().collect();
    let circuits = draft.circuits.iter().map(|c| (c.name.as_str(), c.span));
    for (name, span) in circuits.chain(draft.definitions.iter().map(|d| (d.name.as_str(), d.span))) {
        if !is_name(name) {
            return Err(Diagnostic::new(span, format!("{name:?} cannot name a function")));
        }
        if !seen.insert(name) {
            return Err(Diagnostic::new(span, format!("there is a function {name} already")));
        }
    }
    nesting_is_sound(&draft.definitions)?;
    for definition in &draft.definitions {
        let parameters = definition.parameters.iter();
        let names = parameters.chain(definition.nodes.iter().filter_map(|node| node.name.as_ref()));
        let mut seen: HashSet<&String> = draft.parameters.iter().map(|p| &p.name).collect();
        for name in names {
            if !is_name(name) || !seen.insert(name) {
                let message =
                    format!("{name} cannot be a name here: it is declared already, or a word of the language");
                return Err(Diagnostic::new(definition.span, message));
            }
        }
    }
    Ok(())
}

/// Functions that call functions cost stack wherever a program is read.
fn nesting_is_sound(definitions: &[Definition]) -> Result<(), Diagnostic> {
    let mut depths: Vec<usize> = Vec::with_capacity(definitions.len());
    for definition in definitions {
        let called = definition.nodes.iter().filter_map(|node| node.operation.definition());
        let depth = called.map(|DefinitionId(id)| depths[id] + 1).max().unwrap_or(0);
        if depth > DEEPEST_CALLS {
            let message = format!("functions call each other more than {DEEPEST_CALLS} deep");
            return Err(Diagnostic::new(definition.span, message));
        }
        depths.push(depth);
    }
    Ok(())
}

fn parameter_is_sound(kind: &ParameterKind, name: &str, span: Span) -> Result<(), Diagnostic> {
    match kind {
        ParameterKind::Number { least, greatest, default } => {
            if least > greatest {
                return Err(Diagnostic::new(span, format!("the least value of {name} is above its greatest")));
            }
            if *greatest > GREATEST {
                return Err(Diagnostic::new(span, format!("{greatest} is too large for a parameter"))
                    .hint(format!("at most {GREATEST}")));
            }
            if default.is_some_and(|d| d < *least || d > *greatest) {
                return Err(Diagnostic::new(span, format!("the default of {name} is outside {least}..={greatest}")));
            }
        }
        ParameterKind::List { least, greatest, default, element, interval } => {
            element_is_sound(*element, *interval, span)?;
            default.iter().try_for_each(|literal| literal_is_sound(literal, span))?;
            if least > greatest || *least == 0 || *greatest > LONGEST {
                return Err(Diagnostic::new(
                    span,
                    format!("{name} needs lengths from at least 1 up to at least as many"),
                )
                .hint(format!("at most {LONGEST}")));
            }
            if (default.len() as u64) < *least || default.len() as u64 > *greatest {
                return Err(Diagnostic::new(
                    span,
                    format!("the default of {name} has not between {least} and {greatest} numbers"),
                ));
            }
        }
        ParameterKind::Roles { default } if default.is_empty() => {
            return Err(Diagnostic::new(span, format!("{name} names no role")));
        }
        ParameterKind::Roles { .. } | ParameterKind::Structure | ParameterKind::Scalar { default: None, .. } => {}
        ParameterKind::Bytes { least, greatest } => bytes_are_sound(*least, *greatest, name, span)?,
        ParameterKind::Scalar { default: Some(default), .. } => default_is_sound(default, name, span)?,
    }
    Ok(())
}

fn roles_are_sound(draft: &Draft) -> Result<(), Diagnostic> {
    let families: HashSet<&str> = draft.roles.iter().filter(|r| r.count.is_some()).map(|r| r.name.as_str()).collect();
    let mut count = 0;
    for role in &draft.roles {
        count += members(draft, role)?;
        if count > MOST_ROLES {
            return Err(Diagnostic::new(
                role.span,
                format!("more than {MOST_ROLES} roles, counting all members of families"),
            ));
        }
        let numbered = role.name.rsplit_once('_').filter(|(_, n)| n.parse::<u64>().is_ok());
        if let Some((family, _)) = numbered.filter(|(family, _)| families.contains(family)) {
            return Err(Diagnostic::new(role.span, format!("{} is the name of a member of {family}", role.name)));
        }
    }
    Ok(())
}

/// The most members of a role's family; 1 for a role that is no family.
fn members(draft: &Draft, role: &Role) -> Result<u64, Diagnostic> {
    let Some(count) = role.count else { return Ok(1) };
    match draft.parameters[count.0].kind {
        ParameterKind::Number { least, greatest, .. } if least >= 1 && greatest <= MOST_MEMBERS => Ok(greatest),
        _ => Err(Diagnostic::new(
            role.span,
            format!("{} needs a parameter between 1 and {MOST_MEMBERS} for its number", role.name),
        )),
    }
}

fn dimension_is_sound(draft: &Draft, role: RoleId, dimension: Dimension, span: Span) -> Result<(), Diagnostic> {
    let fits = match dimension {
        Dimension::Constant(n) => (1..=LONGEST).contains(&n),
        Dimension::Parameter(p) => {
            matches!(draft.parameters[p.0].kind, ParameterKind::Number { greatest, .. } if greatest <= LONGEST)
        }
        Dimension::Size(s) => draft.sizes[s.0].of.is_none_or(|of| of == role),
        Dimension::Total(s) => draft.sizes[s.0].of.is_some() && !draft.sizes[s.0].private,
        Dimension::Intervals(p) | Dimension::Length(p) => {
            matches!(draft.parameters[p.0].kind, ParameterKind::List { .. })
        }
    };
    if fits { Ok(()) } else { Err(Diagnostic::new(span, "this size does not fit the role of the input")) }
}
