//! A share as bytes, for a sealed store.
//!
//! | bytes | what |
//! |---|---|
//! | 4 | `QKS` and the version: 1 under a plain threshold, else 2 |
//! | 1 | curve: 1 secp256k1, 2 P-256, 3 Ed25519 |
//! | 32 | the key's identifier |
//! | 4 | epoch, little-endian |
//! | 2, 2, 2 | version 1: threshold, holders, index, little-endian |
//! | 2, 2 and text | version 2: index and length of the text, little-endian; the access structure's canonical text |
//! | 32 for each row | the secret share, in the curve's encoding; one row in version 1 |
//! | columns times 33 or 32 | the commitments, the public key first, in the curve's encoding; as many as the threshold in version 1 |
//!
//! Nothing follows. The bytes are secret; sealing them is the caller's.

use quorate_circuits::access::{NoStructure, Structure};
use quorate_circuits::curve::{Curve, CurveName};
use zeroize::Zeroizing;

use super::dealing::{decode_share, encode_share, share_bytes};
use super::{AccessStructure, Commitments, Holding, KeyId, KeyShare, ShareError};

const MAGIC: &[u8; 3] = b"QKS";
/// The version for plain thresholds.
const PLAIN: u8 = 1;
/// The version for all other structures.
const GENERAL: u8 = 2;
/// Bytes before the access structure.
const HEAD: usize = 4 + 1 + 32 + 4;

/// Bytes that are no share of a key of this curve.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodingError {
    /// They end too early, or go on.
    #[error("a share of {expected} bytes has {found}")]
    Length {
        /// How many the share has.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// They do not begin as a share does.
    #[error("these bytes are not the share of a key")]
    NotAShare,
    /// Another version of this layout.
    #[error("a share in version {0} of the layout; this program reads versions {PLAIN} and {GENERAL}")]
    OtherVersion(u8),
    /// A share of a key of another curve.
    #[error("a share of a key of another curve than {0}")]
    OtherCurve(CurveName),
    /// No access structure.
    #[error("a share of a key that does not exist: {0}")]
    Access(#[from] NoStructure),
    /// A scalar, a point or the text of a structure is not in its canonical form.
    #[error("{0} is not in canonical form")]
    NotCanonical(&'static str),
    /// What they say does not fit together.
    #[error(transparent)]
    Share(#[from] ShareError),
}

impl<C: Curve> KeyShare<C> {
    /// Bytes of the encoded share of a holder.
    pub fn bytes(access: &AccessStructure, index: u16) -> usize {
        let text = if access.plain_threshold().is_some() { 2 } else { access.to_string().len() };
        HEAD + 4 + text + share_bytes(access, index) + Commitments::<C>::bytes(access)
    }

    /// The encoding: secret.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let Holding { key, epoch, access, index } = &self.holding;
        // The exact capacity: growing would leave copies behind that nobody wipes.
        let mut bytes = Zeroizing::new(Vec::with_capacity(Self::bytes(access, *index)));
        let version = if access.plain_threshold().is_some() { PLAIN } else { GENERAL };
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&[version, curve_code(C::NAME)]);
        bytes.extend_from_slice(&key.0);
        bytes.extend_from_slice(&epoch.to_le_bytes());
        match access.plain_threshold() {
            Some(threshold) => {
                for number in [threshold as u16, access.holders() as u16, *index] {
                    bytes.extend_from_slice(&number.to_le_bytes());
                }
            }
            None => {
                bytes.extend_from_slice(&index.to_le_bytes());
                write_structure(access, &mut bytes);
            }
        }
        bytes.extend_from_slice(&encode_share::<C>(&self.secret));
        bytes.extend_from_slice(&self.commitments.to_bytes());
        bytes
    }

    /// The share of an encoding, wherever it comes from.
    ///
    /// # Errors
    /// If it is not the encoding of a share that fits its commitments.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EncodingError> {
        Self::decode(bytes, Commitments::from_bytes)
    }

    /// The share of an encoding that this party wrote itself and has kept under its own seal since. Its commitments were
    /// checked when they came from the other holders; whoever could change them under the seal could change the share
    /// beside them too. What is checked again is all but that they are of prime order
    /// ([`Curve::decode_kept_point`]): that they are points, and that the share fits them.
    ///
    /// # Errors
    /// As [`Self::from_bytes`].
    pub fn from_kept_bytes(bytes: &[u8]) -> Result<Self, EncodingError> {
        Self::decode(bytes, Commitments::from_kept_bytes)
    }

    fn decode(
        bytes: &[u8],
        commitments_of: fn(&[u8], &AccessStructure) -> Option<Commitments<C>>,
    ) -> Result<Self, EncodingError> {
        let (holding, secret, commitments) = parts::<C>(bytes)?;
        let commitments = commitments_of(commitments, &holding.access)
            .ok_or(EncodingError::NotCanonical("a commitment of a share"))?;
        let secret = decode_share::<C>(secret).ok_or(EncodingError::NotCanonical("the secret of a share"))?;
        Ok(Self::new(holding, secret, commitments)?)
    }

    /// What share an encoding is of, and the encoding of the public key. Neither the secret nor any point is looked at.
    ///
    /// # Errors
    /// If what is read is not canonical, or the encoding has another length.
    pub fn public_part(bytes: &[u8]) -> Result<(Holding, &[u8]), EncodingError> {
        let (holding, _, commitments) = parts::<C>(bytes)?;
        let key = commitments.get(..C::POINT_BYTES);
        Ok((holding, key.ok_or(EncodingError::NotCanonical("a commitment of a share"))?))
    }
}

/// The parts of an encoding: what share of what, the secret, the commitments.
fn parts<C: Curve>(bytes: &[u8]) -> Result<(Holding, &[u8], &[u8]), EncodingError> {
    let length = |expected| EncodingError::Length { expected, found: bytes.len() };
    let (head, mut rest) = bytes.split_first_chunk::<HEAD>().ok_or(length(HEAD))?;
    let mut head = &head[..];
    if next::<3>(&mut head) != Some(*MAGIC) {
        return Err(EncodingError::NotAShare);
    }
    let [version, curve] = next(&mut head).ok_or(length(HEAD))?;
    if version != PLAIN && version != GENERAL {
        return Err(EncodingError::OtherVersion(version));
    }
    if curve != curve_code(C::NAME) {
        return Err(EncodingError::OtherCurve(C::NAME));
    }
    let key = KeyId(next(&mut head).ok_or(length(HEAD))?);
    let epoch = u32::from_le_bytes(next(&mut head).ok_or(length(HEAD))?);
    let number = |rest: &mut _| next(rest).map(u16::from_le_bytes).ok_or(length(HEAD + 6));
    let (access, index) = if version == PLAIN {
        let [threshold, holders, index] = [number(&mut rest)?, number(&mut rest)?, number(&mut rest)?];
        (AccessStructure::new(threshold.into(), holders.into())?, index)
    } else {
        let index = number(&mut rest)?;
        (read_structure(&mut rest, bytes.len())?, index)
    };
    if !access.has(index) {
        return Err(ShareError::NoHolder { index, access }.into());
    }
    let expected = KeyShare::<C>::bytes(&access, index);
    if bytes.len() != expected {
        return Err(length(expected));
    }
    let (secret, commitments) = rest.split_at_checked(share_bytes(&access, index)).ok_or(length(expected))?;
    Ok((Holding { key, epoch, access, index }, secret, commitments))
}

/// Writes the length of a structure's text, and the text.
pub(crate) fn write_structure(access: &AccessStructure, into: &mut Vec<u8>) {
    let text = access.to_string();
    into.extend_from_slice(&(text.len() as u16).to_le_bytes());
    into.extend_from_slice(text.as_bytes());
}

/// Reads a structure that is more than a threshold from the front of `rest`, a part of `found` bytes.
///
/// # Errors
/// If there is none, or its text is not canonical.
pub(crate) fn read_structure(rest: &mut &[u8], found: usize) -> Result<AccessStructure, EncodingError> {
    let too_short = |missing: usize| EncodingError::Length { expected: found + missing, found };
    let length = usize::from(next(rest).map(u16::from_le_bytes).ok_or(too_short(2))?);
    let (text, after) = rest.split_at_checked(length).ok_or(too_short(length - rest.len().min(length)))?;
    let access = read_text(text)?;
    *rest = after;
    Ok(access)
}

/// Reads the text of a structure that is more than a threshold.
///
/// # Errors
/// If it is none, or not canonical.
pub(crate) fn read_text(text: &[u8]) -> Result<AccessStructure, EncodingError> {
    let not_canonical = EncodingError::NotCanonical("the access structure of a share");
    let text = std::str::from_utf8(text).map_err(|_| not_canonical.clone())?;
    let structure: Structure = text.parse()?;
    if structure.plain_threshold().is_some() || structure.to_string() != text {
        return Err(not_canonical);
    }
    Ok(AccessStructure::of(structure))
}

/// The next bytes, if there are as many.
fn next<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*first)
}

/// The number of a curve.
pub(crate) fn curve_code(curve: CurveName) -> u8 {
    match curve {
        CurveName::Secp256k1 => 1,
        CurveName::P256 => 2,
        CurveName::Ed25519 => 3,
    }
}
