//! Records that do not belong here: refused with the reason before anything is sent; and bytes that are no records.

mod signing_parties;

use proptest::prelude::*;
use quorate_circuits::curve::{Curve, CurveName, Ed25519, KeptPoint, P256, Secp256k1};
use quorate_engine::frost::PreparedNonces;
use quorate_engine::key::{EncodingError, SignerSetError};
use quorate_engine::record::{Field, KeyRecord, OneTime, RecordError};
use quorate_engine::run::RunError;
use quorate_testkit::Signers;
use signing_parties::{Records, Scheme, holdings};

/// Seats that are none.
const NO_SEATS: [(&[u16], SignerSetError); 5] = [
    (&[2], SignerSetError::TooFew { threshold: 2, found: 1 }),
    (&[0, 1], SignerSetError::NoHolder(0)),
    (&[4, 1], SignerSetError::NoHolder(4)),
    (&[u16::MAX, 1], SignerSetError::NoHolder(u16::MAX)),
    (&[1, 1], SignerSetError::Repeated(1)),
];

/// Runs two parties that bring the same kind of records, and returns why the first refuses. Nothing was sent before.
#[track_caller]
fn refusal(signers: &Signers, seats: &[u16], records: &[Records]) -> RecordError {
    let mut ended = signers.run(holdings(seats, records));
    match ended.remove(0).result {
        Err(RunError::Record(error)) => error,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it runs"),
    }
}

fn sign(scheme: Scheme) -> Signers {
    scheme.program("", &scheme.to_sign(2))
}

fn online(scheme: Scheme) -> Signers {
    scheme.program("-sign", &scheme.to_sign(2))
}

#[test]
fn signers_are_enough_different_and_holders() {
    for scheme in Scheme::ALL {
        for (seats, why) in NO_SEATS {
            let said = refusal(&sign(scheme), seats, &scheme.records(&[1, 2]));
            assert_eq!(said, RecordError::Signers(why), "{scheme:?}");
        }
        // A share of somebody who does not sign.
        let said = refusal(&sign(scheme), &[1, 2], &scheme.records(&[3, 2]));
        assert_eq!(said, RecordError::Signers(SignerSetError::NotAmongThem(3)));
    }
}

/// Who sits where is agreed; a party with another's share, or at another's place, stops before it says anything.
#[test]
fn every_signer_sits_at_its_place() {
    for scheme in Scheme::ALL {
        let said = refusal(&sign(scheme), &[2, 1], &scheme.records(&[1, 2]));
        assert_eq!(said, RecordError::OtherSeat { expected: 2, found: 1 }, "{scheme:?}");
        let said = refusal(&sign(scheme), &[1, 2, 3], &scheme.records(&[1, 2]));
        assert_eq!(said, RecordError::Seats { parties: 2, seats: 3 }, "{scheme:?}");
    }
}

#[test]
fn a_key_of_another_curve_or_for_another_use_is_refused() {
    let said = refusal(&sign(Scheme::Ed25519), &[1, 2], &Scheme::Bip340.records(&[1, 2]));
    assert_eq!(said, RecordError::Share(EncodingError::OtherCurve(CurveName::Ed25519)));
    // On the right curve, but made without what products need.
    let said = refusal(&sign(Scheme::Ecdsa), &[1, 2], &Scheme::Bip340.records(&[1, 2]));
    assert_eq!(said, RecordError::NoPair(2));
    let said = refusal(&online(Scheme::Ed25519), &[1, 2], &Scheme::Ed25519.records(&[1, 2]));
    assert_eq!(said, RecordError::Missing("the record nonce".to_owned()));
    let said = refusal(&sign(Scheme::Ed25519), &[1, 2], &[Records::new(), Records::new()]);
    assert_eq!(said, RecordError::Missing("the record key".to_owned()));
}

/// The same record with one thing changed in the belonging that stands behind the tag and the curve.
fn changed(scheme: Scheme, record: &[u8], change: impl Fn(&mut quorate_engine::record::Belonging)) -> Vec<u8> {
    fn of<C: Curve>(record: &[u8], change: impl Fn(&mut quorate_engine::record::Belonging)) -> Vec<u8> {
        let mut record = OneTime::<C>::from_bytes(record).expect("a record");
        change(&mut record.belonging);
        record.into_bytes().to_vec()
    }
    if scheme == Scheme::Ed25519 { of::<Ed25519>(record, change) } else { of::<Secp256k1>(record, change) }
}

#[test]
fn what_was_prepared_belongs_to_one_key_epoch_and_set_of_signers() {
    for scheme in Scheme::ALL {
        let name = scheme.one_time().to_owned();
        let prepared = scheme.prepare(&[1, 2], 5);
        let with = |one: Vec<u8>| scheme.with(&[1, 2], &[one, prepared[1].clone()]);
        let other_key = changed(scheme, &prepared[0], |belonging| belonging.key.0[7] ^= 1);
        assert_eq!(refusal(&online(scheme), &[1, 2], &with(other_key)), RecordError::OtherKey(name.clone()));
        let epoch = changed(scheme, &prepared[0], |belonging| belonging.epoch = 1);
        let said = refusal(&online(scheme), &[1, 2], &with(epoch));
        assert_eq!(said, RecordError::OtherEpoch { record: name.clone(), expected: 0, found: 1 });
        // Made with another holder, by another order, and one that is somebody else's.
        let expected = vec![1, 2];
        for (seats, at) in [([1, 3], 0), ([2, 1], 1), ([1, 2], 1)] {
            let theirs = scheme.prepare(&seats, 6).swap_remove(at);
            let said = refusal(&online(scheme), &[1, 2], &with(theirs));
            let found = seats.to_vec();
            assert_eq!(said, RecordError::OtherSigners { record: name.clone(), expected: expected.clone(), found });
        }
    }
    // Of another scheme.
    let nonces = Scheme::Bip340.prepare(&[1, 2], 5);
    let records = Scheme::Ecdsa.with(&[1, 2], &nonces);
    let said = refusal(&online(Scheme::Ecdsa), &[1, 2], &records);
    assert_eq!(said, RecordError::OtherKey("presignature".to_owned()));
    let other_curve = refusal(&online(Scheme::Ed25519), &[1, 2], &Scheme::Ed25519.with(&[1, 2], &nonces));
    assert_eq!(other_curve, RecordError::OtherCurve(CurveName::Ed25519));
}

/// Two presignatures of one key do not mix: the signature does not verify, and nothing is shown.
#[test]
fn halves_of_different_presignatures_sign_nothing() {
    for scheme in Scheme::ALL {
        let halves = [scheme.prepare(&[1, 2], 5).swap_remove(0), scheme.prepare(&[1, 2], 6).swap_remove(1)];
        let ended = online(scheme).run(holdings(&[1, 2], &scheme.with(&[1, 2], &halves)));
        assert!(ended.iter().all(|ended| ended.result.is_err()), "{scheme:?}");
    }
}

/// A pair whose check failed is gone from the record, and no program makes products with that holder again.
#[test]
fn a_banned_holder_is_asked_for_nothing() {
    let mut records = Scheme::Ecdsa.records(&[1, 2]);
    let mut key = KeyRecord::<Secp256k1>::from_bytes(&records[0]["key"]).expect("a record");
    key.ban(2);
    records[0].insert("key".to_owned(), key.to_bytes().to_vec());
    assert_eq!(refusal(&sign(Scheme::Ecdsa), &[1, 2], &records), RecordError::NoPair(2));
    key.ban(0);
    key.ban(u16::MAX);
    let again = KeyRecord::<Secp256k1>::from_bytes(&key.to_bytes()).expect("a record");
    assert_eq!(again.pairs.iter().map(Option::is_some).collect::<Vec<_>>(), [false, false, true]);
}

/// Points and scalars in the records of one-time material are those of the group.
#[test]
fn points_and_scalars_of_records_are_canonical() {
    let record = Scheme::Ecdsa.prepare(&[1, 2], 5).swap_remove(0);
    let parsed = OneTime::<Secp256k1>::from_bytes(&record).expect("a record");
    for (name, field) in &parsed.fields {
        let at = record.windows(name.len()).position(|window| window == name.as_bytes()).expect("its name");
        let content = at + name.len() + 1;
        let point = matches!(field, Field::Point(_));
        let bytes = if point { KeptPoint::<Secp256k1>::bytes(Secp256k1::NONCE_STEPS) } else { 32 };
        // Above the order, and no coordinate; the identity; coordinates of no point.
        let fills: &[u8] = if point { &[0xff, 0, 5] } else { &[0xff] };
        for fill in fills {
            let mut changed = record.clone();
            // The last coordinates that the field has.
            changed[content + bytes.saturating_sub(64)..content + bytes].fill(*fill);
            let said = OneTime::<Secp256k1>::from_bytes(&changed).err();
            assert!(matches!(said, Some(RecordError::Malformed(_))), "{name}: {said:?}");
        }
    }
}

/// The public part by itself says what the whole record says, and is read from no other bytes.
#[test]
fn the_public_part_is_that_of_the_record() {
    fn of<C: Curve>(scheme: Scheme) {
        for record in &scheme.key().records {
            let whole = KeyRecord::<C>::from_bytes(record).expect("a record");
            let expected = (whole.share.holding().clone(), whole.share.public_key());
            let part = KeyRecord::<C>::public_part(record).map(|(holding, key)| (holding, key.point().into()));
            assert_eq!(part, Ok(expected), "{scheme:?}");
            for length in 0..record.len() {
                assert!(KeyRecord::<C>::public_part(&record[..length]).is_err(), "{scheme:?} cut to {length}");
            }
            assert!(KeyRecord::<C>::public_part(&[record.as_slice(), &[0]].concat()).is_err(), "{scheme:?}");
            assert!(KeyRecord::<P256>::public_part(record).is_err(), "{scheme:?}");
            // Tags, lengths, curve and threshold; the rest says of which key and share the record is.
            for at in (0..11).chain([47, 48]) {
                let mut changed = record.clone();
                changed[at] ^= 0x81;
                assert!(KeyRecord::<C>::public_part(&changed).is_err(), "{scheme:?} with another byte {at}");
            }
        }
    }
    of::<Secp256k1>(Scheme::Ecdsa);
    of::<Secp256k1>(Scheme::Bip340);
    of::<Ed25519>(Scheme::Ed25519);
}

/// What a record says, as bytes, if it can be read.
fn read(kind: usize, bytes: &[u8]) -> Option<Vec<u8>> {
    match kind {
        0 => KeyRecord::<Secp256k1>::from_bytes(bytes).ok().map(|record| record.to_bytes().to_vec()),
        1 => KeyRecord::<Ed25519>::from_bytes(bytes).ok().map(|record| record.to_bytes().to_vec()),
        2 => OneTime::<Secp256k1>::from_bytes(bytes).ok().map(|record| record.into_bytes().to_vec()),
        3 => OneTime::<Ed25519>::from_bytes(bytes).ok().map(|record| record.into_bytes().to_vec()),
        _ => PreparedNonces::<Ed25519>::from_bytes(bytes).ok().map(|nonces| nonces.to_bytes().to_vec()),
    }
}

/// An honest record of each kind.
fn honest() -> &'static [Vec<u8>; 5] {
    static RECORDS: std::sync::OnceLock<[Vec<u8>; 5]> = std::sync::OnceLock::new();
    RECORDS.get_or_init(|| {
        let nonces = Scheme::Ed25519.prepare(&[1, 2], 5).swap_remove(0);
        let record = OneTime::<Ed25519>::from_bytes(&nonces).expect("a record");
        let Field::Nonces(inner) = &record.fields["k"] else { panic!("nonces are kept") };
        [
            Scheme::Ecdsa.key().records[0].clone(),
            Scheme::Ed25519.key().records[0].clone(),
            Scheme::Ecdsa.prepare(&[1, 2], 5).swap_remove(0),
            nonces,
            inner.to_vec(),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is read is written as it was read: no byte is ignored, so nothing is taken for something else.
    #[test]
    fn no_bytes_are_read_as_other_bytes(
        kind in 0_usize..5,
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..4),
        cut in proptest::option::of(any::<proptest::sample::Index>()),
        more in proptest::collection::vec(any::<u8>(), 0..3),
    ) {
        let mut bytes = honest()[kind].clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        bytes.extend(more);
        if let Some(again) = read(kind, &bytes) {
            prop_assert_eq!(again, bytes);
        }
    }

    #[test]
    fn noise_is_no_record(kind in 0_usize..5, tagged: bool, noise in proptest::collection::vec(any::<u8>(), 0..200)) {
        let tag = if tagged { honest()[kind][..5].to_vec() } else { Vec::new() };
        prop_assert!(read(kind, &[tag, noise].concat()).is_none());
    }
}

/// Every prefix, and every other curve.
#[test]
fn cut_off_records_are_refused() {
    for (kind, bytes) in honest().iter().enumerate() {
        assert_eq!(read(kind, bytes).as_ref(), Some(bytes));
        let step = (bytes.len() / 400).max(1);
        assert!((0..bytes.len()).step_by(step).all(|length| read(kind, &bytes[..length]).is_none()));
        assert!(read(kind, &[bytes.as_slice(), &[0]].concat()).is_none());
        assert!(KeyRecord::<P256>::from_bytes(bytes).is_err() && OneTime::<P256>::from_bytes(bytes).is_err());
    }
}
