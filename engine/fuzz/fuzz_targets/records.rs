//! Any bytes as records of keys, presignatures and nonces: refused, or written again as they were read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quorate_circuits::access::{MOST_ROWS, Structure};
use quorate_circuits::curve::{Curve, Ed25519, P256, Secp256k1};
use quorate_engine::frost::PreparedNonces;
use quorate_engine::key::{AccessStructure, KeyShare};
use quorate_engine::record::{KeyRecord, KnownKey, OneTime, WholeKey};

fn read<C: Curve>(bytes: &[u8]) {
    if let Ok(record) = KeyRecord::<C>::from_bytes(bytes) {
        assert_eq!(*record.to_bytes(), bytes);
    }
    if let Ok(record) = OneTime::<C>::from_bytes(bytes) {
        assert_eq!(*record.into_bytes(), bytes);
    }
    if let Ok(known) = KnownKey::<C>::from_bytes(bytes) {
        assert_eq!(*known.to_bytes(), bytes);
    }
    if let Ok(whole) = WholeKey::<C>::from_bytes(bytes) {
        assert_eq!(*whole.to_bytes(), bytes);
    }
    if let Ok(share) = KeyShare::<C>::from_bytes(bytes) {
        assert_eq!(*share.to_bytes(), bytes);
    }
    if let Ok(nonces) = PreparedNonces::<C>::from_bytes(bytes) {
        assert_eq!(*nonces.to_bytes(), bytes);
    }
}

/// A text is a structure whose text is read as the same, or none; what it takes to share under it is bounded.
fn structure(bytes: &[u8]) {
    let Some(structure) = std::str::from_utf8(bytes).ok().and_then(|text| text.parse::<Structure>().ok()) else { return };
    assert_eq!(structure.to_string().parse(), Ok(structure.clone()));
    let access = AccessStructure::of(structure);
    assert!(access.columns() <= MOST_ROWS && access.indices().map(|i| access.rows(i).len()).sum::<usize>() <= MOST_ROWS);
}

fuzz_target!(|bytes: &[u8]| {
    structure(bytes);
    read::<Secp256k1>(bytes);
    read::<P256>(bytes);
    read::<Ed25519>(bytes);
});
