//! Tossing a coin among all parties: commit, then open (Blum 1981), with an echo.
//!
//! Every party commits to 32 random bytes and opens once it holds everybody's commitment. The coin is the
//! hash of all contributions: uniform if one party is honest, except that a party which sees the others'
//! openings first may stop the protocol. The openings carry a digest of all commitments, so that parties
//! who were told different commitments notice; the coins of those who finish are then equal. The peer of
//! such an error told *or was told* something else: with three parties and more it need not be the
//! culprit, and the error says so ([`ChannelFault::Disagreement`]).

use subtle::ConstantTimeEq;

use super::{Commitment, Opening, Random, SessionId, Transcript, commit};
use crate::net::{ChannelError, ChannelFault, Ledger, Network, PartyIndex, Step};

/// The commitments, 32 bytes to every peer.
pub const COIN_TOSS_COMMIT: Step = Step::new("coin-toss/commit");
/// The openings, 96 bytes to every peer: contribution, nonce, digest of all commitments.
pub const COIN_TOSS_OPEN: Step = Step::new("coin-toss/open");

const COMMITMENT: usize = 32;
const OPENING: usize = 96;

/// Tosses 32 random bytes that all parties know and none chose. `label` names the purpose.
///
/// # Errors
/// The channels'; a contribution that does not open its commitment; commitments that differ between parties.
pub async fn coin_toss(
    net: &mut Network,
    random: &mut Random,
    session: &SessionId,
    label: &'static str,
) -> Result<[u8; 32], ChannelError> {
    let me = net.me();
    let mine: [u8; 32] = random.bytes();
    let (commitment, opening) = commit(session, me, label, &mine, random);
    let mut commitments = net.exchange_all(COIN_TOSS_COMMIT, &commitment.0, COMMITMENT).await?;
    commitments[me.0] = commitment.0.to_vec();
    let echo = echo(session, label, &commitments);
    let message = [mine.as_slice(), opening.expose_bytes(), &echo].concat();
    let mut openings = net.exchange_all(COIN_TOSS_OPEN, &message, OPENING).await?;
    openings[me.0] = message;
    for peer in net.peers() {
        let verdict = check(session, peer, label, &commitments, &openings[peer.0], &echo);
        verdict.map_err(|fault| ChannelError { peer, step: COIN_TOSS_OPEN, fault })?;
    }
    let mut coin = Transcript::new("quorate 2026 coin", session);
    coin.append("label", label.as_bytes());
    openings.iter().for_each(|opening| {
        coin.append("contribution", &opening[..32]);
    });
    Ok(coin.digest())
}

/// The messages of one toss.
pub fn coin_toss_cost(ledger: &mut Ledger) {
    ledger.exchange_all(COMMITMENT as u64);
    ledger.exchange_all(OPENING as u64);
}

fn echo(session: &SessionId, label: &'static str, commitments: &[Vec<u8>]) -> [u8; 32] {
    let mut transcript = Transcript::new("quorate 2026 coin commitments", session);
    transcript.append("label", label.as_bytes());
    commitments.iter().for_each(|commitment| {
        transcript.append("commitment", commitment);
    });
    transcript.digest()
}

fn check(
    session: &SessionId,
    peer: PartyIndex,
    label: &'static str,
    commitments: &[Vec<u8>],
    opening: &[u8],
    echo: &[u8; 32],
) -> Result<(), ChannelFault> {
    let (parties, commitment) = (commitments.len(), commitments[peer.0].as_slice());
    let field = |i: usize| -> Result<[u8; 32], ChannelFault> {
        let bytes = opening.get(32 * i..).and_then(|rest| rest.first_chunk());
        bytes.copied().ok_or(ChannelFault::Malformed("a coin's opening is too short"))
    };
    let commitment = commitment.try_into().map_err(|_| ChannelFault::Malformed("a commitment is not 32 bytes"))?;
    if !Commitment(commitment).opens_to(session, peer, label, &field(0)?, &Opening::from_bytes(field(1)?)) {
        return Err(ChannelFault::CheckFailed("the contribution to a coin does not open its commitment"));
    }
    if bool::from(field(2)?.ct_eq(echo)) {
        return Ok(());
    }
    const DIFFERENT: &str = "the parties were sent different commitments to a coin";
    Err(if parties > 2 { ChannelFault::Disagreement(DIFFERENT) } else { ChannelFault::CheckFailed(DIFFERENT) })
}
