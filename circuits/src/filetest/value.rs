//! Values in expectations.

use ethnum::I256;

use crate::number::{Rational, parse_decimal};
use crate::program::{Diagnostic, Span};

/// A value: an element, a list, or a list of lists.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// One element.
    Scalar(Scalar, Span),
    /// Several values.
    List(Vec<Self>, Span),
}

/// An element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// A decimal number: mantissa and decimals.
    Number(I256, u32),
    /// An exact quotient.
    Quotient(Rational),
    /// A bit in words.
    Bit(bool),
    /// No value.
    Blank,
}

impl Scalar {
    /// A number as it is written.
    pub(super) fn number(text: &str, span: Span) -> Result<Self, Diagnostic> {
        parse_decimal(text)
            .map(|(mantissa, decimals)| Self::Number(mantissa, decimals))
            .ok_or_else(|| Diagnostic::new(span, format!("{text} is no number")).hint(NUMBERS))
    }

    /// The exact value; `None` for a blank.
    pub(super) fn rational(self) -> Option<Rational> {
        match self {
            Self::Number(mantissa, decimals) => Rational::from_mantissa(mantissa, decimals),
            Self::Quotient(rational) => Some(rational),
            Self::Bit(bit) => Rational::from_mantissa(I256::from(u8::from(bit)), 0),
            Self::Blank => None,
        }
    }
}

pub(super) const NUMBERS: &str = "write numbers as 12, -1_000, 0.5 or 10^6";

/// Elements with their places, row by row.
pub(super) type Elements = Vec<(Scalar, Span)>;

impl Value {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Self::Scalar(_, span) | Self::List(_, span) => *span,
        }
    }

    /// The elements, row by row, if the value has exactly this many extents and no row is longer than another.
    pub(super) fn elements(&self, extents: usize) -> Option<(Vec<usize>, Elements)> {
        match (self, extents) {
            (Self::Scalar(scalar, span), 0) => Some((Vec::new(), vec![(*scalar, *span)])),
            (Self::List(items, _), 1..) => {
                let mut lengths = vec![items.len()];
                let mut elements = Vec::new();
                for (i, item) in items.iter().enumerate() {
                    let (inner, more) = item.elements(extents - 1)?;
                    if i == 0 {
                        lengths.extend(inner);
                    } else if lengths[1..] != inner {
                        return None;
                    }
                    elements.extend(more);
                }
                // Of a table without rows nobody can tell the columns.
                lengths.resize(extents, 0);
                Some((lengths, elements))
            }
            _ => None,
        }
    }
}
