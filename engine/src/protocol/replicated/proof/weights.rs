//! What each gate's equation counts in the sum that is proven.

use super::grid::ONE;
use super::layout::{CHUNK_WORDS, Layout};
use crate::crypto::{Block, Prg, SessionId, Transcript};

/// Weights of rows and columns; within a block the powers of `x`.
pub(super) struct Weights {
    /// The first is one: an equation between the first and the others can be solved for it.
    pub(super) rows: Vec<Block>,
    pub(super) columns: Vec<Block>,
}

impl Weights {
    /// Drawn from a coin, enough for the longest chunk of so many words.
    pub(super) fn new(coin: &[u8; 32], session: &SessionId, words: usize) -> Self {
        let layout = Layout::of(words.min(CHUNK_WORDS));
        let mut transcript = Transcript::new("quorate 2026 replicated proof weights", session);
        let mut stream = Prg::new(transcript.append("coin", coin).block());
        let mut draw = |length: usize| {
            let mut elements = vec![Block::ZERO; length];
            stream.fill_blocks(&mut elements);
            elements
        };
        let (mut rows, columns) = (draw(layout.rows()), draw(layout.columns));
        rows[0] = ONE;
        Self { rows, columns }
    }
}
