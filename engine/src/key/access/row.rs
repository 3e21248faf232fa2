//! Rows of the matrix, kept as what they are made of: points at which polynomials are evaluated.

use std::ops::{Add, Range};

/// A row of the matrix: the value of the dealer's vector that a holder gets for one input of a gate.
///
/// A path from the outermost gate inwards: at each gate the columns of its coefficients, of degree one and more, and the
/// point at which its polynomial is evaluated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    coefficients: Range<usize>,
    point: u16,
}

impl Row {
    /// The row of an input of a gate, whose own row this is.
    pub(super) fn then(&self, coefficients: Range<usize>, point: u16) -> Self {
        let step = Step { coefficients, point };
        Self { steps: self.steps.iter().cloned().chain([step]).collect() }
    }

    /// The row times a vector, by Horner's rule at each gate; `times` multiplies by a small number.
    ///
    /// # Panics
    /// If the vector is shorter than the structure's columns.
    pub fn evaluate<T: Copy + Add<Output = T>>(&self, vector: &[T], times: impl Fn(T, u16) -> T) -> T {
        let at = |step: &Step| {
            let coefficients = vector[step.coefficients.clone()].iter().rev().copied();
            coefficients
                .reduce(|sum, coefficient| times(sum, step.point) + coefficient)
                .map(|sum| times(sum, step.point))
        };
        self.steps.iter().filter_map(at).fold(vector[0], |sum, value| sum + value)
    }
}
