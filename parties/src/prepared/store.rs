//! A store of prepared runs on the disk.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::file::{Header, RunFile, RunKey, RunReader};
use super::{About, PreparedError};
use crate::identity::{Home, Identity, PublicKey};
use crate::keys::stock::{Origin, Reason};
use crate::keys::{Disk, Files, ItemId, KeyError, KeysLock, Material, Position, Signers, Stock};
use crate::session::SessionId;

/// How long another process that uses the store is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// The rest between two attempts.
const PAUSE: Duration = Duration::from_millis(5);

/// The longest description of a store.
pub(super) const ABOUT_LIMIT: usize = 64 * 1024;

/// The name of the description.
pub(super) const ABOUT: &str = "about.json";

/// Where all stores of a home are.
pub(super) fn stores(home: &Home) -> PathBuf {
    home.path().join("prepared")
}

/// One store, which this process alone uses. Its one-time keys are opened when they are needed and closed in between, so
/// that a process that ends during a long computation burns nothing.
pub(super) struct Store {
    folder: PathBuf,
    about: About,
    group: Signers,
    identity: Arc<Identity>,
    lock: KeysLock,
    stock: Option<Stock>,
    burned: Option<(Reason, u64)>,
}

impl Store {
    /// Opens the store of these runs, which need not be there.
    ///
    /// # Errors
    /// If another process uses it for long; if what is there is of something else; the file system's.
    pub(super) fn open(home: &Home, identity: &Arc<Identity>, about: About) -> Result<Self, PreparedError> {
        let folder = stores(home).join(about.id().to_string());
        let lock = locked(&folder)?;
        described(&folder, &about)?;
        let members = about.parties.iter().map(|member| member.key);
        let group = Signers::new(members).ok_or_else(|| PreparedError::Damaged {
            path: folder.join(ABOUT),
            why: "the group is none of two to 64 different parties",
        })?;
        let mut store = Self { folder, about, group, identity: identity.clone(), lock, stock: None, burned: None };
        store.stock()?;
        store.sweep()?;
        Ok(store)
    }

    /// Of what it is.
    pub(super) fn about(&self) -> &About {
        &self.about
    }

    /// Where it is.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What was burned when it was opened.
    pub(super) fn burned(&self) -> Option<(Reason, u64)> {
        self.burned
    }

    /// The first run of each batch that is left, and how many the batch has left.
    pub(super) fn batches(&mut self) -> Result<Vec<(ItemId, u32)>, PreparedError> {
        let group = self.group.clone();
        Ok(self.stock()?.batches_left(&group))
    }

    /// The first number that a further batch may have here.
    pub(super) fn next_lot(&mut self) -> Result<u64, PreparedError> {
        let group = self.group.clone();
        Ok(self.stock()?.next_lot(&group))
    }

    /// Up to where this party has used its runs.
    pub(super) fn last_used(&mut self) -> Result<Option<Position>, PreparedError> {
        let digest = self.group.digest();
        Ok(self.stock()?.last_used(&digest))
    }

    /// The last run that this party has seen a partner use.
    pub(super) fn last_seen(&mut self, partner: &PublicKey) -> Result<Option<Position>, PreparedError> {
        let digest = self.group.digest();
        let seen = self.stock()?.seen_of(partner).into_iter();
        Ok(seen.filter(|(signers, _)| *signers == digest).map(|(_, last)| last).max())
    }

    /// Remembers that a partner has used a run, on the disk when it returns.
    pub(super) fn saw(&mut self, partner: &PublicKey, run: Position) -> Result<(), PreparedError> {
        let group = self.group.clone();
        Ok(self.stock()?.saw(partner, &group, run)?)
    }

    /// Takes the word of a partner who has seen the use of a run. Says how many this party still had before it: if any,
    /// its store is an older copy, and all of it is burned.
    pub(super) fn heed(&mut self, last: Position) -> Result<u64, PreparedError> {
        let digest = self.group.digest();
        let stock = self.stock()?;
        let had: u64 = stock.all_left().iter().map(|(_, left)| left).sum();
        let burned = stock.burn_up_to(&digest, last)?;
        if burned > 0 {
            stock.burn_all(Reason::RolledBack)?;
            self.sweep()?;
            return Ok(had);
        }
        Ok(0)
    }

    /// Uses up a run, and burns those before it. When it is returned, its use is on the disk, and its key exists nowhere
    /// but in what is returned.
    ///
    /// # Errors
    /// If its file is gone, cut or another's, and then the run is burned; if its key does not open, and then it is used up
    /// all the same; the file system's.
    pub(super) fn take(&mut self, run: ItemId) -> Result<RunReader, PreparedError> {
        let (group, path) = (self.group.clone(), self.path_of(run.batch, run.position.number));
        let opened = RunFile::open(&path, &self.header(run.batch, run.position.number))
            .map_err(|error| KeyError::io("read", &path, &error))?;
        let key = self.stock()?.take_exactly(&group, run)?;
        let file = opened.map_err(|why| PreparedError::Damaged { path: path.clone(), why })?;
        let damaged = || PreparedError::Damaged { path: path.clone(), why: "the key of the run has another length" };
        let key: RunKey =
            <[u8; 32]>::try_from(key.into_secret().as_slice()).map(Zeroizing::new).map_err(|_| damaged())?;
        // The open file is read on; without its key the name is worth nothing, so that a failure loses nothing.
        let _ = self.sweep();
        Ok(file.unlocked(key))
    }

    /// Keeps a batch of runs whose files are written, each with its key.
    ///
    /// # Errors
    /// A number that is taken; the file system's, and then nothing has changed.
    pub(super) fn add(&mut self, session: SessionId, lot: u64, keys: Vec<RunKey>) -> Result<(), PreparedError> {
        let runs = self.runs();
        Files.settle(&runs).map_err(|error| KeyError::io("write", &runs, &error))?;
        let group = self.group.clone();
        let keys = keys.into_iter().map(|key| Zeroizing::new(key.to_vec())).collect();
        Ok(self.stock()?.add(session, lot, &group, keys)?)
    }

    /// Ends the use of the one-time keys in order, until they are needed again.
    ///
    /// # Errors
    /// The file system's; the store is burned at the next start then.
    pub(super) fn rest(&mut self) -> Result<(), PreparedError> {
        self.stock.take().map_or(Ok(()), |stock| Ok(stock.close()?))
    }

    /// Makes the folder of the runs' files.
    pub(super) fn make_room(&self) -> Result<(), PreparedError> {
        let runs = self.runs();
        Ok(Files.make_folder(&runs).map_err(|error| KeyError::io("create", &runs, &error))?)
    }

    /// Where the file of a run is.
    pub(super) fn path_of(&self, session: SessionId, number: u32) -> PathBuf {
        self.runs().join(format!("{session}-{number}"))
    }

    /// What the file of a run begins with.
    pub(super) fn header(&self, session: SessionId, number: u32) -> Header {
        Header { store: self.about.id(), session, number, length: self.about.bytes_each }
    }

    /// Removes the files of runs that are used, burned or were never finished. Their keys are gone: this makes room.
    pub(super) fn sweep(&mut self) -> Result<(), PreparedError> {
        let runs = self.runs();
        let names = Files.names(&runs).map_err(|error| KeyError::io("read", &runs, &error))?;
        let mut waiting = HashSet::new();
        for (first, left) in self.batches()? {
            let numbers = first.position.number..first.position.number.saturating_add(left);
            waiting.extend(numbers.map(|number| format!("{}-{number}", first.batch)));
        }
        for name in names.into_iter().filter(|name| !waiting.contains(name)) {
            let path = runs.join(name);
            Files.remove(&path).map_err(|error| KeyError::io("remove", &path, &error))?;
        }
        Ok(())
    }

    fn runs(&self) -> PathBuf {
        self.folder.join("stock").join("runs")
    }

    fn stock(&mut self) -> Result<&mut Stock, PreparedError> {
        let stock = match self.stock.take() {
            Some(stock) => stock,
            None => {
                let (material, key_id) = (Material::Computing, self.about.id());
                let origin = Origin { material, key_id, epoch: 0, generation: 0, party: self.identity.public_key() };
                let secret = self.identity.storage_secret("quorate prepared runs 1");
                let stock = Stock::open_with(&self.lock, self.folder.join("stock"), Files, secret, origin)?;
                self.burned = self.burned.or(stock.burned());
                stock
            }
        };
        Ok(self.stock.insert(stock))
    }
}

/// Locks a folder as soon as it is free.
fn locked(folder: &Path) -> Result<KeysLock, PreparedError> {
    let start = Instant::now();
    loop {
        match KeysLock::acquire(folder) {
            Err(KeyError::InUse { .. }) if start.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
            locked => return Ok(locked?),
        }
    }
}

/// Makes sure that the folder says what the store is of.
fn described(folder: &Path, about: &About) -> Result<(), PreparedError> {
    let path = folder.join(ABOUT);
    let bytes = Files.read(&path, ABOUT_LIMIT).map_err(|error| KeyError::io("read", &path, &error))?;
    let Some(bytes) = bytes else {
        return Ok(Files
            .replace(&path, about.text().as_bytes())
            .map_err(|error| KeyError::io("write", &path, &error))?);
    };
    let damaged = || PreparedError::Damaged { path, why: "the file is no description of prepared runs" };
    let found = About::parse(&bytes).ok_or_else(damaged)?;
    match found.difference(about) {
        None => Ok(()),
        Some((field, found, expected)) => {
            Err(PreparedError::Other { folder: folder.to_owned(), field, found, expected })
        }
    }
}
