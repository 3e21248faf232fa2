//! Types while sizes are still symbolic.

use super::{ParameterId, Receivers, RoleId, SizeId};
use crate::curve::CurveName;

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Type {
    /// What each element is.
    pub kind: Kind,
    /// The shape; empty for a scalar.
    pub dimensions: Vec<Dimension>,
    /// Who knows it.
    pub visibility: Visibility,
    /// For a value of which each member of a family has its own: the family.
    pub member: Option<RoleId>,
}

/// What an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A bit.
    Bit,
    /// An exact decimal number; integers have no decimals.
    Number,
    /// A quotient of public numbers, or a number that may be blank.
    Rational,
    /// An integer modulo the order of a curve's group.
    Scalar(CurveName),
    /// An element of a curve's group.
    Point(CurveName),
    /// A string of bytes, such as a message.
    Bytes,
}

/// One extent of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// A number.
    Constant(u64),
    /// A parameter's value. Where it is 1, the dimension is not shown: one group is no grouping.
    Parameter(ParameterId),
    /// A measured size; of the member at hand, if it differs by member.
    Size(SizeId),
    /// A measured size, summed over the members of its family.
    Total(SizeId),
    /// The number of intervals between the edges in a list.
    Intervals(ParameterId),
    /// The length of a list.
    Length(ParameterId),
}

/// Who knows a value. Exactly one operation lowers secrecy: `reveal`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// Everybody.
    Public,
    /// The role that brought it (of a family: each member its own); work on it is done in plain.
    Private(RoleId),
    /// The receivers of a reveal.
    Opened(Receivers),
    /// Nobody: it is shared.
    Secret,
}
