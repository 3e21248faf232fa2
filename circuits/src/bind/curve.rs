//! Operations on scalars, points and bytes.
//!
//! Secrets are scalars alone; points and bytes are public. A single value stands for a vector of equal ones, as among
//! numbers. [`CurveOperation::Open`] and [`CurveOperation::OpenPoint`] lower secrecy *inside the protocol*: what they
//! give is public among the parties, and shown to nobody unless it is an output.

use super::{BoundOperation, BoundProgram};
use crate::access::Structure;
use crate::curve::Scalar;
use crate::program::{Kind, Span};

pub use crate::program::Purpose;

/// An operation of which an operand or the result is a scalar, a point or a string of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CurveOperation {
    /// Position in [`BoundProgram::held`].
    Held(usize),
    /// A public scalar: a constant, or a parameter's value.
    Scalar(Scalar),
    /// A parameter's value.
    Bytes(Vec<u8>),
    /// The generator of the group.
    Generator,
    /// Uniform secret scalars; of a vector the entries `entry`, `entry + 1`, … of the tape of scalars.
    Random {
        /// The first entry of the tape. Random scalars and coins share one tape, in order of statements.
        entry: usize,
    },
    /// A public scalar that nobody could foresee when the session was agreed.
    Coin {
        /// The entry of the tape.
        entry: usize,
    },
    /// The negative of a scalar or point.
    Neg,
    /// The sum of two scalars, or of two points.
    Add,
    /// The difference of two scalars, or of two points.
    Sub,
    /// The product of two scalars, or of a public scalar and a point in either order.
    Mul,
    /// The quotient of public scalars; by zero, the session stops.
    Divide,
    /// Whether public scalars or points are equal: a public bit.
    Equal,
    /// A secret scalar, opened to all.
    Open,
    /// A secret scalar times the generator, public.
    OpenPoint,
    /// Stops the session unless the first operand, a secret scalar, times the generator is the second.
    AssertPoint {
        /// What is said then.
        message: String,
    },
    /// The x-coordinate of a point, modulo the order; of the identity, the session stops.
    XCoordinate,
    /// The scalar 1 or -1 whose product with the point has an even y-coordinate; of the identity, the session stops.
    EvenY,
    /// The lesser of a public scalar and its negative.
    LowS,
    /// The leftmost 256 bits of bytes, modulo the order.
    DigestScalar,
    /// The challenge of BIP340, from nonce, key and message.
    ChallengeBip340,
    /// The challenge of Ed25519 (RFC 8032), from nonce, key and message.
    ChallengeEd25519,
    /// Kept for a later session: public values as they are, secrets as shares.
    Keep {
        /// The record.
        record: String,
        /// The field of the record.
        field: String,
        /// How a secret is shared of which fewer than all parties can make use.
        sharing: Option<Sharing>,
        /// Who alone keeps it.
        delivery: Option<Delivery>,
    },
}

/// How a secret is shared of which fewer than all parties can make use.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sharing {
    /// Who can use the secret: the parties of `among`, in their order.
    pub access: Structure,
    /// Among whom.
    pub among: Members,
    /// For what.
    pub purpose: Purpose,
}

/// Neighbouring roles of a bound program: a family, one role, or all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Members {
    /// The position of the first.
    pub first: usize,
    /// How many they are.
    pub count: usize,
}

impl Members {
    /// Their positions.
    pub fn roles(self) -> impl Iterator<Item = super::RoleIndex> {
        (self.first..self.first + self.count).map(super::RoleIndex)
    }
}

/// A secret that one party keeps, or one share of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Delivery {
    /// Who.
    pub to: super::RoleIndex,
    /// The index of the share and what it is for; the whole secret without it.
    pub share: Option<(usize, Purpose)>,
}

/// A value taken over from an earlier session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundHeld {
    /// The record.
    pub record: String,
    /// The field of the record.
    pub field: String,
    /// A scalar or a point.
    pub kind: Kind,
    /// Whether everybody knows it; otherwise each party holds a share.
    pub public: bool,
    /// Who has the shares, if not all parties.
    pub by: Option<Members>,
    /// Where it is declared.
    pub span: Span,
}

impl BoundHeld {
    /// The name, `record.field`.
    pub fn name(&self) -> String {
        format!("{}.{}", self.record, self.field)
    }
}

impl BoundProgram {
    /// Whether it works on scalars, points or bytes. Such a program has no secret numbers.
    pub fn works_on_curves(&self) -> bool {
        self.program.works_on_curves()
    }

    /// What is kept: `record.field`, the value, and how a secret is shared if not among all.
    pub fn kept(&self) -> impl Iterator<Item = (String, super::ValueId, Option<Sharing>)> {
        self.ids().filter_map(|id| match &self.value(id).operation {
            BoundOperation::Curve(CurveOperation::Keep { record, field, sharing, .. }) => {
                Some((format!("{record}.{field}"), id, sharing.clone()))
            }
            _ => None,
        })
    }
}
