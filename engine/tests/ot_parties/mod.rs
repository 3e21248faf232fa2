//! Parties in one process for the tests of `crypto` and `ot`.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::future::Future;

use futures_executor::block_on;
use futures_util::future::join_all;
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::net::{
    ChannelError, ChannelFault, FrameSender, Link, LinkError, LinkFuture, Network, PartyIndex, Step, memory_links,
};

/// The session of all tests.
pub(crate) const SESSION: SessionId = SessionId([0x51; 32]);

/// Bytes of a frame before its payload.
const HEADER: usize = 12;

/// The two parties of most tests.
pub(crate) const A: PartyIndex = PartyIndex(0);
/// The second.
pub(crate) const B: PartyIndex = PartyIndex(1);

/// A party's generator.
pub(crate) fn random_of(party: PartyIndex) -> Random {
    Random::dangerous_from_seed([0xc0 + party.0 as u8; 32])
}

/// Runs one future per party over memory links and returns their answers in order.
pub(crate) fn run<T, F: Future<Output = T>>(parties: usize, party: impl Fn(Network) -> F) -> Vec<T> {
    run_over(memory_links(parties), party)
}

/// Likewise over given links.
pub(crate) fn run_over<T, F: Future<Output = T>>(
    links: Vec<Vec<Option<Link>>>,
    party: impl Fn(Network) -> F,
) -> Vec<T> {
    let networks = links.into_iter().enumerate().map(|(p, links)| Network::new(PartyIndex(p), links));
    block_on(join_all(networks.map(party)))
}

/// Two parties, of whom `cheat` lets its messages of `step` pass through `tamper`, which gets the payload.
pub(crate) fn tampered_pair(
    cheat: PartyIndex,
    step: Step,
    tamper: impl FnMut(&mut Vec<u8>) + Send + 'static,
) -> Vec<Vec<Option<Link>>> {
    let mut links = memory_links(2);
    let place = &mut links[cheat.0][1 - cheat.0];
    let link = place.take().expect("the link to the other party");
    let sender = Tampering { inner: link.sender, tag: step.tag(), tamper: Box::new(tamper) };
    *place = Some(Link { sender: Box::new(sender), receiver: link.receiver });
    links
}

/// What a cheat does to a payload.
type Tamper = dyn FnMut(&mut Vec<u8>) + Send;

struct Tampering {
    inner: Box<dyn FrameSender>,
    tag: u32,
    tamper: Box<Tamper>,
}

impl FrameSender for Tampering {
    fn send(&mut self, mut frame: Vec<u8>) -> LinkFuture<'_, ()> {
        if frame[8..HEADER] == self.tag.to_le_bytes() {
            let mut payload = frame.split_off(HEADER);
            (self.tamper)(&mut payload);
            frame.extend(payload);
        }
        self.inner.send(frame)
    }
}

/// Whether a party's link was closed because the other one had stopped.
pub(crate) fn left_alone(error: &ChannelError) -> bool {
    matches!(error.fault, ChannelFault::Link(LinkError::Closed))
}
