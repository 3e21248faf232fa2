//! Plain values.

use crate::bind::View;
use crate::number::{Range, Rational, Word, value_of};

/// The elements of a value that somebody knows, tables row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// Bits and numbers, as mantissas.
    Words(Vec<Word>),
    /// Quotients, and numbers that may be blank.
    Rationals(Vec<Option<Rational>>),
}

impl Column {
    /// The mantissas, unless it holds quotients.
    pub fn words(&self) -> Option<&[Word]> {
        match self {
            Self::Words(words) => Some(words),
            Self::Rationals(_) => None,
        }
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        match self {
            Self::Words(words) => words.len(),
            Self::Rationals(rationals) => rationals.len(),
        }
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The elements that a view shows; `None` if it shows some that are not there.
    pub(super) fn view(&self, view: &View) -> Option<Self> {
        match self {
            _ if view.end() > self.len() => None,
            Self::Words(words) => Some(Self::Words(view.positions().map(|p| words[p]).collect())),
            Self::Rationals(rationals) => Some(Self::Rationals(view.positions().map(|p| rationals[p]).collect())),
        }
    }

    /// The elements as quotients, given the decimals and range of mantissas.
    pub(crate) fn rationals(&self, decimals: u32, range: &Range) -> Vec<Option<Rational>> {
        match self {
            Self::Words(words) => {
                words.iter().map(|w| Rational::from_mantissa(value_of(*w, range), decimals)).collect()
            }
            Self::Rationals(rationals) => rationals.clone(),
        }
    }

    /// Blank where `condition` is not one.
    pub(super) fn blank_unless(&self, condition: &Self, decimals: u32, range: &Range) -> Self {
        let condition = condition.words().unwrap_or_default();
        let at = |i: usize| condition.get(if condition.len() == 1 { 0 } else { i }).is_some_and(|c| *c == 1);
        let shown = self.rationals(decimals, range);
        Self::Rationals(shown.into_iter().enumerate().map(|(i, v)| v.filter(|_| at(i))).collect())
    }
}
