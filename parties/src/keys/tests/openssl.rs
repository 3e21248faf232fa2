//! OpenSSL reads our keys and signatures, and we read its. Needs the command `openssl`, and fails without it.

use std::path::Path;
use std::process::Command;

use quorate_circuits::curve::Scalar;
use sha2::{Digest, Sha256};

use super::*;
use crate::keys::encoding::{EcdsaSignature, public_key_pem, read_public_key, schnorr};
use crate::keys::verify::verify;

#[track_caller]
fn openssl(folder: &Path, arguments: &str) -> bool {
    let output = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output();
    output.expect("the tests need the command `openssl`; on Debian, apt-get install openssl").status.success()
}

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), content).expect("writable");
}

fn number(curve: CurveName, value: u64) -> Scalar {
    let mut bytes = [0; 64];
    bytes[..8].copy_from_slice(&value.to_le_bytes());
    Scalar::from_uniform(curve, &bytes)
}

/// A signature in the clear, of a key and a nonce that everybody knows.
fn ecdsa(scheme: Scheme, secret: &Scalar, digest: &[u8; 32]) -> EcdsaSignature {
    let nonce = number(scheme.curve(), 123_456_789);
    let r = Point::base(&nonce).coordinates().expect("a point").x_scalar;
    let product = r.mul(secret).expect("one curve");
    let sum = Scalar::reduce(scheme.curve(), digest).add(&product).expect("one curve");
    let s = sum.mul(&nonce.invert().expect("not zero")).expect("one curve");
    EcdsaSignature::new(scheme, r, s).expect("not zero")
}

#[test]
fn openssl_verifies_ecdsa_signatures() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let folder = folder.path();
    for scheme in [Scheme::EcdsaSecp256k1, Scheme::EcdsaP256] {
        let secret = number(scheme.curve(), 42);
        let key = Point::base(&secret);
        let digest: [u8; 32] = Sha256::digest(b"pay bob").into();
        let der = ecdsa(scheme, &secret, &digest).der().expect("not zero");
        write(folder, "key.pem", public_key_pem(scheme, &key).expect("a key"));
        write(folder, "digest", digest);
        write(folder, "signature", &der);
        assert!(openssl(folder, "pkeyutl -verify -pubin -inkey key.pem -in digest -sigfile signature"), "{scheme}");
        write(folder, "digest", Sha256::digest(b"pay eve"));
        assert!(!openssl(folder, "pkeyutl -verify -pubin -inkey key.pem -in digest -sigfile signature"), "{scheme}");
    }
}

#[test]
fn openssl_verifies_ed25519_signatures() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let folder = folder.path();
    let (curve, message) = (CurveName::Ed25519, b"pay bob");
    let (secret, nonce) = (number(curve, 42), number(curve, 123_456_789));
    let (key, commitment) = (Point::base(&secret), Point::base(&nonce));
    let hash = sha2::Sha512::new().chain_update(commitment.encode()).chain_update(key.encode()).chain_update(message);
    let challenge = Scalar::from_uniform(curve, &hash.finalize().into());
    let s = nonce.add(&challenge.mul(&secret).expect("one curve")).expect("one curve");
    let signature = schnorr(Scheme::Ed25519, &commitment, &s).expect("one curve");
    assert!(verify(Scheme::Ed25519, &key, message, &signature).is_ok());
    write(folder, "key.pem", public_key_pem(Scheme::Ed25519, &key).expect("a key"));
    write(folder, "message", message);
    write(folder, "signature", signature);
    assert!(openssl(folder, "pkeyutl -verify -pubin -inkey key.pem -rawin -in message -sigfile signature"));
    write(folder, "message", b"pay eve");
    assert!(!openssl(folder, "pkeyutl -verify -pubin -inkey key.pem -rawin -in message -sigfile signature"));
}

#[test]
fn signatures_of_openssl_verify() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let folder = folder.path();
    for (scheme, algorithm) in [
        (Scheme::EcdsaSecp256k1, "EC -pkeyopt ec_paramgen_curve:secp256k1"),
        (Scheme::EcdsaP256, "EC -pkeyopt ec_paramgen_curve:P-256"),
        (Scheme::Ed25519, "ED25519"),
    ] {
        let message = Sha256::digest(b"pay bob");
        write(folder, "message", message);
        assert!(openssl(folder, &format!("genpkey -algorithm {algorithm} -out secret.pem")));
        assert!(openssl(folder, "pkey -in secret.pem -pubout -out key.pem"));
        let raw = if scheme.is_ecdsa() { "" } else { "-rawin " };
        assert!(openssl(folder, &format!("pkeyutl -sign -inkey secret.pem {raw}-in message -out signature")));
        let read = |name: &str| std::fs::read(folder.join(name)).expect("readable");
        let key = read_public_key(scheme, &read("key.pem")).expect("a public key");
        let signature = read("signature");
        assert!(verify(scheme, &key, &message, &signature).is_ok(), "{scheme}");
        assert!(verify(scheme, &key, &Sha256::digest(b"pay eve"), &signature).is_err(), "{scheme}");
    }
}
