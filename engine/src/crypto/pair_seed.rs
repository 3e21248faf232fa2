//! Seeds that every two parties have in common.
//!
//! Both of a pair send half of what its seed is derived from: whoever is honest of the two keeps it from being one
//! that was used before.

use zeroize::Zeroizing;

use super::{Block, Prg, Random, SessionId, Transcript};
use crate::net::{ChannelError, Ledger, Network, PartyIndex, Step};

/// What two parties derive streams from. Neither printed nor copied.
pub struct PairSeed(Transcript);

impl PairSeed {
    /// The stream of a purpose: the same at both.
    pub fn stream(&self, purpose: &str) -> Prg {
        Prg::new(self.0.clone().append("purpose", purpose.as_bytes()).block())
    }
}

/// Agrees on a seed with every peer. The answer has one entry per party, `None` at my own place.
///
/// # Errors
/// The channels'.
pub async fn pair_seeds(
    net: &mut Network,
    random: &mut Random,
    session: &SessionId,
    step: Step,
    domain: &'static str,
) -> Result<Vec<Option<PairSeed>>, ChannelError> {
    let me = net.me();
    let halves = Zeroizing::new((0..net.parties()).map(|_| random.bytes::<{ Block::BYTES }>()).collect::<Vec<_>>());
    let outgoing: Vec<Option<&[u8]>> = halves.iter().map(|half| Some(half.as_slice())).collect();
    let lengths = vec![Some(Block::BYTES); net.parties()];
    let incoming = Zeroizing::new(net.scatter(step, &outgoing, &lengths).await?);
    let seed = |peer: PartyIndex| {
        let (mine, theirs) = ((me, halves[peer.0].as_slice()), (peer, incoming[peer.0].as_slice()));
        let mut transcript = Transcript::new(domain, session);
        for (party, half) in if me < peer { [mine, theirs] } else { [theirs, mine] } {
            transcript.append_party("party", party).append("half", half);
        }
        PairSeed(transcript)
    };
    Ok((0..net.parties()).map(PartyIndex).map(|peer| (peer != me).then(|| seed(peer))).collect())
}

/// The messages of [`pair_seeds`].
pub fn pair_seeds_cost(ledger: &mut Ledger) {
    ledger.exchange_all(Block::BYTES as u64);
}
