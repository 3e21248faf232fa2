//! Keys at rest, between processes, and as the world outside reads them.

mod encodings;
mod folders;
mod openssl;
mod passphrases;
mod processes;
mod project_wycheproof;
mod retirement;
mod seals;
mod structures;

use quorate_circuits::curve::{CurveName, Point};

use super::*;
use crate::identity::{Hex, PartyName, PublicKey};

fn passphrase(text: &str) -> Passphrase {
    Passphrase::of_bytes(text.as_bytes()).expect("a passphrase")
}

/// The least that Argon2 takes: these tests are not about guessing.
fn cheap() -> Cost {
    Cost::new(8, 1, 1).expect("in bounds")
}

fn party(name: &str) -> PartyName {
    name.parse().expect("a name")
}

fn identity_key(seed: u8) -> PublicKey {
    let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key();
    PublicKey::from_bytes(key.to_bytes()).expect("a public key")
}

fn owner(name: &str, seed: u8) -> Owner {
    Owner { name: party(name), key: identity_key(seed) }
}

fn new_key(scheme: Scheme) -> NewKey {
    let public_key = Point::generator(scheme.curve());
    let holder = |name: &str, index: u16| Holder { name: party(name), identity: identity_key(index as u8), index };
    NewKey {
        name: "treasury".parse().expect("a name"),
        scheme,
        key_id: Hex([5; 32]),
        created: 1_795_000_000,
        threshold: 2,
        structure: None,
        index: 1,
        public_key,
        chain_code: scheme.derives_children().then_some([6; 32]),
        commitments: vec![public_key, public_key],
        holders: vec![holder("alice", 1), holder("bob", 2), holder("carol", 3)],
    }
}

fn public_part() -> PublicPart {
    PublicPart::new(new_key(Scheme::EcdsaSecp256k1)).expect("its fields agree")
}
