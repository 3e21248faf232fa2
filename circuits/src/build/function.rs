//! Functions in Rust: a closure is written once, and stays one function in the program.

use std::marker::PhantomData;

use super::operand::{Operand, Sealed};
use super::shared::{SharedDraft, here};
use super::value::Value;
use super::{Interval, Kind, NumberParameter, ProgramBuilder, Visibility};
use crate::program::{Bound, DefinitionId, Literal, NodeId, Operation, Order, Span};

/// A function of the program that takes values `A` and gives an `R`.
pub struct Function<A, R> {
    draft: SharedDraft,
    id: DefinitionId,
    marker: PhantomData<(A, R)>,
}

/// An operand of [`Function::map`] or of a fold that is taken element by element.
#[derive(Clone, Copy, Debug)]
pub struct Each<T>(T);

/// Marks an operand as taken element by element: a vector by its elements, a table by its rows.
pub fn each<T: Operand>(operand: T) -> Each<T> {
    Each(operand)
}

mod sealed {
    use super::{NodeId, SharedDraft, Span};

    /// The parameters of a function as handles, in the order of their nodes.
    pub trait Handles: Sized {
        const COUNT: usize;
        fn handles(draft: &SharedDraft) -> Self;
    }

    /// Operands that fit the parameters `A`.
    pub trait Fits<A> {
        fn nodes(&self, draft: &SharedDraft, span: Span) -> Vec<(NodeId, bool)>;
    }
}

/// The parameters of a function: a tuple of up to four values.
pub trait Parameters: sealed::Handles {}

/// Operands for the parameters `A`: a tuple of values, each whole or, where a function is mapped or folded, marked
/// with [`each`].
#[diagnostic::on_unimplemented(
    message = "these operands do not fit the parameters of the function",
    note = "a tuple with as many values as the function has parameters, of the same secrecy and kind: f.call((x, y)), f.map((each(x), y))"
)]
pub trait Operands<A>: sealed::Fits<A> {}

/// One operand, of the secrecy and kind of a parameter.
trait Fitting<P> {
    fn node(&self, draft: &SharedDraft, span: Span) -> (NodeId, bool);
}

impl<V: Visibility, K: Kind, T: Operand<Visibility = V, Kind = K>> Fitting<Value<V, K>> for T {
    fn node(&self, draft: &SharedDraft, span: Span) -> (NodeId, bool) {
        (Sealed::node(self, draft, span), false)
    }
}

impl<V: Visibility, K: Kind, T: Operand<Visibility = V, Kind = K>> Fitting<Value<V, K>> for Each<T> {
    fn node(&self, draft: &SharedDraft, span: Span) -> (NodeId, bool) {
        (Sealed::node(&self.0, draft, span), true)
    }
}

/// Writes out parameters and operands for tuples of one length.
macro_rules! tuples {
    ($($count:literal: $($value:ident $kind:ident $operand:ident $position:tt),*;)*) => {$(
        impl<$($value: Visibility, $kind: Kind),*> sealed::Handles for ($(Value<$value, $kind>,)*) {
            const COUNT: usize = $count;

            fn handles(draft: &SharedDraft) -> Self {
                ($(Value::<$value, $kind>::at_node(draft, NodeId($position)),)*)
            }
        }

        impl<$($value: Visibility, $kind: Kind),*> Parameters for ($(Value<$value, $kind>,)*) {}

        impl<$($value, $kind, $operand: Fitting<Value<$value, $kind>>),*> sealed::Fits<($(Value<$value, $kind>,)*)>
            for ($($operand,)*)
        {
            fn nodes(&self, draft: &SharedDraft, span: Span) -> Vec<(NodeId, bool)> {
                vec![$(self.$position.node(draft, span)),*]
            }
        }

        impl<$($value, $kind, $operand: Fitting<Value<$value, $kind>>),*> Operands<($(Value<$value, $kind>,)*)>
            for ($($operand,)*)
        {
        }
    )*};
}

tuples! {
    1: V0 K0 T0 0;
    2: V0 K0 T0 0, V1 K1 T1 1;
    3: V0 K0 T0 0, V1 K1 T1 1, V2 K2 T2 2;
    4: V0 K0 T0 0, V1 K1 T1 1, V2 K2 T2 2, V3 K3 T3 3;
}

impl ProgramBuilder {
    /// Defines a function: `p.function("larger", ["x", "y"], |(x, y): (Secret, Secret)| …)`. Its body sees its
    /// parameters alone; anything else is passed to it. It is written once however often it is used.
    #[track_caller]
    pub fn function<A: Parameters, R, const N: usize>(
        &self,
        name: &str,
        parameters: [&str; N],
        body: impl FnOnce(A) -> R,
    ) -> Function<A, R::Value>
    where
        R: Returned,
    {
        let span = here();
        if N != A::COUNT {
            self.draft.refuse(span, format!("{name} has {} parameters; {N} names are given", A::COUNT));
        }
        let id =
            self.draft.define(name, &parameters, A::COUNT, span, |draft| body(A::handles(draft)).node(draft, span));
        Function { draft: self.draft.clone(), id, marker: PhantomData }
    }
}

/// What a function's body can give: a value or a reference to one.
pub trait Returned: Sealed {
    /// The value's type.
    type Value;
}

impl<V, K> Returned for Value<V, K> {
    type Value = Self;
}

impl<V, K> Returned for &Value<V, K> {
    type Value = Value<V, K>;
}

impl<A, V, K> Function<A, Value<V, K>> {
    /// The function, once.
    #[track_caller]
    pub fn call(&self, operands: impl Operands<A>) -> Value<V, K> {
        let (nodes, each) = self.split(&operands, here());
        if each.contains(&true) {
            self.draft.refuse(here(), "a call takes its operands whole, not each element");
        }
        Value::made(&self.draft, Operation::Invoke(self.id), nodes, here())
    }

    /// The function for each element of the operands marked with [`each`]; the others are passed whole.
    #[track_caller]
    pub fn map(&self, operands: impl Operands<A>) -> Value<V, K> {
        let (nodes, each) = self.split(&operands, here());
        Value::made(&self.draft, Operation::Map { definition: self.id, each }, nodes, here())
    }

    /// The state after the function was applied so many times to its own result, from `start` on.
    #[track_caller]
    pub fn repeat(&self, times: u64, operands: impl Operands<A>) -> Value<V, K> {
        self.repeated(Bound::Literal(Literal::integer(times)), &operands, here())
    }

    /// [`Self::repeat`] as many times as a parameter says.
    #[track_caller]
    pub fn repeat_by(&self, times: &NumberParameter, operands: impl Operands<A>) -> Value<V, K> {
        let span = here();
        self.repeated(Bound::Parameter(times.own_id(&self.draft, span)), &operands, span)
    }

    fn repeated(&self, times: Bound, operands: &impl Operands<A>, span: Span) -> Value<V, K> {
        let (nodes, each) = self.split(operands, span);
        if each.contains(&true) {
            self.draft.refuse(span, "repeat takes its operands whole, not each element");
        }
        let repeat = Operation::Repeat { definition: self.id, times, keeps: None };
        Value::made(&self.draft, repeat, nodes, span)
    }

    fn split(&self, operands: &impl Operands<A>, span: Span) -> (Vec<NodeId>, Vec<bool>) {
        operands.nodes(&self.draft, span).into_iter().unzip()
    }
}

impl<V: Visibility, K: Kind> Function<(Value<V, K>, Value<V, K>), Value<V, K>> {
    /// The elements of a vector combined in a tree of logarithmic depth. The function must be associative: nobody
    /// checks it.
    #[track_caller]
    pub fn fold(&self, elements: impl Operand<Visibility = V, Kind = K>) -> Value<V, K> {
        let span = here();
        let node = Sealed::node(&elements, &self.draft, span);
        let fold = Operation::Fold { definition: self.id, order: Order::Associative, each: vec![true], keeps: None };
        Value::made(&self.draft, fold, vec![node], span)
    }
}

impl<V, K, W: Visibility, L: Kind> Function<(Value<V, K>, Value<W, L>), Value<V, K>>
where
    V: Visibility,
    K: Kind,
{
    /// The elements of a vector combined one after the other, from `start` on: a round for each. Every intermediate
    /// result keeps to the range.
    #[track_caller]
    pub fn fold_from(
        &self,
        start: impl Operand<Kind = K>,
        elements: impl Operand<Visibility = W, Kind = L>,
        keeps: impl Into<Interval>,
    ) -> Value<V, K> {
        let span = here();
        let keeps = Some(keeps.into().declared(&self.draft, span));
        let nodes = vec![Sealed::node(&start, &self.draft, span), Sealed::node(&elements, &self.draft, span)];
        let fold = Operation::Fold { definition: self.id, order: Order::Sequential, each: vec![true], keeps };
        Value::made(&self.draft, fold, nodes, span)
    }
}
