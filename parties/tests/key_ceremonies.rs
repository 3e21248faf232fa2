//! Keys of every scheme, made, prepared and used by three processes: what comes out is what the rest of the world takes.

mod command;
mod fixture;
mod holders;

use std::path::Path;
use std::process::Command;

use command::quorate;
use hmac::{Hmac, KeyInit, Mac};
use holders::secrets::Needles;
use holders::{HOLDERS, Holders, PAIRS, text};
use k256::ecdsa::signature::hazmat::PrehashVerifier;
use k256::pkcs8::DecodePublicKey;
use quorate::receipt::verify;
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha512};

const MESSAGE: &str = "pay the rent";

#[test]
fn ecdsa_on_secp256k1() {
    let (holders, key) = every_pair_signs("ecdsa-secp256k1");
    of_a_digest(&holders, &key, "ecdsa-secp256k1");
    children_sign(&holders, "ecdsa-secp256k1");
    recovers(&holders);
    in_order(&holders, "ecdsa-secp256k1");
}

#[test]
fn ecdsa_on_p256() {
    let (holders, key) = every_pair_signs("ecdsa-p256");
    of_a_digest(&holders, &key, "ecdsa-p256");
    in_order(&holders, "ecdsa-p256");
}

#[test]
fn bip340() {
    let (holders, key) = every_pair_signs("bip340");
    of_a_digest(&holders, &key, "bip340");
    children_sign(&holders, "bip340");
    for_an_output(&holders, &key);
    in_order(&holders, "bip340");
}

#[test]
fn ed25519() {
    let (holders, key) = every_pair_signs("ed25519");
    // All lengths that are lawful, and bytes that are no text.
    let file = holders.company.path("message");
    for length in [0, 16_384] {
        let message: Vec<u8> = (0..length).map(|i: u32| (i * 7) as u8).collect();
        std::fs::write(&file, &message).expect("a file");
        let signed = holders.sign("treasury", &["ann", "ben"], &["--message-file", &file]);
        verifies("ed25519", text(&signed[0], "public_key"), &message, &signed);
        assert_eq!(signed[0]["public_key"], key);
    }
    in_order(&holders, "ed25519");
}

/// Makes a key; every two holders sign with something prepared and without.
fn every_pair_signs(scheme: &str) -> (Holders, String) {
    let holders = Holders::new();
    let made = holders.generate("treasury", scheme);
    let key = is_described(&holders, scheme, &made);
    for pair in &PAIRS {
        for signer in holders.presign("treasury", pair, 1) {
            assert_eq!(signer["signers"], json!(pair));
            assert_eq!((&signer["prepared"], &signer["stock"]), (&json!(1), &json!(1)));
        }
        for prepared in [true, false] {
            let signed = holders.sign("treasury", pair, &["--message", MESSAGE]);
            for signer in &signed {
                assert_eq!((&signer["signers"], &signer["prepared"]), (&json!(pair), &json!(prepared)));
                assert_eq!((&signer["stock"], text(signer, "public_key")), (&json!(0), key.as_str()));
            }
            verifies(scheme, &key, MESSAGE.as_bytes(), &signed);
        }
    }
    (holders, key)
}

/// All holders describe the same key; gives its public key.
fn is_described(holders: &Holders, scheme: &str, made: &[Value]) -> String {
    for (index, one) in (1..).zip(made) {
        assert_eq!((&one["name"], &one["scheme"], &one["epoch"]), (&json!("treasury"), &json!(scheme), &json!(0)));
        assert_eq!((&one["signers_needed"], &one["privacy_threshold"]), (&json!(2), &json!(1)));
        assert_eq!((&one["holders"], &one["index"], &one["stock"]), (&json!(HOLDERS), &json!(index), &json!(0)));
        assert_eq!(one["chain_code"].is_string(), ["ecdsa-secp256k1", "bip340"].contains(&scheme));
        for field in ["key_id", "public_key", "public_key_pem", "addresses", "chain_code"] {
            assert_eq!(one[field], made[0][field], "{field}");
        }
        let shown = holders.look(HOLDERS[index - 1], &["show", "treasury", "--json"]).json();
        let fields = one.as_object().expect("an object").iter().filter(|(field, _)| *field != "run");
        fields.for_each(|(field, value)| assert_eq!(shown[field], *value, "{field}"));
        assert_eq!(shown["stocks"], json!([]));
    }
    // What OpenSSL says of the key, it says of all fields at once.
    let pem = holders.company.write("key.pem", text(&made[0], "public_key_pem"));
    assert!(openssl(&["pkey", "-pubin", "-in", &pem, "-noout"]));
    let listed = holders.look("ben", &["list", "--json"]).json();
    let expected = json!({ "name": "treasury", "scheme": scheme, "epoch": 0, "signers_needed": 2,
        "privacy_threshold": 1, "holders": HOLDERS, "public_key": made[0]["public_key"] });
    assert_eq!(listed, json!({ "keys": [expected] }));
    let page = holders.look("ann", &["show", "treasury"]).result();
    for words in
        ["signers_needed     2", "privacy_threshold  1", "holders            ann, ben, cas", "BEGIN PUBLIC KEY"]
    {
        assert!(page.contains(words), "{words:?} is missing in:\n{page}");
    }
    let list = holders.look("ann", &["list"]).result();
    assert!(list.contains("treasury") && list.contains("2 of 3"), "{list}");
    let key = page.lines().find_map(|line| line.strip_prefix("public key         ")).expect("a public key");
    assert_eq!(key, text(&made[0], "public_key"), "one form for people and for programs");
    assert_eq!(key.len(), if scheme.starts_with("ecdsa") { 66 } else { 64 });
    key.to_owned()
}

/// A signature that all signers have printed holds by the curves' own crates, by libsecp256k1 on its curve, by OpenSSL and
/// by `quorate key verify`, and does not hold for another message.
#[track_caller]
fn verifies(scheme: &str, key: &str, message: &[u8], signed: &[Value]) {
    let signature = text(&signed[0], "signature");
    assert!(signed.iter().all(|signer| signer["signature"] == signature), "one signature");
    let digest = Sha256::digest(message);
    let subject = if scheme.starts_with("ecdsa") { &digest[..] } else { message };
    let bytes = |text: &str| hex::decode(text).expect("digits");
    assert!(by_crates(scheme, &bytes(key), subject, &bytes(signature)));
    assert!(!by_crates(scheme, &bytes(key), &[subject, &[0]].concat(), &bytes(signature)));
    let folder = tempfile::tempdir().expect("a temporary directory");
    let file = |name: &str, content: &[u8]| {
        std::fs::write(folder.path().join(name), content).expect("a file");
        folder.path().join(name).to_str().expect("UTF-8").to_owned()
    };
    let (pem, what) = (file("key.pem", text(&signed[0], "public_key_pem").as_bytes()), file("message", message));
    let mut given = vec!["key", "verify", "--public-key", &pem, "--scheme", scheme, "--message-file", &what];
    given.extend(["--signature", signature]);
    assert_eq!(quorate(&given).result(), format!("verified: {scheme}\n"));
    if scheme == "bip340" {
        // OpenSSL does not know it.
        return;
    }
    let openssl_verifies = |subject: &[u8]| {
        let der = signed[0]["signature_der"].as_str().unwrap_or(signature);
        let (signature, subject) = (file("signature", &bytes(der)), file("subject", subject));
        let raw: &[&str] = if scheme == "ed25519" { &["-rawin"] } else { &[] };
        let files = ["pkeyutl", "-verify", "-pubin", "-inkey", &pem, "-in", &subject, "-sigfile", &signature];
        openssl(&[&files, raw].concat())
    };
    // An empty file is nothing that OpenSSL 3.0 signs or verifies.
    assert!(subject.is_empty() || openssl_verifies(subject));
    let other = if scheme == "ed25519" { b"pay eve".to_vec() } else { Sha256::digest(b"pay eve").to_vec() };
    assert!(!openssl_verifies(&other));
}

fn by_crates(scheme: &str, key: &[u8], subject: &[u8], signature: &[u8]) -> bool {
    match scheme {
        "ecdsa-secp256k1" => {
            let key = k256::ecdsa::VerifyingKey::from_sec1_bytes(key).expect("a public key");
            let signature = k256::ecdsa::Signature::from_slice(signature).expect("a signature");
            assert_eq!(signature.normalize_s(), signature, "the lower s");
            let holds = subject.len() == 32 && key.verify_prehash(subject, &signature).is_ok();
            assert_eq!(by_libsecp256k1(&key.to_sec1_bytes(), subject, &signature.to_bytes()), holds);
            holds
        }
        "ecdsa-p256" => {
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(key).expect("a public key");
            let signature = p256::ecdsa::Signature::from_slice(signature).expect("a signature");
            subject.len() == 32 && key.verify_prehash(subject, &signature).is_ok()
        }
        "bip340" => {
            let key = k256::schnorr::VerifyingKey::from_slice(key).expect("a public key");
            let signature = k256::schnorr::Signature::try_from(signature).expect("a signature");
            let holds = key.verify_raw(subject, &signature).is_ok();
            let (x, bytes) = (key.to_bytes().into(), signature.to_bytes());
            let key = secp256k1::XOnlyPublicKey::from_byte_array(x).expect("a public key");
            let signature = secp256k1::schnorr::Signature::from_byte_array(bytes);
            assert_eq!(secp256k1::schnorr::verify(&signature, subject, &key).is_ok(), holds, "libsecp256k1 agrees");
            holds
        }
        _ => {
            let key =
                ed25519_dalek::VerifyingKey::from_bytes(&key.try_into().expect("32 bytes")).expect("a public key");
            let signature = ed25519_dalek::Signature::from_slice(signature).expect("64 bytes");
            key.verify_strict(subject, &signature).is_ok()
        }
    }
}

/// Bitcoin's own verifier, which takes the lower s alone.
fn by_libsecp256k1(key: &[u8], digest: &[u8], signature: &[u8]) -> bool {
    let Ok(digest) = digest.try_into() else { return false };
    let key = secp256k1::PublicKey::from_slice(key).expect("a public key");
    let signature = secp256k1::ecdsa::Signature::from_compact(signature).expect("a signature");
    secp256k1::ecdsa::verify(&signature, secp256k1::Message::from_digest(digest), &key).is_ok()
}

#[track_caller]
fn openssl(arguments: &[&str]) -> bool {
    let output = Command::new("openssl").args(arguments).output();
    output.expect("the tests need the command `openssl`; on Debian, apt-get install openssl").status.success()
}

/// A digest that somebody else made.
fn of_a_digest(holders: &Holders, key: &str, scheme: &str) {
    let digest = hex::encode(Sha256::digest(MESSAGE));
    let signed = holders.sign("treasury", &["ann", "cas"], &["--digest", &format!("0x{digest}")]);
    if scheme == "bip340" {
        verifies(scheme, key, &Sha256::digest(MESSAGE), &signed);
    } else {
        verifies(scheme, key, MESSAGE.as_bytes(), &signed);
        assert_eq!(signed[0]["digest"], digest);
    }
}

/// A child of the key, with something prepared and without.
fn children_sign(holders: &Holders, scheme: &str) {
    let path = ["--path", "m/0/5"];
    let child = holders.look("ann", &["derive", "treasury", "--path", "m/0/5", "--json"]).json();
    let fields: Vec<&String> = child.as_object().expect("an object").keys().collect();
    assert_eq!(fields, ["path", "public_key", "extended", "addresses"]);
    assert_eq!(child["path"], "m/0/5");
    let parent = holders.look("cas", &["show", "treasury", "--json"]).json();
    // Children are derived from the point, of which BIP340's public key is the x-coordinate alone.
    let point = k256::PublicKey::from_public_key_pem(text(&parent, "public_key_pem")).expect("a public key");
    assert!(hex::encode(point.to_sec1_bytes()).ends_with(text(&parent, "public_key")));
    let chain_code = hex::decode(text(&parent, "chain_code")).expect("digits");
    let (key, chain_code) = child_of(&point.to_sec1_bytes(), &chain_code, 0);
    let (key, _) = child_of(&key, &chain_code, 5);
    // Public keys of BIP340 have no first byte.
    assert!(hex::encode(key).ends_with(text(&child, "public_key")));
    holders.presign("treasury", &["ben", "cas"], 1);
    for prepared in [true, false] {
        let signed = holders.sign("treasury", &["ben", "cas"], &[&["--message", MESSAGE], &path[..]].concat());
        assert_eq!(signed[0]["public_key"], child["public_key"]);
        assert_eq!(signed[0]["prepared"], prepared);
        verifies(scheme, text(&child, "public_key"), MESSAGE.as_bytes(), &signed);
        let what = ["verify", "treasury", "--message", MESSAGE, "--signature", text(&signed[0], "signature")];
        holders.look("cas", &[&what, &path[..]].concat()).result();
        holders.look("cas", &what).fails(5, &["the signature is not of this message by this key"]);
    }
}

/// A child's public key and chain code, as BIP32 says.
fn child_of(key: &[u8], chain_code: &[u8], index: u32) -> (Vec<u8>, Vec<u8>) {
    let mac = Hmac::<Sha512>::new_from_slice(chain_code).expect("any length");
    let hash = mac.chain_update(key).chain_update(index.to_be_bytes()).finalize().into_bytes();
    let step = k256::SecretKey::from_slice(&hash[..32]).expect("a scalar").public_key().to_projective();
    let child = step + k256::PublicKey::from_sec1_bytes(key).expect("a public key").to_projective();
    let child = k256::PublicKey::from_affine(child.to_affine()).expect("not the identity");
    (child.to_sec1_bytes().to_vec(), hash[32..].to_vec())
}

/// The recoverable form says whose signature it is.
fn recovers(holders: &Holders) {
    let signed = holders.sign("treasury", &["ann", "ben"], &["--message", "whose is it?", "--path", "m/7"]);
    let bytes = hex::decode(text(&signed[1], "signature_recoverable")).expect("digits");
    let (number, compact) = bytes.split_last().expect("65 bytes");
    let signature = k256::ecdsa::Signature::from_slice(compact).expect("a signature");
    let number = k256::ecdsa::RecoveryId::from_byte(*number).expect("0 to 3");
    let digest = Sha256::digest("whose is it?");
    let key = k256::ecdsa::VerifyingKey::recover_from_prehash(&digest, &signature, number).expect("a key");
    assert_eq!(hex::encode(key.to_sec1_point(true).as_bytes()), text(&signed[0], "public_key"));
}

/// A signature for the Taproot output to which the address of the key pays.
fn for_an_output(holders: &Holders, key: &str) {
    let shown = holders.look("ann", &["show", "treasury", "--json"]).json();
    let addresses = shown["addresses"].as_object().expect("an object");
    let address = addresses.values().filter_map(Value::as_str).find(|address| address.starts_with("bc1p"));
    let (_, _, output) = bech32::segwit::decode(address.expect("an address of Taproot")).expect("an address");
    for pair in [&["ann", "ben"], &["ben", "cas"]] {
        let signed = holders.sign("treasury", pair, &["--message", MESSAGE, "--taproot"]);
        assert_eq!(text(&signed[0], "public_key"), hex::encode(&output));
        assert_ne!(text(&signed[0], "public_key"), key);
        verifies("bip340", &hex::encode(&output), MESSAGE.as_bytes(), &signed);
        let what = ["verify", "treasury", "--message", MESSAGE, "--signature", text(&signed[0], "signature")];
        holders.look("cas", &[&what[..], &["--taproot"]].concat()).result();
    }
}

/// Receipts name what was used, once each, and no secret is where it must not be.
fn in_order(holders: &Holders, scheme: &str) {
    let title = {
        let shown = holders.look("ann", &["show", "treasury", "--json"]).json();
        format!("{scheme} {} epoch 0", text(&shown, "key_id"))
    };
    let one_time = if scheme.starts_with("ecdsa") { "presignature" } else { "nonce" };
    let mut used = std::collections::HashMap::new();
    for name in HOLDERS {
        let receipts = holders.receipts(name);
        assert!(receipts.len() >= 7, "one for each ceremony");
        for verified in receipts {
            let (receipt, program) = (&verified.receipt, verified.receipt.program.as_str());
            assert!(verified.status.is_complete(), "{}", verified.status);
            assert_eq!(receipt.records.find("key").is_none(), program.ends_with("-key"), "{program}");
            assert!(receipt.records.find("key").is_none_or(|key| *key == title));
            let item = receipt.records.find(one_time);
            assert_eq!(item.is_some(), program.ends_with("-sign"), "{program}");
            if let Some(item) = item {
                let session = used.entry(item.clone()).or_insert(receipt.session);
                assert_eq!(*session, receipt.session, "{item} was used in two sessions");
            }
        }
    }
    assert!(used.len() >= 3, "each pair has used something prepared");
    let cli = |name: &str| {
        let receipts = holders.company.receipts(name);
        let content =
            |path: &std::path::PathBuf| verify(&std::fs::read(path).expect("a file"), &[]).expect("a receipt");
        let used = receipts.iter().find(|path| content(path).receipt.program.ends_with("-sign")).expect("one");
        quorate(&["receipt", "verify", used.to_str().expect("UTF-8"), "--home", &holders.company.home(name)]).result()
    };
    let page = cli("ben");
    assert!(page.starts_with("verified: complete\n"), "{page}");
    assert!(page.contains(&format!("record    key: {title}\n")), "{page}");
    assert!(page.contains(&format!("record    {one_time}: batch ")), "{page}");
    no_secret_shows(holders, scheme);
}

fn no_secret_shows(holders: &Holders, scheme: &str) {
    let needles = Needles::of(holders, "treasury");
    // Both encodings of three scalars, three passphrases; and what was set up between every two.
    assert!(needles.count() > if scheme.starts_with("ecdsa") { 5_000 } else { 12 }, "{}", needles.count());
    for name in HOLDERS {
        needles.are_not_below(Path::new(&holders.company.home(name)));
    }
    assert!(!needles.are_in(holders.said().as_bytes()), "a secret was printed");
    // The search finds what is there.
    assert!(needles.are_in(b"...the passphrase of cas..."));
    assert!(needles.are_in(format!("0{}", hex::encode("the passphrase of ann")).as_bytes()));
}
