//! Numbers rounded, divided without a remainder, taken bit by bit, or modulo powers of two.

use super::kind::Number;
use super::operand::Operand;
use super::value::Value;
use super::visibility::{Joined, Meets, Visibility};
use crate::program::Function;

impl<V: Visibility> Value<V, Number> {
    /// The nearest number with so many decimals, halves upwards.
    #[track_caller]
    pub fn round(&self, decimals: u32) -> Self {
        self.call(Function::Round, &[&i128::from(decimals)])
    }

    /// The square root, rounded down to half of the decimals; of an even number of decimals, never negative.
    #[track_caller]
    pub fn root(&self) -> Self {
        self.call(Function::Root, &[])
    }

    /// How often the divisor goes into this, rounded towards zero to a whole number; the divisor is never zero.
    #[track_caller]
    pub fn quotient<R: Operand<Kind = Number>>(&self, divisor: R) -> Value<Joined<V, R::Visibility>, Number>
    where
        V: Meets<R::Visibility>,
    {
        self.call(Function::Quotient, &[&divisor])
    }

    /// What the quotient leaves of this; it has the sign of this.
    #[track_caller]
    pub fn remainder<R: Operand<Kind = Number>>(&self, divisor: R) -> Value<Joined<V, R::Visibility>, Number>
    where
        V: Meets<R::Visibility>,
    {
        self.call(Function::Remainder, &[&divisor])
    }

    /// This times two to the power of `by`; whole numbers that are not negative.
    #[track_caller]
    pub fn shift_left<R: Operand<Kind = Number>>(&self, by: R) -> Value<Joined<V, R::Visibility>, Number>
    where
        V: Meets<R::Visibility>,
    {
        self.call(Function::ShiftLeft, &[&by])
    }

    /// This divided by two to the power of `by`, rounded down; whole numbers that are not negative.
    #[track_caller]
    pub fn shift_right<R: Operand<Kind = Number>>(&self, by: R) -> Value<Joined<V, R::Visibility>, Number>
    where
        V: Meets<R::Visibility>,
    {
        self.call(Function::ShiftRight, &[&by])
    }

    /// How many bits are one; of whole numbers that are not negative.
    #[track_caller]
    pub fn popcount(&self) -> Self {
        self.call(Function::Popcount, &[])
    }

    /// The sum modulo 2^bits, from 0 to 2^bits - 1; whole numbers only.
    #[track_caller]
    pub fn wrapping_add<R: Operand<Kind = Number>>(
        &self,
        other: R,
        bits: u32,
    ) -> Value<Joined<V, R::Visibility>, Number>
    where
        V: Meets<R::Visibility>,
    {
        self.call(Function::WrappingAdd, &[&other, &i128::from(bits)])
    }

    /// The difference modulo 2^bits, from 0 to 2^bits - 1; whole numbers only.
    #[track_caller]
    pub fn wrapping_sub<R: Operand<Kind = Number>>(
        &self,
        other: R,
        bits: u32,
    ) -> Value<Joined<V, R::Visibility>, Number>
    where
        V: Meets<R::Visibility>,
    {
        self.call(Function::WrappingSub, &[&other, &i128::from(bits)])
    }

    /// The product modulo 2^bits, from 0 to 2^bits - 1; whole numbers only.
    #[track_caller]
    pub fn wrapping_mul<R: Operand<Kind = Number>>(
        &self,
        other: R,
        bits: u32,
    ) -> Value<Joined<V, R::Visibility>, Number>
    where
        V: Meets<R::Visibility>,
    {
        self.call(Function::WrappingMul, &[&other, &i128::from(bits)])
    }
}
