//! What was multiplied since the last proof: the bits that each of a party's three parts in the proofs needs.

use std::ops::Range;

use super::layout::{CHUNK_WORDS, chunks};
use crate::correlation::SecretVec;
use crate::net::PartyIndex;
use crate::protocol::replicated::integers::{Claims, FULL, Shapes};
use crate::protocol::replicated::share::Pair;
use crate::protocol::replicated::{PARTIES, next, previous};
use crate::protocol::vector::BitString;

/// Bits of the AND gates of many layers, end to end in whole words.
#[derive(Default)]
pub(in crate::protocol::replicated) struct Record {
    /// My components of the operands.
    x: [SecretVec<u64>; 2],
    y: [SecretVec<u64>; 2],
    /// Of the next party's claim, what I know besides.
    of_next: SecretVec<u64>,
    /// The same of the previous party's claim.
    of_previous: SecretVec<u64>,
    /// What is to be proven of numbers.
    pub(in crate::protocol::replicated) equations: Equations,
}

/// Equations of numbers, by who proves them.
#[derive(Default)]
pub(in crate::protocol::replicated) struct Equations {
    pub(in crate::protocol::replicated) mine: Claims,
    pub(in crate::protocol::replicated) of_next: Claims,
    pub(in crate::protocol::replicated) of_previous: Claims,
}

impl Equations {
    /// By prover.
    pub(super) fn shapes(&self, me: PartyIndex) -> [Shapes; PARTIES] {
        let mut shapes = [Shapes::new(), Shapes::new(), Shapes::new()];
        shapes[me.0] = self.mine.shapes();
        shapes[next(me).0] = self.of_next.shapes();
        shapes[previous(me).0] = self.of_previous.shapes();
        shapes
    }
}

/// Whether it is time for a proof of so many words of gates, and terms of all provers' equations.
pub(in crate::protocol::replicated) fn is_due(words: usize, terms: usize) -> bool {
    words >= CHUNK_WORDS || terms >= FULL
}

/// A part of a record that is proven at once.
#[derive(Clone, Copy)]
pub(in crate::protocol::replicated) struct Chunk<'a> {
    /// My components of the left operands.
    pub(super) x: [&'a [u64]; 2],
    /// Of the right operands.
    pub(super) y: [&'a [u64]; 2],
    pub(super) of_next: &'a [u64],
    pub(super) of_previous: &'a [u64],
}

impl Record {
    /// Adds a layer: operands, the masks with previous and next party, and what the next party sent.
    pub(in crate::protocol::replicated) fn add(
        &mut self,
        [x, y]: [&Pair<BitString>; 2],
        masks: &Pair<BitString>,
        received: &BitString,
    ) {
        self.x[0].append_words(x.first.words());
        self.x[1].append_words(x.second.words());
        self.y[0].append_words(y.first.words());
        self.y[1].append_words(y.second.words());
        let products = x.second.words().iter().zip(y.second.words()).map(|(x, y)| x & y);
        let known = received.words().iter().zip(masks.second.words()).zip(products);
        self.of_next.append_words(&known.map(|((sent, mask), product)| sent ^ mask ^ product).collect::<Vec<_>>());
        self.of_previous.append_words(masks.first.words());
    }

    /// Words of 64 gates.
    pub(in crate::protocol::replicated) fn words(&self) -> usize {
        self.of_next.len()
    }

    /// Whether there is nothing to be proven.
    pub(super) fn is_empty(&self) -> bool {
        self.words() == 0
            && [&self.equations.mine, &self.equations.of_next, &self.equations.of_previous]
                .iter()
                .all(|claims| claims.terms() == 0)
    }

    /// Nothing, with room for as many equations.
    pub(super) fn emptied(self) -> Self {
        let mut equations = self.equations;
        [&mut equations.mine, &mut equations.of_next, &mut equations.of_previous].into_iter().for_each(Claims::clear);
        Self { equations, ..Self::default() }
    }

    /// Whether it is time for a proof.
    pub(in crate::protocol::replicated) fn is_full(&self) -> bool {
        let Equations { mine, of_next, of_previous } = &self.equations;
        is_due(self.words(), mine.terms() + of_next.terms() + of_previous.terms())
    }

    /// The parts to be proven.
    pub(super) fn chunks(&self) -> impl Iterator<Item = Chunk<'_>> {
        chunks(self.words()).map(|words| self.chunk(words))
    }

    fn chunk(&self, words: Range<usize>) -> Chunk<'_> {
        Chunk {
            x: [&self.x[0][words.clone()], &self.x[1][words.clone()]],
            y: [&self.y[0][words.clone()], &self.y[1][words.clone()]],
            of_next: &self.of_next[words.clone()],
            of_previous: &self.of_previous[words.clone()],
        }
    }
}
