//! An entry: a line of the log, and a link of its chain.

use serde::{Deserialize, Serialize};

use super::{EntryFault, Event};
use crate::identity::{Canonical, Hex, Identity, PublicKey, Signature};

/// The longest line, its end included.
pub const LINE_LIMIT: usize = 64 * 1024;

/// An entry of a log. Its text is one line of JSON, and there is one spelling of it: the fields in this order, without
/// spaces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its number; the first has 1.
    pub number: u64,
    /// When it was written, in seconds since 1970 by this party's clock.
    pub time: u64,
    /// The hash of the entry before it, or [`beginning`].
    pub previous: Hex<32>,
    /// What happened.
    pub event: Event,
    /// [`extend`] of `previous` by the digest of number, time and event.
    pub hash: Hex<32>,
    /// The party's signature of number and hash.
    pub signature: Signature,
}

/// The last entry of a log, by number and hash: this says all of the log. A log without entries has number 0 and the
/// hash [`beginning`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The number of the last entry.
    pub number: u64,
    /// Its hash.
    pub hash: Hex<32>,
}

/// The hash before the first entry of the log of the party with this key.
pub fn beginning(owner: &PublicKey) -> Hex<32> {
    Hex(Canonical::new("quorate audit log 1").bytes(owner.as_bytes()).digest())
}

/// The hash of the entry that follows `previous` and whose body has this digest.
pub fn extend(previous: &Hex<32>, body: &Hex<32>) -> Hex<32> {
    Hex(Canonical::new("quorate audit entry 1").bytes(&previous.0).bytes(&body.0).digest())
}

impl Head {
    /// The head of a log without entries.
    pub fn empty(owner: &PublicKey) -> Self {
        Self { number: 0, hash: beginning(owner) }
    }

    /// The head after one more entry, whose body has this digest.
    #[must_use]
    pub fn extended(&self, body: &Hex<32>) -> Self {
        Self { number: self.number.saturating_add(1), hash: extend(&self.hash, body) }
    }

    /// What a partner signs: that it has seen the log of `owner` up to this head.
    pub(super) fn statement(&self, owner: &PublicKey) -> Canonical {
        let Self { number, hash } = self;
        Canonical::new("quorate audit head 1").bytes(owner.as_bytes()).number(*number).bytes(&hash.0)
    }

    /// Countersigns this head of the log of `owner`.
    pub fn countersign(&self, owner: &PublicKey, witness: &Identity) -> Signature {
        witness.sign(&self.statement(owner))
    }

    /// Whether `signature` is the countersignature of `witness`.
    #[must_use]
    pub fn is_countersigned(&self, owner: &PublicKey, witness: &PublicKey, signature: &Signature) -> bool {
        witness.verifies(&self.statement(owner), signature)
    }
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "entry {} (hash {})", self.number, hex::encode(&self.hash.0[..8]))
    }
}

impl Entry {
    /// Signs the entry that follows `head`.
    pub(super) fn sign(identity: &Identity, head: &Head, time: u64, event: Event) -> Self {
        let number = head.number + 1;
        let mut entry = Self { number, time, previous: head.hash, event, hash: Hex([0; 32]), signature: Hex([0; 64]) };
        entry.hash = extend(&entry.previous, &entry.body());
        entry.signature = identity.sign(&entry.statement());
        entry
    }

    /// The digest of number, time and event: what others may know of an entry whose content is not theirs to read.
    pub fn body(&self) -> Hex<32> {
        let event = serde_json::to_string(&self.event).expect("an event has text keys only");
        let body = Canonical::new("quorate audit body 1").number(self.number).number(self.time).text(&event);
        Hex(body.digest())
    }

    /// The log's head when this was its last entry.
    pub fn head(&self) -> Head {
        Head { number: self.number, hash: self.hash }
    }

    fn statement(&self) -> Canonical {
        Canonical::new("quorate audit signature 1").number(self.number).bytes(&self.hash.0)
    }

    /// Whether the entry's signature is that of `owner`.
    #[must_use]
    pub fn is_signed_by(&self, owner: &PublicKey) -> bool {
        owner.verifies(&self.statement(), &self.signature)
    }

    /// Whether it is the entry that follows `head`.
    ///
    /// # Errors
    /// What does not fit.
    pub(super) fn check_follows(&self, head: &Head) -> Result<(), EntryFault> {
        if self.number != head.number + 1 {
            return Err(EntryFault::Number { expected: head.number + 1, found: self.number });
        }
        if self.previous != head.hash {
            return Err(EntryFault::Previous);
        }
        if self.hash != extend(&self.previous, &self.body()) {
            return Err(EntryFault::Hash);
        }
        Ok(())
    }

    /// The line of the log, its end included.
    pub fn to_line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).expect("an entry has text keys only");
        line.push(b'\n');
        line
    }

    /// Reads a line, without its end.
    ///
    /// # Errors
    /// If it is none, or not in the one spelling that an entry has.
    pub fn parse(line: &[u8]) -> Result<Self, EntryFault> {
        if line.len() >= LINE_LIMIT {
            return Err(EntryFault::TooLong);
        }
        let entry: Self = serde_json::from_slice(line).map_err(|error| EntryFault::Malformed(error.to_string()))?;
        let spelled = entry.to_line();
        if spelled.split_last().is_none_or(|(_, spelled)| spelled != line) {
            return Err(EntryFault::Spelling);
        }
        Ok(entry)
    }
}
