//! XChaCha20-Poly1305 with a fresh random nonce for every message: 24 bytes are long enough never to repeat by chance.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

/// Bytes of a nonce.
pub(crate) const NONCE_BYTES: usize = 24;

/// Bytes by which what is sealed is longer than its content: the nonce in front and the tag behind.
pub(crate) const OVERHEAD: usize = NONCE_BYTES + 16;

/// Why nothing was sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CipherFault {
    /// The operating system gave no randomness.
    Randomness,
    /// Another key, other associated data, or other bytes.
    Refused,
}

/// Seals `content` and binds it to `associated` data, which is not stored: a nonce, the ciphertext, the tag.
pub(crate) fn seal(key: &[u8; 32], associated: &[u8], content: &[u8]) -> Result<Vec<u8>, CipherFault> {
    let mut nonce = [0; NONCE_BYTES];
    getrandom::fill(&mut nonce).map_err(|_| CipherFault::Randomness)?;
    let payload = Payload { msg: content, aad: associated };
    let encrypted =
        XChaCha20Poly1305::new(key.into()).encrypt(&XNonce::from(nonce), payload).map_err(|_| CipherFault::Refused)?;
    let mut sealed = Vec::with_capacity(content.len() + OVERHEAD);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&encrypted);
    Ok(sealed)
}

/// Opens what [`seal`] made.
pub(crate) fn open(key: &[u8; 32], associated: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, CipherFault> {
    let (nonce, encrypted) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(CipherFault::Refused)?;
    let payload = Payload { msg: encrypted, aad: associated };
    XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(*nonce), payload)
        .map(Zeroizing::new)
        .map_err(|_| CipherFault::Refused)
}
