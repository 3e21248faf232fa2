//! Who signs together.

use crate::identity::{Canonical, Hex, PublicKey};

/// The most members of a set of signers.
pub(super) const MEMBERS_LIMIT: usize = 64;

/// The identity keys of those who made a batch together and alone can use it: at least two, in order, without
/// repetition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signers(Vec<PublicKey>);

impl Signers {
    /// The set of these keys, in whatever order; `None` if there are fewer than two, more than 64, or one twice.
    pub fn new(members: impl IntoIterator<Item = PublicKey>) -> Option<Self> {
        let mut members: Vec<PublicKey> = members.into_iter().take(MEMBERS_LIMIT + 1).collect();
        let count = members.len();
        members.sort();
        members.dedup();
        ((2..=MEMBERS_LIMIT).contains(&count) && members.len() == count).then_some(Self(members))
    }

    /// The members, in order.
    pub fn members(&self) -> &[PublicKey] {
        &self.0
    }

    /// Whether a party is one of them.
    pub fn contains(&self, party: &PublicKey) -> bool {
        self.0.binary_search(party).is_ok()
    }

    /// A short name of the set, the same for every party.
    pub fn digest(&self) -> Hex<32> {
        let statement = Canonical::new("quorate signers 1").list(self.0.iter(), |s, key| s.bytes(key.as_bytes()));
        Hex(statement.digest())
    }
}
