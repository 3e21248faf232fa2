//! What can be wrong with backups, their papers, and what guardians refuse.

use quorate_engine::record::RecordError;

use super::{Delay, PaperFault};
use crate::audit::AuditError;
use crate::exit::{Exit, Failure};
use crate::identity::{Hex, IdentityError, PartyName, PublicKey};
use crate::keys::KeyError;

/// Why a share is not given to guardians, released or restored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    /// A paper that cannot be read.
    #[error("{origin}: {fault}")]
    Paper {
        /// The file.
        origin: String,
        /// What is wrong with it.
        fault: PaperFault,
    },
    /// A backup that cannot be made like this.
    #[error("there is no such backup: {0}")]
    Unlawful(PaperFault),
    /// The dealing is of another share.
    #[error("the backup is not of the share that {holder} has of the key")]
    OtherShare {
        /// Whose share it should be.
        holder: PartyName,
    },
    /// A ciphertext that does not hold what it should.
    #[error("what is encrypted for {guardian} is not its part of the share")]
    Encryption {
        /// For whom.
        guardian: String,
    },
    /// Something is not what it should be.
    #[error("{what} is damaged")]
    Damaged {
        /// What.
        what: &'static str,
    },
    /// The record of the share.
    #[error("the record of the key: {0}")]
    Record(#[from] RecordError),
    /// The identity behind a name is not the pinned one.
    #[error("the backup is signed by the identity {found}; this home knows {name} as {pinned}")]
    OtherIdentity {
        /// The holder's name.
        name: PartyName,
        /// The digits of the backup's.
        found: String,
        /// The digits of the pinned one.
        pinned: String,
    },
    /// This home is not among the guardians.
    #[error("{name} is no guardian of this backup; its guardians are {guardians}")]
    NoGuardian {
        /// Whose home it is.
        name: PartyName,
        /// Who guards.
        guardians: String,
    },
    /// Nothing of this backup is here.
    #[error("this home guards no part of the backup {backup}")]
    NotGuarded {
        /// The backup.
        backup: Hex<32>,
    },
    /// There is no backup to restore from.
    #[error("there is no copy of a backup of {key} in this home")]
    NoBackup {
        /// The key's name.
        key: String,
    },
    /// The request does not fit the backup.
    #[error("the request is for {field} than this backup")]
    OtherBackup {
        /// What differs.
        field: &'static str,
    },
    /// Somebody else than the holder asks.
    #[error("the request is signed by {name} with the identity {identity}, which is not the one whose share it is")]
    OtherRequester {
        /// Who asks.
        name: PartyName,
        /// The identity.
        identity: PublicKey,
    },
    /// The requester's pinned identity is another one.
    #[error("the request is signed with the identity {found}; this home knows {name} as {pinned}")]
    OtherRequesterIdentity {
        /// Who was named.
        name: PartyName,
        /// The digits of the request's.
        found: String,
        /// The digits of the pinned one.
        pinned: String,
    },
    /// The delay is not over.
    #[error("the delay of {delay} is not over: the request was first seen here {waited} seconds ago, {left} are left")]
    TooEarly {
        /// How long is waited.
        delay: Delay,
        /// Since when.
        waited: u64,
        /// How long still.
        left: u64,
    },
    /// Somebody has said no.
    #[error("{by} has vetoed the request: {reason}")]
    Vetoed {
        /// Who.
        by: PartyName,
        /// Why.
        reason: String,
    },
    /// Who may not veto.
    #[error("{name} can not veto: the backup names {allowed}")]
    NoVetoer {
        /// Who tried.
        name: PartyName,
        /// Who can.
        allowed: String,
    },
    /// The shares were made anew since.
    #[error("the backup is of epoch {found}; the key {key} is in epoch {current} since")]
    OldEpoch {
        /// The key.
        key: String,
        /// The backup's.
        found: u64,
        /// The one that is known here.
        current: u64,
    },
    /// The parts are not of a request that was made here.
    #[error("the part of {guardian} answers the request {request}, which this home has not made")]
    OtherRequest {
        /// Whose part.
        guardian: PartyName,
        /// The request.
        request: Hex<32>,
    },
    /// Parts of a drill do not restore.
    #[error("the request was for a {made}, not for a {wanted}")]
    OtherPurpose {
        /// What it was made for.
        made: &'static str,
        /// What is tried.
        wanted: &'static str,
    },
    /// The same guardian twice.
    #[error("there are two parts of {0}")]
    Twice(PartyName),
    /// Guardians whose part is not the one they were given.
    #[error("{liars} released something else than the part of the share that the backup says")]
    Lies {
        /// Who.
        liars: String,
    },
    /// Too few parts.
    #[error("{needed} guardians are needed; {found} parts are right{because}")]
    TooFew {
        /// How many are needed.
        needed: usize,
        /// How many there are.
        found: usize,
        /// Who gave something else.
        because: String,
    },
    /// The share is here.
    #[error("the share of {key} is here and opens with this passphrase: there is nothing to restore")]
    Present {
        /// The key.
        key: String,
    },
    /// Something else has this name.
    #[error("{key} is another key here than the one of this backup")]
    OtherKey {
        /// The name.
        key: String,
    },
    /// A generation of a later epoch waits.
    #[error("shares of epoch {epoch} of {key} are staged here and not in use")]
    Staged {
        /// The key.
        key: String,
        /// Their epoch.
        epoch: u64,
    },
    /// No randomness.
    #[error("the operating system gave no randomness")]
    Randomness,
    /// A key's files.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A home's files.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The audit log.
    #[error(transparent)]
    Audit(#[from] AuditError),
}

impl BackupError {
    /// A paper of this origin is not readable.
    pub fn paper(origin: impl std::fmt::Display) -> impl FnOnce(PaperFault) -> Self {
        let origin = origin.to_string();
        move |fault| Self::Paper { origin, fault }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Paper { fault: PaperFault::Signature { .. }, .. }
            | Self::OtherShare { .. }
            | Self::Encryption { .. }
            | Self::OtherIdentity { .. }
            | Self::OtherRequesterIdentity { .. } => Exit::Unverified,
            Self::OtherRequester { .. }
            | Self::TooEarly { .. }
            | Self::Vetoed { .. }
            | Self::NoVetoer { .. }
            | Self::OldEpoch { .. }
            | Self::OtherPurpose { .. } => Exit::Refused,
            Self::Lies { .. } => Exit::Session,
            Self::TooFew { because, .. } if !because.is_empty() => Exit::Session,
            _ => Exit::BadInput,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Paper { fault: PaperFault::Signature { .. }, .. }
            | Self::OtherShare { .. }
            | Self::Encryption { .. } => "do not rely on this file: ask who has made it for another",
            Self::OtherIdentity { name, .. } | Self::OtherRequesterIdentity { name, .. } => {
                return Some(format!("ask {name} by another channel which identity is right"));
            }
            Self::NotGuarded { .. } => "accept the backup first with `quorate key guard FILE`",
            Self::NoBackup { .. } => "name the file with --backup FILE; any guardian has a copy of it",
            Self::OtherRequester { name, .. } => {
                return Some(format!(
                    "if the holder has lost its identity: pin its new card after asking it by another channel, and say \
                     --for {name}"
                ));
            }
            Self::TooEarly { .. } => "run the same command again when it is over; whoever can veto is heard until then",
            Self::Vetoed { .. } => "a request that was vetoed is never granted; a new one starts a new delay",
            Self::OldEpoch { .. } => {
                "an old share is of no use: let the other holders recover it, or restore a later backup"
            }
            Self::OtherPurpose { .. } => "make another request; each says what it is for",
            Self::Lies { .. } | Self::TooFew { .. } => "ask other guardians for their parts",
            Self::Present { .. } => "to rehearse a recovery, say --drill",
            Self::OtherKey { .. } => "restore it under another name",
            Self::Staged { key, .. } => return Some(format!("finish them first: `quorate key resume {key}`")),
            Self::OtherRequest { .. } => "guardians answer the request file that was made in this home",
            Self::Key(error) => return Failure::from(error.clone()).hint,
            Self::Identity(error) => return Failure::from(error.clone()).hint,
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        if let BackupError::Audit(error) = error {
            return error.into();
        }
        Self { exit: error.exit(), message: error.to_string(), hint: error.hint() }
    }
}
