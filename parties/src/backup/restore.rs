//! From the parts of enough guardians to the share.

use quorate_circuits::curve::{Curve, CurveName, Ed25519, P256, Secp256k1};
use quorate_engine::key::{AccessStructure, Holding, KeyId, KeyShare};
use quorate_engine::record::KeyRecord;
use zeroize::Zeroizing;

use super::seal::{self, Fault, on_curve};
use super::{Backup, BackupError, Part, Purpose, Request};
use crate::identity::{Identity, PartyName};
use crate::keys::PublicPart;

/// A share that came back.
pub struct Restored {
    /// The record of the key: the share, and nothing that was set up with other holders.
    pub record: Zeroizing<Vec<u8>>,
    /// Guardians whose part was right.
    pub guardians: Vec<PartyName>,
    /// Guardians who released something else.
    pub liars: Vec<PartyName>,
}

/// Combines the parts that guardians released for a request of this party. A guardian who released something else than
/// what the backup says is named, and not needed if enough others did not.
///
/// # Errors
/// Parts that belong to something else; too few that are right.
pub fn combine(
    identity: &Identity,
    backup: &Backup,
    request: &Request,
    purpose: Purpose,
    parts: &[Part],
) -> Result<Restored, BackupError> {
    request.fits(backup)?;
    if request.purpose() != purpose {
        return Err(BackupError::OtherPurpose { made: request.purpose().name(), wanted: purpose.name() });
    }
    let mut right: Vec<(u16, Vec<Zeroizing<[u8; 32]>>)> = Vec::new();
    let (mut guardians, mut liars) = (Vec::new(), Vec::new());
    for part in parts {
        let guardian = part.guardian();
        let index = backup.index_of(guardian.identity).ok_or_else(|| super::part::no_guardian(backup, guardian))?;
        // By the backup's name for it: the part's own is only what it says.
        let name = backup.guardians()[usize::from(index) - 1].name.clone();
        if part.backup() != backup.id() {
            return Err(BackupError::OtherBackup { field: "another backup" });
        }
        if part.request() != request.id() {
            return Err(BackupError::OtherRequest { guardian: name, request: part.request() });
        }
        if guardians.contains(&name) || liars.contains(&name) {
            return Err(BackupError::Twice(name));
        }
        match opened(identity, backup, request, part, index) {
            Some(scalars) => {
                right.push((index, scalars));
                guardians.push(name);
            }
            None => liars.push(name),
        }
    }
    if right.len() < backup.needed() {
        let because = if liars.is_empty() {
            String::new()
        } else {
            format!("; {} released something else than the part of the share that the backup says", listed(&liars))
        };
        return Err(BackupError::TooFew { needed: backup.needed(), found: right.len(), because });
    }
    let record = on_curve!(backup.key().scheme.curve(), C => record_of::<C>(backup, &right))?;
    Ok(Restored { record, guardians, liars })
}

/// What a part holds, if it is the guardian's part of every scalar.
fn opened(
    identity: &Identity,
    backup: &Backup,
    request: &Request,
    part: &Part,
    index: u16,
) -> Option<Vec<Zeroizing<[u8; 32]>>> {
    let scalars = part.open(identity, backup, request)?;
    if scalars.len() != backup.dealings().len() {
        return None;
    }
    let (curve, count) = (backup.key().scheme.curve(), backup.guardians().len());
    let fits = |(dealing, scalar): (&seal::Dealing, Zeroizing<Vec<u8>>)| {
        let fits = seal::fits(dealing, curve, count, index, &scalar);
        let mut bytes = Zeroizing::new([0; 32]);
        fits.then(|| bytes.copy_from_slice(&scalar)).map(|()| bytes)
    };
    backup.dealings().iter().zip(scalars).map(fits).collect()
}

fn record_of<C: Curve>(
    backup: &Backup,
    parts: &[(u16, Vec<Zeroizing<[u8; 32]>>)],
) -> Result<Zeroizing<Vec<u8>>, BackupError> {
    let damaged = |_: Fault| BackupError::Damaged { what: "the backup's dealing" };
    // The exact capacity: growing would leave copies behind that nobody wipes.
    let mut secret = Zeroizing::new(Vec::with_capacity(backup.dealings().len()));
    for (number, dealing) in backup.dealings().iter().enumerate() {
        let of_row: Vec<(u16, &[u8; 32])> =
            parts.iter().filter_map(|(index, scalars)| Some((*index, &**scalars.get(number)?))).collect();
        secret.push(*seal::combine::<C>(dealing, backup.guardians().len(), &of_row).map_err(damaged)?);
    }
    record::<C>(backup.key(), secret)
}

/// The record of a share without what was set up with the other holders.
///
/// # Errors
/// If the share does not fit the public part.
pub(super) fn record<C: Curve>(
    key: &PublicPart,
    secret: Zeroizing<Vec<C::Scalar>>,
) -> Result<Zeroizing<Vec<u8>>, BackupError> {
    let damaged = BackupError::Damaged { what: "the key's public part" };
    let access = AccessStructure::of(key.access().map_err(|_| damaged.clone())?);
    let commitments = seal::commitments::<C>(&key.commitments, &access).ok_or(damaged.clone())?;
    let epoch = u32::try_from(key.epoch).map_err(|_| damaged)?;
    let holders = access.holders();
    let holding = Holding { key: KeyId(key.key_id.0), epoch, access, index: key.index };
    let share = KeyShare::<C>::new(holding, secret, commitments).map_err(|_| BackupError::OtherShare {
        holder: key.own().map(|own| own.name.clone()).unwrap_or_else(nobody),
    })?;
    // A key for products keeps a place for each other holder; nothing is in it.
    let pairs = if key.scheme.is_ecdsa() { (0..holders).map(|_| None).collect() } else { Vec::new() };
    Ok(KeyRecord { share, pairs }.to_bytes())
}

/// The record as `share.sealed` holds it: no places for other holders.
///
/// # Errors
/// If it is damaged.
pub(crate) fn share_of(curve: CurveName, record: &[u8]) -> Result<Zeroizing<Vec<u8>>, BackupError> {
    on_curve!(curve, C => {
        let mut record = KeyRecord::<C>::from_bytes(record)?;
        record.pairs = Vec::new();
        Ok(record.to_bytes())
    })
}

fn nobody() -> PartyName {
    "nobody".parse().expect("a lawful name")
}

pub(super) fn listed(names: &[PartyName]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
