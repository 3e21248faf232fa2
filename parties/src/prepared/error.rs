//! Why a store of prepared runs cannot be used.

use std::path::PathBuf;

use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::keys::KeyError;
use crate::keys::stock::Reason;
use crate::output::bytes_text;

/// Why a store of prepared runs cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PreparedError {
    /// The store is of something else.
    #[error("the store {} is of another {field}: of {found}, not of {expected}", folder.display())]
    Other {
        /// Where it is.
        folder: PathBuf,
        /// What differs.
        field: &'static str,
        /// Of what it is.
        found: String,
        /// Of what it should be.
        expected: String,
    },
    /// A file is not as it was left.
    #[error("{}: {why}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The store is an older copy.
    #[error(
        "{witness} has seen a later use of the prepared runs in {} than this party knows of: the store was restored from \
         an older copy, and all {burned} runs in it are burned", folder.display()
    )]
    RolledBack {
        /// Where it is.
        folder: PathBuf,
        /// Who has seen it.
        witness: PartyName,
        /// How many runs were burned.
        burned: u64,
    },
    /// There is no run that everybody has.
    #[error("no prepared run of {program} is left {}", at(lacking))]
    Empty {
        /// Of what program.
        program: String,
        /// Who has none; nobody if all have some, and none is of all.
        lacking: Vec<PartyName>,
        /// Why this party's were burned when it opened its store, if they were.
        burned: Option<Reason>,
        /// Whether this party is one of those who have none.
        own: bool,
    },
    /// Nothing of the program can be prepared.
    #[error("{program} consumes no correlated randomness under this protocol: there is nothing to prepare")]
    Nothing {
        /// The program.
        program: String,
    },
    /// There is no room.
    #[error("a prepared run has {}, and the disk limit of {party} leaves no room for one", bytes_text(*bytes))]
    NoRoom {
        /// Whose limit it is.
        party: PartyName,
        /// Bytes of a run at this party.
        bytes: u64,
        /// Whether it is this party's own.
        own: bool,
    },
    /// Another process uses the store.
    #[error("another quorate process uses the store {}", folder.display())]
    InUse {
        /// Where it is.
        folder: PathBuf,
    },
    /// The one-time keys of the runs.
    #[error("{0}")]
    Stock(KeyError),
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness")]
    Randomness,
}

fn at(lacking: &[PartyName]) -> String {
    match lacking {
        [] => "that all parties have".to_owned(),
        lacking => format!("at {}", lacking.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
    }
}

impl PreparedError {
    /// What the partners may know of it.
    pub(crate) fn farewell(&self) -> String {
        match self {
            Self::RolledBack { .. } => "its store of prepared runs was restored from an older copy".to_owned(),
            Self::Empty { .. } | Self::Nothing { .. } | Self::NoRoom { .. } => self.to_string(),
            Self::Other { .. } | Self::Damaged { .. } | Self::InUse { .. } | Self::Stock(_) | Self::Randomness => {
                "its store of prepared runs cannot be used".to_owned()
            }
        }
    }

    fn hint(&self) -> Option<String> {
        let more = "all parties prepare more with `quorate preprocess`, or run without --prepared";
        Some(match self {
            Self::Other { .. } => {
                "a store is never copied or restored: remove the folder, and prepare anew with `quorate preprocess`"
                    .into()
            }
            Self::Damaged { .. } => "it is not used any more: try again, which takes the next one".into(),
            Self::RolledBack { .. } => {
                "leave the folder `prepared` out of backups; prepare anew with `quorate preprocess`".into()
            }
            Self::Empty { burned: Some(reason), .. } => format!("this party's were burned: {reason}; {more}"),
            Self::Empty { .. } => more.into(),
            Self::Nothing { .. } => "run it without --prepared".into(),
            Self::NoRoom { .. } => "raise --disk-limit, or use up what is prepared for others".into(),
            Self::InUse { .. } => "wait until the other run or preprocessing has finished".into(),
            Self::Stock(error) => return Failure::from(error.clone()).hint,
            Self::Randomness => return None,
        })
    }
}

impl From<KeyError> for PreparedError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::InUse { folder } => Self::InUse { folder },
            error => Self::Stock(error),
        }
    }
}

impl From<PreparedError> for Failure {
    fn from(error: PreparedError) -> Self {
        let exit = match &error {
            PreparedError::Empty { own: false, .. } | PreparedError::NoRoom { own: false, .. } => Exit::Session,
            _ => Exit::BadInput,
        };
        Self { exit, message: error.to_string(), hint: error.hint() }
    }
}
