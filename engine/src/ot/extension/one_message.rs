//! Extensions in one message: corrections and response together, under a challenge that both sides hash.
//!
//! The challenge of the check is the Fiat-Shamir hash of session, instance (which names the direction), place and all
//! corrections, so that the receiver can answer it at once. *Soundness* is computational then: in the random-oracle
//! model each hash of other corrections is one more try at a challenge for which the check proves nothing, and each
//! succeeds with at most `496 * 2^-128`, below 2^-119 (see the module's documentation). A receiver that hashes 2^40
//! times gets through with less than 2^-79, and what it guesses of Delta still costs a bit for each bit: no hash tells
//! whether a guess is right. Long extensions that can spare the rounds should use [`crate::ot::extend_all`].

use quorate_kernels::Block;

use super::check::RESPONSE_BYTES;
use super::columns::{corrections_bytes, message_lengths};
use super::state::{SPENT, State};
use super::{CotReceiver, CotSender, ReceiverCots, SenderCots};
use crate::crypto::Transcript;
use crate::net::ChannelFault;

/// Bytes of the message that extends by `count`.
pub fn one_message_bytes(count: usize) -> usize {
    corrections_bytes(count) as usize + RESPONSE_BYTES
}

impl CotReceiver {
    /// Extends by `count`: the correlated OTs, and the message of [`one_message_bytes`] bytes to the sender.
    ///
    /// # Errors
    /// If an earlier extension failed.
    pub fn extend_in_one_message(&mut self, count: usize) -> Result<(Vec<u8>, ReceiverCots), ChannelFault> {
        let before = self.state.as_ref().ok_or(SPENT)?.place();
        let mut extension = self.extend_by(count)?;
        let mut message = Vec::with_capacity(one_message_bytes(count));
        for _ in message_lengths(count) {
            message.extend(extension.corrections());
        }
        let challenge = challenge(&extension.state, before, count, &message);
        let (response, cots) = self.complete(extension, challenge);
        message.extend(response);
        Ok((message, cots))
    }
}

impl CotSender {
    /// Extends by `count` from the receiver's one message.
    ///
    /// # Errors
    /// A message of another length, which changes nothing; a failed consistency check: the receiver cheated, and this
    /// state is spent.
    pub fn extend_from_message(&mut self, count: usize, message: &[u8]) -> Result<SenderCots, ChannelFault> {
        let expected = one_message_bytes(count);
        if message.len() != expected {
            return Err(ChannelFault::WrongLength { expected, found: message.len() });
        }
        let (mut corrections, response) = message.split_at(expected - RESPONSE_BYTES);
        let state = self.state.as_ref().ok_or(SPENT)?;
        let mut extension = self.extend_under(count, challenge(state, state.place(), count, corrections))?;
        for length in message_lengths(count) {
            let (part, rest) = corrections.split_at(length);
            extension.absorb(part)?;
            corrections = rest;
        }
        self.complete(extension, response)
    }
}

fn challenge(state: &State, (position, index): (u64, u64), count: usize, corrections: &[u8]) -> Block {
    Transcript::new("quorate 2026 SoftSpoken challenge", &state.session)
        .append("instance", &state.instance)
        .append_u64("position", position)
        .append_u64("first index", index)
        .append_u64("count", count as u64)
        .append("corrections", corrections)
        .block()
}
