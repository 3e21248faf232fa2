//! A share given to guardians, and back from them. Nobody else takes part: papers are carried by hand.

use std::time::{SystemTime, UNIX_EPOCH};

use super::Desk;
use super::fresh::store;
use crate::audit::{AuditLog, Event, KeyAction};
use crate::backup::{
    Backup, BackupError, Copies, Delay, Guardians, History, Part, Person, Purpose, Request, Restored, combine,
};
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::keys::{
    Cost, Disk, KeyError, KeyFolder, KeyName, KeysLock, Owner, Passphrase, PublicPart, SealingKey, Unlocked,
};

/// To whom a share is given.
#[derive(Clone, Debug)]
pub struct BackupRequest {
    /// The key.
    pub name: KeyName,
    /// The guardians, all of them pinned here.
    pub guardians: Vec<PartyName>,
    /// How many are needed.
    pub needed: u16,
    /// How long they wait.
    pub delay: Delay,
    /// Who can veto, besides the holder.
    pub vetoers: Vec<PartyName>,
}

/// What a restoration did.
pub struct Restoration {
    /// The key, as it is here now; as the backup has it after a drill.
    pub public: PublicPart,
    /// The parts.
    pub restored: Restored,
    /// The generation that was written; nothing is after a drill.
    pub generation: Option<u64>,
    /// Whether this party has another identity than the holder had.
    pub other_identity: bool,
}

/// Gives this party's share of a key to guardians, and keeps a copy of the backup.
///
/// # Errors
/// No such key, a wrong passphrase, guardians that are not pinned or do not fit; the file system's.
pub fn back_up(desk: &Desk, request: &BackupRequest) -> Result<Backup, Failure> {
    let folder = desk.keys.key(&request.name);
    let public = folder.public()?;
    let people = |names: &[PartyName]| -> Result<Vec<Person>, Failure> {
        names.iter().map(|name| Ok(Person::of(&desk.home.peer(name)?))).collect()
    };
    refuse_own(desk, &request.guardians)?;
    let guardians = Guardians {
        guardians: people(&request.guardians)?,
        needed: request.needed,
        delay: request.delay,
        vetoers: people(&request.vetoers)?,
    };
    let _lock = desk.lock()?;
    let passphrase = desk.passphrase_for(&format!("the key {}", request.name))?;
    let unlocked = folder.unlock(&passphrase, &desk.owner)?;
    let backup = Backup::new(&desk.identity, &public, &unlocked.share, guardians, now())?;
    Copies::of(&desk.home, &request.name).keep(&backup)?;
    note(desk, &public, KeyAction::BackedUp)?;
    Ok(backup)
}

/// Asks for the parts of a backup, and remembers that this party did.
///
/// # Errors
/// The file system's; no randomness.
pub fn ask_for_parts(desk: &Desk, name: &KeyName, backup: &Backup, purpose: Purpose) -> Result<Request, Failure> {
    let request = Request::new(&desk.identity, backup, purpose, now())?;
    let copies = Copies::of(&desk.home, name);
    // It is named by parts, perhaps much later, and may have come from elsewhere.
    copies.keep(backup)?;
    copies.keep_request(&request)?;
    Ok(request)
}

/// Makes the share again of parts that guardians have released, and writes it as a new generation without stock; after a
/// drill nothing is written.
///
/// # Errors
/// Parts that do not fit or are too few; a backup that is older than the key; a share that is not lost; the file
/// system's.
pub fn restore(
    desk: &Desk,
    name: &KeyName,
    backup: &Backup,
    parts: &[Part],
    purpose: Purpose,
) -> Result<Restoration, Failure> {
    let copies = Copies::of(&desk.home, name);
    refuse_old(desk, name, backup, &copies)?;
    let first = parts.first().ok_or_else(|| Failure::new(Exit::BadInput, "no part is given"))?;
    let request = copies.request(first.request())?.ok_or_else(|| BackupError::OtherRequest {
        guardian: first.guardian().name.clone(),
        request: first.request(),
    })?;
    let restored = combine(&desk.identity, backup, &request, purpose, parts)?;
    let other_identity = backup.holder().identity != desk.owner.key;
    let mut public = backup.key().clone();
    if purpose == Purpose::Drill {
        public.name = name.clone();
        note(desk, &public, KeyAction::Drilled)?;
        return Ok(Restoration { public, restored, generation: None, other_identity });
    }
    let index = public.index;
    for holder in public.holders.iter_mut().filter(|holder| holder.index == index) {
        (holder.name, holder.identity) = (desk.owner.name.clone(), desk.owner.key);
    }
    let folder = desk.keys.key(name);
    let lock = desk.lock()?;
    let passphrase = desk.new_passphrase_for(&format!("the restored share of {name}"))?;
    refuse_present(desk, &folder, &passphrase, backup)?;
    let (public, generation) = write(desk, &folder, &lock, &passphrase, &public, &restored)?;
    note(desk, &public, KeyAction::Restored)?;
    Ok(Restoration { public, restored, generation: Some(generation), other_identity })
}

/// Writes the share as a new generation, and burns what was prepared with the one before.
fn write(
    desk: &Desk,
    folder: &KeyFolder,
    lock: &KeysLock,
    passphrase: &Passphrase,
    public: &PublicPart,
    restored: &Restored,
) -> Result<(PublicPart, u64), Failure> {
    let sealing = SealingKey::create(passphrase, Cost::DEFAULT)
        .map_err(|fault| KeyError::Seal { path: folder.path().to_owned(), fault })?;
    let share = crate::backup::share_of(public.scheme.curve(), &restored.record)?;
    let unlocked = store(folder, lock, &desk.owner, sealing, public, share, &restored.record)?;
    put_in_place(folder, lock, &desk.owner, &unlocked)?;
    let generation = unlocked.public.generation;
    Ok((unlocked.public, generation))
}

/// Puts a share into use of which nothing else may be left.
///
/// # Errors
/// The file system's.
pub(super) fn put_in_place<D: Disk + Clone>(
    folder: &KeyFolder<D>,
    lock: &KeysLock,
    owner: &Owner,
    unlocked: &Unlocked,
) -> Result<(), KeyError> {
    folder.commit(lock, unlocked.public.generation)?;
    // What is there was prepared with another generation of the share: opening burns it.
    folder.open_stock(lock, unlocked, owner)?.close()
}

/// An old share is of no use: nothing that this home has may know of a later epoch.
fn refuse_old(desk: &Desk, name: &KeyName, backup: &Backup, copies: &Copies) -> Result<(), Failure> {
    let (id, found) = (backup.key().key_id, backup.key().epoch);
    let folder = desk.keys.key(name);
    let mut current = found;
    if let Ok(public) = folder.public() {
        if public.key_id != id {
            return Err(BackupError::OtherKey { key: name.to_string() }.into());
        }
        current = current.max(public.epoch);
    }
    for copy in copies.list()?.iter().filter(|copy| copy.key().key_id == id) {
        current = current.max(copy.key().epoch);
    }
    let told = History::of(&desk.home, id).map_err(BackupError::from)?;
    current = current.max(told.epoch.unwrap_or(0));
    if current > found {
        return Err(BackupError::OldEpoch { key: name.to_string(), found, current }.into());
    }
    if let Some(staged) = folder.staged()? {
        let epoch = folder.public_of(staged).map_or(0, |staged| staged.epoch);
        if epoch > found {
            return Err(BackupError::Staged { key: name.to_string(), epoch }.into());
        }
    }
    Ok(())
}

/// A share that is not lost is not replaced: what was set up with the other holders would be lost with it.
fn refuse_present(
    desk: &Desk,
    folder: &KeyFolder,
    passphrase: &Passphrase,
    backup: &Backup,
) -> Result<(), BackupError> {
    match folder.unlock(passphrase, &desk.owner) {
        Ok(unlocked) if unlocked.public.epoch == backup.key().epoch => {
            Err(BackupError::Present { key: unlocked.public.name.to_string() })
        }
        _ => Ok(()),
    }
}

/// Writes into this party's log what happened to a key.
pub(super) fn note(desk: &Desk, public: &PublicPart, action: KeyAction) -> Result<(), BackupError> {
    AuditLog::of(&desk.home, desk.identity.clone())?.append(Event::Key {
        key: public.name.clone(),
        key_id: public.key_id,
        epoch: public.epoch,
        action,
        by: desk.owner.name.clone(),
    })?;
    Ok(())
}

fn refuse_own(desk: &Desk, guardians: &[PartyName]) -> Result<(), Failure> {
    if guardians.contains(&desk.owner.name) {
        let message = format!("--guardians names {}, whose share it is", desk.owner.name);
        return Err(Failure::new(Exit::BadInput, message).hint("name parties who have homes of their own"));
    }
    Ok(())
}

/// The time, in seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
