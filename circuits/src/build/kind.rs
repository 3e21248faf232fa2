//! What a value's elements are, as types.

/// One bit.
#[derive(Debug)]
pub enum Bit {}

/// An exact decimal number.
#[derive(Debug)]
pub enum Number {}

/// An exact quotient of revealed numbers, or a number that may be blank.
#[derive(Debug)]
pub enum Quotient {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Bit {}
    impl Sealed for super::Number {}
    impl Sealed for super::Quotient {}
}

/// What an element is: [`Bit`], [`Number`] or [`Quotient`].
pub trait Kind: sealed::Sealed {}
impl Kind for Bit {}
impl Kind for Number {}
impl Kind for Quotient {}

/// Elements that a protocol computes on.
#[diagnostic::on_unimplemented(
    message = "quotients and blanks are for outputs alone",
    label = "this value is a quotient or may be blank"
)]
pub trait Exact: Kind {}
impl Exact for Bit {}
impl Exact for Number {}

/// What `+`, `-` and `*` give: a number, unless a quotient is involved. A bit counts as 0 or 1.
pub trait Arithmetic<Other: Kind>: Kind {
    /// The kind of the result.
    type Result: Kind;
}

/// What `&`, `|` and `^` give. Bits meet bits, and integers, bit by bit, integers.
#[diagnostic::on_unimplemented(
    message = "`&`, `|` and `^` take two bits or two numbers",
    label = "this is a `{Self}`, the other operand a `{Other}`"
)]
pub trait Bitwise<Other: Kind>: Exact {
    /// The kind of the result.
    type Result: Kind;
}
impl Bitwise<Bit> for Bit {
    type Result = Bit;
}
impl Bitwise<Number> for Number {
    type Result = Number;
}

/// What a selection between two values gives: a bit of two bits, a number otherwise.
pub trait Choice<Other: Kind>: Exact {
    /// The kind of the result.
    type Result: Kind;
}

macro_rules! results {
    ($trait:ident: $($left:ident $right:ident $result:ident,)*) => {$(
        impl $trait<$right> for $left {
            type Result = $result;
        }
    )*};
}

results! { Arithmetic:
    Bit Bit Number,
    Bit Number Number,
    Bit Quotient Quotient,
    Number Bit Number,
    Number Number Number,
    Number Quotient Quotient,
    Quotient Bit Quotient,
    Quotient Number Quotient,
    Quotient Quotient Quotient,
}

results! { Choice:
    Bit Bit Bit,
    Bit Number Number,
    Number Bit Number,
    Number Number Number,
}
