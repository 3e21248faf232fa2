//! Authenticated bits.
//!
//! Of a bit `v` every party `i` holds a share `v_i`, and for every party `p` a share of `v Delta_p`: its *part* `p`. The
//! parts with one `p` of all parties add up to `v Delta_p`, of which only `p` itself knows Delta. This is TinyOT's sharing
//! with MACs and keys: part `p` of another party is the MAC of its share under `p`'s key, and a party's own part is the
//! sum of its keys for the others' shares and of its own share times its Delta.
//!
//! Keys are even and every Delta is odd, so the lowest bit of every part is the holder's share itself. Sums are sums of
//! parts. To add a public bit `c` every party adds `c Delta` to its own part; only then the lowest bits are no shares any
//! more.

use std::ops::Range;

use crate::crypto::{Block, SecretBlocks};

/// One party's half of a vector of authenticated bits: the parts for party 0, then those for party 1, and so on.
#[derive(Debug, Default)]
pub(super) struct Shares {
    parts: Vec<SecretBlocks>,
}

impl Shares {
    /// Shares of zeros.
    pub(super) fn zeros(parties: usize, length: usize) -> Self {
        Self { parts: (0..parties).map(|_| SecretBlocks::zeros(length)).collect() }
    }

    /// How many bits.
    pub(super) fn len(&self) -> usize {
        self.parts.first().map_or(0, |part| part.len())
    }

    /// The parts for party `p`.
    pub(super) fn part(&self, p: usize) -> &[Block] {
        &self.parts[p]
    }

    pub(super) fn part_mut(&mut self, p: usize) -> &mut [Block] {
        &mut self.parts[p]
    }

    /// The parts of all parties.
    pub(super) fn parts(&self) -> impl Iterator<Item = &[Block]> {
        self.parts.iter().map(|part| &**part)
    }

    pub(super) fn parts_mut(&mut self) -> impl Iterator<Item = &mut [Block]> {
        self.parts.iter_mut().map(|part| &mut **part)
    }

    pub(super) fn into_parts(self) -> Vec<SecretBlocks> {
        self.parts
    }

    /// Some of the bits, for a second use.
    pub(super) fn duplicate(&self, range: Range<usize>) -> Self {
        Self { parts: self.parts.iter().map(|part| part[range.clone()].to_vec().into()).collect() }
    }

    /// The first `length` bits; the others are wiped.
    pub(super) fn shortened(mut self, length: usize) -> Self {
        self.parts.iter_mut().for_each(|part| part.shorten(length));
        self
    }

    /// Moves some of the bits to a place in another vector: what stays behind is zero.
    pub(super) fn move_to(&mut self, range: Range<usize>, other: &mut Self, to: usize) {
        for (from, other) in self.parts.iter_mut().zip(&mut other.parts) {
            other[to..to + range.len()].copy_from_slice(&from[range.clone()]);
            Block::wipe(&mut from[range.clone()]);
        }
    }
}
