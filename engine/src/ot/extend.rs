//! Extensions with all of a party's pairs at once: corrections, challenges, responses.

use quorate_kernels::Block;

use super::extension::{CHALLENGE_BYTES, RESPONSE_BYTES, ReceiverExtension, SenderExtension, message_lengths};
use super::set_up::{at, slices};
use super::{CotReceiver, CotSender, ReceiverCots, SenderCots};
use crate::crypto::Random;
use crate::net::{ChannelError, Network, Step};

/// The corrections, from receiver to sender, 31 bits for each OT.
pub const COT_CORRECTIONS: Step = Step::new("ot/corrections");
/// The challenge, from sender to receiver.
pub const COT_CHALLENGE: Step = Step::new("ot/challenge");
/// The response, from receiver to sender.
pub const COT_RESPONSE: Step = Step::new("ot/response");

/// Extends many pairs, each by its own count; the answers are in the same order. All parties concerned call
/// it at the same point. Memory is about 32 bytes for each correlated OT asked for, half of it in the answer.
///
/// # Errors
/// The channels'; a failed consistency check. All states given are then spent.
///
/// # Panics
/// If a peer occurs twice in a list.
pub async fn extend_all(
    net: &mut Network,
    random: &mut Random,
    senders: &mut [(&mut CotSender, usize)],
    receivers: &mut [(&mut CotReceiver, usize)],
) -> Result<(Vec<SenderCots>, Vec<ReceiverCots>), ChannelError> {
    let mut sending = Vec::with_capacity(senders.len());
    for (cot, count) in senders.iter_mut() {
        sending.push(cot.extend_by(*count, random).map_err(at(cot.peer(), COT_CORRECTIONS))?);
    }
    let mut receiving = Vec::with_capacity(receivers.len());
    for (cot, count) in receivers.iter_mut() {
        receiving.push(cot.extend_by(*count).map_err(at(cot.peer(), COT_CORRECTIONS))?);
    }
    correct(net, senders, &mut sending, receivers, &mut receiving).await?;
    let challenges = challenge(net, senders, &sending, receivers).await?;
    respond(net, senders, sending, receivers, receiving, &challenges).await
}

/// Message after message, each to and from all pairs that still have one.
async fn correct(
    net: &mut Network,
    senders: &[(&mut CotSender, usize)],
    sending: &mut [SenderExtension],
    receivers: &[(&mut CotReceiver, usize)],
    receiving: &mut [ReceiverExtension],
) -> Result<(), ChannelError> {
    let counts = senders.iter().map(|s| s.1).chain(receivers.iter().map(|r| r.1));
    let messages = counts.map(|count| message_lengths(count).len()).max().unwrap_or(0);
    for message in 0..messages {
        let (mut outgoing, mut lengths) = (vec![None; net.parties()], vec![None; net.parties()]);
        for ((cot, count), extension) in receivers.iter().zip(receiving.iter_mut()) {
            if message < message_lengths(*count).len() {
                once(&mut outgoing[cot.peer().0], extension.corrections());
            }
        }
        for ((cot, _), extension) in senders.iter().zip(sending.iter()) {
            if let Some(length) = extension.next_length() {
                once(&mut lengths[cot.peer().0], length);
            }
        }
        let incoming = net.scatter(COT_CORRECTIONS, &slices(&outgoing), &lengths).await?;
        for ((cot, _), extension) in senders.iter().zip(sending.iter_mut()) {
            if extension.next_length().is_some() {
                extension.absorb(&incoming[cot.peer().0]).map_err(at(cot.peer(), COT_CORRECTIONS))?;
            }
        }
    }
    Ok(())
}

/// Sends my challenges and receives the peers', by party.
async fn challenge(
    net: &mut Network,
    senders: &[(&mut CotSender, usize)],
    sending: &[SenderExtension],
    receivers: &[(&mut CotReceiver, usize)],
) -> Result<Vec<Vec<u8>>, ChannelError> {
    let (mut outgoing, mut lengths) = (vec![None; net.parties()], vec![None; net.parties()]);
    for ((cot, _), extension) in senders.iter().zip(sending) {
        outgoing[cot.peer().0] = Some(extension.challenge().to_bytes().to_vec());
    }
    for (cot, _) in receivers {
        lengths[cot.peer().0] = Some(CHALLENGE_BYTES);
    }
    net.scatter(COT_CHALLENGE, &slices(&outgoing), &lengths).await
}

/// Answers the peers' challenges and checks their answers to mine.
async fn respond(
    net: &mut Network,
    senders: &mut [(&mut CotSender, usize)],
    sending: Vec<SenderExtension>,
    receivers: &mut [(&mut CotReceiver, usize)],
    receiving: Vec<ReceiverExtension>,
    challenges: &[Vec<u8>],
) -> Result<(Vec<SenderCots>, Vec<ReceiverCots>), ChannelError> {
    let (mut outgoing, mut lengths) = (vec![None; net.parties()], vec![None; net.parties()]);
    let mut received = Vec::with_capacity(receivers.len());
    for ((cot, _), extension) in receivers.iter_mut().zip(receiving) {
        // The channel delivered exactly one block.
        let challenge = Block::collect(&challenges[cot.peer().0])[0];
        let (response, cots) = cot.complete(extension, challenge);
        outgoing[cot.peer().0] = Some(response);
        received.push(cots);
    }
    for (cot, _) in senders.iter() {
        lengths[cot.peer().0] = Some(RESPONSE_BYTES);
    }
    let responses = net.scatter(COT_RESPONSE, &slices(&outgoing), &lengths).await?;
    let mut sent = Vec::with_capacity(senders.len());
    for ((cot, _), extension) in senders.iter_mut().zip(sending) {
        sent.push(cot.complete(extension, &responses[cot.peer().0]).map_err(at(cot.peer(), COT_RESPONSE))?);
    }
    Ok((sent, received))
}

/// Fills the one place of a peer.
fn once<T>(place: &mut Option<T>, value: T) {
    assert!(place.replace(value).is_none(), "a peer occurs once in a list");
}

impl CotSender {
    /// Extends this pair: [`extend_all`] with a list of one.
    ///
    /// # Errors
    /// As [`extend_all`].
    pub async fn extend(
        &mut self,
        net: &mut Network,
        random: &mut Random,
        count: usize,
    ) -> Result<SenderCots, ChannelError> {
        let (mut sent, _) = extend_all(net, random, &mut [(self, count)], &mut []).await?;
        Ok(sent.remove(0))
    }
}

impl CotReceiver {
    /// Extends this pair: [`extend_all`] with a list of one.
    ///
    /// # Errors
    /// As [`extend_all`].
    pub async fn extend(
        &mut self,
        net: &mut Network,
        random: &mut Random,
        count: usize,
    ) -> Result<ReceiverCots, ChannelError> {
        let (_, mut received) = extend_all(net, random, &mut [], &mut [(self, count)]).await?;
        Ok(received.remove(0))
    }
}
