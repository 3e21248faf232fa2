//! Exact numbers in rows.

use ethnum::I256;
use quorate_circuits::number::{Rational, pow10};

/// Numbers of a shape, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// The lengths, outermost first; none for a single number.
    pub lengths: Vec<usize>,
    /// The numbers.
    pub elements: Elements,
}

/// The numbers of an array.
#[derive(Clone, Debug, PartialEq)]
pub enum Elements {
    /// Mantissas with so many decimals; bits are 0 and 1.
    Exact {
        /// Decimals of all.
        decimals: u32,
        /// The mantissas.
        numbers: Vec<I256>,
    },
    /// Quotients and blanks.
    Quotients(Vec<Option<Rational>>),
}

impl Array {
    pub(super) fn exact(lengths: Vec<usize>, decimals: u32, numbers: Vec<I256>) -> Self {
        Self { lengths, elements: Elements::Exact { decimals, numbers } }
    }

    pub(super) fn single(number: impl Into<I256>) -> Self {
        Self::exact(vec![], 0, vec![number.into()])
    }

    pub(super) fn numbers(&self) -> &[I256] {
        match &self.elements {
            Elements::Exact { numbers, .. } => numbers,
            Elements::Quotients(_) => panic!("quotients where numbers are due"),
        }
    }

    pub(super) fn decimals(&self) -> u32 {
        match &self.elements {
            Elements::Exact { decimals, .. } => *decimals,
            Elements::Quotients(_) => 0,
        }
    }

    /// The same numbers, with more decimals.
    pub(super) fn with_decimals(&self, decimals: u32) -> Self {
        let factor = pow10(decimals - self.decimals());
        Self::exact(self.lengths.clone(), decimals, self.numbers().iter().map(|n| *n * factor).collect())
    }

    /// As quotients; blank where there is none.
    pub fn quotients(&self) -> Vec<Option<Rational>> {
        match &self.elements {
            Elements::Exact { decimals, numbers } => {
                numbers.iter().map(|n| Rational::from_mantissa(*n, *decimals)).collect()
            }
            Elements::Quotients(quotients) => quotients.clone(),
        }
    }

    /// The elements of these positions, in another shape.
    fn part(&self, positions: std::ops::Range<usize>, lengths: Vec<usize>) -> Self {
        let elements = match &self.elements {
            Elements::Exact { decimals, numbers } => {
                Elements::Exact { decimals: *decimals, numbers: numbers[positions].to_vec() }
            }
            Elements::Quotients(quotients) => Elements::Quotients(quotients[positions].to_vec()),
        };
        Self { lengths, elements }
    }

    /// Element `position` along the first dimension.
    pub(super) fn row(&self, position: usize) -> Self {
        let lengths = self.lengths[1..].to_vec();
        let size: usize = lengths.iter().product();
        self.part(position * size..(position + 1) * size, lengths)
    }

    /// A row of zeros, as long as the rows are.
    pub(super) fn row_of_zeros(&self) -> Self {
        let lengths = self.lengths[1..].to_vec();
        let size = lengths.iter().product();
        Self::exact(lengths, self.decimals(), vec![I256::ZERO; size])
    }

    /// Arrays of one shape on top of each other. `like` is an element, for the case that there is none.
    pub(super) fn stacked(rows: &[Self], like: &Self) -> Self {
        let mut lengths = vec![rows.len()];
        lengths.extend(&like.lengths);
        if let Elements::Quotients(_) = like.elements {
            let quotients = rows.iter().flat_map(Self::quotients).collect();
            return Self { lengths, elements: Elements::Quotients(quotients) };
        }
        let numbers = rows.iter().flat_map(|row| row.numbers().to_vec()).collect();
        Self::exact(lengths, like.decimals(), numbers)
    }

    /// Elements `from..to` along the last dimension of a vector.
    pub(super) fn slice(&self, from: usize, to: usize) -> Self {
        self.part(from..to, vec![to - from])
    }
}
