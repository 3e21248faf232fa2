//! Handles to values.

use std::marker::PhantomData;
use std::ops::Range;

use super::declare::{Family, Size};
use super::element::Interval;
use super::kind::{Bit, Choice, Exact, Kind, Number};
use super::operand::{Operand, Sealed};
use super::shared::{SharedDraft, here};
use super::visibility::{InPlain, Joined, Known, Meets, Owned, Shared, Visibility};
use crate::program::{Function, NodeId, Operation, Reduction, Span};

/// A value of the program that is being written: who knows it, and what its elements are. A single value or a
/// vector; single values stand for vectors of equal ones.
pub struct Value<V, K> {
    pub(super) draft: SharedDraft,
    id: NodeId,
    /// The body that it belongs to.
    scope: usize,
    marker: PhantomData<(V, K)>,
}

/// A value that its owner alone knows.
pub type Private<K = Number> = Value<Owned, K>;

/// A value that nobody knows: it is shared among all.
pub type Secret<K = Number> = Value<Shared, K>;

/// A value that everybody knows, or that the receivers of a reveal know.
pub type Public<K = Number> = Value<Known, K>;

impl<V, K> Clone for Value<V, K> {
    fn clone(&self) -> Self {
        Self { draft: self.draft.clone(), id: self.id, scope: self.scope, marker: PhantomData }
    }
}

impl<V, K> std::fmt::Debug for Value<V, K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Value({})", self.id.0)
    }
}

impl<V, K> Value<V, K> {
    pub(super) fn made(draft: &SharedDraft, operation: Operation, operands: Vec<NodeId>, span: Span) -> Self {
        Self::at_node(draft, draft.node(operation, operands, span))
    }

    /// A node of the body that is being written.
    pub(super) fn at_node(draft: &SharedDraft, id: NodeId) -> Self {
        Self { draft: draft.clone(), id, scope: draft.scope(), marker: PhantomData }
    }

    /// Its node as an operand in the body that is being written.
    pub(super) fn own_node(&self, draft: &SharedDraft, span: Span) -> NodeId {
        draft.own_node(&self.draft, self.id, self.scope, span)
    }

    /// A function of this value and others.
    #[track_caller]
    pub(super) fn call<W, L>(&self, function: Function, others: &[&dyn Sealed]) -> Value<W, L> {
        self.operation(Operation::Call(function), others)
    }

    #[track_caller]
    pub(super) fn operation<W, L>(&self, operation: Operation, others: &[&dyn Sealed]) -> Value<W, L> {
        let span = here();
        let others = others.iter().map(|other| other.node(&self.draft, span));
        let operands = std::iter::once(self.own_node(&self.draft, span)).chain(others).collect();
        Value::made(&self.draft, operation, operands, span)
    }

    /// Gives the value a name in the text form, as `let` does. A value that has one keeps it.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        self.draft.name(self.id, self.scope, name);
        self
    }
}

impl<V: Visibility, K: Kind> Value<V, K> {
    /// Whether it is less than the other.
    #[track_caller]
    pub fn less_than<R: Operand>(&self, other: R) -> Value<Joined<V, R::Visibility>, Bit>
    where
        V: Meets<R::Visibility>,
    {
        self.call(Function::Lt, &[&other])
    }

    /// Whether it is less or equal.
    #[track_caller]
    pub fn at_most<R: Operand>(&self, other: R) -> Value<Joined<V, R::Visibility>, Bit>
    where
        V: Meets<R::Visibility>,
    {
        self.call(Function::Le, &[&other])
    }

    /// Whether it is greater than the other.
    #[track_caller]
    pub fn greater_than<R: Operand>(&self, other: R) -> Value<Joined<V, R::Visibility>, Bit>
    where
        V: Meets<R::Visibility>,
    {
        self.call(Function::Gt, &[&other])
    }

    /// Whether it is greater or equal.
    #[track_caller]
    pub fn at_least<R: Operand>(&self, other: R) -> Value<Joined<V, R::Visibility>, Bit>
    where
        V: Meets<R::Visibility>,
    {
        self.call(Function::Ge, &[&other])
    }

    /// Whether both are equal.
    #[track_caller]
    pub fn equals<R: Operand>(&self, other: R) -> Value<Joined<V, R::Visibility>, Bit>
    where
        V: Meets<R::Visibility>,
    {
        self.call(Function::Eq, &[&other])
    }

    /// Whether they differ.
    #[track_caller]
    pub fn differs_from<R: Operand>(&self, other: R) -> Value<Joined<V, R::Visibility>, Bit>
    where
        V: Meets<R::Visibility>,
    {
        self.call(Function::Ne, &[&other])
    }

    /// The element at a position, from 0, of a vector whose length is written out.
    #[track_caller]
    pub fn at(&self, position: u64) -> Self {
        self.operation(Operation::Slice { from: position, to: None }, &[])
    }

    /// The elements at some positions of a vector whose length is written out.
    #[track_caller]
    pub fn slice(&self, positions: Range<u64>) -> Self {
        self.operation(Operation::Slice { from: positions.start, to: Some(positions.end) }, &[])
    }
}

impl<V: Visibility, K: Exact> Value<V, K> {
    /// The lesser of the two.
    #[track_caller]
    pub fn min<R: Operand<Kind: Exact>>(&self, other: R) -> Value<Joined<V, R::Visibility>, Number>
    where
        V: Meets<R::Visibility>,
    {
        self.call(Function::Min, &[&other])
    }

    /// The greater of the two.
    #[track_caller]
    pub fn max<R: Operand<Kind: Exact>>(&self, other: R) -> Value<Joined<V, R::Visibility>, Number>
    where
        V: Meets<R::Visibility>,
    {
        self.call(Function::Max, &[&other])
    }

    /// The magnitude.
    #[track_caller]
    pub fn abs(&self) -> Value<V, Number> {
        self.call(Function::Abs, &[])
    }

    /// The sum along the last dimension.
    #[track_caller]
    pub fn sum(&self) -> Value<V, Number> {
        self.call(Function::Sum, &[])
    }

    /// The product of a table (or column) and a column: products, summed along the last dimension.
    #[track_caller]
    pub fn dot<R: Operand<Kind: Exact>>(&self, column: R) -> Value<Joined<V, R::Visibility>, Number>
    where
        V: Meets<R::Visibility>,
    {
        self.call(Function::Dot, &[&column])
    }

    /// A vector of a size's total length, cut into one piece for each member of the size's family.
    #[track_caller]
    pub fn part(&self, size: &Size) -> Self {
        self.draft.owns(&size.draft, here());
        self.operation(Operation::Part(size.id), &[])
    }

    /// Refuses the input if a value is outside, and narrows the range if not: `x.within(0..=100)`.
    #[track_caller]
    pub fn within(&self, interval: impl Into<Interval>) -> Self
    where
        V: InPlain,
    {
        let interval = interval.into().declared(&self.draft, here());
        self.operation(Operation::Within(interval), &[])
    }
}

/// What a selection between `A` and `B` by a bit of visibility `V` gives.
pub type Selected<V, A, B> = Value<
    Joined<Joined<V, <A as Operand>::Visibility>, <B as Operand>::Visibility>,
    <<A as Operand>::Kind as Choice<<B as Operand>::Kind>>::Result,
>;

impl<V: Visibility> Value<V, Bit> {
    /// The first where this bit is one, else the second.
    #[track_caller]
    pub fn select<A: Operand, B: Operand>(&self, yes: A, no: B) -> Selected<V, A, B>
    where
        V: Meets<A::Visibility, Joined: Meets<B::Visibility>>,
        A::Kind: Choice<B::Kind>,
    {
        self.call(Function::Select, &[&yes, &no])
    }
}

impl<K: Exact> Private<K> {
    /// Shares it among all parties: from here on it is secret.
    #[track_caller]
    pub fn share(&self) -> Secret<K> {
        self.call(Function::Share, &[])
    }
}

impl<V: Visibility> Value<V, Number> {
    /// Of a column of group numbers, private or secret: rows of each group.
    #[track_caller]
    pub fn count_by(&self, groups: impl Operand<Visibility = Known>) -> Self {
        self.call(Function::CountBy, &[&groups])
    }

    /// The sum in each group; `group` is the column of group numbers beside this one. Both are private, or both secret.
    #[track_caller]
    pub fn sum_by(&self, group: &Self, groups: impl Operand<Visibility = Known>) -> Self {
        group.call(Function::SumBy, &[self, &groups])
    }
}

impl Private<Number> {
    /// The least of each group, the top of the range where there is none.
    #[track_caller]
    pub fn min_by(&self, group: &Self, groups: impl Operand<Visibility = Known>) -> Self {
        group.call(Function::MinBy, &[self, &groups])
    }

    /// The greatest of each group, the bottom of the range where there is none.
    #[track_caller]
    pub fn max_by(&self, group: &Self, groups: impl Operand<Visibility = Known>) -> Self {
        group.call(Function::MaxBy, &[self, &groups])
    }

    /// Rows of each group in each interval `[edge, next edge)`, the last one closed.
    #[track_caller]
    pub fn histogram_by(
        &self,
        group: &Self,
        edges: impl Operand<Visibility = Known>,
        groups: impl Operand<Visibility = Known>,
    ) -> Self {
        group.call(Function::HistogramBy, &[self, &edges, &groups])
    }
}

impl<K: Exact> Secret<K> {
    /// The sum of the members' values.
    #[track_caller]
    pub fn sum_over(&self, family: &Family) -> Secret<Number> {
        self.over(Reduction::Sum, family)
    }

    /// The least of the members' values.
    #[track_caller]
    pub fn min_over(&self, family: &Family) -> Secret<Number> {
        self.over(Reduction::Min, family)
    }

    /// The greatest of the members' values.
    #[track_caller]
    pub fn max_over(&self, family: &Family) -> Secret<Number> {
        self.over(Reduction::Max, family)
    }

    #[track_caller]
    fn over(&self, reduction: Reduction, family: &Family) -> Secret<Number> {
        self.draft.owns(&family.draft, here());
        self.operation(Operation::OverRole(reduction, family.id), &[])
    }
}
