//! Types of inputs and lists: what an element is and which values it can take.

use std::marker::PhantomData;
use std::ops::{Range, RangeInclusive};

use super::constant::Decimal;
use super::declare::NumberParameter;
use super::kind::{Bit, Kind, Number};
use super::shared::SharedDraft;
use crate::program::{self, ElementType, Span};

/// The type of an input's elements. `U16.range(0..=100)` narrows what they can be.
#[derive(Clone, Debug)]
pub struct Element<K> {
    base: Base,
    interval: Option<Interval>,
    pub(super) rounded: bool,
    kind: PhantomData<K>,
}

#[derive(Clone, Debug)]
enum Base {
    Integer(ElementType),
    Fixed(Bound),
}

const fn integer<K>(base: ElementType) -> Element<K> {
    Element { base: Base::Integer(base), interval: None, rounded: false, kind: PhantomData }
}

/// One bit.
pub const BIT: Element<Bit> = integer(ElementType::Bit);
/// Eight bits, unsigned.
pub const U8: Element<Number> = integer(ElementType::Unsigned(8));
/// Sixteen bits, unsigned.
pub const U16: Element<Number> = integer(ElementType::Unsigned(16));
/// Thirty-two bits, unsigned.
pub const U32: Element<Number> = integer(ElementType::Unsigned(32));
/// Sixty-four bits, unsigned.
pub const U64: Element<Number> = integer(ElementType::Unsigned(64));
/// A hundred and twenty-eight bits, unsigned.
pub const U128: Element<Number> = integer(ElementType::Unsigned(128));
/// Eight bits, signed.
pub const I8: Element<Number> = integer(ElementType::Signed(8));
/// Sixteen bits, signed.
pub const I16: Element<Number> = integer(ElementType::Signed(16));
/// Thirty-two bits, signed.
pub const I32: Element<Number> = integer(ElementType::Signed(32));
/// Sixty-four bits, signed.
pub const I64: Element<Number> = integer(ElementType::Signed(64));
/// A hundred and twenty-eight bits, signed.
pub const I128: Element<Number> = integer(ElementType::Signed(128));

/// An exact number with so many decimals: a constant, or a parameter's value.
pub fn fixed(decimals: impl Into<Bound>) -> Element<Number> {
    Element { base: Base::Fixed(decimals.into()), interval: None, rounded: false, kind: PhantomData }
}

impl<K: Kind> Element<K> {
    /// Narrows the values, as in `U16.range(0..=100)` or `fixed(2).range(until(0, &most))`.
    #[must_use]
    pub fn range(mut self, interval: impl Into<Interval>) -> Self {
        self.interval = Some(interval.into());
        self
    }

    /// Rounds values with more decimals to nearest, instead of refusing them.
    #[must_use]
    pub fn rounded(mut self) -> Self {
        self.rounded = true;
        self
    }

    pub(super) fn declared(&self, draft: &SharedDraft, span: Span) -> (ElementType, Option<program::Interval>) {
        let base = match &self.base {
            Base::Integer(base) => *base,
            Base::Fixed(decimals) => ElementType::Fixed(decimals.declared(draft, span)),
        };
        (base, self.interval.as_ref().map(|interval| interval.declared(draft, span)))
    }
}

/// A number in a declaration: a constant (`10`, `"0.5"`), or a parameter's value.
#[derive(Clone, Debug)]
pub struct Bound(Written);

#[derive(Clone, Debug)]
enum Written {
    Constant(Decimal),
    Parameter(NumberParameter),
}

impl Bound {
    pub(super) fn declared(&self, draft: &SharedDraft, span: Span) -> program::Bound {
        match &self.0 {
            Written::Constant(constant) => program::Bound::Literal(constant.literal(draft, span)),
            Written::Parameter(parameter) => program::Bound::Parameter(parameter.own_id(draft, span)),
        }
    }
}

impl From<i128> for Bound {
    fn from(value: i128) -> Self {
        Self(Written::Constant(value.into()))
    }
}

impl From<&str> for Bound {
    fn from(text: &str) -> Self {
        Self(Written::Constant(text.into()))
    }
}

impl From<&NumberParameter> for Bound {
    fn from(parameter: &NumberParameter) -> Self {
        Self(Written::Parameter(parameter.clone()))
    }
}

/// A range of values: a Rust range of integers, or [`between`] and [`until`] for other bounds.
#[derive(Clone, Debug)]
pub struct Interval {
    low: Bound,
    high: Bound,
    inclusive: bool,
}

/// `low..=high`.
pub fn between(low: impl Into<Bound>, high: impl Into<Bound>) -> Interval {
    Interval { low: low.into(), high: high.into(), inclusive: true }
}

/// `low..high`.
pub fn until(low: impl Into<Bound>, high: impl Into<Bound>) -> Interval {
    Interval { low: low.into(), high: high.into(), inclusive: false }
}

impl Interval {
    pub(super) fn declared(&self, draft: &SharedDraft, span: Span) -> program::Interval {
        let (low, high) = (self.low.declared(draft, span), self.high.declared(draft, span));
        program::Interval { low, high, inclusive: self.inclusive }
    }
}

impl From<RangeInclusive<i128>> for Interval {
    fn from(range: RangeInclusive<i128>) -> Self {
        between(*range.start(), *range.end())
    }
}

impl From<Range<i128>> for Interval {
    fn from(range: Range<i128>) -> Self {
        until(range.start, range.end)
    }
}
