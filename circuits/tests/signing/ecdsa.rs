//! ECDSA: RFC 6979 on P-256, the k256 crate on secp256k1, presignatures and coins.

use hmac::{Hmac, KeyInit, Mac};
use k256::ecdsa::signature::hazmat::PrehashSigner;
use proptest::prelude::*;
use quorate_circuits::clear::Column;
use quorate_circuits::curve::{CurveName, Point, Scalar};
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::run::{Run, decoded, scalar};

const RFC_6979: &str = include_str!("../../../datasets/vectors/ecdsa/rfc6979-p256.txt");
const RFC_6979_KEY: &str = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";

/// The nonce of RFC 6979, 3.2, for an order of 256 bits.
macro_rules! nonce {
    ($hash:ty, $curve:expr, $key:expr, $digest:expr) => {{
        let mac = |key: &[u8], parts: &[&[u8]]| {
            let mut mac = Hmac::<$hash>::new_from_slice(key).expect("any length");
            parts.iter().for_each(|part| mac.update(part));
            mac.finalize().into_bytes().to_vec()
        };
        let reduced = Scalar::reduce($curve, $digest[..32].try_into().expect("32 bytes")).encode();
        let secret = $key.encode();
        let length = <$hash>::output_size();
        let (mut v, mut k) = (vec![1; length], vec![0; length]);
        for mark in [0, 1] {
            k = mac(&k, &[&v, &[mark], &secret, &reduced]);
            v = mac(&k, &[&v]);
        }
        loop {
            v = mac(&k, &[&v]);
            if let Some(nonce) = Scalar::decode($curve, &v[..32].try_into().expect("32 bytes")) {
                break nonce;
            }
            k = mac(&k, &[&v, &[0]]);
            v = mac(&k, &[&v]);
        }
    }};
}

/// r and s of a signature in DER, as 64 digits each.
fn of_der(signature: &str) -> [String; 2] {
    let bytes = hex::decode(signature).expect("hex");
    let mut rest = &bytes[2..];
    [(); 2].map(|()| {
        let (number, after) = rest[2..].split_at(rest[1].into());
        rest = after;
        let significant = &number[number.len().saturating_sub(32)..];
        format!("{:0>64}", hex::encode(significant))
    })
}

#[test]
fn signatures_of_rfc_6979_on_p256() {
    let key = decoded(CurveName::P256, RFC_6979_KEY);
    let mut signatures = 0;
    for block in RFC_6979.split("\n\n").filter(|block| block.contains("DigestSign")) {
        let field = |name: &str| {
            let value = block.lines().find_map(|line| line.strip_prefix(name));
            value.expect("the field").trim_start_matches(" = ").trim_matches('"')
        };
        let message = field("Input");
        let (digest, nonce) = match field("DigestSign") {
            "SHA256" => {
                let digest = Sha256::digest(message).to_vec();
                let nonce = nonce!(Sha256, CurveName::P256, key, digest);
                (digest, nonce)
            }
            "SHA384" => {
                let digest = Sha384::digest(message).to_vec();
                let nonce = nonce!(Sha384, CurveName::P256, key, digest);
                (digest, nonce)
            }
            _ => {
                let digest = Sha512::digest(message).to_vec();
                let nonce = nonce!(Sha512, CurveName::P256, key, digest);
                (digest, nonce)
            }
        };
        let shown = Run::of_key(&key)
            .given("digest", hex::encode(&digest[..32]))
            .drawing(&[nonce, scalar(CurveName::P256, 1)])
            .shown("ecdsa-p256");
        assert_eq!([shown["r"].clone(), shown["s"].clone()], of_der(field("Output")), "{block}");
        signatures += 1;
    }
    assert_eq!(signatures, 6);
}

/// The signature of the k256 crate, whose nonces are those of RFC 6979: r and s, each 32 bytes.
fn of_k256(key: &Scalar, digest: &[u8; 32]) -> String {
    let key = k256::ecdsa::SigningKey::from_slice(&key.encode()).expect("a key");
    let signature: k256::ecdsa::Signature = key.sign_prehash(digest).expect("a signature");
    hex::encode(signature.normalize_s().to_bytes())
}

#[test]
fn signatures_of_k256_on_secp256k1() {
    let curve = CurveName::Secp256k1;
    for seed in 1..20 {
        let (key, path) = (scalar(curve, seed), scalar(curve, seed + 100));
        let derived = key.add(&path).expect("one curve");
        let digest: [u8; 32] = Sha256::digest(seed.to_le_bytes()).into();
        let nonce = nonce!(Sha256, curve, derived, digest);
        let shown = Run::of_key(&key)
            .given("digest", hex::encode(digest))
            .given("path", hex::encode(path.encode()))
            .drawing(&[nonce, scalar(curve, seed + 200)])
            .shown("ecdsa-secp256k1");
        assert_eq!(format!("{}{}", shown["r"], shown["s"]), of_k256(&derived, &digest));
        assert_eq!(shown["public_key"], hex::encode(Point::base(&derived).encode()));
        assert_eq!(shown["nonce"], hex::encode(Point::base(&nonce).encode()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// A signature from a presignature is the one that its nonce, times the coin, makes directly.
    #[test]
    fn presigned_and_direct_signatures_are_the_same(
        seed in 1..u64::MAX / 2000,
        digest in any::<[u8; 32]>(),
        element in 0..3usize,
        plain in any::<bool>(),
        p256 in any::<bool>(),
    ) {
        let (curve, name) =
            if p256 { (CurveName::P256, "ecdsa-p256") } else { (CurveName::Secp256k1, "ecdsa-secp256k1") };
        let drawn: Vec<Scalar> = (0..8).map(|i| scalar(curve, seed + i)).collect();
        let coin = if plain { Scalar::one(curve) } else { drawn[7] };
        let presign = Run::of_key(&drawn[6]).given("count", "3").drawing(&drawn[..6]);
        let (outputs, kept) = presign.of(&format!("{name}-presign")).expect("presignatures");
        prop_assert!(outputs.is_empty());
        let asked = |run: Run| {
            let run = run.given("digest", hex::encode(digest));
            if p256 { run } else { run.given("path", "77") }
        };
        let online = asked(Run::of_key(&drawn[6])).taking_over(&kept, element).drawing(&[coin]);
        let nonce = drawn[element].mul(&coin).expect("one curve");
        let direct = asked(Run::of_key(&drawn[6])).drawing(&[nonce, drawn[3 + element]]);
        prop_assert_eq!(online.shown(&format!("{name}-sign")), direct.shown(name));
    }
}

#[test]
fn a_wrong_product_is_caught_by_the_signature() {
    let curve = CurveName::Secp256k1;
    let key = scalar(curve, 5);
    let presign = Run::of_key(&key).given("count", "1").drawing(&[scalar(curve, 6), scalar(curve, 7)]);
    let (_, kept) = presign.of("ecdsa-secp256k1-presign").expect("a presignature");
    for name in ["presignature.opened", "presignature.mask", "presignature.product"] {
        let mut wrong = kept.clone();
        wrong.insert(name.to_owned(), Column::Scalars(vec![scalar(curve, 8)]));
        let sign = Run::of_key(&key).given("digest", "5a".repeat(32)).taking_over(&wrong, 0);
        let error = sign.drawing(&[Scalar::one(curve)]).of("ecdsa-secp256k1-sign").expect_err(name);
        assert!(error.to_string().contains("the signature does not verify"), "{error}");
    }
}
