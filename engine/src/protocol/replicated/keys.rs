//! What two parties have in common from the beginning: shares and sharings of zero without communication (Araki,
//! Furukawa, Lindell, Nof, Ohara, "High-Throughput Semi-Honest Secure Three-Party Computation with an Honest
//! Majority", CCS 2016, section 2.2).

use bytemuck::Pod;

use super::share::Pair;
use super::{REPLICATED_SEEDS, next, previous};
use crate::correlation::{RingElement, SecretVec};
use crate::crypto::{PairSeed, Prg, Random, SessionId, pair_seeds};
use crate::net::{ChannelError, Network};

/// Bytes of pseudo-random elements that are made at once: they stay in the nearest cache.
const PIECE: usize = 8192;

/// Key `j` belongs to the two who hold component `j` of every vector: party `j` and the one before.
pub(super) struct Keys {
    /// With the previous party: of my first component.
    pub(super) first: Streams,
    /// With the next party: of my second component.
    pub(super) second: Streams,
    piece: SecretVec<u128>,
}

/// A stream for each purpose. Both ends read each for the same vectors in the same order.
pub(super) struct Streams {
    /// Components of vectors that one of the two shares.
    pub(super) sharing: Prg,
    /// Terms of sharings of zero.
    pub(super) zero: Prg,
    /// Components of vectors that nobody knows.
    pub(super) random: Prg,
    /// Shares of the proofs of whoever has the key as its first.
    pub(super) proof: Prg,
    /// Masks of the proofs of whoever has it as its second.
    pub(super) blind: Prg,
    /// Permutations that the two apply.
    pub(super) order: Prg,
    /// Masks and components of what is moved by permutations.
    pub(super) moved: Prg,
}

impl Keys {
    /// Agrees on the keys.
    ///
    /// # Errors
    /// The channels'.
    pub(super) async fn agree(
        net: &mut Network,
        random: &mut Random,
        session: &SessionId,
    ) -> Result<Self, ChannelError> {
        let me = net.me();
        let mut seeds = pair_seeds(net, random, session, REPLICATED_SEEDS, "quorate 2026 replicated pair seed").await?;
        let mut streams = |peer: usize| Streams::new(&seeds[peer].take().expect("a seed with either peer"));
        let (first, second) = (streams(previous(me).0), streams(next(me).0));
        Ok(Self { first, second, piece: SecretVec::zeros(PIECE / size_of::<u128>()) })
    }

    /// The keys of all three parties, from fixed seeds.
    #[cfg(test)]
    pub(super) fn dangerous_for_test() -> [Self; 3] {
        let streams = |key: u128| {
            let stream = |purpose| Prg::new(crate::crypto::Block::new(8 * (key % 3) + purpose));
            Streams {
                sharing: stream(0),
                zero: stream(1),
                random: stream(2),
                proof: stream(3),
                blind: stream(4),
                order: stream(5),
                moved: stream(6),
            }
        };
        let piece = || SecretVec::zeros(PIECE / size_of::<u128>());
        [0, 1, 2].map(|me| Self { first: streams(me), second: streams(me + 1), piece: piece() })
    }

    /// Elements of a type in a piece.
    pub(super) const fn piece<T>() -> usize {
        PIECE / size_of::<T>()
    }

    /// Adds my addend of a fresh sharing of zero: `F(mine) - F(next)`. Both are appended to `kept`, if there is any.
    pub(super) fn add_zero<R: RingElement>(&mut self, values: &mut [R], mut kept: Option<&mut Pair<SecretVec<R>>>) {
        for values in values.chunks_mut(Self::piece::<R>()) {
            let piece = &mut bytemuck::cast_slice_mut::<u128, R>(&mut self.piece)[..values.len()];
            self.first.zero.fill_bytes(bytemuck::cast_slice_mut(piece));
            values.iter_mut().zip(&*piece).for_each(|(value, term)| *value += *term);
            if let Some(kept) = &mut kept {
                kept.first.append_words(piece);
            }
            self.second.zero.fill_bytes(bytemuck::cast_slice_mut(piece));
            values.iter_mut().zip(&*piece).for_each(|(value, term)| *value -= *term);
            if let Some(kept) = &mut kept {
                kept.second.append_words(piece);
            }
        }
    }
}

impl Streams {
    fn new(seed: &PairSeed) -> Self {
        Self {
            sharing: seed.stream("sharing"),
            zero: seed.stream("zero"),
            random: seed.stream("random"),
            proof: seed.stream("proof"),
            blind: seed.stream("blind"),
            order: seed.stream("order"),
            moved: seed.stream("moved"),
        }
    }
}

/// The next elements of a stream.
pub(super) fn draw<T: Pod>(stream: &mut Prg, length: usize) -> SecretVec<T> {
    let mut elements = SecretVec::zeros(length);
    stream.fill_bytes(bytemuck::cast_slice_mut(&mut elements));
    elements
}
