//! Leaky AND triples: authenticated `x`, `y` and `z = x y`, of which a cheat may have guessed bits of `x`.
//!
//! Yang, Wang and Zhang, CCS 2020, ePrint 2019/1104, section 4.2 (half-authenticated products without MACs on the
//! way). With `Phi_i` the sum of party `i`'s parts of `y`, the `Phi_i` are shares of `y Delta`, for `Delta` the sum of
//! all Deltas. To multiply them by the share `x_j` of a peer, party `i` sends
//! `U = H(K) + H(K + Delta_i) + Phi_i` for its key `K` of `x_j`; the peer has `H(M) + x_j U = H(K) + x_j Phi_i`. So all
//! get shares `S_i` of `x y Delta`. The second bit of Delta is one, so the second bits of the `S_i` are shares of `x y`.
//!
//! *The check* is that of SPDZ under a Delta that nobody knows. With random coefficients `chi_k` from a coin toss the parties
//! open `Z = sum chi_k x_k y_k + m`, each its part of the sum by its second bits, for a random authenticated element `m`.
//! Then `sum chi_k S_k + [m Delta] - Z Delta_i` are shares of zero, the *residue*; [`super::zero_test`] finds out whether
//! that is so. Nothing more is spent on a leaky triple: a product gets MACs of its own only when a bucket is one
//! ([`super::buckets`]), whose residues enter into the same test.
//!
//! *What leaks.* Let a cheat's `U` for the peer's `x_jk` be wrong by `e_jk`; then the `S_k` add up to `x_k y_k Delta + v_k`,
//! with `v_k` the sum of the `x_jk e_jk`. The residue is `A + c Delta`, where `A` is the combination of the `v_k` and `c` that
//! of what the cheat's opened bits are wrong by. Both are independent of the honest parties' Deltas, so it is zero only
//! if both are, but for a guess of Delta. And `A` is zero only if all `v_k` are, for they were fixed before the
//! coefficients. So for each bit that a cheat guesses its chance to go on is halved, as if each triple were checked by
//! itself; [`super::buckets`] makes sure that what it then knows is of no use.
//!
//! *Deltas.* A Delta that differs from peer to peer shows in the same test: the residue then contains uniform bits
//! of honest parties, times the difference. And if the second bit of their sum were zero, all products would come out as
//! zero, and the residue would contain those that are one.

use std::ops::Range;

use quorate_kernels::Block;
use zeroize::Zeroizing;

use super::bits::{low_bits, parts_of};
use super::combination::{Combination, Combined};
use super::pool::Pool;
use super::shares::Shares;
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

    /// Writes the message that multiplies `terms` by a peer's bits of which these are the keys, and adds my shares of the
    /// products to `sums`. The keys become their hashes; `others` is room for those of the keys plus Delta.
    pub(super) fn send(
        &self,
        peer: usize,
        tweak: u64,
        (delta, keys, others): (Block, &mut [Block], &mut [Block]),
        terms: &[Block],
        sums: &mut [Block],
        message: &mut [Block],
    ) {
        let hash = self.of_keys[peer].as_ref().expect("a peer is not the party itself");
        let others = &mut others[..keys.len()];
        others.iter_mut().zip(&*keys).for_each(|(other, key)| *other = *key ^ delta);
        hash.hash(tweak, [&mut *keys, &mut *others]);
        let hashes = keys.iter().zip(others.iter());
        for (((to, term), sum), (zero, one)) in message.iter_mut().zip(terms).zip(sums).zip(hashes) {
            *to = *zero ^ *one ^ *term;
            *sum ^= *zero;
        }
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

/// A party's keys for the peers' shares of some bits, one by one.
///
/// Its own parts of the bits are the sums of its keys and of its own shares times Delta, so the last peer's keys are what
/// the others leave.
pub(super) struct Keys {
    /// By peer but the last.
    kept: Vec<SecretBlocks>,
    delta: Zeroizing<Block>,
}

impl Keys {
    pub(super) fn new(kept: Vec<SecretBlocks>, delta: Block) -> Self {
        Self { kept, delta: Zeroizing::new(delta) }
    }

    /// This party's Delta. Secret.
    pub(super) fn delta(&self) -> Block {
        *self.delta
    }

    /// Gives the memory back.
    pub(super) fn retire(self, pool: &mut Pool) {
        self.kept.into_iter().for_each(|kept| pool.give(kept));
    }

    /// The keys for some bits of all peers in order, given my own parts of the same bits.
    pub(super) fn of(&self, bits: Range<usize>, own: &[Block]) -> Vec<SecretBlocks> {
        let mut keys = self.room(bits.len());
        self.write(bits, own, &mut keys);
        keys
    }

    /// Room for so many keys for each peer.
    fn room(&self, bits: usize) -> Vec<SecretBlocks> {
        (0..=self.kept.len()).map(|_| SecretBlocks::zeros(bits)).collect()
    }

    /// Writes what [`Self::of`] gives to the beginning of each vector.
    fn write(&self, bits: Range<usize>, own: &[Block], keys: &mut [SecretBlocks]) {
        let Some((last, others)) = keys.split_last_mut() else { return };
        let last = &mut last[..bits.len()];
        last.iter_mut().zip(own).for_each(|(last, own)| *last = *own ^ (Block::mask(own.lsb()) & *self.delta));
        for (kept, to) in self.kept.iter().zip(others) {
            let kept = &kept[bits.clone()];
            last.iter_mut().zip(kept).for_each(|(last, kept)| *last ^= *kept);
            to[..bits.len()].copy_from_slice(kept);
        }
    }
}

/// Bits of all groups ([`super::buckets`]): those of the first group become triples where they lie, the others are used
/// up with the batch.
pub(super) struct Groups {
    pub(super) first: Shares,
    pub(super) others: Shares,
}

impl Groups {
    /// How many bits.
    fn len(&self) -> usize {
        self.first.len() + self.others.len()
    }

    /// The parts for party `p` of some bits, all of the first group or none.
    fn part(&self, p: usize, bits: Range<usize>) -> &[Block] {
        let group = self.first.len();
        if bits.start < group {
            &self.first.part(p)[bits]
        } else {
            &self.others.part(p)[bits.start - group..bits.end - group]
        }
    }

    /// Some bits, cut where the first group ends.
    fn cut(&self, bits: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let group = self.first.len();
        let parts = [bits.start..bits.end.min(group), bits.start.max(group)..bits.end];
        parts.into_iter().filter(|part| !part.is_empty())
    }
}

/// A party's half of leaky triples.
pub(super) struct Leaky {
    /// The bits `x`.
    pub(super) x: Groups,
    /// The bits `y`.
    pub(super) y: Groups,
    /// The shares `S` of the products times Delta; what is beyond the last one means nothing.
    pub(super) products: SecretBlocks,
}

impl Leaky {
    /// A triple to be for every `y`.
    pub(super) fn new(x: Groups, y: Groups, pool: &mut Pool) -> Self {
        let products = pool.take(y.len());
        Self { x, y, products }
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.y.len()
    }

    /// What became triples: `x` and `y`. The memory of the rest goes to the pool.
    pub(super) fn into_triples(self, pool: &mut Pool) -> (Shares, Shares) {
        let Self { x, y, products } = self;
        [x.others, y.others].into_iter().for_each(|others| pool.give_shares(others));
        pool.give(products);
        (x.first, y.first)
    }

    /// Writes the messages for some of the products to all peers, by party, none to myself.
    pub(super) fn multiply(
        &mut self,
        range: Range<usize>,
        (hashes, tweak): (&KeyHashes, u64),
        keys: &Keys,
        network: &Network,
        messages: &mut [Option<Vec<Block>>],
    ) {
        let (me, delta) = (network.me().0, keys.delta());
        let (mut phi, mut others) = (SecretBlocks::zeros(STRETCH), SecretBlocks::zeros(STRETCH));
        let mut of_peers = keys.room(STRETCH);
        for rows in self.x.cut(range.clone()).flat_map(|part| parts_of(part, STRETCH)) {
            let phi = &mut phi[..rows.len()];
            phi.fill(Block::ZERO);
            for p in 0..network.parties() {
                let part = self.y.part(p, rows.clone());
                phi.iter_mut().zip(part).for_each(|(phi, part)| *phi ^= *part);
            }
            let (own, products) = (self.x.part(me, rows.clone()), &mut self.products[rows.clone()]);
            for (product, (own, phi)) in products.iter_mut().zip(own.iter().zip(&*phi)) {
                *product = Block::mask(own.lsb()) & *phi;
            }
            let to = rows.start - range.start..rows.end - range.start;
            keys.write(rows.clone(), own, &mut of_peers);
            for (peer, keys) in network.peers().zip(&mut of_peers) {
                let Some(message) = &mut messages[peer.0] else { continue };
                let keys = (delta, &mut keys[..rows.len()], &mut *others);
                hashes.send(peer.0, tweak + rows.start as u64, keys, phi, products, &mut message[to.clone()]);
            }
        }
    }

    /// Takes in the peers' messages for some of the products, of [`PRODUCT_BYTES`] each.
    pub(super) fn absorb(
        &mut self,
        range: Range<usize>,
        (hashes, tweak): (&KeyHashes, u64),
        incoming: &[Vec<u8>],
        me: usize,
    ) {
        for (peer, message) in incoming.iter().enumerate().filter(|(peer, _)| *peer != me) {
            for rows in self.x.cut(range.clone()) {
                let message = &message[(rows.start - range.start) * PRODUCT_BYTES..];
                let macs = self.x.part(peer, rows.clone());
                hashes.receive(peer, tweak + rows.start as u64, macs, message, &mut self.products[rows]);
            }
        }
    }

    /// The combination of all products, masked by bits of its own: of the shares of the products' bits, and of those of
    /// the products times Delta.
    pub(super) fn combine(&self, seed: Block, masks: &Shares, me: usize) -> Combined {
        let mut combination = Combination::new(seed, 1);
        let products = |range: Range<usize>| &self.products[range];
        // The second bits, which are the shares of the products.
        let bits = |range| low_bits(products(range).iter().map(|product| Block::new(product.to_u128() >> 1)));
        combination.add(self.len(), |_, range, to| to.copy_from_slice(products(range)), bits);
        let mask = |power: usize| masks.parts().fold(Block::ZERO, |sum, part| sum ^ part[power]);
        combination.add_element(|_, power| mask(power), |power| masks.part(me)[power].lsb());
        combination.finish()
    }
}
