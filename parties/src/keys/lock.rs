//! One process at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::sync::Arc;

use super::KeyError;
use super::disk::{Disk, Files};

/// Proof that this process alone uses the keys of a home, until the last copy is dropped. The operating system lets go
/// of it when the process ends, however it ends.
#[derive(Clone, Debug)]
pub struct KeysLock(#[expect(dead_code, reason = "the open file is what holds the lock")] Arc<File>);

impl KeysLock {
    /// Locks the keys in `folder`.
    ///
    /// # Errors
    /// If another process has locked them; the file system's.
    pub(crate) fn acquire(folder: &Path) -> Result<Self, KeyError> {
        Files.make_folder(folder).map_err(|error| KeyError::io("create", folder, &error))?;
        let path = folder.join(".lock");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(|error| KeyError::io("open", &path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(Arc::new(file))),
            Err(TryLockError::WouldBlock) => Err(KeyError::InUse { folder: folder.to_owned() }),
            Err(TryLockError::Error(error)) => Err(KeyError::io("lock", &path, &error)),
        }
    }
}

/// A lock as soon as it is free: a program that another test starts has a copy of every open file, until it is that
/// program.
#[cfg(test)]
pub(super) fn soon(mut lock: impl FnMut() -> Result<KeysLock, KeyError>) -> Result<KeysLock, KeyError> {
    let start = std::time::Instant::now();
    loop {
        match lock() {
            Err(KeyError::InUse { .. }) if start.elapsed().as_secs() < 20 => {
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
            locked => return locked,
        }
    }
}
