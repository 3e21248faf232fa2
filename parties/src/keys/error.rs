//! What can be wrong with keys, their files and their stock.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::stock::StockFault;
use super::{KeyName, PassphraseFault, PublicPartFault, SealFault};
use crate::audit::Moment;
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;

/// Why a key cannot be made, read or used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a name of a key.
    #[error("{found:?} is not a key's name: expected 1 to 64 of a-z, 0-9, _ and -, not starting with -")]
    Name {
        /// What was given.
        found: String,
    },
    /// There is no such key.
    #[error("there is no key {name} in {}", folder.display())]
    NoKey {
        /// Its name.
        name: KeyName,
        /// Where the keys are.
        folder: PathBuf,
    },
    /// There is a key of that name already.
    #[error("there is a key {name} in {} already; keys are never overwritten", folder.display())]
    Exists {
        /// Its name.
        name: KeyName,
        /// Where the keys are.
        folder: PathBuf,
    },
    /// The key was retired.
    #[error("the key {name} was retired at {} UTC: it signs nothing any more", Moment(*since))]
    Retired {
        /// Its name.
        name: KeyName,
        /// When, in seconds since 1970.
        since: u64,
    },
    /// A holder is shut out.
    #[error("{holder} is isolated from {name} since {} UTC: {reason}", Moment(*since))]
    Isolated {
        /// The key.
        name: KeyName,
        /// The holder.
        holder: PartyName,
        /// Since when, in seconds since 1970.
        since: u64,
        /// Why.
        reason: String,
    },
    /// Another process uses the keys.
    #[error("another quorate process uses the keys in {}", folder.display())]
    InUse {
        /// Where the keys are.
        folder: PathBuf,
    },
    /// No passphrase.
    #[error(transparent)]
    Passphrase(#[from] PassphraseFault),
    /// A public part that is none.
    #[error("{}: {fault}", path.display())]
    PublicPart {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: PublicPartFault,
    },
    /// A sealed file that does not open, or nothing was sealed.
    #[error("{}: {fault}", path.display())]
    Seal {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: SealFault,
    },
    /// A key's folder is not as it was left.
    #[error("{}: {why}", path.display())]
    Damaged {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// One-time material cannot be kept or used.
    #[error("{}: {fault}", path.display())]
    Stock {
        /// The folder.
        path: PathBuf,
        /// Why.
        fault: StockFault,
    },
    /// The disk is full.
    #[error("cannot {action} {}: the disk is full", path.display())]
    Full {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
    },
    /// The disk cannot be written to.
    #[error("cannot {action} {}: the disk is read-only", path.display())]
    ReadOnly {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
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

impl KeyError {
    /// The file system's error, with what was tried on which path.
    pub(crate) fn io(action: &'static str, path: &Path, source: &io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full { action, path },
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { action, path },
            kind => Self::Io { action, path, kind, reason: source.to_string() },
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoKey { .. } => "`quorate key list` shows the keys of this home".to_owned(),
            Self::Retired { .. } => "what it has signed can still be verified; make a new key to sign".to_owned(),
            Self::Isolated { name, holder, .. } => {
                format!("name other signers, or let it in again with `quorate key isolate {name} {holder} --lift`")
            }
            Self::Exists { .. } => "choose another name".to_owned(),
            Self::InUse { .. } => "wait until it has finished, or use another home with --home DIR".to_owned(),
            Self::Passphrase(PassphraseFault::Exposed { path, .. }) => format!("run `chmod 600 {}`", path.display()),
            Self::Passphrase(PassphraseFault::NoTerminal) => {
                "give it with --passphrase-file FILE or --passphrase-fd N".to_owned()
            }
            Self::Passphrase(PassphraseFault::Mismatch) => "type the same passphrase twice".to_owned(),
            Self::Seal { fault: SealFault::Refused, .. } => {
                "try the passphrase again; an altered file can only be restored from a backup of the key".to_owned()
            }
            Self::Seal { fault: SealFault::Version { .. }, .. } => {
                "use the version of quorate that has written it".to_owned()
            }
            Self::Seal { fault: SealFault::OtherParty { .. }, .. } => {
                "open it with the home of the party that it belongs to".to_owned()
            }
            Self::PublicPart { .. }
            | Self::Damaged { .. }
            | Self::Seal {
                fault:
                    SealFault::Truncated { .. }
                    | SealFault::TooLong
                    | SealFault::Foreign
                    | SealFault::Cost { .. }
                    | SealFault::OtherKey { .. }
                    | SealFault::OtherSalt,
                ..
            } => "restore the key's folder from a backup, without its folder `stock`".to_owned(),
            Self::Full { .. } => "make room and try again: nothing was lost".to_owned(),
            Self::ReadOnly { .. } => "make it writable and try again: nothing was lost".to_owned(),
            Self::Stock { fault, .. } => return fault.hint(),
            _ => return None,
        };
        Some(hint)
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        let refused = matches!(error, KeyError::Retired { .. } | KeyError::Isolated { .. });
        let exit = if refused { Exit::Refused } else { Exit::BadInput };
        Self { exit, message: error.to_string(), hint: error.hint() }
    }
}
