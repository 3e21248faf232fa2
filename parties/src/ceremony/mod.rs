//! What holders of a key do together: making it, preparing one-time material, signing.
//!
//! Each ceremony is a run of a program of the library ([`crate::run`]), with the key's records in its hands: the
//! session agrees on them by name ([`crate::session::Terms::records`]), the protocol uses them, and what it keeps goes
//! back into the key's folder before this party signs that it is done.

mod approved;
mod certify;
#[cfg(test)]
mod crashes;
pub(crate) mod exchange;
mod fresh;
mod generate;
pub(crate) mod guardians;
mod introduce;
mod invitation;
mod isolate;
mod known;
#[cfg(test)]
pub(crate) mod liar;
mod make;
mod open_key;
mod opened;
mod presign;
mod recover;
mod reshare;
mod resume;
mod rotate;
mod sign;
mod signatories;
mod standing;
mod table;
mod whole;
mod witness;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use quorate_engine::plan::Asked;
use quorate_engine::protocol::Adversary;

use crate::audit::{AuditLog, Event, KeyAction};
use crate::exit::{Exit, Failure};
use crate::identity::{Card, Home, Identity, PartyName};
use crate::keys::{
    Cost, KeyError, KeyName, Keys, KeysLock, Owner, Passphrase, PassphraseSource, PublicPart, Purpose, SealingKey,
};
use crate::output::warn;
use crate::run::{Randomness, Request};
use crate::session::{Ordered, Place, Reception, Summons, Wait};

use opened::Opened;
use signatories::Cast;

pub use approved::{ApprovedRequest, sign_approved};
pub use generate::{Generated, NewAccess, NewKeyRequest, generate};
pub use guardians::{BackupRequest, Restoration, ask_for_parts, back_up, restore};
pub use isolate::{Isolation, isolate, lift, retire};
pub use presign::{Presigned, presign};
pub use recover::{RecoverRequest, Recovered, recover};
pub use reshare::{ReshareRequest, Reshared, reshare};
pub use resume::{Resumed, resume};
pub use sign::{SignRequest, Signed, What, sign};
pub use signatories::Signatories;
pub use whole::{ExportRequest, ImportRequest, export, import};
pub use witness::Witnesses;

pub(crate) use invitation::Invitation;
pub(crate) use open_key::OpenKey;
pub(crate) use presign::{MOST_PREPARED, Presigning};
pub(crate) use rotate::{Cause, Rotated, Rotation, Standby, Stay, one_line};
pub(crate) use sign::Signing;
pub(crate) use table::{Table, summons};
pub(crate) use witness::{burn_without, tell_and_ask, testify};

/// How long another process that uses the keys is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// The keys of a resident process.
pub(crate) struct OpenKeys {
    /// Those that are open.
    pub(crate) keys: Vec<Arc<OpenKey>>,
    /// Those of which it takes a share by a rule.
    pub(crate) standby: Vec<Standby>,
    /// All keys are locked for as long as this lives.
    pub(crate) lock: KeysLock,
}

/// Where a party sits when it takes part in a ceremony.
pub struct Desk {
    home: Home,
    identity: Arc<Identity>,
    keys: Keys,
    owner: Owner,
    passphrase: PassphraseSource,
    via_files: Vec<String>,
    wait: Duration,
    witnesses: Witnesses,
}

impl Desk {
    /// The desk of the party whose home this is. From here on the process leaves no core dump.
    ///
    /// # Errors
    /// If there is no identity; if the system does not let the process forbid core dumps.
    pub fn open(home: Option<&Path>, passphrase: PassphraseSource, wait: Duration) -> Result<Self, Failure> {
        crate::keys::harden_process().map_err(|error| {
            Failure::new(
                Exit::BadInput,
                format!("core dumps, which would hold key shares, cannot be switched off: {error}"),
            )
        })?;
        let home = Home::locate(home)?;
        let identity = Arc::new(home.identity()?);
        let owner = Owner { name: identity.name().clone(), key: identity.public_key() };
        let keys = Keys::of(&home);
        let (via_files, witnesses) = (Vec::new(), Witnesses::default());
        Ok(Self { home, identity, keys, owner, passphrase, via_files, wait, witnesses })
    }

    /// The same desk, at which messages to partners are files in folders: `DIR` for all of them, `NAME=DIR` for one.
    #[must_use]
    pub fn via_files(self, folders: &[String]) -> Self {
        Self { via_files: folders.to_vec(), ..self }
    }

    /// Says which other holders are asked before one-time material is used or made.
    #[must_use]
    pub fn with_witnesses(mut self, witnesses: Witnesses) -> Self {
        self.witnesses = witnesses;
        self
    }

    /// Locks the keys; another command of this home is given a moment to finish.
    fn lock(&self) -> Result<KeysLock, Failure> {
        let start = Instant::now();
        loop {
            match self.keys.lock() {
                Err(error @ KeyError::InUse { .. }) if crate::serve::is_resident(&self.home) => {
                    let hint = "`key sign` and `key presign` are handed to it; for everything else end it first, and \
                                start it again afterwards";
                    let message = format!("{error}: the resident process of this home, `quorate serve`");
                    return Err(Failure::new(Exit::BadInput, message).hint(hint));
                }
                Err(KeyError::InUse { .. }) if start.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                locked => return Ok(locked?),
            }
        }
    }

    /// The directory of the party's files.
    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    /// The passphrase that opens something.
    fn passphrase_for(&self, subject: &str) -> Result<Passphrase, KeyError> {
        Ok(self.passphrase.read(subject, Purpose::Opening)?)
    }

    /// The passphrase of something new, typed twice at a terminal.
    fn new_passphrase_for(&self, subject: &str) -> Result<Passphrase, KeyError> {
        Ok(self.passphrase.read(subject, Purpose::Creation)?)
    }

    /// Writes into the log what has happened to a key.
    ///
    /// # Errors
    /// The log's.
    fn record(&self, public: &PublicPart, action: KeyAction) -> Result<(), Failure> {
        write_down(&AuditLog::of(&self.home, self.identity.clone())?, public, action, &self.owner.name);
        Ok(())
    }

    /// Writes down that a ceremony ended before its session had a name: a partner says something else of the key, or has left.
    fn record_alarm(&self, name: &KeyName, failure: &Failure) {
        let what = rotate::one_line(&format!("nothing was begun with {name}: {}", failure.message));
        let log = AuditLog::of(&self.home, self.identity.clone());
        if let Err(error) = log.and_then(|log| log.append(Event::Alarm { what, partner: None })) {
            warn(format_args!("the audit log could not be written: {error}"));
        }
    }

    /// Which other holders are asked before one-time material is used.
    pub(crate) fn witnesses(&self) -> Witnesses {
        self.witnesses
    }

    /// This party.
    pub(crate) fn identity(&self) -> &Arc<Identity> {
        &self.identity
    }

    /// The keys of this home that have these names, or all of them, opened with one passphrase, which is read once; with it
    /// is sealed what this party is given of the keys for which it stands by.
    ///
    /// # Errors
    /// If there are none, one is not there or damaged, or the passphrase does not open it; the file system's.
    pub(crate) fn open_keys(&self, names: &[KeyName], standby: &[KeyName]) -> Result<OpenKeys, Failure> {
        let lock = self.lock()?;
        let mut names = names.to_vec();
        if names.is_empty() {
            for listed in self.keys.list()? {
                let name = listed.public?.name;
                // A retired key is used for nothing.
                if self.keys.key(&name).retired()?.is_none() {
                    names.push(name);
                }
            }
        }
        if names.is_empty() && standby.is_empty() {
            let message = format!("there is no key in {}", self.home.path().display());
            return Err(Failure::new(Exit::BadInput, message).hint("make one first: `quorate key generate`"));
        }
        // A key that is not there is found before the passphrase is asked for.
        names.iter().try_for_each(|name| self.keys.key(name).public().map(drop))?;
        let purpose = if names.is_empty() { Purpose::Creation } else { Purpose::Opening };
        let passphrase = self.passphrase.read("the keys of this home", purpose).map_err(KeyError::from)?;
        let open = |name: &KeyName| {
            OpenKey::unlock(self.keys.key(name), lock.clone(), self.owner.clone(), &passphrase).map(Arc::new)
        };
        let keys = names.iter().map(open).collect::<Result<_, _>>()?;
        let stand_by = |name: &KeyName| {
            let fault = |fault| KeyError::Seal { path: self.keys.key(name).path().to_owned(), fault };
            Ok(Standby { name: name.clone(), sealing: SealingKey::create(&passphrase, Cost::DEFAULT).map_err(fault)? })
        };
        let standby = standby.iter().map(stand_by).collect::<Result<_, Failure>>()?;
        Ok(OpenKeys { keys, standby, lock })
    }

    /// Prepares a session in which a key that is open signs.
    ///
    /// # Errors
    /// Signers, a message or a path that do not fit.
    pub(crate) fn signing(&self, key: &Arc<OpenKey>, request: &SignRequest) -> Result<Signing, Failure> {
        approved::refuse_if_governed(self, &request.name)?;
        Signing::new(self, Opened::of(self, key.clone(), &request.signers)?, request, None)
    }

    /// Prepares a session in which a key that is open signs a request, as far as its policy allows it.
    ///
    /// # Errors
    /// A key without a policy; signers that do not fit.
    pub(crate) fn signing_approved(&self, key: &Arc<OpenKey>, request: ApprovedRequest) -> Result<Signing, Failure> {
        let (order, approved) = approved::held_against_the_policy(self, request)?;
        Signing::new(self, Opened::of(self, key.clone(), &order.signers)?, &order, Some(approved))
    }

    /// Prepares a session in which material of a key that is open is prepared.
    ///
    /// # Errors
    /// Signers or a count that do not fit.
    pub(crate) fn presigning(
        &self,
        key: &Arc<OpenKey>,
        count: u32,
        named: &Signatories,
    ) -> Result<Presigning, Failure> {
        Presigning::new(self, Opened::of(self, key.clone(), named)?, count)
    }

    /// The cards of the other holders of a key, as far as this home knows them by the same identity.
    pub(crate) fn other_holders(&self, key: &OpenKey) -> Vec<Card> {
        let others = key.public().holders.iter().filter(|holder| holder.name != self.owner.name);
        let cards = others.filter_map(|holder| {
            let card = self.home.peer(&holder.name).ok()?;
            (card.public_key() == holder.identity).then_some(card)
        });
        cards.collect()
    }

    /// Where a session of a resident process is held.
    pub(crate) fn table<'a>(&'a self, reception: &'a Reception, summons: Summons, wait: Wait) -> Table<'a> {
        let (identity, home) = (&self.identity, &self.home);
        Table { place: Place::Shared(reception), summons, wait, witnesses: self.witnesses, identity, home }
    }

    /// What is run, with whom: `cast` is the parties in the order of the program's roles, which are called
    /// `role_1`, `role_2`, ….
    fn request(
        &self,
        program: String,
        role: &str,
        cast: &[PartyName],
        parameters: Vec<String>,
        corrupt: usize,
    ) -> Request {
        let named = (1..).zip(cast).map(|(number, name): (usize, _)| (format!("{role}_{number}"), name.clone()));
        self.request_for(program, &named.collect::<Vec<_>>(), parameters, corrupt)
    }

    /// Likewise, by the signers of a key.
    fn request_of_signers(&self, program: String, cast: &Cast, parameters: Vec<String>) -> Request {
        let mut request = self.request(program, "signer", &cast.names, parameters, cast.corrupt());
        request.asked.protocol = cast.protocol();
        request
    }

    /// Likewise, with the player of each role.
    fn request_for(
        &self,
        program: String,
        cast: &[(String, PartyName)],
        parameters: Vec<String>,
        corrupt: usize,
    ) -> Request {
        let (mut roles, mut peers) = (Vec::new(), Vec::new());
        for (role, name) in cast {
            if *name == self.owner.name {
                roles.push(role.clone());
            } else {
                peers.push(format!("{role}={name}"));
            }
        }
        let asked = Asked { adversary: Some(Adversary::Malicious), corrupt: Some(corrupt), ..Asked::default() };
        Request {
            home: Some(PathBuf::from(self.home.path())),
            program,
            roles,
            peers,
            inputs: Vec::new(),
            parameters,
            asked,
            randomness: Randomness::Afresh,
            dealer: None,
            via_files: self.via_files.clone(),
            wait: self.wait,
        }
    }
}

/// Records as sessions name them.
fn records<const N: usize>(named: [(&str, String); N]) -> Ordered<String> {
    named.into_iter().map(|(name, title)| (name.to_owned(), title)).collect()
}

/// Writes into the audit log what has happened to a key. It has happened: a full disk does not undo it.
fn write_down(log: &AuditLog, public: &PublicPart, action: KeyAction, by: &PartyName) {
    let (key, key_id, epoch, by) = (public.name.clone(), public.key_id, public.epoch, by.clone());
    if let Err(error) = log.append(Event::Key { key, key_id, epoch, action, by }) {
        warn(format_args!("the audit log could not be written: {error}"));
    }
}
