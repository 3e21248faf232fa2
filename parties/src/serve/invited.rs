//! What is answered to partners who call.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::announce::Event;
use super::resident::{Asked, Resident, Visits, Work};
use super::sessions::{Kind, Known};
use crate::audit::{AuditLog, Event as Entry};
use crate::ceremony::{ApprovedRequest, Invitation, MOST_PREPARED, OpenKey, Signatories, one_line, testify};
use crate::exit::{Exit, Failure};
use crate::identity::{Canonical, PublicKey};
use crate::keys::Signers;
use crate::request::{Bundle, RequestId};
use crate::run::Watch;
use crate::session::{Answer, Call, Refusal, Rendezvous, Summons, decode};

/// More items than this are not prepared for one set of signers because a partner asks: they take room.
pub(super) const MOST_KEPT: u64 = 8192;

/// What was refused a moment ago: asked again and again, a policy is not asked again and again, and the log is not
/// filled with the same.
#[derive(Default)]
pub(super) struct Refusals(Mutex<VecDeque<(Asking, Instant, Refusal)>>);

/// Who asks, and the digest of the request with everything that was said to it.
type Asking = (PublicKey, [u8; 32]);

/// So many refusals are remembered, and for so long.
const REFUSALS: usize = 1024;
const MOMENT: Duration = Duration::from_secs(30);

/// So many different refusals of one caller are written down within that time.
const OF_ONE: usize = 32;

impl Refusals {
    fn known(&self, asked: &Asking) -> Option<Refusal> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(_, at, _)| at.elapsed() < MOMENT);
        all.iter().find(|(known, _, _)| known == asked).map(|(_, _, refusal)| refusal.clone())
    }

    /// Says whether it has not been too many of this caller lately.
    fn remember(&self, asked: Asking, refusal: Refusal) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let few = all.iter().filter(|(known, at, _)| known.0 == asked.0 && at.elapsed() < MOMENT).count() < OF_ONE;
        all.push_back((asked, Instant::now(), refusal));
        while all.len() > REFUSALS {
            all.pop_front();
        }
        few
    }
}

impl Resident {
    /// Answers calls until none come any more.
    pub(super) async fn hear(self: Arc<Self>, mut visits: Visits) {
        let mut answering = JoinSet::new();
        loop {
            tokio::select! {
                visit = visits.recv() => match visit {
                    Some(visit) => {
                        let resident = self.clone();
                        answering.spawn(async move {
                            let (caller, call) = (visit.key, visit.call.clone());
                            // Reading and writing of the stock waits for the disk.
                            let answer = tokio::task::spawn_blocking(move || resident.answer(caller, call)).await;
                            let broken = || Refusal::plain("the answer could not be made");
                            visit.answer(&answer.unwrap_or_else(|_| broken())).await;
                        });
                    }
                    None => return,
                },
                Some(_) = answering.join_next() => {}
            }
        }
    }

    fn answer(self: &Arc<Self>, caller: PublicKey, call: Call) -> Answer {
        if self.health.answers(&caller) {
            self.announcer.tell(&Event::Answers { holder: self.name_of(&caller) });
        }
        match call {
            Call::Health => Answer::Accepted(Vec::new()),
            Call::Witness(question) => testify(&self.keys(), &caller, &question),
            Call::Invitation { .. } if !self.ready.load(Ordering::Acquire) => {
                Answer::NotNow("it has just started, and asks others what they have seen".to_owned())
            }
            Call::Invitation { rendezvous, content } => self.invited(caller, rendezvous, content),
            Call::Session { .. } => Refusal::plain("a link of a session is no visit"),
        }
    }

    fn invited(self: &Arc<Self>, caller: PublicKey, rendezvous: Rendezvous, content: Vec<u8>) -> Answer {
        let Some(invitation) = decode::<Invitation>(&content) else {
            return Refusal::plain("the invitation has another layout");
        };
        let same = invitation.content();
        match self.sessions.recognise(caller, rendezvous, &same) {
            Known::Open(own) => {
                self.reception.also(own, caller, rendezvous);
                return Answer::Accepted(Vec::new());
            }
            Known::Past => return self.refused(&caller, &invitation, "the session is over: an invitation is for once"),
            // Before a policy is asked: what it decides stands in the log.
            Known::New if self.sessions.closed() => return Answer::NotNow("this process is about to end".to_owned()),
            Known::New => {}
        }
        if let Invitation::Rotate { .. } = &invitation {
            return self.rotates(caller, rendezvous, invitation);
        }
        let keys = self.keys();
        let Some(key) = keys.iter().find(|key| key.title() == invitation.key()) else {
            return self.refused(&caller, &invitation, "this party keeps no such key");
        };
        let me = self.desk.identity().public_key();
        let holder = |signer: &PublicKey| key.public().holders.iter().any(|holder| holder.identity == *signer);
        let signers = invitation.signers();
        if !signers.contains(&me) || !signers.contains(&caller) || !signers.iter().all(holder) {
            return self.refused(&caller, &invitation, "its signers are not holders, or without caller or called");
        }
        match &invitation {
            Invitation::Presign { count, .. } => self.prepares(key, caller, rendezvous, (&invitation, *count)),
            Invitation::Request { request, bundle, .. } => {
                self.co_signs(key, caller, rendezvous, (&invitation, *request, bundle))
            }
            Invitation::Rotate { .. } => Answer::NotNow("a rotation is answered elsewhere".to_owned()),
            // Not for good: the user of this home may be about to ask for the same.
            Invitation::Sign { .. } => {
                Answer::NotNow("a resident process answers, which signs only what its own user asks for too".to_owned())
            }
        }
    }

    /// Takes part in preparing: that gives nobody a signature.
    fn prepares(
        self: &Arc<Self>,
        key: &Arc<OpenKey>,
        caller: PublicKey,
        rendezvous: Rendezvous,
        (invitation, count): (&Invitation, u32),
    ) -> Answer {
        let left = Signers::new(invitation.signers().iter().copied()).map(|signers| key.left(&signers));
        if !(1..=MOST_PREPARED).contains(&count) || left.is_none_or(|left| left + u64::from(count) > MOST_KEPT) {
            return self.refused(&caller, invitation, "so much is not prepared");
        }
        let presigning = self.desk.presigning(key, count, &self.cast(key, invitation));
        match presigning {
            Ok(presigning) => self.join(key, caller, rendezvous, Work::Presign(Box::new(presigning))),
            Err(failure) => self.refused(&caller, invitation, &failure.message),
        }
    }

    /// Takes part in signing a request that the key's policy allows without a person. The decision, whatever it is, is
    /// in the log before it is told.
    fn co_signs(
        self: &Arc<Self>,
        key: &Arc<OpenKey>,
        caller: PublicKey,
        rendezvous: Rendezvous,
        (invitation, request, bundle): (&Invitation, RequestId, &str),
    ) -> Answer {
        let bundle = match Bundle::parse(bundle.as_bytes()) {
            Ok(bundle) if bundle.id() == request => bundle,
            _ => return self.refused(&caller, invitation, "it carries no request, or another one than it names"),
        };
        let public = key.public();
        let asked = (caller, Canonical::new("quorate asked 1").text(&bundle.to_text()).digest());
        if let Some(refusal) = self.refusals.known(&asked) {
            return Answer::Refused(refusal);
        }
        if (&bundle.request().key, bundle.request().key_id) != (&public.name, public.key_id) {
            return self.refused(&caller, invitation, "the request is for another key");
        }
        let approved =
            ApprovedRequest { bundle, signers: self.cast(key, invitation), risk: None, automatic: true, fresh: false };
        let signing = match self.desk.signing_approved(key, approved) {
            Ok(signing) => signing,
            Err(failure) => return self.refused_with(asked, invitation, &failure),
        };
        match signing.refuses() {
            Some(failure) => self.refused_with(asked, invitation, failure),
            None => self.join(key, caller, rendezvous, Work::Sign(Box::new(signing))),
        }
    }

    fn cast(&self, key: &OpenKey, invitation: &Invitation) -> Signatories {
        let signers = invitation.signers().iter();
        let holder = |signer: &PublicKey| key.public().holders.iter().find(|holder| holder.identity == *signer);
        Signatories::named(signers.filter_map(holder).map(|holder| holder.name.clone()).collect())
    }

    /// Joins a session to which this party was invited.
    fn join(self: &Arc<Self>, key: &Arc<OpenKey>, caller: PublicKey, rendezvous: Rendezvous, work: Work) -> Answer {
        let (invitation, kind) = (work.invitation(), work.kind());
        let ticket = match self.sessions.enter(kind, &invitation, rendezvous, Some(caller)) {
            Ok(ticket) => ticket,
            Err(why) => return Answer::NotNow(why.to_owned()),
        };
        let (resident, key) = (self.clone(), key.clone());
        let summons = Summons { rendezvous, invitation: None };
        let asked = Asked { by: self.name_of(&caller), summons, wait: self.options.wait, ticket };
        tokio::task::spawn_blocking(move || {
            // How it ends is announced; nobody waits for it here.
            drop(resident.hold(&key, work, asked, &Watch::relay(|_| {})));
        });
        Answer::Accepted(Vec::new())
    }

    pub(super) fn refused(&self, caller: &PublicKey, invitation: &Invitation, why: &str) -> Answer {
        self.refuse(caller, invitation, Refusal { policy: false, why: why.to_owned() })
    }

    fn refused_with(&self, asked: Asking, invitation: &Invitation, failure: &Failure) -> Answer {
        let refusal = Refusal { policy: failure.exit == Exit::Refused, why: failure.message.clone() };
        self.refusals.remember(asked, refusal.clone());
        self.refuse(&asked.0, invitation, refusal)
    }

    /// Writes a refusal down. Whoever asks again and again does not fill the log with it.
    fn decline(&self, caller: &PublicKey, invitation: &Invitation, why: &str) {
        let Some(by) = self.pinned(caller) else { return };
        let asked = (*caller, Canonical::new("quorate declined 1").text(invitation.key()).text(why).digest());
        let refusal = Refusal { policy: false, why: why.to_owned() };
        if self.refusals.known(&asked).is_some() || !self.refusals.remember(asked, refusal) {
            return;
        }
        let key = self.keys().iter().find(|key| key.title() == invitation.key()).map(|key| key.public().name.clone());
        let what = match invitation {
            Invitation::Presign { .. } => Kind::Presign,
            Invitation::Sign { .. } | Invitation::Request { .. } => Kind::Sign,
            Invitation::Rotate { .. } => Kind::Rotate,
        };
        let (what, reason) = (what.words().to_owned(), one_line(why));
        let log = AuditLog::of(self.desk.home(), self.desk.identity().clone());
        if let Err(error) = log.and_then(|log| log.append(Entry::Declined { by, key, what, reason })) {
            self.announcer.note(error);
        }
    }

    pub(super) fn refuse(&self, caller: &PublicKey, invitation: &Invitation, refusal: Refusal) -> Answer {
        let key = self.keys();
        let key = key.iter().find(|key| key.title() == invitation.key());
        let key = key.map_or_else(|| "a key that is not here".to_owned(), |key| key.public().name.to_string());
        let Refusal { policy, why } = refusal.clone();
        // What a policy says to a request stands in the log already.
        if !(policy && matches!(invitation, Invitation::Request { .. })) {
            self.decline(caller, invitation, &why);
        }
        self.announcer.tell(&Event::Refused { by: self.name_of(caller), key, policy, why });
        Answer::Refused(refusal)
    }
}
