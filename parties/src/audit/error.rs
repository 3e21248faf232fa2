//! What can be wrong with an audit log.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::LINE_LIMIT;
use crate::exit::{Exit, Failure};
use crate::identity::{IdentityError, PartyName};

/// Why a log cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditError {
    /// The identity that signs it.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// Another process has appended for longer than one waits.
    #[error("another quorate process writes the audit log in {}", folder.display())]
    InUse {
        /// Where.
        folder: PathBuf,
    },
    /// An entry is not what it should be.
    #[error("{}: entry {number}: {fault}", path.display())]
    Entry {
        /// The file.
        path: PathBuf,
        /// The number that the entry should have.
        number: u64,
        /// What is wrong with it.
        fault: EntryFault,
    },
    /// The log is shorter than it was.
    #[error("{}: the log has {found} bytes; it had {expected} when entry {number} was written", path.display())]
    Cut {
        /// The file.
        path: PathBuf,
        /// How many there are.
        found: u64,
        /// How many there were.
        expected: u64,
        /// The entry up to which it was written.
        number: u64,
    },
    /// The log is gone.
    #[error("{}: the log is missing; it had {number} entries", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// How many there were.
        number: u64,
    },
    /// An event is longer than a line may be.
    #[error("an entry of {length} bytes is longer than the {LINE_LIMIT} that the audit log takes")]
    TooLong {
        /// Its length.
        length: usize,
    },
    /// The file system refused.
    #[error("cannot {action} {}: {reason}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The kind of error.
        kind: ErrorKind,
        /// The system's words.
        reason: String,
    },
}

/// What is wrong with an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryFault {
    /// Longer than any line.
    #[error("the line is longer than {LINE_LIMIT} bytes")]
    TooLong,
    /// The line is no entry.
    #[error("the line is not an entry ({0})")]
    Malformed(String),
    /// The line says what an entry says, in other words.
    #[error("the line is not spelled as an entry is: it was edited")]
    Spelling,
    /// The last line has no end.
    #[error("the line is cut")]
    Unfinished,
    /// Out of order.
    #[error("number {found} stands where {expected} is due: entries were removed, repeated or reordered")]
    Number {
        /// The number due.
        expected: u64,
        /// The number found.
        found: u64,
    },
    /// There is none where it should be.
    #[error("it is not where it should be")]
    Absent,
    /// It follows something else.
    #[error("it follows another entry than the one before it")]
    Previous,
    /// It says something else than it said when it was written.
    #[error("its hash is not that of what it says: it was edited")]
    Hash,
    /// It is another one than was written.
    #[error("it is another entry than the one that was written: the log was replaced")]
    Replaced,
    /// Not the party's signature.
    #[error("its signature is not this party's")]
    Signature,
    /// A countersignature that is none.
    #[error("the countersignature of {0} does not verify")]
    Countersignature(PartyName),
    /// A partner has countersigned a head that this log never had.
    #[error("{0} has countersigned another entry of this number: the log was forked or written anew")]
    Forked(PartyName),
}

impl AuditError {
    pub(super) fn io(action: &'static str, path: &Path, source: &io::Error) -> Self {
        Self::Io { action, path: path.to_owned(), kind: source.kind(), reason: source.to_string() }
    }

    /// Whether the log is not as it was written.
    fn is_damage(&self) -> bool {
        matches!(self, Self::Entry { .. } | Self::Cut { .. } | Self::Missing { .. })
    }
}

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Self {
        let hint = match &error {
            AuditError::Identity(error) => return error.clone().into(),
            AuditError::InUse { .. } => Some("wait until it has finished, or use another home with --home DIR"),
            AuditError::Io { kind: ErrorKind::StorageFull | ErrorKind::QuotaExceeded, .. } => {
                Some("make room and try again: nothing was lost")
            }
            _ if error.is_damage() => Some(
                "keep this folder for whoever looks into it; restore HOME/audit from the newest backup and ask your \
                 partners to compare with `quorate audit export`",
            ),
            _ => None,
        };
        let exit = if error.is_damage() { Exit::Unverified } else { Exit::BadInput };
        Self { exit, message: error.to_string(), hint: hint.map(str::to_owned) }
    }
}
