//! What a program cannot do with a value while it is written: no bound here is ever met, and the compiler's message
//! names what to write instead.

use std::cmp::Ordering;

use super::Value;

/// Values have no `==`: whether they are equal is a value of the program too.
#[diagnostic::on_unimplemented(
    message = "nobody knows whether two values of a program are equal while it is written",
    label = "`==` answers with a `bool`, which would have to be known now",
    note = "write x.equals(&y) for a bit of the program, and bit.select(a, b) to choose by it"
)]
pub trait WriteEqualsInstead {}

/// Values have no `<`: which is less is a value of the program too.
#[diagnostic::on_unimplemented(
    message = "nobody knows which of two values of a program is less while it is written",
    label = "`<` answers with a `bool`, which would have to be known now",
    note = "write x.less_than(&y) for a bit of the program, and bit.select(a, b) to choose by it"
)]
pub trait WriteLessThanInstead {}

/// Values are not printed: they have no number before the program runs.
#[diagnostic::on_unimplemented(
    message = "a value of a program has no number while it is written",
    label = "this cannot be printed",
    note = "write p.reveal(\"name\", x, …) to disclose it to its receivers when the program runs"
)]
pub trait WriteRevealInstead {}

impl<V, K, R> PartialEq<R> for Value<V, K>
where
    Self: WriteEqualsInstead,
{
    fn eq(&self, _: &R) -> bool {
        false
    }
}

impl<V, K, R> PartialOrd<R> for Value<V, K>
where
    Self: WriteEqualsInstead + WriteLessThanInstead,
{
    fn partial_cmp(&self, _: &R) -> Option<Ordering> {
        None
    }
}

impl<V, K> std::fmt::Display for Value<V, K>
where
    Self: WriteRevealInstead,
{
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}
