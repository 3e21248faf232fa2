//! The canonical order of a program's nodes, and the names of those that the author left without one.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::arena_parts::{Draft, DraftNode};
use super::{InputId, Literal, NodeId, Operation, ParameterId};

pub(super) fn is_effect(operation: &Operation) -> bool {
    matches!(operation, Operation::Reveal { .. } | Operation::Output { .. } | Operation::Assert { .. })
}

/// A node without operands that means the same wherever it is written: it is placed once.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Leaf {
    Input(InputId),
    Parameter(ParameterId),
    Literal(Literal),
}

impl Leaf {
    fn of(operation: &Operation) -> Option<Self> {
        match operation {
            Operation::Input(id) => Some(Self::Input(*id)),
            Operation::Parameter(id) => Some(Self::Parameter(*id)),
            Operation::Literal(literal) => Some(Self::Literal(*literal)),
            _ => None,
        }
    }
}

/// The nodes of a draft in canonical order, without those that no statement needs.
pub(super) fn order(draft: &Draft) -> Vec<DraftNode> {
    let mut canonical = Canonical {
        draft,
        names: names(draft),
        placed: vec![None; draft.nodes.len()],
        leaves: HashMap::new(),
        nodes: Vec::new(),
    };
    for &statement in &draft.statements {
        canonical.statement(statement);
    }
    canonical.nodes
}

/// The canonical order: statement after statement, each preceded by the named nodes it needs, the unnamed
/// ones inside it in post-order. A program built in Rust and its parsed text get the same arena this way.
struct Canonical<'a> {
    draft: &'a Draft,
    names: Vec<Option<String>>,
    placed: Vec<Option<NodeId>>,
    leaves: HashMap<Leaf, NodeId>,
    nodes: Vec<DraftNode>,
}

impl Canonical<'_> {
    fn is_statement(&self, id: NodeId) -> bool {
        self.names[id.0].is_some() || is_effect(&self.draft.nodes[id.0].operation)
    }

    /// Places the named nodes that `id` needs, in the order in which they were made, and then `id`.
    fn statement(&mut self, id: NodeId) {
        let mut needed = BTreeSet::new();
        let mut open = vec![id];
        while let Some(next) = open.pop() {
            let is_new = self.placed[next.0].is_none() && (!self.is_statement(next) || needed.insert(next));
            if is_new {
                open.extend(&self.draft.nodes[next.0].operands);
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
        let node = &self.draft.nodes[id.0];
        let leaf = Leaf::of(&node.operation);
        if let Some(&placed) = leaf.and_then(|leaf| self.leaves.get(&leaf)) {
            self.placed[id.0] = Some(placed);
            return placed;
        }
        let operands = node.operands.iter().map(|&operand| self.place(operand)).collect();
        let placed = NodeId(self.nodes.len());
        let (operation, name) = (node.operation.clone(), self.names[id.0].clone());
        self.nodes.push(DraftNode { operation, operands, name, span: node.span });
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
fn names(draft: &Draft) -> Vec<Option<String>> {
    let uses = uses(draft);
    let mut names: Vec<Option<String>> = draft.nodes.iter().map(|node| node.name.clone()).collect();
    let mut taken = taken(draft);
    let (mut number, mut depths) = (0, vec![0; draft.nodes.len()]);
    for (id, node) in draft.nodes.iter().enumerate() {
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
fn uses(draft: &Draft) -> Vec<usize> {
    let mut uses = vec![0; draft.nodes.len()];
    let mut seen = vec![false; draft.nodes.len()];
    let mut open = draft.statements.clone();
    while let Some(id) = open.pop() {
        if std::mem::replace(&mut seen[id.0], true) {
            continue;
        }
        for operand in &draft.nodes[id.0].operands {
            uses[operand.0] += 1;
            open.push(*operand);
        }
    }
    uses
}

/// Every name that is declared in the draft.
fn taken(draft: &Draft) -> HashSet<String> {
    let nodes = draft.nodes.iter().filter_map(|node| match &node.operation {
        Operation::Reveal { name, .. } | Operation::Output { name } => Some(name),
        _ => node.name.as_ref(),
    });
    let parameters = draft.parameters.iter().map(|p| &p.name);
    let roles = draft.roles.iter().map(|r| &r.name);
    let sizes = draft.sizes.iter().map(|s| &s.name);
    nodes.chain(parameters).chain(roles).chain(sizes).cloned().collect()
}
