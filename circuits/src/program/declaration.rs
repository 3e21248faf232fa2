//! What a program declares before it computes: parameters, roles, sizes, inputs.

use super::{Dimension, Literal, Span};
use crate::curve::CurveName;

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub usize);
    };
}

index! {
    /// A parameter, in order of declaration.
    ParameterId
}
index! {
    /// A role or a family of roles, in order of declaration.
    RoleId
}
index! {
    /// A size that is measured from the data, in order of declaration.
    SizeId
}
index! {
    /// An input, in order of declaration.
    InputId
}

/// A number that the parties agree on before a run, within declared bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What it stands for.
    pub kind: ParameterKind,
    /// Where it is declared.
    pub span: Span,
}

/// The kinds of parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// A whole number in a range.
    Number {
        /// The least value allowed.
        least: u64,
        /// The greatest value allowed.
        greatest: u64,
        /// The value when none is given; a parameter without one must be given (or follow from the roles).
        default: Option<u64>,
    },
    /// A list of public numbers, such as the edges of a histogram or a table to look up in.
    List {
        /// The least length.
        least: u64,
        /// The greatest length.
        greatest: u64,
        /// Type of each.
        element: ElementType,
        /// Range of each.
        interval: Option<Interval>,
        /// The list when none is given.
        default: Vec<Literal>,
    },
    /// A set of roles, such as the receivers of a result.
    Roles {
        /// The set when none is given.
        default: Vec<RoleId>,
    },
    /// A string of bytes, such as a message: given as hexadecimal digits.
    Bytes {
        /// The least number of bytes.
        least: u64,
        /// The greatest number of bytes.
        greatest: u64,
    },
    /// A public scalar: given as the hexadecimal digits of its encoding, or as a whole number.
    Scalar {
        /// Its curve.
        curve: CurveName,
        /// The scalar when none is given: a whole number that is not negative.
        default: Option<Literal>,
    },
    /// Who of the parties can use a secret together ([`crate::access::Structure`]), numbered in the order of the roles.
    Structure,
}

/// A role that a party plays, or a family `party[parties]` of them (`party_1`, `party_2`, …).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// The parameter that says how many there are, for a family.
    pub count: Option<ParameterId>,
    /// Where it is declared.
    pub span: Span,
}

/// A size that is measured from the inputs when a session is agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Size {
    /// Its name.
    pub name: String,
    /// The family each member of which has its own, if it is not common to all.
    pub of: Option<RoleId>,
    /// Private sizes are known to their owner alone; all others are disclosed to everybody.
    pub private: bool,
    /// The least allowed.
    pub least: u64,
    /// The greatest allowed.
    pub greatest: u64,
    /// Where it is declared.
    pub span: Span,
}

/// A value that a role brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputDeclaration {
    /// Whose it is; each member's own, if that is a family.
    pub role: RoleId,
    /// Its name; a column of a table has the table's before it, as in `customers.income`.
    pub name: String,
    /// Its shape: `[]` for a scalar, `[rows]` for a column, `[rows, columns]` for a table.
    pub dimensions: Vec<Dimension>,
    /// The type of each element.
    pub element: ElementType,
    /// The range of each element; the type's whole range if none is declared.
    pub interval: Option<Interval>,
    /// Whether values with more decimals than the type are rounded to nearest instead of refused.
    pub rounded: bool,
    /// Where it is declared.
    pub span: Span,
}

impl InputDeclaration {
    /// The table and the column, for a column of a table.
    pub fn column(&self) -> Option<(&str, &str)> {
        self.name.split_once('.')
    }
}

/// The types of inputs, constants and lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElementType {
    /// One bit.
    Bit,
    /// `u8` … `u128`.
    Unsigned(u32),
    /// `i8` … `i128`.
    Signed(u32),
    /// An exact decimal number.
    Fixed(Bound),
}

/// A range of values as it is written: `low..high` or `low..=high`, in units of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The least value.
    pub low: Bound,
    /// The greatest value, or the first beyond it.
    pub high: Bound,
    /// Whether `high` itself is allowed.
    pub inclusive: bool,
}

/// A number in a declaration: written out, or a parameter's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Written out.
    Literal(Literal),
    /// A parameter's value.
    Parameter(ParameterId),
}

/// Who receives what is revealed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Receivers {
    /// Every role.
    All,
    /// These roles; a family means all its members.
    Roles(Vec<RoleId>),
    /// The roles that a parameter names.
    Parameter(ParameterId),
}
