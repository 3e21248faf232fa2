//! Any bytes as a key's files, a journal, a public key or a signature: accepted or refused, never a panic. What is
//! accepted as a public part says the same when it is written again.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use quorate::identity::{Hex, PublicKey};
use quorate::keys::encoding::{EcdsaSignature, read_public_key, read_signature};
use quorate::keys::{Binding, Content, Cost, NamedStructure, Passphrase, PublicPart, Scheme, SealingKey};

/// A key that is cheap to make, and a binding that none of the bytes can have been sealed for.
static SEALING: LazyLock<SealingKey> = LazyLock::new(|| {
    let passphrase = Passphrase::of_bytes(b"a passphrase").expect("it is one");
    SealingKey::create(&passphrase, Cost::new(8, 1, 1).expect("in bounds")).expect("there is randomness")
});

fn binding() -> Binding {
    Binding {
        content: Content::Share,
        scheme: Scheme::Ed25519,
        key_id: Hex([0; 32]),
        epoch: 0,
        generation: 0,
        party: "alice".parse().expect("a name"),
        party_key: PublicKey::from_bytes(*b"\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a\x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02\x1a\x68\xf7\x07\x51\x1a")
            .expect("the key of RFC 8032, test 1"),
        public_part: Hex([0; 32]),
    }
}

fuzz_target!(|bytes: &[u8]| {
    assert!(SEALING.open(&binding(), bytes).is_err());
    let _ = quorate::keys::stock::check_journal(bytes);
    if let Ok(part) = PublicPart::parse(bytes) {
        let text = part.to_text().expect("its numbers came from text");
        assert_eq!(PublicPart::parse(text.as_bytes()), Ok(part));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let (expression, members) = text.split_once('\n').unwrap_or((text, "a=x,y*2"));
        if let Ok(structure) = NamedStructure::new(expression, &[members.to_owned()]) {
            assert!(structure.is_canonical() && structure.compiled().is_ok());
        }
    }
    for scheme in Scheme::ALL {
        let _ = read_public_key(scheme, bytes);
        if let Ok(signature) = EcdsaSignature::read(scheme, bytes) {
            assert_eq!(EcdsaSignature::read(scheme, &signature.compact()), Ok(signature));
        }
    }
    let _ = read_signature(bytes);
});
