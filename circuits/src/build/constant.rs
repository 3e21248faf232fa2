//! Constants as they are written in Rust.

use super::shared::SharedDraft;
use crate::program::{Literal, Span};

/// An exact decimal constant: made from an integer, or from its text by [`decimal`].
#[derive(Clone, Debug)]
pub struct Decimal(Result<Literal, String>);

/// A constant with decimals, such as `decimal("0.25")`; also `decimal("10^15")`. A text that is no number is an
/// error when the program is finished.
pub fn decimal(text: &str) -> Decimal {
    Decimal::from(text)
}

impl Decimal {
    pub(super) fn literal(&self, draft: &SharedDraft, span: Span) -> Literal {
        self.0.clone().unwrap_or_else(|text| {
            draft.refuse(span, format!("{text:?} is no number"));
            Literal::integer(0)
        })
    }
}

impl From<i128> for Decimal {
    fn from(value: i128) -> Self {
        Self(Ok(Literal::integer(value)))
    }
}

impl From<&str> for Decimal {
    fn from(text: &str) -> Self {
        Self(Literal::parse(text).ok_or_else(|| text.to_owned()))
    }
}
