//! Parties who generate a key and sign with it in one process, some of whom cheat.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::future::Future;

use futures_executor::block_on;
use futures_util::future::join_all;
use quorate_circuits::curve::Curve;
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::key::{AccessStructure, Commitments, Generated, Holding, KeyId, KeyShare, Polynomials, generate};
use quorate_engine::net::{ChannelError, ChannelFault, Link, LinkError, Network, PartyIndex, Step, memory_links};

/// The session of all tests.
pub(crate) const SESSION: SessionId = SessionId([0xf0; 32]);

/// A party's generator.
pub(crate) fn random_of(party: PartyIndex) -> Random {
    Random::dangerous_from_seed([0x60 + party.0 as u8; 32])
}

/// `threshold` of `holders`.
pub(crate) fn access(threshold: usize, holders: usize) -> AccessStructure {
    AccessStructure::new(threshold, holders).expect("there is such an access structure")
}

/// The structure of a text.
pub(crate) fn structure(text: &str) -> AccessStructure {
    AccessStructure::of(text.parse().expect("there is such an access structure"))
}

/// Runs one future per party over given links and returns their answers in order.
pub(crate) fn run_over<T, F: Future<Output = T>>(
    links: Vec<Vec<Option<Link>>>,
    party: impl Fn(Network) -> F,
) -> Vec<T> {
    let networks = links.into_iter().enumerate().map(|(p, links)| Network::new(PartyIndex(p), links));
    block_on(join_all(networks.map(party)))
}

/// Likewise over memory.
pub(crate) fn run<T, F: Future<Output = T>>(parties: usize, party: impl Fn(Network) -> F) -> Vec<T> {
    run_over(memory_links(parties), party)
}

/// All parties generate a key over given links.
pub(crate) fn generated_over<C: Curve>(
    links: Vec<Vec<Option<Link>>>,
    access: &AccessStructure,
) -> Vec<Result<Generated<C>, ChannelError>> {
    run_over(links, |mut net| async move {
        let mut random = random_of(net.me());
        generate::<C>(&mut net, &mut random, &SESSION, access).await
    })
}

/// A key that one dealer deals: the shares of all holders.
pub(crate) fn dealt<C: Curve>(access: &AccessStructure, epoch: u32, seed: u8) -> Vec<KeyShare<C>> {
    let polynomials = Polynomials::<C>::random(access, &mut Random::dangerous_from_seed([seed; 32]));
    let share = |index| {
        let holding = Holding { key: KeyId([seed; 32]), epoch, access: access.clone(), index };
        KeyShare::new(holding, polynomials.share(index), Commitments::of(&polynomials)).expect("dealt honestly")
    };
    access.indices().map(share).collect()
}

/// Whether a party was left by another that had stopped.
pub(crate) fn left_alone(error: &ChannelError) -> bool {
    matches!(error.fault, ChannelFault::Link(LinkError::Closed))
}

/// A cheat that has done its deed stays connected until the others have ended.
pub(crate) async fn linger(net: &mut Network) {
    const NOTHING: Step = Step::new("test/nothing");
    for peer in net.peers() {
        while !matches!(net.receive(peer, NOTHING, 0).await, Err(error) if matches!(error.fault, ChannelFault::Link(_)))
        {
        }
    }
}
