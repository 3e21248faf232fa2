//! How the bits of a chunk are arranged for its proof, and how long the messages get.

use std::ops::Range;

use crate::crypto::Block;

/// Words of 64 gates after which a proof is due, and the most that one covers.
pub(in crate::protocol::replicated) const CHUNK_WORDS: usize = 1 << 16;

/// Rows of words are folded in so many steps at most: three to this power elements are sent.
const MOST_VARIABLES: usize = 6;

/// Bits of a block.
pub(super) const BITS: usize = 128;

/// The arrangement of so many blocks of 128 gates: `2^variables` rows of `columns` blocks, the last ones empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::protocol::replicated) struct Layout {
    pub(super) variables: usize,
    pub(super) columns: usize,
}

/// The words of each chunk.
pub(in crate::protocol::replicated) fn chunks(words: usize) -> impl Iterator<Item = Range<usize>> {
    (0..words).step_by(CHUNK_WORDS).map(move |from| from..words.min(from + CHUNK_WORDS))
}

impl Layout {
    /// Of so many words of 64 gates, one at least.
    pub(in crate::protocol::replicated) fn of(words: usize) -> Self {
        let blocks = words.div_ceil(2).max(1);
        let variables = (blocks.ilog2() as usize / 2).min(MOST_VARIABLES);
        Self { variables, columns: blocks.div_ceil(1 << variables) }
    }

    pub(super) fn rows(self) -> usize {
        1 << self.variables
    }

    /// Points of the grid `{0, 1, infinity}^variables`.
    pub(super) fn points(self) -> usize {
        3_usize.pow(self.variables as u32)
    }

    /// Elements of a vector after the rows were folded: a power of two, since it is halved.
    pub(super) fn folded(self) -> usize {
        (2 * self.columns * BITS).next_power_of_two()
    }

    /// How often it is halved.
    pub(super) fn halvings(self) -> usize {
        self.folded().ilog2() as usize
    }

    /// Challenges of a proof: for the rows, for each halving, for the mask.
    pub(super) fn challenges(self) -> usize {
        self.halvings() + 2
    }

    /// Elements of a proof: the mask's product, the grid without its first point, two for each halving and for the mask.
    pub(super) fn elements(self) -> usize {
        self.points() + 2 * (self.halvings() + 1)
    }

    /// Bytes that the prover sends to the party after it.
    pub(in crate::protocol::replicated) fn proof_bytes(self) -> usize {
        self.elements() * Block::BYTES
    }

    /// Bytes that it sends to the party before it.
    pub(in crate::protocol::replicated) fn challenge_bytes(self) -> usize {
        self.challenges() * Block::BYTES
    }

    /// Bytes at work, whatever part a party plays: two folded vectors, and the grid's rows in pieces.
    pub(in crate::protocol::replicated) fn working_bytes(self) -> usize {
        (2 * self.folded() + 8 * super::grid::PIECE * self.points()) * Block::BYTES
    }
}
