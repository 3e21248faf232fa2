//! The names of the curves.

/// A curve by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CurveName {
    /// SEC 2: Bitcoin's and Ethereum's curve.
    Secp256k1,
    /// NIST P-256, secp256r1.
    P256,
    /// The group of Ed25519: the subgroup of prime order of edwards25519.
    Ed25519,
}

impl CurveName {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Secp256k1, Self::P256, Self::Ed25519];

    /// The name in program texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Secp256k1 => "secp256k1",
            Self::P256 => "p256",
            Self::Ed25519 => "ed25519",
        }
    }

    /// Bytes of an encoded point.
    pub const fn point_bytes(self) -> usize {
        match self {
            Self::Secp256k1 | Self::P256 => 33,
            Self::Ed25519 => 32,
        }
    }
}

impl std::str::FromStr for CurveName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|curve| curve.name() == text)
            .ok_or_else(|| format!("there is no curve {text}; write secp256k1, p256 or ed25519"))
    }
}

impl std::fmt::Display for CurveName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
