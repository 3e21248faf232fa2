//! Memory between one use and the next: what a batch, its triples and a chunk's masks leave behind serves the next ones.
//!
//! Vectors of millions of blocks that go back to the allocator come again as pages to be cleared, after being wiped, and
//! are then written for a third time. What is in the pool still holds secrets that were used up; it is wiped when the pool
//! is emptied, which is when no batch is to come.

use super::shares::Shares;
use crate::crypto::SecretBlocks;

/// Blocks below which a vector is not worth keeping: 64 KiB.
const LEAST: usize = 1 << 12;

/// Vectors that are not in use. Wiped when dropped.
#[derive(Default)]
pub(super) struct Pool(Vec<SecretBlocks>);

impl Pool {
    /// A vector of at least `length` blocks: what it holds means nothing.
    pub(super) fn take(&mut self, length: usize) -> SecretBlocks {
        let large_enough = self.0.iter().enumerate().filter(|(_, vector)| length >= LEAST && vector.len() >= length);
        match large_enough.min_by_key(|(_, vector)| vector.len()).map(|(place, _)| place) {
            Some(place) => self.0.swap_remove(place),
            None => SecretBlocks::zeros(length),
        }
    }

    /// Shares of so many bits, all of which the caller writes: what they hold means nothing.
    pub(super) fn shares(&mut self, parties: usize, length: usize) -> Shares {
        Shares::new((0..parties).map(|_| self.take(length)).collect(), length)
    }

    /// Takes in a vector that is used up.
    pub(super) fn give(&mut self, vector: SecretBlocks) {
        if vector.len() >= LEAST {
            self.0.push(vector);
        }
    }

    /// Takes in shares that are used up.
    pub(super) fn give_shares(&mut self, shares: Shares) {
        shares.into_vectors().into_iter().for_each(|vector| self.give(vector));
    }

    /// Wipes everything and gives it back.
    pub(super) fn clear(&mut self) {
        self.0 = Vec::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_vector_that_is_large_enough_serves_again() {
        let mut pool = Pool::default();
        [4 * LEAST, 2 * LEAST, 3 * LEAST, LEAST - 1]
            .into_iter()
            .for_each(|length| pool.give(SecretBlocks::zeros(length)));
        assert_eq!(pool.take(2 * LEAST + 1).len(), 3 * LEAST);
        assert_eq!(pool.take(5 * LEAST).len(), 5 * LEAST);
        let shares = pool.shares(2, LEAST);
        assert_eq!((shares.len(), shares.part(1).len()), (LEAST, LEAST));
        assert_eq!(pool.take(1).len(), 1);
        assert!(pool.0.is_empty());
        pool.give_shares(shares);
        assert_eq!(pool.0.iter().map(|vector| vector.len()).collect::<Vec<_>>(), [2 * LEAST, 4 * LEAST]);
        pool.clear();
        assert!(pool.0.is_empty());
    }
}
