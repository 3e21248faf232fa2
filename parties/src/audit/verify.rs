//! Checking a whole log.

use std::collections::BTreeMap;

use super::{AuditError, Entries, EntryFault, Event, Head, Whose};
use crate::identity::{Hex, PartyName, PublicKey};

/// A log of which every hash, signature and countersignature was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Its last entry.
    pub head: Head,
    /// The newest head of it that each partner has countersigned.
    pub countersigned: BTreeMap<PartyName, (PublicKey, Head)>,
}

/// Checks the entries of a log from the first on: that each follows the one before, is signed by `owner`, and that
/// every countersignature in it is one. Memory: 32 bytes for each entry.
///
/// # Errors
/// The first thing that is wrong; the file system's.
pub fn verify(mut entries: Entries, owner: &PublicKey) -> Result<Verified, AuditError> {
    let (mut hashes, mut countersigned) = (Vec::new(), BTreeMap::new());
    while let Some(entry) = entries.next() {
        let entry = entry?;
        let wrong = |fault| Err(entries.fault_at(entry.number, fault));
        if !entry.is_signed_by(owner) {
            return wrong(EntryFault::Signature);
        }
        hashes.push(entry.hash);
        let Event::Head { partner, key, whose, number, hash, signature } = &entry.event else { continue };
        let head = Head { number: *number, hash: *hash };
        let (of, by) = match whose {
            Whose::Own => (owner, key),
            Whose::Partner => (key, owner),
        };
        if !head.is_countersigned(of, by, signature) {
            return wrong(EntryFault::Countersignature(partner.clone()));
        }
        if *whose == Whose::Own {
            if at(&hashes, *number) != Some(*hash) {
                return wrong(EntryFault::Forked(partner.clone()));
            }
            countersigned.insert(partner.clone(), (*key, head));
        }
    }
    Ok(Verified { head: entries.head(), countersigned })
}

/// The hash of an entry by its number.
fn at(hashes: &[Hex<32>], number: u64) -> Option<Hex<32>> {
    let index = usize::try_from(number.checked_sub(1)?).ok()?;
    hashes.get(index).copied()
}
