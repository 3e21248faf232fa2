//! The draft that a builder and all its handles write to.

use std::cell::RefCell;
use std::panic::Location;
use std::rc::Rc;

use crate::program::draft::Draft;
use crate::program::{Diagnostic, Literal, NodeId, Operation, Program, Span};

/// One draft, owned by its builder and handles together.
#[derive(Clone, Debug, Default)]
pub struct SharedDraft(Rc<RefCell<Writing>>);

#[derive(Debug, Default)]
struct Writing {
    draft: Draft,
    /// The first misuse. Operators have no way to report one, so it waits for the end.
    refused: Option<Diagnostic>,
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

    /// A node of this program by its handle; some number if the handle belongs to another program.
    pub(super) fn own_node(&self, other: &Self, id: NodeId, span: Span) -> NodeId {
        if self.owns(other, span) { id } else { self.node(Operation::Literal(Literal::integer(0)), vec![], span) }
    }

    pub(super) fn finish(&self) -> Result<Program, Diagnostic> {
        let writing = self.0.borrow();
        writing.refused.clone().map_or_else(|| writing.draft.clone().finish(), Err)
    }
}
