//! Correlated OTs that wait to be spent.

use std::collections::VecDeque;
use std::ops::Range;

/// Batches of correlated OTs, spent from the first to the last, each once.
pub(super) struct Stock<B> {
    /// With the size of each.
    batches: VecDeque<(B, usize)>,
    /// How many of the first batch are spent.
    spent: usize,
}

impl<B> Stock<B> {
    pub(super) fn new() -> Self {
        Self { batches: VecDeque::new(), spent: 0 }
    }

    /// Puts a batch of `size` behind the others.
    pub(super) fn add(&mut self, batch: B, size: usize) {
        self.batches.push_back((batch, size));
    }

    /// The first batch, if it is the next `count` exactly: its memory may go on under another name.
    pub(super) fn spend_batch(&mut self, count: usize) -> Option<B> {
        let exactly = self.spent == 0 && self.batches.front().is_some_and(|(_, size)| *size == count);
        exactly.then(|| self.batches.pop_front()).flatten().map(|(batch, _)| batch)
    }

    /// Gives the next `count` to `spend`, by batch and places in it.
    ///
    /// # Panics
    /// If fewer were prepared.
    pub(super) fn spend(&mut self, mut count: usize, mut spend: impl FnMut(&mut B, Range<usize>)) {
        while count > 0 {
            let (batch, size) = self.batches.front_mut().expect("a plan prepares the correlated OTs that it consumes");
            let last = (self.spent + count).min(*size);
            spend(batch, self.spent..last);
            count -= last - self.spent;
            self.spent = last;
            if last == *size {
                self.batches.pop_front();
                self.spent = 0;
            }
        }
    }
}
