//! A batch of triples and of random authenticated bits: everything that depends on no input and no circuit.
//!
//! | message | to everybody | when |
//! |---|---|---|
//! | extension of the correlated OTs, choices that are the same for all | see [`super::pairs`] | |
//! | products | 16 B for each leaky triple | with triples |
//! | corrections | 1 bit for each leaky triple | with triples |
//! | a coin toss | 32 + 96 B | with triples or three parties |
//! | openings: bits of the buckets, a combination of all bits with its MAC, the zero test | | likewise |
//! | confirmation: a MAC of the buckets' bits, a commitment to the zero test, a digest of what was heard | | likewise |
//! | the zero test's shares | 96 B | with triples |
//!
//! *All bits together.* Random bits are the same towards all peers if a random combination of them, opened to all, has
//! a right MAC at each (the combination is masked by 128 bits of its own). Two parties need none of it.
//!
//! *Nobody is told something else.* Corrections, buckets' bits and combinations concern all; their digests are compared
//! before anything made of them is used. The commitments' digests come with the shares, as in a coin toss.

use quorate_kernels::Block;
use subtle::ConstantTimeEq;

use super::bits::{Bits, bytes_of};
use super::buckets::{Rotations, bucket_size};
use super::combination::{Combination, Combined, block};
use super::pairs::{Pairs, extension_cost};
use super::products::{KeyHashes, Leaky, PRODUCT_BYTES};
use super::shares::Shares;
use super::zero_test::{TEST_BITS, TEST_BYTES, ZeroTest};
use super::{
    AUTHENTICATED_CONFIRMATION, AUTHENTICATED_CORRECTIONS, AUTHENTICATED_OPENINGS, AUTHENTICATED_PRODUCTS,
    AUTHENTICATED_ZERO_TEST, Session, Triples, deviation,
};
use crate::crypto::{Commitment, Opening, SecretBlocks, Transcript, coin_toss, coin_toss_cost, commit};
use crate::net::{ChannelError, Ledger, Step};

/// Bits that mask the combination of all bits.
const MASKING_BITS: usize = 128;
/// Bytes of a commitment, a nonce or a digest.
const DIGEST: usize = 32;
/// Bytes of a share of the zero test, its nonce and the digest of all commitments.
const ZERO_SHARE_BYTES: usize = Block::BYTES + 2 * DIGEST;

/// What a batch is to be, and which bits it takes: first those of `x`, then those of the zero test, of `y`, of `z`, the
/// bits that are wanted themselves, and those that mask the combination of all.
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
    pub(super) bits: Shares,
}

impl Batch {
    pub(super) fn new(parties: usize, triples: usize, bits: usize) -> Self {
        Self { parties, triples, bits, bucket: if triples > 0 { bucket_size(triples) } else { 0 } }
    }

    pub(super) fn leaky(&self) -> usize {
        self.triples * self.bucket
    }

    fn test_bits(&self) -> usize {
        if self.triples > 0 { TEST_BITS } else { 0 }
    }

    fn masking_bits(&self) -> usize {
        if self.parties > 2 { MASKING_BITS } else { 0 }
    }

    /// Bits of which the keys are needed one by one.
    fn keyed(&self) -> usize {
        self.leaky() + self.test_bits()
    }

    pub(super) fn rows(&self) -> usize {
        3 * self.leaky() + self.test_bits() + self.bits + self.masking_bits()
    }

    /// Whether anything is checked: two parties' bits without triples need no check.
    fn is_checked(&self) -> bool {
        self.triples > 0 || self.parties > 2
    }

    /// Bits of the buckets that are opened.
    fn openings(&self) -> usize {
        self.leaky() - self.triples
    }

    /// Bytes of the openings that are the same for everybody: bits of the buckets, the combination.
    fn common_bytes(&self) -> usize {
        bytes_of(self.openings()) + if self.masking_bits() > 0 { Block::BYTES } else { 0 }
    }

    fn opening_bytes(&self) -> usize {
        let mac = if self.masking_bits() > 0 { Block::BYTES } else { 0 };
        self.common_bytes() + mac + if self.triples > 0 { TEST_BYTES } else { 0 }
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
    ) -> Result<Made, ChannelError> {
        let (rows, keys) = pairs.extend(session, self.rows(), self.keyed()).await?;
        let mut making = Making { batch: self, pairs, hashes, leaky: Leaky::new(rows, self.leaky()), keys };
        let triples = if self.is_checked() { making.check(session).await? } else { None };
        let first = making.leaky.z().end;
        Ok(Made { triples, bits: making.leaky.rows.take(first..first + self.bits) })
    }
}

/// A batch whose rows are there.
struct Making<'a> {
    batch: Batch,
    pairs: &'a Pairs,
    hashes: &'a mut KeyHashes,
    leaky: Leaky,
    /// By peer, my keys for its bits of which the keys are needed one by one.
    keys: Vec<SecretBlocks>,
}

/// What was opened to all, and who was heard to say what.
struct Opened {
    /// The bits of the buckets.
    bits: Bits,
    /// A digest of all that concerns everybody.
    views: Transcript,
}

impl Making<'_> {
    /// Makes the triples, and checks everything.
    async fn check(&mut self, session: &mut Session) -> Result<Option<Triples>, ChannelError> {
        let me = session.network.me().0;
        let mut views = Transcript::new("quorate 2026 authenticated views", &session.id);
        let corrections = self.products(session, &mut views).await?;
        let coin = coin_toss(&mut session.network, &mut session.random, &session.id, "authenticated batch").await?;
        views.append("coin", &coin);
        let seed = |purpose: &[u8]| views.clone().append("purpose", purpose).block();
        let combined = self.combine_all(seed(b"all bits"), me);
        self.leaky.correct(me, self.pairs.delta(), |place| corrections.get(place));
        let rotations = Rotations::new(seed(b"rotations"), self.batch.triples, self.batch.bucket.max(1));
        let (test, opened) = self.open(session, &rotations, (&combined, seed(b"zero test")), views).await?;
        self.confirm(session, &rotations, test, &opened).await?;
        Ok((self.batch.triples > 0).then(|| rotations.triples(&mut self.leaky, |place| opened.bits.get(place))))
    }

    /// Leaky triples but for the corrections, which are the answer.
    async fn products(&mut self, session: &mut Session, views: &mut Transcript) -> Result<Bits, ChannelError> {
        let leaky = self.batch.leaky();
        let Session { network, .. } = session;
        let me = network.me().0;
        let (count, bytes) = (network.parties(), leaky * PRODUCT_BYTES);
        if leaky == 0 {
            return Ok(Bits::collect(0, |_| false));
        }
        let tweak = self.hashes.tweaks(leaky);
        let messages = self.leaky.multiply(self.pairs, (&*self.hashes, tweak), &self.keys, network);
        let outgoing: Vec<_> = messages.iter().map(|message| message.as_deref().map(Block::as_bytes)).collect();
        let incoming = network.scatter(AUTHENTICATED_PRODUCTS, &outgoing, &vec![Some(bytes); count]).await?;
        self.leaky.absorb(self.hashes, tweak, &incoming, me);
        drop(outgoing);
        drop((messages, incoming));
        let mine = Bits::collect(leaky, |place| self.leaky.correction(me, place));
        exchange_bits(session, AUTHENTICATED_CORRECTIONS, mine, views, leaky).await
    }

    /// The combination of all bits, if there are more than two parties; masked by bits of its own.
    fn combine_all(&self, seed: Block, me: usize) -> Option<Combined> {
        let masking = self.batch.masking_bits();
        let rows = &self.leaky.rows;
        let all = rows.len() - masking;
        (masking > 0).then(|| {
            let mut combination = Combination::new(seed, self.batch.parties);
            combination.add(all, |p, row| rows.part(p)[row], |row| rows.part(me)[row].lsb());
            combination.add_element(|p, row| rows.part(p)[all + row], |row| rows.part(me)[all + row].lsb());
            combination.finish()
        })
    }

    /// Opens the bits of the buckets and the combination of all bits, and begins the zero test.
    async fn open(
        &mut self,
        session: &mut Session,
        rotations: &Rotations,
        (combined, seed): (&Option<Combined>, Block),
        mut views: Transcript,
    ) -> Result<(Option<(ZeroTest, Vec<Vec<u8>>)>, Opened), ChannelError> {
        let Session { network, .. } = session;
        let (me, parties) = (network.me().0, network.parties());
        let mut bits = Bits::collect(self.batch.openings(), |opening| rotations.share(&self.leaky, me, opening));
        let mut common = bits.as_bytes().to_vec();
        common.extend(combined.iter().flat_map(|combined| combined.opened.to_bytes()));
        let mut test = None;
        let mut terms = vec![None; parties];
        if self.batch.triples > 0 {
            let rho = (self.leaky.rows.duplicate(self.leaky.test()), self.keys.as_slice());
            let residues = (&*self.leaky.residues, seed);
            let (begun, messages) = ZeroTest::begin(rho, residues, self.hashes, self.pairs, network);
            (test, terms) = (Some(begun), messages);
        }
        let message = |peer: usize| {
            let mut message = common.clone();
            message.extend(combined.iter().flat_map(|combined| combined.parts[peer].to_bytes()));
            message.extend(terms[peer].iter().flat_map(|terms| Block::as_bytes(terms)));
            message
        };
        let messages: Vec<Vec<u8>> = (0..parties).map(message).collect();
        let outgoing: Vec<Option<&[u8]>> = messages.iter().map(|message| Some(message.as_slice())).collect();
        let lengths = vec![Some(self.batch.opening_bytes()); parties];
        let mut incoming = network.scatter(AUTHENTICATED_OPENINGS, &outgoing, &lengths).await?;
        incoming[me] = messages[me].clone();
        let (shared, own) = (self.batch.common_bytes(), Block::BYTES);
        incoming.iter().for_each(|message| {
            views.append("openings", &message[..shared]);
        });
        for (_, message) in incoming.iter().enumerate().filter(|(peer, _)| *peer != me) {
            bits.xor(&message[..bytes_of(self.batch.openings())]);
        }
        if let Some(combined) = combined {
            let element = |message: &Vec<u8>| block(&message[shared - own..]);
            let opened = incoming.iter().fold(Block::ZERO, |sum, message| sum ^ element(message));
            let combined = Combined { parts: combined.parts.clone(), opened };
            let others = (0..parties).filter(|p| *p != me).map(|p| &incoming[p][shared..]);
            if !combined.holds(me, self.pairs.delta(), others) {
                return Err(deviation(network, AUTHENTICATED_OPENINGS, "a party's bits differ from peer to peer"));
            }
        }
        // There are none at my own place.
        let terms = |message: Vec<u8>| message[message.len().saturating_sub(TEST_BYTES)..].to_vec();
        let test = test.map(|test| (test, incoming.into_iter().map(terms).collect()));
        Ok((test, Opened { bits, views }))
    }

    /// Proves the bits of the buckets, compares what was heard, and finishes the zero test.
    async fn confirm(
        &mut self,
        session: &mut Session,
        rotations: &Rotations,
        test: Option<(ZeroTest, Vec<Vec<u8>>)>,
        opened: &Opened,
    ) -> Result<(), ChannelError> {
        let (me, parties) = (session.network.me().0, session.network.parties());
        let views = opened.views.digest();
        let mut message = Vec::new();
        let mut share = None;
        let mut proof = None;
        if let Some((test, incoming)) = test {
            let incoming: Vec<&[u8]> = incoming.iter().map(Vec::as_slice).collect();
            let mine = test.finish(self.hashes, &incoming, me).to_bytes();
            let Session { id, network, random, .. } = session;
            let (commitment, nonce) = commit(id, network.me(), ZERO, &mine, random);
            proof = Some(rotations.combine(&self.leaky, opened.views.block(), |place| opened.bits.get(place)));
            message.extend(commitment.0);
            share = Some((mine, nonce));
        }
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
            if !proof.holds(me, self.pairs.delta(), others) {
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
        if self.triples > 0 {
            ledger.exchange_all((self.leaky() * PRODUCT_BYTES) as u64);
            ledger.exchange_all(bytes_of(self.leaky()) as u64);
        }
        coin_toss_cost(ledger);
        ledger.exchange_all(self.opening_bytes() as u64);
        ledger.exchange_all(self.confirmation_bytes() as u64);
        if self.triples > 0 {
            ledger.exchange_all(ZERO_SHARE_BYTES as u64);
        }
    }
}
