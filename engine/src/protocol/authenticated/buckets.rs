//! From leaky triples to triples: bucketing (Nielsen, Nordholt, Orlandi and Burra, CRYPTO 2012; Wang, Ranellucci and
//! Katz, ePrint 2017/189, section 5.4).
//!
//! Two leaky triples become one: open `d = y + y'`; then `(x + x', y, z + z' + d x')` is a triple, and its `x` is known
//! only to who knows both. A bucket combines one leaky triple out of each of `B` groups of `L`. Its product is not
//! authenticated yet: what parties have are shares `S` of `z Delta`, which add up alike, with `[x' Delta]` for `x'`. The
//! differences of their second bits to random authenticated bits are opened, which makes those `z`; the parts of `z` give
//! shares of `z Delta` once more, and `S` less these is one residue for each bucket ([`super::zero_test`]).
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

use std::ops::Range;

use quorate_kernels::Block;

use super::STATISTICAL_BITS;
use super::bits::{Bits, WORD, low_bits, mask};
use super::combination::{Combination, Combined, sums};
use super::products::Leaky;
use crate::crypto::{Prg, SecretBlocks};

/// Leaky triples of a batch: (3/4)^100 is less than 2^-41.
const LEAST_LEAKY: usize = 100;
/// Leaky triples that are worked on together.
const STRETCH: usize = 256;

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

    /// All openings in order, cut where a group or the rotation of one ends.
    fn runs(&self) -> impl Iterator<Item = Run> {
        let group_length = self.length;
        self.offsets.iter().enumerate().flat_map(move |(group, &offset)| {
            let run = |place: usize, rotated: usize, length: usize| Run {
                opening: group * group_length + place,
                place,
                other: (group + 1) * group_length + rotated,
                length,
            };
            let turn = group_length - offset;
            [run(0, offset, turn), run(turn, 0, offset)]
        })
    }

    /// My shares of the opened bits.
    pub(super) fn shares(&self, leaky: &Leaky, me: usize) -> Bits {
        let (first, others) = (leaky.y.first.part(me), leaky.y.others.part(me));
        let pairs =
            |run: Run| first[run.place..][..run.length].iter().zip(&others[run.other - self.length..][..run.length]);
        let mut shares = self.runs().flat_map(pairs).map(|(first, other)| *first ^ *other);
        Bits::collect_words(self.openings(), |places| low_bits(shares.by_ref().take(places.len())))
    }

    /// The combination that proves the opened bits.
    pub(super) fn combine(&self, leaky: &Leaky, seed: Block, opened: &Bits) -> Combined {
        let (first, others) = (&leaky.y.first, &leaky.y.others);
        let mut combination = Combination::new(seed, first.parts().count());
        for run in self.runs() {
            let part = |p: usize, range: Range<usize>, to: &mut [Block]| {
                let (place, other) = (run.place + range.start, run.other - self.length + range.start);
                sums(&first.part(p)[place..][..range.len()], &others.part(p)[other..][..range.len()], to);
            };
            combination.add(run.length, part, |places| opened.word(run.opening + places.start));
        }
        combination.finish()
    }

    /// Adds up every bucket in the place of its first leaky triple.
    pub(super) fn add_up(&self, leaky: &mut Leaky, opened: &Bits) {
        let mut phi = SecretBlocks::zeros(STRETCH);
        let (first, others) = (&mut leaky.x.first, &leaky.x.others);
        let (products, other_products) = leaky.products.split_at_mut(self.length);
        for run in self.runs() {
            for at in (0..run.length).step_by(STRETCH) {
                let phi = &mut phi[..STRETCH.min(run.length - at)];
                let (place, other) = (run.place + at, run.other - self.length + at);
                phi.fill(Block::ZERO);
                for (x, others) in first.parts_mut().zip(others.parts()) {
                    for ((x, other), phi) in x[place..].iter_mut().zip(&others[other..]).zip(phi.iter_mut()) {
                        *x ^= *other;
                        *phi ^= *other;
                    }
                }
                let words = products[place..].chunks_mut(WORD).zip(other_products[other..].chunks(WORD));
                for (word, ((sums, products), phi)) in words.zip(phi.chunks(WORD)).enumerate() {
                    let opened = opened.word(run.opening + at + word * WORD);
                    for (k, ((sum, product), phi)) in sums.iter_mut().zip(products).zip(phi).enumerate() {
                        *sum ^= *product ^ (mask(opened, k) & *phi);
                    }
                }
            }
        }
    }
}

/// Openings in a row whose leaky triples stand in a row too.
struct Run {
    /// The first opening.
    opening: usize,
    /// Where the leaky triples of the first group begin.
    place: usize,
    /// Where those of the other group begin.
    other: usize,
    length: usize,
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
            let mut openings = 0;
            for run in rotations.runs() {
                assert!(run.opening == openings && run.place + run.length <= length);
                seen[run.other..][..run.length].iter_mut().for_each(|seen| *seen += 1);
                openings += run.length;
            }
            assert_eq!(openings, rotations.openings());
            assert!(seen.iter().all(|times| *times == 1));
        }
    }
}
