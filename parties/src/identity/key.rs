//! Ed25519 keys: the public one that partners pin, the secret one that never leaves.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use quorate_engine::crypto::sealing::{SealingPublic, SealingSecret};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Address, Canonical, Card, Hex, IdentityError, PartyName};

/// A signature.
pub type Signature = Hex<64>;

/// An Ed25519 public key: a point of the curve that is not of small order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Hex<32>", into = "Hex<32>")]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// The key with these bytes, if they are one.
    pub fn from_bytes(bytes: [u8; 32]) -> Option<Self> {
        VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak()).map(|_| Self(bytes))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether `signature` is this key's over `statement`.
    #[must_use]
    pub fn verifies(&self, statement: &Canonical, signature: &Signature) -> bool {
        self.verifies_bytes(statement.as_bytes(), &signature.0)
    }

    /// As [`Self::verifies`], for TLS, whose handshake statements have a layout and domain of their own.
    pub(crate) fn verifies_bytes(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = ed25519_dalek::Signature::from_slice(signature) else { return false };
        // Strict: one signature has one encoding, and no second key verifies it.
        VerifyingKey::from_bytes(&self.0).is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
    }

    /// The key to which messages for this party are encrypted: the same point in Montgomery form (X25519).
    pub(crate) fn sealing_key(&self) -> SealingPublic {
        let key = VerifyingKey::from_bytes(&self.0).expect("a public key that exists was checked");
        SealingPublic(key.to_montgomery().to_bytes())
    }

    /// The first 16 digits, for error messages. Never compare these: compare keys.
    pub fn short(&self) -> String {
        hex::encode(&self.0[..8])
    }
}

impl TryFrom<Hex<32>> for PublicKey {
    type Error = &'static str;

    fn try_from(bytes: Hex<32>) -> Result<Self, &'static str> {
        Self::from_bytes(bytes.0).ok_or("not an Ed25519 public key")
    }
}

impl From<PublicKey> for Hex<32> {
    fn from(key: PublicKey) -> Self {
        Self(key.0)
    }
}

impl FromStr for PublicKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::try_from(text.parse::<Hex<32>>()?).map_err(str::to_owned)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A party's identity: its card and the secret key that the card belongs to. The key is wiped from memory on drop and
/// has no `Debug`, no `Clone` and no serialisation.
pub struct Identity {
    card: Card,
    secret: SigningKey,
}

impl Identity {
    /// A fresh identity, from the operating system's randomness.
    ///
    /// # Errors
    /// If the operating system has no randomness to give.
    pub fn generate(name: PartyName, address: Address) -> Result<Self, IdentityError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *seed).map_err(|_| IdentityError::Randomness)?;
        let secret = SigningKey::from_bytes(&seed);
        Ok(Self { card: Card::sign(name, address, &secret), secret })
    }

    /// The identity of a stored card and seed, `None` if they do not belong together.
    pub(super) fn restore(card: Card, seed: &[u8; 32]) -> Option<Self> {
        let secret = SigningKey::from_bytes(seed);
        (secret.verifying_key().to_bytes() == *card.public_key().as_bytes()).then_some(Self { card, secret })
    }

    /// What partners pin.
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// The name on the card.
    pub fn name(&self) -> &PartyName {
        self.card.name()
    }

    /// The key on the card.
    pub fn public_key(&self) -> PublicKey {
        self.card.public_key()
    }

    /// Signs a statement.
    pub fn sign(&self, statement: &Canonical) -> Signature {
        Hex(self.secret.sign(statement.as_bytes()).to_bytes())
    }

    /// What opens messages that were encrypted to this party ([`PublicKey::sealing_key`]).
    pub(crate) fn sealing_secret(&self) -> SealingSecret {
        SealingSecret::from_bytes(self.secret.to_scalar_bytes())
    }

    /// Signs a TLS handshake's statement, whose layout and domain TLS defines.
    pub(crate) fn sign_handshake(&self, message: &[u8]) -> [u8; 64] {
        self.secret.sign(message).to_bytes()
    }

    /// A secret that only whoever has this identity can derive, for what this home keeps to itself; another one for each
    /// purpose.
    pub(crate) fn storage_secret(&self, purpose: &'static str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(blake3::derive_key(purpose, self.secret.as_bytes()))
    }

    /// The secret seed, for the identity's own file and nothing else.
    pub(super) fn expose_seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.secret.to_bytes())
    }
}
