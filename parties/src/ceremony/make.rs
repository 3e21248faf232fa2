//! From a kept record to what is public of a key.

use quorate_circuits::curve::{Curve, CurveName, Ed25519, P256, Point, Secp256k1};
use quorate_engine::ot::KeptPair;
use quorate_engine::record::{KeyRecord, RecordError};
use zeroize::Zeroizing;

/// What a record of a key says to everybody.
pub(super) struct Made {
    pub(super) key_id: [u8; 32],
    pub(super) index: u16,
    pub(super) epoch: u32,
    /// The commitments to the key's polynomial, the public key first.
    pub(super) commitments: Vec<Point>,
    /// The record without what was set up with the other holders.
    pub(super) share: Zeroizing<Vec<u8>>,
}

/// Takes a record apart.
///
/// # Errors
/// If the bytes are none of this curve.
pub(super) fn made(curve: CurveName, record: &[u8]) -> Result<Made, RecordError> {
    match curve {
        CurveName::Secp256k1 => made_on::<Secp256k1>(record),
        CurveName::P256 => made_on::<P256>(record),
        CurveName::Ed25519 => made_on::<Ed25519>(record),
    }
}

fn made_on<C: Curve>(record: &[u8]) -> Result<Made, RecordError> {
    let mut record = KeyRecord::<C>::from_bytes(record)?;
    record.pairs = Vec::new();
    let holding = record.share.holding();
    let commitments = record.share.commitments().points().iter().map(|point| C::point((*point).into())).collect();
    Ok(Made {
        key_id: holding.key.0,
        index: holding.index,
        epoch: holding.epoch,
        commitments,
        share: record.to_bytes(),
    })
}

/// The name of what was set up with one holder: the same at both. `None` if nothing is, or it was given up.
///
/// # Errors
/// If the bytes are none of this curve.
pub(super) fn pair_name(curve: CurveName, record: &[u8], holder: u16) -> Result<Option<[u8; 32]>, RecordError> {
    fn on<C: Curve>(record: &[u8], holder: u16) -> Result<Option<[u8; 32]>, RecordError> {
        let record = KeyRecord::<C>::from_bytes(record)?;
        let pair = record.pairs.get(usize::from(holder).wrapping_sub(1)).and_then(Option::as_ref);
        Ok(pair.map(KeptPair::name))
    }
    match curve {
        CurveName::Secp256k1 => on::<Secp256k1>(record, holder),
        CurveName::P256 => on::<P256>(record, holder),
        CurveName::Ed25519 => on::<Ed25519>(record, holder),
    }
}

/// A record without what was set up with one holder.
///
/// # Errors
/// If the bytes are none of this curve.
pub(super) fn without(curve: CurveName, record: &[u8], holder: u16) -> Result<Zeroizing<Vec<u8>>, RecordError> {
    fn on<C: Curve>(record: &[u8], holder: u16) -> Result<Zeroizing<Vec<u8>>, RecordError> {
        let mut record = KeyRecord::<C>::from_bytes(record)?;
        record.ban(holder);
        Ok(record.to_bytes())
    }
    match curve {
        CurveName::Secp256k1 => on::<Secp256k1>(record, holder),
        CurveName::P256 => on::<P256>(record, holder),
        CurveName::Ed25519 => on::<Ed25519>(record, holder),
    }
}
