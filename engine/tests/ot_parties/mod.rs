//! Parties in one process for the tests of `crypto` and `ot`.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::future::Future;
use std::sync::OnceLock;

use futures_executor::block_on;
use futures_util::future::join_all;
use quorate_engine::crypto::{Block, Random, SessionId};
use quorate_engine::net::{
    ChannelError, ChannelFault, FrameSender, Link, LinkError, LinkFuture, Network, PartyIndex, Step, memory_links,
};
use quorate_engine::ot::{BaseOt, CotReceiver, CotSender, KeptPair, extend_all, set_up_all};

/// The session of all tests.
pub(crate) const SESSION: SessionId = SessionId([0x51; 32]);

/// Bytes of a frame before its payload.
const HEADER: usize = 12;

/// The two parties of most tests.
pub(crate) const A: PartyIndex = PartyIndex(0);
/// The second.
pub(crate) const B: PartyIndex = PartyIndex(1);

/// The Delta of kept pairs, both directions. No four bits of it are zero.
pub(crate) const DELTA: Block = Block::new(0x1234_5678_9abc_def1_2345_6789_abcd_ef1f);

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

/// What both parties kept of one set-up, as bytes.
pub(crate) fn kept_bytes() -> &'static [Vec<u8>] {
    static KEPT: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    KEPT.get_or_init(|| {
        run(2, |mut net| async move {
            let (peer, mut random) = (PartyIndex(1 - net.me().0), random_of(net.me()));
            let (mut senders, mut receivers) =
                set_up_all(&mut net, &mut random, &SESSION, BaseOt::Ristretto, &[(peer, DELTA)], &[peer])
                    .await
                    .unwrap();
            let fresh = pair(&senders[0], &receivers[0]).to_bytes();
            let (sending, receiving) = (&mut [(&mut senders[0], 77)], &mut [(&mut receivers[0], 99)]);
            extend_all(&mut net, &mut random, sending, receiving).await.unwrap();
            assert_eq!(fresh, pair(&senders[0], &receivers[0]).to_bytes(), "the same at any time");
            fresh.to_vec()
        })
    })
}

fn pair(sender: &CotSender, receiver: &CotReceiver) -> KeptPair {
    KeptPair { sender: sender.keep().unwrap(), receiver: receiver.keep().unwrap() }
}

/// A party's half of the kept pair.
pub(crate) fn kept(party: PartyIndex) -> KeptPair {
    KeptPair::from_bytes(&kept_bytes()[party.0]).unwrap()
}

/// A as sender and B as receiver of a later session.
pub(crate) fn resumed(session: &SessionId) -> (CotSender, CotReceiver) {
    (kept(A).sender.in_session(session, A, B), kept(B).receiver.in_session(session, B, A))
}
