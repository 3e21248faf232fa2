//! Rotation that runs by itself, where the key's policy says when (`[rotation]`).
//!
//! What is found about a holder is due until the holder answers again, or the key has other shares. While it is due, this
//! process asks the policy, and if that says yes it invites the parties of the rule, each of which asks its own. The first
//! party of the rule does that; if it does not, the next one does after `--wait`. Two that begin at the same moment all the same
//! invite to the same, and meet in one session. What is refused, here or by a partner, is written into the log once for each
//! reason, and asked again after a pause.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::timeout;

use super::announce::Event;
use super::resident::{Resident, given_up};
use super::sessions::{Kind, Ticket};
use crate::audit::{AuditLog, Event as Entry, RotationStep};
use crate::ceremony::{Cause, Invitation, OpenKey, Rotated, Rotation, Stay, one_line, summons};
use crate::exit::Failure;
use crate::identity::{Card, PartyName, PublicKey};
use crate::keys::{KeyName, PublicPart};
use crate::policy::{Found, History, Office};
use crate::request::Moment;
use crate::run::Watch;
use crate::session::{Answer, Refusal, Rendezvous, Summons};

/// How often it is looked whether something can begin.
const EVERY: Duration = Duration::from_millis(500);

/// The pause after something could not begin; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What may be rotated, and when it was tried last.
#[derive(Default)]
pub(super) struct Due {
    all: Mutex<BTreeMap<(KeyName, PartyName, Found), Waiting>>,
    more: Notify,
}

#[derive(Clone)]
struct Waiting {
    identity: PublicKey,
    /// Of the shares about which it was found.
    epoch: u64,
    since: Instant,
    next: Instant,
    pause: Duration,
    /// What stood in the way, as it was written down last.
    told: Option<String>,
}

impl Due {
    fn all(&self) -> MutexGuard<'_, BTreeMap<(KeyName, PartyName, Found), Waiting>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Resident {
    /// The shortest silence after which a rule does something about a holder of open keys.
    pub(super) fn ruled_patience(&self, name: &PartyName, identity: &PublicKey) -> Option<Duration> {
        let keys = self.keys().into_iter().filter(|key| self.holds(key, identity));
        let names: Vec<KeyName> = keys.map(|key| key.public().name.clone()).collect();
        let patience = || -> Result<Option<u64>, Failure> {
            let office = Office::of(self.desk.home().clone(), self.desk.identity().clone())?;
            let (history, now) = (office.history()?, Moment::now());
            let mut least: Option<u64> = None;
            for key in &names {
                let adopted = office.policies.in_force(key, &history, now)?;
                let rotation = adopted.as_ref().and_then(|adopted| adopted.policy.rotation.as_ref());
                let after = rotation.and_then(|rotation| rotation.patience(name)).map(|after| after.seconds());
                least = [least, after].into_iter().flatten().min();
            }
            Ok(least)
        };
        // A policy that cannot be read rotates nothing, which is said where it is asked.
        patience().ok().flatten().map(Duration::from_secs)
    }

    /// Something was found about a holder: it is written down, and from now on the policy is asked what follows.
    pub(super) fn rotation_is_due(&self, public: &PublicPart, holder: &Card, found: Found, words: &str) {
        self.note_rotation(public, (holder.name(), words), RotationStep::Proposed, found);
        let waiting = Waiting {
            identity: holder.public_key(),
            epoch: public.epoch,
            since: Instant::now(),
            next: Instant::now(),
            pause: FIRST_PAUSE,
            told: None,
        };
        self.due.all().insert((public.name.clone(), holder.name().clone(), found), waiting);
        self.due.more.notify_one();
    }

    /// Rotates what is due, for as long as the process lives.
    pub(super) async fn keep_rotating(self: Arc<Self>) {
        loop {
            if self.due.all().is_empty() {
                self.due.more.notified().await;
            }
            let now = Instant::now();
            let ready = self.due.all().iter().find(|(_, waiting)| waiting.next <= now).map(|(what, _)| what.clone());
            let Some(what) = ready else {
                let _ = timeout(EVERY, self.due.more.notified()).await;
                continue;
            };
            let (resident, of) = (self.clone(), what.clone());
            let tried = tokio::task::spawn_blocking(move || resident.try_to_rotate(&of)).await;
            if !matches!(tried, Ok(true)) {
                self.pause(&what);
            }
        }
    }

    fn pause(&self, what: &(KeyName, PartyName, Found)) {
        if let Some(waiting) = self.due.all().get_mut(what) {
            waiting.next = Instant::now() + waiting.pause;
            waiting.pause = (waiting.pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Asks the policy, and rotates if it says so. Says whether nothing is left to do.
    fn try_to_rotate(&self, what: &(KeyName, PartyName, Found)) -> bool {
        let (name, holder, found) = what;
        let Some(Waiting { identity, epoch, since, .. }) = self.due.all().get(what).cloned() else { return true };
        let key = self.key_named(name).ok().filter(|key| key.public().epoch == epoch);
        let silent = self.health.silence(&identity);
        let answers = *found == Found::Silent && !self.health.is_silent(&identity);
        let Some(key) = key.filter(|_| !answers) else {
            self.due.all().remove(what);
            return true;
        };
        let cause = Cause { holder: holder.clone(), found: *found, silent: silent.map(|silent| silent.as_secs()) };
        let ended = match self.desk.rotation(&key, &cause) {
            Ok(rotation) if since.elapsed() < self.turn(&rotation) => return false,
            Ok(rotation) => self.begin_rotation(rotation, &key),
            Err(stay) => Err(stay),
        };
        match ended {
            Ok(()) => true,
            Err(Stay::NotYet(_)) => false,
            Err(stay) => {
                let why = stay.words();
                if self.tells(what, &why) {
                    let found = format!("{} here", found.words());
                    let step = match &stay {
                        Stay::Failed(_) => RotationStep::Failed { reason: one_line(&why) },
                        _ => RotationStep::Refused { reason: one_line(&why) },
                    };
                    self.note_rotation(key.public(), (holder, &found), step, what.2);
                    self.announcer.tell(&Event::Unmoved { key: name.to_string(), holder: holder.to_string(), why });
                }
                false
            }
        }
    }

    /// The first party of the rule invites the others. If nothing has come of that, the next one does: those who all invite
    /// each other at once, and give up one by one, wait for each other in vain.
    fn turn(&self, rotation: &Rotation) -> Duration {
        let me = self.desk.identity().public_key();
        let place = rotation.invitation().signers().iter().position(|party| *party == me).unwrap_or(0);
        self.options.wait * u32::try_from(place).unwrap_or(u32::MAX)
    }

    /// Whether this stands in the way for the first time.
    fn tells(&self, what: &(KeyName, PartyName, Found), why: &str) -> bool {
        // How long something has lasted is no news.
        let kind: String = why.chars().filter(|c| !c.is_ascii_digit()).collect();
        let mut all = self.due.all();
        let Some(waiting) = all.get_mut(what) else { return true };
        let new = waiting.told.as_ref() != Some(&kind);
        waiting.told = Some(kind);
        new
    }

    /// Invites the others, and rotates with those who come.
    fn begin_rotation(&self, rotation: Rotation, key: &Arc<OpenKey>) -> Result<(), Stay> {
        let summons = summons(rotation.invitation())?;
        let entered = self.sessions.enter(Kind::Rotate, rotation.invitation(), summons.rendezvous, None);
        // A partner has begun it already, or something else comes first.
        let ticket = entered.map_err(|why| Stay::NotYet(why.to_owned()))?;
        let by = format!("the policy of {}", key.public().name);
        self.hold_rotation(rotation, (by, summons, ticket))
    }

    fn hold_rotation(&self, rotation: Rotation, asked: (String, Summons, Ticket)) -> Result<(), Stay> {
        let (by, summons, ticket) = asked;
        let Invitation::Rotate { name, parties, .. } = rotation.invitation().clone() else { return Ok(()) };
        let what = Kind::Rotate.words().to_owned();
        let key = name.to_string();
        let signers: Vec<String> = parties.iter().map(|party| self.party(party)).collect();
        self.announcer.tell(&Event::Begun {
            what: what.clone(),
            key: key.clone(),
            signers: signers.clone(),
            asked_by: by,
        });
        let table = self.table(summons, self.options.wait);
        let watch = Watch::relay(|_| {});
        let run = rotation.run(&self.desk, &table, ticket.alone(), &watch);
        let rotated = self.handle.block_on(self.sessions.unless_given_up(run));
        let Rotated { key: renewed, ended } = rotated.unwrap_or_else(|| Rotated { key: None, ended: Err(given_up()) });
        if let Some(renewed) = renewed {
            self.renew(renewed);
        }
        drop(ticket);
        self.announcer.tell(&match &ended {
            Ok(()) => Event::Done { what, key, signers },
            Err(failure) => Event::Failed { what, key, why: failure.message.clone() },
        });
        ended.map_err(Stay::Failed)
    }

    /// Answers an invitation to a rotation: this party's own policy is asked, and what it has found itself.
    pub(super) fn rotates(
        self: &Arc<Self>,
        caller: PublicKey,
        rendezvous: Rendezvous,
        invitation: Invitation,
    ) -> Answer {
        let Invitation::Rotate { key: title, name, holder, found, parties, .. } = &invitation else {
            return Refusal::plain("it is no invitation to a rotation");
        };
        if !parties.contains(&caller) || !parties.contains(&self.desk.identity().public_key()) {
            return self.refused(&caller, &invitation, "its parties are without caller or called");
        }
        let key = self.keys().into_iter().find(|key| key.title() == *title);
        let standby = self.standby.iter().find(|standby| standby.name == *name);
        let prepared = match (&key, standby) {
            (Some(key), _) => {
                let lost = key.public().holders.iter().find(|known| known.name == *holder);
                let silent = lost.and_then(|lost| self.health.silence(&lost.identity)).map(|silent| silent.as_secs());
                if *found == Found::Silent && silent.is_none() {
                    return self.refused(&caller, &invitation, "this party does not watch the holder");
                }
                self.desk.rotation(key, &Cause { holder: holder.clone(), found: *found, silent })
            }
            (None, Some(standby)) => self.desk.rotation_from_outside(standby, &self.lock, &invitation),
            (None, None) => return self.refused(&caller, &invitation, "this party keeps no such key"),
        };
        let accepted = prepared.and_then(|rotation| rotation.accepts(&invitation).map(|()| rotation));
        let rotation = match accepted {
            Ok(rotation) => rotation,
            Err(Stay::NotYet(why)) => return Answer::NotNow(why),
            Err(Stay::Failed(failure)) => return self.refused(&caller, &invitation, &failure.message),
            Err(stay) => return self.refuse(&caller, &invitation, Refusal { policy: true, why: stay.words() }),
        };
        let ticket = match self.sessions.enter(Kind::Rotate, &invitation, rendezvous, Some(caller)) {
            Ok(ticket) => ticket,
            Err(why) => return Answer::NotNow(why.to_owned()),
        };
        let resident = self.clone();
        let asked = (self.name_of(&caller), Summons { rendezvous, invitation: None }, ticket);
        tokio::task::spawn_blocking(move || {
            // How it ends is announced; nobody waits for it here.
            drop(resident.hold_rotation(rotation, asked));
        });
        Answer::Accepted(Vec::new())
    }

    fn party(&self, key: &PublicKey) -> String {
        if *key == self.desk.identity().public_key() {
            self.desk.identity().name().to_string()
        } else {
            self.name_of(key)
        }
    }

    /// Writes down how far a rotation came, with the rule that speaks of it.
    fn note_rotation(&self, public: &PublicPart, about: (&PartyName, &str), step: RotationStep, found: Found) {
        let (holder, words) = about;
        let log = match AuditLog::of(self.desk.home(), self.desk.identity().clone()) {
            Ok(log) => log,
            Err(error) => return self.announcer.note(error),
        };
        let spoken = || -> Option<(String, crate::identity::Hex<32>)> {
            let office = Office::of(self.desk.home().clone(), self.desk.identity().clone()).ok()?;
            let history = History::read(&office.log).ok()?;
            let adopted = office.policies.in_force(&public.name, &history, Moment::now()).ok()??;
            let rule = adopted.policy.rotation.as_ref()?.rule(holder, found)?;
            Some((rule.name.to_string(), adopted.digest))
        };
        let (rule, policy) = spoken().unzip();
        let entry = Entry::Rotation {
            key: public.name.clone(),
            key_id: public.key_id,
            epoch: public.epoch,
            holder: holder.clone(),
            found: words.to_owned(),
            rule,
            policy,
            step,
        };
        if let Err(error) = log.append(entry) {
            self.announcer.note(error);
        }
    }
}
