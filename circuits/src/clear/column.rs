//! Plain values.

use crate::bind::View;
use crate::curve::{Point, Scalar};
use crate::digest::hexadecimal;
use crate::number::{Range, Rational, Word, value_of};

/// The elements of a value that somebody knows, tables row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// Bits and numbers, as mantissas.
    Words(Vec<Word>),
    /// Quotients, and numbers that may be blank.
    Rationals(Vec<Option<Rational>>),
    /// Integers modulo the order of a curve.
    Scalars(Vec<Scalar>),
    /// Elements of a curve's group.
    Points(Vec<Point>),
    /// One string of bytes.
    Bytes(Vec<u8>),
}

impl Column {
    /// The mantissas, if it holds bits or numbers.
    pub fn words(&self) -> Option<&[Word]> {
        match self {
            Self::Words(words) => Some(words),
            _ => None,
        }
    }

    /// The scalars, if it holds some.
    pub fn scalars(&self) -> Option<&[Scalar]> {
        match self {
            Self::Scalars(scalars) => Some(scalars),
            _ => None,
        }
    }

    /// The points, if it holds some.
    pub fn points(&self) -> Option<&[Point]> {
        match self {
            Self::Points(points) => Some(points),
            _ => None,
        }
    }

    /// The elements on a curve as outputs show them: the hexadecimal digits of their encodings. Empty for numbers.
    pub fn encodings(&self) -> Vec<String> {
        match self {
            Self::Words(_) | Self::Rationals(_) => Vec::new(),
            Self::Scalars(scalars) => scalars.iter().map(|scalar| hexadecimal(&scalar.encode())).collect(),
            Self::Points(points) => points.iter().map(|point| hexadecimal(&point.encode())).collect(),
            Self::Bytes(bytes) => vec![hexadecimal(bytes)],
        }
    }

    /// Number of elements; a string of bytes is one.
    pub fn len(&self) -> usize {
        match self {
            Self::Words(words) => words.len(),
            Self::Rationals(rationals) => rationals.len(),
            Self::Scalars(scalars) => scalars.len(),
            Self::Points(points) => points.len(),
            Self::Bytes(_) => 1,
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
            Self::Scalars(scalars) => Some(Self::Scalars(view.positions().map(|p| scalars[p]).collect())),
            Self::Points(points) => Some(Self::Points(view.positions().map(|p| points[p]).collect())),
            Self::Bytes(_) => None,
        }
    }

    /// The elements as quotients, given the decimals and range of mantissas.
    pub(crate) fn rationals(&self, decimals: u32, range: &Range) -> Vec<Option<Rational>> {
        match self {
            Self::Words(words) => {
                words.iter().map(|w| Rational::from_mantissa(value_of(*w, range), decimals)).collect()
            }
            Self::Rationals(rationals) => rationals.clone(),
            // Scalars and points are no quotients: no operation on quotients takes them.
            Self::Scalars(_) | Self::Points(_) | Self::Bytes(_) => vec![None; self.len()],
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
