//! Leaky AND triples: authenticated `x`, `y` and `z = x y`, of which a cheat may have guessed bits of `x`.
//!
//! Yang, Wang and Zhang, CCS 2020, ePrint 2019/1104, section 4.2 (half-authenticated products without MACs on the
//! way). With `Phi_i` the sum of party `i`'s parts of `y`, the `Phi_i` are shares of `y Delta`, for `Delta` the sum of
//! all Deltas. To multiply them by the share `x_j` of a peer, party `i` sends
//! `U = H(K) + H(K + Delta_i) + Phi_i` for its key `K` of `x_j`; the peer has `H(M) + x_j U = H(K) + x_j Phi_i`. So all
//! get shares `S_i` of `x y Delta`. The second bit of Delta is one, so the second bits of the `S_i` are shares of `x y`;
//! opening their differences to random authenticated bits `r` yields `z`. The parts of `z` give shares of `z Delta`,
//! and `S_i` less these are shares of zero, the *residues*: [`super::zero_test`] finds out whether that is so.
//!
//! *What leaks.* With a wrong `U` a cheat's residue is right for one value of the peer's `x_j` only. So for each bit that
//! it guesses its chance to go on is halved; [`super::buckets`] makes sure that what it then knows is of no use.
//!
//! *Deltas.* A Delta that differs from peer to peer shows in the same test: the residues then contain uniform bits
//! of honest parties, times the difference. And if the second bit of their sum were zero, all products would come out as
//! zero, and the residues of those that are one would not add up to zero.

use std::ops::Range;

use quorate_kernels::Block;

use super::pairs::Pairs;
use super::shares::Shares;
use super::zero_test::TEST_BITS;
use crate::crypto::{GarblingHash, SecretBlocks, SessionId, Transcript};
use crate::net::{Network, PartyIndex};

/// Bytes from everybody to everybody for each leaky triple.
pub(super) const PRODUCT_BYTES: usize = Block::BYTES;

/// Rows that are hashed together.
const STRETCH: usize = 256;

/// The hashes of the keys that this party has, and of the MACs that it has, by peer; `None` at its own place.
pub(super) struct KeyHashes {
    of_keys: Vec<Option<GarblingHash>>,
    of_macs: Vec<Option<GarblingHash>>,
    /// The tweak of the next row.
    next: u64,
}

impl KeyHashes {
    pub(super) fn new(id: &SessionId, me: PartyIndex, parties: usize) -> Self {
        let hash = |keeper: PartyIndex, other: PartyIndex| {
            let mut transcript = Transcript::new("quorate 2026 authenticated products", id);
            transcript.append_party("keys", keeper).append_party("macs", other);
            (keeper != other).then(|| GarblingHash::new(transcript.block()))
        };
        let peers = || (0..parties).map(PartyIndex);
        Self {
            of_keys: peers().map(|peer| hash(me, peer)).collect(),
            of_macs: peers().map(|peer| hash(peer, me)).collect(),
            next: 0,
        }
    }

    /// The tweak of the first of so many rows, which nobody else gets.
    pub(super) fn tweaks(&mut self, rows: usize) -> u64 {
        let first = self.next;
        self.next += rows as u64;
        first
    }

    /// The message that multiplies `terms` by a peer's bits, and my shares of the products, which are added to `sums`.
    pub(super) fn send(
        &self,
        peer: usize,
        tweak: u64,
        delta: Block,
        keys: &[Block],
        terms: &[Block],
        sums: &mut [Block],
    ) -> Vec<Block> {
        let hash = self.of_keys[peer].as_ref().expect("a peer is not the party itself");
        let mut message = vec![Block::ZERO; keys.len()];
        let (mut zero, mut one) = (SecretBlocks::zeros(STRETCH), SecretBlocks::zeros(STRETCH));
        for (stretch, first) in (0..keys.len()).step_by(STRETCH).enumerate() {
            let rows = first..keys.len().min(first + STRETCH);
            let (zero, one) = (&mut zero[..rows.len()], &mut one[..rows.len()]);
            zero.copy_from_slice(&keys[rows.clone()]);
            one.iter_mut().zip(zero.iter()).for_each(|(one, zero)| *one = *zero ^ delta);
            hash.hash(tweak + (stretch * STRETCH) as u64, [&mut *zero, &mut *one]);
            let hashes = zero.iter().zip(one.iter());
            for ((to, term), (zero, one)) in message[rows.clone()].iter_mut().zip(&terms[rows.clone()]).zip(hashes) {
                *to = *zero ^ *one ^ *term;
            }
            sums[rows].iter_mut().zip(zero.iter()).for_each(|(sum, zero)| *sum ^= *zero);
        }
        message
    }

    /// Adds to `sums` my shares of the products of a peer's terms with my bits, of which these are the MACs.
    pub(super) fn receive(&self, peer: usize, tweak: u64, macs: &[Block], message: &[u8], sums: &mut [Block]) {
        let hash = self.of_macs[peer].as_ref().expect("a peer is not the party itself");
        let mut hashed = SecretBlocks::zeros(STRETCH);
        let stretches = macs.chunks(STRETCH).zip(message.chunks(STRETCH * Block::BYTES)).zip(sums.chunks_mut(STRETCH));
        for (stretch, ((macs, message), sums)) in stretches.enumerate() {
            let hashed = &mut hashed[..macs.len()];
            hashed.copy_from_slice(macs);
            hash.hash(tweak + (stretch * STRETCH) as u64, [&mut *hashed]);
            let (rows, _) = message.as_chunks::<{ Block::BYTES }>();
            for ((sum, hashed), (mac, row)) in sums.iter_mut().zip(hashed.iter()).zip(macs.iter().zip(rows)) {
                *sum ^= *hashed ^ (Block::mask(mac.lsb()) & Block::from_bytes(*row));
            }
        }
    }
}

/// A party's rows, of which some become leaky triples: the bits `x`, then those of the zero test, then `y`, then `z`, then
/// what is not for triples.
pub(super) struct Leaky {
    pub(super) rows: Shares,
    count: usize,
    /// The shares `S` of the products times Delta, then the residues.
    pub(super) residues: SecretBlocks,
}

impl Leaky {
    /// `count` triples to be.
    pub(super) fn new(rows: Shares, count: usize) -> Self {
        Self { rows, count, residues: SecretBlocks::zeros(count) }
    }

    fn x(&self) -> Range<usize> {
        0..self.count
    }

    /// The bits of the zero test.
    pub(super) fn test(&self) -> Range<usize> {
        let test = if self.count > 0 { TEST_BITS } else { 0 };
        self.count..self.count + test
    }

    /// The second factors.
    pub(super) fn y(&self) -> Range<usize> {
        self.test().end..self.test().end + self.count
    }

    /// The random bits `r`, which become the products.
    pub(super) fn z(&self) -> Range<usize> {
        self.y().end..self.y().end + self.count
    }

    /// The messages to all peers, by party, none to myself.
    pub(super) fn multiply(
        &mut self,
        pairs: &Pairs,
        (hashes, tweak): (&KeyHashes, u64),
        keys: &[SecretBlocks],
        network: &Network,
    ) -> Vec<Option<Vec<Block>>> {
        let me = network.me().0;
        let mut phi = SecretBlocks::zeros(self.count);
        for part in self.rows.parts() {
            phi.iter_mut().zip(&part[self.y()]).for_each(|(phi, part)| *phi ^= *part);
        }
        let own = &self.rows.part(me)[self.x()];
        for (sum, (own, phi)) in self.residues.iter_mut().zip(own.iter().zip(phi.iter())) {
            *sum = Block::mask(own.lsb()) & *phi;
        }
        let mut messages = vec![None; network.parties()];
        for (peer, keys) in network.peers().zip(keys) {
            let keys = &keys[..self.count];
            messages[peer.0] = Some(hashes.send(peer.0, tweak, pairs.delta(), keys, &phi, &mut self.residues));
        }
        messages
    }

    /// Takes in the peers' messages, of [`PRODUCT_BYTES`] for each triple.
    pub(super) fn absorb(&mut self, hashes: &KeyHashes, tweak: u64, incoming: &[Vec<u8>], me: usize) {
        for (peer, message) in incoming.iter().enumerate().filter(|(peer, _)| *peer != me) {
            hashes.receive(peer, tweak, &self.rows.part(peer)[..self.count], message, &mut self.residues);
        }
    }

    /// My share of the product less that of the random bit.
    pub(super) fn correction(&self, me: usize, place: usize) -> bool {
        self.residues[place].bit(1) ^ self.rows.part(me)[self.z().start + place].lsb()
    }

    /// Makes the random bits the products, and the residues shares of zero.
    pub(super) fn correct(&mut self, me: usize, delta: Block, correction: impl Fn(usize) -> bool) {
        let products = self.z();
        for (place, z) in self.rows.part_mut(me)[products.clone()].iter_mut().enumerate() {
            *z ^= Block::mask(correction(place)) & delta;
        }
        for part in self.rows.parts() {
            self.residues.iter_mut().zip(&part[products.clone()]).for_each(|(residue, part)| *residue ^= *part);
        }
    }
}
