//! Statements and expressions to their canonical text.

use super::print::{bound, interval, quoted, receivers};
use crate::program::{HandOver, Node, NodeId, Notation, Operation, Order, Program, RoleId};

/// The program's own nodes, or those of a definition.
pub(super) struct Body<'a> {
    pub(super) program: &'a Program,
    pub(super) nodes: &'a [Node],
    /// The names of a definition's parameters.
    pub(super) parameters: &'a [String],
}

/// The binding strength of a sign before a value, above every infix operator.
const PREFIX: u8 = 7;

impl Body<'_> {
    /// One statement a line.
    pub(super) fn statements(&self) -> Vec<String> {
        let ids = (0..self.nodes.len()).map(NodeId);
        ids.filter(|id| self.nodes[id.0].is_statement()).map(|id| self.statement(id)).collect()
    }

    fn statement(&self, id: NodeId) -> String {
        let node = &self.nodes[id.0];
        let operand = |i: usize| self.expression(node.operands[i], 0);
        match &node.operation {
            Operation::Reveal { name, to, conditional } => {
                let when = if *conditional { format!(" when {}", operand(1)) } else { String::new() };
                format!("reveal {name} = {}{when} to {}", operand(0), receivers(self.program, to))
            }
            Operation::Output { name } => format!("output {name} = {}", operand(0)),
            Operation::Assert { message } => format!("assert {}, {}", operand(0), quoted(message)),
            Operation::AssertPoint { message } => {
                format!("assert_point({}, {}), {}", operand(0), operand(1), quoted(message))
            }
            Operation::Keep { record, field, threshold, hand_over } => {
                let role = |id: RoleId| self.program.roles()[id.0].name.as_str();
                let threshold = threshold.map_or(String::new(), |t| {
                    let word = if self.program.is_structure(t.parties) { "structure" } else { "threshold" };
                    let among = t.among.map_or(String::new(), |id| format!(" among {}", role(id)));
                    format!(" {word} {}{among} for {}", bound(self.program, t.parties), t.purpose.name())
                });
                let hand_over = hand_over.map_or(String::new(), |HandOver { to, share }| {
                    let share = share.map_or(String::new(), |(index, purpose)| {
                        format!(" at {} for {}", bound(self.program, index), purpose.name())
                    });
                    format!(" to {}{share}", role(to))
                });
                format!("keep {record}.{field} = {}{threshold}{hand_over}", operand(0))
            }
            Operation::Return => format!("return {}", operand(0)),
            _ => {
                let name = node.name.as_deref().unwrap_or_default();
                format!("let {name} = {}", self.written_out(id, 0))
            }
        }
    }

    /// The value as an operand: its name, if it has one.
    fn expression(&self, id: NodeId, least: u8) -> String {
        let node = &self.nodes[id.0];
        if let Some(name) = &node.name {
            return name.clone();
        }
        match &node.operation {
            Operation::Reveal { name, .. } | Operation::Output { name } => name.clone(),
            _ => self.written_out(id, least),
        }
    }

    fn written_out(&self, id: NodeId, least: u8) -> String {
        let node = &self.nodes[id.0];
        let program = self.program;
        let operand = |i: usize, least: u8| self.expression(node.operands[i], least);
        let all = || self.list(&node.operands, &[]);
        match &node.operation {
            Operation::Input(input) => {
                let input = &program.inputs()[input.0];
                format!("{}.{}", program.roles()[input.role.0].name, input.name)
            }
            Operation::Parameter(p) => program.parameters()[p.0].name.clone(),
            Operation::Argument(position) => self.parameters[*position].clone(),
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
            Operation::Bits { width } => format!("bits({}, {width})", operand(0, 0)),
            Operation::Number { signed } => {
                format!("{}({})", if *signed { "signed" } else { "unsigned" }, operand(0, 0))
            }
            Operation::Join => format!("join({})", all()),
            Operation::Circuit(id) => format!("{}({})", program.circuits()[id.0].name, all()),
            Operation::Invoke(_) | Operation::Map { .. } | Operation::Fold { .. } | Operation::Repeat { .. } => {
                let text = self.structure(node);
                // What follows would be read as part of a fold or repeat: a position, or the range of one around it.
                let open = matches!(node.operation, Operation::Fold { .. } | Operation::Repeat { .. });
                if open && least > PREFIX { format!("({text})") } else { text }
            }
            Operation::Call(function) => {
                let row = function.row();
                let (text, binding) = match row.notation {
                    Notation::Name => return format!("{}({})", row.name, all()),
                    Notation::Prefix(symbol) => (format!("{symbol}{}", operand(0, PREFIX)), PREFIX),
                    Notation::Infix(symbol, binding) => {
                        (format!("{} {symbol} {}", operand(0, binding), operand(1, binding + 1)), binding)
                    }
                };
                if binding < least { format!("({text})") } else { text }
            }
            Operation::Held(id) => program.held()[id.0].name(),
            Operation::RandomScalar { curve, count } => {
                let count = count.map_or(String::new(), |count| format!(", {}", bound(program, count)));
                format!("random_scalar({curve}{count})")
            }
            Operation::Coin(curve) => format!("coin({curve})"),
            Operation::Generator(curve) => format!("generator({curve})"),
            Operation::DigestScalar(curve) => format!("digest_scalar({curve}, {})", operand(0, 0)),
            Operation::Reveal { .. }
            | Operation::Output { .. }
            | Operation::Assert { .. }
            | Operation::AssertPoint { .. }
            | Operation::Keep { .. }
            | Operation::Return => String::new(),
        }
    }

    fn structure(&self, node: &Node) -> String {
        let name = node.operation.definition().map_or("", |id| self.program.definitions()[id.0].name.as_str());
        let range = |keeps: &Option<_>| keeps.map_or(String::new(), |k| format!(" in {}", interval(self.program, &k)));
        match &node.operation {
            Operation::Map { each, .. } => format!("map {name}({})", self.list(&node.operands, each)),
            Operation::Fold { order: Order::Associative, each, keeps, .. } => {
                format!("fold associative {name}({}){}", self.list(&node.operands, each), range(keeps))
            }
            Operation::Fold { each, keeps, .. } => {
                let (start, operands) = (node.operands[0], &node.operands[1..]);
                let start = self.expression(start, PREFIX + 1);
                format!("fold sequential {name}({}) from {start}{}", self.list(operands, each), range(keeps))
            }
            Operation::Repeat { times, keeps, .. } => {
                let times = bound(self.program, *times);
                format!("repeat {times} {name}({}){}", self.list(&node.operands, &[]), range(keeps))
            }
            _ => format!("{name}({})", self.list(&node.operands, &[])),
        }
    }

    /// Operands with commas between them, those that are taken element by element after `each`.
    fn list(&self, operands: &[NodeId], each: &[bool]) -> String {
        let written = |(position, id): (usize, &NodeId)| {
            let mark = if each.get(position).is_some_and(|each| *each) { "each " } else { "" };
            format!("{mark}{}", self.expression(*id, 0))
        };
        operands.iter().enumerate().map(written).collect::<Vec<_>>().join(", ")
    }
}
