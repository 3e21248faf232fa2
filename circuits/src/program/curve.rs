//! What programs say of curves, keys and what is kept between sessions.

use super::{Bound, Kind, RoleId, Span};
use crate::curve::CurveName;

/// A held value, in order of declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeldId(pub usize);

/// `held record.field: scalar(secp256k1)`: a value that the parties kept from an earlier session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldDeclaration {
    /// The record that it is a field of.
    pub record: String,
    /// Its name there.
    pub field: String,
    /// A scalar or a point.
    pub kind: Kind,
    /// Whether everybody knows it. A point is public always, a scalar where its declaration says so.
    pub public: bool,
    /// Who has the shares of a secret, if not everybody: `by dealer`.
    pub by: Option<RoleId>,
    /// Where it is declared.
    pub span: Span,
}

impl HeldDeclaration {
    /// The name in expressions, `record.field`.
    pub fn name(&self) -> String {
        format!("{}.{}", self.record, self.field)
    }
}

/// `threshold t for products`, or `structure s among holder for products`: how a secret is shared when it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// How many of the parties can use it: a number, or a parameter. A parameter that is a structure says who.
    pub parties: Bound,
    /// Among whom it is shared, if not among everybody.
    pub among: Option<RoleId>,
    /// For what.
    pub purpose: Purpose,
}

/// `to holder at index for products`, or `to receiver`: a secret that one party keeps, and nobody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// Who keeps it: a role that is no family.
    pub to: RoleId,
    /// Which share of the sharing that it is held under; without it, the whole secret.
    pub share: Option<(Bound, Purpose)>,
}

/// What the shares of a key are for: not every protocol can use every sharing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The secret is multiplied by other secrets, as by ECDSA.
    Products,
    /// The secret is added to others and multiplied by public scalars alone, as by Schnorr signatures.
    Sums,
}

impl Purpose {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Products, Self::Sums];

    /// The word in the text form.
    pub fn name(self) -> &'static str {
        match self {
            Self::Products => "products",
            Self::Sums => "sums",
        }
    }
}

impl Kind {
    /// The curve of a scalar or point.
    pub fn curve(self) -> Option<CurveName> {
        match self {
            Self::Scalar(curve) | Self::Point(curve) => Some(curve),
            Self::Bit | Self::Number | Self::Rational | Self::Bytes => None,
        }
    }

    /// Whether it belongs to the part of the language that works on curves: scalars, points and bytes.
    pub fn is_of_curves(self) -> bool {
        matches!(self, Self::Scalar(_) | Self::Point(_) | Self::Bytes)
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bit => f.write_str("bit"),
            Self::Number => f.write_str("number"),
            Self::Rational => f.write_str("quotient"),
            Self::Scalar(curve) => write!(f, "scalar({curve})"),
            Self::Point(curve) => write!(f, "point({curve})"),
            Self::Bytes => f.write_str("bytes"),
        }
    }
}
