//! The health of the other holders: whether they answer, and whether one has failed a check.
//!
//! What is found is written down as a proposal to rotate the key, and announced. It is carried out by people.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

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

/// What is known of the other holders.
pub(super) struct Health {
    holders: Vec<Card>,
    /// When each has answered last; the start of this process if it has not.
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
        let mut holders: Vec<Card> = Vec::new();
        for card in keys.iter().flat_map(|key| desk.other_holders(key)) {
            if !holders.iter().any(|known| known.public_key() == card.public_key()) {
                holders.push(card);
            }
        }
        let heard = holders.iter().map(|card| (card.public_key(), Heard { last: Instant::now(), silent: false }));
        // A ban of earlier is no news.
        let bans = keys.iter().flat_map(|key| key.bans().into_iter().map(|holder| (key.title(), holder)));
        Self { heard: Mutex::new(heard.collect()), banned: Mutex::new(bans.collect()), holders }
    }

    /// A holder has called, or answered. Says whether it had been silent.
    pub(super) fn answers(&self, holder: &PublicKey) -> bool {
        let mut all = self.heard();
        let Some(heard) = all.get_mut(holder) else { return false };
        heard.last = Instant::now();
        std::mem::take(&mut heard.silent)
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
        let Some(limit) = self.options.silent_after else { return };
        let watched = self.health.holders.iter().map(|card| self.watch(card, limit));
        futures_util::future::join_all(watched).await;
    }

    async fn watch(&self, card: &Card, limit: Duration) {
        let identity = self.desk.identity();
        let holder = card.name().to_string();
        loop {
            let answer = timeout(limit.max(SHORT), attempt(identity, card, &Call::Health)).await;
            // A command that waits for its session says no, and is there all the same.
            if matches!(answer, Ok(Ok((Answer::Accepted(_) | Answer::Refused(_), _)))) {
                if self.health.answers(&card.public_key()) {
                    self.announcer.tell(&Event::Answers { holder: holder.clone() });
                }
            } else if self.health.falls_silent(card, limit) {
                self.announcer.tell(&Event::Silent { holder: holder.clone(), seconds: limit.as_secs() });
                for key in self.keys.iter().filter(|key| self.holds(key, &card.public_key())) {
                    self.propose(key, card, Cause::Silent { seconds: limit.as_secs() });
                }
            }
            sleep((limit / CALLS).max(LEAST)).await;
        }
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

    fn holds(&self, key: &OpenKey, holder: &PublicKey) -> bool {
        key.public().holders.iter().any(|known| known.identity == *holder)
    }
}
