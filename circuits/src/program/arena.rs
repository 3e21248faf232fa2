//! A checked program.

use super::{
    CircuitDeclaration, Definition, HeldDeclaration, InputDeclaration, Operation, Parameter, Role, Size, Span, Type,
    canonical,
};

/// A node of a program or of a definition's body, in canonical order: operands come before their users.
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
    pub(super) held: Vec<HeldDeclaration>,
    pub(super) circuits: Vec<CircuitDeclaration>,
    pub(super) definitions: Vec<Definition>,
    pub(super) nodes: Vec<Node>,
    pub(super) types: Vec<Type>,
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

    /// What it takes over from earlier sessions.
    pub fn held(&self) -> &[HeldDeclaration] {
        &self.held
    }

    /// The circuits that it calls.
    pub fn circuits(&self) -> &[CircuitDeclaration] {
        &self.circuits
    }

    /// The functions that it defines and uses; each calls earlier ones only.
    pub fn definitions(&self) -> &[Definition] {
        &self.definitions
    }

    /// The nodes, in canonical order.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// A node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0]
    }

    /// The types of the nodes.
    pub fn types(&self) -> &[Type] {
        &self.types
    }
}

impl Node {
    /// Whether it is written as a statement of its own.
    pub fn is_statement(&self) -> bool {
        self.name.is_some() || canonical::is_effect(&self.operation)
    }
}
