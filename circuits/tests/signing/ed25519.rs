//! Ed25519: the tests of RFC 8032 with its nonces, and the signature of RFC 9591.

use quorate_circuits::curve::{CurveName, Scalar};
use sha2::{Digest, Sha512};

use crate::run::{Run, decoded, scalar};

const CURVE: CurveName = CurveName::Ed25519;
const SIGN_INPUT: &str = include_str!("../../../datasets/vectors/ed25519/sign.input");

/// Of a seed: the secret scalar, and what nonces are hashed from (RFC 8032, 5.1.5). The clamped scalar is above the
/// order; modulo the order it makes the same signatures.
fn expanded(seed: &[u8]) -> (Scalar, Vec<u8>) {
    let hash = Sha512::digest(seed);
    let mut wide = [0; 64];
    wide[..32].copy_from_slice(&hash[..32]);
    wide[0] &= 248;
    wide[31] = wide[31] & 127 | 64;
    (Scalar::from_uniform(CURVE, &wide), hash[32..].to_vec())
}

#[test]
fn signatures_of_rfc_8032() {
    let mut signatures = 0;
    for line in SIGN_INPUT.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        let [keys, public, message, signed, ..] = fields[..] else { panic!("{line}") };
        let bytes = hex::decode(message).expect("hex");
        let (secret, prefix) = expanded(&hex::decode(&keys[..64]).expect("hex"));
        let nonce = Scalar::from_uniform(CURVE, &Sha512::digest([prefix, bytes].concat()).into());
        let shown = Run::of_key(&secret).given("message", message).drawing(&[nonce]).shown("ed25519");
        assert_eq!(shown["public_key"], public);
        assert_eq!(format!("{}{}", shown["nonce"], shown["s"]), signed[..128]);
        signatures += 1;
    }
    assert_eq!(signatures, 128);
}

/// RFC 9591, E.1, FROST(Ed25519, SHA-512): hiding nonce, binding nonce and binding factor of signers 1 and 3.
const SIGNERS: [[&str; 3]; 2] = [
    [
        "ef6599dea4010581a72b3018c37c29a4341d7cab0773e8687ca74dcf14009701",
        "2baadfa0c69aa60d517ad4751de372a73f9d89cfc39026601f18458cdec12605",
        "ff960a65374e216a0918729b153466016664fa980d409bc3f308daa7acb30d0d",
    ],
    [
        "80f8d9a4b8f9366e1a0b618107c907cd3ee29fa9bb40b4691cc1bde696240005",
        "2610b664a5a187b4855e87d2ff485bebdf043dc2f161fcd4854cd01dc0276404",
        "279d48ec56f16d234c09ea62f3d02ab776ee38e03f66b20f939f1316e13df10f",
    ],
];

/// What the signers of RFC 9591 make together is what the program says of the sum of their nonces.
#[test]
fn the_signature_of_rfc_9591() {
    let key = decoded(CURVE, "7b1c33d3f5291d85de664833beb1ad469f7fb6025a0ec78b3a790c6e13a98304");
    let nonces = SIGNERS.map(|signer| {
        let [hiding, binding, factor] = signer.map(|digits| decoded(CURVE, digits));
        hiding.add(&binding.mul(&factor).expect("one curve")).expect("one curve")
    });
    let nonce = nonces[0].add(&nonces[1]).expect("one curve");
    let shown = Run::of_key(&key).given("message", "74657374").drawing(&[nonce]).shown("ed25519");
    assert_eq!(shown["public_key"], "15d21ccd7ee42959562fc8aa63224c8851fb3ec85a3faf66040d380fb9738673");
    assert_eq!(
        format!("{}{}", shown["nonce"], shown["s"]),
        "154fb694ee7fcb37bf2381d94488c2a84b03b3352ad085feca81ad26d45852b7\
         ecfe971ce4da95c4a95db93ac376b053897fca212ef85f99cf696bffeb178f07"
    );
}

#[test]
fn a_prepared_nonce_makes_the_same_signature() {
    let (key, nonces) = (scalar(CURVE, 1), [scalar(CURVE, 2), scalar(CURVE, 3)]);
    let (_, kept) = Run::new().given("count", "2").drawing(&nonces).of("ed25519-presign").expect("nonces");
    for (element, nonce) in nonces.into_iter().enumerate() {
        let online = Run::of_key(&key).given("message", "").taking_over(&kept, element);
        let direct = Run::of_key(&key).given("message", "").drawing(&[nonce]);
        assert_eq!(online.shown("ed25519-sign"), direct.shown("ed25519"));
    }
}
