//! A program while it is being written: nodes in any order, without types.

use super::check::Instances;
use super::definition::{Definition, DefinitionId};
use super::{
    CircuitDeclaration, Diagnostic, Function, HeldDeclaration, InputDeclaration, Literal, Node, NodeId, Operation,
    Parameter, Program, Role, Size, Span, canonical, check,
};

/// A program while it is being written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) roles: Vec<Role>,
    pub(crate) sizes: Vec<Size>,
    pub(crate) inputs: Vec<InputDeclaration>,
    pub(crate) held: Vec<HeldDeclaration>,
    pub(crate) circuits: Vec<CircuitDeclaration>,
    pub(crate) definitions: Vec<Definition>,
    /// What is being written: the program itself or, between [`Self::open`] and [`Self::close`], a body.
    pub(crate) body: Body,
}

/// Nodes of the program or of one definition.
#[derive(Clone, Debug, Default)]
pub(crate) struct Body {
    pub(crate) nodes: Vec<Node>,
    /// `let`, `reveal`, `output`, `assert` and `return`, in the order in which they were written.
    pub(crate) statements: Vec<NodeId>,
}

impl Draft {
    /// Adds a node. A minus before a number is part of the number.
    pub(crate) fn node(&mut self, operation: Operation, operands: Vec<NodeId>, span: Span) -> NodeId {
        let negated = match (&operation, operands.as_slice()) {
            (Operation::Call(Function::Neg), [operand]) => match self.body.nodes[operand.0].operation {
                Operation::Literal(l) => Some(Operation::Literal(Literal { mantissa: -l.mantissa, ..l })),
                _ => None,
            },
            _ => None,
        };
        let (operation, operands) = negated.map_or((operation, operands), |literal| (literal, Vec::new()));
        self.body.nodes.push(Node { operation, operands, name: None, span });
        NodeId(self.body.nodes.len() - 1)
    }

    /// Adds a node that is a statement of its own.
    pub(crate) fn effect(&mut self, operation: Operation, operands: Vec<NodeId>, span: Span) -> NodeId {
        let id = self.node(operation, operands, span);
        self.body.statements.push(id);
        id
    }

    /// Names a node with a statement of its own. A node that has a name already, and an output, keeps it: the
    /// new name is another word for the same value.
    pub(crate) fn name(&mut self, id: NodeId, name: &str) {
        let node = &mut self.body.nodes[id.0];
        let argument = matches!(node.operation, Operation::Argument(_));
        if node.name.is_none() && !argument && !canonical::is_effect(&node.operation) {
            node.name = Some(name.to_owned());
            self.body.statements.push(id);
        }
    }

    /// Begins the body of a definition with a node for each of its parameters; what was being written waits.
    pub(crate) fn open(&mut self, parameters: usize, span: Span) -> Body {
        let outer = std::mem::take(&mut self.body);
        for parameter in 0..parameters {
            self.node(Operation::Argument(parameter), vec![], span);
        }
        outer
    }

    /// Ends the body of a definition with its `return`, and goes on with what waited.
    pub(crate) fn close(
        &mut self,
        outer: Body,
        name: String,
        parameters: Vec<String>,
        result: NodeId,
        span: Span,
    ) -> DefinitionId {
        let place = self.body.nodes[result.0].span;
        self.effect(Operation::Return, vec![result], place);
        let body = std::mem::replace(&mut self.body, outer);
        let reserved = parameters.iter().chain(self.parameters.iter().map(|p| &p.name)).cloned().collect();
        let nodes = canonical::order(&body, reserved);
        self.definitions.push(Definition { name, parameters, nodes, span });
        DefinitionId(self.definitions.len() - 1)
    }

    /// Puts the nodes into canonical order, drops those that no statement needs, and checks everything.
    pub(crate) fn finish(mut self) -> Result<Program, Diagnostic> {
        check::declarations(&self)?;
        let mut nodes = canonical::order(&self.body, canonical::declared_names(&self));
        canonical::drop_unused(&mut self.definitions, &mut self.circuits, &mut nodes);
        let mut program = Program {
            name: self.name,
            parameters: self.parameters,
            roles: self.roles,
            sizes: self.sizes,
            inputs: self.inputs,
            held: self.held,
            circuits: self.circuits,
            definitions: self.definitions,
            nodes,
            types: Vec::new(),
        };
        program.types = Instances::new(&program).program()?;
        check::whole(&program)?;
        Ok(program)
    }
}
