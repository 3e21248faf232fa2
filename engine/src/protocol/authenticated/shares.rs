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
    /// Of `length` blocks and perhaps more, which mean nothing.
    parts: Vec<SecretBlocks>,
    length: usize,
}

impl Shares {
    /// Shares of zeros.
    pub(super) fn zeros(parties: usize, length: usize) -> Self {
        Self::new((0..parties).map(|_| SecretBlocks::zeros(length)).collect(), length)
    }

    /// Shares of `length` bits in these vectors, which may be longer.
    pub(super) fn new(parts: Vec<SecretBlocks>, length: usize) -> Self {
        Self { parts, length }
    }

    /// How many bits.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// The parts for party `p`.
    pub(super) fn part(&self, p: usize) -> &[Block] {
        &self.parts[p][..self.length]
    }

    pub(super) fn part_mut(&mut self, p: usize) -> &mut [Block] {
        &mut self.parts[p][..self.length]
    }

    /// The parts of all parties.
    pub(super) fn parts(&self) -> impl Iterator<Item = &[Block]> {
        self.parts.iter().map(|part| &part[..self.length])
    }

    pub(super) fn parts_mut(&mut self) -> impl Iterator<Item = &mut [Block]> {
        self.parts.iter_mut().map(|part| &mut part[..self.length])
    }

    /// The parts as vectors of as many blocks as there are bits.
    pub(super) fn into_parts(self) -> Vec<SecretBlocks> {
        let exact =
            |part: SecretBlocks| if part.len() > self.length { part[..self.length].to_vec().into() } else { part };
        self.parts.into_iter().map(exact).collect()
    }

    /// The vectors, for another use of their memory.
    pub(super) fn into_vectors(self) -> Vec<SecretBlocks> {
        self.parts
    }

    /// Some of the bits, which are then to be used there and not here.
    pub(super) fn copied(&self, range: Range<usize>) -> Self {
        let parts = self.parts().map(|part| part[range.clone()].to_vec().into()).collect();
        Self::new(parts, range.len())
    }

    /// Wipes some of the bits.
    pub(super) fn wipe(&mut self, range: Range<usize>) {
        self.parts.iter_mut().for_each(|part| Block::wipe(&mut part[range.clone()]));
    }
}
