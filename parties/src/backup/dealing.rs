//! The backup itself: a share dealt to guardians, as one signed text.

use quorate_engine::crypto::SessionId;
use quorate_engine::crypto::sealing::{SealingPublic, SealingSecret};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::paper::{self, PaperFault, PaperKind};
use super::seal::{self, Dealing};
use super::{BackupError, Delay};
use crate::identity::{Canonical, Card, Hex, Identity, PartyName, PublicKey, Signature};
use crate::keys::{Holder, PublicPart};

/// The most guardians of a backup.
const MOST_GUARDIANS: usize = 32;
/// The most guardians times scalars of a share: the text stays below its limit.
const MOST_ENCRYPTIONS: usize = 64;
/// The most who are named to veto, besides the holder.
const MOST_VETOERS: usize = 32;

/// A party by name and identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Its name.
    pub name: PartyName,
    /// Its identity key.
    pub identity: PublicKey,
}

impl Person {
    /// The person of a card.
    pub fn of(card: &Card) -> Self {
        Self { name: card.name().clone(), identity: card.public_key() }
    }

    /// The person whose home this is.
    pub fn own(identity: &Identity) -> Self {
        Self::of(identity.card())
    }

    pub(super) fn state(&self, statement: Canonical) -> Canonical {
        statement.text(self.name.as_str()).bytes(self.identity.as_bytes())
    }
}

/// To whom a share is given, and under which conditions they give it back.
#[derive(Clone, Debug)]
pub struct Guardians {
    /// Who they are; the first has index 1.
    pub guardians: Vec<Person>,
    /// How many of them are needed.
    pub needed: u16,
    /// How long they wait.
    pub delay: Delay,
    /// Who can veto, besides the holder.
    pub vetoers: Vec<Person>,
}

/// A holder's share, dealt to guardians. Public. That one exists means that its fields agree with each other and that
/// its holder has signed it; what is encrypted is looked at by [`Backup::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    backup: Hex<32>,
    created: u64,
    delay: Delay,
    guardians_needed: u16,
    signature: Signature,
    guardians: Vec<Person>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    vetoers: Vec<Person>,
    key: PublicPart,
    /// One for each scalar of the share.
    dealings: Vec<Dealing>,
}

impl Content {
    /// What everything that is encrypted is bound to.
    fn label(&self) -> SessionId {
        let statement = Canonical::new("quorate backup label 1")
            .bytes(&self.backup.0)
            .number(self.created)
            .number(self.delay.seconds())
            .number(self.guardians_needed.into())
            .bytes(&self.key.digest().0)
            .list(self.guardians.iter(), |statement, guardian| guardian.state(statement))
            .list(self.vetoers.iter(), |statement, vetoer| vetoer.state(statement));
        SessionId(statement.digest())
    }

    fn statement(&self) -> Canonical {
        let dealings = self.dealings.iter();
        Canonical::new("quorate backup 1").bytes(&self.label().0).list(dealings, |statement, dealing| {
            statement
                .list(dealing.commitments.iter(), |statement, point| statement.text(point))
                .list(dealing.encrypted.iter(), |statement, encrypted| statement.text(encrypted))
        })
    }

    /// Whether the fields agree.
    fn check(&self) -> Result<(), PaperFault> {
        let wrong = |field, why| Err(PaperFault::field(field, why));
        if self.key.check().is_err() {
            return wrong("key", "is not the public part of a key");
        }
        if self.key.commitments.is_empty() {
            return wrong("key", "has no commitments: nobody could check the share");
        }
        let Some(own) = self.key.own() else { return wrong("key", "does not say whose share it is") };
        let count = self.guardians.len();
        if !(2..=MOST_GUARDIANS).contains(&count) {
            return wrong("guardians", "has fewer than two or more than 32 entries");
        }
        for (position, guardian) in self.guardians.iter().enumerate() {
            let before = &self.guardians[..position];
            if before.iter().any(|other| other.name == guardian.name || other.identity == guardian.identity) {
                return wrong("guardians", "names a party twice");
            }
            if guardian.name == own.name || guardian.identity == own.identity {
                return wrong("guardians", "names the holder: nobody guards its own share");
            }
        }
        if self.vetoers.len() > MOST_VETOERS {
            return wrong("vetoers", "has more than 32 entries");
        }
        let needed = usize::from(self.guardians_needed);
        if needed < 2 || needed > count {
            return wrong("guardians_needed", "is fewer than two or more than there are guardians");
        }
        if self.dealings.len() * count > MOST_ENCRYPTIONS {
            return wrong("dealings", "has more entries than 64 for all guardians");
        }
        let points = seal::public_shares(&self.key).map_or(0, |points| points.len());
        if self.dealings.len() != points || points == 0 {
            return wrong("dealings", "has not one entry for each scalar of the share");
        }
        if self.dealings.iter().any(|d| d.commitments.len() != needed || d.encrypted.len() != count) {
            return wrong(
                "dealings",
                "has not a commitment for each guardian needed and a ciphertext for each guardian",
            );
        }
        Ok(())
    }
}

impl Backup {
    /// Deals a share. `share` is the record of an opened key.
    ///
    /// # Errors
    /// Guardians that do not fit; a record that is damaged; no randomness.
    pub fn new(
        identity: &Identity,
        key: &PublicPart,
        share: &[u8],
        guardians: Guardians,
        created: u64,
    ) -> Result<Self, BackupError> {
        let mut id = [0; 32];
        getrandom::fill(&mut id).map_err(|_| BackupError::Randomness)?;
        let Guardians { guardians, needed, delay, vetoers } = guardians;
        let mut content = Content {
            backup: Hex(id),
            created,
            delay,
            guardians_needed: needed,
            signature: Hex([0; 64]),
            guardians,
            vetoers,
            key: key.clone(),
            dealings: Vec::new(),
        };
        let places = seal::public_shares(key).map_or(0, |points| points.len());
        // Everything that does not hang on the dealing is checked before it is made.
        let empty = Dealing::empty(needed, content.guardians.len());
        content.dealings = vec![empty; places];
        content.check().map_err(BackupError::Unlawful)?;
        content.dealings = seal::deal(key.scheme.curve(), content.label(), share, needed, &keys(&content))?;
        content.check().map_err(BackupError::Unlawful)?;
        content.signature = identity.sign(&content.statement());
        let backup = Self { content };
        // Nothing is given away that does not verify.
        backup.verify()?;
        Ok(backup)
    }

    /// Reads a backup and checks its signature.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(bytes: &[u8]) -> Result<Self, PaperFault> {
        let content: Content = paper::read(bytes, PaperKind::Backup)?;
        content.check()?;
        let backup = Self { content };
        let holder = backup.holder();
        if !holder.identity.verifies(&backup.content.statement(), &backup.content.signature) {
            return Err(PaperFault::Signature { signer: holder.name.to_string() });
        }
        Ok(backup)
    }

    /// The text that [`Self::parse`] reads.
    pub fn to_text(&self) -> String {
        let comment = format!(
            "The share that {} has of the key {}, dealt to guardians. Not secret: each part is encrypted to its guardian.",
            self.holder().name,
            self.content.key.name
        );
        paper::write(PaperKind::Backup, &comment, &self.content)
    }

    /// Checks without any secret that the right share was dealt and that every guardian's ciphertext holds its part.
    ///
    /// # Errors
    /// What is wrong, with the guardian whom it concerns.
    pub fn verify(&self) -> Result<(), BackupError> {
        let content = &self.content;
        let points = seal::public_shares(&content.key).ok_or(BackupError::Damaged { what: "the key's commitments" })?;
        for (number, (dealing, point)) in content.dealings.iter().zip(&points).enumerate() {
            let label = seal::numbered(content.label(), number);
            let verified = seal::verify(dealing, label, point, &keys(content));
            verified.map_err(|fault| self.named(fault))?;
        }
        Ok(())
    }

    /// A guardian's part of every scalar of the share, opened and checked.
    ///
    /// # Errors
    /// If what is encrypted for it is not its part.
    pub(super) fn open(&self, index: u16, secret: &SealingSecret) -> Result<Vec<Zeroizing<[u8; 32]>>, BackupError> {
        let (content, count) = (&self.content, self.content.guardians.len());
        let curve = content.key.scheme.curve();
        let open = |(number, dealing): (usize, &Dealing)| {
            let label = seal::numbered(content.label(), number);
            let opened = seal::open(dealing, curve, label, count, index, secret);
            opened.map_err(|fault| self.named(fault))
        };
        content.dealings.iter().enumerate().map(open).collect()
    }

    /// The name of the backup.
    pub fn id(&self) -> Hex<32> {
        self.content.backup
    }

    /// When it was made, in seconds since 1970.
    pub fn created(&self) -> u64 {
        self.content.created
    }

    /// How long guardians wait.
    pub fn delay(&self) -> Delay {
        self.content.delay
    }

    /// How many guardians are needed.
    pub fn needed(&self) -> usize {
        self.content.guardians_needed.into()
    }

    /// Who they are; the first has index 1.
    pub fn guardians(&self) -> &[Person] {
        &self.content.guardians
    }

    /// Who can veto, besides the holder.
    pub fn vetoers(&self) -> &[Person] {
        &self.content.vetoers
    }

    /// What everybody may know of the key, as the holder had it.
    pub fn key(&self) -> &PublicPart {
        &self.content.key
    }

    /// Whose share it is.
    pub fn holder(&self) -> &Holder {
        self.content.key.own().expect("a backup that exists was checked")
    }

    /// The index of a guardian with this identity.
    pub fn index_of(&self, identity: PublicKey) -> Option<u16> {
        let position = self.content.guardians.iter().position(|guardian| guardian.identity == identity)?;
        u16::try_from(position + 1).ok()
    }

    /// Guardians who hold shares of the key themselves: enough of them together have more than they should.
    pub fn guardians_who_hold(&self) -> Vec<&PartyName> {
        let holds = |guardian: &&Person| self.content.key.holders.iter().any(|h| h.identity == guardian.identity);
        self.content.guardians.iter().filter(holds).map(|guardian| &guardian.name).collect()
    }

    pub(super) fn dealings(&self) -> &[Dealing] {
        &self.content.dealings
    }

    /// What a released part is bound to.
    pub(super) fn label(&self) -> SessionId {
        self.content.label()
    }

    fn named(&self, fault: seal::Fault) -> BackupError {
        let name = |index: u16| {
            let guardian = self.content.guardians.get(usize::from(index).wrapping_sub(1));
            guardian.map_or_else(|| format!("guardian {index}"), |guardian| guardian.name.to_string())
        };
        match fault {
            seal::Fault::Malformed(what) => BackupError::Damaged { what },
            seal::Fault::OtherShare => BackupError::OtherShare { holder: self.holder().name.clone() },
            seal::Fault::Guardian(index) => BackupError::Encryption { guardian: name(index) },
        }
    }
}

fn keys(content: &Content) -> Vec<SealingPublic> {
    content.guardians.iter().map(|guardian| guardian.identity.sealing_key()).collect()
}
