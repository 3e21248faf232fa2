//! What can stand beside an operator.

use super::constant::Decimal;
use super::declare::{ListParameter, NumberParameter};
use super::kind::{Kind, Number};
use super::shared::SharedDraft;
use super::value::Value;
use super::visibility::{Known, Visibility};
use crate::program::{NodeId, Operation, Span};

mod sealed {
    use super::{NodeId, SharedDraft, Span};

    pub trait Sealed {
        fn node(&self, draft: &SharedDraft, span: Span) -> NodeId;
    }
}

pub(super) use sealed::Sealed;

/// An operand: a value or a reference to one, an integer (an `i128`, so literals need no suffix), a
/// [`super::decimal`], a parameter.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no operand of a program",
    label = "neither a value of the program nor a constant",
    note = "integers are `i128` constants, decimals are written decimal(\"0.25\")"
)]
pub trait Operand: sealed::Sealed {
    /// Who knows it.
    type Visibility: Visibility;
    /// What it is.
    type Kind: Kind;
}

impl<V: Visibility, K: Kind> Operand for Value<V, K> {
    type Visibility = V;
    type Kind = K;
}

impl<V, K> sealed::Sealed for Value<V, K> {
    fn node(&self, draft: &SharedDraft, span: Span) -> NodeId {
        self.own_node(draft, span)
    }
}

impl<V: Visibility, K: Kind> Operand for &Value<V, K> {
    type Visibility = V;
    type Kind = K;
}

impl<V, K> sealed::Sealed for &Value<V, K> {
    fn node(&self, draft: &SharedDraft, span: Span) -> NodeId {
        self.own_node(draft, span)
    }
}

impl Operand for i128 {
    type Visibility = Known;
    type Kind = Number;
}

impl sealed::Sealed for i128 {
    fn node(&self, draft: &SharedDraft, span: Span) -> NodeId {
        Decimal::from(*self).node(draft, span)
    }
}

impl Operand for Decimal {
    type Visibility = Known;
    type Kind = Number;
}

impl sealed::Sealed for Decimal {
    fn node(&self, draft: &SharedDraft, span: Span) -> NodeId {
        let literal = self.literal(draft, span);
        draft.node(Operation::Literal(literal), vec![], span)
    }
}

impl Operand for &NumberParameter {
    type Visibility = Known;
    type Kind = Number;
}

impl sealed::Sealed for &NumberParameter {
    fn node(&self, draft: &SharedDraft, span: Span) -> NodeId {
        draft.node(Operation::Parameter(self.own_id(draft, span)), vec![], span)
    }
}

impl Operand for &ListParameter {
    type Visibility = Known;
    type Kind = Number;
}

impl sealed::Sealed for &ListParameter {
    fn node(&self, draft: &SharedDraft, span: Span) -> NodeId {
        draft.owns(&self.draft, span);
        draft.node(Operation::Parameter(self.id), vec![], span)
    }
}
