//! The statements of a program, and the parts of each that have a cost of their own.

use std::collections::HashMap;

use quorate_circuits::program::{Node, NodeId, Operation, Program, Span};

use super::symbols;
use super::written::Written;

/// A program in parts.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) statements: Vec<Statement>,
    pub(super) parts: Vec<Part>,
    /// By node: its part. Inputs, parameters and numbers without a name are part of nothing.
    pub(super) of_node: Vec<Option<usize>>,
    at: HashMap<(u32, u32), NodeId>,
}

/// A named value, a reveal, an output or an assert.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) node: NodeId,
    pub(super) name: String,
    /// What is computed, as it is written.
    pub(super) text: String,
    /// Its parts.
    pub(super) parts: Vec<usize>,
}

/// A part of a statement.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) statement: usize,
    pub(super) role: PartRole,
    /// How many nodes it has.
    pub(super) nodes: usize,
}

/// What a part is in its statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PartRole {
    /// Operations of the language.
    Operations,
    /// The uses of a function or circuit: what is used, and how.
    Use(String),
    /// The disclosure, the output or the assert itself.
    Effect,
}

impl Parts {
    pub(super) fn of(written: &Written) -> Self {
        let program = &written.program;
        let mut parts = Self { statements: Vec::new(), parts: Vec::new(), of_node: Vec::new(), at: HashMap::new() };
        let mut statement_of_line = HashMap::new();
        for (id, node) in program.nodes().iter().enumerate().filter(|(_, node)| node.is_statement()) {
            statement_of_line.insert(node.span.line, parts.statements.len());
            let (name, text) = named(node, written.line(node.span.line));
            parts.statements.push(Statement { node: NodeId(id), name, text, parts: Vec::new() });
        }
        for (id, node) in program.nodes().iter().enumerate() {
            let statement = statement_of_line.get(&node.span.line).copied().filter(|_| !is_leaf(node));
            let part = statement.map(|statement| parts.part(statement, role_of(program, node)));
            if let Some(part) = part {
                parts.parts[part].nodes += 1;
                parts.at.insert((node.span.line, node.span.column), NodeId(id));
            }
            parts.of_node.push(part);
        }
        parts
    }

    /// The node for which whatever has this place was made.
    pub(super) fn at(&self, span: Span) -> Option<NodeId> {
        self.at.get(&(span.line, span.column)).copied()
    }

    /// The parts of a statement that compute something.
    pub(super) fn computing(&self, statement: usize) -> impl Iterator<Item = usize> {
        let parts = self.statements[statement].parts.iter().copied();
        parts.filter(|part| self.parts[*part].role != PartRole::Effect)
    }

    fn part(&mut self, statement: usize, role: PartRole) -> usize {
        let found = self.statements[statement].parts.iter().copied().find(|part| self.parts[*part].role == role);
        found.unwrap_or_else(|| {
            self.parts.push(Part { statement, role, nodes: 0 });
            self.statements[statement].parts.push(self.parts.len() - 1);
            self.parts.len() - 1
        })
    }
}

/// What has no operands and stands wherever it is needed.
fn is_leaf(node: &Node) -> bool {
    let leaf = matches!(node.operation, Operation::Input(_) | Operation::Parameter(_) | Operation::Literal(_));
    leaf && !node.is_statement()
}

fn role_of(program: &Program, node: &Node) -> PartRole {
    match &node.operation {
        Operation::Reveal { .. } | Operation::Output { .. } | Operation::Assert { .. } => PartRole::Effect,
        _ => symbols::used(program, node).map_or(PartRole::Operations, PartRole::Use),
    }
}

/// The name of a statement, and what is written behind it.
fn named(node: &Node, line: &str) -> (String, String) {
    let after =
        |keyword: &str, name: &str| line.strip_prefix(&format!("{keyword} {name} = ")).unwrap_or(line).to_owned();
    match &node.operation {
        Operation::Reveal { name, .. } => {
            let text = after("reveal", name);
            let end = text.rfind(" to ").unwrap_or(text.len());
            (name.clone(), text[..end].to_owned())
        }
        Operation::Output { name } => (name.clone(), after("output", name)),
        Operation::Assert { message } => {
            let text = line.strip_prefix("assert ").unwrap_or(line);
            let quoted = format!(", \"{}\"", message.replace('\\', "\\\\").replace('"', "\\\""));
            ("assert".to_owned(), text.strip_suffix(&quoted).unwrap_or(text).to_owned())
        }
        _ => {
            let name = node.name.clone().unwrap_or_default();
            let text = after("let", &name);
            (name, text)
        }
    }
}
