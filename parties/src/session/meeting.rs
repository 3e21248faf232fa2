//! Connecting every pair of parties, in whatever order they start.

use std::convert::Infallible;
use std::future::{Future, pending};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use quorate_engine::net::{Link, LinkError, PartyIndex};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::call::{Call, Rendezvous};
use super::dialling::{dial, dial_by_files, invite};
use super::reception::Reception;
use super::welcoming::{Expected, listen, welcome, welcome_files};
use super::{MeetingError, MeetingEvent, Missing, Progress, Roster};
use crate::identity::Identity;
use crate::link::{Exchange, HandshakeFault, Limits, Links, Stream};

/// How long one handshake may take.
pub(super) const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long to wait for peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// For all of them to come.
    pub meeting: Duration,
    /// On each link afterwards.
    pub limits: Limits,
}

impl Wait {
    /// What `--wait` means: a missing and a vanished peer are given the same time.
    pub fn new(limit: Duration) -> Self {
        Self { meeting: limit, limits: Limits::with_silence(limit) }
    }
}

/// Everybody is there.
pub struct Meeting {
    /// `links[p]` leads to party `p` of the roster; `None` at my own place. For `Network::new`.
    pub links: Vec<Option<Link>>,
    /// What carries the links; finish it after the network was dropped.
    pub session: Links,
}

/// What the tasks of a meeting report.
pub(crate) enum Signal {
    Arrived { peer: usize, stream: Box<Stream> },
    Unreached { peer: usize, why: String },
    Hopeless { peer: usize, fault: HandshakeFault },
    Spoiled { peer: usize, why: String },
    Declined { peer: usize, policy: bool, why: String },
    Ended { peer: usize, arrival: u64, error: LinkError },
    TurnedAway { from: SocketAddr, why: String },
}

/// What a meeting is for, to those who have to be told.
#[derive(Clone)]
pub(crate) struct Summons {
    /// How links of the session are told from others at the address of a resident process.
    pub(crate) rendezvous: Rendezvous,
    /// What every peer is invited to; nobody is invited if nothing is said.
    pub(crate) invitation: Option<Vec<u8>>,
}

impl Summons {
    /// Of a session to which nobody has to be invited: whoever waits at the other ends waits for this one, and knows it by
    /// who comes.
    pub(crate) fn unannounced() -> Self {
        Self { rendezvous: crate::identity::Hex([0; 32]), invitation: None }
    }
}

/// Where this party can be met.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    /// At its own address, which the meeting binds and lets go again.
    Own,
    /// At the address of the resident process that this is, where other sessions go on too.
    Shared(&'a Reception),
}

/// Connects this party with every peer of the roster.
///
/// # Errors
/// If this party's address cannot be bound, a peer does not come within the limit, or somebody else is at a peer's
/// address.
pub async fn meet(
    identity: &Arc<Identity>,
    roster: &Roster,
    wait: Wait,
    progress: Progress<'_>,
) -> Result<Meeting, MeetingError> {
    meet_at(Place::Own, &Summons::unannounced(), identity, roster, wait, progress).await
}

/// Connects this party with every peer of the roster, at a place of its choice, and invites those who have to be.
///
/// # Errors
/// As of [`meet`]; a peer that refuses to come.
pub(crate) async fn meet_at(
    place: Place<'_>,
    summons: &Summons,
    identity: &Arc<Identity>,
    roster: &Roster,
    wait: Wait,
    progress: Progress<'_>,
) -> Result<Meeting, MeetingError> {
    let deadline = Instant::now() + wait.meeting;
    let (signals, mut reports) = mpsc::channel(64);
    // Not a task of its own: when the meeting is over or given up, the address is free at once.
    let mut welcoming = pin!(open(place, summons.rendezvous, identity, roster, signals.clone(), progress).await?);
    let mut gathering = Gathering::new(identity.clone(), roster, summons, wait.limits, signals);
    for (p, _) in roster.peers() {
        if roster.folder(p).is_some() {
            gathering.exchange_files(p.0)?;
            continue;
        }
        if roster.dials(p) {
            gathering.dial(p.0);
        }
        gathering.invite(p.0);
    }
    gathering.tell_missing(progress);
    loop {
        let signal = match reports.try_recv() {
            Ok(signal) => signal,
            // Only when no news are left: a peer that has just gone is not counted as present.
            Err(_) if gathering.missing().next().is_none() => break,
            Err(_) => tokio::select! {
                Some(signal) = reports.recv() => signal,
                never = &mut welcoming => match never {},
                () = sleep_until(deadline) => return Err(gathering.give_up(wait.meeting).await),
            },
        };
        if let Err(error) = gathering.take(signal, progress) {
            gathering.leave(&error.to_string()).await;
            return Err(error);
        }
    }
    let links = gathering.seats.into_iter().map(|seat| seat.link).collect();
    #[cfg(test)]
    let links = crate::ceremony::liar::corrupt(identity, roster, links);
    Ok(Meeting { links, session: gathering.session })
}

/// Opens the door to the peers that dial us; it is open as long as the result lives.
async fn open<'a>(
    place: Place<'a>,
    rendezvous: Rendezvous,
    identity: &Arc<Identity>,
    roster: &Roster,
    signals: mpsc::Sender<Signal>,
    progress: Progress<'_>,
) -> Result<Pin<Box<dyn Future<Output = Infallible> + Send + 'a>>, MeetingError> {
    let by_socket = roster.peers().filter(|(p, _)| roster.folder(*p).is_none());
    let expected = by_socket.map(|(p, card)| Expected { peer: p.0, key: card.public_key(), dials: !roster.dials(p) });
    let expected: Vec<_> = expected.collect();
    match place {
        // A machine that is on no network has no address to listen at.
        _ if expected.is_empty() => Ok(Box::pin(pending())),
        Place::Own => {
            let address = identity.card().address().clone();
            let listener = listen(&address).await.map_err(|error| MeetingError::Bind {
                address: address.clone(),
                kind: error.kind(),
                reason: error.to_string(),
            })?;
            progress(MeetingEvent::Listening { address });
            Ok(Box::pin(welcome(identity.clone(), expected, listener, signals)))
        }
        Place::Shared(reception) => {
            let diallers = expected.into_iter().filter(|expected| expected.dials);
            let expecting = reception.expect(rendezvous, diallers, &signals);
            Ok(Box::pin(async move {
                let _expecting = expecting;
                pending().await
            }))
        }
    }
}

/// One party's place at the table.
#[derive(Default)]
struct Seat {
    link: Option<Link>,
    /// Counts the party's connections, so that the end of an older one is not taken for the end of the newest.
    arrival: u64,
    /// What the last failed attempt to reach it said.
    trouble: Option<String>,
}

/// The state of a meeting.
struct Gathering<'a> {
    identity: Arc<Identity>,
    roster: &'a Roster,
    summons: &'a Summons,
    session: Links,
    seats: Vec<Seat>,
    signals: mpsc::Sender<Signal>,
    /// Dialling and watching; dropping the set stops them all.
    tasks: JoinSet<()>,
}

impl<'a> Gathering<'a> {
    fn new(
        identity: Arc<Identity>,
        roster: &'a Roster,
        summons: &'a Summons,
        limits: Limits,
        signals: mpsc::Sender<Signal>,
    ) -> Self {
        let seats = roster.cards().iter().map(|_| Seat::default()).collect();
        Self { identity, roster, summons, session: Links::new(limits), seats, signals, tasks: JoinSet::new() }
    }

    fn dial(&mut self, peer: usize) {
        let card = self.roster.cards()[peer].clone();
        let call = Call::Session { rendezvous: self.summons.rendezvous };
        self.tasks.spawn(dial(self.identity.clone(), peer, card, call, self.signals.clone()));
    }

    fn invite(&mut self, peer: usize) {
        let Summons { rendezvous, invitation } = self.summons;
        if let Some(content) = invitation.clone() {
            let card = self.roster.cards()[peer].clone();
            let call = Call::Invitation { rendezvous: *rendezvous, content };
            self.tasks.spawn(invite(self.identity.clone(), peer, card, call, self.signals.clone()));
        }
    }

    /// Begins a connection over files, or waits for the peer to do so.
    fn exchange_files(&mut self, peer: usize) -> Result<(), MeetingError> {
        let party = PartyIndex(peer);
        let (roster, name) = (self.roster, self.roster.name(party));
        let Some(folder) = roster.folder(party) else { return Ok(()) };
        let exchange = Exchange::new(folder, self.identity.name(), name);
        exchange.prepare(roster.dials(party)).map_err(|error| MeetingError::Folder {
            name: name.clone(),
            folder: folder.to_owned(),
            reason: error.to_string(),
        })?;
        let (identity, key, signals) = (self.identity.clone(), roster.cards()[peer].public_key(), self.signals.clone());
        if roster.dials(party) {
            self.tasks.spawn(dial_by_files(identity, peer, key, exchange, signals));
        } else {
            self.tasks.spawn(welcome_files(identity, peer, key, exchange, signals));
        }
        Ok(())
    }

    fn missing(&self) -> impl Iterator<Item = PartyIndex> {
        self.roster.peers().map(|(p, _)| p).filter(|p| self.seats[p.0].link.is_none())
    }

    fn tell_missing(&self, progress: Progress<'_>) {
        let missing = self.missing().map(|p| (self.roster.name(p).clone(), self.roster.place(p)));
        let missing: Vec<_> = missing.collect();
        if !missing.is_empty() {
            progress(MeetingEvent::Waiting { missing });
        }
    }

    fn take(&mut self, signal: Signal, progress: Progress<'_>) -> Result<(), MeetingError> {
        match signal {
            Signal::Arrived { peer, stream } => {
                self.seat(peer, *stream);
                progress(MeetingEvent::Connected { peer: self.roster.name(PartyIndex(peer)).clone() });
                self.tell_missing(progress);
            }
            Signal::Unreached { peer, why } => self.seats[peer].trouble = Some(why),
            Signal::Spoiled { peer, why } => {
                return Err(MeetingError::Spoiled { name: self.roster.name(PartyIndex(peer)).clone(), why });
            }
            Signal::Hopeless { peer, fault } => {
                let card = Box::new(self.roster.cards()[peer].clone());
                return Err(MeetingError::Stranger { card, fault });
            }
            Signal::Declined { peer, policy, why } => {
                let name = self.roster.name(PartyIndex(peer)).clone();
                return Err(MeetingError::Declined { name, policy, why });
            }
            Signal::Ended { peer, arrival, error } if self.seats[peer].arrival == arrival => {
                self.seats[peer].link = None;
                self.seats[peer].trouble = Some(error.to_string());
                let name = self.roster.name(PartyIndex(peer)).clone();
                progress(MeetingEvent::Left { peer: name, why: error.to_string() });
                match (self.roster.folder(PartyIndex(peer)), self.roster.dials(PartyIndex(peer))) {
                    (None, true) => self.dial(peer),
                    (Some(_), true) => self.exchange_files(peer)?,
                    // The peer begins again.
                    (_, false) => {}
                }
            }
            Signal::Ended { .. } => {}
            Signal::TurnedAway { from, why } => progress(MeetingEvent::TurnedAway { from, why }),
        }
        Ok(())
    }

    /// Gives an arrived peer its seat. A peer that comes again, because its process was started anew, replaces its
    /// older connection: both have proved the same key.
    fn seat(&mut self, peer: usize, stream: Stream) {
        let (link, end) = self.session.start(stream);
        let seat = &mut self.seats[peer];
        seat.arrival += 1;
        seat.link = Some(link);
        self.tasks.spawn(watch(peer, seat.arrival, end, self.signals.clone()));
    }

    async fn give_up(self, limit: Duration) -> MeetingError {
        let missing = self.missing().map(|p| Missing {
            name: self.roster.name(p).clone(),
            place: self.roster.place(p),
            // Over files nobody can tell whether the other one has begun.
            dialled: self.roster.dials(p) || self.roster.folder(p).is_some(),
            trouble: self.seats[p.0].trouble.clone(),
        });
        let error = MeetingError::Absent { missing: missing.collect(), limit };
        self.leave(&error.to_string()).await;
        error
    }

    /// Tells those who have come why the session ends.
    async fn leave(self, why: &str) {
        drop((self.tasks, self.seats));
        self.session.finish(Some(why)).await;
    }
}

async fn watch(peer: usize, arrival: u64, end: oneshot::Receiver<LinkError>, signals: mpsc::Sender<Signal>) {
    if let Ok(error) = end.await {
        let _ = signals.send(Signal::Ended { peer, arrival, error }).await;
    }
}
