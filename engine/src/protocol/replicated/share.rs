//! One party's share of a vector.

use super::next;
use crate::correlation::{RingElement, SecretVec};
use crate::net::PartyIndex;
use crate::protocol::vector::Planes;
use crate::protocol::{Holder, Shape};

/// What one party has of a vector. Wiped when dropped.
pub struct Share<R: RingElement> {
    pub(super) shape: Shape,
    pub(super) part: Part<R>,
}

/// A party's two components: its own number's and the next one's.
#[derive(Debug)]
pub(super) struct Pair<T> {
    pub(super) first: T,
    pub(super) second: T,
}

/// The secret half of a share.
pub(super) enum Part<R: RingElement> {
    /// Addends; of a public vector the values first, and nothing second.
    Arithmetic(Pair<SecretVec<R>>),
    /// XOR components.
    Boolean(Pair<Planes>),
}

impl<T> Pair<T> {
    pub(super) fn new(first: T, second: T) -> Self {
        Self { first, second }
    }

    pub(super) fn map<U>(&self, apply: impl Fn(&T) -> U) -> Pair<U> {
        Pair { first: apply(&self.first), second: apply(&self.second) }
    }

    /// Component `component` as party `me` has it.
    pub(super) fn component(&mut self, me: PartyIndex, component: usize) -> Option<&mut T> {
        if component == me.0 {
            Some(&mut self.first)
        } else if component == next(me).0 {
            Some(&mut self.second)
        } else {
            None
        }
    }
}

impl<R: RingElement> Pair<SecretVec<R>> {
    pub(super) fn duplicate(&self) -> Self {
        self.map(SecretVec::duplicate)
    }

    /// My components of a public vector under `holder`: a component that both the holder and another party have
    /// carries it.
    pub(super) fn of_public(words: &SecretVec<R>, me: PartyIndex, holder: Holder) -> Self {
        let mut pair = Self::new(SecretVec::zeros(words.len()), SecretVec::zeros(words.len()));
        if let Some(component) = pair.component(me, carrier(holder)) {
            component.copy_from_slice(words);
        }
        pair
    }
}

/// The component to which public addends go. Of a vector that party `p` knows, component `p + 2` stays zero.
pub(super) fn carrier(holder: Holder) -> usize {
    match holder {
        Holder::Party(party) => party.0,
        Holder::Everybody | Holder::Shared => 0,
    }
}

impl<R: RingElement> Share<R> {
    pub(super) fn arithmetic(length: usize, holder: Holder, pair: Pair<SecretVec<R>>) -> Self {
        Self { shape: Shape::arithmetic(length, holder), part: Part::Arithmetic(pair) }
    }

    pub(super) fn boolean(width: usize, length: usize, pair: Pair<Planes>) -> Self {
        Self { shape: Shape::boolean(width, length), part: Part::Boolean(pair) }
    }

    /// The public side.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// This party's words as they are, of both components in turn, each widened to the language's: for tests of what a
    /// share shows.
    pub fn expose_words_for_test_only(&self) -> [Vec<u128>; 2] {
        let words = |elements: &SecretVec<R>| elements.iter().map(|element| element.to_word()).collect();
        match &self.part {
            Part::Arithmetic(pair) => [words(&pair.first), words(&pair.second)],
            Part::Boolean(pair) => [pair.first.to_elements(), pair.second.to_elements()],
        }
    }

    /// # Panics
    /// If the vector is boolean: the planner converts before.
    pub(super) fn elements(&self) -> &Pair<SecretVec<R>> {
        match &self.part {
            Part::Arithmetic(pair) => pair,
            Part::Boolean(_) => panic!("an arithmetic vector is needed here"),
        }
    }

    /// # Panics
    /// If the vector is arithmetic: the planner converts before.
    pub(super) fn planes(&self) -> &Pair<Planes> {
        match &self.part {
            Part::Boolean(pair) => pair,
            Part::Arithmetic(_) => panic!("a boolean vector is needed here"),
        }
    }

    pub(super) fn duplicate(&self) -> Self {
        let part = match &self.part {
            Part::Arithmetic(pair) => Part::Arithmetic(pair.duplicate()),
            Part::Boolean(pair) => Part::Boolean(pair.map(Planes::duplicate)),
        };
        Self { shape: self.shape, part }
    }
}

impl<R: RingElement> std::fmt::Debug for Share<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Share({:?})", self.shape)
    }
}
