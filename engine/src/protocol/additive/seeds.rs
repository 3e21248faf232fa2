//! Seeds that two parties have in common: shares and sharings of zero without communication (the case of pairs
//! of Cramer, Damgård and Ishai, "Share Conversion, Pseudorandom Secret-Sharing and Applications to Secure
//! Computation", TCC 2005).

use zeroize::Zeroizing;

use crate::correlation::{RingElement, SecretVec};
use crate::crypto::{Block, Prg, Random, SessionId, Transcript};
use crate::net::{ChannelError, Ledger, Network, PartyIndex, Step};

/// Each party's half of the seed that it has in common with a peer.
pub const ADDITIVE_SEEDS: Step = Step::new("additive/seeds");

/// The streams in common with each peer, by party; `None` at my own place.
pub(super) struct Seeds {
    me: PartyIndex,
    pairs: Vec<Option<Pair>>,
}

/// A stream for each purpose. Both ends read each for the same vectors in the same order.
struct Pair {
    /// The peer's shares of a vector that one of the two owns.
    sharing: Prg,
    /// Terms of sharings of zero.
    zero: Prg,
}

impl Seeds {
    /// Agrees on a seed with every peer: both contribute half of what it is derived from.
    ///
    /// # Errors
    /// The channels'.
    pub(super) async fn agree(
        net: &mut Network,
        random: &mut Random,
        session: &SessionId,
    ) -> Result<Self, ChannelError> {
        let me = net.me();
        let halves = Zeroizing::new((0..net.parties()).map(|_| random.bytes::<{ Block::BYTES }>()).collect::<Vec<_>>());
        let outgoing: Vec<Option<&[u8]>> = halves.iter().map(|half| Some(half.as_slice())).collect();
        let lengths = vec![Some(Block::BYTES); net.parties()];
        let incoming = Zeroizing::new(net.scatter(ADDITIVE_SEEDS, &outgoing, &lengths).await?);
        let pairs = (0..net.parties()).map(PartyIndex).map(|peer| {
            let (mine, theirs) = (halves[peer.0].as_slice(), incoming[peer.0].as_slice());
            (peer != me).then(|| {
                if me < peer {
                    Pair::new(session, (me, mine), (peer, theirs))
                } else {
                    Pair::new(session, (peer, theirs), (me, mine))
                }
            })
        });
        Ok(Self { me, pairs: pairs.collect() })
    }

    /// My share of an arithmetic vector of `owner`, who passes `values`: the others' shares are streams, the owner's is
    /// what is missing.
    pub(super) fn share<R: RingElement>(&mut self, owner: PartyIndex, length: usize, values: &[R]) -> SecretVec<R> {
        let mut share = SecretVec::zeros(length);
        if self.me != owner {
            self.stream(owner).sharing.fill_bytes(bytemuck::cast_slice_mut(&mut share));
            return share;
        }
        share.copy_from_slice(values);
        let mut term = SecretVec::<R>::zeros(length);
        for pair in self.pairs.iter_mut().flatten() {
            pair.sharing.fill_bytes(bytemuck::cast_slice_mut(&mut term));
            share.iter_mut().zip(term.iter()).for_each(|(share, term)| *share -= *term);
        }
        share
    }

    /// The same for words of bits, with XOR.
    pub(super) fn share_bits(&mut self, owner: PartyIndex, length: usize, values: &[u64]) -> SecretVec<u64> {
        let mut share = SecretVec::zeros(length);
        if self.me != owner {
            self.stream(owner).sharing.fill_u64(&mut share);
            return share;
        }
        share.copy_from_slice(values);
        let mut term = SecretVec::zeros(length);
        for pair in self.pairs.iter_mut().flatten() {
            pair.sharing.fill_u64(&mut term);
            share.iter_mut().zip(term.iter()).for_each(|(share, term)| *share ^= term);
        }
        share
    }

    /// Adds a fresh sharing of zero: the lower of a pair adds what the higher one subtracts.
    pub(super) fn add_zero<R: RingElement>(&mut self, share: &mut [R]) {
        let mut term = SecretVec::<R>::zeros(share.len());
        for (peer, pair) in self.pairs.iter_mut().enumerate() {
            let Some(pair) = pair else { continue };
            pair.zero.fill_bytes(bytemuck::cast_slice_mut(&mut term));
            let lower = self.me.0 < peer;
            for (share, term) in share.iter_mut().zip(term.iter()) {
                *share += if lower { *term } else { R::ZERO - *term };
            }
        }
    }

    /// A fresh XOR sharing of zero.
    pub(super) fn zero_bits(&mut self, words: usize) -> SecretVec<u64> {
        let (mut share, mut term) = (SecretVec::zeros(words), SecretVec::zeros(words));
        for pair in self.pairs.iter_mut().flatten() {
            pair.zero.fill_u64(&mut term);
            share.iter_mut().zip(term.iter()).for_each(|(share, term): (&mut u64, &u64)| *share ^= term);
        }
        share
    }

    fn stream(&mut self, peer: PartyIndex) -> &mut Pair {
        self.pairs[peer.0].as_mut().expect("a pair is of two different parties")
    }
}

impl Pair {
    fn new(session: &SessionId, lower: (PartyIndex, &[u8]), higher: (PartyIndex, &[u8])) -> Self {
        let mut transcript = Transcript::new("quorate 2026 additive pair seed", session);
        for (party, half) in [lower, higher] {
            transcript.append_party("party", party).append("half", half);
        }
        let stream = |purpose: &str| Prg::new(transcript.clone().append("purpose", purpose.as_bytes()).block());
        Self { sharing: stream("sharing"), zero: stream("zero") }
    }
}

/// The messages of [`Seeds::agree`].
pub(super) fn seeds_cost(ledger: &mut Ledger) {
    ledger.exchange_all(Block::BYTES as u64);
}
