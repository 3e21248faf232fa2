//! Any number of parties on one thread.

use std::future::Future;

use futures_executor::block_on;
use futures_util::future::join_all;
use quorate_engine::net::{ChannelError, Network, PartyIndex, memory_links};

/// Runs all parties to their ends, over links in memory; the answers are by party.
///
/// # Panics
/// If one of them fails: over memory, honest parties do not.
pub fn all<T, F: Future<Output = Result<T, ChannelError>>>(parties: usize, party: impl Fn(Network) -> F) -> Vec<T> {
    let links = memory_links(parties).into_iter().enumerate();
    let networks = links.map(|(me, links)| Network::new(PartyIndex(me), links));
    let ended = block_on(join_all(networks.map(party)));
    ended.into_iter().map(|ended| ended.expect("all parties finish")).collect()
}
