//! One party's share of a vector.

use crate::correlation::{RingElement, SecretVec};
use crate::protocol::vector::{Holder, Planes, Shape};

/// What one party has of a vector. Wiped when dropped.
pub struct Share<R: RingElement> {
    pub(super) shape: Shape,
    pub(super) part: Part<R>,
}

/// The secret half of a share.
pub(super) enum Part<R: RingElement> {
    /// The values if they are public or this party's own, nothing if they are another's, otherwise addends.
    Arithmetic(SecretVec<R>),
    /// XOR shares.
    Boolean(Planes),
}

impl<R: RingElement> Share<R> {
    pub(super) fn arithmetic(holder: Holder, length: usize, elements: SecretVec<R>) -> Self {
        Self { shape: Shape::arithmetic(length, holder), part: Part::Arithmetic(elements) }
    }

    pub(super) fn boolean(width: usize, length: usize, planes: Planes) -> Self {
        Self { shape: Shape::boolean(width, length), part: Part::Boolean(planes) }
    }

    /// The public side.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// This party's words as they are, each widened to the language's: for tests of what a share shows.
    pub fn expose_words_for_test_only(&self) -> Vec<u128> {
        match &self.part {
            Part::Arithmetic(elements) => elements.iter().map(|element| element.to_word()).collect(),
            Part::Boolean(planes) => planes.to_elements(),
        }
    }

    /// # Panics
    /// If the vector is boolean: the planner converts before.
    pub(super) fn elements(&self) -> &SecretVec<R> {
        match &self.part {
            Part::Arithmetic(elements) => elements,
            Part::Boolean(_) => panic!("an arithmetic vector is needed here"),
        }
    }

    /// # Panics
    /// If the vector is arithmetic: the planner converts before.
    pub(super) fn planes(&self) -> &Planes {
        match &self.part {
            Part::Boolean(planes) => planes,
            Part::Arithmetic(_) => panic!("a boolean vector is needed here"),
        }
    }

    pub(super) fn duplicate(&self) -> Self {
        let part = match &self.part {
            Part::Arithmetic(elements) => Part::Arithmetic(elements.duplicate()),
            Part::Boolean(planes) => Part::Boolean(planes.duplicate()),
        };
        Self { shape: self.shape, part }
    }
}

impl<R: RingElement> std::fmt::Debug for Share<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Share({:?})", self.shape)
    }
}
