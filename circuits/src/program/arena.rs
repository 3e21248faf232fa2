//! The arena of nodes and its canonical order.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Diagnostic, InputDeclaration, Operation, Parameter, Role, Size, Span, Type, check};

/// A node of a program, in canonical order: operands come before their users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub usize);

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it does.
    pub operation: Operation,
    /// With what.
    pub operands: Vec<NodeId>,
    /// The name of the `let` that holds it. Nodes without one are written inside their only user.
    pub name: Option<String>,
    /// Its type.
    pub ty: Type,
    /// The place that made it.
    pub span: Span,
}

/// A checked program in canonical order. It cannot be changed: what was checked is what runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    pub(super) name: String,
    pub(super) parameters: Vec<Parameter>,
    pub(super) roles: Vec<Role>,
    pub(super) sizes: Vec<Size>,
    pub(super) inputs: Vec<InputDeclaration>,
    pub(super) nodes: Vec<Node>,
}

/// A program while it is being written: nodes in any order, without types.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) roles: Vec<Role>,
    pub(crate) sizes: Vec<Size>,
    pub(crate) inputs: Vec<InputDeclaration>,
    pub(crate) nodes: Vec<DraftNode>,
    /// `let`, `reveal`, `output` and `assert`, in the order in which they were written.
    pub(crate) statements: Vec<NodeId>,
}

/// A node of a [`Draft`].
#[derive(Clone, Debug)]
pub(crate) struct DraftNode {
    pub(crate) operation: Operation,
    pub(crate) operands: Vec<NodeId>,
    pub(crate) name: Option<String>,
    pub(crate) span: Span,
}

impl Draft {
    /// Puts the nodes into canonical order, drops those that no statement needs, and checks everything.
    pub(crate) fn finish(self) -> Result<Program, Diagnostic> {
        check::declarations(&self)?;
        let nodes = Canonical::order(&self);
        let mut program = Program {
            name: self.name,
            parameters: self.parameters,
            roles: self.roles,
            sizes: self.sizes,
            inputs: self.inputs,
            nodes: Vec::with_capacity(nodes.len()),
        };
        for node in nodes {
            let ty = check::type_of(&program, &node)?;
            let DraftNode { operation, operands, name, span } = node;
            program.nodes.push(Node { operation, operands, name, ty, span });
        }
        check::whole(&program)?;
        Ok(program)
    }
}

impl Program {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The parameters, in order of declaration.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The roles and families of roles.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The measured sizes.
    pub fn sizes(&self) -> &[Size] {
        &self.sizes
    }

    /// The inputs.
    pub fn inputs(&self) -> &[InputDeclaration] {
        &self.inputs
    }

    /// The nodes, in canonical order.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// A node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0]
    }
}

impl Node {
    /// Whether it is written as a statement of its own.
    pub fn is_statement(&self) -> bool {
        self.name.is_some() || is_effect(&self.operation)
    }
}

fn is_effect(operation: &Operation) -> bool {
    matches!(operation, Operation::Reveal { .. } | Operation::Output { .. } | Operation::Assert { .. })
}

fn is_leaf(operation: &Operation) -> bool {
    matches!(operation, Operation::Input(_) | Operation::Parameter(_) | Operation::Literal(_))
}

/// The canonical order: statement after statement, each preceded by the named nodes it needs, the unnamed
/// ones inside it in post-order. A program built in Rust and its parsed text get the same arena this way.
struct Canonical<'a> {
    draft: &'a Draft,
    names: Vec<Option<String>>,
    placed: Vec<Option<NodeId>>,
    leaves: HashMap<String, NodeId>,
    nodes: Vec<DraftNode>,
}

impl<'a> Canonical<'a> {
    fn order(draft: &'a Draft) -> Vec<DraftNode> {
        let mut canonical = Self {
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
        let leaf = is_leaf(&node.operation).then(|| format!("{:?}", node.operation));
        if let Some(&placed) = leaf.as_ref().and_then(|key| self.leaves.get(key)) {
            self.placed[id.0] = Some(placed);
            return placed;
        }
        let operands = node.operands.iter().map(|&operand| self.place(operand)).collect();
        let placed = NodeId(self.nodes.len());
        self.nodes.push(DraftNode { operation: node.operation.clone(), operands, name: self.names[id.0].clone(), span: node.span });
        self.placed[id.0] = Some(placed);
        if let Some(key) = leaf {
            self.leaves.insert(key, placed);
        }
        placed
    }
}

/// How deep expressions nest before a part of them gets a name of its own.
const DEEPEST: usize = 16;

/// The nodes' names. A node that several others use gets one, because it can only be written once; so does
/// one in the depth of an expression that nobody would want to read in one piece.
fn names(draft: &Draft) -> Vec<Option<String>> {
    let mut uses = vec![0usize; draft.nodes.len()];
    for node in &draft.nodes {
        for operand in &node.operands {
            uses[operand.0] += 1;
        }
    }
    let mut names: Vec<Option<String>> = draft.nodes.iter().map(|node| node.name.clone()).collect();
    let mut taken: HashSet<String> = names.iter().flatten().cloned().collect();
    taken.extend(draft.nodes.iter().filter_map(|node| match &node.operation {
        Operation::Reveal { name, .. } | Operation::Output { name } => Some(name.clone()),
        _ => None,
    }));
    let (mut number, mut depths) = (0, Vec::with_capacity(draft.nodes.len()));
    for (id, node) in draft.nodes.iter().enumerate() {
        let inside: usize = node.operands.iter().map(|o| depths.get(o.0).copied().unwrap_or(0)).max().unwrap_or(0) + 1;
        let nameable = names[id].is_none() && !is_leaf(&node.operation) && !is_effect(&node.operation);
        if nameable && (uses[id] > 1 || inside >= DEEPEST) {
            let name = loop {
                number += 1;
                let name = format!("v{number}");
                if taken.insert(name.clone()) {
                    break name;
                }
            };
            names[id] = Some(name);
        }
        depths.push(if names[id].is_some() || is_leaf(&node.operation) { 0 } else { inside });
    }
    names
}
