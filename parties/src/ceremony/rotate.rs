//! New shares of a key that nobody has asked for: what the key's policy has approved beforehand ([`crate::policy`]).
//!
//! Every party judges by its own copy of the policy, its own log and clock, and, of a holder that is silent, by its own
//! calls: before it begins or answers an invitation, and once more right before the protocol's first byte, when it writes
//! into its log that the rotation has begun. The policy's digest and the rule are terms of the session. What is run is
//! what [`super::reshare`] runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Desk;
use super::generate::NewAccess;
use super::invitation::Invitation;
use super::open_key::OpenKey;
use super::reshare::{Old, ReshareRequest, Resharing};
use super::table::Table;
use crate::audit::{AuditError, AuditLog, Event, RotationStep};
use crate::exit::{Exit, Failure};
use crate::identity::{Hex, PartyName};
use crate::keys::{KeyName, KeysLock, PublicPart, SealingKey};
use crate::output::warn;
use crate::policy::{Adopted, Found, History, Occasion, Office, Policy, Remedy, RotationRule, TOLERANCE, Unmoved};
use crate::request::Moment;
use crate::run::Watch;

/// What was found about a holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    /// The holder.
    pub(crate) holder: PartyName,
    /// What was found.
    pub(crate) found: Found,
    /// For how many seconds it has not answered here, if this party watches it.
    pub(crate) silent: Option<u64>,
}

/// Why no session begins.
#[derive(Debug)]
pub(crate) enum Stay {
    /// It may be a matter of seconds.
    NotYet(String),
    /// The policy says no, or there is none: the rule that speaks of it, and why.
    Refused(Option<String>, String),
    /// Something else is in the way.
    Failed(Failure),
}

/// A home that takes a share when a rule gives it one.
pub(crate) struct Standby {
    /// The key.
    pub(crate) name: KeyName,
    /// What the share is sealed with.
    pub(crate) sealing: SealingKey,
}

/// A rotation that the policy allows here, and where that is decided.
pub(crate) struct Rotating {
    office: Office,
    adopted: Adopted,
    rule: RotationRule,
    cause: Cause,
    key: KeyName,
    key_id: Hex<32>,
    epoch: u64,
    /// Whether the log says that it has begun.
    begun: Arc<AtomicBool>,
}

/// Everything for a session in which a key is rotated.
pub(crate) struct Rotation {
    resharing: Resharing,
    invitation: Invitation,
    /// The key that is open here, if this party holds it.
    key: Option<Arc<OpenKey>>,
}

/// What came of it.
pub(crate) struct Rotated {
    /// The key, opened with its new share, if that is in use here.
    pub(crate) key: Option<OpenKey>,
    /// How the session ended.
    pub(crate) ended: Result<(), Failure>,
}

impl Desk {
    /// Prepares the rotation of a key that this party holds, as far as its policy says that.
    pub(crate) fn rotation(&self, key: &Arc<OpenKey>, cause: &Cause) -> Result<Rotation, Stay> {
        let public = key.public();
        let rotating = Rotating::new(self, (public.name.clone(), public.key_id, public.epoch), cause)?;
        let request = rotating.request(self, public)?;
        let old = Old { unlocked: key.unlocked.again(), record: key.record() };
        let place = (key.folder.clone(), key.lock.clone());
        let mut resharing = Resharing::new(self, request, Some(old), None, place)?;
        let invitation = rotating.invitation(key.title(), public.signers_needed, &resharing, self)?;
        resharing.rotation = Some(rotating);
        Ok(Rotation { resharing, invitation, key: Some(key.clone()) })
    }

    /// Prepares the rotation of a key of which this party is to get a share by a rule that names it. What the key is, the
    /// dealers tell in the session.
    pub(crate) fn rotation_from_outside(
        &self,
        standby: &Standby,
        lock: &KeysLock,
        invitation: &Invitation,
    ) -> Result<Rotation, Stay> {
        let Invitation::Rotate { key, name, holder, found, threshold, dealers, holders, .. } = invitation else {
            return Err(refused("it is not invited to a rotation"));
        };
        let (key_id, epoch) = titled(key).ok_or_else(|| refused("the invitation names no key"))?;
        let cause = Cause { holder: holder.clone(), found: *found, silent: None };
        let rotating = Rotating::new(self, (name.clone(), key_id, epoch), &cause)?;
        if rotating.rule.substitute.as_ref() != Some(&self.owner.name) {
            return Err(rotating.stays(format!("{} is not the substitute that the rule names", self.owner.name)));
        }
        rotating.check_substitute(self)?;
        let committee = Some((NewAccess::Threshold(*threshold), holders.clone()));
        let (name, dealers, renewed) = (name.clone(), dealers.clone(), Vec::new());
        let request = ReshareRequest { name, committee, dealers, renewed, presign: 0, drill: false };
        let place = (self.keys.key(&rotating.key), lock.clone());
        let mut resharing = Resharing::new(self, request, None, Some(standby.sealing.again()), place)?;
        let invitation = rotating.invitation(key.clone(), *threshold, &resharing, self)?;
        resharing.rotation = Some(rotating);
        Ok(Rotation { resharing, invitation, key: None })
    }
}

impl Rotation {
    /// What the other parties are invited to.
    pub(crate) fn invitation(&self) -> &Invitation {
        &self.invitation
    }

    /// Compares an invitation with what this party has come to itself.
    pub(crate) fn accepts(&self, theirs: &Invitation) -> Result<(), Stay> {
        let (Some(rotating), Invitation::Rotate { policy: mine, .. }) = (&self.resharing.rotation, &self.invitation)
        else {
            return Err(refused("nothing is rotated here"));
        };
        let Invitation::Rotate { policy, now, .. } = theirs else {
            return Err(refused("it is no invitation to a rotation"));
        };
        if policy != mine {
            let (number, name) = (rotating.adopted.policy.version, &rotating.key);
            let why = format!(
                "it goes by the policy {}, and this party by version {number} of the policy of {name}, {}",
                &policy.to_string()[..16],
                &mine.to_string()[..16]
            );
            return Err(rotating.stays(why));
        }
        let apart = Moment::now().seconds().abs_diff(*now);
        if apart > TOLERANCE.seconds() {
            return Err(rotating.stays(format!("its clock and this party's are {apart} seconds apart")));
        }
        if theirs.content() != self.invitation.content() {
            return Err(rotating.stays("its parties are not those that the rule gives here".to_owned()));
        }
        Ok(())
    }

    /// Runs the session, and opens the key with its new share; `undisturbed` is waited for when all have met. If it has
    /// begun, what came of it is in the log.
    pub(crate) async fn run(
        self,
        desk: &Desk,
        table: &Table<'_>,
        undisturbed: impl Future<Output = ()>,
        watch: &Watch,
    ) -> Rotated {
        let Self { resharing, key, .. } = self;
        let account = resharing.rotation.as_ref().map(|rotating| rotating.account());
        let (request, lock) = (resharing.request.clone(), resharing.lock.clone());
        let sealing = match &key {
            Some(key) => Some(key.unlocked.sealing.again()),
            None => resharing.sealing.as_ref().map(SealingKey::again),
        };
        let place = (table.place, &table.summons, table.wait);
        let mut ended = resharing.run(desk, place, undisturbed, watch).await.map(drop);
        let folder = desk.keys.key(&request.name);
        let mut renewed = None;
        // Also where not everybody confirmed: what is in use here is what is used from now on.
        if let Some(public) = folder.public().ok().filter(|public| key.as_ref().is_none_or(|key| moved(key, public))) {
            if let Some(key) = &key {
                key.close();
            }
            let opened = || {
                if ended.is_ok() {
                    desk.record(&public, request.action())?;
                    // All have confirmed: nobody needs the old ones any more.
                    folder.forget_previous(&lock)?;
                }
                let sealing = sealing.ok_or_else(|| Failure::new(Exit::Bug, "a share was sealed with nothing"))?;
                let unlocked = folder.unlock_with(sealing, &desk.owner)?;
                OpenKey::of(folder.clone(), lock.clone(), desk.owner.clone(), unlocked)
            };
            match opened() {
                Ok(key) => renewed = Some(key),
                Err(failure) => ended = ended.and(Err(failure)),
            }
        }
        if let Some(account) = account {
            account.close(desk, ended.as_ref().err());
        }
        Rotated { key: renewed, ended }
    }
}

fn moved(key: &OpenKey, public: &PublicPart) -> bool {
    public.generation != key.public().generation
}

impl Rotating {
    fn new(desk: &Desk, (key, key_id, epoch): (KeyName, Hex<32>, u64), cause: &Cause) -> Result<Self, Stay> {
        let office = Office::of(desk.home.clone(), desk.identity.clone())?;
        let (history, now) = (office.history()?, Moment::now());
        let adopted = office.policies.in_force(&key, &history, now).map_err(Failure::from)?;
        let adopted = adopted.ok_or_else(|| refused("the key has no policy in this home, and nothing is rotated"))?;
        let rule = judge(&adopted.policy, cause, &history, now)?;
        Ok(Self { office, adopted, rule, cause: cause.clone(), key, key_id, epoch, begun: Arc::default() })
    }

    /// The policy says no.
    fn stays(&self, why: String) -> Stay {
        Stay::Refused(Some(self.rule.name.to_string()), why)
    }

    /// What is run.
    fn request(&self, desk: &Desk, public: &PublicPart) -> Result<ReshareRequest, Stay> {
        let lost = &self.cause.holder;
        let mut holders: Vec<&crate::keys::Holder> = public.holders.iter().collect();
        holders.sort_by_key(|holder| holder.index);
        if !holders.iter().any(|holder| holder.name == *lost) {
            return Err(self.stays(format!("{lost} holds no share of {}", self.key)));
        }
        let stays = |holder: &&&crate::keys::Holder| self.rule.then == Remedy::Refresh || holder.name != *lost;
        for holder in holders.iter().filter(stays) {
            let own = holder.name == desk.owner.name;
            let known =
                if own { desk.owner.key } else { desk.home.peer(&holder.name).map_err(Failure::from)?.public_key() };
            if known != holder.identity {
                return Err(
                    self.stays(format!("{} has another identity here than the holder of that name", holder.name))
                );
            }
        }
        let mut request = ReshareRequest {
            name: self.key.clone(),
            committee: None,
            dealers: Vec::new(),
            renewed: Vec::new(),
            presign: 0,
            drill: false,
        };
        if self.rule.then == Remedy::Refresh {
            return Ok(request);
        }
        if public.structure.is_some() {
            let why = "it is a key with a structure: who counts for whom in it, people decide";
            return Err(self.stays(why.to_owned()));
        }
        let mut names: Vec<PartyName> = holders.iter().filter(stays).map(|holder| holder.name.clone()).collect();
        let needed = usize::from(public.signers_needed);
        if names.len() < needed {
            return Err(self.stays(format!("without {lost} there are not the {needed} holders who deal")));
        }
        request.dealers = names[..needed].to_vec();
        if let Some(substitute) = &self.rule.substitute {
            if names.contains(substitute) {
                return Err(
                    self.stays(format!("{substitute}, who is to take the place of {lost}, holds a share already"))
                );
            }
            self.check_substitute(desk)?;
            names.push(substitute.clone());
        }
        names.sort();
        request.committee = Some((NewAccess::Threshold(public.signers_needed), names));
        Ok(request)
    }

    /// The substitute is the one whom the policy knows.
    fn check_substitute(&self, desk: &Desk) -> Result<(), Stay> {
        let Some(substitute) = &self.rule.substitute else { return Ok(()) };
        let own = *substitute == desk.owner.name;
        let known = if own { desk.owner.key } else { desk.home.peer(substitute).map_err(Failure::from)?.public_key() };
        if self.adopted.policy.identity_of(substitute) == Some(known) {
            return Ok(());
        }
        Err(self.stays(format!("the policy knows {substitute} by another identity than this home")))
    }

    fn invitation(
        &self,
        title: String,
        threshold: u16,
        resharing: &Resharing,
        desk: &Desk,
    ) -> Result<Invitation, Stay> {
        let (dealers, holders) = resharing.parties();
        let roster = resharing.roster(desk)?;
        Ok(Invitation::Rotate {
            key: title,
            name: self.key.clone(),
            holder: self.cause.holder.clone(),
            found: self.cause.found,
            policy: self.adopted.digest,
            now: Moment::now().seconds(),
            threshold,
            dealers: dealers.to_vec(),
            holders: holders.to_vec(),
            parties: roster.cards().iter().map(crate::identity::Card::public_key).collect(),
        })
    }

    /// As the session names them.
    pub(super) fn records(&self) -> [(String, String); 2] {
        let Self { adopted, rule, cause, .. } = self;
        let policy = format!("version {} {}", adopted.policy.version, adopted.digest);
        let rotation = format!("rule {}: {} {}", rule.name, cause.holder, cause.found.words());
        [("policy".to_owned(), policy), ("rotation".to_owned(), rotation)]
    }

    /// Judges once more, on the log as it is now, and writes down that the rotation begins. Nothing of the protocol was sent
    /// yet, and no other process of this home writes between the reading and the writing.
    pub(super) fn commit(&self) -> Result<(), Failure> {
        let mut held = self.office.log.hold()?;
        let (history, now) = (History::of(held.entries()?)?, Moment::now());
        let current = self.office.policies.in_force(&self.key, &history, now)?.map(|adopted| adopted.digest);
        if current != Some(self.adopted.digest) {
            return Err(Failure::new(Exit::Refused, "the policy has changed since the session began"));
        }
        match judge(&self.adopted.policy, &self.cause, &history, now) {
            Ok(_) => {}
            Err(Stay::NotYet(why) | Stay::Refused(_, why)) => return Err(Failure::new(Exit::Refused, why)),
            Err(Stay::Failed(failure)) => return Err(failure),
        }
        held.append(self.event(RotationStep::Begun))?;
        self.begun.store(true, Ordering::Release);
        Ok(())
    }

    fn event(&self, step: RotationStep) -> Event {
        let Self { key, key_id, epoch, cause, adopted, rule, .. } = self;
        Event::Rotation {
            key: key.clone(),
            key_id: *key_id,
            epoch: *epoch,
            holder: cause.holder.clone(),
            found: cause.found.words().to_owned(),
            rule: Some(rule.name.to_string()),
            policy: Some(adopted.digest),
            step,
        }
    }

    fn account(&self) -> Account {
        Account { event: self.event(RotationStep::Done), begun: self.begun.clone() }
    }
}

/// How a rotation will be written down when it has ended.
struct Account {
    event: Event,
    begun: Arc<AtomicBool>,
}

impl Account {
    /// Writes it, if it has begun. It has happened: a full disk does not undo it.
    fn close(mut self, desk: &Desk, failure: Option<&Failure>) {
        if !self.begun.load(Ordering::Acquire) {
            return;
        }
        if let (Event::Rotation { step, .. }, Some(failure)) = (&mut self.event, failure) {
            *step = RotationStep::Failed { reason: one_line(&failure.message) };
        }
        let log = AuditLog::of(&desk.home, desk.identity.clone());
        if let Err(error) = log.and_then(|log| log.append(self.event)) {
            warn(format_args!("the audit log could not be written: {error}"));
        }
    }
}

/// What the policy says here and now.
fn judge(policy: &Policy, cause: &Cause, history: &History, now: Moment) -> Result<RotationRule, Stay> {
    let Cause { holder, found, silent } = cause;
    let rotation =
        policy.rotation.as_ref().ok_or_else(|| refused("the policy of the key has no section `[rotation]`"))?;
    let begun = history.rotations(&policy.key);
    let occasion = Occasion { holder, found: *found, silent: *silent, now, last: history.last(), begun };
    rotation.judge(&occasion).cloned().map_err(|unmoved| match unmoved {
        Unmoved::NotYet(why) => Stay::NotYet(why),
        Unmoved::Refused { rule, why } => Stay::Refused(rule.map(|rule| rule.to_string()), why),
    })
}

/// Key id and epoch of a key as sessions name it.
fn titled(title: &str) -> Option<(Hex<32>, u64)> {
    let (scheme, rest) = title.split_once(' ')?;
    let (id, epoch) = rest.split_once(" epoch ")?;
    scheme.parse::<crate::keys::Scheme>().ok()?;
    Some((id.parse().ok()?, epoch.parse().ok()?))
}

fn refused(why: &str) -> Stay {
    Stay::Refused(None, why.to_owned())
}

/// Words of a partner among others never become more than a line of the log.
pub(crate) fn one_line(words: &str) -> String {
    words.chars().take(500).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

impl From<Failure> for Stay {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<AuditError> for Stay {
    fn from(error: AuditError) -> Self {
        Self::Failed(error.into())
    }
}

impl Stay {
    /// In words.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::NotYet(why) | Self::Refused(None, why) => why.clone(),
            Self::Refused(Some(rule), why) => format!("rule {rule}: {why}"),
            Self::Failed(failure) => failure.message.clone(),
        }
    }
}
