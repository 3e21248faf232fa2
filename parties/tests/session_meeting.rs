//! Meeting over real TLS on loopback: the good path, and everybody who should not be there.

mod fixture;

use std::sync::Arc;
use std::time::{Duration, Instant};

use fixture::{Seen, dialler_and_acceptor, free_address, identity, identity_at, roster, wait};
use quorate::exit::{Exit, Failure};
use quorate::identity::Identity;
use quorate::link::HandshakeFault;
use quorate::session::{Meeting, MeetingError, Roster, meet};
use quorate_engine::net::{Network, PartyIndex, Step};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const HELLO: Step = Step::new("test/hello");

async fn meets(identity: Arc<Identity>, roster: Roster, limit: u64, seen: Seen) -> Result<Meeting, MeetingError> {
    meet(&identity, &roster, wait(limit), &|event| seen.note(event)).await
}

fn failed(meeting: Result<Meeting, MeetingError>) -> MeetingError {
    meeting.err().expect("the meeting must fail")
}

#[tokio::test(flavor = "multi_thread")]
async fn three_parties_meet_in_any_order_and_talk() {
    let parties = [identity("alice"), identity("bob"), identity("carol")];
    let all: Vec<_> = parties.iter().collect();
    let mut tasks = Vec::new();
    for (me, late) in [(2, 0), (0, 150), (1, 300)] {
        let (identity, roster) = (parties[me].clone(), roster(&all, me));
        tasks.push(tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(late)).await;
            let seen = Seen::default();
            let Meeting { links, session } =
                meets(identity, roster, 10_000, seen.clone()).await.expect("everybody comes");
            let mut net = Network::new(PartyIndex(me), links);
            let heard = net.exchange_all(HELLO, &[me as u8; 3], 3).await.expect("everybody talks");
            drop(net);
            session.finish(None).await;
            (me, heard, seen)
        }));
    }
    for task in tasks {
        let (me, heard, seen) = task.await.expect("nobody panics");
        for (p, message) in heard.iter().enumerate().filter(|(p, _)| *p != me) {
            assert_eq!(message, &[p as u8; 3]);
        }
        assert!(seen.lines().iter().any(|line| line.starts_with("waiting for ")), "{:?}", seen.lines());
        assert!(seen.turned_away().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_impostor_at_a_peers_address_is_found_out_on_both_sides() {
    let (alice, bob) = dialler_and_acceptor("alice", "bob");
    // The same name at the same address with another key, which alice would dial too.
    let impostor = loop {
        let candidate = identity_at("bob", bob.card().address().clone());
        if candidate.public_key() > alice.public_key() {
            break candidate;
        }
    };
    let seen = Seen::default();
    let waiting = tokio::spawn(meets(impostor.clone(), roster(&[&alice, &impostor], 1), 1500, seen.clone()));
    let error = failed(meets(alice.clone(), roster(&[&alice, &bob], 0), 10_000, Seen::default()).await);
    match &error {
        MeetingError::Stranger { card, fault: HandshakeFault::WrongKey(found) } => {
            assert_eq!((card.name(), *found), (bob.name(), impostor.public_key()));
        }
        other => panic!("{other}"),
    }
    assert_eq!(Failure::from(error).exit, Exit::Session);
    let error = failed(waiting.await.expect("nobody panics"));
    assert!(matches!(error, MeetingError::Absent { .. }), "{error}");
    assert!(seen.turned_away().iter().any(|why| why.contains("refused this party's key")), "{:?}", seen.turned_away());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unpinned_party_is_turned_away_and_the_right_one_still_comes() {
    let (alice, bob) = dialler_and_acceptor("alice", "bob");
    let mallory = loop {
        let candidate = identity("mallory");
        if candidate.public_key() < bob.public_key() {
            break candidate;
        }
    };
    let seen = Seen::default();
    let bob_meets = tokio::spawn(meets(bob.clone(), roster(&[&alice, &bob], 1), 10_000, seen.clone()));
    let error = failed(meets(mallory.clone(), roster(&[&mallory, &bob], 0), 10_000, Seen::default()).await);
    assert!(matches!(&error, MeetingError::Stranger { fault: HandshakeFault::Refused, .. }), "{error}");
    seen.until(&format!("holds key {}", mallory.public_key())).await;
    let alice_meets = meets(alice.clone(), roster(&[&alice, &bob], 0), 10_000, Seen::default());
    assert!(alice_meets.await.is_ok());
    assert!(bob_meets.await.expect("nobody panics").is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn random_bytes_are_turned_away() {
    let (alice, bob) = dialler_and_acceptor("alice", "bob");
    let seen = Seen::default();
    let bob_meets = tokio::spawn(meets(bob.clone(), roster(&[&alice, &bob], 1), 10_000, seen.clone()));
    let address = (bob.card().address().host(), bob.card().address().port());
    for garbage in [vec![0xa5; 100_000], b"GET / HTTP/1.1\r\n\r\n".to_vec(), vec![0x16, 3, 1, 0xff, 0xff], Vec::new()] {
        let mut stream = loop {
            match TcpStream::connect(address).await {
                Ok(stream) => break stream,
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        };
        let _ = stream.write_all(&garbage).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        // An alert or a reset: in either case it ends, and soon.
        let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await.expect("no hang");
    }
    seen.until("does not speak").await;
    assert!(meets(alice.clone(), roster(&[&alice, &bob], 0), 10_000, Seen::default()).await.is_ok());
    assert!(bob_meets.await.expect("nobody panics").is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn something_else_at_a_peers_address_is_named() {
    let (alice, bob) = dialler_and_acceptor("alice", "bob");
    let address = bob.card().address().clone();
    let other = TcpListener::bind((address.host(), address.port())).await.expect("free a moment ago");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = other.accept().await {
            let _ = stream.write_all(b"220 mail.example ESMTP\r\n").await;
            let _ = stream.read(&mut [0; 4096]).await;
        }
    });
    let error = failed(meets(alice.clone(), roster(&[&alice, &bob], 0), 10_000, Seen::default()).await);
    assert!(matches!(&error, MeetingError::Stranger { fault: HandshakeFault::NotOurs(_), .. }), "{error}");
    assert!(error.to_string().contains(&address.to_string()), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_never_comes_is_named_within_the_limit() {
    let (alice, bob) = dialler_and_acceptor("alice", "bob");
    let start = Instant::now();
    let dials = failed(meets(alice.clone(), roster(&[&alice, &bob], 0), 400, Seen::default()).await).to_string();
    assert!(dials.contains("bob at ") && dials.contains("does not answer") && dials.contains("refused"), "{dials}");
    let accepts = failed(meets(bob.clone(), roster(&[&alice, &bob], 1), 400, Seen::default()).await);
    assert!(accepts.to_string().contains("alice at ") && accepts.to_string().contains("has not dialled"), "{accepts}");
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(Failure::from(accepts).exit, Exit::Session);
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_came_hear_who_did_not() {
    let parties = [identity("alice"), identity("bob"), identity("carol")];
    let all: Vec<_> = parties.iter().collect();
    let (seen, patient) = (Seen::default(), Seen::default());
    let short = meets(parties[0].clone(), roster(&all, 0), 600, seen);
    let long = meets(parties[1].clone(), roster(&all, 1), 1500, patient.clone());
    let (short, long) = tokio::join!(short, long);
    assert!(failed(short).to_string().contains("carol"));
    let long = failed(long).to_string();
    assert!(long.contains("carol") && long.contains("alice"), "{long}");
    let lines = patient.lines();
    assert!(lines.iter().any(|line| line.contains("alice has left again") && line.contains("carol")), "{lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_party_that_is_started_anew_is_met_again() {
    for dies_first in [true, false] {
        let (alice, bob) = dialler_and_acceptor("alice", "bob");
        let carol = identity("carol");
        let all = [&alice, &bob, &carol];
        let (mortal, other) = if dies_first { (0, 1) } else { (1, 0) };
        let seen = Seen::default();
        let party = |me: usize, seen: &Seen| meets(all[me].clone(), roster(&all, me), 10_000, seen.clone());
        let first = tokio::spawn(party(mortal, &Seen::default()));
        let others = tokio::spawn(party(other, &seen));
        seen.until("connected with").await;
        first.abort();
        assert!(first.await.is_err());
        seen.until("has left again").await;
        let (again, last) = (party(mortal, &Seen::default()), party(2, &Seen::default()));
        let (again, last) = tokio::join!(again, last);
        let others = others.await.expect("nobody panics");
        let mut meetings = [again, others, last].map(|m| m.expect("everybody comes"));
        let indices = [mortal, other, 2];
        let mut nets: Vec<_> = meetings
            .iter_mut()
            .zip(indices)
            .map(|(m, me)| Network::new(PartyIndex(me), std::mem::take(&mut m.links)))
            .collect();
        let talks = nets.iter_mut().map(|net| net.exchange_all(HELLO, b"hello", 5));
        for heard in futures_util::future::join_all(talks).await {
            assert_eq!(heard.expect("the new links carry").iter().filter(|m| *m == b"hello").count(), 2);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_is_bad_input() {
    let (alice, bob) = (identity("alice"), identity("bob"));
    let address = alice.card().address().clone();
    let _other = TcpListener::bind((address.host(), address.port())).await.expect("free a moment ago");
    let error = failed(meets(alice.clone(), roster(&[&alice, &bob], 0), 1000, Seen::default()).await);
    assert!(error.to_string().contains(&address.to_string()), "{error}");
    let failure = Failure::from(error);
    assert_eq!(failure.exit, Exit::BadInput);
    assert!(failure.hint.expect("how to go on").contains("another program"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_another_machine_is_bad_input() {
    let alice = identity_at("alice", "192.0.2.1:7001".parse().expect("a lawful address"));
    let bob = identity_at("bob", free_address());
    let error = failed(meets(alice.clone(), roster(&[&alice, &bob], 0), 1000, Seen::default()).await);
    assert!(matches!(error, MeetingError::Bind { .. }), "{error}");
    assert_eq!(Failure::from(error).exit, Exit::BadInput);
}

#[test]
fn a_roster_has_distinct_parties_and_me() {
    let (alice, bob) = (identity("alice"), identity("bob"));
    let cards = |parties: &[&Arc<Identity>]| parties.iter().map(|p| p.card().clone()).collect::<Vec<_>>();
    let me = alice.public_key();
    assert!(Roster::new(cards(&[&alice]), me).is_err());
    assert!(Roster::new(cards(&[&bob, &identity("carol")]), me).is_err());
    assert!(Roster::new(cards(&[&alice, &bob, &bob]), me).is_err());
    assert!(Roster::new(cards(&[&alice, &identity("alice")]), me).is_err());
    let roster = Roster::new(cards(&[&bob, &alice]), me).expect("lawful");
    assert_eq!(roster.me(), PartyIndex(1));
    let other = Roster::new(cards(&[&bob, &alice]), bob.public_key()).expect("lawful");
    assert_ne!(roster.dials(PartyIndex(0)), other.dials(PartyIndex(1)), "of each pair exactly one dials");
}
