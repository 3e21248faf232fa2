//! The randomness tape: which entry a draw gets.

use std::collections::BTreeMap;

use ethnum::I256;
use quorate_circuits::number::Word;

/// Where a number is drawn. Entries are in the order of the text, steps of folds and repeats written out; those of one
/// place member by member, then element by element.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Draw {
    pub(super) path: Vec<usize>,
    pub(super) member: usize,
    pub(super) elements: Vec<usize>,
}

#[derive(Debug, Default)]
pub(super) struct Tape {
    entries: BTreeMap<Draw, Option<Word>>,
}

impl Tape {
    /// The number of a draw; 0 in the run that only finds out where numbers are drawn.
    pub(super) fn draw(&mut self, draw: Draw) -> I256 {
        self.entries.entry(draw).or_insert(None).map_or(I256::ZERO, I256::from)
    }

    pub(super) fn fill(&mut self, tape: &[Word]) {
        assert_eq!(self.entries.len(), tape.len(), "entries of the randomness tape");
        for (entry, word) in self.entries.values_mut().zip(tape) {
            *entry = Some(*word);
        }
    }

    pub(super) fn is_filled(&self) -> bool {
        self.entries.values().all(Option::is_some)
    }
}
