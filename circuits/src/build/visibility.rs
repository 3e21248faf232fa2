//! Who knows a value, as types.

/// Known to everybody, or to the receivers of a reveal.
#[derive(Debug)]
pub enum Known {}

/// Known to the role that brought it.
#[derive(Debug)]
pub enum Owned {}

/// Known to nobody: shared among all.
#[derive(Debug)]
pub enum Shared {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Known {}
    impl Sealed for super::Owned {}
    impl Sealed for super::Shared {}
}

/// Who knows a value: [`Known`], [`Owned`] or [`Shared`].
pub trait Visibility: sealed::Sealed {}
impl Visibility for Known {}
impl Visibility for Owned {}
impl Visibility for Shared {}

/// Values that can be operands of one operation. The only pair that cannot is a private value and a secret one.
#[diagnostic::on_unimplemented(
    message = "a private value meets a secret one",
    label = "one operand is private, the other secret",
    note = "share the private value first: x.share()"
)]
pub trait Meets<Other: Visibility>: Visibility {
    /// Who knows the result.
    type Joined: Visibility;
}

/// Who knows the result of an operation on a `V` and a `W` value.
pub type Joined<V, W> = <V as Meets<W>>::Joined;

impl Meets<Known> for Known {
    type Joined = Known;
}
impl Meets<Owned> for Known {
    type Joined = Owned;
}
impl Meets<Shared> for Known {
    type Joined = Shared;
}
impl Meets<Known> for Owned {
    type Joined = Owned;
}
impl Meets<Owned> for Owned {
    type Joined = Owned;
}
impl Meets<Known> for Shared {
    type Joined = Shared;
}
impl Meets<Shared> for Shared {
    type Joined = Shared;
}

/// Values that quotients and outputs are made of.
#[diagnostic::on_unimplemented(
    message = "a quotient or an output is made of public or revealed values",
    label = "this value is private or secret",
    note = "reveal the values it is computed from"
)]
pub trait Revealed: Visibility {}
impl Revealed for Known {}

/// Values that a reveal discloses.
#[diagnostic::on_unimplemented(
    message = "only a secret value is revealed",
    label = "this value is private, or public already",
    note = "share a private value first: x.share(); show public arithmetic by output"
)]
pub trait Disclosable: Visibility {}
impl Disclosable for Shared {}

/// Values that somebody sees, and can check.
#[diagnostic::on_unimplemented(
    message = "the range of a secret value cannot be checked in plain",
    label = "nobody knows this value",
    note = "check it before it is shared, or assert that it is at most a bound"
)]
pub trait InPlain: Visibility {}
impl InPlain for Known {}
impl InPlain for Owned {}
