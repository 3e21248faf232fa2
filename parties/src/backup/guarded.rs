//! What a guardian keeps, and when it releases it.
//!
//! ```text
//! HOME/guarded/clock                      the latest time that was seen here, in seconds since 1970
//! HOME/guarded/BACKUP/backup.toml         a backup of which this party guards a part
//! HOME/guarded/BACKUP/REQUEST.request     a request, as it came
//! HOME/guarded/BACKUP/REQUEST.seen        when it was seen first
//! HOME/guarded/BACKUP/REQUEST.veto        a veto, as it came
//! ```
//!
//! The part stays encrypted to the guardian's identity: nothing here is secret without that.

use std::path::PathBuf;

use super::part::no_guardian;
use super::veto::may_veto;
use super::{Backup, BackupError, PAPER_LIMIT, Part, Person, Request, Veto};
use crate::identity::{Card, Hex, Identity, PublicKey};
use crate::keys::{Disk, Files, KeyError};

/// What a guardian knows besides the backup when it is asked to release a part.
#[derive(Clone, Debug, Default)]
pub struct Known<'a> {
    /// The epoch that the key has in this home, if this party holds a share of it too.
    pub epoch: Option<u64>,
    /// The card of who may have the part though its identity is not the holder's: a person has said so.
    pub instead: Option<&'a Card>,
    /// The latest time that something else in this home tells of, for example the audit log.
    pub latest: u64,
}

/// A backup of which this party guards a part, and what was asked about it.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The backup.
    pub backup: Backup,
    /// Requests that were seen, and when.
    pub requests: Vec<(Request, u64)>,
    /// Vetoes that were heard.
    pub vetoes: Vec<Veto>,
}

/// The folder of what a guardian keeps.
#[derive(Clone, Debug)]
pub struct Guarded<D = Files> {
    folder: PathBuf,
    disk: D,
}

impl Guarded {
    /// What is guarded in a home.
    pub fn of(home: &crate::identity::Home) -> Self {
        Self::on(home.path().join("guarded"), Files)
    }
}

impl<D: Disk> Guarded<D> {
    /// What is guarded in a folder of a disk.
    pub fn on(folder: PathBuf, disk: D) -> Self {
        Self { folder, disk }
    }

    /// Accepts a part: the backup is checked, this party's part opens and fits, and it is kept.
    ///
    /// # Errors
    /// If this party is no guardian; if anything in the backup is wrong; the file system's.
    pub fn accept(&self, identity: &Identity, backup: &Backup) -> Result<(), BackupError> {
        let own = Person::own(identity);
        let index = backup.index_of(own.identity).ok_or_else(|| no_guardian(backup, &own))?;
        backup.verify()?;
        backup.open(index, &identity.sealing_secret())?;
        self.write(&self.file(backup.id(), "backup.toml"), backup.to_text().as_bytes())
    }

    /// All backups of which this party guards parts, with what was asked about them.
    ///
    /// # Errors
    /// If a file is damaged: it is named; the file system's.
    pub fn list(&self) -> Result<Vec<Standing>, BackupError> {
        let ids = self.names(&self.folder)?.into_iter().filter_map(|name| name.parse::<Hex<32>>().ok());
        ids.map(|id| self.standing(id)).collect()
    }

    /// Remembers a request from now on, and says when it was seen first. The time never stands before one that was seen
    /// here: setting the clock back at first does not let the delay end sooner.
    ///
    /// # Errors
    /// If nothing of its backup is here, or it does not fit that; the file system's.
    pub fn see(&self, request: &Request, now: u64, latest: u64) -> Result<u64, BackupError> {
        let backup = self.backup(request.backup())?;
        request.fits(&backup)?;
        let path = self.file(backup.id(), &format!("{}.seen", request.id()));
        if let Some(seen) = self.number(&path)? {
            return Ok(seen);
        }
        let now = self.reach(now.max(latest))?;
        self.write(&self.file(backup.id(), &format!("{}.request", request.id())), request.to_text().as_bytes())?;
        self.write(&path, format!("{now}\n").as_bytes())?;
        Ok(now)
    }

    /// Keeps a veto. Says whether the request has been seen here.
    ///
    /// # Errors
    /// If nothing of its backup is here, or its signer can not veto; the file system's.
    pub fn hear(&self, veto: &Veto) -> Result<bool, BackupError> {
        let backup = self.backup(veto.backup())?;
        veto.counts(&backup)?;
        self.write(&self.file(backup.id(), &format!("{}.veto", veto.request())), veto.to_text().as_bytes())?;
        Ok(self.number(&self.file(backup.id(), &format!("{}.seen", veto.request())))?.is_some())
    }

    /// Whether a person can veto requests for a backup that is guarded here.
    ///
    /// # Errors
    /// If nothing of it is here, or the person can not.
    pub fn may_veto(&self, backup: Hex<32>, person: &Person) -> Result<(), BackupError> {
        may_veto(&self.backup(backup)?, person)
    }

    /// Releases this party's part to who asks, if everything speaks for it. The first time, a request is only
    /// remembered unless the backup asks for no delay.
    ///
    /// # Errors
    /// Why it is not released.
    pub fn release(
        &self,
        identity: &Identity,
        request: &Request,
        now: u64,
        known: &Known<'_>,
    ) -> Result<Part, BackupError> {
        let backup = self.backup(request.backup())?;
        request.fits(&backup)?;
        entitled(request, &backup, known.instead)?;
        self.refuse_old(&backup, known.epoch)?;
        let seen = self.see(request, now, known.latest)?;
        if let Some(veto) = self.veto(&backup, request)? {
            return Err(BackupError::Vetoed { by: veto.by().name.clone(), reason: veto.reason().to_owned() });
        }
        // A clock that stands before the first sight has seen nothing of the delay.
        let waited = now.saturating_sub(seen);
        let delay = backup.delay();
        if waited < delay.seconds() {
            return Err(BackupError::TooEarly { delay, waited, left: delay.seconds() - waited });
        }
        self.reach(now)?;
        Part::release(identity, &backup, request, now)
    }

    /// Refuses what is older than what is known: by the key in this home, or by a later backup of the same key.
    fn refuse_old(&self, backup: &Backup, epoch: Option<u64>) -> Result<(), BackupError> {
        let (id, found) = (backup.key().key_id, backup.key().epoch);
        let later = self.list()?.into_iter().map(|standing| standing.backup);
        let of_key = later.filter(|later| later.key().key_id == id && later.holder().name == backup.holder().name);
        let current = of_key.map(|later| later.key().epoch).chain(epoch).max().unwrap_or(found);
        if current > found {
            let key = backup.key().name.to_string();
            return Err(BackupError::OldEpoch { key, found, current });
        }
        Ok(())
    }

    fn standing(&self, id: Hex<32>) -> Result<Standing, BackupError> {
        let backup = self.backup(id)?;
        let (mut requests, mut vetoes) = (Vec::new(), Vec::new());
        let folder = self.folder.join(id.to_string());
        for name in self.names(&folder)? {
            let path = folder.join(&name);
            if name.ends_with(".request") {
                let request = Request::parse(&self.read(&path)?).map_err(BackupError::paper(path.display()))?;
                // What was not seen to the end is not remembered.
                if let Some(seen) = self.number(&path.with_extension("seen"))? {
                    requests.push((request, seen));
                }
            } else if name.ends_with(".veto") {
                vetoes.push(Veto::parse(&self.read(&path)?).map_err(BackupError::paper(path.display()))?);
            }
        }
        Ok(Standing { backup, requests, vetoes })
    }

    fn veto(&self, backup: &Backup, request: &Request) -> Result<Option<Veto>, BackupError> {
        let path = self.file(backup.id(), &format!("{}.veto", request.id()));
        let Some(bytes) = self.content(&path)? else { return Ok(None) };
        // A damaged veto is no permission: the error refuses.
        let veto = Veto::parse(&bytes).map_err(BackupError::paper(path.display()))?;
        veto.counts(backup)?;
        Ok(Some(veto))
    }

    /// A backup of which this party guards a part.
    ///
    /// # Errors
    /// If it is not here, or damaged.
    pub fn backup(&self, id: Hex<32>) -> Result<Backup, BackupError> {
        let path = self.file(id, "backup.toml");
        let bytes = self.content(&path)?.ok_or(BackupError::NotGuarded { backup: id })?;
        let backup = Backup::parse(&bytes).map_err(BackupError::paper(path.display()))?;
        if backup.id() != id {
            return Err(BackupError::OtherBackup { field: "another backup" });
        }
        Ok(backup)
    }

    /// Remembers a time, and answers the latest that was seen.
    fn reach(&self, time: u64) -> Result<u64, BackupError> {
        let path = self.folder.join("clock");
        let before = self.number(&path)?.unwrap_or(0);
        if time > before {
            self.write(&path, format!("{time}\n").as_bytes())?;
        }
        Ok(time.max(before))
    }

    fn number(&self, path: &std::path::Path) -> Result<Option<u64>, BackupError> {
        let Some(bytes) = self.content(path)? else { return Ok(None) };
        let number = std::str::from_utf8(&bytes).ok().and_then(|text| text.strip_suffix('\n')?.parse().ok());
        let damaged = KeyError::Damaged { path: path.to_owned(), why: "it does not hold a time in seconds" };
        number.map(Some).ok_or(BackupError::Key(damaged))
    }

    fn content(&self, path: &std::path::Path) -> Result<Option<Vec<u8>>, BackupError> {
        Ok(self.disk.read(path, PAPER_LIMIT).map_err(|error| KeyError::io("read", path, &error))?)
    }

    fn read(&self, path: &std::path::Path) -> Result<Vec<u8>, BackupError> {
        let missing = KeyError::Damaged { path: path.to_owned(), why: "the file is missing" };
        self.content(path)?.ok_or(BackupError::Key(missing))
    }

    fn write(&self, path: &std::path::Path, content: &[u8]) -> Result<(), BackupError> {
        if let Some(folder) = path.parent() {
            self.disk.make_folder(folder).map_err(|error| KeyError::io("create", folder, &error))?;
        }
        Ok(self.disk.replace(path, content).map_err(|error| KeyError::io("write", path, &error))?)
    }

    fn names(&self, folder: &std::path::Path) -> Result<Vec<String>, BackupError> {
        Ok(self.disk.names(folder).map_err(|error| KeyError::io("read", folder, &error))?)
    }

    fn file(&self, backup: Hex<32>, name: &str) -> PathBuf {
        self.folder.join(backup.to_string()).join(name)
    }
}

/// Whether the requester may have the parts: it is the holder, or a person here has said that it is now.
fn entitled(request: &Request, backup: &Backup, instead: Option<&Card>) -> Result<(), BackupError> {
    let requester = request.requester();
    if requester.identity == backup.holder().identity {
        return Ok(());
    }
    let other = || BackupError::OtherRequester { name: requester.name.clone(), identity: requester.identity };
    let card = instead.filter(|card| *card.name() == requester.name).ok_or_else(other)?;
    if card.public_key() != requester.identity {
        let short = |key: PublicKey| key.short();
        return Err(BackupError::OtherRequesterIdentity {
            name: requester.name.clone(),
            found: short(requester.identity),
            pinned: short(card.public_key()),
        });
    }
    Ok(())
}
