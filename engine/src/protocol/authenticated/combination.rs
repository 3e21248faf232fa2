//! Random linear combinations of authenticated bits: one field element says of many values that each of them is right.
//!
//! Parts are elements of GF(2^128), and so are Deltas. If the parts for `p` of bits `v_k` add up to `v_k Delta_p`, then
//! those of `sum c_k v_k` add up to `(sum c_k v_k) Delta_p` for coefficients `c_k` of the field. Whoever opened a wrong
//! `v_k` before the coefficients were known passes with a chance of 2^-128, or by knowing Delta.

use std::ops::Range;

use super::bits::{WORD, mask, words};
use crate::crypto::{Block, Prg};
use quorate_kernels::gf128::{Unreduced, inner_product_unreduced, multiply};

/// Values that are combined together.
const STRETCH: usize = 512;

/// A combination in progress.
pub(super) struct Combination {
    coefficients: Prg,
    /// By party, the combination of the parts for it.
    parts: Vec<Unreduced>,
    /// The combination of the opened bits.
    opened: Block,
}

/// What a combination came to.
pub(super) struct Combined {
    /// By party, the combination of the parts for it.
    pub(super) parts: Vec<Block>,
    /// The combination of the opened bits.
    pub(super) opened: Block,
}

impl Combination {
    pub(super) fn new(seed: Block, parties: usize) -> Self {
        Self { coefficients: Prg::new(seed), parts: vec![Unreduced::default(); parties], opened: Block::ZERO }
    }

    /// Adds `count` values: `part(p, range, to)` writes the parts of some of them for party `p`, `opened` says what those of
    /// at most [`WORD`] were opened to, from the lowest bit on.
    pub(super) fn add(
        &mut self,
        count: usize,
        part: impl Fn(usize, Range<usize>, &mut [Block]),
        opened: impl Fn(Range<usize>) -> u64,
    ) {
        let (mut coefficients, mut values) = ([Block::ZERO; STRETCH], [Block::ZERO; STRETCH]);
        for first in (0..count).step_by(STRETCH) {
            let stretch = first..count.min(first + STRETCH);
            let (coefficients, values) = (&mut coefficients[..stretch.len()], &mut values[..stretch.len()]);
            self.coefficients.fill_blocks(coefficients);
            for (p, sum) in self.parts.iter_mut().enumerate() {
                part(p, stretch.clone(), values);
                *sum ^= inner_product_unreduced(coefficients, values);
            }
            for (places, coefficients) in words(stretch).zip(coefficients.chunks(WORD)) {
                let word = opened(places);
                let terms = coefficients.iter().enumerate();
                self.opened = terms.fold(self.opened, |sum, (k, coefficient)| sum ^ (mask(word, k) & *coefficient));
            }
        }
        Block::wipe(&mut values);
    }

    /// Adds a value for each power of x below 128: a uniform element, if the bits are.
    pub(super) fn add_element(&mut self, part: impl Fn(usize, usize) -> Block, opened: impl Fn(usize) -> bool) {
        for power in 0..128 {
            let coefficient = Block::new(1 << power);
            for (p, sum) in self.parts.iter_mut().enumerate() {
                *sum ^= inner_product_unreduced(&[coefficient], &[part(p, power)]);
            }
            self.opened ^= Block::mask(opened(power)) & coefficient;
        }
    }

    pub(super) fn finish(self) -> Combined {
        Combined { parts: self.parts.into_iter().map(Unreduced::reduce).collect(), opened: self.opened }
    }
}

/// Writes the sums of two vectors.
pub(super) fn sums(a: &[Block], b: &[Block], to: &mut [Block]) {
    to.iter_mut().zip(a.iter().zip(b)).for_each(|(to, (a, b))| *to = *a ^ *b);
}

impl Combined {
    /// Whether the others' parts for `me` and mine add up to what was opened.
    pub(super) fn holds<'a>(&self, me: usize, delta: Block, others: impl Iterator<Item = &'a [u8]>) -> bool {
        let sum = others.fold(self.parts[me], |sum, part| sum ^ block(part));
        sum == multiply(self.opened, delta)
    }
}

/// The first block of a message.
pub(super) fn block(message: &[u8]) -> Block {
    message.first_chunk().map_or(Block::ZERO, |bytes| Block::from_bytes(*bytes))
}
