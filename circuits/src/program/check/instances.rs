//! Types of all nodes: of the program, and of definitions for the operands of each use.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::surroundings::Surroundings;
use super::typing::type_of;
use crate::program::{DefinitionId, Diagnostic, Node, Program, Span, Type};

/// The most instances of all definitions together: functions that use each other with ever other types take time.
const MOST_INSTANCES: usize = 1 << 14;

/// The types of a program's nodes. A definition is typed for the types of its operands and for the `map`s around, once
/// for each.
pub(crate) struct Instances<'a> {
    pub(super) program: &'a Program,
    known: RefCell<HashMap<Instance, Rc<[Type]>>>,
}

/// What the types in a definition's body follow from: the types of its operands, and the `map`s around.
type Instance = (DefinitionId, Vec<Type>, Surroundings);

/// A body while it is typed.
pub(super) struct Scope<'a> {
    pub(super) nodes: &'a [Node],
    /// Of the nodes before the one at hand.
    pub(super) types: &'a [Type],
    /// Of the definition's parameters.
    pub(super) arguments: &'a [Type],
    pub(super) surroundings: Surroundings,
}

impl<'a> Instances<'a> {
    pub(crate) fn new(program: &'a Program) -> Self {
        Self { program, known: RefCell::default() }
    }

    /// The types of the program's own nodes.
    pub(crate) fn program(&self) -> Result<Vec<Type>, Diagnostic> {
        self.body(&self.program.nodes, &[], Surroundings::default())
    }

    /// The types of a definition's nodes; the last one is that of its result. `span` is the place of the use.
    pub(crate) fn of(
        &self,
        id: DefinitionId,
        arguments: &[Type],
        surroundings: Surroundings,
        span: Span,
    ) -> Result<Rc<[Type]>, Diagnostic> {
        let definition = &self.program.definitions[id.0];
        let (found, wanted) = (arguments.len(), definition.parameters.len());
        if found != wanted {
            return Err(Diagnostic::new(
                span,
                format!("{} takes {wanted} operands; {found} are given", definition.name),
            ));
        }
        let key = (id, arguments.to_vec(), surroundings);
        if let Some(types) = self.known.borrow().get(&key) {
            return Ok(types.clone());
        }
        if self.known.borrow().len() >= MOST_INSTANCES {
            return Err(Diagnostic::new(span, format!("functions are used with more than {MOST_INSTANCES} types")));
        }
        let types = self.body(&definition.nodes, arguments, surroundings);
        let types: Rc<[Type]> = types.map_err(|error| error.used(&definition.name, span))?.into();
        self.known.borrow_mut().insert(key, types.clone());
        Ok(types)
    }

    fn body(&self, nodes: &[Node], arguments: &[Type], surroundings: Surroundings) -> Result<Vec<Type>, Diagnostic> {
        let mut types = Vec::with_capacity(nodes.len());
        for node in nodes {
            let ty = type_of(self, &Scope { nodes, types: &types, arguments, surroundings }, node)?;
            types.push(ty);
        }
        Ok(types)
    }
}

/// The result of an instance.
pub(super) fn result(types: &[Type], span: Span) -> Result<Type, Diagnostic> {
    types.last().cloned().ok_or_else(|| Diagnostic::new(span, "this function returns nothing"))
}
