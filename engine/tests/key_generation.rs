//! Keys that parties generate: what they agree on, what it costs, and that shares survive their encoding.

mod frost_parties;

use std::collections::BTreeSet;

use frost_parties::{access, dealt, generated_over, run, structure};
use group::Group;
use proptest::prelude::*;
use quorate_circuits::curve::{Curve, Ed25519, P256, Secp256k1};
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::key::{
    AccessStructure, EncodingError, Generated, KeyShare, ShareError, SignerSet, generate, generate_cost,
};
use quorate_engine::net::{Ledger, memory_links};

fn generated<C: Curve>(access: &AccessStructure) -> Vec<Generated<C>> {
    let all = generated_over::<C>(memory_links(access.holders()), access);
    all.into_iter().map(|generated| generated.expect("all parties are honest")).collect()
}

fn a_key_is_shared<C: Curve>(access: &AccessStructure) {
    let all = generated::<C>(access);
    let first = &all[0];
    for (party, generated) in all.iter().enumerate() {
        let holding = generated.share.holding();
        assert_eq!((usize::from(holding.index), holding.epoch, &holding.access), (party + 1, 0, access));
        assert_eq!(holding.key, first.share.holding().key);
        assert_eq!(generated.transcript, first.transcript);
        assert_eq!(generated.share.commitments(), first.share.commitments());
        assert!(generated.complaints.is_empty());
    }
    let rows = all.iter().flat_map(|generated| generated.share.expose_secret());
    let secrets: BTreeSet<[u8; 32]> = rows.map(C::encode_scalar).collect();
    if access.plain_threshold().is_some() {
        assert_eq!(secrets.len(), access.holders());
    }
    let last = access.structure().quorum_of(&access.indices().rev().collect::<Vec<_>>());
    let signers = SignerSet::new(access, &last).unwrap();
    let shares = || last.iter().map(|index| &all[usize::from(*index) - 1].share);
    let additive = shares().map(|share| *share.additive(&signers).unwrap().expose_secret());
    assert!(C::Point::mul_by_generator(&additive.sum()) == first.share.public_key(), "the signers have the key");
    let public = first.share.public_additive(&signers);
    assert!(public.iter().sum::<C::Point>() == first.share.public_key());
    for (share, public) in shares().zip(&public) {
        assert!(C::Point::mul_by_generator(share.additive(&signers).unwrap().expose_secret()) == *public);
    }
    // One signer fewer: the same sum over the others is another key.
    let too_few = shares().skip(1).map(|share| *share.additive(&signers).unwrap().expose_secret());
    assert!(C::Point::mul_by_generator(&too_few.sum()) != first.share.public_key());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_parties_hold_shares_of_one_key(
        access in (2_usize..5, 0_usize..4).prop_map(|(threshold, more)| access(threshold, threshold + more)),
    ) {
        a_key_is_shared::<Secp256k1>(&access);
        a_key_is_shared::<P256>(&access);
        a_key_is_shared::<Ed25519>(&access);
    }
}

#[test]
fn departments_and_weights_hold_one_key() {
    for text in ["2 of (2 of (1, 2, 3), 1 of (4, 5))", "3 of (1*2, 2, 3)", "1 of (2 of (1, 2), 2 of (2 of (2, 3), 4))"]
    {
        let access = structure(text);
        a_key_is_shared::<Secp256k1>(&access);
        a_key_is_shared::<P256>(&access);
        a_key_is_shared::<Ed25519>(&access);
    }
}

#[test]
fn other_randomness_or_another_session_makes_another_key() {
    let key = |session: u8, seed: u8| {
        let shares = run(2, |mut net| async move {
            let mut random = Random::dangerous_from_seed([seed + net.me().0 as u8; 32]);
            generate::<Ed25519>(&mut net, &mut random, &SessionId([session; 32]), &access(2, 2)).await.unwrap()
        });
        (shares[0].share.public_key().compress().to_bytes(), shares[0].share.holding().key)
    };
    assert_eq!(key(1, 1), key(1, 1));
    assert_ne!(key(1, 1).0, key(1, 2).0);
    assert_ne!(key(1, 1).1, key(2, 1).1, "the name is of the session too");
}

/// The cost that is written down is the cost that is counted.
#[test]
fn the_predicted_messages_are_the_messages() {
    let departments = structure("2 of (2 of (1, 2, 3*2), 2 of (3, 4, 5))");
    for access in [access(2, 2), access(2, 3), access(5, 9), structure("3 of (1*2, 2, 3)"), departments] {
        let of = &access;
        let counters = run(access.holders(), |mut net| async move {
            let mut random = frost_parties::random_of(net.me());
            generate::<Secp256k1>(&mut net, &mut random, &frost_parties::SESSION, of).await.unwrap();
            net.counters()
        });
        let mut ledger = Ledger::new(access.holders());
        generate_cost::<Secp256k1>(&mut ledger, &access);
        assert_eq!(ledger.counters(), counters, "{access}");
    }
}

fn shares_survive<C: Curve>(access: &AccessStructure) {
    for share in dealt::<C>(access, 4, 7) {
        let bytes = share.to_bytes();
        assert_eq!(bytes.len(), KeyShare::<C>::bytes(access, share.holding().index));
        let (holding, key) = KeyShare::<C>::public_part(&bytes).unwrap();
        assert_eq!((holding, C::decode_point(key)), (share.holding().clone(), Some(share.public_key())));
        let again = KeyShare::<C>::from_bytes(&bytes).unwrap();
        assert_eq!(again.holding(), share.holding());
        assert_eq!(*again.to_bytes(), *bytes);
        for length in 0..bytes.len() {
            let error = KeyShare::<C>::from_bytes(&bytes[..length]).unwrap_err();
            assert!(matches!(error, EncodingError::Length { found, .. } if found == length));
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert!(matches!(KeyShare::<C>::from_bytes(&longer), Err(EncodingError::Length { .. })));
        assert!(!format!("{share:?}").contains("0x") && format!("{share:?}").ends_with("secret)"));
    }
}

#[test]
fn shares_are_read_as_they_were_written() {
    for access in [access(3, 5), structure("2 of (2 of (1, 2, 3*2), 2 of (3, 4, 5))")] {
        shares_survive::<Secp256k1>(&access);
        shares_survive::<P256>(&access);
        shares_survive::<Ed25519>(&access);
    }
}

#[test]
fn what_is_wrong_with_a_share_is_said() {
    let share = dealt::<Secp256k1>(&access(2, 3), 0, 1).remove(0);
    let read = |at: usize, byte: u8| {
        let mut bytes = share.to_bytes().to_vec();
        bytes[at] = byte;
        KeyShare::<Secp256k1>::from_bytes(&bytes).unwrap_err()
    };
    assert_eq!(read(0, b'x'), EncodingError::NotAShare);
    assert_eq!(read(3, 9), EncodingError::OtherVersion(9));
    assert!(matches!(read(4, 3), EncodingError::OtherCurve(_)));
    assert!(matches!(read(41, 9), EncodingError::Access(_)), "the threshold exceeds the holders");
    assert!(matches!(read(41, 3), EncodingError::Length { .. }), "another threshold has other commitments");
    assert!(matches!(read(45, 4), EncodingError::Share(ShareError::NoHolder { index: 4, .. })));
    assert_eq!(read(45, 2), EncodingError::Share(ShareError::DoesNotFit), "another holder's index");
    assert_eq!(read(78, 0x55), EncodingError::Share(ShareError::DoesNotFit));
    assert!(matches!(read(79, 9), EncodingError::NotCanonical(_)), "no point begins so");
    let mut bytes = share.to_bytes().to_vec();
    bytes[47..79].fill(0xff);
    assert!(matches!(KeyShare::<Secp256k1>::from_bytes(&bytes), Err(EncodingError::NotCanonical(_))));
    assert!(matches!(KeyShare::<P256>::from_bytes(&share.to_bytes()), Err(EncodingError::OtherCurve(_))));
}

/// Keys that were made before there was more than a threshold are read, and others are named as they were.
#[test]
fn plain_thresholds_are_named_and_written_as_ever() {
    let digest = |share: &[u8]| hex::encode(<sha2::Sha256 as sha2::Digest>::digest(share));
    let share = dealt::<Ed25519>(&access(2, 3), 0, 3).remove(2);
    assert_eq!(digest(&share.to_bytes()), "b08345baa9b2ab572ee6c6666564b2002a0838e0882aee580b8cee8607fa2d40");
    let share = generated::<Secp256k1>(&access(2, 3)).remove(1).share;
    let key = "f096948045bfa445b646f2bc49705b557c64821b3189f26041ea9d57574f2c2d";
    assert_eq!(share.holding().key.to_string(), key);
    assert_eq!(digest(&share.to_bytes()), "affe951facf48c250a816fb319bd9f3bceabcf6bdc39883574d0b7bff4ee63e5");
}

#[test]
fn a_structure_is_written_in_one_way() {
    let share = dealt::<Ed25519>(&structure("3 of (1*2, 2, 3)"), 0, 1).remove(0);
    let bytes = share.to_bytes();
    assert_eq!((bytes[3], &bytes[41..45], &bytes[45..61]), (2, &[1, 0, 16, 0][..], &b"3 of (1*2, 2, 3)"[..]));
    let with = |text: &str| {
        let length = (text.len() as u16).to_le_bytes();
        let bytes = [&bytes[..43], &length, text.as_bytes(), &bytes[61..]].concat();
        KeyShare::<Ed25519>::from_bytes(&bytes).unwrap_err()
    };
    let not_canonical = EncodingError::NotCanonical("the access structure of a share");
    assert_eq!(with("3 of (1*2,2, 3)"), not_canonical);
    assert_eq!(with("2 of (1, 2, 3)"), not_canonical, "a plain threshold has its own version");
    assert!(matches!(with("3 of (1*4, 2, 3)"), EncodingError::Access(_)), "one could use it alone");
    assert!(matches!(with("3 of (1*2, 2, 4)"), EncodingError::Access(_)), "nobody is holder 3");
    assert!(matches!(with("3 of (1, 2, 3)"), EncodingError::NotCanonical(_)));
    assert!(
        matches!(with("4 of (1*2, 2, 3)"), EncodingError::Length { .. }),
        "another threshold has other commitments"
    );
    assert_eq!(with("3 of (2, 1*2, 3)"), EncodingError::Share(ShareError::DoesNotFit), "other rows of the matrix");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_are_taken_for_a_share_that_they_are_not(
        changes in proptest::collection::vec((0_usize..143, any::<u8>()), 1..4),
        noise in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        prop_assert!(KeyShare::<Ed25519>::from_bytes(&noise).is_err());
        let share = dealt::<Ed25519>(&access(2, 3), 0, 3).remove(2);
        let bytes = share.to_bytes();
        let mut changed = bytes.to_vec();
        changes.iter().for_each(|(at, byte)| changed[*at] = *byte);
        if let Ok(read) = KeyShare::<Ed25519>::from_bytes(&changed) {
            // The key's name, the epoch and the number of holders are statements that only sealing protects.
            prop_assert!(read.expose_secret() == share.expose_secret());
            prop_assert_eq!(read.commitments().points(), share.commitments().points());
        }
    }
}
