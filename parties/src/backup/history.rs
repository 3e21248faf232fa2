//! What the audit log of a home tells about backups, keys and time.

use crate::audit::{AuditError, AuditLog, Event, KeyAction};
use crate::identity::{Hex, Home};

/// What a log tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The latest time of any entry, in seconds since 1970. Not the last entry's: the clock may have been set back.
    pub latest: u64,
    /// The latest epoch that the key had.
    pub epoch: Option<u64>,
    /// When the share was given to guardians last.
    pub backed_up: Option<u64>,
    /// When a recovery was rehearsed last, or came to pass, since then.
    pub drilled: Option<u64>,
}

impl History {
    /// What the log of a home tells about a key.
    ///
    /// # Errors
    /// A log that is damaged; the file system's.
    pub fn of(home: &Home, key: Hex<32>) -> Result<Self, AuditError> {
        let mut history = Self::default();
        for entry in AuditLog::open(home)?.entries()? {
            let entry = entry?;
            history.latest = history.latest.max(entry.time);
            let Event::Key { key_id, epoch, action, .. } = &entry.event else { continue };
            if *key_id != key {
                continue;
            }
            history.epoch = history.epoch.max(Some(*epoch));
            match action {
                KeyAction::BackedUp => (history.backed_up, history.drilled) = (Some(entry.time), None),
                KeyAction::Drilled | KeyAction::Restored => history.drilled = Some(entry.time),
                _ => {}
            }
        }
        Ok(history)
    }
}
