//! Types, shapes, receivers and uses of functions in the few words that a box has room for.

use quorate_circuits::bind::{BoundProgram, ParameterValue};
use quorate_circuits::program::{
    Bound, Dimension, ElementType, InputDeclaration, Node, NodeId, Operation, Order, Program, Receivers, RoleId,
};

/// The function or circuit that a node uses, and how: `map score × rows`.
pub(super) fn used(program: &Program, node: &Node) -> Option<String> {
    let name = node.operation.definition().map(|definition| program.definitions()[definition.0].name.as_str());
    let name = name.unwrap_or_default();
    match &node.operation {
        Operation::Circuit(id) => Some(format!("circuit {}", program.circuits()[id.0].name)),
        Operation::Invoke(_) => Some(name.to_owned()),
        Operation::Map { each, .. } => Some(format!("map {name}{}", times(program, &node.operands, each))),
        Operation::Fold { order, each, .. } => {
            // A sequential fold has its start before the others.
            let start = usize::from(*order == Order::Sequential);
            Some(format!("fold {name}{}", times(program, &node.operands[start..], each)))
        }
        Operation::Repeat { times, .. } => Some(format!("repeat {name} × {}", bound(program, *times))),
        _ => None,
    }
}

/// How many elements are run through.
fn times(program: &Program, operands: &[NodeId], each: &[bool]) -> String {
    let run = operands.iter().zip(each).find(|(_, each)| **each).map(|(operand, _)| *operand);
    let extent = run.and_then(|run| program.types()[run.0].dimensions.first());
    extent.map_or(String::new(), |extent| format!(" × {}", dimension(program, *extent)))
}

/// The type and shape of an input: `i16 [rows, 3]`.
pub(super) fn typed(program: &Program, input: &InputDeclaration) -> String {
    let element = match input.element {
        ElementType::Bit => "bit".to_owned(),
        ElementType::Unsigned(bits) => format!("u{bits}"),
        ElementType::Signed(bits) => format!("i{bits}"),
        ElementType::Fixed(decimals) => format!("fixed({})", bound(program, decimals)),
    };
    match shape(program, &input.dimensions) {
        shape if shape.is_empty() => element,
        shape => format!("{element} {shape}"),
    }
}

/// `[rows, 3]`; nothing for a scalar.
pub(super) fn shape(program: &Program, dimensions: &[Dimension]) -> String {
    let dimensions: Vec<String> = dimensions.iter().map(|extent| dimension(program, *extent)).collect();
    if dimensions.is_empty() { String::new() } else { format!("[{}]", dimensions.join(", ")) }
}

fn dimension(program: &Program, dimension: Dimension) -> String {
    let parameter = |id: usize| &program.parameters()[id].name;
    let size = |id: usize| &program.sizes()[id].name;
    match dimension {
        Dimension::Constant(number) => number.to_string(),
        Dimension::Parameter(id) => parameter(id.0).clone(),
        Dimension::Size(id) => size(id.0).clone(),
        Dimension::Total(id) => format!("total {}", size(id.0)),
        Dimension::Intervals(id) => format!("intervals of {}", parameter(id.0)),
        Dimension::Length(id) => format!("length of {}", parameter(id.0)),
    }
}

fn bound(program: &Program, bound: Bound) -> String {
    match bound {
        Bound::Literal(literal) => literal.to_string(),
        Bound::Parameter(id) => program.parameters()[id.0].name.clone(),
    }
}

/// `to all`, `to bank`, or a parameter with what it stands for.
pub(super) fn receivers(program: &BoundProgram, to: &Receivers) -> String {
    match to {
        Receivers::All => "to all".to_owned(),
        Receivers::Roles(roles) => {
            let names: Vec<&str> = roles.iter().map(|role| program.program.roles()[role.0].name.as_str()).collect();
            format!("to {}", names.join(", "))
        }
        Receivers::Parameter(id) => {
            let (name, value) = &program.parameters[id.0];
            format!("to {name}: {value}")
        }
    }
}

/// How many members a family has; nothing for a role of its own.
pub(super) fn family(program: &BoundProgram, role: RoleId) -> Option<String> {
    let declared = &program.program.roles()[role.0];
    let count = program.parameters.get(declared.count?.0);
    let count = count.and_then(|(_, value)| match value {
        ParameterValue::Number(number) => Some(*number),
        _ => None,
    });
    Some(format!("for each {} × {}", declared.name, count?))
}
