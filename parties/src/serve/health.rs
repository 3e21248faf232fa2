//! The health of the other holders: whether they answer, and whether one has failed a check.
//!
//! What is found is written down as a proposal to rotate the key, and announced. It is carried out by people, or, where the
//! policy of the key says when, by itself ([`super::rotation`]).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::announce::Event;
use super::proposal::{Cause, Proposal};
use super::resident::Resident;
use crate::audit::AuditLog;
use crate::ceremony::{Desk, OpenKey};
use crate::identity::{Card, PublicKey};
use crate::session::{Answer, Call, attempt};

/// How long an answer may take at least.
const SHORT: Duration = Duration::from_secs(2);

/// Holders are called so many times before they are silent for too long.
const CALLS: u32 = 4;
const LEAST: Duration = Duration::from_millis(200);

/// How often it is looked whether anybody is to be watched.
const IDLE: Duration = Duration::from_secs(10);

/// What is known of the other holders.
pub(super) struct Health {
    holders: Mutex<Vec<Card>>,
    /// There are others than before.
    others: Notify,
    /// When each has answered last; the start of this process, or of its being watched, if it has not. By a clock that
    /// nobody sets.
    heard: Mutex<BTreeMap<PublicKey, Heard>>,
    /// Bans that have been proposed about already, by key and holder.
    banned: Mutex<BTreeSet<(String, u16)>>,
}

struct Heard {
    last: Instant,
    silent: bool,
}

impl Health {
    pub(super) fn new(desk: &Desk, keys: &[Arc<OpenKey>]) -> Self {
        // A ban of earlier is no news.
        let bans = keys.iter().flat_map(|key| key.bans().into_iter().map(|holder| (key.title(), holder)));
        let banned = Mutex::new(bans.collect());
        let health = Self { holders: Mutex::default(), others: Notify::new(), heard: Mutex::default(), banned };
        health.of(desk, keys);
        health
    }

    /// From now on these keys' holders are watched.
    pub(super) fn of(&self, desk: &Desk, keys: &[Arc<OpenKey>]) {
        let mut holders: Vec<Card> = Vec::new();
        for card in keys.iter().flat_map(|key| desk.other_holders(key)) {
            if !holders.iter().any(|known| known.public_key() == card.public_key()) {
                holders.push(card);
            }
        }
        let mut heard = self.heard();
        heard.retain(|key, _| holders.iter().any(|card| card.public_key() == *key));
        for card in &holders {
            heard.entry(card.public_key()).or_insert_with(|| Heard { last: Instant::now(), silent: false });
        }
        *self.holders.lock().unwrap_or_else(PoisonError::into_inner) = holders;
        self.others.notify_one();
    }

    fn holders(&self) -> Vec<Card> {
        self.holders.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A holder has called, or answered. Says whether it had been silent.
    pub(super) fn answers(&self, holder: &PublicKey) -> bool {
        let mut all = self.heard();
        let Some(heard) = all.get_mut(holder) else { return false };
        heard.last = Instant::now();
        std::mem::take(&mut heard.silent)
    }

    /// For how long a holder has not answered; `None` if it is not watched.
    pub(super) fn silence(&self, holder: &PublicKey) -> Option<Duration> {
        self.heard().get(holder).map(|heard| heard.last.elapsed())
    }

    /// Whether a holder was found to be silent, and has not answered since.
    pub(super) fn is_silent(&self, holder: &PublicKey) -> bool {
        self.heard().get(holder).is_some_and(|heard| heard.silent)
    }

    /// Whether a holder has been silent for this long, and was not found to be so before.
    fn falls_silent(&self, card: &Card, limit: Duration) -> bool {
        let mut all = self.heard();
        let heard = all.get_mut(&card.public_key());
        heard.is_some_and(|heard| heard.last.elapsed() > limit && !std::mem::replace(&mut heard.silent, true))
    }

    fn heard(&self) -> MutexGuard<'_, BTreeMap<PublicKey, Heard>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Resident {
    /// Calls the other holders again and again, each by itself: one that does not answer delays no other.
    pub(super) async fn keep_watch(self: Arc<Self>) {
        loop {
            let holders = self.health.holders();
            let watched = futures_util::future::join_all(holders.iter().map(|card| self.clone().watch(card)));
            // Nobody stops watching, but there may be nobody to watch.
            let watched = async {
                if watched.await.is_empty() {
                    std::future::pending::<()>().await
                }
            };
            tokio::select! {
                () = watched => {}
                () = self.health.others.notified() => {}
            }
        }
    }

    async fn watch(self: Arc<Self>, card: &Card) -> std::convert::Infallible {
        let identity = self.desk.identity();
        let holder = card.name().to_string();
        loop {
            let Some(limit) = self.clone().patience(card.clone()).await else {
                sleep(IDLE).await;
                continue;
            };
            let answer = timeout(limit.max(SHORT), attempt(identity, card, &Call::Health)).await;
            // A command that waits for its session says no, and is there all the same.
            if matches!(answer, Ok(Ok((Answer::Accepted(_) | Answer::Refused(_), _)))) {
                if self.health.answers(&card.public_key()) {
                    self.announcer.tell(&Event::Answers { holder: holder.clone() });
                }
            } else if self.health.falls_silent(card, limit) {
                self.announcer.tell(&Event::Silent { holder: holder.clone(), seconds: limit.as_secs() });
                for key in self.keys().iter().filter(|key| self.holds(key, &card.public_key())) {
                    self.propose(key, card, Cause::Silent { seconds: limit.as_secs() });
                }
            }
            sleep((limit / CALLS).max(LEAST)).await;
        }
    }

    /// After how long a silence something is said or done about a holder; `None` if never.
    async fn patience(self: Arc<Self>, card: Card) -> Option<Duration> {
        let said = self.options.silent_after;
        let ruled = tokio::task::spawn_blocking(move || self.ruled_patience(card.name(), &card.public_key())).await;
        [said, ruled.ok().flatten()].into_iter().flatten().min()
    }

    /// Proposes to rotate a key of which a holder has failed a check since this was looked for last.
    pub(super) fn look_for_bans(&self, key: &OpenKey) {
        for holder in key.bans() {
            let new = (key.title(), holder);
            if self.health.banned.lock().unwrap_or_else(PoisonError::into_inner).insert(new) {
                let known = key.public().holders.iter().find(|known| known.index == holder);
                let card = known.and_then(|known| self.desk.home().peer(&known.name).ok());
                if let Some(card) = card {
                    self.propose(key, &card, Cause::Suspicious);
                }
            }
        }
    }

    fn propose(&self, key: &OpenKey, holder: &Card, cause: Cause) {
        let proposal = Proposal::new(key.public(), holder, cause);
        let alarm = crate::audit::Event::Alarm {
            what: format!("{} {}: rotating {} is proposed", holder.name(), proposal.why(), key.public().name),
            partner: Some(holder.name().clone()),
        };
        let log = AuditLog::of(self.desk.home(), self.desk.identity().clone());
        if let Err(error) = log.and_then(|log| log.append(alarm)) {
            self.announcer.note(error);
        }
        self.rotation_is_due(key.public(), holder, cause.found(), &proposal.why());
        match proposal.write(self.desk.home()) {
            Ok(path) => self.announcer.tell(&Event::Proposal {
                key: key.public().name.to_string(),
                holder: holder.name().to_string(),
                why: proposal.why(),
                file: path.display().to_string(),
            }),
            Err(error) => self.announcer.note(error),
        }
    }

    pub(super) fn holds(&self, key: &OpenKey, holder: &PublicKey) -> bool {
        key.public().holders.iter().any(|known| known.identity == *holder)
    }
}
