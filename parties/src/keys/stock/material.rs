//! What the items of a stock are.

use crate::keys::Scheme;

/// What the items of a stock are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Material {
    /// Presignatures or nonces of a key of this scheme.
    Signing(Scheme),
    /// What opens the correlated randomness of one run of a program.
    Computing,
}

/// Far from the numbers of schemes.
const COMPUTING: u8 = 128;

impl Material {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Signing(scheme) => scheme.name(),
            Self::Computing => "computing",
        }
    }

    /// As one byte of the journal; a number never changes its meaning.
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Signing(scheme) => scheme.code(),
            Self::Computing => COMPUTING,
        }
    }

    pub(super) fn of_code(code: u8) -> Option<Self> {
        if code == COMPUTING { Some(Self::Computing) } else { Scheme::of_code(code).map(Self::Signing) }
    }
}
