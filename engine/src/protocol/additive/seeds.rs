//! Seeds that two parties have in common: shares and sharings of zero without communication (the case of pairs
//! of Cramer, Damgård and Ishai, "Share Conversion, Pseudorandom Secret-Sharing and Applications to Secure
//! Computation", TCC 2005).

use crate::correlation::{RingElement, SecretVec};
use crate::crypto::{PairSeed, Prg, Random, SessionId, pair_seeds};
use crate::net::{ChannelError, Network, PartyIndex, Step};

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
        let seeds = pair_seeds(net, random, session, ADDITIVE_SEEDS, "quorate 2026 additive pair seed").await?;
        let pairs = seeds.iter().map(|seed| seed.as_ref().map(Pair::new));
        Ok(Self { me: net.me(), pairs: pairs.collect() })
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
    fn new(seed: &PairSeed) -> Self {
        Self { sharing: seed.stream("sharing"), zero: seed.stream("zero") }
    }
}
