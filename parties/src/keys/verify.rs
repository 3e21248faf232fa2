//! Whether a signature holds, by the curves' own crates: code that has nothing in common with what made it.

use k256::ecdsa::signature::hazmat::PrehashVerifier;
use quorate_circuits::curve::{Point, Scalar};

use super::Scheme;
use super::encoding::{EcdsaSignature, EncodingFault};

/// A signature that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// An ECDSA signature whose s is in the upper half: valid by the standard, refused by Bitcoin and Ethereum, because
    /// anybody can make it of the other one.
    pub high_s: bool,
}

/// Why a signature does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyFault {
    /// ECDSA signs a digest.
    #[error("{scheme} signs a digest of 32 bytes; this has {found}")]
    Digest {
        /// The scheme.
        scheme: Scheme,
        /// How many bytes were given.
        found: usize,
    },
    /// The signature or the key is none.
    #[error(transparent)]
    Encoding(#[from] EncodingFault),
    /// It is a signature, and not of this message by this key.
    #[error("the signature is not of this message by this key")]
    Wrong,
}

impl From<VerifyFault> for crate::exit::Failure {
    fn from(fault: VerifyFault) -> Self {
        use crate::exit::Exit;
        let exit = if matches!(fault, VerifyFault::Digest { .. }) { Exit::BadInput } else { Exit::Unverified };
        Self::new(exit, fault.to_string())
    }
}

/// Verifies a signature: of ECDSA over a digest of 32 bytes, in any form that [`EcdsaSignature::read`] reads; of BIP340
/// and Ed25519 over the message, 64 bytes. Ed25519 strictly: neither key nor nonce of small order.
///
/// # Errors
/// If it does not hold, or is no signature, or the key is not of the scheme.
pub fn verify(scheme: Scheme, key: &Point, message: &[u8], signature: &[u8]) -> Result<Verified, VerifyFault> {
    let fault = VerifyFault::Encoding(EncodingFault::NoPoint(scheme));
    if key.curve() != scheme.curve() || bool::from(key.is_identity()) {
        return Err(fault);
    }
    if scheme.is_ecdsa() {
        let digest = message.try_into().map_err(|_| VerifyFault::Digest { scheme, found: message.len() })?;
        return ecdsa(key, digest, &EcdsaSignature::read(scheme, signature)?);
    }
    let found = signature.len();
    let length = EncodingFault::Length { scheme, expected: "64 bytes", found };
    let signature: &[u8; 64] = signature.try_into().map_err(|_| length)?;
    let holds = match key {
        Point::Ed25519(point) => {
            let key = ed25519_dalek::VerifyingKey::from(*point);
            key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
        }
        _ => {
            let x = key.coordinates().ok_or(fault)?.x;
            let key = k256::schnorr::VerifyingKey::from_slice(&x).map_err(|_| fault)?;
            let signature = k256::schnorr::Signature::try_from(signature.as_slice());
            signature.is_ok_and(|signature| key.verify_raw(message, &signature).is_ok())
        }
    };
    if holds { Ok(Verified { high_s: false }) } else { Err(VerifyFault::Wrong) }
}

fn ecdsa(key: &Point, digest: &[u8; 32], signature: &EcdsaSignature) -> Result<Verified, VerifyFault> {
    let negative = signature.s.neg();
    let high_s = is_above(&signature.s, &negative);
    // Both s and its negative verify by the standard; the crates take the lower one of secp256k1 alone.
    let lower = EcdsaSignature { r: signature.r, s: if high_s { negative } else { signature.s } };
    let compact = lower.compact();
    let holds = match key {
        Point::Secp256k1(point) => {
            let key = k256::ecdsa::VerifyingKey::from_affine(point.to_affine()).ok();
            let signature = k256::ecdsa::Signature::from_slice(&compact).ok();
            key.zip(signature).is_some_and(|(key, signature)| key.verify_prehash(digest, &signature).is_ok())
        }
        Point::P256(point) => {
            let key = p256::ecdsa::VerifyingKey::from_affine(point.to_affine()).ok();
            let signature = p256::ecdsa::Signature::from_slice(&compact).ok();
            key.zip(signature).is_some_and(|(key, signature)| key.verify_prehash(digest, &signature).is_ok())
        }
        Point::Ed25519(_) => false,
    };
    if holds { Ok(Verified { high_s }) } else { Err(VerifyFault::Wrong) }
}

/// Whether a public scalar is the greater one, as numbers: encodings are big-endian on these curves.
fn is_above(scalar: &Scalar, other: &Scalar) -> bool {
    scalar.encode() > other.encode()
}
