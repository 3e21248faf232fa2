//! Triples and bits that wait to be spent, each once.

use std::collections::VecDeque;

use super::shares::Shares;

/// Authenticated triples.
pub(super) struct Triples {
    pub(super) x: Shares,
    pub(super) y: Shares,
    pub(super) z: Shares,
}

/// Vectors of shares, spent from the first to the last.
#[derive(Default)]
pub(super) struct Stock<const N: usize> {
    batches: VecDeque<[Shares; N]>,
    /// How many of the first batch are spent.
    spent: usize,
    left: usize,
}

impl<const N: usize> Stock<N> {
    /// Puts a batch behind the others.
    pub(super) fn add(&mut self, batch: [Shares; N]) {
        if batch[0].len() > 0 {
            self.left += batch[0].len();
            self.batches.push_back(batch);
        }
    }

    /// How many there are.
    pub(super) fn left(&self) -> usize {
        self.left
    }

    /// The next `count`.
    ///
    /// # Panics
    /// If there are fewer.
    pub(super) fn take(&mut self, parties: usize, count: usize) -> [Shares; N] {
        self.left = self.left.checked_sub(count).expect("a plan prepares what it consumes");
        if self.spent == 0
            && self.batches.front().is_some_and(|batch| batch[0].len() == count)
            && let Some(batch) = self.batches.pop_front()
        {
            return batch;
        }
        let mut taken = std::array::from_fn(|_| Shares::zeros(parties, count));
        let mut done = 0;
        while done < count {
            let Some(batch) = self.batches.front_mut() else { break };
            let (from, length) = (self.spent, batch[0].len());
            let more = (count - done).min(length - from);
            for (taken, shares) in taken.iter_mut().zip(batch) {
                shares.move_to(from..from + more, taken, done);
            }
            (done, self.spent) = (done + more, from + more);
            if self.spent == length {
                self.batches.pop_front();
                self.spent = 0;
            }
        }
        taken
    }
}
