//! What the writer knows of a value that it has written.

use quorate_circuits::number::{Range, pow10};

/// Greatest lengths: columns and families stay small, so that slow protocols can run what is generated.
pub(super) const MOST_ROWS: u64 = 4;
pub(super) const MOST_LINES: u64 = 5;
pub(super) const MOST_MEMBERS: u64 = 3;
pub(super) const MOST_GROUPS: u64 = 3;
pub(super) const MOST_WIDTH: u64 = 3;

/// An extent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    Constant(u64),
    /// `rows`, a public size.
    Rows,
    /// `lines`, a private size.
    Lines,
    /// `width`, a public size that each member of the family has its own of.
    Width,
    /// `total width`.
    Total,
    /// `groups`, a parameter.
    Groups,
    /// The intervals between the edges of `edges`, a list parameter.
    Intervals,
}

impl Extent {
    /// The least and the greatest it can be.
    pub(super) fn bounds(self) -> (u64, u64) {
        match self {
            Self::Constant(n) => (n, n),
            Self::Rows => (1, MOST_ROWS),
            Self::Lines => (0, MOST_LINES),
            Self::Width => (1, MOST_WIDTH),
            Self::Total => (1, MOST_WIDTH * MOST_MEMBERS),
            Self::Groups => (1, MOST_GROUPS),
            Self::Intervals => (1, 3),
        }
    }
}

/// Who knows a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Knowledge {
    Public,
    /// Private to a role, by its position; the family's members count as one role.
    Private(usize),
    Secret,
}

/// A value that can be used.
#[derive(Clone, Debug)]
pub(super) struct Value {
    /// A name, or an expression in brackets.
    pub(super) text: String,
    pub(super) is_bit: bool,
    pub(super) knowledge: Knowledge,
    /// Whether each member of the family has its own.
    pub(super) member: bool,
    pub(super) shape: Vec<Extent>,
    pub(super) decimals: u32,
    /// Covers what the value can be, whatever the sizes are.
    pub(super) range: Range,
    /// In a function's body: a bit for each of its parameters that the value depends on.
    pub(super) depends: u32,
}

impl Value {
    /// Whether two values can be operands of one element-wise operation; what the result is then.
    pub(super) fn meet(&self, other: &Self) -> Option<Self> {
        let knowledge = match (self.knowledge, other.knowledge) {
            (Knowledge::Public, k) | (k, Knowledge::Public) => k,
            (a, b) if a == b => a,
            _ => return None,
        };
        let shape = match (self.shape.as_slice(), other.shape.as_slice()) {
            (shape, []) | ([], shape) => shape.to_vec(),
            (a, b) if a == b => a.to_vec(),
            _ => return None,
        };
        let (member, depends) = (self.member || other.member, self.depends | other.depends);
        Some(Self { knowledge, shape, member, depends, ..self.clone() })
    }

    /// The most elements that it can have.
    pub(super) fn most_elements(&self) -> u64 {
        self.shape.iter().map(|extent| extent.bounds().1).product()
    }

    /// Whether it is a whole number.
    pub(super) fn is_whole(&self) -> bool {
        !self.is_bit && self.decimals == 0
    }

    /// Whether a function that was written for `parameter` can take it.
    pub(super) fn fits(&self, parameter: &Self) -> bool {
        self.is_bit == parameter.is_bit
            && self.knowledge == parameter.knowledge
            && self.member == parameter.member
            && self.shape == parameter.shape
            && self.decimals == parameter.decimals
            && parameter.range.covers(&self.range)
    }

    /// Whether it is an integer of at least 0.
    pub(super) fn is_natural(&self) -> bool {
        !self.is_bit && self.decimals == 0 && !self.range.is_signed()
    }

    /// The range as mantissas with more decimals.
    pub(super) fn range_at(&self, decimals: u32) -> Option<Range> {
        self.range.mul(&Range::exactly(pow10(decimals - self.decimals)))
    }
}
