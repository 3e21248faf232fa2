//! Hash commitments.

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Random, SessionId, Transcript};
use crate::net::PartyIndex;

/// A commitment to a message: binding and hiding in the random-oracle model. It binds session, committer and
/// label too, so that nobody can use another party's commitment as its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commitment(pub [u8; 32]);

/// What opens a commitment: a nonce of 32 bytes. Secret until the message is.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Opening {
    nonce: [u8; 32],
}

/// Commits to a message.
pub fn commit(
    session: &SessionId,
    committer: PartyIndex,
    label: &'static str,
    message: &[u8],
    random: &mut Random,
) -> (Commitment, Opening) {
    let opening = Opening { nonce: random.bytes() };
    (Commitment(digest(session, committer, label, &opening.nonce, message)), opening)
}

impl Commitment {
    /// Whether the opening opens this commitment to `message`.
    #[must_use]
    pub fn opens_to(
        &self,
        session: &SessionId,
        committer: PartyIndex,
        label: &'static str,
        message: &[u8],
        opening: &Opening,
    ) -> bool {
        digest(session, committer, label, &opening.nonce, message).ct_eq(&self.0).into()
    }
}

impl Opening {
    /// The opening a peer sent.
    pub fn from_bytes(nonce: [u8; 32]) -> Self {
        Self { nonce }
    }

    /// The bytes to be sent when the message may become known.
    pub fn expose_bytes(&self) -> &[u8; 32] {
        &self.nonce
    }
}

impl std::fmt::Debug for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opening(..)")
    }
}

fn digest(
    session: &SessionId,
    committer: PartyIndex,
    label: &'static str,
    nonce: &[u8; 32],
    message: &[u8],
) -> [u8; 32] {
    Transcript::new("quorate 2026 commitment", session)
        .append_party("committer", committer)
        .append("label", label.as_bytes())
        .append("nonce", nonce)
        .append("message", message)
        .digest()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_to_its_own_message_only() {
        let session = SessionId([1; 32]);
        let mut random = Random::dangerous_from_seed([2; 32]);
        let (commitment, opening) = commit(&session, PartyIndex(0), "test", b"heads", &mut random);
        let opens = |session, party, label, message: &[u8], opening| {
            commitment.opens_to(session, PartyIndex(party), label, message, opening)
        };
        assert!(opens(&session, 0, "test", b"heads", &opening));
        assert!(!opens(&session, 0, "test", b"tails", &opening));
        assert!(!opens(&session, 1, "test", b"heads", &opening));
        assert!(!opens(&session, 0, "other", b"heads", &opening));
        assert!(!opens(&SessionId([2; 32]), 0, "test", b"heads", &opening));
        assert!(!opens(&session, 0, "test", b"heads", &Opening::from_bytes([0; 32])));
    }
}
