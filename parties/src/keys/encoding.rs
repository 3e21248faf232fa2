//! Public keys and signatures as the world outside writes them.

use k256::elliptic_curve::sec1::ToSec1Point;
use quorate_circuits::curve::{CurveName, Point, Scalar};
use spki::{DecodePublicKey, EncodePublicKey};

use super::Scheme;
use crate::exit::{Exit, Failure};

/// The longest text of a public key or a signature that is read, in bytes.
pub const TEXT_LIMIT: usize = 4096;

/// Why something is not encoded or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodingFault {
    /// The point is of another curve than the scheme's keys, or the identity.
    #[error("the public key is not a point of the curve of {0}")]
    NoPoint(Scheme),
    /// More than a key or a signature has.
    #[error("the text is longer than {TEXT_LIMIT} bytes")]
    TooLong,
    /// Neither PEM of a public key nor its digits.
    #[error("this is not a public key for {0}: expected PEM (SubjectPublicKeyInfo) or {digits} hexadecimal digits", digits = digits(*.0))]
    NoKey(Scheme),
    /// Numbers that are no signature: zero, or not below the order.
    #[error("the signature's numbers are zero or not below the order of the curve of {0}")]
    NoSignature(Scheme),
    /// Bytes that are no signature.
    #[error("a signature of {scheme} has {expected}; this has {found} bytes")]
    Length {
        /// The scheme.
        scheme: Scheme,
        /// What was expected.
        expected: &'static str,
        /// How many bytes were found.
        found: usize,
    },
    /// The signature does not verify, so there is no nonce point that it belongs to.
    #[error("the signature does not verify with the public key, so it has no recovery number")]
    NoRecovery,
    /// A form that signatures of the scheme do not have.
    #[error("signatures of {scheme} have no form {form}")]
    NoForm {
        /// The scheme.
        scheme: Scheme,
        /// The form.
        form: &'static str,
    },
}

impl From<EncodingFault> for Failure {
    fn from(fault: EncodingFault) -> Self {
        Self::new(Exit::BadInput, fault.to_string())
    }
}

/// An ECDSA signature of a curve: two scalars other than zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EcdsaSignature {
    /// The x-coordinate of the nonce's point, modulo the order.
    pub r: Scalar,
    /// The other.
    pub s: Scalar,
}

/// The public key as PEM of a SubjectPublicKeyInfo (RFC 5480, RFC 8410). A key for BIP340 is written as one for ECDSA
/// is: there is no identifier of its own.
///
/// # Errors
/// If the point is not one of the scheme's curve.
pub fn public_key_pem(scheme: Scheme, key: &Point) -> Result<String, EncodingFault> {
    let fault = EncodingFault::NoPoint(scheme);
    if key.curve() != scheme.curve() || bool::from(key.is_identity()) {
        return Err(fault);
    }
    let pem = match key {
        Point::Secp256k1(point) => k256::PublicKey::from_affine(point.to_affine()).map_err(|_| fault)?.to_pem(),
        Point::P256(point) => p256::PublicKey::from_affine(point.to_affine()).map_err(|_| fault)?.to_pem(),
        Point::Ed25519(point) => ed25519_dalek::VerifyingKey::from(*point).to_pem(),
    };
    pem.ok_or(fault)
}

/// The public key as hexadecimal digits: of ECDSA compressed (SEC 1), of BIP340 the x-coordinate, of Ed25519 as RFC 8032
/// encodes it.
///
/// # Errors
/// If the point is not one of the scheme's curve.
pub fn public_key_hex(scheme: Scheme, key: &Point) -> Result<String, EncodingFault> {
    let fault = EncodingFault::NoPoint(scheme);
    if key.curve() != scheme.curve() || bool::from(key.is_identity()) {
        return Err(fault);
    }
    match scheme {
        Scheme::Bip340 => key.coordinates().map(|at| hex::encode(at.x)).ok_or(fault),
        _ => Ok(hex::encode(key.encode())),
    }
}

/// Reads a public key: PEM, or digits as [`public_key_hex`] writes them; of secp256k1 and P-256 also uncompressed, of
/// BIP340 also with the parity in front.
///
/// # Errors
/// If the text is too long, or not a public key for the scheme.
pub fn read_public_key(scheme: Scheme, text: &[u8]) -> Result<Point, EncodingFault> {
    if text.len() > TEXT_LIMIT {
        return Err(EncodingFault::TooLong);
    }
    let fault = EncodingFault::NoKey(scheme);
    let text = std::str::from_utf8(text).map_err(|_| fault)?.trim();
    let read = if text.starts_with("-----") { key_of_pem(scheme, text) } else { key_of_hex(scheme, text) };
    read.filter(|key| !bool::from(key.is_identity())).ok_or(fault)
}

fn key_of_pem(scheme: Scheme, text: &str) -> Option<Point> {
    let bytes = match scheme.curve() {
        CurveName::Secp256k1 => compressed(&k256::PublicKey::from_public_key_pem(text).ok()?),
        CurveName::P256 => compressed(&p256::PublicKey::from_public_key_pem(text).ok()?),
        CurveName::Ed25519 => ed25519_dalek::VerifyingKey::from_public_key_pem(text).ok()?.to_bytes().to_vec(),
    };
    Point::decode(scheme.curve(), &bytes)
}

fn key_of_hex(scheme: Scheme, text: &str) -> Option<Point> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let bytes = hex::decode(digits).ok()?;
    let bytes = match (scheme, bytes.len()) {
        (Scheme::Bip340, 32) => [&[2], bytes.as_slice()].concat(),
        (Scheme::EcdsaSecp256k1 | Scheme::Bip340, 65) => compressed(&k256::PublicKey::from_sec1_bytes(&bytes).ok()?),
        (Scheme::EcdsaP256, 65) => compressed(&p256::PublicKey::from_sec1_bytes(&bytes).ok()?),
        _ => bytes,
    };
    Point::decode(scheme.curve(), &bytes)
}

fn compressed<C>(key: &k256::elliptic_curve::PublicKey<C>) -> Vec<u8>
where
    C: k256::elliptic_curve::CurveArithmetic,
    k256::elliptic_curve::AffinePoint<C>:
        k256::elliptic_curve::sec1::FromSec1Point<C> + k256::elliptic_curve::sec1::ToSec1Point<C>,
    k256::elliptic_curve::FieldBytesSize<C>: k256::elliptic_curve::sec1::ModulusSize,
{
    key.to_sec1_point(true).as_bytes().to_vec()
}

/// PEM with line feeds.
trait Pem {
    fn to_pem(&self) -> Option<String>;
}

impl<K: EncodePublicKey> Pem for K {
    fn to_pem(&self) -> Option<String> {
        self.to_public_key_pem(spki::der::pem::LineEnding::LF).ok()
    }
}

impl EcdsaSignature {
    /// The signature of two scalars.
    ///
    /// # Errors
    /// If one is zero, or they are not of the scheme's curve.
    pub fn new(scheme: Scheme, r: Scalar, s: Scalar) -> Result<Self, EncodingFault> {
        let fits = |scalar: &Scalar| scalar.curve() == scheme.curve() && !bool::from(scalar.is_zero());
        let signature = Self { r, s };
        (scheme.is_ecdsa() && fits(&r) && fits(&s)).then_some(signature).ok_or(EncodingFault::NoSignature(scheme))
    }

    /// Reads a signature: 64 bytes, 65 with a recovery number behind, which is not looked at, or DER.
    ///
    /// # Errors
    /// If the bytes are none of these.
    pub fn read(scheme: Scheme, bytes: &[u8]) -> Result<Self, EncodingFault> {
        let fault = EncodingFault::Length { scheme, expected: "64 or 65 bytes, or is DER", found: bytes.len() };
        if !scheme.is_ecdsa() {
            return Err(EncodingFault::NoForm { scheme, form: "of two scalars" });
        }
        let of_der = || -> Option<Vec<u8>> {
            match scheme.curve() {
                CurveName::Secp256k1 => Some(k256::ecdsa::Signature::from_der(bytes).ok()?.to_vec()),
                CurveName::P256 => Some(p256::ecdsa::Signature::from_der(bytes).ok()?.to_vec()),
                CurveName::Ed25519 => None,
            }
        };
        let compact = match bytes.len() {
            64 => bytes.to_vec(),
            65 => bytes[..64].to_vec(),
            _ => of_der().ok_or(fault)?,
        };
        let scalar = |half: &[u8]| Scalar::decode(scheme.curve(), half.try_into().ok()?);
        let (r, s) = compact.split_at(32);
        let (r, s) = scalar(r).zip(scalar(s)).ok_or(EncodingFault::NoSignature(scheme))?;
        Self::new(scheme, r, s)
    }

    /// 64 bytes: r, s, big-endian.
    pub fn compact(&self) -> [u8; 64] {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&self.r.encode());
        bytes[32..].copy_from_slice(&self.s.encode());
        bytes
    }

    /// DER of the sequence of both (RFC 3279).
    ///
    /// # Errors
    /// If a scalar is zero.
    pub fn der(&self) -> Result<Vec<u8>, EncodingFault> {
        let compact = self.compact();
        match self.r.curve() {
            CurveName::Secp256k1 => {
                let signature = k256::ecdsa::Signature::from_slice(&compact);
                signature.map(|signature| signature.to_der().as_bytes().to_vec())
            }
            _ => {
                let signature = p256::ecdsa::Signature::from_slice(&compact);
                signature.map(|signature| signature.to_der().as_bytes().to_vec())
            }
        }
        .map_err(|_| EncodingFault::NoSignature(self.scheme()))
    }

    /// Which of the points that have this r was the nonce's, 0 to 3: by trial, so it is right whether or not s was
    /// negated.
    ///
    /// # Errors
    /// If the signature is none of this digest by this key.
    pub fn recovery_number(&self, key: &Point, digest: &[u8; 32]) -> Result<u8, EncodingFault> {
        let compact = self.compact();
        let number = match key {
            Point::Secp256k1(point) => {
                let signature = k256::ecdsa::Signature::from_slice(&compact).ok();
                let key = k256::ecdsa::VerifyingKey::from_affine(point.to_affine()).ok();
                signature.zip(key).and_then(|(signature, key)| {
                    k256::ecdsa::RecoveryId::trial_recovery_from_prehash(&key, digest, &signature).ok()
                })
            }
            Point::P256(point) => {
                let signature = p256::ecdsa::Signature::from_slice(&compact).ok();
                let key = p256::ecdsa::VerifyingKey::from_affine(point.to_affine()).ok();
                signature.zip(key).and_then(|(signature, key)| {
                    k256::ecdsa::RecoveryId::trial_recovery_from_prehash(&key, digest, &signature).ok()
                })
            }
            Point::Ed25519(_) => None,
        };
        number.map(|number| number.to_byte()).ok_or(EncodingFault::NoRecovery)
    }

    /// 65 bytes: the compact form and the recovery number.
    ///
    /// # Errors
    /// If the signature is none of this digest by this key.
    pub fn recoverable(&self, key: &Point, digest: &[u8; 32]) -> Result<[u8; 65], EncodingFault> {
        let mut bytes = [0; 65];
        bytes[..64].copy_from_slice(&self.compact());
        bytes[64] = self.recovery_number(key, digest)?;
        Ok(bytes)
    }

    fn scheme(&self) -> Scheme {
        match self.r.curve() {
            CurveName::P256 => Scheme::EcdsaP256,
            _ => Scheme::EcdsaSecp256k1,
        }
    }
}

/// A Schnorr signature, 64 bytes: of BIP340 the x-coordinate of the nonce's point and s, of Ed25519 the encodings of
/// both.
///
/// # Errors
/// If the scheme is ECDSA, or point and scalar are not of its curve.
pub fn schnorr(scheme: Scheme, nonce: &Point, s: &Scalar) -> Result<[u8; 64], EncodingFault> {
    if scheme.is_ecdsa() {
        return Err(EncodingFault::NoForm { scheme, form: "of a point and a scalar" });
    }
    let fault = EncodingFault::NoPoint(scheme);
    if nonce.curve() != scheme.curve() || s.curve() != scheme.curve() {
        return Err(fault);
    }
    let mut bytes = [0; 64];
    match scheme {
        Scheme::Bip340 => bytes[..32].copy_from_slice(&nonce.coordinates().ok_or(fault)?.x),
        _ => bytes[..32].copy_from_slice(&nonce.encode()),
    }
    bytes[32..].copy_from_slice(&s.encode());
    Ok(bytes)
}

/// The bytes of a signature's file: hexadecimal digits with or without `0x` and blanks around them, or the bytes
/// themselves.
///
/// # Errors
/// If it is too long for a signature.
pub fn read_signature(file: &[u8]) -> Result<Vec<u8>, EncodingFault> {
    if file.len() > TEXT_LIMIT {
        return Err(EncodingFault::TooLong);
    }
    let text = file.trim_ascii();
    let digits = text.strip_prefix(b"0x").unwrap_or(text);
    Ok(hex::decode(digits).unwrap_or_else(|_| file.to_vec()))
}

const fn digits(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::EcdsaSecp256k1 | Scheme::EcdsaP256 => "66",
        Scheme::Bip340 | Scheme::Ed25519 => "64",
    }
}
