//! Commitments to inputs: an owner can later show what it had put in, and nobody learns anything until then.

use std::path::PathBuf;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::identity::{Canonical, Hex, Home, IdentityError, PublicKey};
use crate::session::{Agreement, Ordered, SessionId};

/// The commitment to one input: SHA-256 of the session, the owner's key, the input's name, a salt and the content.
/// An auditor to whom the owner shows salt and content computes it again.
pub fn commitment(session: SessionId, owner: PublicKey, input: &str, salt: &[u8; 32], content: &[u8]) -> Hex<32> {
    let head = Canonical::new("quorate input 1").bytes(&session.0).bytes(owner.as_bytes()).text(input).bytes(salt);
    // The content may be long: it is hashed where it is, in the layout that `Canonical::bytes` would give it.
    let mut hash = Sha256::new_with_prefix(head.as_bytes());
    hash.update((content.len() as u64).to_le_bytes());
    hash.update(content);
    Hex(hash.finalize().into())
}

/// This party's commitments, with the salts that open them. The salts stay in the owner's home.
#[derive(Default)]
pub struct InputCommitments {
    public: Ordered<Hex<32>>,
    salts: Vec<(String, Zeroizing<[u8; 32]>)>,
}

impl InputCommitments {
    /// No commitments yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Commits to an input, with a fresh salt. An input is committed to once: a second content is ignored.
    ///
    /// # Errors
    /// If the operating system has no randomness to give.
    pub fn add(&mut self, agreement: &Agreement, input: &str, content: &[u8]) -> Result<(), IdentityError> {
        let mut salt = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *salt).map_err(|_| IdentityError::Randomness)?;
        let digest = commitment(agreement.session, agreement.own().public_key, input, &salt, content);
        if self.public.insert(input, digest).is_ok() {
            self.salts.push((input.to_owned(), salt));
        }
        Ok(())
    }

    /// What the pre-receipt shows.
    pub fn public(&self) -> &Ordered<Hex<32>> {
        &self.public
    }

    /// Keeps the salts in the owner's home, one line for each input: the salt, a space, the name. Done before the
    /// commitments are shown to anybody.
    ///
    /// # Errors
    /// The file system's.
    pub fn keep(&self, home: &Home, session: SessionId) -> Result<PathBuf, IdentityError> {
        let mut text = Zeroizing::new(String::new());
        text.reserve(self.salts.iter().map(|(input, _)| input.len() + 66).sum());
        for (input, salt) in &self.salts {
            text.push_str(&Zeroizing::new(hex::encode(**salt)));
            text.push(' ');
            text.push_str(input);
            text.push('\n');
        }
        home.write_receipt(&format!("{session}.salts"), text.as_bytes())
    }
}
