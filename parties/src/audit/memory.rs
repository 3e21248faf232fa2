//! What this party remembers of its partners' logs: the newest head of each that it has countersigned.
//!
//! The log itself says it. A file beside it saves reading the whole log for every session; what the log has beyond that
//! file is read, and a file that is not of this log is not believed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AuditError, Entry, Event, Head, Held, Whose};
use crate::identity::{PartyName, PublicKey};
use crate::keys::{Disk, Files};

/// The longest file that is read.
const LIMIT: usize = 4 << 20;

/// So many entries are read again each time, before the file is written anew.
const BEHIND: u64 = 64;

/// The newest countersigned head of each partner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory(BTreeMap<PublicKey, Known>);

/// What is known of one partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    key: PublicKey,
    name: PartyName,
    head: Head,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    /// The head of this party's log up to which it was read.
    through: Head,
    /// Where the entry after that begins.
    length: u64,
    partners: Vec<Known>,
}

impl Memory {
    /// The head of the log of the partner with this key that was countersigned last.
    pub fn of(&self, partner: &PublicKey) -> Option<Head> {
        self.0.get(partner).map(|known| known.head)
    }

    /// The partners and their heads, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&PartyName, &PublicKey, Head)> {
        self.0.values().map(|known| (&known.name, &known.key, known.head))
    }

    /// Learns from an entry of this party's log.
    pub(super) fn learn(&mut self, entry: &Entry) {
        match &entry.event {
            Event::Head { partner, key, whose: Whose::Partner, number, hash, .. } => {
                let (name, head) = (partner.clone(), Head { number: *number, hash: *hash });
                let known = Known { key: *key, name, head };
                // Of sessions that end at once, the one that was shown the longer log may be written down first.
                if self.of(key).is_none_or(|before| before.number < head.number) {
                    self.0.insert(*key, known);
                }
            }
            Event::Accepted { key, .. } => drop(self.0.remove(key)),
            _ => {}
        }
    }
}

impl Held<'_> {
    /// What this party remembers of its partners' logs.
    ///
    /// # Errors
    /// A log that is damaged since it was read last; the file system's.
    pub fn memory(&self) -> Result<Memory, AuditError> {
        let path = self.folder().join("partners");
        let content = Files.read(&path, LIMIT).map_err(|error| AuditError::io("read", &path, &error))?;
        let saved = content.and_then(|content| serde_json::from_slice::<Saved>(&content).ok());
        let (mut memory, mut entries) = match saved {
            Some(Saved { through, length, partners }) if self.has(&through, length)? => {
                let memory = partners.into_iter().map(|known| (known.key, known)).collect();
                (Memory(memory), self.entries_from(through, length)?)
            }
            _ => (Memory::default(), self.entries()?),
        };
        let from = entries.head().number;
        for entry in entries.by_ref() {
            memory.learn(&entry?);
        }
        if entries.head().number >= from + BEHIND {
            let partners = memory.0.values().cloned().collect();
            let saved = Saved { through: entries.head(), length: entries.offset(), partners };
            let content = serde_json::to_vec(&saved).expect("a memory has text keys only");
            // Without it more is read the next time: that is no reason to fail.
            let _ = Files.replace(&path, &content);
        }
        Ok(memory)
    }
}
