//! A program to its canonical text.

use crate::program::{
    Bound, Dimension, ElementType, Interval, Literal, NodeId, Notation, Operation, Parameter, ParameterKind, Program,
    Receivers, RoleId,
};

/// Writes the canonical form: one statement a line, declarations first, each expression with as few brackets
/// as it needs.
pub fn print(program: &Program) -> String {
    let mut lines = vec![format!("program {}", program.name()), String::new()];
    declarations(program, &mut lines);
    lines.push(String::new());
    for (id, node) in program.nodes().iter().enumerate() {
        if node.is_statement() {
            lines.push(statement(program, NodeId(id)));
        }
    }
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
    for input in program.inputs() {
        let shape: Vec<String> = input.dimensions.iter().map(|d| dimension(program, *d)).collect();
        let shape = if shape.is_empty() { String::new() } else { format!("[{}]", shape.join(", ")) };
        let range = input.interval.map_or(String::new(), |r| format!(" in {}", interval(program, &r)));
        let role = &program.roles()[input.role.0].name;
        let rounded = if input.rounded { " rounded" } else { "" };
        lines.push(format!(
            "input {role}.{}{shape}: {}{range}{rounded}",
            input.name,
            element_type(program, input.element)
        ));
    }
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

fn bound(program: &Program, bound: Bound) -> String {
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

fn statement(program: &Program, id: NodeId) -> String {
    let node = program.node(id);
    let operand = |i: usize| expression(program, node.operands[i], 0);
    match &node.operation {
        Operation::Reveal { name, to, conditional } => {
            let when = if *conditional { format!(" when {}", operand(1)) } else { String::new() };
            format!("reveal {name} = {}{when} to {}", operand(0), receivers(program, to))
        }
        Operation::Output { name } => format!("output {name} = {}", operand(0)),
        Operation::Assert { message } => {
            format!("assert {}, \"{}\"", operand(0), message.replace('\\', "\\\\").replace('"', "\\\""))
        }
        _ => {
            let name = node.name.as_deref().unwrap_or_default();
            format!("let {name} = {}", written_out(program, id, 0))
        }
    }
}

/// The value as an operand: its name, if it has one.
fn expression(program: &Program, id: NodeId, least: u8) -> String {
    let node = program.node(id);
    if let Some(name) = &node.name {
        return name.clone();
    }
    match &node.operation {
        Operation::Reveal { name, .. } | Operation::Output { name } => name.clone(),
        _ => written_out(program, id, least),
    }
}

/// The binding strength of a sign before a value, above every infix operator.
const PREFIX: u8 = 7;

fn written_out(program: &Program, id: NodeId, least: u8) -> String {
    let node = program.node(id);
    let operand = |i: usize, least: u8| expression(program, node.operands[i], least);
    match &node.operation {
        Operation::Input(input) => {
            let input = &program.inputs()[input.0];
            format!("{}.{}", program.roles()[input.role.0].name, input.name)
        }
        Operation::Parameter(p) => program.parameters()[p.0].name.clone(),
        Operation::Literal(literal) if literal.mantissa < 0 && least > PREFIX => format!("({literal})"),
        Operation::Literal(literal) => literal.to_string(),
        Operation::OverRole(reduction, role) => {
            format!("{}({}, {})", reduction.name(), program.roles()[role.0].name, operand(0, 0))
        }
        Operation::Part(size) => format!("part({}, {})", operand(0, 0), program.sizes()[size.0].name),
        Operation::Slice { from, to: None } => format!("{}[{from}]", operand(0, PREFIX + 1)),
        Operation::Slice { from, to: Some(to) } => format!("{}[{from}..{to}]", operand(0, PREFIX + 1)),
        Operation::Within(range) => format!("within({}, {})", operand(0, 0), interval(program, range)),
        Operation::Random { bits } => format!("random_bits({bits})"),
        Operation::Call(function) => {
            let row = function.row();
            let (text, binding) = match row.notation {
                Notation::Name => {
                    let operands: Vec<String> = (0..node.operands.len()).map(|i| operand(i, 0)).collect();
                    return format!("{}({})", row.name, operands.join(", "));
                }
                Notation::Prefix(symbol) => (format!("{symbol}{}", operand(0, PREFIX)), PREFIX),
                Notation::Infix(symbol, binding) => {
                    (format!("{} {symbol} {}", operand(0, binding), operand(1, binding + 1)), binding)
                }
            };
            if binding < least { format!("({text})") } else { text }
        }
        Operation::Reveal { .. } | Operation::Output { .. } | Operation::Assert { .. } => String::new(),
    }
}
