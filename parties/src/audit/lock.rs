//! One process at a time writes.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use super::AuditError;

/// How long another process is waited for: an entry takes a moment, a whole reading of a long log some seconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// The rest between two attempts.
const PAUSE: Duration = Duration::from_millis(2);

/// Holds the log of a folder for this process, until it is dropped. The operating system lets go of it when the process
/// ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "the open file is what holds the lock")] File);

impl Lock {
    /// Waits for the log in `folder`, for a moment.
    pub(super) fn acquire(folder: &Path) -> Result<Self, AuditError> {
        let path = folder.join(".lock");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(|error| AuditError::io("open", &path, &error))?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self(file)),
                Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => return Err(AuditError::InUse { folder: folder.to_owned() }),
                Err(TryLockError::Error(error)) => return Err(AuditError::io("lock", &path, &error)),
            }
        }
    }
}
