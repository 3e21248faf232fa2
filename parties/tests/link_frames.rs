//! Links over TLS: throughput, time limits, endings, and a pinned peer that breaks the rules of the wire.

mod fixture;
mod outlaw;

use std::time::{Duration, Instant};

use fixture::{dialler_and_acceptor, roster, wait};
use outlaw::knock;
use quorate::link::Limits;
use quorate::session::{Meeting, Wait, meet};
use quorate_engine::net::{ChannelFault, Link, LinkError, MAX_FRAME, Network, PartyIndex, Step};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

const BULK: Step = Step::new("test/bulk");

async fn pair(limits: Limits) -> [Meeting; 2] {
    let (alice, bob) = dialler_and_acceptor("alice", "bob");
    let wait = Wait { meeting: Duration::from_secs(10), limits };
    let (a, b) = (roster(&[&alice, &bob], 0), roster(&[&alice, &bob], 1));
    let (a, b) = tokio::join!(meet(&alice, &a, wait, &|_| {}), meet(&bob, &b, wait, &|_| {}));
    [a.expect("both come"), b.expect("both come")]
}

fn network(me: usize, meeting: &mut Meeting) -> Network {
    Network::new(PartyIndex(me), std::mem::take(&mut meeting.links))
}

fn only_link(meeting: &mut Meeting) -> Link {
    std::mem::take(&mut meeting.links).into_iter().flatten().next().expect("one peer")
}

#[tokio::test(flavor = "multi_thread")]
async fn long_messages_travel_in_both_directions_at_once() {
    let [mut a, mut b] = pair(Limits::default()).await;
    let (mut left, mut right) = (network(0, &mut a), network(1, &mut b));
    let message: Vec<u8> = (0..64 << 20).map(|i| (i % 251) as u8).collect();
    let start = Instant::now();
    let (heard, echoed) = tokio::join!(
        left.exchange(PartyIndex(1), BULK, &message, message.len()),
        right.exchange(PartyIndex(0), BULK, &message, message.len())
    );
    assert!(heard.expect("it arrives") == message && echoed.expect("it arrives") == message);
    let rate = 2.0 * 64.0 / start.elapsed().as_secs_f64();
    eprintln!("{rate:.0} MiB/s over loopback, both directions together");
    assert_eq!(left.transcripts()[1].0, right.transcripts()[0].1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_before_leaving_arrives() {
    let [mut a, mut b] = pair(Limits::default()).await;
    let (mut left, mut right) = (network(0, &mut a), network(1, &mut b));
    let message = vec![9; 5 << 20];
    let sends = async {
        left.send(PartyIndex(1), BULK, &message).await.expect("it is queued");
        drop(left);
        a.session.finish(None).await;
    };
    let receives = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let heard = right.receive(PartyIndex(0), BULK, message.len()).await;
        assert!(heard.expect("it arrives although the sender has left") == message);
        let next = right.receive(PartyIndex(0), BULK, 1).await.expect_err("nothing more comes");
        assert_eq!(next.fault, ChannelFault::Link(LinkError::Closed));
        drop(right);
        b.session.finish(None).await;
    };
    tokio::join!(sends, receives);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_leaves_says_why() {
    let [mut a, mut b] = pair(Limits::default()).await;
    let mut right = network(1, &mut b);
    drop(network(0, &mut a));
    a.session.finish(Some("carol did not come\x1b[31m")).await;
    let error = right.receive(PartyIndex(0), BULK, 1).await.expect_err("the peer has left");
    assert!(error.fault.to_string().contains("carol did not come"), "{error}");
    assert!(!error.to_string().contains('\x1b'), "a peer's words do not steer a terminal");
    assert!(!error.is_misbehaviour());
    // Sending fails for the same reason, as soon as the queue says so.
    let refused = async { while right.send(PartyIndex(0), BULK, &[0; 1000]).await.is_ok() {} };
    tokio::time::timeout(Duration::from_secs(5), refused).await.expect("sending to nobody ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_peer_is_not_taken_for_a_vanished_one() {
    let [mut a, mut b] = pair(Limits::with_silence(Duration::from_millis(400))).await;
    let (mut left, mut right) = (network(0, &mut a), network(1, &mut b));
    let computes = async {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        left.send(PartyIndex(1), BULK, b"done").await.expect("the link lives");
    };
    let (heard, ()) = tokio::join!(right.receive(PartyIndex(0), BULK, 4), computes);
    assert_eq!(heard.expect("heartbeats kept the link"), b"done");
}

#[tokio::test(flavor = "multi_thread")]
async fn peers_with_different_limits_do_not_lose_each_other() {
    let (alice, bob) = dialler_and_acceptor("alice", "bob");
    let (a, b) = (roster(&[&alice, &bob], 0), roster(&[&alice, &bob], 1));
    let (a, b) = tokio::join!(meet(&alice, &a, wait(60_000), &|_| {}), meet(&bob, &b, wait(1000), &|_| {}));
    let (mut a, mut b) = (a.expect("both come"), b.expect("both come"));
    let (mut left, mut right) = (network(0, &mut a), network(1, &mut b));
    let computes = async {
        tokio::time::sleep(Duration::from_millis(2500)).await;
        left.send(PartyIndex(1), BULK, b"done").await.expect("the link lives");
    };
    let (heard, ()) = tokio::join!(right.receive(PartyIndex(0), BULK, 4), computes);
    assert_eq!(heard.expect("alice lives by bob's measure too"), b"done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_lives_and_never_speaks_is_given_up() {
    let limits = Limits { silence: Duration::from_millis(400), patience: Duration::from_millis(1000) };
    let [a, mut b] = pair(limits).await;
    let mut right = network(1, &mut b);
    let start = Instant::now();
    let error = right.receive(PartyIndex(0), BULK, 1).await.expect_err("nothing comes");
    assert_eq!(error.fault, ChannelFault::Link(LinkError::TimedOut { seconds: 1 }));
    assert!(start.elapsed() < Duration::from_secs(3));
    drop(a);
}

/// An outlaw as alice, and bob, who meets her.
async fn outlaw() -> (TlsStream<TcpStream>, Link, Meeting) {
    let (alice, bob) = dialler_and_acceptor("alice", "bob");
    let bob_meets = tokio::spawn({
        let (bob, roster) = (bob.clone(), roster(&[&alice, &bob], 1));
        async move { meet(&bob, &roster, wait(2000), &|_| {}).await }
    });
    let stream = knock(&alice, bob.card().address()).await;
    let mut meeting = bob_meets.await.expect("nobody panics").expect("a pinned key has come");
    (stream, only_link(&mut meeting), meeting)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_is_too_long_is_refused_when_it_is_announced() {
    for (kind, announced) in [(0, u32::MAX), (0, MAX_FRAME as u32 + 1), (1, 1), (2, 513), (2, u32::MAX)] {
        let (mut stream, mut link, _meeting) = outlaw().await;
        let mut prefix = vec![kind];
        prefix.extend_from_slice(&announced.to_le_bytes());
        stream.write_all(&prefix).await.expect("bob reads");
        stream.flush().await.expect("bob reads");
        let error = link.receiver.receive().await.expect_err("refused");
        assert!(
            matches!(error, LinkError::TooLong { announced: found, .. } if found == u64::from(announced)),
            "{error}"
        );
        // The outlaw is cut off.
        let mut rest = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await;
        assert!(read.is_ok(), "bob closes the connection");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_kinds_and_cut_frames_are_faults() {
    let (mut stream, mut link, _meeting) = outlaw().await;
    stream.write_all(&[9, 0, 0, 0, 0]).await.expect("bob reads");
    let error = link.receiver.receive().await.expect_err("refused");
    assert!(error.to_string().contains("unknown kind 9"), "{error}");

    let (mut stream, mut link, _meeting) = outlaw().await;
    stream.write_all(&[0, 3, 0, 0, 0, 1, 2, 3, 0, 200, 0, 0, 0, 1]).await.expect("bob reads");
    stream.shutdown().await.expect("bob reads");
    assert_eq!(link.receiver.receive().await, Ok(vec![1, 2, 3]), "whole frames arrive");
    assert_eq!(link.receiver.receive().await, Err(LinkError::Closed), "a cut one does not");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_dies_is_noticed_at_once() {
    let (stream, mut link, _meeting) = outlaw().await;
    let start = Instant::now();
    // No close_notify: the system closes the socket of a dead process.
    drop(stream);
    assert_eq!(link.receiver.receive().await, Err(LinkError::Closed));
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_falls_silent_is_given_up_within_the_limit() {
    let (_stream, mut link, _meeting) = outlaw().await;
    let start = Instant::now();
    assert_eq!(link.receiver.receive().await, Err(LinkError::TimedOut { seconds: 2 }));
    assert!(start.elapsed() < Duration::from_secs(4));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_exchange_is_post_quantum() {
    let (stream, _link, _meeting) = outlaw().await;
    let group = stream.get_ref().1.negotiated_key_exchange_group().expect("the handshake is over");
    assert_eq!(group.name(), rustls::NamedGroup::X25519MLKEM768);
    assert_eq!(stream.get_ref().1.protocol_version(), Some(rustls::ProtocolVersion::TLSv1_3));
}
