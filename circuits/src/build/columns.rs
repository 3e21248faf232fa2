//! Columns and tables: in order, by position, as products.

use super::kind::{Exact, Number};
use super::operand::Operand;
use super::value::Value;
use super::visibility::{Joined, Meets, Visibility};
use crate::program::Function;

impl<V: Visibility, K: Exact> Value<V, K> {
    /// The product of this table and another, the columns of this one being the rows of the other.
    #[track_caller]
    pub fn matmul<R: Operand<Kind: Exact>>(&self, table: R) -> Value<Joined<V, R::Visibility>, Number>
    where
        V: Meets<R::Visibility>,
    {
        self.call(Function::MatMul, &[&table])
    }

    /// The table whose rows are the columns of this one.
    #[track_caller]
    pub fn transpose(&self) -> Self {
        self.call(Function::Transpose, &[])
    }

    /// Of a column, the element at each position of the index, from 0. Every position that the index can be has one.
    #[track_caller]
    pub fn lookup<R: Operand<Kind = Number>>(&self, index: R) -> Value<Joined<V, R::Visibility>, K>
    where
        V: Meets<R::Visibility>,
    {
        self.call(Function::Lookup, &[&index])
    }

    /// Running sums along the last dimension: each element with all before it.
    #[track_caller]
    pub fn prefix_sum(&self) -> Value<V, Number> {
        self.call(Function::PrefixSum, &[])
    }

    /// Along the last dimension in the ascending order of the key beside it; equal keys keep their order.
    #[track_caller]
    pub fn sort_by<W: Visibility + Meets<V>>(&self, key: &Value<W, Number>) -> Value<Joined<W, V>, K> {
        key.call(Function::SortBy, &[self])
    }
}

impl<V: Visibility> Value<V, Number> {
    /// The numbers along the last dimension in ascending order.
    #[track_caller]
    pub fn sort(&self) -> Self {
        self.call(Function::Sort, &[])
    }

    /// The position of the least number along the last dimension, from 0; the first of equal ones.
    #[track_caller]
    pub fn argmin(&self) -> Self {
        self.call(Function::ArgMin, &[])
    }

    /// The position of the greatest number along the last dimension, from 0; the first of equal ones.
    #[track_caller]
    pub fn argmax(&self) -> Self {
        self.call(Function::ArgMax, &[])
    }
}
