//! Exchanging signed statements with all peers.

use quorate_engine::net::{ChannelError, ChannelFault, Network, PartyIndex, Phase, Step};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::pre_receipt::contradiction;
use super::verify::check_outcome;
use super::{Ending, Figures, InputCommitments, Outcome, PreReceipt, ReceiptError};
use crate::identity::Identity;
use crate::session::{Agreement, PeerFault, check_text};

const PRE_RECEIPT: Step = Step::new("receipt/pre-receipt");
const OUTCOME: Step = Step::new("receipt/outcome");

/// The longest signed statement.
const LIMIT: usize = 256 * 1024;

/// The outcomes that were signed, and why the others are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcomes {
    /// This party's and those received, in the order of the parties.
    pub signed: Vec<Outcome>,
    /// What happened with the peers whose outcome is missing.
    pub faults: Vec<PeerFault>,
}

/// Signs this party's pre-receipt, exchanges it with every peer's, and checks that every signature is right and that
/// the parties' transcripts fit each other. To be called when every message of the protocol so far was received, and
/// before any output opens.
///
/// # Errors
/// A peer that is absent or misbehaves; a signature that does not verify; transcripts that contradict each other.
pub async fn exchange_pre_receipts(
    net: &mut Network,
    identity: &Identity,
    agreement: &Agreement,
    commitments: &InputCommitments,
) -> Result<Vec<PreReceipt>, ReceiptError> {
    // The digests must not cover this exchange itself, in which the parties are not in step.
    let mine = PreReceipt::sign(identity, agreement, commitments.public().clone(), &net.transcripts());
    let message = encode(&mine)?;
    let phase = net.phase();
    net.enter(Phase::Session);
    for peer in net.peers() {
        net.send(peer, PRE_RECEIPT, &message).await.map_err(|error| named(agreement, error))?;
    }
    let mut signed = vec![mine; net.parties()];
    for peer in net.peers() {
        let theirs: PreReceipt = receive(net, peer, PRE_RECEIPT).await.map_err(|error| named(agreement, error))?;
        check_pre_receipt(agreement, peer, &theirs).map_err(|why| malformed(agreement, peer, PRE_RECEIPT, why))?;
        signed[peer.0] = theirs;
    }
    net.enter(phase);
    match contradiction(&signed.iter().collect::<Vec<_>>()) {
        Some((sender, receiver)) => {
            Err(ReceiptError::Transcripts { sender: sender.clone(), receiver: receiver.clone() })
        }
        None => Ok(signed),
    }
}

/// The same of a run that nobody stops: of whoever signs wrongly, or not in time, there is no pre-receipt, and it is not
/// listened to any more. `sure` parties sign, of all.
///
/// # Errors
/// If this party's own statement is too long to be sent.
pub async fn gather_pre_receipts(
    net: &mut Network,
    identity: &Identity,
    agreement: &Agreement,
    commitments: &InputCommitments,
    sure: usize,
) -> Result<Vec<PreReceipt>, ReceiptError> {
    let mine = PreReceipt::sign(identity, agreement, commitments.public().clone(), &net.transcripts());
    let message = encode(&mine)?;
    let received = net.gather_bounded(PRE_RECEIPT, &message, LIMIT, sure.saturating_sub(1)).await;
    let mut signed = Vec::new();
    for (place, bytes) in received.into_iter().enumerate() {
        let peer = PartyIndex(place);
        if peer == agreement.me {
            signed.push(mine.clone());
            continue;
        }
        let Some(bytes) = bytes else { continue };
        let read = match postcard::take_from_bytes(&bytes) {
            Ok((statement, [])) => check_pre_receipt(agreement, peer, &statement).map(|()| statement),
            _ => Err("the signed statement has another layout"),
        };
        match read {
            Ok(theirs) => signed.push(theirs),
            Err(why) => net.give_up(ChannelError { peer, step: PRE_RECEIPT, fault: ChannelFault::Malformed(why) }),
        }
    }
    Ok(signed)
}

/// Signs this party's outcome and exchanges it with every peer's. A peer that is gone or signs wrongly does not take
/// this party's result away: its outcome is missing, and the receipt says so.
///
/// # Errors
/// If this party's own statement is too long to be sent.
pub async fn exchange_outcomes(
    net: &mut Network,
    identity: &Identity,
    agreement: &Agreement,
    ending: Ending,
    figures: Figures,
) -> Result<Outcomes, ReceiptError> {
    let mine = Outcome::sign(identity, agreement, ending, figures);
    let message = encode(&mine)?;
    net.enter(Phase::Session);
    let mut reached = vec![true; net.parties()];
    let mut outcomes = Outcomes { signed: Vec::new(), faults: Vec::new() };
    let given_up: Vec<ChannelError> = net.given_up().cloned().collect();
    for error in given_up {
        reached[error.peer.0] = false;
        outcomes.faults.push(named(agreement, error));
    }
    for peer in net.peers().filter(|peer| reached[peer.0]).collect::<Vec<_>>() {
        if let Err(error) = net.send(peer, OUTCOME, &message).await {
            reached[peer.0] = false;
            outcomes.faults.push(named(agreement, error));
        }
    }
    for p in (0..net.parties()).map(PartyIndex) {
        if p == agreement.me {
            outcomes.signed.push(mine.clone());
        } else if reached[p.0] {
            match receive_outcome(net, agreement, p).await {
                Ok(theirs) => outcomes.signed.push(theirs),
                Err(fault) => outcomes.faults.push(fault),
            }
        }
    }
    Ok(outcomes)
}

async fn receive_outcome(net: &mut Network, agreement: &Agreement, peer: PartyIndex) -> Result<Outcome, PeerFault> {
    let theirs: Outcome = receive(net, peer, OUTCOME).await.map_err(|error| named(agreement, error))?;
    let party = &agreement.parties[peer.0];
    let why = if theirs.party != party.name {
        "the outcome is another party's"
    } else if !theirs.is_signed_by(party.public_key, agreement.session, &agreement.terms) {
        "the outcome's signature is not the peer's"
    } else if check_outcome(&theirs).is_err() {
        "the outcome has an unprintable text or an output twice"
    } else {
        return Ok(theirs);
    };
    Err(malformed(agreement, peer, OUTCOME, why))
}

fn check_pre_receipt(agreement: &Agreement, peer: PartyIndex, theirs: &PreReceipt) -> Result<(), &'static str> {
    let party = &agreement.parties[peer.0];
    if theirs.party != party.name {
        return Err("the pre-receipt is another party's");
    }
    let peers = agreement.parties.iter().map(|p| &p.name).filter(|name| **name != party.name);
    if !theirs.transcripts.iter().map(|transcript| &transcript.peer).eq(peers) {
        return Err("the pre-receipt has not one transcript for each other party, in order");
    }
    if theirs.commitments.iter().any(|(input, _)| check_text("name of an input", input).is_err()) {
        return Err("the pre-receipt has an unprintable text");
    }
    if !theirs.is_signed_by(party.public_key, agreement.session, &agreement.terms) {
        return Err("the pre-receipt's signature is not the peer's");
    }
    Ok(())
}

fn encode<T: Serialize>(statement: &T) -> Result<Vec<u8>, ReceiptError> {
    let bytes = postcard::to_stdvec(statement).expect("plain data without maps of unknown length is always encodable");
    if bytes.len() > LIMIT {
        return Err(ReceiptError::TooLong { length: bytes.len(), limit: LIMIT });
    }
    Ok(bytes)
}

async fn receive<T: DeserializeOwned>(net: &mut Network, peer: PartyIndex, step: Step) -> Result<T, ChannelError> {
    let bytes = net.receive_bounded(peer, step, LIMIT).await?;
    match postcard::take_from_bytes(&bytes) {
        Ok((statement, [])) => Ok(statement),
        _ => Err(net.channel(peer).fault(step, ChannelFault::Malformed("the signed statement has another layout"))),
    }
}

fn named(agreement: &Agreement, error: ChannelError) -> PeerFault {
    let peer = agreement.parties[error.peer.0].name.clone();
    PeerFault { peer, step: error.step, fault: error.fault }
}

fn malformed(agreement: &Agreement, peer: PartyIndex, step: Step, why: &'static str) -> PeerFault {
    named(agreement, ChannelError { peer, step, fault: ChannelFault::Malformed(why) })
}
