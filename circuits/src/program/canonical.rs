//! The canonical order of a program's nodes, and the names of those that the author left without one.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::draft::{Body, Draft};
use super::{CircuitDeclaration, CircuitId, Definition, DefinitionId};
use super::{HeldId, InputId, Literal, Node, NodeId, Operation, ParameterId};
use crate::curve::CurveName;

pub(super) fn is_effect(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::Reveal { .. }
            | Operation::Output { .. }
            | Operation::Assert { .. }
            | Operation::AssertPoint { .. }
            | Operation::Keep { .. }
            | Operation::Return
    )
}

/// A node without operands that means the same wherever it is written: it is placed once.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Leaf {
    Input(InputId),
    Parameter(ParameterId),
    Literal(Literal),
    Argument(usize),
    Held(HeldId),
    Generator(CurveName),
}

impl Leaf {
    fn of(operation: &Operation) -> Option<Self> {
        match operation {
            Operation::Input(id) => Some(Self::Input(*id)),
            Operation::Parameter(id) => Some(Self::Parameter(*id)),
            Operation::Literal(literal) => Some(Self::Literal(*literal)),
            Operation::Argument(position) => Some(Self::Argument(*position)),
            Operation::Held(id) => Some(Self::Held(*id)),
            Operation::Generator(curve) => Some(Self::Generator(*curve)),
            _ => None,
        }
    }
}

/// The nodes of a body in canonical order, without those that no statement needs. Names are invented where the
/// author left out one that is needed, but none of the `reserved` ones.
pub(super) fn order(body: &Body, reserved: HashSet<String>) -> Vec<Node> {
    let mut canonical = Canonical {
        body,
        names: names(body, reserved),
        placed: vec![None; body.nodes.len()],
        leaves: HashMap::new(),
        nodes: Vec::new(),
    };
    for &statement in &body.statements {
        canonical.statement(statement);
    }
    canonical.nodes
}

/// The canonical order: statement after statement, each preceded by the named nodes it needs, the unnamed
/// ones inside it in post-order. A program built in Rust and its parsed text get the same arena this way.
struct Canonical<'a> {
    body: &'a Body,
    names: Vec<Option<String>>,
    placed: Vec<Option<NodeId>>,
    leaves: HashMap<Leaf, NodeId>,
    nodes: Vec<Node>,
}

impl Canonical<'_> {
    fn is_statement(&self, id: NodeId) -> bool {
        self.names[id.0].is_some() || is_effect(&self.body.nodes[id.0].operation)
    }

    /// Places the named nodes that `id` needs, in the order in which they were made, and then `id`.
    fn statement(&mut self, id: NodeId) {
        let mut needed = BTreeSet::new();
        let mut open = vec![id];
        while let Some(next) = open.pop() {
            let is_new = self.placed[next.0].is_none() && (!self.is_statement(next) || needed.insert(next));
            if is_new {
                open.extend(&self.body.nodes[next.0].operands);
            }
        }
        for statement in needed {
            self.place(statement);
        }
    }

    fn place(&mut self, id: NodeId) -> NodeId {
        if let Some(placed) = self.placed[id.0] {
            return placed;
        }
        let node = &self.body.nodes[id.0];
        let leaf = Leaf::of(&node.operation);
        if let Some(&placed) = leaf.and_then(|leaf| self.leaves.get(&leaf)) {
            self.placed[id.0] = Some(placed);
            return placed;
        }
        let operands = node.operands.iter().map(|&operand| self.place(operand)).collect();
        let placed = NodeId(self.nodes.len());
        let (operation, name) = (node.operation.clone(), self.names[id.0].clone());
        self.nodes.push(Node { operation, operands, name, span: node.span });
        self.placed[id.0] = Some(placed);
        if let Some(leaf) = leaf {
            self.leaves.insert(leaf, placed);
        }
        placed
    }
}

/// How deep expressions nest before a part of them gets a name of its own.
const DEEPEST: usize = 16;

/// The nodes' names. A node that several others use gets one, because it can only be written once; so does
/// one in the depth of an expression that nobody would want to read in one piece.
fn names(body: &Body, reserved: HashSet<String>) -> Vec<Option<String>> {
    let uses = uses(body);
    let mut names: Vec<Option<String>> = body.nodes.iter().map(|node| node.name.clone()).collect();
    let mut taken = reserved;
    taken.extend(body.nodes.iter().filter_map(written_name).cloned());
    let (mut number, mut depths) = (0, vec![0; body.nodes.len()]);
    for (id, node) in body.nodes.iter().enumerate() {
        let inside: usize = node.operands.iter().map(|operand| depths[operand.0]).max().unwrap_or(0) + 1;
        let is_leaf = Leaf::of(&node.operation).is_some();
        let nameable = names[id].is_none() && !is_leaf && !is_effect(&node.operation);
        if nameable && (uses[id] > 1 || (uses[id] == 1 && inside >= DEEPEST)) {
            let name = loop {
                number += 1;
                let name = format!("v{number}");
                if taken.insert(name.clone()) {
                    break name;
                }
            };
            names[id] = Some(name);
        }
        depths[id] = if names[id].is_some() || is_leaf || is_effect(&node.operation) { 0 } else { inside };
    }
    names
}

/// How many operands each node is, among the nodes that a statement needs: what was computed in Rust and then
/// dropped leaves no trace in the program.
fn uses(body: &Body) -> Vec<usize> {
    let mut uses = vec![0; body.nodes.len()];
    let mut seen = vec![false; body.nodes.len()];
    let mut open = body.statements.clone();
    while let Some(id) = open.pop() {
        if std::mem::replace(&mut seen[id.0], true) {
            continue;
        }
        for operand in &body.nodes[id.0].operands {
            uses[operand.0] += 1;
            open.push(*operand);
        }
    }
    uses
}

/// The name that a node has in the text.
fn written_name(node: &Node) -> Option<&String> {
    match &node.operation {
        Operation::Reveal { name, .. } | Operation::Output { name } => Some(name),
        _ => node.name.as_ref(),
    }
}

/// Every name that is declared outside bodies and statements.
pub(super) fn declared_names(draft: &Draft) -> HashSet<String> {
    let parameters = draft.parameters.iter().map(|p| &p.name);
    let roles = draft.roles.iter().map(|r| &r.name);
    let sizes = draft.sizes.iter().map(|s| &s.name);
    parameters.chain(roles).chain(sizes).cloned().collect()
}

/// Drops definitions and circuits that nothing uses, and numbers the others anew.
pub(super) fn drop_unused(
    definitions: &mut Vec<Definition>,
    circuits: &mut Vec<CircuitDeclaration>,
    nodes: &mut [Node],
) {
    let mut used = vec![false; definitions.len()];
    let mark = |used: &mut [bool], nodes: &[Node]| {
        nodes.iter().filter_map(|node| node.operation.definition()).for_each(|DefinitionId(id)| used[id] = true);
    };
    mark(&mut used, nodes);
    // A definition uses earlier ones only.
    for id in (0..definitions.len()).rev() {
        if used[id] {
            mark(&mut used, &definitions[id].nodes);
        }
    }
    let number = renumber(&used);
    retain(definitions, &used);
    let mut all: Vec<&mut Node> = bodies_and(definitions, nodes);
    for node in &mut all {
        if let Some(DefinitionId(id)) = node.operation.definition_mut() {
            *id = number[*id];
        }
    }
    let mut used = vec![false; circuits.len()];
    for node in &all {
        if let Operation::Circuit(CircuitId(id)) = node.operation {
            used[id] = true;
        }
    }
    let number = renumber(&used);
    for node in &mut all {
        if let Operation::Circuit(CircuitId(id)) = &mut node.operation {
            *id = number[*id];
        }
    }
    retain(circuits, &used);
}

fn bodies_and<'a>(definitions: &'a mut [Definition], nodes: &'a mut [Node]) -> Vec<&'a mut Node> {
    definitions.iter_mut().flat_map(|definition| &mut definition.nodes).chain(nodes).collect()
}

/// By old position: the new one, counting those that stay.
fn renumber(used: &[bool]) -> Vec<usize> {
    used.iter()
        .scan(0, |next, used| {
            let now = *next;
            *next += usize::from(*used);
            Some(now)
        })
        .collect()
}

fn retain<T>(all: &mut Vec<T>, used: &[bool]) {
    let mut used = used.iter();
    all.retain(|_| used.next().is_some_and(|used| *used));
}
