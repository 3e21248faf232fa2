//! What a key signs.

use std::fmt;
use std::str::FromStr;

use quorate_circuits::curve::CurveName;
use serde::{Deserialize, Serialize};

/// A signature scheme. A key is made for one of them and signs nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scheme {
    /// ECDSA over secp256k1: Bitcoin before taproot, Ethereum.
    EcdsaSecp256k1,
    /// ECDSA over P-256: X.509, passkeys, JSON web tokens.
    EcdsaP256,
    /// Schnorr signatures of BIP340: Bitcoin's taproot.
    Bip340,
    /// Ed25519 of RFC 8032: SSH, Solana.
    Ed25519,
}

impl Scheme {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::EcdsaSecp256k1, Self::EcdsaP256, Self::Bip340, Self::Ed25519];

    /// The name, as programs and commands write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EcdsaSecp256k1 => "ecdsa-secp256k1",
            Self::EcdsaP256 => "ecdsa-p256",
            Self::Bip340 => "bip340",
            Self::Ed25519 => "ed25519",
        }
    }

    /// The curve of its keys.
    pub const fn curve(self) -> CurveName {
        match self {
            Self::EcdsaSecp256k1 | Self::Bip340 => CurveName::Secp256k1,
            Self::EcdsaP256 => CurveName::P256,
            Self::Ed25519 => CurveName::Ed25519,
        }
    }

    /// Whether signatures are ECDSA's, which need products of shares.
    pub const fn is_ecdsa(self) -> bool {
        matches!(self, Self::EcdsaSecp256k1 | Self::EcdsaP256)
    }

    /// Whether child keys are derived from its keys (BIP32, which is for secp256k1).
    pub const fn derives_children(self) -> bool {
        matches!(self.curve(), CurveName::Secp256k1)
    }

    /// The scheme as one byte of a file; a number never changes its meaning.
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::EcdsaSecp256k1 => 1,
            Self::EcdsaP256 => 2,
            Self::Bip340 => 3,
            Self::Ed25519 => 4,
        }
    }

    pub(super) fn of_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.code() == code)
    }
}

impl FromStr for Scheme {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|scheme| scheme.name() == text).ok_or_else(|| {
            let found: String = text.chars().take(32).collect();
            format!("there is no signature scheme {found:?}; write ecdsa-secp256k1, ecdsa-p256, bip340 or ed25519")
        })
    }
}

impl TryFrom<String> for Scheme {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Scheme> for String {
    fn from(scheme: Scheme) -> Self {
        scheme.name().to_owned()
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
