//! Triples and bits that wait to be spent, each once.

use std::collections::VecDeque;

use super::pool::Pool;
use super::shares::Shares;
use crate::crypto::Block;

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

/// Some of the next ones, which stand in a row: they are used where they lie.
pub(super) struct Lent<'a, const N: usize> {
    shares: &'a [Shares; N],
    /// Where they stand.
    from: usize,
    /// The number of the first of them among those that were asked for.
    pub(super) first: usize,
    /// How many.
    pub(super) count: usize,
}

impl<'a, const N: usize> Lent<'a, N> {
    /// The parts for party `p` of vector `k`.
    pub(super) fn part(&self, k: usize, p: usize) -> &'a [Block] {
        &self.shares[k].part(p)[self.from..self.from + self.count]
    }
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

    /// The next `count`, batch by batch; who uses them has to [`Self::spend`] them.
    ///
    /// # Panics
    /// If there are fewer.
    pub(super) fn next(&self, count: usize) -> impl Iterator<Item = Lent<'_, N>> {
        assert!(count <= self.left, "a plan prepares what it consumes");
        let (mut from, mut first) = (self.spent, 0);
        self.batches.iter().map_while(move |shares| {
            let more = (count - first).min(shares[0].len() - from);
            let lent = Lent { shares, from, first, count: more };
            (from, first) = (0, first + more);
            (more > 0).then_some(lent)
        })
    }

    /// Removes the next `count`: the memory of batches that are used up goes to the pool.
    ///
    /// # Panics
    /// If there are fewer.
    pub(super) fn spend(&mut self, mut count: usize, pool: &mut Pool) {
        self.left = self.left.checked_sub(count).expect("a plan prepares what it consumes");
        while count > 0 {
            let Some(batch) = self.batches.front_mut() else { break };
            let (from, length) = (self.spent, batch[0].len());
            let more = count.min(length - from);
            (count, self.spent) = (count - more, from + more);
            let rest = length - self.spent;
            if rest > more / 8 {
                batch.iter_mut().for_each(|shares| shares.wipe(from..from + more));
                continue;
            }
            // A small rest does not keep the memory of all.
            let rest = batch.each_ref().map(|shares| shares.copied(self.spent..length));
            let used_up = std::mem::replace(batch, rest);
            used_up.into_iter().for_each(|shares| pool.give_shares(shares));
            self.spent = 0;
            if batch[0].len() == 0 {
                self.batches.pop_front();
            }
        }
    }

    /// The next `count`.
    ///
    /// # Panics
    /// If there are fewer.
    pub(super) fn take(&mut self, parties: usize, count: usize, pool: &mut Pool) -> [Shares; N] {
        let whole = self.batches.front().filter(|batch| self.spent == 0 && batch[0].len() == count);
        if whole.is_some()
            && let Some(batch) = self.batches.pop_front()
        {
            self.left -= count;
            return batch;
        }
        let mut taken = std::array::from_fn(|_| pool.shares(parties, count));
        for lent in self.next(count) {
            for (k, taken) in taken.iter_mut().enumerate() {
                for (p, taken) in taken.parts_mut().enumerate() {
                    taken[lent.first..][..lent.count].copy_from_slice(lent.part(k, p));
                }
            }
        }
        self.spend(count, pool);
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A batch whose blocks are these numbers.
    fn batch(numbers: std::ops::Range<u128>) -> [Shares; 2] {
        let part = || numbers.clone().map(Block::new).collect::<Vec<_>>().into();
        std::array::from_fn(|_| Shares::new(vec![part(), part()], (numbers.end - numbers.start) as usize))
    }

    #[test]
    fn everything_is_there_once_and_in_order() {
        let (mut stock, mut pool) = (Stock::default(), Pool::default());
        [batch(0..10), batch(10..11), batch(11..11), batch(11..500)].into_iter().for_each(|batch| stock.add(batch));
        let mut next = 0;
        for (round, count) in [3, 0, 8, 1, 400, 80, 8].into_iter().enumerate() {
            let expected: Vec<Block> = (next..next + count).map(Block::new).collect();
            let found = |k: usize, p: usize| stock.next(count as usize).flat_map(move |lent| lent.part(k, p)).copied();
            assert!((0..2).all(|k| (0..2).all(|p| found(k, p).eq(expected.iter().copied()))));
            match round % 2 {
                0 => stock.spend(count as usize, &mut pool),
                _ => assert_eq!(stock.take(2, count as usize, &mut pool)[1].part(0), expected),
            }
            next += count;
            assert_eq!(stock.left(), 500 - next as usize);
        }
    }
}
