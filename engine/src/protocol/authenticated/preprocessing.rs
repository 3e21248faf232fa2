//! A batch of triples and of random authenticated bits: everything that depends on no input and no circuit.
//!
//! | message | to everybody | when |
//! |---|---|---|
//! | extension of the correlated OTs, choices that are the same for all | see [`super::pairs`] | |
//! | products | 16 B for each leaky triple | with triples |
//! | a coin toss | 32 + 96 B | with triples or three parties |
//! | openings: bits of the buckets, a combination of the products, a combination of all bits with its MAC | | likewise |
//! | corrections | 1 bit for each triple | with triples |
//! | terms of the zero test | 2,048 B | with triples |
//! | confirmation: a MAC of the buckets' bits, a commitment to the zero test, a digest of what was heard | | likewise |
//! | the zero test's shares | 96 B | with triples |
//!
//! *All bits together.* Random bits are the same towards all peers if a random combination of them, opened to all, has
//! a right MAC at each (the combination is masked by 128 bits of its own). Two parties need none of it.
//!
//! *Nobody is told something else.* Corrections, buckets' bits and combinations concern all; their digests are compared
//! before anything made of them is used, and the coefficients of what comes after them are hashes of them. The
//! commitments' digests come with the shares, as in a coin toss.

use std::ops::Range;

use quorate_kernels::Block;
use quorate_kernels::gf128::multiply;
use subtle::ConstantTimeEq;

use super::bits::{Bits, WORD, bytes_of, low_bits, mask};
use super::buckets::{Rotations, bucket_size};
use super::combination::{Combination, Combined, block};
use super::pairs::{Pairs, extension_cost};
use super::pool::Pool;
use super::products::{Groups, KeyHashes, Keys, Leaky, PRODUCT_BYTES};
use super::shares::Shares;
use super::zero_test::{TEST_BITS, TEST_BYTES, ZeroTest, combine};
use super::{
    AUTHENTICATED_CONFIRMATION, AUTHENTICATED_CORRECTIONS, AUTHENTICATED_OPENINGS, AUTHENTICATED_PRODUCTS,
    AUTHENTICATED_TERMS, AUTHENTICATED_ZERO_TEST, Session, Triples, deviation,
};
use crate::crypto::{Commitment, Opening, Transcript, coin_toss, coin_toss_cost, commit};
use crate::net::{ChannelError, Ledger, Step};

/// Bits that mask a combination: those of an element.
const MASKING_BITS: usize = 128;
/// Bytes of a commitment, a nonce or a digest.
const DIGEST: usize = 32;
/// Bytes of a share of the zero test, its nonce and the digest of all commitments.
const ZERO_SHARE_BYTES: usize = Block::BYTES + 2 * DIGEST;

/// Products of which the messages are one step: 4 MiB to each peer.
pub(super) const PRODUCTS: usize = 1 << 18;

/// What a batch is to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Batch {
    parties: usize,
    triples: usize,
    bits: usize,
    bucket: usize,
}

/// What was made.
pub(super) struct Made {
    pub(super) triples: Option<Triples>,
    /// A random bit for each triple: the mask of a gate's result.
    pub(super) results: Shares,
    /// The random bits that were wanted besides.
    pub(super) bits: Shares,
}

impl Batch {
    /// A batch of so many triples with a random bit for each, and of so many bits besides.
    pub(super) fn new(parties: usize, triples: usize, bits: usize) -> Self {
        Self { parties, triples, bits, bucket: if triples > 0 { bucket_size(triples) } else { 0 } }
    }

    pub(super) fn leaky(&self) -> usize {
        self.triples * self.bucket
    }

    fn test_bits(&self) -> usize {
        if self.triples > 0 { TEST_BITS } else { 0 }
    }

    /// Bits that mask the combination of all products.
    fn product_masks(&self) -> usize {
        if self.triples > 0 { MASKING_BITS } else { 0 }
    }

    /// Bits that mask the combination of all bits.
    fn masking_bits(&self) -> usize {
        if self.parties > 2 { MASKING_BITS } else { 0 }
    }

    /// Bits of which the keys are needed one by one: the first ones.
    fn keyed(&self) -> usize {
        self.leaky() + self.test_bits()
    }

    /// Which bits it takes: `x` of the first group and of the others, those of the zero test, `y` likewise, `z`, the bits
    /// that are wanted themselves (with triples and besides), and the masks.
    fn lengths(&self) -> [usize; 10] {
        let Self { triples, bits, .. } = *self;
        let groups = [triples, self.leaky() - triples];
        let [first, others] = groups;
        let masks = [self.product_masks(), self.masking_bits()];
        [first, others, self.test_bits(), first, others, triples, triples, bits, masks[0], masks[1]]
    }

    pub(super) fn rows(&self) -> usize {
        self.lengths().iter().sum()
    }

    /// Whether anything is checked: two parties' bits without triples need no check.
    fn is_checked(&self) -> bool {
        self.triples > 0 || self.parties > 2
    }

    /// Bits of the buckets that are opened.
    fn openings(&self) -> usize {
        self.leaky() - self.triples
    }

    /// Bytes of the openings that are the same for everybody: bits of the buckets, the combinations.
    fn common_bytes(&self) -> usize {
        let combinations = usize::from(self.triples > 0) + usize::from(self.parties > 2);
        bytes_of(self.openings()) + combinations * Block::BYTES
    }

    fn opening_bytes(&self) -> usize {
        self.common_bytes() + if self.parties > 2 { Block::BYTES } else { 0 }
    }

    fn confirmation_bytes(&self) -> usize {
        let of_triples = if self.triples > 0 { Block::BYTES + DIGEST } else { 0 };
        of_triples + if self.parties > 2 { DIGEST } else { 0 }
    }

    /// Makes it.
    ///
    /// # Errors
    /// The channels'; those of the OTs; a check that fails.
    pub(super) async fn make(
        self,
        session: &mut Session,
        pairs: &mut Pairs,
        hashes: &mut KeyHashes,
        pool: &mut Pool,
    ) -> Result<Made, ChannelError> {
        let (vectors, keys) = pairs.extend(session, pool, self.lengths(), self.keyed()).await?;
        let [x, more_x, test, y, more_y, z, results, bits, product_masks, masks] = vectors;
        if !self.is_checked() {
            return Ok(Made { triples: None, results, bits });
        }
        let (x, y) = (Groups { first: x, others: more_x }, Groups { first: y, others: more_y });
        let (leaky, others) = (Leaky::new(x, y, pool), Others { test, z, results, bits, product_masks, masks });
        let keys = Keys::new(keys, pairs.delta());
        let mut making = Making { batch: self, hashes, leaky, others, keys };
        making.check(session).await?;
        let Making { leaky, others: Others { z, results, bits, .. }, keys, .. } = making;
        keys.retire(pool);
        let (x, y) = leaky.into_triples(pool);
        Ok(Made { triples: (self.triples > 0).then_some(Triples { x, y, z }), results, bits })
    }
}

/// A batch whose rows are there.
struct Making<'a> {
    batch: Batch,
    hashes: &'a mut KeyHashes,
    leaky: Leaky,
    others: Others,
    /// Those for the bits `x` and of the zero test.
    keys: Keys,
}

/// The bits that no leaky triple is made from.
struct Others {
    /// Those of the zero test.
    test: Shares,
    /// Random bits that become the products.
    z: Shares,
    /// The bits that are wanted themselves, one for each triple.
    results: Shares,
    /// Those that are wanted besides.
    bits: Shares,
    /// What masks the combination of the products.
    product_masks: Shares,
    /// What masks the combination of all bits.
    masks: Shares,
}

/// What was opened to all, and who was heard to say what.
struct Opened {
    /// The bits of the buckets.
    bits: Bits,
    /// The combination of the products.
    products: Block,
    /// A digest of all that concerns everybody.
    views: Transcript,
}

impl Making<'_> {
    /// Makes the triples, and checks everything.
    async fn check(&mut self, session: &mut Session) -> Result<(), ChannelError> {
        self.products(session).await?;
        let mut views = Transcript::new("quorate 2026 authenticated views", &session.id);
        let coin = coin_toss(&mut session.network, &mut session.random, &session.id, "authenticated batch").await?;
        views.append("coin", &coin);
        let seed = |purpose: &[u8]| views.clone().append("purpose", purpose).block();
        let me = session.network.me().0;
        let rotations = Rotations::new(seed(b"rotations"), self.batch.triples, self.batch.bucket.max(1));
        let combined = (self.batch.parties > 2).then(|| self.combine_all(seed(b"all bits"), me));
        if self.batch.triples == 0 {
            let opened = self.open(session, &rotations, (None, &combined), views).await?;
            return self.confirm(session, None, None, &opened).await;
        }
        let products = self.leaky.combine(seed(b"products"), &self.others.product_masks, me);
        let mut opened = self.open(session, &rotations, (Some(products.opened), &combined), views).await?;
        let residues = self.correct(session, &rotations, &mut opened).await?;
        let residue = products.parts[0] ^ multiply(opened.products, self.keys.delta()) ^ residues;
        let share = self.zero_test(session, residue).await?;
        let proof = rotations.combine(&self.leaky, opened.views.block(), &opened.bits);
        self.confirm(session, Some(share), Some(proof), &opened).await
    }

    /// Leaky triples.
    async fn products(&mut self, session: &mut Session) -> Result<(), ChannelError> {
        let (network, leaky) = (&mut session.network, self.batch.leaky());
        let tweak = self.hashes.tweaks(leaky);
        let mut messages = vec![None; network.parties()];
        network.peers().for_each(|peer| messages[peer.0] = Some(Block::zeros(leaky.min(PRODUCTS))));
        for first in (0..leaky).step_by(PRODUCTS) {
            let range = first..leaky.min(first + PRODUCTS);
            messages.iter_mut().flatten().for_each(|message| message.truncate(range.len()));
            let hashes = (&*self.hashes, tweak);
            self.leaky.multiply(range.clone(), hashes, &self.keys, network, &mut messages);
            let outgoing: Vec<_> = messages.iter().map(|message| message.as_deref().map(Block::as_bytes)).collect();
            let lengths = vec![Some(range.len() * PRODUCT_BYTES); network.parties()];
            let incoming = network.scatter(AUTHENTICATED_PRODUCTS, &outgoing, &lengths).await?;
            self.leaky.absorb(range, hashes, &incoming, network.me().0);
        }
        Ok(())
    }

    /// The combination of all bits, masked by bits of its own.
    fn combine_all(&self, seed: Block, me: usize) -> Combined {
        let mut combination = Combination::new(seed, self.batch.parties);
        let Others { test, z, results, bits, product_masks, masks } = &self.others;
        let Leaky { x, y, .. } = &self.leaky;
        for shares in [&x.first, &x.others, test, &y.first, &y.others, z, results, bits, product_masks] {
            let part = |p: usize, range: Range<usize>, to: &mut [Block]| to.copy_from_slice(&shares.part(p)[range]);
            combination.add(shares.len(), part, |range| low_bits(shares.part(me)[range].iter().copied()));
        }
        combination.add_element(|p, row| masks.part(p)[row], |row| masks.part(me)[row].lsb());
        combination.finish()
    }

    /// Opens the bits of the buckets and the combinations of all products and of all bits.
    async fn open(
        &self,
        session: &mut Session,
        rotations: &Rotations,
        (products, combined): (Option<Block>, &Option<Combined>),
        mut views: Transcript,
    ) -> Result<Opened, ChannelError> {
        let network = &mut session.network;
        let (me, parties) = (network.me().0, network.parties());
        let mut bits = rotations.shares(&self.leaky, me);
        let mut common = bits.as_bytes().to_vec();
        let combinations = products.into_iter().chain(combined.iter().map(|combined| combined.opened));
        common.extend(combinations.flat_map(Block::to_bytes));
        let mac = |peer: usize| combined.iter().flat_map(move |combined| combined.parts[peer].to_bytes());
        let messages: Vec<Vec<u8>> =
            (0..parties).map(|peer| common.iter().copied().chain(mac(peer)).collect()).collect();
        let outgoing: Vec<Option<&[u8]>> = messages.iter().map(|message| Some(message.as_slice())).collect();
        let lengths = vec![Some(self.batch.opening_bytes()); parties];
        let mut incoming = network.scatter(AUTHENTICATED_OPENINGS, &outgoing, &lengths).await?;
        incoming[me].clone_from(&messages[me]);
        let (of_bits, shared) = (bytes_of(self.batch.openings()), self.batch.common_bytes());
        incoming.iter().for_each(|message| {
            views.append("openings", &message[..shared]);
        });
        for message in network.peers().map(|peer| &incoming[peer.0]) {
            bits.xor(&message[..of_bits]);
        }
        let sum = |from: usize| incoming.iter().fold(Block::ZERO, |sum, message| sum ^ block(&message[from..]));
        if let Some(combined) = combined {
            let combined = Combined { parts: combined.parts.clone(), opened: sum(shared - Block::BYTES) };
            let others = network.peers().map(|peer| &incoming[peer.0][shared..]);
            if !combined.holds(me, self.keys.delta(), others) {
                return Err(deviation(network, AUTHENTICATED_OPENINGS, "a party's bits differ from peer to peer"));
            }
        }
        let products = products.map_or(Block::ZERO, |_| sum(of_bits));
        Ok(Opened { bits, products, views })
    }

    /// Adds up the buckets and makes random bits their products: the residues, combined.
    async fn correct(
        &mut self,
        session: &mut Session,
        rotations: &Rotations,
        opened: &mut Opened,
    ) -> Result<Block, ChannelError> {
        let (me, triples) = (session.network.me().0, self.batch.triples);
        rotations.add_up(&mut self.leaky, &opened.bits);
        let products = &mut self.leaky.products[..triples];
        let z = &mut self.others.z;
        let mine = Bits::collect_words(triples, |range| {
            let pairs = products[range.clone()].iter().zip(&z.part(me)[range]);
            low_bits(pairs.map(|(product, z)| Block::new(product.to_u128() >> 1) ^ *z))
        });
        let corrections = exchange_bits(session, AUTHENTICATED_CORRECTIONS, mine, &mut opened.views, triples).await?;
        for (word, own) in z.part_mut(me).chunks_mut(WORD).enumerate() {
            let word = corrections.word(word * WORD);
            own.iter_mut().enumerate().for_each(|(k, own)| *own ^= mask(word, k) & self.keys.delta());
        }
        for part in z.parts() {
            products.iter_mut().zip(part).for_each(|(residue, part)| *residue ^= *part);
        }
        let seed = opened.views.clone().append("purpose", b"residues").block();
        Ok(combine(products, seed))
    }

    /// My share of the zero test of a residue.
    async fn zero_test(&mut self, session: &mut Session, residue: Block) -> Result<Block, ChannelError> {
        let network = &mut session.network;
        let rho = std::mem::take(&mut self.others.test);
        let keys = self.keys.of(self.leaky.len()..self.batch.keyed(), rho.part(network.me().0));
        let (test, terms) = ZeroTest::begin((rho, keys), (residue, self.keys.delta()), self.hashes, network);
        let outgoing: Vec<_> = terms.iter().map(|terms| terms.as_deref().map(Block::as_bytes)).collect();
        let lengths = vec![Some(TEST_BYTES); network.parties()];
        let incoming = network.scatter(AUTHENTICATED_TERMS, &outgoing, &lengths).await?;
        let incoming: Vec<&[u8]> = incoming.iter().map(Vec::as_slice).collect();
        Ok(test.finish(self.hashes, &incoming, network.me().0))
    }

    /// Proves the bits of the buckets, compares what was heard, and finishes the zero test.
    async fn confirm(
        &self,
        session: &mut Session,
        share: Option<Block>,
        proof: Option<Combined>,
        opened: &Opened,
    ) -> Result<(), ChannelError> {
        let (me, parties) = (session.network.me().0, session.network.parties());
        let views = opened.views.digest();
        let mut message = Vec::new();
        let share = share.map(|share| {
            let (mine, Session { id, network, random, .. }) = (share.to_bytes(), &mut *session);
            let (commitment, nonce) = commit(id, network.me(), ZERO, &mine, random);
            message.extend(commitment.0);
            (mine, nonce)
        });
        if parties > 2 {
            message.extend(views);
        }
        let messages: Vec<Vec<u8>> = (0..parties)
            .map(|peer| {
                let mac = proof.iter().flat_map(|proof| proof.parts[peer].to_bytes());
                message.iter().copied().chain(mac).collect()
            })
            .collect();
        let outgoing: Vec<Option<&[u8]>> = messages.iter().map(|message| Some(message.as_slice())).collect();
        let lengths = vec![Some(self.batch.confirmation_bytes()); parties];
        let network = &mut session.network;
        let mut incoming = network.scatter(AUTHENTICATED_CONFIRMATION, &outgoing, &lengths).await?;
        incoming[me].clone_from(&messages[me]);
        let deviates = |what| deviation(network, AUTHENTICATED_CONFIRMATION, what);
        if parties > 2 {
            let from = if share.is_some() { DIGEST } else { 0 };
            if !incoming.iter().all(|message| bool::from(message[from..from + DIGEST].ct_eq(&views))) {
                return Err(deviates("the parties heard different bits"));
            }
        }
        let Some((mine, nonce)) = share else { return Ok(()) };
        if let Some(proof) = &proof {
            let macs = self.batch.confirmation_bytes() - Block::BYTES;
            let others = (0..parties).filter(|p| *p != me).map(|p| &incoming[p][macs..]);
            if !proof.holds(me, self.keys.delta(), others) {
                return Err(deviates("a bit of a bucket has a wrong MAC"));
            }
        }
        sums_to_zero(session, &incoming, &mine, &nonce).await
    }
}

/// The label of the commitments to the zero test's shares.
const ZERO: &str = "authenticated zero test";

/// Opens the shares of the zero test, to which the confirmations begin with commitments.
async fn sums_to_zero(
    session: &mut Session,
    confirmations: &[Vec<u8>],
    mine: &[u8; Block::BYTES],
    nonce: &Opening,
) -> Result<(), ChannelError> {
    let Session { id, network, .. } = session;
    let mut heard = Transcript::new("quorate 2026 authenticated commitments", id);
    confirmations.iter().for_each(|message| {
        heard.append("commitment", &message[..DIGEST]);
    });
    let heard = heard.digest();
    let message = [mine.as_slice(), nonce.expose_bytes(), &heard].concat();
    let incoming = network.exchange_all(AUTHENTICATED_ZERO_TEST, &message, ZERO_SHARE_BYTES).await?;
    let mut sum = Block::from_bytes(*mine);
    let mut opened = true;
    for peer in network.peers() {
        let (message, mut commitment) = (&incoming[peer.0], [0; DIGEST]);
        let (share, rest) = message.split_at(Block::BYTES);
        let (nonce, echo) = rest.split_at(DIGEST);
        commitment.copy_from_slice(&confirmations[peer.0][..DIGEST]);
        let nonce = Opening::from_bytes(nonce.try_into().unwrap_or([0; DIGEST]));
        opened &= Commitment(commitment).opens_to(id, peer, ZERO, share, &nonce) && bool::from(echo.ct_eq(&heard));
        sum ^= block(share);
    }
    if !opened {
        return Err(deviation(network, AUTHENTICATED_ZERO_TEST, "a commitment does not open, or differs"));
    }
    if sum != Block::ZERO {
        return Err(deviation(network, AUTHENTICATED_ZERO_TEST, "a triple is not one"));
    }
    Ok(())
}

/// Adds up everybody's bits; all messages enter into the digest of what was heard.
pub(super) async fn exchange_bits(
    session: &mut Session,
    step: Step,
    mut bits: Bits,
    views: &mut Transcript,
    count: usize,
) -> Result<Bits, ChannelError> {
    let network = &mut session.network;
    let mut incoming = network.exchange_all(step, bits.as_bytes(), bytes_of(count)).await?;
    incoming[network.me().0] = bits.as_bytes().to_vec();
    incoming.iter().for_each(|message| {
        views.append("bits", message);
    });
    network.peers().for_each(|peer| bits.xor(&incoming[peer.0]));
    Ok(bits)
}

impl Batch {
    /// The messages of [`Batch::make`].
    pub(super) fn cost(self, ledger: &mut Ledger) {
        extension_cost(ledger, self.rows());
        if !self.is_checked() {
            return;
        }
        for first in (0..self.leaky()).step_by(PRODUCTS) {
            ledger.exchange_all((PRODUCTS.min(self.leaky() - first) * PRODUCT_BYTES) as u64);
        }
        coin_toss_cost(ledger);
        ledger.exchange_all(self.opening_bytes() as u64);
        if self.triples > 0 {
            ledger.exchange_all(bytes_of(self.triples) as u64);
            ledger.exchange_all(TEST_BYTES as u64);
        }
        ledger.exchange_all(self.confirmation_bytes() as u64);
        if self.triples > 0 {
            ledger.exchange_all(ZERO_SHARE_BYTES as u64);
        }
    }
}
