//! What was multiplied since the last proof: the bits that each of a party's three parts in the proofs needs.

use std::ops::Range;

use super::layout::{CHUNK_WORDS, chunks};
use crate::correlation::SecretVec;
use crate::protocol::replicated::share::Pair;
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

    /// Whether it is time for a proof.
    pub(in crate::protocol::replicated) fn is_full(&self) -> bool {
        self.words() >= CHUNK_WORDS
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
