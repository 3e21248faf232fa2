//! What can be wrong with policies.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::POLICY_LIMIT;
use crate::exit::{Exit, Failure};
use crate::identity::{Hex, PartyName};
use crate::keys::KeyName;

/// Why a text is not a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// Longer than any.
    #[error("the file has more than {POLICY_LIMIT} bytes: it is no policy")]
    TooLong,
    /// Not TOML with a policy's fields. The parser's words name line and field.
    #[error("{0}")]
    Malformed(String),
    /// Of another version of this software.
    #[error("field `format` is {found}; this version reads format 1")]
    Format {
        /// The format found.
        found: u32,
    },
    /// Parts that do not fit together.
    #[error("{place}: {why}")]
    Part {
        /// Where: a field, or a rule and its field.
        place: String,
        /// What is wrong.
        why: String,
    },
}

/// Why a policy is not in force, or cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A file that is no policy.
    #[error("{}: {fault}", path.display())]
    Policy {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: PolicyFault,
    },
    /// A file that is no approval of a change, or no record of an adoption.
    #[error("{}: {why}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// It was adopted otherwise than it is now.
    #[error("{}: its digest is {found}; adopted was {adopted}: the file was edited", path.display())]
    Edited {
        /// The file.
        path: PathBuf,
        /// The digest of what is there.
        found: Hex<32>,
        /// The digest that was adopted.
        adopted: Hex<32>,
    },
    /// There is less than was adopted.
    #[error("the policy of {key} was set back: version {adopted} was adopted, and {found} is what is there")]
    SetBack {
        /// The key.
        key: KeyName,
        /// The version that was adopted.
        adopted: u64,
        /// The latest that is there.
        found: u64,
    },
    /// The file is of another key.
    #[error("the policy is of the key {found}, and not of {expected}")]
    OtherKey {
        /// Which key it names.
        found: KeyName,
        /// Which was meant.
        expected: KeyName,
    },
    /// Not the next version.
    #[error("the policy has version {found}; the next one of {key} is version {expected}")]
    Version {
        /// The key.
        key: KeyName,
        /// The version found.
        found: u64,
        /// The version expected.
        expected: u64,
    },
    /// Not enough people have approved the change.
    #[error("version {version} of the policy of {key} is not approved: {missing} is missing{}", discounted(unusable))]
    Unapproved {
        /// The key.
        key: KeyName,
        /// The version.
        version: u64,
        /// What is missing.
        missing: String,
        /// Approvals that do not count, with the reason.
        unusable: Vec<String>,
    },
    /// Nobody has permitted this dealer.
    #[error("no policy of this home permits {dealer} to deal")]
    Dealer {
        /// The dealer.
        dealer: PartyName,
    },
    /// The dealer has another key than when it was permitted.
    #[error("{dealer} has another key than the one with which it was permitted to deal")]
    DealerChanged {
        /// The dealer.
        dealer: PartyName,
    },
    /// The key has no policy.
    #[error("the key {key} has no policy in this home")]
    None {
        /// The key.
        key: KeyName,
    },
    /// All adopted versions begin later.
    #[error("no version of the policy of {key} is in force yet")]
    NotYet {
        /// The key.
        key: KeyName,
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

fn discounted(unusable: &[String]) -> String {
    unusable.iter().map(|why| format!("; {why}")).collect()
}

impl PolicyError {
    pub(super) fn io(action: &'static str, path: &Path, error: &io::Error) -> Self {
        Self::Io { action, path: path.to_owned(), kind: error.kind(), reason: error.to_string() }
    }
}

impl From<PolicyError> for Failure {
    fn from(error: PolicyError) -> Self {
        let (exit, hint) = match &error {
            PolicyError::Edited { .. } | PolicyError::SetBack { .. } => (
                Exit::Refused,
                Some(
                    "restore the file as it was adopted, or change the policy by `quorate policy approve` and `policy \
                     adopt`",
                ),
            ),
            PolicyError::Unapproved { .. } => {
                (Exit::Refused, Some("collect the output of `quorate policy approve` and give it with --approval FILE"))
            }
            PolicyError::Dealer { .. } | PolicyError::DealerChanged { .. } => (
                Exit::Refused,
                Some(
                    "leave out --dealer; or, if it will never collude with anybody, `quorate policy dealers --permit` it",
                ),
            ),
            PolicyError::NotYet { .. } => (Exit::Refused, None),
            PolicyError::None { .. } => (Exit::BadInput, Some("adopt one with `quorate policy adopt KEY FILE`")),
            _ => (Exit::BadInput, None),
        };
        Self { exit, message: error.to_string(), hint: hint.map(str::to_owned) }
    }
}
