//! Two parties on one thread.

use std::future::Future;

use futures_executor::block_on;
use futures_util::future::join;
use quorate_engine::crypto::Random;
use quorate_engine::net::{ChannelError, Network, PartyIndex, memory_links};

/// The first party.
pub const A: PartyIndex = PartyIndex(0);
/// The second.
pub const B: PartyIndex = PartyIndex(1);

/// Both ends of a link in memory.
pub fn networks() -> (Network, Network) {
    let mut links = memory_links(2);
    let (theirs, mine) = (links.remove(1), links.remove(0));
    (Network::new(A, mine), Network::new(B, theirs))
}

/// A party's generator, the same in every run.
pub fn random_of(party: PartyIndex) -> Random {
    Random::dangerous_from_seed([0xb0 + party.0 as u8; 32])
}

/// Runs both parties to their ends.
///
/// # Panics
/// If one of them fails: over memory, honest parties do not.
pub fn both<S, T>(
    a: impl Future<Output = Result<S, ChannelError>>,
    b: impl Future<Output = Result<T, ChannelError>>,
) -> (S, T) {
    let (a, b) = block_on(join(a, b));
    (a.expect("the first party finishes"), b.expect("the second party finishes"))
}
