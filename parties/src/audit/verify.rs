//! Checking a whole log.

use super::{AuditError, Entries, EntryFault, Event, Head, Whose};
use crate::identity::{Hex, PartyName, PublicKey};

/// A log of which every hash, signature and countersignature was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Whose log it is.
    pub owner: PublicKey,
    /// Its last entry.
    pub head: Head,
    /// When the last entry was written, in seconds since 1970.
    pub time: u64,
    /// What it says of heads, its own and its partners', in order.
    pub sightings: Vec<Sighting>,
    /// The hashes of its entries: 32 bytes for each.
    hashes: Vec<Hex<32>>,
}

/// A head that somebody has countersigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The entry that says so.
    pub entry: u64,
    /// The partner.
    pub partner: PartyName,
    /// The partner's identity.
    pub key: PublicKey,
    /// Whose log has the head.
    pub whose: Whose,
    /// The head.
    pub head: Head,
}

impl Verified {
    /// Whether the log had this head once.
    pub fn contains(&self, head: &Head) -> bool {
        let index = head.number.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        index.and_then(|index| self.hashes.get(index)) == Some(&head.hash)
    }

    /// The newest head that each partner has countersigned.
    pub fn countersigned(&self) -> Vec<&Sighting> {
        let mut newest: Vec<&Sighting> = Vec::new();
        for sighting in self.sightings.iter().filter(|sighting| sighting.whose == Whose::Own) {
            newest.retain(|other| other.key != sighting.key);
            newest.push(sighting);
        }
        newest
    }
}

/// Checks the entries of a log from the first on: that each follows the one before, is signed by `owner`, and that
/// every countersignature in it is one. Memory: 32 bytes for each entry, and what it says of heads.
///
/// # Errors
/// The first thing that is wrong; the file system's.
pub fn verify(mut entries: Entries, owner: &PublicKey) -> Result<Verified, AuditError> {
    let (time, sightings, hashes) = (0, Vec::new(), Vec::new());
    let mut verified = Verified { owner: *owner, head: entries.head(), time, sightings, hashes };
    while let Some(entry) = entries.next() {
        let entry = entry?;
        let wrong = |fault| Err(entries.fault_at(entry.number, fault));
        if !entry.is_signed_by(owner) {
            return wrong(EntryFault::Signature);
        }
        (verified.head, verified.time) = (entry.head(), entry.time);
        verified.hashes.push(entry.hash);
        let Event::Head { partner, key, whose, number, hash, signature } = entry.event else { continue };
        let head = Head { number, hash };
        let (of, by) = match whose {
            Whose::Own => (owner, &key),
            Whose::Partner => (&key, owner),
        };
        if !head.is_countersigned(of, by, &signature) {
            return wrong(EntryFault::Countersignature(partner));
        }
        if whose == Whose::Own && !verified.contains(&head) {
            return wrong(EntryFault::Forked(partner));
        }
        verified.sightings.push(Sighting { entry: entry.number, partner, key, whose, head });
    }
    Ok(verified)
}
