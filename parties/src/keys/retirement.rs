//! The end of a key at this holder.
//!
//! ```text
//! HOME/keys/NAME/retired     when, in seconds since 1970: written first, and never taken back
//! ```
//!
//! From the moment that this file is there the key signs nothing: no share of it opens, and none is written. Then share,
//! pairs and stock are erased. Whatever interrupts that, the next retirement goes on with it. The public part stays, and
//! with it whatever else lies beside it: who held the key, and what it has signed, can be shown for ever.

use std::path::Path;

use super::disk::Disk;
use super::seal::SEALED_LIMIT;
use super::{KeyError, KeyFolder, KeysLock};

/// The file that says so.
const MARK: &str = "retired";

/// The longest file of a stock: what is erased is read for its length only.
const STOCK_FILE_LIMIT: usize = 1 << 28;

impl<D: Disk + Clone> KeyFolder<D> {
    /// When the key was retired, in seconds since 1970; `None` if it is in use.
    ///
    /// # Errors
    /// If the file is damaged, and then the key is not used either; the file system's.
    pub fn retired(&self) -> Result<Option<u64>, KeyError> {
        let path = self.path().join(MARK);
        let content = self.disk().read(&path, 32).map_err(|error| KeyError::io("read", &path, &error))?;
        let Some(content) = content else { return Ok(None) };
        let time = std::str::from_utf8(&content).ok().and_then(|text| text.strip_suffix('\n')?.parse().ok());
        time.map(Some).ok_or(KeyError::Damaged { path, why: "it does not hold a time in seconds" })
    }

    /// Retires the key, at once and for ever, and then erases share, pairs and stock. Of a key that is retired already,
    /// it erases what is left. Says when the key was retired.
    ///
    /// # Errors
    /// If there is no such key; the file system's, and then the key is retired or nothing has changed.
    pub fn retire(&self, _lock: &KeysLock, now: u64) -> Result<u64, KeyError> {
        let current = self.current()?;
        let since = match self.retired()? {
            Some(since) => since,
            None => {
                let path = self.path().join(MARK);
                let written = self.disk().replace(&path, format!("{now}\n").as_bytes());
                written.map_err(|error| KeyError::io("write", &path, &error))?;
                now
            }
        };
        let stock = self.stock_path();
        for name in self.disk().names(&stock).map_err(|error| KeyError::io("read", &stock, &error))? {
            self.wipe(&stock.join(name), STOCK_FILE_LIMIT)?;
        }
        self.disk().remove_folder(&stock).map_err(|error| KeyError::io("remove", &stock, &error))?;
        self.erase_generations(|number| number != current)?;
        for file in ["share.sealed", "pairs.sealed"] {
            self.wipe(&self.path().join(current.to_string()).join(file), SEALED_LIMIT)?;
        }
        Ok(since)
    }

    /// Refuses a key that was retired.
    ///
    /// # Errors
    /// If it was.
    pub(super) fn refuse_retired(&self) -> Result<(), KeyError> {
        match self.retired()? {
            Some(since) => Err(KeyError::Retired { name: self.name().clone(), since }),
            None => Ok(()),
        }
    }

    /// Writes zeros over a file and removes it, if it is there.
    fn wipe(&self, path: &Path, limit: usize) -> Result<(), KeyError> {
        let failed = |error: std::io::Error| KeyError::io("erase", path, &error);
        let Some(content) = self.disk().read(path, limit).map_err(failed)? else { return Ok(()) };
        self.disk().overwrite(path, 0, &vec![0; content.len()]).map_err(failed)?;
        self.disk().remove(path).map_err(failed)
    }
}
