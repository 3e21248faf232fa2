//! Rust's operators on values. The comparison operators are left out on purpose: they would have to answer with a
//! `bool`, which nobody has.

use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Sub};

use super::kind::{Arithmetic, Bit, Bitwise, Kind, Number, Quotient};
use super::operand::{Operand, Sealed as _};
use super::shared::here;
use super::value::Value;
use super::visibility::{Joined, Known, Meets, Revealed, Visibility};
use crate::program::{Function, Operation};

/// Writes out an infix operator for values and references on the left, and for integers there.
macro_rules! infix {
    ($($operator:ident, $method:ident, $function:ident, $rule:ident;)*) => {$(
        impl<V, K, R> $operator<R> for &Value<V, K>
        where
            V: Visibility + Meets<R::Visibility>,
            K: Kind + $rule<R::Kind>,
            R: Operand,
        {
            type Output = Value<Joined<V, R::Visibility>, <K as $rule<R::Kind>>::Result>;

            #[track_caller]
            fn $method(self, right: R) -> Self::Output {
                self.call(Function::$function, &[&right])
            }
        }

        impl<V, K, R> $operator<R> for Value<V, K>
        where
            V: Visibility + Meets<R::Visibility>,
            K: Kind + $rule<R::Kind>,
            R: Operand,
        {
            type Output = Value<Joined<V, R::Visibility>, <K as $rule<R::Kind>>::Result>;

            #[track_caller]
            fn $method(self, right: R) -> Self::Output {
                self.call(Function::$function, &[&right])
            }
        }

        impl<V, K> $operator<&Value<V, K>> for i128
        where
            V: Visibility,
            K: Kind,
            Number: $rule<K>,
        {
            type Output = Value<V, <Number as $rule<K>>::Result>;

            #[track_caller]
            fn $method(self, right: &Value<V, K>) -> Self::Output {
                let span = here();
                let operands = vec![self.node(&right.draft, span), right.own_node(&right.draft, span)];
                Value::made(&right.draft, Operation::Call(Function::$function), operands, span)
            }
        }

        impl<V, K> $operator<Value<V, K>> for i128
        where
            V: Visibility,
            K: Kind,
            Number: $rule<K>,
        {
            type Output = Value<V, <Number as $rule<K>>::Result>;

            #[track_caller]
            fn $method(self, right: Value<V, K>) -> Self::Output {
                self.$method(&right)
            }
        }
    )*};
}

infix! {
    Add, add, Add, Arithmetic;
    Sub, sub, Sub, Arithmetic;
    Mul, mul, Mul, Arithmetic;
    BitAnd, bitand, And, Bitwise;
    BitOr, bitor, Or, Bitwise;
    BitXor, bitxor, Xor, Bitwise;
}

impl<V, K, R> Div<R> for &Value<V, K>
where
    V: Visibility + Meets<R::Visibility, Joined: Revealed>,
    K: Kind,
    R: Operand,
{
    type Output = Value<Known, Quotient>;

    #[track_caller]
    fn div(self, right: R) -> Self::Output {
        self.call(Function::Div, &[&right])
    }
}

impl<V, K, R> Div<R> for Value<V, K>
where
    V: Visibility + Meets<R::Visibility, Joined: Revealed>,
    K: Kind,
    R: Operand,
{
    type Output = Value<Known, Quotient>;

    #[track_caller]
    fn div(self, right: R) -> Self::Output {
        self.call(Function::Div, &[&right])
    }
}

impl<V: Visibility, K: Kind + Arithmetic<K>> Neg for &Value<V, K> {
    type Output = Value<V, K::Result>;

    #[track_caller]
    fn neg(self) -> Self::Output {
        self.call(Function::Neg, &[])
    }
}

impl<V: Visibility, K: Kind + Arithmetic<K>> Neg for Value<V, K> {
    type Output = Value<V, K::Result>;

    #[track_caller]
    fn neg(self) -> Self::Output {
        self.call(Function::Neg, &[])
    }
}

impl<V: Visibility> Not for &Value<V, Bit> {
    type Output = Value<V, Bit>;

    #[track_caller]
    fn not(self) -> Self::Output {
        self.call(Function::Not, &[])
    }
}

impl<V: Visibility> Not for Value<V, Bit> {
    type Output = Self;

    #[track_caller]
    fn not(self) -> Self::Output {
        self.call(Function::Not, &[])
    }
}
