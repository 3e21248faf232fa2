//! The resident process: what it has open, and how it begins and ends.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serde_json::json;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::time::timeout;

use super::announce::{Announcer, Event};
use super::handing::Handed;
use super::health::Health;
use super::invited::Refusals;
use super::rotation::Due;
use super::sessions::{Kind, Sessions, Ticket};
use super::{Options, Order, Page, Pages};
use crate::ceremony::{
    Desk, Invitation, OpenKey, OpenKeys, Presigned, Presigning, Signed, Signing, Standby, Table, summons,
};
use crate::exit::{Exit, Failure};
use crate::identity::{PartyName, PublicKey};
use crate::keys::{KeyName, KeysLock, PublicPart};
use crate::run::{Watch, runtime};
use crate::session::{MeetingError, Reception, Summons, Visit, Wait, listen};

/// How long sessions that go on may take when the process is told to end.
const GRACE: Duration = Duration::from_secs(20);

/// How long a partner may take over one step of a session before it is given up: it holds up others meanwhile.
const PATIENCE: Duration = Duration::from_secs(120);

/// Commands of this home that are served at once, and how long they may take to read the last word.
const SERVED: usize = 256;
const LAST_WORD: Duration = Duration::from_secs(1);

/// Nobody waits for longer than a week.
const LONGEST_WAIT: f64 = 604_800.0;

/// A resident process.
pub(super) struct Resident {
    pub(super) desk: Desk,
    keys: RwLock<Vec<Arc<OpenKey>>>,
    /// The keys of which it takes a share by a rule.
    pub(super) standby: Vec<Standby>,
    /// All keys of the home are locked for this process.
    pub(super) lock: KeysLock,
    pub(super) reception: Arc<Reception>,
    pub(super) sessions: Arc<Sessions>,
    pub(super) options: Options,
    pub(super) announcer: Announcer,
    pub(super) health: Health,
    /// One-time material was used.
    pub(super) used: Notify,
    /// All holders have been asked once what they have seen.
    pub(super) ready: AtomicBool,
    /// Commands that are served.
    pub(super) served: Arc<Semaphore>,
    /// What was refused a moment ago.
    pub(super) refusals: Refusals,
    /// What may be rotated by itself.
    pub(super) due: Due,
    pages: Pages,
    names: BTreeMap<PublicKey, PartyName>,
    pub(super) handle: Handle,
}

/// A session that is about to begin.
pub(super) enum Work {
    Sign(Box<Signing>),
    Presign(Box<Presigning>),
}

/// What has come of it.
pub(super) enum Done {
    Signed(Box<Signed>),
    Presigned(Box<Presigned>),
}

/// Who has asked for a session, and how it is called for.
pub(super) struct Asked {
    pub(super) by: String,
    pub(super) summons: Summons,
    pub(super) wait: Duration,
    pub(super) ticket: Ticket,
}

/// Serves until the process is told to end.
///
/// # Errors
/// As of [`super::serve`].
pub(super) fn serve(desk: Desk, options: Options, pages: Pages, announcer: Announcer) -> Result<(), Failure> {
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        let cards = desk.home().peers()?;
        let names = cards.iter().map(|card| (card.public_key(), card.name().clone())).collect();
        let address = desk.identity().card().address().clone();
        // Before the passphrase is asked for: another command of this party may be there.
        let listener = listen(&address).await.map_err(|error| MeetingError::Bind {
            address,
            kind: error.kind(),
            reason: error.to_string(),
        })?;
        let OpenKeys { keys, standby, lock } = desk.open_keys(&options.keys, &options.standby)?;
        let resident = Arc::new(Resident {
            health: Health::new(&desk, &keys),
            desk,
            keys: RwLock::new(keys),
            standby,
            lock,
            due: Due::default(),
            reception: Arc::default(),
            sessions: Arc::default(),
            options,
            announcer,
            used: Notify::new(),
            ready: AtomicBool::new(false),
            refusals: Refusals::default(),
            served: Arc::new(Semaphore::new(SERVED)),
            pages,
            names,
            handle: Handle::current(),
        });
        let served = resident.clone().until_ended(listener).await;
        resident.keys().iter().for_each(|key| key.close());
        served
    });
    // Sessions that were given up may still wait for somebody; the keys are closed for them.
    runtime.shutdown_background();
    if result.is_ok() {
        announcer.tell(&Event::Ended);
    }
    result
}

impl Resident {
    async fn until_ended(self: Arc<Self>, listener: TcpListener) -> Result<(), Failure> {
        self.check_goals()?;
        let (visits, arriving) = mpsc::channel(64);
        let pinned: Vec<PublicKey> = self.names.keys().copied().collect();
        let progress = |event| self.announcer.note(event);
        let receiving =
            self.reception.clone().receive(self.desk.identity().clone(), pinned, listener, visits, &progress);
        let end = end_of_process()?;
        // Links of sessions that have begun still arrive while the process ends; new invitations are declined.
        let door = async { tokio::join!(receiving, self.clone().hear(arriving)).0 };
        tokio::pin!(door);
        let work = async {
            self.clone().begin().await;
            std::future::pending::<Infallible>().await
        };
        tokio::select! {
            never = &mut door => match never {},
            never = work => match never {},
            () = end => {}
        }
        tokio::select! {
            never = door => match never {},
            () = self.finish() => Ok(()),
        }
    }

    /// Asks the other holders what they have seen, and then takes part in everything.
    async fn begin(self: Arc<Self>) {
        self.ask_all().await;
        self.ready.store(true, Ordering::Release);
        let keys = self.keys().iter().map(|key| key.public().name.to_string()).collect();
        let address = self.desk.identity().card().address().to_string();
        let orders = self.clone().orders();
        self.announcer.tell(&Event::Serving { address, keys });
        let (asking, filling) = (self.clone().keep_asking(), self.clone().keep_filled());
        tokio::join!(orders, asking, filling, self.clone().keep_watch(), self.clone().keep_rotating());
    }

    #[cfg(unix)]
    fn orders(self: Arc<Self>) -> impl Future<Output = ()> {
        let listener = super::counter::open(self.desk.home().path());
        async move {
            match listener {
                Ok(listener) => match super::counter::take_orders(self, listener).await {},
                Err(error) => {
                    let home = self.desk.home().path().display();
                    self.announcer.note(format_args!("commands of {home} cannot hand anything over: {error}"));
                }
            }
        }
    }

    #[cfg(not(unix))]
    fn orders(self: Arc<Self>) -> impl Future<Output = ()> {
        async {}
    }

    /// Lets sessions that go on end, for a moment.
    async fn finish(&self) {
        #[cfg(unix)]
        super::counter::shut(self.desk.home().path());
        self.announcer.tell(&Event::Ending { sessions: self.sessions.close() });
        if timeout(GRACE, self.sessions.until_none(None)).await.is_err() {
            self.announcer.note("the sessions that still go on are given up");
            self.sessions.give_up();
            let _ = timeout(LAST_WORD, self.sessions.until_none(None)).await;
        }
        // What was used in the last moment is told too.
        self.tell_all().await;
        // Commands that have handed something over get their answers.
        let _ = timeout(LAST_WORD, self.served.acquire_many(SERVED as u32)).await;
    }

    /// Does what a command of this home has handed over. Blocks until the session has ended.
    ///
    /// # Errors
    /// Those of the session; an order that does not fit.
    pub(super) fn obey(&self, Handed { order, wait }: Handed, watch: Watch) -> Result<Page, Failure> {
        let approved = order.approved()?;
        let name = match &approved {
            Some(approved) => approved.bundle.request().key.clone(),
            None => order.key()?,
        };
        let key = &self.key_named(&name)?;
        if let Order::Isolated { holder, .. } = &order {
            return self.isolated(key, holder);
        }
        let bundle = approved.as_ref().map(|approved| approved.bundle.clone());
        let work = match (&order, order.request()?, approved) {
            (Order::Presign { count, signers, .. }, _, _) => {
                Work::Presign(Box::new(self.desk.presigning(key, *count, signers)?))
            }
            (_, Some(request), _) => Work::Sign(Box::new(self.desk.signing(key, &request)?)),
            (_, _, Some(approved)) => Work::Sign(Box::new(self.desk.signing_approved(key, approved)?)),
            _ => return Err(Failure::new(Exit::Bug, "an order to sign is none")),
        };
        let wait = if wait > 0.0 && wait <= LONGEST_WAIT { Duration::from_secs_f64(wait) } else { self.options.wait };
        let asked = self.asked("its own user", &work, wait)?;
        match (self.hold(key, work, asked, &watch)?, bundle) {
            (Done::Signed(signed), Some(bundle)) => (self.pages.approved)(&bundle, &signed),
            (Done::Signed(signed), None) => (self.pages.signed)(&name, &signed),
            (Done::Presigned(presigned), _) => Ok((self.pages.presigned)(&name, &presigned)),
        }
    }

    /// Burns what was prepared with a holder that was shut out, and says which sessions go on with it: they were let in
    /// before, and end as they end.
    fn isolated(&self, key: &OpenKey, holder: &str) -> Result<Page, Failure> {
        let public = key.public();
        let held = public.holders.iter().find(|held| held.name.as_str() == holder);
        let held = held.ok_or_else(|| Failure::new(Exit::BadInput, format!("{holder} holds no share")))?;
        let among = |keys: &[PublicKey]| -> Vec<&str> {
            let among = public.holders.iter().filter(|holder| keys.contains(&holder.identity));
            among.map(|holder| holder.name.as_str()).collect()
        };
        let burned: Vec<_> = (key.burn_with(&held.identity)?.iter())
            .map(|(signers, items)| json!({ "signers": among(signers.members()), "items": items }))
            .collect();
        let sessions: Vec<_> = (self.sessions.with(&key.title(), &held.identity).iter())
            .map(|(kind, parties)| json!({ "what": kind.words(), "parties": among(parties) }))
            .collect();
        Ok(Page { json: json!({ "burned": burned, "sessions": sessions }), text: String::new() })
    }

    /// Calls for a session that this party starts.
    pub(super) fn asked(&self, by: &str, work: &Work, wait: Duration) -> Result<Asked, Failure> {
        let invitation = work.invitation();
        let summons = summons(&invitation)?;
        let ticket = self.sessions.enter(work.kind(), &invitation, summons.rendezvous, None);
        let ticket = ticket.map_err(|why| Failure::new(Exit::Session, why))?;
        Ok(Asked { by: by.to_owned(), summons, wait, ticket })
    }

    /// Holds a session. Blocks until it has ended.
    ///
    /// # Errors
    /// Those of the session.
    pub(super) fn hold(&self, key: &OpenKey, work: Work, asked: Asked, watch: &Watch) -> Result<Done, Failure> {
        let Asked { by, summons, wait, ticket } = asked;
        let what = work.kind().words().to_owned();
        let name = key.public().name.to_string();
        let signers = self.names_of(key.public(), work.invitation().signers());
        let (k, s) = (name.clone(), signers.clone());
        self.announcer.tell(&Event::Begun { what: what.clone(), key: k, signers: s, asked_by: by });
        let table = self.table(summons, wait);
        let run = async {
            match work {
                Work::Sign(signing) => signing.run(&table, watch).await.map(|signed| Done::Signed(Box::new(signed))),
                Work::Presign(presigning) => {
                    presigning.run(&table, watch).await.map(|presigned| Done::Presigned(Box::new(presigned)))
                }
            }
        };
        let result = self.handle.block_on(self.sessions.unless_given_up(run)).unwrap_or_else(|| Err(given_up()));
        self.used.notify_one();
        self.look_for_bans(key);
        drop(ticket);
        self.announcer.tell(&match &result {
            Ok(_) => Event::Done { what, key: name, signers },
            Err(failure) => Event::Failed { what, key: name, why: failure.message.clone() },
        });
        result
    }

    /// Where a session is held.
    pub(super) fn table(&self, summons: Summons, wait: Duration) -> Table<'_> {
        let mut limits = Wait::new(wait);
        limits.limits.patience = limits.limits.patience.min(PATIENCE.max(wait));
        self.desk.table(&self.reception, summons, limits)
    }

    /// The keys that are open now.
    pub(super) fn keys(&self) -> Vec<Arc<OpenKey>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A key has another share, or is there for the first time.
    pub(super) fn renew(&self, key: OpenKey) {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        keys.retain(|known| known.public().name != key.public().name);
        keys.push(Arc::new(key));
        self.health.of(&self.desk, &keys);
    }

    /// A key that is open.
    ///
    /// # Errors
    /// If it is not.
    pub(super) fn key_named(&self, name: &KeyName) -> Result<Arc<OpenKey>, Failure> {
        self.keys().into_iter().find(|key| key.public().name == *name).ok_or_else(|| {
            let message = format!("the resident process of this home does not use a key {name}");
            Failure::new(Exit::BadInput, message).hint("end it, and start it again with --key for this key too")
        })
    }

    /// Who a pinned partner is.
    pub(super) fn pinned(&self, key: &PublicKey) -> Option<PartyName> {
        self.names.get(key).cloned()
    }

    /// A pinned partner's name.
    pub(super) fn name_of(&self, key: &PublicKey) -> String {
        self.names.get(key).map_or_else(|| key.short(), ToString::to_string)
    }

    /// The names of holders, by their identity keys.
    pub(super) fn names_of(&self, public: &PublicPart, keys: &[PublicKey]) -> Vec<String> {
        let name = |key: &PublicKey| public.holders.iter().find(|holder| holder.identity == *key);
        keys.iter().filter_map(name).map(|holder| holder.name.to_string()).collect()
    }
}

impl Work {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Sign(_) => Kind::Sign,
            Self::Presign(_) => Kind::Presign,
        }
    }

    pub(super) fn invitation(&self) -> Invitation {
        match self {
            Self::Sign(signing) => signing.invitation(),
            Self::Presign(presigning) => presigning.invitation(),
        }
    }
}

impl Kind {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Sign => "signing",
            Self::Presign => "preparing",
            Self::Rotate => "rotating",
        }
    }
}

/// Why a session ended that the process did not wait for any longer.
pub(super) fn given_up() -> Failure {
    Failure::new(Exit::Session, "this process was told to end, and the session took too long")
}

/// Ends when the process is told to end.
#[cfg(unix)]
fn end_of_process() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| {
        signal(kind).map_err(|error| Failure::new(Exit::BadInput, format!("the system gives no signals: {error}")))
    };
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Ends when the process is told to end.
#[cfg(not(unix))]
fn end_of_process() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async {
        // A system that cannot tell never does.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

/// A visit is answered by a task of its own.
pub(super) type Visits = mpsc::Receiver<Visit>;
