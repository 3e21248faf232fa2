//! The draft that a builder and all its handles write to.

use std::cell::RefCell;
use std::panic::Location;
use std::rc::Rc;

use crate::program::draft::Draft;
use crate::program::{DefinitionId, Diagnostic, Literal, NodeId, Operation, Program, Span};

/// One draft, owned by its builder and handles together.
#[derive(Clone, Debug, Default)]
pub struct SharedDraft(Rc<RefCell<Writing>>);

#[derive(Debug, Default)]
struct Writing {
    draft: Draft,
    /// The first misuse. Operators have no way to report one, so it waits for the end.
    refused: Option<Diagnostic>,
    /// Bodies of functions so far.
    bodies: usize,
    /// Which of them is being written.
    scope: usize,
}

/// The place of the call, for functions that are marked `#[track_caller]` all the way.
#[track_caller]
pub(super) fn here() -> Span {
    let location = Location::caller();
    Span { line: location.line(), column: location.column(), length: 1 }
}

impl SharedDraft {
    pub(super) fn edit<T>(&self, change: impl FnOnce(&mut Draft) -> T) -> T {
        change(&mut self.0.borrow_mut().draft)
    }

    pub(super) fn node(&self, operation: Operation, operands: Vec<NodeId>, span: Span) -> NodeId {
        self.edit(|draft| draft.node(operation, operands, span))
    }

    pub(super) fn refuse(&self, span: Span, message: impl Into<String>) {
        self.0.borrow_mut().refused.get_or_insert_with(|| Diagnostic::new(span, message));
    }

    /// Whether a handle belongs to this program; remembered as an error if not.
    pub(super) fn owns(&self, other: &Self, span: Span) -> bool {
        let same = Rc::ptr_eq(&self.0, &other.0);
        if !same {
            self.refuse(span, "this belongs to another program");
        }
        same
    }

    /// The body that is being written: 0 is the program's own.
    pub(super) fn scope(&self) -> usize {
        self.0.borrow().scope
    }

    /// A node by its handle; some number if the handle belongs to another program, or to another body.
    pub(super) fn own_node(&self, other: &Self, id: NodeId, scope: usize, span: Span) -> NodeId {
        if !self.owns(other, span) {
            return self.node(Operation::Literal(Literal::integer(0)), vec![], span);
        }
        if scope != self.scope() {
            self.refuse(span, "a function sees its parameters alone: give it one more, and pass this value to it");
            return self.node(Operation::Literal(Literal::integer(0)), vec![], span);
        }
        id
    }

    /// Names a node of the body that is being written.
    pub(super) fn name(&self, id: NodeId, scope: usize, name: &str) {
        if scope == self.scope() {
            self.edit(|draft| draft.name(id, name));
        }
    }

    /// Writes the body of a function, and goes on with what was being written.
    pub(super) fn define(
        &self,
        name: &str,
        parameters: &[&str],
        count: usize,
        span: Span,
        body: impl FnOnce(&Self) -> NodeId,
    ) -> DefinitionId {
        let outer = self.edit(|draft| draft.open(count, span));
        let before = self.scope();
        if before > 0 {
            self.refuse(span, "a function is defined outside of the bodies of others");
        }
        let scope = {
            let writing = &mut *self.0.borrow_mut();
            writing.bodies += 1;
            writing.scope = writing.bodies;
            writing.scope
        };
        let result = body(self);
        debug_assert_eq!(scope, self.scope(), "bodies end where they began");
        self.0.borrow_mut().scope = before;
        let parameters = parameters.iter().map(|p| (*p).to_owned()).collect();
        self.edit(|draft| draft.close(outer, name.to_owned(), parameters, result, span))
    }

    pub(super) fn finish(&self) -> Result<Program, Diagnostic> {
        let writing = self.0.borrow();
        writing.refused.clone().map_or_else(|| writing.draft.clone().finish(), Err)
    }
}
