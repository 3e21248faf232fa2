//! The two rounds on the wire.

use ff::Field;
use quorate_circuits::curve::{Curve, SCALAR_BYTES};

use super::{Ciphersuite, PreparedNonces, Signing, SigningCommitments, SigningNonces};
use crate::crypto::{Random, SessionId, broadcast, broadcast_cost};
use crate::key::{KeyShare, SignerSet};
use crate::net::{ChannelError, ChannelFault, Ledger, Network, PartyIndex, Step};

/// The commitments to nonces: [`commit_bytes`] for each pair, to every other signer.
pub const FROST_COMMIT: Step = Step::new("frost/commit");
/// Their echo, among more than two.
pub const FROST_ECHO: Step = Step::new("frost/echo");
/// The answers: [`SHARE_BYTES`] for each signature, to every other signer.
pub const FROST_SHARE: Step = Step::new("frost/share");

/// Bytes of an answer.
pub const SHARE_BYTES: usize = SCALAR_BYTES;

/// Bytes of the commitments to `count` pairs of nonces.
pub fn commit_bytes<C: Curve>(count: usize) -> usize {
    count * SigningCommitments::<C>::BYTES
}

/// Draws `count` pairs of nonces and exchanges the commitments. Party `p` of the network is the signer at position `p`.
///
/// # Errors
/// The channels'; commitments that are malformed, or differ between signers.
///
/// # Panics
/// If the network's parties are not the signers, or my share is not the one at my position.
pub async fn exchange_commitments<S: Ciphersuite>(
    net: &mut Network,
    random: &mut Random,
    session: &SessionId,
    share: &KeyShare<S::Curve>,
    signers: &SignerSet,
    count: usize,
) -> Result<Vec<PreparedNonces<S::Curve>>, ChannelError> {
    assert_eq!(net.parties(), signers.indices().len(), "the parties are the signers");
    assert_eq!(signers.position(share.holding().index), Ok(net.me().0), "my share is that of my position");
    let nonces: Vec<_> = (0..count).map(|_| SigningNonces::draw::<S>(share, random)).collect();
    let message: Vec<u8> = nonces.iter().flat_map(|nonces| nonces.commitments().as_bytes().to_vec()).collect();
    let length = commit_bytes::<S::Curve>(count);
    let messages = broadcast(net, session, (FROST_COMMIT, FROST_ECHO), &message, length).await?;
    let mut pairs: Vec<Vec<SigningCommitments<S::Curve>>> = vec![Vec::new(); count];
    for (party, message) in messages.iter().enumerate() {
        for (pair, bytes) in message.chunks_exact(SigningCommitments::<S::Curve>::BYTES).enumerate() {
            pairs[pair].push(if party == net.me().0 {
                nonces[pair].commitments().clone()
            } else {
                SigningCommitments::from_bytes(bytes).ok_or(malformed(
                    party,
                    FROST_COMMIT,
                    "a commitment to a nonce is not a canonical point of the group",
                ))?
            });
        }
    }
    let prepared = nonces.into_iter().zip(pairs);
    Ok(prepared.filter_map(|(nonces, all)| PreparedNonces::new(share, signers.clone(), nonces, all)).collect())
}

/// Exchanges answers and adds them up: the responses of the signatures, in order.
///
/// # Errors
/// The channels'; the signer whose answer does not verify.
pub async fn sign_all<C: Curve>(
    net: &mut Network,
    share: &KeyShare<C>,
    signings: Vec<Signing<C>>,
) -> Result<Vec<C::Scalar>, ChannelError> {
    let answers = exchange_answers(net, &signings).await?;
    added_up(signings.iter().zip(&answers).map(|(signing, answers)| signing.aggregate(share, answers)))
}

/// [`sign_all`] by a caller that says whether the sum of a signing's answers is its response.
pub(crate) async fn sign_all_by<C: Curve>(
    net: &mut Network,
    share: &KeyShare<C>,
    signings: Vec<Signing<C>>,
    mut holds: impl FnMut(&Signing<C>, &C::Scalar) -> bool,
) -> Result<Vec<C::Scalar>, ChannelError> {
    let answers = exchange_answers(net, &signings).await?;
    let signings = signings.iter().zip(&answers);
    added_up(signings.map(|(signing, answers)| signing.aggregate_by(share, answers, &mut holds)))
}

/// By signing, everybody's answers by position; nothing at my own.
async fn exchange_answers<C: Curve>(
    net: &mut Network,
    signings: &[Signing<C>],
) -> Result<Vec<Vec<C::Scalar>>, ChannelError> {
    let mine: Vec<u8> = signings.iter().flat_map(|signing| C::encode_scalar(&signing.answer())).collect();
    let messages = net.exchange_all(FROST_SHARE, &mine, mine.len()).await?;
    let mut answers: Vec<Vec<C::Scalar>> = vec![vec![C::Scalar::ZERO; net.parties()]; signings.len()];
    for peer in net.peers() {
        for (answers, bytes) in answers.iter_mut().zip(messages[peer.0].as_chunks().0) {
            let not_canonical = malformed(peer.0, FROST_SHARE, "the share of a signature is not a canonical scalar");
            answers[peer.0] = C::decode_scalar(bytes).ok_or(not_canonical)?;
        }
    }
    Ok(answers)
}

fn added_up<S>(sums: impl Iterator<Item = Result<S, (PartyIndex, ChannelFault)>>) -> Result<Vec<S>, ChannelError> {
    sums.map(|sum| sum.map_err(|(peer, fault)| ChannelError { peer, step: FROST_SHARE, fault })).collect()
}

/// Likewise for one signature.
///
/// # Errors
/// As [`sign_all`].
pub async fn sign<C: Curve>(
    net: &mut Network,
    share: &KeyShare<C>,
    signing: Signing<C>,
) -> Result<C::Scalar, ChannelError> {
    let responses = sign_all(net, share, vec![signing]).await?;
    Ok(responses.into_iter().fold(C::Scalar::ZERO, |sum, response| sum + response))
}

/// The messages of [`exchange_commitments`] among the ledger's parties.
pub fn exchange_commitments_cost<C: Curve>(ledger: &mut Ledger, count: usize) {
    broadcast_cost(ledger, commit_bytes::<C>(count) as u64);
}

/// The messages of [`sign_all`] among the ledger's parties.
pub fn sign_cost(ledger: &mut Ledger, count: usize) {
    ledger.exchange_all((count * SHARE_BYTES) as u64);
}

fn malformed(party: usize, step: Step, what: &'static str) -> ChannelError {
    ChannelError { peer: PartyIndex(party), step, fault: ChannelFault::Malformed(what) }
}
