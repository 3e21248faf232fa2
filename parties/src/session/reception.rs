//! The door of a resident process: one address, at which sessions and other calls of all pinned partners arrive.
//!
//! Strangers get as far as the handshake and no further, and there are never more than [`AT_ONCE`] of those: the
//! oldest that has not finished makes room for the newest, so that a flood of connections that say nothing keeps nobody
//! out for longer than it takes to shake hands. Of one partner, [`OF_ONE_PARTNER`] calls are heard at once.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep, timeout};

use super::call::{Answer, Call, Rendezvous, hear, reply};
use super::meeting::{HANDSHAKE, Signal};
use super::welcoming::{AT_ONCE, Expected, REPORTED};
use super::{MeetingEvent, Progress};
use crate::identity::{Identity, PublicKey};
use crate::link::{self, Carrier, HandshakeFault, Stream};

/// Calls of one partner that are heard at once.
const OF_ONE_PARTNER: usize = 128;

/// So many names of partners for sessions are remembered.
const ALIASES: usize = 4096;

/// For how long a link may arrive before the session that it belongs to: both sides begin at the same moment.
const EARLY: Duration = Duration::from_secs(3);

/// Who is expected, for which session.
#[derive(Default)]
pub(crate) struct Reception {
    book: Mutex<Book>,
    /// Somebody is expected who was not before.
    changed: Notify,
    /// Calls of each partner that are being heard.
    heard: Mutex<BTreeMap<PublicKey, usize>>,
}

#[derive(Default)]
struct Book {
    entries: Vec<Entry>,
    /// What partners call sessions that this party calls otherwise: partner, its rendezvous, ours.
    aliases: VecDeque<(PublicKey, Rendezvous, Rendezvous)>,
    next: u64,
}

struct Entry {
    /// Which meeting wrote it.
    meeting: u64,
    key: PublicKey,
    rendezvous: Rendezvous,
    peer: usize,
    signals: mpsc::Sender<Signal>,
}

/// Peers are expected as long as this lives.
pub(crate) struct Expecting<'a> {
    reception: &'a Reception,
    meeting: u64,
    rendezvous: Rendezvous,
}

/// A call of a pinned partner that is no link of a session.
pub(crate) struct Visit {
    /// Who calls.
    pub(crate) key: PublicKey,
    /// What for.
    pub(crate) call: Call,
    stream: Stream,
    _turn: Turn,
}

/// One of the calls of a partner that are heard at once.
struct Turn {
    reception: Arc<Reception>,
    key: PublicKey,
}

impl Reception {
    /// Expects the peers of a meeting.
    pub(super) fn expect(
        &self,
        rendezvous: Rendezvous,
        expected: impl Iterator<Item = Expected>,
        signals: &mpsc::Sender<Signal>,
    ) -> Expecting<'_> {
        let mut book = self.book();
        let meeting = book.next;
        book.next += 1;
        book.entries.extend(expected.map(|Expected { peer, key, .. }| Entry {
            meeting,
            key,
            rendezvous,
            peer,
            signals: signals.clone(),
        }));
        self.changed.notify_waiters();
        Expecting { reception: self, meeting, rendezvous }
    }

    /// Lets a partner come to a meeting under another rendezvous too: it has called for the same session itself.
    pub(crate) fn also(&self, known: Rendezvous, key: PublicKey, rendezvous: Rendezvous) {
        let mut book = self.book();
        book.aliases.push_back((key, rendezvous, known));
        if book.aliases.len() > ALIASES {
            book.aliases.pop_front();
        }
        self.changed.notify_waiters();
    }

    /// Hears calls until it is dropped. Links of sessions find their meetings; everything else is a visit.
    pub(crate) async fn receive(
        self: Arc<Self>,
        identity: Arc<Identity>,
        pinned: Vec<PublicKey>,
        listener: TcpListener,
        visits: mpsc::Sender<Visit>,
        progress: Progress<'_>,
    ) -> Infallible {
        let pinned = Arc::new(pinned);
        let (mut shaking, mut order) = (JoinSet::new(), VecDeque::<AbortHandle>::new());
        let mut hearing = JoinSet::new();
        let mut reported = 0;
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((tcp, from)) => {
                        order.retain(|handle| !handle.is_finished());
                        if order.len() >= AT_ONCE && let Some(oldest) = order.pop_front() {
                            oldest.abort();
                        }
                        order.push_back(shaking.spawn(shake(identity.clone(), pinned.clone(), tcp, from)));
                    }
                    // Out of file descriptors, or a connection that was gone at once: the next may be better.
                    Err(_) => sleep(Duration::from_millis(50)).await,
                },
                Some(shaken) = shaking.join_next() => match shaken {
                    Ok(Ok((key, call, stream))) => {
                        hearing.spawn(self.clone().hear(key, call, stream, visits.clone()));
                    }
                    Ok(Err((from, why))) if reported < REPORTED => {
                        reported += 1;
                        progress(MeetingEvent::TurnedAway { from, why });
                    }
                    _ => {}
                },
                Some(_) = hearing.join_next() => {}
            }
        }
    }

    /// Brings a link to its meeting, or hands a visit on.
    async fn hear(self: Arc<Self>, key: PublicKey, call: Call, mut stream: Stream, visits: mpsc::Sender<Visit>) {
        let Some(turn) = self.turn(key) else {
            let busy = Answer::NotNow(format!("it hears {OF_ONE_PARTNER} calls of this party already"));
            // A caller that is gone misses nothing.
            let _ = timeout(HANDSHAKE, reply(&mut stream, &busy)).await;
            return;
        };
        if let Call::Session { rendezvous } = call {
            self.lead(key, rendezvous, stream).await;
        } else {
            let _ = visits.send(Visit { key, call, stream, _turn: turn }).await;
        }
    }

    async fn lead(&self, key: PublicKey, rendezvous: Rendezvous, mut stream: Stream) {
        let found = timeout(EARLY, self.meeting(key, rendezvous)).await;
        let answer = match &found {
            Ok(_) => Answer::Accepted(Vec::new()),
            Err(_) => Answer::NotNow("a resident process answers, where no such session goes on".to_owned()),
        };
        let replied = timeout(HANDSHAKE, reply(&mut stream, &answer)).await;
        if let (Ok((peer, signals)), Ok(Ok(()))) = (found, replied) {
            // A meeting that is over meanwhile drops the link: the peer notices at once.
            let _ = signals.send(Signal::Arrived { peer, stream: Box::new(stream) }).await;
        }
    }

    /// Waits until a partner is expected under this rendezvous.
    async fn meeting(&self, key: PublicKey, rendezvous: Rendezvous) -> (usize, mpsc::Sender<Signal>) {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            // From here on no change is missed.
            changed.as_mut().enable();
            if let Some(found) = self.book().find(key, rendezvous) {
                return found;
            }
            changed.await;
        }
    }

    fn turn(self: &Arc<Self>, key: PublicKey) -> Option<Turn> {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let count = heard.entry(key).or_default();
        (*count < OF_ONE_PARTNER).then(|| {
            *count += 1;
            Turn { reception: self.clone(), key }
        })
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn find(&self, key: PublicKey, rendezvous: Rendezvous) -> Option<(usize, mpsc::Sender<Signal>)> {
        let alias = self.aliases.iter().find(|(caller, other, _)| *caller == key && *other == rendezvous);
        let own = alias.map_or(rendezvous, |(_, _, own)| *own);
        let entry = self.entries.iter().find(|entry| entry.key == key && entry.rendezvous == own);
        entry.map(|entry| (entry.peer, entry.signals.clone()))
    }
}

impl Drop for Expecting<'_> {
    fn drop(&mut self) {
        let mut book = self.reception.book();
        book.entries.retain(|entry| entry.meeting != self.meeting);
        book.aliases.retain(|(_, _, own)| *own != self.rendezvous);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut heard = self.reception.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = heard.get_mut(&self.key) {
            *count = count.saturating_sub(1);
        }
    }
}

impl Visit {
    /// Answers, and ends the visit.
    pub(crate) async fn answer(mut self, answer: &Answer) {
        // A caller that is gone, or does not read, misses the answer.
        let _ = timeout(HANDSHAKE, reply(&mut self.stream, answer)).await;
    }
}

type Shaken = Result<(PublicKey, Call, Stream), (SocketAddr, String)>;

/// Authenticates a connection and hears what it is for.
async fn shake(identity: Arc<Identity>, pinned: Arc<Vec<PublicKey>>, tcp: TcpStream, from: SocketAddr) -> Shaken {
    let called = async {
        let (key, mut stream) = link::accept(&identity, &pinned, Carrier::Tcp(tcp)).await?;
        let call = hear(&mut stream).await?;
        Ok::<_, HandshakeFault>((key, call, stream))
    };
    match timeout(HANDSHAKE, called).await {
        Ok(Ok(called)) => Ok(called),
        Ok(Err(fault)) => Err((from, fault.to_string())),
        Err(_) => Err((from, format!("it did not say what it wants within {} s", HANDSHAKE.as_secs()))),
    }
}
