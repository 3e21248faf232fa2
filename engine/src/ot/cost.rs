//! The messages of set-up and extension, as lengths.

use super::extension::{CHALLENGE_BYTES, RESPONSE_BYTES, message_lengths};
use super::puncture;
use super::set_up::{RECEIVER_POINTS, SENDER_POINTS};
use crate::net::{Ledger, PartyIndex};

/// Writes the messages of one [`super::set_up_all`] of all parties: `pairs` lists sender and receiver.
pub fn set_up_cost(ledger: &mut Ledger, pairs: &[(PartyIndex, PartyIndex)]) {
    let points = pairs.iter().flat_map(|&(sender, receiver)| {
        [(sender, receiver, SENDER_POINTS as u64), (receiver, sender, RECEIVER_POINTS as u64)]
    });
    ledger.simultaneous(&points.collect::<Vec<_>>());
    let trees = pairs.iter().map(|&(sender, receiver)| (receiver, sender, puncture::MESSAGE_BYTES as u64));
    ledger.simultaneous(&trees.collect::<Vec<_>>());
}

/// Bytes that both sides of one set-up send.
pub const fn set_up_bytes() -> u64 {
    (SENDER_POINTS + RECEIVER_POINTS + puncture::MESSAGE_BYTES) as u64
}

/// Writes the messages of one [`super::extend_all`] of all parties: `extensions` lists sender, receiver and
/// how many correlated OTs.
pub fn extend_cost(ledger: &mut Ledger, extensions: &[(PartyIndex, PartyIndex, usize)]) {
    let lengths: Vec<Vec<usize>> = extensions.iter().map(|&(.., count)| message_lengths(count)).collect();
    let messages = lengths.iter().map(Vec::len).max().unwrap_or(0);
    for message in 0..messages {
        let corrections = extensions.iter().zip(&lengths).filter_map(|(&(sender, receiver, _), lengths)| {
            lengths.get(message).map(|&bytes| (receiver, sender, bytes as u64))
        });
        ledger.simultaneous(&corrections.collect::<Vec<_>>());
    }
    let challenges = extensions.iter().map(|&(sender, receiver, _)| (sender, receiver, CHALLENGE_BYTES as u64));
    ledger.simultaneous(&challenges.collect::<Vec<_>>());
    let responses = extensions.iter().map(|&(sender, receiver, _)| (receiver, sender, RESPONSE_BYTES as u64));
    ledger.simultaneous(&responses.collect::<Vec<_>>());
}
