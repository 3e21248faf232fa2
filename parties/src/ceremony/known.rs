//! What a party without a share brings to a program: what the holders have told it.

use quorate_circuits::curve::{Curve, CurveName, Ed25519, P256, Secp256k1};
use quorate_engine::key::{AccessStructure, KeyId};
use quorate_engine::record::KnownKey;
use zeroize::Zeroizing;

use crate::keys::SharedPart;

/// The record that stands for a share where there is none; `None` if what was told is no key.
pub(super) fn known_record(shared: &SharedPart) -> Option<Zeroizing<Vec<u8>>> {
    match shared.scheme.curve() {
        CurveName::Secp256k1 => known::<Secp256k1>(shared),
        CurveName::P256 => known::<P256>(shared),
        CurveName::Ed25519 => known::<Ed25519>(shared),
    }
}

fn known<C: Curve>(shared: &SharedPart) -> Option<Zeroizing<Vec<u8>>> {
    let access = match &shared.structure {
        Some(structure) => AccessStructure::of(structure.compiled().ok()?),
        None => AccessStructure::new(shared.signers_needed.into(), shared.holders.len()).ok()?,
    };
    let public = C::decode_point(&hex::decode(&shared.public_key).ok()?)?;
    let epoch = shared.epoch.try_into().ok()?;
    Some(KnownKey::<C> { key: KeyId(shared.key_id.0), epoch, access, public }.to_bytes())
}
