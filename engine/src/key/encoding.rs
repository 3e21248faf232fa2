//! A share as bytes, for a sealed store.
//!
//! | bytes | what |
//! |---|---|
//! | 4 | `QKS` and the version, 1 |
//! | 1 | curve: 1 secp256k1, 2 P-256, 3 Ed25519 |
//! | 32 | the key's identifier |
//! | 4 | epoch, little-endian |
//! | 2, 2, 2 | threshold, holders, index, little-endian |
//! | 32 | the secret share, in the curve's encoding |
//! | threshold times 33 or 32 | the commitments, the public key first, in the curve's encoding |
//!
//! Nothing follows. The bytes are secret; sealing them is the caller's.

use quorate_circuits::curve::{Curve, CurveName, SCALAR_BYTES};
use zeroize::{Zeroize, Zeroizing};

use super::{AccessStructure, Commitments, Holding, KeyId, KeyShare, NoAccessStructure, ShareError};

const MAGIC: &[u8; 3] = b"QKS";
const VERSION: u8 = 1;
/// Bytes before the commitments.
const HEAD: usize = 4 + 1 + 32 + 4 + 6 + SCALAR_BYTES;

/// Bytes that are no share of a key of this curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
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
    #[error("a share in version {0} of the layout; this program reads version {VERSION}")]
    OtherVersion(u8),
    /// A share of a key of another curve.
    #[error("a share of a key of another curve than {0}")]
    OtherCurve(CurveName),
    /// No access structure.
    #[error("a share of a key that does not exist: {0}")]
    Access(#[from] NoAccessStructure),
    /// A scalar or a point is not in its canonical form.
    #[error("{0} is not in canonical form")]
    NotCanonical(&'static str),
    /// What they say does not fit together.
    #[error(transparent)]
    Share(#[from] ShareError),
}

impl<C: Curve> KeyShare<C> {
    /// Bytes of an encoded share.
    pub fn bytes(access: AccessStructure) -> usize {
        HEAD + Commitments::<C>::bytes(access)
    }

    /// The encoding: secret.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let Holding { key, epoch, access, index } = self.holding;
        // The exact capacity: growing would leave copies behind that nobody wipes.
        let mut bytes = Zeroizing::new(Vec::with_capacity(Self::bytes(access)));
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&[VERSION, curve_code(C::NAME)]);
        bytes.extend_from_slice(&key.0);
        bytes.extend_from_slice(&epoch.to_le_bytes());
        for number in [access.threshold() as u16, access.holders() as u16, index] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        let mut secret = C::encode_scalar(&self.secret);
        bytes.extend_from_slice(&secret);
        secret.zeroize();
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
        commitments_of: fn(&[u8], AccessStructure) -> Option<Commitments<C>>,
    ) -> Result<Self, EncodingError> {
        let (holding, secret, commitments) = parts::<C>(bytes)?;
        let commitments = commitments_of(commitments, holding.access)
            .ok_or(EncodingError::NotCanonical("a commitment of a share"))?;
        let secret = C::decode_scalar(secret).ok_or(EncodingError::NotCanonical("the secret of a share"))?;
        Ok(Self::new(holding, secret, commitments)?)
    }

    /// What share an encoding is of, and the encoding of the public key. Neither the secret nor any point is looked at.
    ///
    /// # Errors
    /// If what is read is not canonical, or the encoding has another length.
    pub fn public_part(bytes: &[u8]) -> Result<(Holding, &[u8]), EncodingError> {
        let (holding, _, commitments) = parts::<C>(bytes)?;
        let (index, access) = (holding.index, holding.access);
        if !access.has(index) {
            return Err(ShareError::NoHolder { index, access }.into());
        }
        let key = commitments.get(..C::POINT_BYTES);
        Ok((holding, key.ok_or(EncodingError::NotCanonical("a commitment of a share"))?))
    }
}

/// The parts of an encoding whose head is a share's: what share of what, the secret, the commitments.
fn parts<C: Curve>(bytes: &[u8]) -> Result<(Holding, &[u8; SCALAR_BYTES], &[u8]), EncodingError> {
    let length = |expected| EncodingError::Length { expected, found: bytes.len() };
    let (head, commitments) = bytes.split_first_chunk::<HEAD>().ok_or(length(HEAD))?;
    let mut rest = &head[..];
    if take::<3>(&mut rest) != *MAGIC {
        return Err(EncodingError::NotAShare);
    }
    let [version, curve] = take(&mut rest);
    if version != VERSION {
        return Err(EncodingError::OtherVersion(version));
    }
    if curve != curve_code(C::NAME) {
        return Err(EncodingError::OtherCurve(C::NAME));
    }
    let key = KeyId(take(&mut rest));
    let epoch = u32::from_le_bytes(take(&mut rest));
    let [threshold, holders, index] = [(); 3].map(|()| u16::from_le_bytes(take(&mut rest)));
    let access = AccessStructure::new(threshold.into(), holders.into())?;
    let expected = KeyShare::<C>::bytes(access);
    if bytes.len() != expected {
        return Err(length(expected));
    }
    // The head ends with the secret.
    let secret = rest.first_chunk().ok_or(length(expected))?;
    Ok((Holding { key, epoch, access, index }, secret, commitments))
}

/// The next bytes of a head that has them: its length is fixed.
fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    let (first, after) = rest.split_first_chunk::<N>().map_or(([0; N], *rest), |(first, after)| (*first, after));
    *rest = after;
    first
}

/// The number of a curve.
pub(crate) fn curve_code(curve: CurveName) -> u8 {
    match curve {
        CurveName::Secp256k1 => 1,
        CurveName::P256 => 2,
        CurveName::Ed25519 => 3,
    }
}
