//! A request to release the parts of a backup, signed by who wants them.

use serde::{Deserialize, Serialize};

use super::paper::{self, PaperFault, PaperKind};
use super::{Backup, BackupError, Person};
use crate::identity::{Canonical, Hex, Identity, Signature};

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// The share is lost.
    Restore,
    /// Whether it could be restored is tried.
    Drill,
}

impl Purpose {
    /// The word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Restore => "restore",
            Self::Drill => "drill",
        }
    }
}

impl std::fmt::Display for Purpose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// A request. That one exists means that its signature was checked; whether it may be granted is the guardians'.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    backup: Hex<32>,
    key_id: Hex<32>,
    epoch: u64,
    purpose: Purpose,
    created: u64,
    /// So that two requests are never the same.
    nonce: Hex<32>,
    signature: Signature,
    requester: Person,
}

impl Content {
    fn statement(&self) -> Canonical {
        let statement = Canonical::new("quorate restore request 1")
            .bytes(&self.backup.0)
            .bytes(&self.key_id.0)
            .number(self.epoch)
            .text(self.purpose.name())
            .number(self.created)
            .bytes(&self.nonce.0);
        self.requester.state(statement)
    }
}

impl Request {
    /// Asks for the parts of a backup.
    ///
    /// # Errors
    /// If there is no randomness.
    pub fn new(identity: &Identity, backup: &Backup, purpose: Purpose, created: u64) -> Result<Self, BackupError> {
        let mut nonce = [0; 32];
        getrandom::fill(&mut nonce).map_err(|_| BackupError::Randomness)?;
        let mut content = Content {
            backup: backup.id(),
            key_id: backup.key().key_id,
            epoch: backup.key().epoch,
            purpose,
            created,
            nonce: Hex(nonce),
            signature: Hex([0; 64]),
            requester: Person::own(identity),
        };
        content.signature = identity.sign(&content.statement());
        Ok(Self { content })
    }

    /// Reads a request and checks its signature.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(bytes: &[u8]) -> Result<Self, PaperFault> {
        let content: Content = paper::read(bytes, PaperKind::RestoreRequest)?;
        let signer = &content.requester;
        if !signer.identity.verifies(&content.statement(), &content.signature) {
            return Err(PaperFault::Signature { signer: signer.name.to_string() });
        }
        Ok(Self { content })
    }

    /// The text that [`Self::parse`] reads.
    pub fn to_text(&self) -> String {
        let Content { requester, purpose, .. } = &self.content;
        let comment = format!("{} asks its guardians for the parts of its share, for a {purpose}.", requester.name);
        paper::write(PaperKind::RestoreRequest, &comment, &self.content)
    }

    /// The name of the request: the digest of what is signed.
    pub fn id(&self) -> Hex<32> {
        Hex(self.content.statement().digest())
    }

    /// The backup whose parts are asked for.
    pub fn backup(&self) -> Hex<32> {
        self.content.backup
    }

    /// What for.
    pub fn purpose(&self) -> Purpose {
        self.content.purpose
    }

    /// Who asks; parts are encrypted to this identity.
    pub fn requester(&self) -> &Person {
        &self.content.requester
    }

    /// Whether it is about this backup.
    ///
    /// # Errors
    /// What differs.
    pub fn fits(&self, backup: &Backup) -> Result<(), BackupError> {
        let Content { backup: id, key_id, epoch, .. } = &self.content;
        let key = backup.key();
        let differs = [
            (*id != backup.id(), "another backup"),
            (*key_id != key.key_id, "another key"),
            (*epoch != key.epoch, "another epoch"),
        ];
        match differs.into_iter().find_map(|(differs, field)| differs.then_some(field)) {
            Some(field) => Err(BackupError::OtherBackup { field }),
            None => Ok(()),
        }
    }
}
