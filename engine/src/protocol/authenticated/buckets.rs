//! From leaky triples to triples: bucketing (Nielsen, Nordholt, Orlandi and Burra, CRYPTO 2012; Wang, Ranellucci and
//! Katz, ePrint 2017/189, section 5.4).
//!
//! Two leaky triples become one: open `d = y + y'`; then `(x + x', y, z + z' + d x')` is a triple, and its `x` is known
//! only to who knows both. A bucket combines one leaky triple out of each of `B` groups of `L`.
//!
//! *Which with which.* Group `g` is rotated against the first by an offset that a coin toss draws uniformly when all
//! guesses are made. Let a cheat have guessed `c_g` triples of group `g`. Any given choice of one out of each group is a
//! bucket with a chance of `L^-(B-1)`, because the offsets are independent; so the chance that some bucket is known
//! as a whole is at most `prod c_g / L^(B-1)`, and that nothing was noticed is `2^-(sum c_g)`. The product is at most
//! `2^-B L^-(B-1)`, since `c / 2^c <= 1/2`. A permutation of each group has the same bound and reads memory at random;
//! a rotation reads it in order.
//!
//! [`bucket_size`] is the least `B` for which that is at most 2^-40, and for which a batch has [`LEAST_LEAKY`] leaky triples:
//! a Delta whose second bit is not what it should be, or which differs from peer to peer, passes each of them with a
//! chance of at most 3/4, and the session's first batch has to find it out.

use quorate_kernels::Block;

use super::combination::{Combination, Combined};
use super::products::Leaky;
use super::{STATISTICAL_BITS, Triples};
use crate::crypto::Prg;

/// Leaky triples of a batch: (3/4)^100 is less than 2^-41.
const LEAST_LEAKY: usize = 100;

/// The size of the buckets from which `triples` triples come.
pub(super) fn bucket_size(triples: usize) -> usize {
    let enough = |size: &usize| {
        // 2^B L^(B-1); what overflows is large.
        let choices = (triples as u128).checked_pow(*size as u32 - 1);
        let chance = choices.and_then(|choices| choices.checked_mul(1_u128.checked_shl(*size as u32)?));
        chance.is_none_or(|chance| chance >= 1 << STATISTICAL_BITS) && triples * size >= LEAST_LEAKY
    };
    (2..=LEAST_LEAKY).find(enough).unwrap_or(LEAST_LEAKY)
}

/// Where the elements of each group stand.
pub(super) struct Rotations {
    /// Leaky triples of a group.
    length: usize,
    /// By group but the first.
    offsets: Vec<usize>,
}

impl Rotations {
    /// Uniform offsets for groups of `length`, but for a bias below 2^-40.
    pub(super) fn new(seed: Block, length: usize, bucket: usize) -> Self {
        let mut words = vec![0_u64; bucket - 1];
        Prg::new(seed).fill_u64(&mut words);
        let below = |word: u64| ((u128::from(word) * length as u128) >> 64) as usize;
        Self { length, offsets: words.into_iter().map(below).collect() }
    }

    /// Opened bits: one for each leaky triple but those of the first group.
    pub(super) fn openings(&self) -> usize {
        self.length * self.offsets.len()
    }

    /// The two leaky triples that an opening compares: of the first group and of another one.
    fn pair(&self, opening: usize) -> (usize, usize) {
        let (group, place) = (opening / self.length, opening % self.length);
        let rotated = place + self.offsets[group];
        let rotated = if rotated >= self.length { rotated - self.length } else { rotated };
        (place, (group + 1) * self.length + rotated)
    }

    /// My share of an opened bit.
    pub(super) fn share(&self, leaky: &Leaky, me: usize, opening: usize) -> bool {
        let (first, other) = self.pair(opening);
        let y = &leaky.rows.part(me)[leaky.y()];
        (y[first] ^ y[other]).lsb()
    }

    /// The combination that proves the opened bits.
    pub(super) fn combine(&self, leaky: &Leaky, seed: Block, opened: impl Fn(usize) -> bool) -> Combined {
        let parts: Vec<&[Block]> = leaky.rows.parts().map(|part| &part[leaky.y()]).collect();
        let mut combination = Combination::new(seed, parts.len());
        let part = |p: usize, opening: usize| {
            let (one, other) = self.pair(opening);
            parts[p][one] ^ parts[p][other]
        };
        combination.add(self.openings(), part, opened);
        combination.finish()
    }

    /// One triple of each bucket.
    pub(super) fn triples(&self, leaky: &mut Leaky, opened: impl Fn(usize) -> bool) -> Triples {
        let (y, z) = (leaky.y(), leaky.z());
        for part in leaky.rows.parts_mut() {
            let (x, products) = part.split_at_mut(z.start);
            for opening in 0..self.openings() {
                let (to, other) = self.pair(opening);
                // z takes z' + d x' while x' is there; x' and z' are never of the first group.
                let (x_other, z_other) = (x[other], products[other]);
                products[to] ^= z_other ^ (Block::mask(opened(opening)) & x_other);
                x[to] ^= x_other;
            }
        }
        let mut first = |start: usize| leaky.rows.take(start..start + self.length);
        Triples { x: first(0), y: first(y.start), z: first(z.start) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bound of the module's text, as a power of one half.
    fn bits(triples: usize, bucket: usize) -> f64 {
        bucket as f64 + (bucket - 1) as f64 * (triples as f64).log2()
    }

    #[test]
    fn buckets_are_as_small_as_the_bound_allows() {
        for triples in [1, 2, 3, 5, 20, 64, 431, 432, 4096, 4095, 100_000, 370_728, 370_727, super::super::BLOCK] {
            let bucket = bucket_size(triples);
            assert!(bits(triples, bucket) >= 40.0, "{triples}");
            let one_less = bits(triples, bucket - 1) < 40.0 || triples * (bucket - 1) < LEAST_LEAKY;
            assert!(one_less && triples * bucket >= LEAST_LEAKY, "{triples}");
        }
        assert_eq!((bucket_size(1), bucket_size(4096), bucket_size(super::super::BLOCK)), (100, 4, 3));
    }

    #[test]
    fn every_leaky_triple_is_in_one_bucket() {
        for (length, bucket) in [(1, 40), (7, 5), (100, 3)] {
            let rotations = Rotations::new(Block::new(length as u128), length, bucket);
            let mut seen = vec![0; length * bucket];
            (0..length).for_each(|place| seen[place] += 1);
            for opening in 0..rotations.openings() {
                let (first, other) = rotations.pair(opening);
                assert!(first < length);
                seen[other] += 1;
            }
            assert!(seen.iter().all(|times| *times == 1));
        }
    }
}
