//! Sizes of the iterations, and how many of them a demand takes.
//!
//! An iteration stretches `table` old correlated OTs, and those for its trees and its check, to `trees * leaves` new
//! ones. Their choice bits are `A s + e`: `s` the choices of the old ones, `A` the public 10-local matrix, `e` with a
//! single one in each of `trees` blocks of `leaves` places.
//!
//! *How hard that is.* Bits of the best attacks known to us, in steps of sparse linear algebra at the cost of an
//! addition each, which is generous to the attacker:
//!
//! | iteration | n | table k | trees t | leaves | guess k places without noise | hybrid algebraic, degree 2 |
//! |---|---|---|---|---|---|---|
//! | [`FIRST`] | 147,456 | 2^15 | 288 | 2^9 | 139 | 132 |
//! | [`MAIN`] | 917,504 | 2^17 | 448 | 2^11 | 138 | 135 |
//!
//! Guessing: the places are free of noise with chance `(1 - k/n)^t`, then `30 k^2` steps (pooled Gaussian elimination;
//! Liu, Wang, Yang and Yu, "The Hardness of LPN over Any Integer Ring and Field for PCG Applications", EUROCRYPT
//! 2024, ePrint 2022/712). Algebraic: products of two places of a block vanish, some `n leaves / 2` quadratic
//! equations in `k` unknowns, of which places guessed free of noise remove as many as the linearisation needs (Briaud
//! and Oygarden, "A New Algebraic Approach to the Regular Syndrome Decoding Problem and Implications for PCG
//! Constructions", EUROCRYPT 2023). This attack is why an iteration is short: with ten million places and the same
//! table, as older parameters have, no guess is needed at all, and 2^74 such steps suffice. Dual attacks cost more:
//! parity checks of weight `k/2`, which elimination gives, have a bias below `2^-90`.

use std::ops::Range;

use quorate_kernels::Block;

/// Correlated OTs that an iteration sacrifices for its check: one for each bit of a field element.
pub(super) const CHECK: usize = 128;

/// The size of an iteration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Iteration {
    /// Blocks of noise, each with one noisy place.
    pub trees: usize,
    /// Levels of a tree: its leaves are two to this power.
    pub levels: usize,
    /// Old correlated OTs that are combined: two to this power.
    pub table_bits: u32,
}

/// The first one, from correlated OTs of the extension before ([`crate::ot::extension`]).
pub const FIRST: Iteration = Iteration { trees: 288, levels: 9, table_bits: 15 };
/// All others.
pub const MAIN: Iteration = Iteration { trees: 448, levels: 11, table_bits: 17 };

impl Iteration {
    /// Leaves of a tree.
    pub const fn leaves(self) -> usize {
        1 << self.levels
    }

    /// Old correlated OTs that are combined.
    pub const fn table(self) -> usize {
        1 << self.table_bits
    }

    /// Old correlated OTs that an iteration consumes.
    pub const fn seeds(self) -> usize {
        self.table() + self.trees * self.levels + CHECK
    }

    /// New correlated OTs, those for the next iteration among them.
    pub const fn outputs(self) -> usize {
        self.trees * self.leaves()
    }

    /// Cuts `count` outputs from `first` on into those of one tree each: ranges of them.
    pub(super) fn by_trees(self, first: usize, count: usize) -> impl Iterator<Item = Range<usize>> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let of_tree = self.leaves() - (first + at) % self.leaves();
            let part = at..count.min(at + of_tree);
            at = part.end;
            (!part.is_empty()).then_some(part)
        })
    }

    /// Bytes of the sender's trees: a block for each level.
    pub const fn trees_bytes(self) -> usize {
        self.trees * self.levels * Block::BYTES
    }
}

/// What both sides know of a stock: how many iterations there were, and how many correlated OTs are left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    iterations: u64,
    left: usize,
}

impl Standing {
    /// Whether the seeds of the first iteration are still missing.
    pub const fn is_new(&self) -> bool {
        self.iterations == 0
    }

    /// Correlated OTs that are left, without those for the next iteration.
    pub const fn left(&self) -> usize {
        self.left
    }

    /// How many iterations there were.
    pub(super) const fn iterations(&self) -> u64 {
        self.iterations
    }

    /// The iteration that comes next.
    pub const fn next(&self) -> Iteration {
        if self.is_new() { FIRST } else { MAIN }
    }

    /// After the next iteration. What was left before it is to be taken out first.
    pub(super) const fn iterate(&mut self) {
        self.left = self.next().outputs() - MAIN.seeds();
        self.iterations += 1;
    }

    /// Takes up to `count` of what is left.
    pub(super) fn take(&mut self, count: usize) -> usize {
        let taken = count.min(self.left);
        self.left -= taken;
        taken
    }

    /// The iterations before `count` correlated OTs are taken, in order; afterwards this is where that leads.
    pub fn take_all(&mut self, count: usize) -> Vec<Iteration> {
        let mut missing = count - self.take(count);
        let mut iterations = Vec::new();
        while missing > 0 {
            iterations.push(self.next());
            self.iterate();
            missing -= self.take(missing);
        }
        iterations
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iteration_makes_the_seeds_of_the_next() {
        assert_eq!((FIRST.seeds(), FIRST.outputs() - MAIN.seeds()), (35_488, 11_328));
        assert_eq!((MAIN.seeds(), MAIN.outputs() - MAIN.seeds()), (136_128, 781_376));
    }

    #[test]
    fn outputs_are_cut_where_trees_are() {
        let parts = |first, count| FIRST.by_trees(first, count).collect::<Vec<_>>();
        assert_eq!(parts(500, 1_000), [0..12, 12..524, 524..1_000]);
        assert_eq!(parts(512, 513), [0..512, 512..513]);
        assert_eq!(parts(7, 0), []);
    }

    #[test]
    fn demands_are_met_to_the_last_one() {
        let mut standing = Standing::default();
        assert_eq!(standing.take_all(0), []);
        assert!(standing.is_new());
        assert_eq!(standing.take_all(11_000), [FIRST]);
        assert_eq!(standing.left(), 328);
        assert_eq!(standing.take_all(328), []);
        assert_eq!(standing.take_all(781_377), [MAIN, MAIN]);
        assert_eq!(standing.left(), 781_375);
    }
}
