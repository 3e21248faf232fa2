//! Encryption to the holder of a key, once for each message, with randomness that can be shown.
//!
//! X25519 (RFC 7748) with an ephemeral key, a key derivation over everything public (a transcript), and
//! ChaCha20-Poly1305 (RFC 8439) under a key that is used for this one message. That is ECIES (Abdalla, Bellare and
//! Rogaway, "The Oracle Diffie-Hellman Assumptions and an Analysis of DHIES", CT-RSA 2001). The ephemeral key is made
//! of a *seed*: whoever is shown seed and content can encrypt again and compare, which is what makes the encryption of a
//! logarithm verifiable (`key::backup`).
//!
//! A recipient's key may be the Montgomery form of an Ed25519 key that also signs: the two uses are jointly secure in
//! the random-oracle model (Thormarker, "On using the same key pair for Ed25519 and an X25519 based KEM", ePrint
//! 2021/509), as here no hash of one is a hash of the other.

use chacha20poly1305::ChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use curve25519_dalek::MontgomeryPoint;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use super::{SessionId, Transcript};

/// Bytes of a seed.
pub const SEED_BYTES: usize = 32;
/// Bytes by which a sealed message is longer than its content: the ephemeral key in front and the tag behind.
pub const SEALED_OVERHEAD: usize = 32 + 16;

/// To whom is encrypted: an X25519 public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealingPublic(pub [u8; 32]);

/// Who opens: an X25519 secret key. Wiped when dropped; neither copied nor printed.
pub struct SealingSecret([u8; 32]);

/// What a sealed message belongs to; it opens as nothing else.
#[derive(Clone, Copy, Debug)]
pub struct SealingContext<'a> {
    /// What it is all about, as a digest.
    pub label: &'a SessionId,
    /// What for, within that.
    pub purpose: &'static str,
    /// Which of several.
    pub number: u64,
}

impl SealingSecret {
    /// The key of these bytes, which X25519 clamps.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The public key.
    pub fn public(&self) -> SealingPublic {
        SealingPublic(MontgomeryPoint::mul_base_clamped(self.0).to_bytes())
    }

    /// Opens what [`seal`] made for this key and context. `None` if it was made for another, or altered.
    pub fn open(&self, context: SealingContext<'_>, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (ephemeral, encrypted) = sealed.split_first_chunk::<32>()?;
        let shared = Zeroizing::new(MontgomeryPoint(*ephemeral).mul_clamped(self.0).to_bytes());
        let key = message_key(context, &self.public(), ephemeral, &shared)?;
        let payload = Payload { msg: encrypted, aad: &[] };
        ChaCha20Poly1305::new((&*key).into()).decrypt(&[0; 12].into(), payload).map(Zeroizing::new).ok()
    }
}

impl Drop for SealingSecret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Encrypts `content`: the ephemeral key, the ciphertext, the tag. The same arguments give the same bytes, so a seed
/// must be uniform and used for one content only. `None` if the recipient's key is of small order.
pub fn seal(
    context: SealingContext<'_>,
    recipient: &SealingPublic,
    seed: &[u8; SEED_BYTES],
    content: &[u8],
) -> Option<Vec<u8>> {
    let mut transcript = Transcript::new("quorate 2026 sealing ephemeral", context.label);
    transcript.append("purpose", context.purpose.as_bytes()).append_u64("number", context.number);
    let secret = Zeroizing::new(transcript.append("recipient", &recipient.0).append("seed", seed).digest());
    let ephemeral = MontgomeryPoint::mul_base_clamped(*secret).to_bytes();
    let shared = Zeroizing::new(MontgomeryPoint(recipient.0).mul_clamped(*secret).to_bytes());
    let key = message_key(context, recipient, &ephemeral, &shared)?;
    // The key is of this message alone, so that the nonce need not be another each time.
    let payload = Payload { msg: content, aad: &[] };
    let encrypted = ChaCha20Poly1305::new((&*key).into()).encrypt(&[0; 12].into(), payload).ok()?;
    let mut sealed = Vec::with_capacity(content.len() + SEALED_OVERHEAD);
    sealed.extend_from_slice(&ephemeral);
    sealed.extend_from_slice(&encrypted);
    Some(sealed)
}

/// The key of one message; `None` if a key of small order made the shared secret everybody's.
fn message_key(
    context: SealingContext<'_>,
    recipient: &SealingPublic,
    ephemeral: &[u8; 32],
    shared: &[u8; 32],
) -> Option<Zeroizing<[u8; 32]>> {
    if bool::from(shared.ct_eq(&[0; 32])) {
        return None;
    }
    let mut transcript = Transcript::new("quorate 2026 sealing key", context.label);
    transcript.append("purpose", context.purpose.as_bytes()).append_u64("number", context.number);
    transcript.append("recipient", &recipient.0).append("ephemeral", ephemeral).append("shared", shared);
    Some(Zeroizing::new(transcript.digest()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABEL: SessionId = SessionId([3; 32]);
    const CONTEXT: SealingContext<'static> = SealingContext { label: &LABEL, purpose: "test", number: 4 };

    #[test]
    fn a_sealed_message_opens_for_its_recipient_in_its_context_alone() {
        let secret = SealingSecret::from_bytes([7; 32]);
        let sealed = seal(CONTEXT, &secret.public(), &[9; 32], b"a share").expect("a key of full order");
        assert_eq!(sealed.len(), 7 + SEALED_OVERHEAD);
        assert_eq!(secret.open(CONTEXT, &sealed).as_deref().map(Vec::as_slice), Some(&b"a share"[..]));
        assert_eq!(seal(CONTEXT, &secret.public(), &[9; 32], b"a share"), Some(sealed.clone()), "it can be repeated");
        let other = SessionId([4; 32]);
        let contexts = [
            SealingContext { label: &other, ..CONTEXT },
            SealingContext { purpose: "other", ..CONTEXT },
            SealingContext { number: 5, ..CONTEXT },
        ];
        assert!(contexts.into_iter().all(|context| secret.open(context, &sealed).is_none()));
        assert!(SealingSecret::from_bytes([8; 32]).open(CONTEXT, &sealed).is_none());
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 4;
            assert!(secret.open(CONTEXT, &altered).is_none(), "byte {at}");
            assert!(secret.open(CONTEXT, &sealed[..at]).is_none(), "cut after {at}");
        }
    }

    #[test]
    fn keys_of_small_order_seal_and_open_nothing() {
        for low in [[0; 32], {
            let mut one = [0; 32];
            one[0] = 1;
            one
        }] {
            assert!(seal(CONTEXT, &SealingPublic(low), &[9; 32], b"a share").is_none());
            let forged = [&low[..], &[0; 23]].concat();
            assert!(SealingSecret::from_bytes([7; 32]).open(CONTEXT, &forged).is_none());
        }
    }
}
