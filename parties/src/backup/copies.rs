//! The holder's own copies of its backups and requests.
//!
//! ```text
//! HOME/backups/NAME/BACKUP.toml       a backup that was made here
//! HOME/backups/NAME/REQUEST.request   a request that was made here
//! ```
//!
//! They stand outside of `keys/`, so that they are there when a key's folder is not. Nothing in them is secret.

use std::path::{Path, PathBuf};

use super::{Backup, BackupError, PAPER_LIMIT, Request};
use crate::identity::{Hex, Home};
use crate::keys::{Disk, Files, KeyError, KeyName};

/// The copies of one key.
#[derive(Clone, Debug)]
pub struct Copies {
    key: KeyName,
    folder: PathBuf,
}

impl Copies {
    /// Those of a key.
    pub fn of(home: &Home, key: &KeyName) -> Self {
        Self { key: key.clone(), folder: home.path().join("backups").join(key.as_str()) }
    }

    /// Keeps a backup.
    ///
    /// # Errors
    /// The file system's.
    pub fn keep(&self, backup: &Backup) -> Result<(), BackupError> {
        self.write(&format!("{}.toml", backup.id()), &backup.to_text())
    }

    /// Keeps a request.
    ///
    /// # Errors
    /// The file system's.
    pub fn keep_request(&self, request: &Request) -> Result<(), BackupError> {
        self.write(&format!("{}.request", request.id()), &request.to_text())
    }

    /// A request that was made here; `None` if it was not.
    ///
    /// # Errors
    /// If it is damaged; the file system's.
    pub fn request(&self, id: Hex<32>) -> Result<Option<Request>, BackupError> {
        let path = self.folder.join(format!("{id}.request"));
        let Some(bytes) = read(&path)? else { return Ok(None) };
        let request = Request::parse(&bytes).map_err(BackupError::paper(path.display()))?;
        Ok(Some(request).filter(|request| request.id() == id))
    }

    /// All backups, the latest of the latest epoch last.
    ///
    /// # Errors
    /// If one is damaged: it is named; the file system's.
    pub fn list(&self) -> Result<Vec<Backup>, BackupError> {
        let names = Files.names(&self.folder).map_err(|error| KeyError::io("read", &self.folder, &error))?;
        let mut backups = Vec::new();
        for name in names.iter().filter(|name| name.ends_with(".toml")) {
            let path = self.folder.join(name);
            let bytes = read(&path)?.unwrap_or_default();
            backups.push(Backup::parse(&bytes).map_err(BackupError::paper(path.display()))?);
        }
        backups.sort_by_key(|backup| (backup.key().epoch, backup.created()));
        Ok(backups)
    }

    /// The latest backup.
    ///
    /// # Errors
    /// If there is none.
    pub fn latest(&self) -> Result<Backup, BackupError> {
        self.list()?.pop().ok_or_else(|| BackupError::NoBackup { key: self.key.to_string() })
    }

    fn write(&self, name: &str, text: &str) -> Result<(), BackupError> {
        let path = self.folder.join(name);
        Files.make_folder(&self.folder).map_err(|error| KeyError::io("create", &self.folder, &error))?;
        Ok(Files.replace(&path, text.as_bytes()).map_err(|error| KeyError::io("write", &path, &error))?)
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, BackupError> {
    Ok(Files.read(path, PAPER_LIMIT).map_err(|error| KeyError::io("read", path, &error))?)
}
