//! Whether what was opened is what was shared: MACs of random combinations, committed to before they are opened.
//!
//! Cramer, Damgård, Escudero, Scholl and Xing, ePrint 2018/482, figure 5: with public coefficients that nobody knew when
//! the values `y` were opened, every party has `sigma_i = sum chi (m_i - alpha_i y)`; they add up to nothing, or
//! somebody opened something else. Each commits to its own before anybody opens one. With more than two parties, what
//! they heard until then is compared as well.

use subtle::ConstantTimeEq;

use super::{SPDZ_COMMITMENTS, SPDZ_PROOFS, deviation};
use crate::crypto::{Commitment, Opening, Transcript, commit};
use crate::net::{ChannelError, Ledger};
use crate::protocol::Session;

/// Bytes of a commitment, a nonce, a digest.
const DIGEST: usize = 32;

/// Commits to a message and opens it when everybody has committed. The answer is by party. `views` is a digest of all
/// that has to be the same everywhere.
pub(super) async fn commit_and_open(
    session: &mut Session,
    label: &'static str,
    mine: &[u8],
    views: [u8; DIGEST],
) -> Result<Vec<Vec<u8>>, ChannelError> {
    let Session { id, network, random, .. } = session;
    let me = network.me();
    let (commitment, nonce) = commit(id, me, label, mine, random);
    let mut commitments = network.exchange_all(SPDZ_COMMITMENTS, &commitment.0, DIGEST).await?;
    commitments[me.0] = commitment.0.to_vec();
    let mut heard = Transcript::new("quorate 2026 spdz views", id);
    heard.append("views", &views);
    commitments.iter().for_each(|commitment| {
        heard.append("commitment", commitment);
    });
    let heard = heard.digest();
    let message = [mine, nonce.expose_bytes(), &heard].concat();
    let mut opened = network.exchange_all(SPDZ_PROOFS, &message, message.len()).await?;
    for peer in network.peers() {
        let (theirs, rest) = opened[peer.0].split_at(mine.len());
        let (nonce, echo) = rest.split_at(DIGEST);
        let mut commitment = Commitment([0; DIGEST]);
        commitment.0.copy_from_slice(&commitments[peer.0]);
        let nonce = Opening::from_bytes(nonce.try_into().unwrap_or([0; DIGEST]));
        if !commitment.opens_to(id, peer, label, theirs, &nonce) {
            return Err(deviation(network, SPDZ_PROOFS, "a commitment does not open"));
        }
        if !bool::from(echo.ct_eq(&heard)) {
            return Err(deviation(network, SPDZ_PROOFS, "the parties heard different things"));
        }
        opened[peer.0].truncate(mine.len());
    }
    opened[me.0] = mine.to_vec();
    Ok(opened)
}

/// The messages of [`commit_and_open`] of so many bytes.
pub(super) fn commit_and_open_cost(ledger: &mut Ledger, bytes: usize) {
    ledger.exchange_all(DIGEST as u64);
    ledger.exchange_all((bytes + 2 * DIGEST) as u64);
}
