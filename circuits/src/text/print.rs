//! A program to its canonical text.

use super::print_body::Body;
use crate::program::{
    Bound, Definition, Dimension, ElementType, Interval, Kind, Literal, Parameter, ParameterKind, Program, Receivers,
    RoleId,
};

/// Writes the canonical form: one statement a line, declarations first, each expression with as few brackets
/// as it needs.
pub fn print(program: &Program) -> String {
    let mut lines = vec![format!("program {}", program.name()), String::new()];
    declarations(program, &mut lines);
    lines.push(String::new());
    lines.extend(Body { program, nodes: program.nodes(), parameters: &[] }.statements());
    lines.join("\n") + "\n"
}

fn declarations(program: &Program, lines: &mut Vec<String>) {
    // Roles name parameters that were declared before them, and role sets name roles: parameters come in their
    // order, each role set after the roles in it, the other roles last. So the text reads back in this order.
    let mut written = 0;
    let mut roles_up_to = |end: usize, lines: &mut Vec<String>| {
        for declared in program.roles().iter().take(end).skip(written) {
            let count = declared.count.map_or(String::new(), |p| format!("[{}]", program.parameters()[p.0].name));
            lines.push(format!("role {}{count}", declared.name));
        }
        written = written.max(end);
    };
    for declared in program.parameters() {
        if let ParameterKind::Roles { default } = &declared.kind {
            roles_up_to(default.iter().map(|r| r.0 + 1).max().unwrap_or(0), lines);
        }
        lines.push(parameter(program, declared));
    }
    roles_up_to(program.roles().len(), lines);
    for size in program.sizes() {
        let private = if size.private { "private " } else { "" };
        let of = size.of.map_or(String::new(), |r| format!("[{}]", program.roles()[r.0].name));
        lines.push(format!("{private}size {}{of} in {}..={}", size.name, number(size.least), number(size.greatest)));
    }
    inputs(program, lines);
    for held in program.held() {
        let public = if held.public && matches!(held.kind, Kind::Scalar(_)) { "public " } else { "" };
        let by = held.by.map_or(String::new(), |role| format!(" by {}", program.roles()[role.0].name));
        lines.push(format!("held {public}{}: {}{by}", held.name(), held.kind));
    }
    for circuit in program.circuits() {
        let digest = crate::digest::hexadecimal(circuit.source.digest());
        lines.push(format!("circuit {} = {} digest \"{digest}\"", circuit.name, quoted(&circuit.origin)));
    }
    program.definitions().iter().for_each(|definition| self::definition(program, definition, lines));
}

/// Inputs one by one, neighbouring columns of a table together.
fn inputs(program: &Program, lines: &mut Vec<String>) {
    let mut open: Option<(RoleId, &str)> = None;
    for input in program.inputs() {
        let role = &program.roles()[input.role.0].name;
        let shape: Vec<String> = input.dimensions.iter().map(|d| dimension(program, *d)).collect();
        let shape = if shape.is_empty() { String::new() } else { format!("[{}]", shape.join(", ")) };
        let range = input.interval.map_or(String::new(), |r| format!(" in {}", interval(program, &r)));
        let rounded = if input.rounded { " rounded" } else { "" };
        let what = format!("{}{range}{rounded}", element_type(program, input.element));
        let table = input.column().map(|(table, _)| (input.role, table));
        if open.is_some() && open != table {
            lines.push("}".to_owned());
        }
        match input.column() {
            Some((table, _)) if open != Some((input.role, table)) => {
                lines.push(format!("table {role}.{table}{shape} {{"))
            }
            _ => {}
        }
        match input.column() {
            Some((_, column)) => lines.push(format!("  {column}: {what}")),
            None => lines.push(format!("input {role}.{}{shape}: {what}", input.name)),
        }
        open = table;
    }
    if open.is_some() {
        lines.push("}".to_owned());
    }
}

/// On one line where the body is one expression, else between braces.
fn definition(program: &Program, definition: &Definition, lines: &mut Vec<String>) {
    let head = format!("function {}({})", definition.name, definition.parameters.join(", "));
    let body = Body { program, nodes: &definition.nodes, parameters: &definition.parameters };
    let mut statements = body.statements();
    if let [only] = statements.as_slice() {
        lines.push(format!("{head} = {}", only.strip_prefix("return ").unwrap_or(only)));
        return;
    }
    lines.push(format!("{head} {{"));
    lines.extend(statements.drain(..).map(|statement| format!("  {statement}")));
    lines.push("}".to_owned());
}

pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn parameter(program: &Program, parameter: &Parameter) -> String {
    let name = &parameter.name;
    match &parameter.kind {
        ParameterKind::Number { least, greatest, default } => {
            let default = default.map_or(String::new(), |d| format!(" default {}", number(d)));
            format!("parameter {name} in {}..={}{default}", number(*least), number(*greatest))
        }
        ParameterKind::List { least, greatest, element, interval: range, default } => {
            let list: Vec<String> = default.iter().map(ToString::to_string).collect();
            let element = element_type(program, *element);
            let range = range.map_or(String::new(), |r| format!(" in {}", interval(program, &r)));
            format!("parameter {name}[{least}..={greatest}]: {element}{range} default [{}]", list.join(", "))
        }
        ParameterKind::Bytes { least, greatest } if least == greatest => format!("parameter {name}: bytes[{least}]"),
        ParameterKind::Bytes { least, greatest } => format!("parameter {name}: bytes[{least}..={greatest}]"),
        ParameterKind::Scalar { curve, default } => {
            let default = default.map_or(String::new(), |d| format!(" default {d}"));
            format!("parameter {name}: scalar({curve}){default}")
        }
        ParameterKind::Structure => format!("parameter {name}: structure"),
        ParameterKind::Roles { default } => format!("parameter {name}: roles default {}", roles(program, default)),
    }
}

fn number(n: u64) -> Literal {
    Literal::integer(n)
}

fn element_type(program: &Program, element: ElementType) -> String {
    match element {
        ElementType::Bit => "bit".into(),
        ElementType::Unsigned(bits) => format!("u{bits}"),
        ElementType::Signed(bits) => format!("i{bits}"),
        ElementType::Fixed(decimals) => format!("fixed({})", bound(program, decimals)),
    }
}

pub(super) fn bound(program: &Program, bound: Bound) -> String {
    match bound {
        Bound::Literal(literal) => literal.to_string(),
        Bound::Parameter(id) => program.parameters()[id.0].name.clone(),
    }
}

pub(crate) fn interval(program: &Program, interval: &Interval) -> String {
    let dots = if interval.inclusive { "..=" } else { ".." };
    format!("{}{dots}{}", bound(program, interval.low), bound(program, interval.high))
}

pub(crate) fn dimension(program: &Program, dimension: Dimension) -> String {
    match dimension {
        Dimension::Constant(n) => n.to_string(),
        Dimension::Parameter(p) => program.parameters()[p.0].name.clone(),
        Dimension::Size(s) => program.sizes()[s.0].name.clone(),
        Dimension::Total(s) => format!("total {}", program.sizes()[s.0].name),
        Dimension::Intervals(p) => format!("intervals of {}", program.parameters()[p.0].name),
        Dimension::Length(p) => format!("length of {}", program.parameters()[p.0].name),
    }
}

fn roles(program: &Program, ids: &[RoleId]) -> String {
    let names: Vec<&str> = ids.iter().map(|r| program.roles()[r.0].name.as_str()).collect();
    names.join(", ")
}

pub(crate) fn receivers(program: &Program, to: &Receivers) -> String {
    match to {
        Receivers::All => "all".into(),
        Receivers::Roles(ids) => roles(program, ids),
        Receivers::Parameter(p) => program.parameters()[p.0].name.clone(),
    }
}
