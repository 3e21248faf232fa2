//! A guardian's part, released: encrypted to who asked, signed by the guardian.

use quorate_engine::crypto::SessionId;
use quorate_engine::crypto::sealing::{SealingContext, seal};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::paper::{self, PaperFault, PaperKind};
use super::{Backup, BackupError, Person, Request};
use crate::identity::{Canonical, Hex, Identity, Signature};

/// What a released part is encrypted for.
const PURPOSE: &str = "quorate backup released part";
/// The most scalars of a share.
const MOST_SCALARS: usize = 64;

/// A released part. That one exists means that its signature was checked. What it holds, only who asked can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    backup: Hex<32>,
    request: Hex<32>,
    created: u64,
    /// For each scalar of the share, encrypted to who asked.
    sealed: Vec<Hex<80>>,
    signature: Signature,
    guardian: Person,
}

impl Content {
    fn statement(&self) -> Canonical {
        let statement = Canonical::new("quorate guardian part 1")
            .bytes(&self.backup.0)
            .bytes(&self.request.0)
            .number(self.created)
            .list(self.sealed.iter(), |statement, sealed| statement.bytes(&sealed.0));
        self.guardian.state(statement)
    }
}

impl Part {
    /// Opens a guardian's part of a backup and encrypts it to who asks. Whether the request may be granted was decided
    /// before.
    ///
    /// # Errors
    /// If this party is no guardian, or what is encrypted for it is not its part; no randomness.
    pub(super) fn release(
        identity: &Identity,
        backup: &Backup,
        request: &Request,
        created: u64,
    ) -> Result<Self, BackupError> {
        let guardian = Person::own(identity);
        let index = backup.index_of(guardian.identity).ok_or_else(|| no_guardian(backup, &guardian))?;
        let scalars = backup.open(index, &identity.sealing_secret())?;
        Self::seal(identity, backup, request, created, &scalars)
    }

    /// Releases what is in `of` instead: a lie.
    #[cfg(test)]
    pub(super) fn lie(identity: &Identity, backup: &Backup, request: &Request, of: &Backup) -> Self {
        let index = of.index_of(identity.public_key()).expect("a guardian");
        let scalars = of.open(index, &identity.sealing_secret()).expect("its part opens");
        Self::seal(identity, backup, request, 2000, &scalars).expect("there is randomness")
    }

    fn seal(
        identity: &Identity,
        backup: &Backup,
        request: &Request,
        created: u64,
        scalars: &[Zeroizing<[u8; 32]>],
    ) -> Result<Self, BackupError> {
        let guardian = Person::own(identity);
        let recipient = request.requester().identity.sealing_key();
        let label = label(backup, request, &guardian);
        let mut sealed = Vec::new();
        for (number, scalar) in (0..).zip(scalars) {
            let mut seed = Zeroizing::new([0; 32]);
            getrandom::fill(&mut *seed).map_err(|_| BackupError::Randomness)?;
            let context = SealingContext { label: &label, purpose: PURPOSE, number };
            let encrypted = seal(context, &recipient, &seed, &**scalar).and_then(|bytes| bytes.try_into().ok());
            sealed.push(Hex(encrypted.ok_or(BackupError::Damaged { what: "the requester's identity" })?));
        }
        let (backup, request) = (backup.id(), request.id());
        let mut content = Content { backup, request, created, sealed, signature: Hex([0; 64]), guardian };
        content.signature = identity.sign(&content.statement());
        Ok(Self { content })
    }

    /// Reads a part and checks its signature.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(bytes: &[u8]) -> Result<Self, PaperFault> {
        let content: Content = paper::read(bytes, PaperKind::GuardianPart)?;
        if content.sealed.is_empty() || content.sealed.len() > MOST_SCALARS {
            return Err(PaperFault::field("sealed", "has no entry or more than 64"));
        }
        if !content.guardian.identity.verifies(&content.statement(), &content.signature) {
            return Err(PaperFault::Signature { signer: content.guardian.name.to_string() });
        }
        Ok(Self { content })
    }

    /// The text that [`Self::parse`] reads.
    pub fn to_text(&self) -> String {
        let comment = format!("The part of {}, encrypted to who asked for it.", self.content.guardian.name);
        paper::write(PaperKind::GuardianPart, &comment, &self.content)
    }

    /// The backup.
    pub fn backup(&self) -> Hex<32> {
        self.content.backup
    }

    /// The request that it answers.
    pub fn request(&self) -> Hex<32> {
        self.content.request
    }

    /// Whose part it is.
    pub fn guardian(&self) -> &Person {
        &self.content.guardian
    }

    /// What it holds for each scalar of the share, as far as it opens: whether that is the guardian's part is for the
    /// backup's commitments to say.
    pub(super) fn open(
        &self,
        identity: &Identity,
        backup: &Backup,
        request: &Request,
    ) -> Option<Vec<Zeroizing<Vec<u8>>>> {
        let label = label(backup, request, &self.content.guardian);
        let secret = identity.sealing_secret();
        let open = |(number, sealed): (u64, &Hex<80>)| {
            secret.open(SealingContext { label: &label, purpose: PURPOSE, number }, &sealed.0)
        };
        (0..).zip(&self.content.sealed).map(open).collect()
    }
}

fn label(backup: &Backup, request: &Request, guardian: &Person) -> SessionId {
    let statement = Canonical::new("quorate guardian part label 1").bytes(&backup.label().0).bytes(&request.id().0);
    SessionId(guardian.state(statement).digest())
}

pub(super) fn no_guardian(backup: &Backup, person: &Person) -> BackupError {
    let names: Vec<_> = backup.guardians().iter().map(|guardian| guardian.name.to_string()).collect();
    BackupError::NoGuardian { name: person.name.clone(), guardians: names.join(", ") }
}
