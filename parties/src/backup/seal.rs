//! The mathematics of a backup on whichever curve the key has: texts on this side, scalars and points on the other.

use quorate_circuits::curve::{Curve, CurveName, Ed25519, P256, Point, Secp256k1};
use quorate_engine::crypto::sealing::{SealingPublic, SealingSecret};
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::key::backup::{BackupError as EngineFault, Dealt, Part, VerifiableEncryption};
use quorate_engine::key::{AccessStructure, Commitments};
use quorate_engine::record::KeyRecord;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::BackupError;
use crate::identity::Canonical;
use crate::keys::PublicPart;

/// A scalar of a share, dealt: texts of hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dealing {
    /// The commitments to the sharing, the scalar's own first.
    pub(super) commitments: Vec<String>,
    /// For each guardian its part, verifiably encrypted.
    pub(super) encrypted: Vec<String>,
}

impl Dealing {
    /// The shape of a dealing.
    pub(super) fn empty(needed: u16, guardians: usize) -> Self {
        Self { commitments: vec![String::new(); needed.into()], encrypted: vec![String::new(); guardians] }
    }
}

impl std::fmt::Debug for Dealing {
    /// Without the ciphertexts, which fill pages.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dealing({:?}, {} ciphertexts)", self.commitments, self.encrypted.len())
    }
}

/// Why a dealing is not right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Something is not even written as it should be.
    Malformed(&'static str),
    /// The commitments are of another share.
    OtherShare,
    /// What is encrypted for a guardian is not its part.
    Guardian(u16),
}

impl From<EngineFault> for Fault {
    fn from(fault: EngineFault) -> Self {
        match fault {
            EngineFault::OtherShare => Self::OtherShare,
            EngineFault::Encryption(index) | EngineFault::Guardian(index) | EngineFault::Part(index) => {
                Self::Guardian(index)
            }
            EngineFault::Guardians(_) => Self::Malformed("the set of guardians"),
        }
    }
}

/// The same expression for the curve of this name.
macro_rules! on_curve {
    ($name:expr, $curve:ident => $result:expr) => {
        match $name {
            CurveName::Secp256k1 => {
                type $curve = Secp256k1;
                $result
            }
            CurveName::P256 => {
                type $curve = P256;
                $result
            }
            CurveName::Ed25519 => {
                type $curve = Ed25519;
                $result
            }
        }
    };
}

pub(super) use on_curve;

/// What a scalar of a share is bound to: the backup, and which scalar.
pub(super) fn numbered(label: SessionId, number: usize) -> SessionId {
    SessionId(Canonical::new("quorate backup scalar 1").bytes(&label.0).number(number as u64).digest())
}

/// The holder's share times the generator, by the key's own commitments: a point for each scalar. `None` if they do
/// not fit the public part.
pub(super) fn public_shares(key: &PublicPart) -> Option<Vec<Point>> {
    fn on<C: Curve>(key: &PublicPart) -> Option<Vec<Point>> {
        let access = AccessStructure::of(key.access().ok()?);
        let commitments = commitments::<C>(&key.commitments, &access)?;
        Some(commitments.public_share(key.index).into_iter().map(|point| C::point(point.into())).collect())
    }
    on_curve!(key.scheme.curve(), C => on::<C>(key))
}

/// Deals every scalar of a share.
///
/// # Errors
/// A record that is none; no randomness.
pub(super) fn deal(
    curve: CurveName,
    label: SessionId,
    share: &[u8],
    needed: u16,
    guardians: &[SealingPublic],
) -> Result<Vec<Dealing>, BackupError> {
    fn on<C: Curve>(
        label: SessionId,
        share: &[u8],
        needed: u16,
        guardians: &[SealingPublic],
    ) -> Result<Vec<Dealing>, BackupError> {
        let record = KeyRecord::<C>::from_bytes(share)?;
        let damaged = BackupError::Damaged { what: "the number of guardians" };
        let access = AccessStructure::new(needed.into(), guardians.len()).map_err(|_| damaged)?;
        let mut random = Random::from_operating_system().map_err(|_| BackupError::Randomness)?;
        let rows = record.share.expose_secret().iter().enumerate().map(|(number, row)| {
            let dealt = Dealt::<C>::new(&numbered(label, number), row, &access, guardians, &mut random);
            let dealt = dealt.map_err(|_| BackupError::Damaged { what: "a guardian's identity" })?;
            let commitments = dealt.commitments.to_bytes();
            Ok(Dealing {
                commitments: commitments.chunks_exact(C::POINT_BYTES).map(hex::encode).collect(),
                encrypted: dealt.encrypted.iter().map(|encrypted| hex::encode(encrypted.to_bytes())).collect(),
            })
        });
        rows.collect()
    }
    on_curve!(curve, C => on::<C>(label, share, needed, guardians))
}

/// Checks a dealing without any secret.
///
/// # Errors
/// What is wrong with it.
pub(super) fn verify(
    dealing: &Dealing,
    label: SessionId,
    public_share: &Point,
    guardians: &[SealingPublic],
) -> Result<(), Fault> {
    fn on<C: Curve>(
        dealing: &Dealing,
        label: SessionId,
        public_share: &Point,
        guardians: &[SealingPublic],
    ) -> Result<(), Fault> {
        let point: C::Point = C::of_point(public_share).ok_or(Fault::OtherShare)?.into();
        Ok(dealt::<C>(dealing, guardians.len())?.verify(&label, &point, guardians)?)
    }
    on_curve!(public_share.curve(), C => on::<C>(dealing, label, public_share, guardians))
}

/// A guardian's part of a dealing.
///
/// # Errors
/// If what is encrypted for it is not its part.
pub(super) fn open(
    dealing: &Dealing,
    curve: CurveName,
    label: SessionId,
    guardians: usize,
    index: u16,
    secret: &SealingSecret,
) -> Result<Zeroizing<[u8; 32]>, Fault> {
    on_curve!(curve, C => {
        let part = dealt::<C>(dealing, guardians)?.open(&label, index, secret)?;
        Ok(part.expose_bytes())
    })
}

/// Whether bytes are the part of a guardian by a dealing's commitments.
pub(super) fn fits(dealing: &Dealing, curve: CurveName, guardians: usize, index: u16, bytes: &[u8]) -> bool {
    fn on<C: Curve>(dealing: &Dealing, guardians: usize, index: u16, bytes: &[u8]) -> Option<Part<C>> {
        let access = AccessStructure::new(dealing.commitments.len(), guardians).ok()?;
        Part::new(&commitments::<C>(&dealing.commitments, &access)?, index, bytes).ok()
    }
    on_curve!(curve, C => on::<C>(dealing, guardians, index, bytes).is_some())
}

/// The scalar of which these are parts: the guardians' indices and what each has.
///
/// # Errors
/// If a part does not fit, or they are too few.
pub(super) fn combine<C: Curve>(
    dealing: &Dealing,
    guardians: usize,
    parts: &[(u16, &[u8; 32])],
) -> Result<Zeroizing<C::Scalar>, Fault> {
    let malformed = Fault::Malformed("the commitments of a dealing");
    let access = AccessStructure::new(dealing.commitments.len(), guardians).map_err(|_| malformed)?;
    let commitments = commitments::<C>(&dealing.commitments, &access).ok_or(malformed)?;
    let part = |(index, bytes): &(u16, &[u8; 32])| Part::new(&commitments, *index, *bytes);
    let parts = parts.iter().map(part).collect::<Result<Vec<Part<C>>, _>>()?;
    Ok(Part::combine(&access, &parts)?)
}

fn dealt<C: Curve>(dealing: &Dealing, guardians: usize) -> Result<Dealt<C>, Fault> {
    let malformed = Fault::Malformed("the commitments of a dealing");
    let access = AccessStructure::new(dealing.commitments.len(), guardians).map_err(|_| malformed)?;
    let commitments = commitments::<C>(&dealing.commitments, &access).ok_or(malformed)?;
    let encrypted = (1..).zip(&dealing.encrypted).map(|(index, text)| {
        let bytes = lower(text, VerifiableEncryption::BYTES);
        bytes.and_then(|bytes| VerifiableEncryption::from_bytes(&bytes)).ok_or(Fault::Guardian(index))
    });
    Ok(Dealt { commitments, encrypted: encrypted.collect::<Result<_, _>>()? })
}

/// Commitments of texts, as many as the access structure of holders or guardians says.
pub(super) fn commitments<C: Curve>(texts: &[String], access: &AccessStructure) -> Option<Commitments<C>> {
    let points = texts.iter().map(|text| lower(text, C::POINT_BYTES)).collect::<Option<Vec<_>>>()?;
    Commitments::from_bytes(&points.concat(), access)
}

/// The bytes of lower-case hexadecimal digits, as many as expected: one value has one spelling.
fn lower(text: &str, length: usize) -> Option<Vec<u8>> {
    let digits = text.len() == 2 * length && text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
    digits.then(|| hex::decode(text).ok()).flatten()
}
