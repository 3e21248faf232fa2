//! The arena of nodes: a draft while it is written, a program once it is checked.

use super::{
    Diagnostic, Function, InputDeclaration, Literal, Operation, Parameter, Role, Size, Span, Type, canonical, check,
};

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
    /// Adds a node. A minus before a number is part of the number.
    pub(crate) fn node(&mut self, operation: Operation, operands: Vec<NodeId>, span: Span) -> NodeId {
        let negated = match (&operation, operands.as_slice()) {
            (Operation::Call(Function::Neg), [operand]) => match self.nodes[operand.0].operation {
                Operation::Literal(l) => Some(Operation::Literal(Literal { mantissa: -l.mantissa, ..l })),
                _ => None,
            },
            _ => None,
        };
        let (operation, operands) = negated.map_or((operation, operands), |literal| (literal, Vec::new()));
        self.nodes.push(DraftNode { operation, operands, name: None, span });
        NodeId(self.nodes.len() - 1)
    }

    /// Names a node with a statement of its own. A node that has a name already, and an output, keeps it: the
    /// new name is another word for the same value.
    pub(crate) fn name(&mut self, id: NodeId, name: &str) {
        let node = &mut self.nodes[id.0];
        if node.name.is_none() && !canonical::is_effect(&node.operation) {
            node.name = Some(name.to_owned());
            self.statements.push(id);
        }
    }

    /// Puts the nodes into canonical order, drops those that no statement needs, and checks everything.
    pub(crate) fn finish(self) -> Result<Program, Diagnostic> {
        check::declarations(&self)?;
        let nodes = canonical::order(&self);
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
        self.name.is_some() || canonical::is_effect(&self.operation)
    }
}
