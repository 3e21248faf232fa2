//! Nonces that were exchanged before there was anything to sign.
//!
//! As bytes, for a sealed store from which each is taken once:
//!
//! | bytes | what |
//! |---|---|
//! | 4 | `QFN` and the version: 1 under a plain threshold, else 2 |
//! | 1 | curve, as in a share |
//! | 32 | the key's identifier |
//! | 4 | its epoch, little-endian |
//! | 2, 2 | version 1: threshold, holders, little-endian |
//! | 2 and text | version 2: length, little-endian, and canonical text of the access structure |
//! | 2, 2 | number of signers, my position among them, little-endian |
//! | 2 for each signer | their indices, little-endian, by position |
//! | 32, 32 | hiding and binding nonce, in the curve's encoding |
//! | 66 or 64 for each signer | their commitments, by position |
//!
//! Nothing follows. The bytes are secret.

use quorate_circuits::curve::{Curve, SCALAR_BYTES};
use zeroize::{Zeroize, Zeroizing};

use super::{Ciphersuite, GroupCommitment, NoGroupCommitment, SigningCommitments, SigningNonces};
use crate::crypto::{SessionId, Transcript};
use crate::key::encoding::{curve_code, read_structure, write_structure};
use crate::key::{AccessStructure, Holding, KeyId, KeyShare, SignerSet};

const MAGIC: &[u8; 3] = b"QFN";
/// The version for plain thresholds.
const PLAIN: u8 = 1;
/// The version for all other structures.
const GENERAL: u8 = 2;
/// Bytes before the access structure.
const HEAD: usize = 4 + 1 + 32 + 4;

/// The name of a prepared pair of nonces: the same for all its signers, and of no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NonceId(pub [u8; 32]);

/// A signer's nonces with the commitments of all signers, of one key in one epoch. Consumed by use; see
/// [`SigningNonces`].
#[derive(Debug)]
pub struct PreparedNonces<C: Curve> {
    pub(super) nonces: SigningNonces<C>,
    pub(super) key: KeyId,
    pub(super) epoch: u32,
    pub(super) signers: SignerSet,
    pub(super) position: usize,
    pub(super) commitments: Vec<SigningCommitments<C>>,
}

/// Bytes that are no prepared nonces of this curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("prepared nonces that cannot be read: {0}")]
pub struct PreparedError(&'static str);

const NO_ACCESS: PreparedError = PreparedError("no access structure");

impl<C: Curve> PreparedNonces<C> {
    /// Nonces of a share for these signers, with everybody's commitments by position. `None` if the share's holder is not
    /// among them, or at its position are other commitments than the nonces'.
    pub fn new(
        share: &KeyShare<C>,
        signers: SignerSet,
        nonces: SigningNonces<C>,
        commitments: Vec<SigningCommitments<C>>,
    ) -> Option<Self> {
        let Holding { key, epoch, access, index } = share.holding();
        let position = signers.position(*index).ok()?;
        let fits = commitments.len() == signers.indices().len() && commitments[position] == nonces.commitments;
        let (fits, key, epoch) = (fits && signers.access() == access, *key, *epoch);
        fits.then_some(Self { nonces, key, epoch, signers, position, commitments })
    }

    /// Their name.
    pub fn id(&self) -> NonceId {
        let mut transcript = Transcript::new("quorate 2026 prepared nonces", &SessionId(self.key.0));
        transcript.append_u64("epoch", u64::from(self.epoch));
        for (index, commitments) in self.signers.indices().iter().zip(&self.commitments) {
            transcript.append_u64("signer", u64::from(*index)).append("commitments", commitments.as_bytes());
        }
        NonceId(transcript.digest())
    }

    /// The key that they are for, and its epoch.
    pub fn key(&self) -> (KeyId, u32) {
        (self.key, self.epoch)
    }

    /// The signers that they are for.
    pub fn signers(&self) -> &SignerSet {
        &self.signers
    }

    /// Everybody's commitments, by position.
    pub fn commitments(&self) -> &[SigningCommitments<C>] {
        &self.commitments
    }

    /// Binds the commitments to a key and a message.
    ///
    /// # Errors
    /// As [`GroupCommitment::new`].
    pub fn group_commitment<S: Ciphersuite<Curve = C>>(
        &self,
        public_key: &C::Point,
        message: &[u8],
    ) -> Result<GroupCommitment<C>, NoGroupCommitment> {
        GroupCommitment::new::<S>(public_key, &self.signers, &self.commitments, message)
    }

    /// Bytes of an encoding.
    pub fn bytes(signers: &SignerSet) -> usize {
        let access = signers.access();
        let structure = if access.plain_threshold().is_some() { 4 } else { 2 + access.to_string().len() };
        HEAD + structure + 4 + Self::bytes_of(signers.indices().len())
    }

    /// Bytes after the number of signers and my position.
    fn bytes_of(signers: usize) -> usize {
        2 * signers + 2 * SCALAR_BYTES + signers * SigningCommitments::<C>::BYTES
    }

    /// The encoding, in exchange for the nonces.
    pub fn to_bytes(self) -> Zeroizing<Vec<u8>> {
        let count = self.signers.indices().len();
        // The exact capacity: growing would leave copies behind that nobody wipes.
        let mut bytes = Zeroizing::new(Vec::with_capacity(Self::bytes(&self.signers)));
        let access = self.signers.access();
        let threshold = access.plain_threshold();
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&[if threshold.is_some() { PLAIN } else { GENERAL }, curve_code(C::NAME)]);
        bytes.extend_from_slice(&self.key.0);
        bytes.extend_from_slice(&self.epoch.to_le_bytes());
        let number = |number: usize| (number as u16).to_le_bytes();
        match threshold {
            Some(threshold) => bytes.extend([threshold, access.holders()].into_iter().flat_map(number)),
            None => write_structure(access, &mut bytes),
        }
        bytes.extend([count, self.position].into_iter().flat_map(number));
        self.signers.indices().iter().for_each(|index| bytes.extend_from_slice(&index.to_le_bytes()));
        for nonce in [&self.nonces.hiding, &self.nonces.binding] {
            let mut encoding = C::encode_scalar(nonce);
            bytes.extend_from_slice(&encoding);
            encoding.zeroize();
        }
        self.commitments.iter().for_each(|commitments| bytes.extend_from_slice(commitments.as_bytes()));
        bytes
    }

    /// The nonces of an encoding that this party wrote itself and has kept under its own seal since: the others'
    /// commitments in it were checked when they came.
    ///
    /// # Errors
    /// If it is none, or the nonces do not fit their commitments.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PreparedError> {
        let too_short = PreparedError("they end too early");
        let (head, mut rest) = bytes.split_first_chunk::<HEAD>().ok_or(too_short)?;
        if head[..3] != *MAGIC || !matches!(head[3], PLAIN | GENERAL) {
            return Err(PreparedError("another layout"));
        }
        if head[4] != curve_code(C::NAME) {
            return Err(PreparedError("another curve"));
        }
        let key = KeyId(std::array::from_fn(|i| head[5 + i]));
        let epoch = u32::from_le_bytes(std::array::from_fn(|i| head[37 + i]));
        let number = |rest: &mut &[u8]| {
            let (number, after) = rest.split_first_chunk().ok_or(too_short)?;
            *rest = after;
            Ok(usize::from(u16::from_le_bytes(*number)))
        };
        let access = if head[3] == PLAIN {
            AccessStructure::new(number(&mut rest)?, number(&mut rest)?).map_err(|_| NO_ACCESS)?
        } else {
            read_structure(&mut rest, bytes.len()).map_err(|_| NO_ACCESS)?
        };
        let (count, position) = (number(&mut rest)?, number(&mut rest)?);
        // The number of signers is bounded before anything is made of it.
        if count > access.holders() || position >= count || rest.len() != Self::bytes_of(count) {
            return Err(PreparedError("another number of signers or of bytes"));
        }
        let (indices, rest) = rest.split_at(2 * count);
        let (nonces, commitments) = rest.split_at(2 * SCALAR_BYTES);
        let indices: Vec<u16> = indices.as_chunks().0.iter().map(|bytes| u16::from_le_bytes(*bytes)).collect();
        let signers = SignerSet::new(&access, &indices).map_err(|_| PreparedError("no set of signers"))?;
        let nonces = read_nonces(nonces).ok_or(PreparedError("a nonce is not canonical"))?;
        let commitments = read_commitments(commitments, position, &nonces)?;
        Ok(Self { nonces, key, epoch, signers, position, commitments })
    }
}

fn read_nonces<C: Curve>(bytes: &[u8]) -> Option<SigningNonces<C>> {
    let ([hiding, binding], []) = bytes.as_chunks::<SCALAR_BYTES>() else { return None };
    Some(SigningNonces::of(C::decode_scalar(hiding)?, C::decode_scalar(binding)?))
}

/// Everybody's commitments. Mine are known from the nonces, so that their encoding is only compared.
fn read_commitments<C: Curve>(
    bytes: &[u8],
    position: usize,
    nonces: &SigningNonces<C>,
) -> Result<Vec<SigningCommitments<C>>, PreparedError> {
    let read = |(at, bytes): (usize, &[u8])| {
        if at != position {
            return SigningCommitments::from_kept_bytes(bytes).ok_or(PreparedError("a commitment is not canonical"));
        }
        let mine = Some(nonces.commitments.clone()).filter(|mine| mine.as_bytes() == bytes);
        mine.ok_or(PreparedError("the nonces do not fit their commitments"))
    };
    bytes.chunks_exact(SigningCommitments::<C>::BYTES).enumerate().map(read).collect()
}
