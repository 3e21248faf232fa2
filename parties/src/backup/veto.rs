//! A request must not be granted: signed by the holder, or by somebody whom the backup names for it.

use serde::{Deserialize, Serialize};

use super::paper::{self, PaperFault, PaperKind};
use super::{Backup, BackupError, Person, Request};
use crate::identity::{Canonical, Hex, Identity, Signature};

/// The longest reason, in bytes.
const LONGEST_REASON: usize = 200;

/// A veto. That one exists means that its signature was checked; whether its signer can veto, [`Veto::counts`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Veto {
    content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    request: Hex<32>,
    backup: Hex<32>,
    reason: String,
    created: u64,
    signature: Signature,
    by: Person,
}

impl Content {
    fn statement(&self) -> Canonical {
        let statement = Canonical::new("quorate restore veto 1")
            .bytes(&self.request.0)
            .bytes(&self.backup.0)
            .text(&self.reason)
            .number(self.created);
        self.by.state(statement)
    }
}

impl Veto {
    /// Vetoes a request.
    ///
    /// # Errors
    /// If the reason is no short line.
    pub fn new(identity: &Identity, request: &Request, reason: &str, created: u64) -> Result<Self, BackupError> {
        let by = Person::own(identity);
        let (request, backup, reason) = (request.id(), request.backup(), reason.to_owned());
        let mut content = Content { request, backup, reason, created, signature: Hex([0; 64]), by };
        check(&content).map_err(BackupError::Unlawful)?;
        content.signature = identity.sign(&content.statement());
        Ok(Self { content })
    }

    /// Reads a veto and checks its signature.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(bytes: &[u8]) -> Result<Self, PaperFault> {
        let content: Content = paper::read(bytes, PaperKind::Veto)?;
        check(&content)?;
        if !content.by.identity.verifies(&content.statement(), &content.signature) {
            return Err(PaperFault::Signature { signer: content.by.name.to_string() });
        }
        Ok(Self { content })
    }

    /// The text that [`Self::parse`] reads.
    pub fn to_text(&self) -> String {
        let comment = format!("{} vetoes a request to restore a share.", self.content.by.name);
        paper::write(PaperKind::Veto, &comment, &self.content)
    }

    /// The request that must not be granted.
    pub fn request(&self) -> Hex<32> {
        self.content.request
    }

    /// The backup that it is about.
    pub fn backup(&self) -> Hex<32> {
        self.content.backup
    }

    /// Who vetoes.
    pub fn by(&self) -> &Person {
        &self.content.by
    }

    /// Why.
    pub fn reason(&self) -> &str {
        &self.content.reason
    }

    /// Whether its signer can veto requests for this backup.
    ///
    /// # Errors
    /// If it is of another backup, or its signer is neither the holder nor named.
    pub fn counts(&self, backup: &Backup) -> Result<(), BackupError> {
        if self.content.backup != backup.id() {
            return Err(BackupError::OtherBackup { field: "another backup" });
        }
        may_veto(backup, &self.content.by)
    }
}

/// Whether somebody can veto requests for this backup.
///
/// # Errors
/// If it is neither the holder nor named.
pub(super) fn may_veto(backup: &Backup, person: &Person) -> Result<(), BackupError> {
    let holder = backup.holder();
    let named = backup.vetoers().iter().any(|vetoer| vetoer.identity == person.identity);
    if named || holder.identity == person.identity {
        return Ok(());
    }
    let names = std::iter::once(&holder.name).chain(backup.vetoers().iter().map(|vetoer| &vetoer.name));
    let allowed = names.map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Err(BackupError::NoVetoer { name: person.name.clone(), allowed })
}

fn check(content: &Content) -> Result<(), PaperFault> {
    let reason = &content.reason;
    if reason.is_empty() || reason.len() > LONGEST_REASON || reason.chars().any(char::is_control) {
        return Err(PaperFault::field("reason", "is not one line of 1 to 200 bytes"));
    }
    Ok(())
}
