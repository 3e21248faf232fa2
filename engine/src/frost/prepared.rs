//! Nonces that were exchanged before there was anything to sign.
//!
//! As bytes, for a sealed store from which each is taken once:
//!
//! | bytes | what |
//! |---|---|
//! | 4 | `QFN` and the version, 1 |
//! | 1 | curve, as in a share |
//! | 32 | the key's identifier |
//! | 4 | its epoch, little-endian |
//! | 2, 2, 2, 2 | threshold, holders, number of signers, my position among them, little-endian |
//! | 2 for each signer | their indices, little-endian, by position |
//! | 32, 32 | hiding and binding nonce, in the curve's encoding |
//! | 66 or 64 for each signer | their commitments, by position |
//!
//! Nothing follows. The bytes are secret.

use quorate_circuits::curve::{Curve, SCALAR_BYTES};
use zeroize::{Zeroize, Zeroizing};

use super::{Ciphersuite, GroupCommitment, NoGroupCommitment, SigningCommitments, SigningNonces};
use crate::crypto::{SessionId, Transcript};
use crate::key::encoding::curve_code;
use crate::key::{AccessStructure, Holding, KeyId, KeyShare, SignerSet};

const MAGIC: &[u8; 4] = b"QFN\x01";
/// Bytes before the indices.
const HEAD: usize = 4 + 1 + 32 + 4 + 8;

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
    access: AccessStructure,
    pub(super) signers: SignerSet,
    pub(super) position: usize,
    pub(super) commitments: Vec<SigningCommitments<C>>,
}

/// Bytes that are no prepared nonces of this curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("prepared nonces that cannot be read: {0}")]
pub struct PreparedError(&'static str);

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
        let position = signers.position(index).ok()?;
        let fits = commitments.len() == signers.indices().len() && commitments[position] == nonces.commitments;
        fits.then_some(Self { nonces, key, epoch, access, signers, position, commitments })
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
    pub fn bytes(signers: usize) -> usize {
        HEAD + 2 * signers + 2 * SCALAR_BYTES + signers * SigningCommitments::<C>::BYTES
    }

    /// The encoding, in exchange for the nonces.
    pub fn to_bytes(self) -> Zeroizing<Vec<u8>> {
        let count = self.signers.indices().len();
        // The exact capacity: growing would leave copies behind that nobody wipes.
        let mut bytes = Zeroizing::new(Vec::with_capacity(Self::bytes(count)));
        bytes.extend_from_slice(MAGIC);
        bytes.push(curve_code(C::NAME));
        bytes.extend_from_slice(&self.key.0);
        bytes.extend_from_slice(&self.epoch.to_le_bytes());
        for number in [self.access.threshold(), self.access.holders(), count, self.position] {
            bytes.extend_from_slice(&(number as u16).to_le_bytes());
        }
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
        let (head, rest) = bytes.split_first_chunk::<HEAD>().ok_or(PreparedError("they end too early"))?;
        if head[..4] != *MAGIC {
            return Err(PreparedError("another layout"));
        }
        if head[4] != curve_code(C::NAME) {
            return Err(PreparedError("another curve"));
        }
        let field = |at: usize| u16::from_le_bytes([head[at], head[at + 1]]);
        let key = KeyId(std::array::from_fn(|i| head[5 + i]));
        let epoch = u32::from_le_bytes(std::array::from_fn(|i| head[37 + i]));
        let [threshold, holders, count, position] = [41, 43, 45, 47].map(|at| usize::from(field(at)));
        let access = AccessStructure::new(threshold, holders).map_err(|_| PreparedError("no access structure"))?;
        // The number of signers is bounded before anything is made of it.
        if count > holders || position >= count || bytes.len() != Self::bytes(count) {
            return Err(PreparedError("another number of signers or of bytes"));
        }
        let (indices, rest) = rest.split_at(2 * count);
        let (nonces, commitments) = rest.split_at(2 * SCALAR_BYTES);
        let indices: Vec<u16> = indices.as_chunks().0.iter().map(|bytes| u16::from_le_bytes(*bytes)).collect();
        let signers = SignerSet::new(access, &indices).map_err(|_| PreparedError("no set of signers"))?;
        let nonces = read_nonces(nonces).ok_or(PreparedError("a nonce is not canonical"))?;
        let commitments = read_commitments(commitments, position, &nonces)?;
        Ok(Self { nonces, key, epoch, access, signers, position, commitments })
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
