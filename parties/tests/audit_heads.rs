//! Partners show and countersign each other's logs: many at once, sessions at once, long logs, and liars.

mod fixture;

use std::sync::Arc;
use std::time::{Duration, Instant};

use fixture::{Seat, flip, identity, roster, run_all, terms};
use quorate::audit::{
    AuditLog, Event, HeadFault, NamedLog, SessionEnding, WitnessError, close_heads, compare, open_heads,
};
use quorate::exit::Failure;
use quorate::identity::{Home, Identity};
use quorate::session::{Agreement, Ordered, PeerFault};
use quorate_engine::net::{FrameSender, Link, LinkFuture, Network, PartyIndex, memory_links};
use tempfile::TempDir;

/// Parties with homes, who meet again and again.
struct Party {
    identity: Arc<Identity>,
    log: Arc<AuditLog>,
    _directory: TempDir,
}

struct Parties(Vec<Party>);

impl Parties {
    fn new(count: usize) -> Self {
        let party = |number: usize| {
            let (identity, directory) =
                (identity(&format!("party_{number}")), tempfile::tempdir().expect("a directory"));
            let log = AuditLog::of(&Home::at(directory.path()), identity.clone()).expect("a log");
            Party { identity, log: Arc::new(log), _directory: directory }
        };
        Self((1..=count).map(party).collect())
    }

    fn seats(&self, rewire: impl FnOnce(&mut Vec<Vec<Option<Link>>>)) -> Vec<Seat> {
        let parties: Vec<_> = self.0.iter().map(|party| &party.identity).collect();
        let mut links = memory_links(parties.len());
        rewire(&mut links);
        let seat = |(me, links): (usize, Vec<Option<Link>>)| Seat {
            identity: parties[me].clone(),
            roster: roster(&parties, me),
            net: Network::new(PartyIndex(me), links),
            terms: terms(&parties),
            sizes: Ordered::new(),
        };
        links.into_iter().enumerate().map(seat).collect()
    }

    /// A session, for everybody.
    async fn meet(&self, rewire: impl FnOnce(&mut Vec<Vec<Option<Link>>>)) -> Vec<Result<Ended, WitnessError>> {
        let logs: Vec<_> = self.0.iter().map(|party| party.log.clone()).collect();
        run_all(self.seats(rewire), move |seat| session(logs[seat.roster.me().0].clone(), seat)).await
    }

    /// A session in which everybody countersigns everybody.
    async fn succeed(&self) -> Vec<Ended> {
        let ended = self.meet(|_| {}).await;
        let ended: Vec<_> = ended.into_iter().map(|ended| ended.expect("nobody lies")).collect();
        assert!(ended.iter().all(|ended| ended.faults.is_empty()), "{ended:?}");
        ended
    }

    /// Every log by itself, and all beside each other; of very many, some.
    fn verify(&self) {
        let named = |party: &Party| NamedLog {
            name: party.identity.name().clone(),
            log: party.log.verify().expect("it verifies"),
        };
        compare(&self.0.iter().take(5).map(named).collect::<Vec<_>>()).expect("no contradiction");
    }

    fn alarms(&self, party: usize) -> Vec<String> {
        let entries = self.0[party].log.entries().expect("a log");
        let alarm = |entry: Result<quorate::audit::Entry, _>| match entry.expect("an entry").event {
            Event::Alarm { what, .. } => Some(what),
            _ => None,
        };
        entries.filter_map(alarm).collect()
    }
}

#[derive(Debug)]
struct Ended {
    faults: Vec<PeerFault>,
    /// Bytes sent in the session's phase for the logs.
    bytes: u64,
    elapsed: Duration,
}

async fn session(log: Arc<AuditLog>, mut seat: Seat) -> Result<Ended, WitnessError> {
    let agreement = seat.agree().await.expect("they were told the same");
    let before = sent(&seat.net);
    let start = Instant::now();
    let opening = open_heads(&mut seat.net, &agreement, &log).await?;
    log.append(done(&agreement))?;
    let faults = close_heads(&mut seat.net, &agreement, &log, &opening).await?;
    let counters = seat.net.counters();
    assert_eq!((counters.bytes_sent(), counters.rounds()), (0, 0), "nothing of it is the protocol's");
    let elapsed = start.elapsed();
    Ok(Ended { faults, bytes: sent(&seat.net) - before, elapsed })
}

fn sent(net: &Network) -> u64 {
    net.counters().phases.iter().map(|phase| phase.bytes_sent).sum()
}

fn done(agreement: &Agreement) -> Event {
    Event::Session {
        session: agreement.session,
        program: agreement.terms.program.clone(),
        digest: agreement.terms.digest,
        protocol: agreement.terms.protocol.clone(),
        parties: agreement.parties.iter().map(|party| party.name.clone()).collect(),
        records: agreement.terms.records.clone(),
        outcome: SessionEnding::Done,
    }
}

#[tokio::test]
async fn two_parties_and_what_it_costs_them() {
    let parties = Parties::new(2);
    let first = parties.succeed().await;
    // What is remembered, the head, the head at the end with one digest, and the countersignature.
    assert_eq!(first.iter().map(|ended| ended.bytes).collect::<Vec<_>>(), [40 + 40 + 40 + 32 + 64; 2]);
    for _ in 0..3 {
        // And the digests of the two countersignatures that came after the head that was countersigned.
        let later = parties.succeed().await;
        assert_eq!(later.iter().map(|ended| ended.bytes).collect::<Vec<_>>(), [40 + 40 + 2 * 32 + 40 + 32 + 64; 2]);
    }
    parties.verify();
    let longest = parties.succeed().await.iter().map(|ended| ended.elapsed).max();
    eprintln!("{longest:?} for both exchanges and three entries, two parties in one process");
    assert_eq!(parties.0[0].log.head().expect("a head").number, 5 * 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_parties() {
    for count in [3, 64] {
        let parties = Parties::new(count);
        for _ in 0..2 {
            parties.succeed().await;
        }
        parties.verify();
        let entries = 2 * (1 + 2 * (count as u64 - 1));
        assert!(parties.0.iter().all(|party| party.log.head().expect("a head").number == entries));
    }
}

#[tokio::test]
async fn sessions_of_one_pair_at_once() {
    let parties = Parties::new(2);
    parties.succeed().await;
    for _ in 0..5 {
        let sessions = (0..4).map(|_| parties.meet(|_| {}));
        for ended in futures_util::future::join_all(sessions).await.into_iter().flatten() {
            let ended = ended.expect("nobody lies");
            assert!(ended.faults.is_empty(), "{ended:?}");
        }
    }
    assert!(parties.alarms(0).is_empty() && parties.alarms(1).is_empty());
    parties.verify();
    assert_eq!(parties.0[0].log.head().expect("a head").number, 21 * 3);
}

/// A sender that makes the number of the head that it shows larger by 65,536.
struct Boasting {
    inner: Box<dyn FrameSender>,
    frames: usize,
}

impl FrameSender for Boasting {
    fn send(&mut self, mut frame: Vec<u8>) -> LinkFuture<'_, ()> {
        if self.frames == HEAD {
            // A frame's header has twelve bytes; the number follows, little-endian.
            frame[12 + 2] += 1;
        }
        self.frames += 1;
        self.inner.send(frame)
    }
}

#[tokio::test]
async fn a_log_that_has_grown_too_far_is_compared_by_hand() {
    let parties = Parties::new(2);
    parties.succeed().await;
    let boast = |links: &mut Vec<Vec<Option<Link>>>| {
        let link = links[1][0].take().expect("two parties");
        let sender = Box::new(Boasting { inner: link.sender, frames: 0 });
        links[1][0] = Some(Link { sender, receiver: link.receiver });
    };
    let ended = parties.meet(boast).await;
    let error = ended[0].as_ref().expect_err("too far");
    assert!(matches!(error, WitnessError::Head(HeadFault::TooFar { .. })), "{error}");
    assert!(error.to_string().contains("the audit log of party_2 has grown from entry 1"), "{error}");
    let failure = Failure::from(ended.into_iter().next().expect("two").expect_err("too far"));
    assert!(failure.hint.is_some_and(|hint| hint.contains("audit accept party_2 --file FILE")));
    assert!(parties.alarms(0).is_empty(), "that is nobody's fault");
    parties.succeed().await;
}

/// Frames of the agreement, and what is remembered.
const HEAD: usize = 5;

#[tokio::test]
async fn a_partner_that_shows_something_else() {
    let parties = Parties::new(2);
    parties.succeed().await;
    // Another head than the digests lead to, and digests that lead elsewhere.
    for frame in [HEAD, HEAD + 1] {
        let ended = parties.meet(|links| flip(links, 1, 0, frame)).await;
        let error = ended[0].as_ref().expect_err("it lies");
        assert!(matches!(error, WitnessError::Head(HeadFault::Forked { .. })), "{error}");
    }
    assert_eq!(parties.alarms(0).len(), 2);
    // It says that it has countersigned what was never there.
    let ended = parties.meet(|links| flip(links, 1, 0, HEAD - 1)).await;
    let error = ended[0].as_ref().expect_err("it lies");
    assert!(matches!(error, WitnessError::Head(HeadFault::Own { .. })), "{error}");
    parties.verify();
    parties.succeed().await;
}

#[tokio::test]
async fn a_partner_that_lies_at_the_end() {
    let parties = Parties::new(2);
    parties.succeed().await;
    for (frame, words) in [
        (HEAD + 2, "does not contain what it showed at the beginning"),
        (HEAD + 3, "does not contain what it showed at the beginning"),
        (HEAD + 4, "the countersignature does not verify"),
    ] {
        let mut ended = parties.meet(|links| flip(links, 1, 0, frame)).await;
        let honest = ended.swap_remove(0).expect("the result is there");
        assert!(honest.faults.iter().any(|fault| fault.to_string().contains(words)), "{frame}: {honest:?}");
        assert!(parties.alarms(0).last().is_some_and(|alarm| alarm.contains(words)));
    }
    parties.verify();
    parties.succeed().await;
}
