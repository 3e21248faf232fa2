//! The bytes that are signed and hashed.

use sha2::{Digest, Sha256};

/// A statement as unambiguous bytes: its domain, then its items in a fixed order, each preceded by its length as a
/// little-endian u64. Two different statements never have the same bytes, and statements of different domains never
/// do either. This is what signatures cover: not JSON or TOML text, which has many spellings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical(Vec<u8>);

impl Canonical {
    /// An empty statement of a domain, for example `quorate card 1`. The number is the version of the layout.
    pub fn new(domain: &str) -> Self {
        Self(Vec::new()).bytes(domain.as_bytes())
    }

    /// Adds a byte string.
    #[must_use]
    pub fn bytes(mut self, item: &[u8]) -> Self {
        self.0.extend_from_slice(&(item.len() as u64).to_le_bytes());
        self.0.extend_from_slice(item);
        self
    }

    /// Adds text, as UTF-8.
    #[must_use]
    pub fn text(self, item: &str) -> Self {
        self.bytes(item.as_bytes())
    }

    /// Adds a number, as eight bytes.
    #[must_use]
    pub fn number(self, item: u64) -> Self {
        self.bytes(&item.to_le_bytes())
    }

    /// Adds a list: how many items it has, then what `each` adds for every one.
    #[must_use]
    pub fn list<T>(self, items: impl ExactSizeIterator<Item = T>, each: impl Fn(Self, T) -> Self) -> Self {
        let counted = self.number(items.len() as u64);
        items.fold(counted, each)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// SHA-256 of the bytes.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }
}
