//! The messages of set-up and extension, as lengths.

use super::base::BaseOt;
use super::extension::{CHALLENGE_BYTES, RESPONSE_BYTES, message_lengths};
use super::set_up::SetUpLengths;
use crate::net::{Ledger, PartyIndex};

/// Writes the messages of one [`super::set_up_all`] of all parties: `pairs` lists sender and receiver.
pub fn set_up_cost(ledger: &mut Ledger, base: BaseOt, pairs: &[(PartyIndex, PartyIndex)]) {
    let lengths = SetUpLengths::of(base);
    let first = pairs.iter().flat_map(|&(sender, receiver)| {
        [(sender, receiver, lengths.sender as u64), (receiver, sender, lengths.opening as u64)]
    });
    ledger.simultaneous(&first.filter(|(.., bytes)| *bytes > 0).collect::<Vec<_>>());
    let trees = pairs.iter().map(|&(sender, receiver)| (receiver, sender, lengths.trees() as u64));
    ledger.simultaneous(&trees.collect::<Vec<_>>());
}

/// Bytes that both sides of one set-up send.
pub const fn set_up_bytes(base: BaseOt) -> u64 {
    let lengths = SetUpLengths::of(base);
    (lengths.sender + lengths.opening + lengths.trees()) as u64
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
