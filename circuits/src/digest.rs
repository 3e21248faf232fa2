//! The digest: what every party approves, the handshake compares and the receipt names.

use sha2::{Digest as _, Sha256};

use crate::program::Program;

/// The version of the canonical form; a change of the form that changes old digests raises it.
pub const FORM: &str = "quorate program form 1\n";

/// SHA-256 over [`FORM`] and the canonical text. Comments, spacing and the numbers bound to sizes and
/// parameters are outside; names are inside.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgramDigest(pub [u8; 32]);

impl ProgramDigest {
    /// The digest of a program.
    pub fn of(program: &Program) -> Self {
        let mut hash = Sha256::new();
        hash.update(FORM.as_bytes());
        hash.update(crate::text::print(program).as_bytes());
        Self(hash.finalize().into())
    }
}

impl std::fmt::Display for ProgramDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hexadecimal(&self.0))
    }
}

impl std::fmt::Debug for ProgramDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of hexadecimal digits, two for each.
pub(crate) fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digit = |c: u8| char::from(c).to_digit(16).map(|digit| digit as u8);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()).flatten()
}
