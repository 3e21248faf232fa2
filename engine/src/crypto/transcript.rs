//! Hashing of structured data: every field named and length-prefixed, every use in its own domain.

use quorate_kernels::Block;

use super::SessionId;
use crate::net::PartyIndex;

/// A hash in progress over named fields. Two transcripts have one digest only if domain, session, and all
/// fields with their names, order and lengths are equal.
///
/// BLAKE3 in key-derivation mode with the domain as its context; each field is hashed as the lengths of name
/// and value (little-endian u64), then name and value.
#[derive(Clone)]
pub struct Transcript {
    hasher: blake3::Hasher,
}

impl Transcript {
    /// An empty transcript of a domain (a constant that names protocol, version and purpose) in a session.
    pub fn new(domain: &'static str, session: &SessionId) -> Self {
        let mut transcript = Self { hasher: blake3::Hasher::new_derive_key(domain) };
        transcript.append("session", &session.0);
        transcript
    }

    /// Adds a field.
    pub fn append(&mut self, name: &'static str, value: &[u8]) -> &mut Self {
        self.hasher.update(&(name.len() as u64).to_le_bytes());
        self.hasher.update(&(value.len() as u64).to_le_bytes());
        self.hasher.update(name.as_bytes());
        self.hasher.update(value);
        self
    }

    /// Adds a number.
    pub fn append_u64(&mut self, name: &'static str, value: u64) -> &mut Self {
        self.append(name, &value.to_le_bytes())
    }

    /// Adds a party.
    pub fn append_party(&mut self, name: &'static str, party: PartyIndex) -> &mut Self {
        self.append_u64(name, party.0 as u64)
    }

    /// The digest of what was added so far.
    pub fn digest(&self) -> [u8; 32] {
        *self.hasher.finalize().as_bytes()
    }

    /// The first 16 bytes of the digest.
    pub fn block(&self) -> Block {
        let mut bytes = [0; Block::BYTES];
        self.fill(&mut bytes);
        Block::from_bytes(bytes)
    }

    /// The digest extended to the length of `out`; a longer one begins with the shorter.
    pub fn fill(&self, out: &mut [u8]) {
        self.hasher.finalize_xof().fill(out);
    }
}

impl std::fmt::Debug for Transcript {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Transcript(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: SessionId = SessionId([7; 32]);

    #[test]
    fn fields_cannot_be_moved_into_each_other() {
        let digest = |fields: &[(&'static str, &[u8])]| {
            let mut transcript = Transcript::new("quorate test", &SESSION);
            fields.iter().for_each(|(name, value)| {
                transcript.append(name, value);
            });
            transcript.digest()
        };
        let digests = [
            digest(&[]),
            digest(&[("a", b"")]),
            digest(&[("a", b"b")]),
            digest(&[("ab", b"")]),
            digest(&[("a", b"b"), ("a", b"")]),
            digest(&[("a", b""), ("a", b"b")]),
        ];
        for (i, left) in digests.iter().enumerate() {
            assert!(digests[i + 1..].iter().all(|right| left != right));
        }
    }

    #[test]
    fn domain_and_session_separate() {
        let base = Transcript::new("quorate test", &SESSION).digest();
        assert_ne!(base, Transcript::new("quorate test 2", &SESSION).digest());
        assert_ne!(base, Transcript::new("quorate test", &SessionId([8; 32])).digest());
    }
}
