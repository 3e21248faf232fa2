//! Whether shares add up to zero, and nothing else about them.
//!
//! A party's residues ([`super::products`], [`super::buckets`]) are combined to one element `t_i` of GF(2^128). If nobody cheated, the `t_i`
//! add up to zero. If somebody did, their sum can be a known multiple of a Delta. Parties that opened their `t_i` would
//! then give away their Deltas, and with them all that they garbled before; a protocol that makes triples while it runs
//! cannot afford that. So a random multiple is opened instead: with `rho` the sum of elements `rho_i` of which every
//! party has one, the parties get shares of `rho t` by OTs and open those, after committing to them.
//!
//! *Shares of `rho_i t_j`* (Gilboa, CRYPTO 1999): the bits of `rho_i` are authenticated bits; for each of them party `j`
//! sends `H(K) + H(K + Delta_j) + t_j x^h` as in [`super::products`].
//!
//! *What a cheat can do.* It may send other terms for each bit `h`. The sum is then `M rho_i` plus something that it
//! knows, for the linear map `M` of `rho_i` to `t rho_i` plus its own changes, which do not depend on `t`. Two different
//! `t` cannot both leave `M` a rank below 64. So the sum is zero with a chance of at most 2^-64, unless the cheat knows
//! `t`; and opening it tells of `t` as many linear equations as the rank of `M` lacks, for nearly all `t` a handful. If
//! `t` is zero, a change makes an honest run fail by bits of `rho_i` that are of no further use.

use quorate_kernels::Block;
use quorate_kernels::gf128::{inner_product, multiply};

use super::products::KeyHashes;
use super::shares::Shares;
use crate::crypto::{Prg, SecretBlocks};
use crate::net::Network;

/// Bits of `rho`.
pub(super) const TEST_BITS: usize = 128;
/// Bytes from everybody to everybody.
pub(super) const TEST_BYTES: usize = TEST_BITS * Block::BYTES;

/// A party between its message and the others'.
pub(super) struct ZeroTest {
    rho: Shares,
    tweak: u64,
    /// My share of the product so far.
    share: SecretBlocks,
}

impl ZeroTest {
    /// The test of a residue. The messages are by party.
    pub(super) fn begin(
        (rho, keys): (Shares, Vec<SecretBlocks>),
        (residue, delta): (Block, Block),
        hashes: &mut KeyHashes,
        network: &Network,
    ) -> (Self, Vec<Option<Vec<Block>>>) {
        let tweak = hashes.tweaks(TEST_BITS);
        let terms: Vec<Block> = (0..TEST_BITS).map(|power| multiply(residue, Block::new(1 << power))).collect();
        let terms = SecretBlocks::from(terms);
        let own = (0..TEST_BITS).fold(0, |own, bit| own | u128::from(rho.part(network.me().0)[bit].lsb()) << bit);
        let mut sums = SecretBlocks::zeros(TEST_BITS);
        let mut others = SecretBlocks::zeros(TEST_BITS);
        let mut messages = vec![None; network.parties()];
        for (peer, mut keys) in network.peers().zip(keys) {
            let message = messages[peer.0].insert(vec![Block::ZERO; TEST_BITS]);
            hashes.send(peer.0, tweak, (delta, &mut keys, &mut others), &terms, &mut sums, message);
        }
        let share = sums.iter().fold(multiply(Block::new(own), residue), |share, sum| share ^ *sum);
        (Self { rho, tweak, share: vec![share].into() }, messages)
    }

    /// My share of the product of `rho` and what is to be zero. `incoming` are the messages, by party.
    pub(super) fn finish(self, hashes: &KeyHashes, incoming: &[&[u8]], me: usize) -> Block {
        let mut sums = SecretBlocks::zeros(TEST_BITS);
        for (peer, message) in incoming.iter().enumerate().filter(|(peer, _)| *peer != me) {
            hashes.receive(peer, self.tweak, self.rho.part(peer), message, &mut sums);
        }
        sums.iter().fold(self.share[0], |share, sum| share ^ *sum)
    }
}

/// Residues as one, by the coefficients of a seed that nobody knew when they were fixed.
pub(super) fn combine(residues: &[Block], seed: Block) -> Block {
    let mut stream = Prg::new(seed);
    let mut coefficients = [Block::ZERO; 512];
    residues.chunks(coefficients.len()).fold(Block::ZERO, |sum, residues| {
        let coefficients = &mut coefficients[..residues.len()];
        stream.fill_blocks(coefficients);
        sum ^ inner_product(coefficients, residues)
    })
}
