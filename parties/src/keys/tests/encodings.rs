//! Signatures of published vectors, and bytes that are none.

use hex_literal::hex;
use proptest::prelude::*;
use quorate_circuits::curve::Scalar;
use sha2::{Digest, Sha256};
use sha3::Keccak256;

use super::*;
use crate::keys::encoding::{
    EcdsaSignature, EncodingFault, TEXT_LIMIT, public_key_hex, public_key_pem, read_public_key, read_signature, schnorr,
};
use crate::keys::verify::{Verified, VerifyFault, verify};

struct Vector {
    scheme: Scheme,
    key: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
    high_s: bool,
}

fn vectors() -> Vec<Vector> {
    vec![
        // The documentation of k256, a signature of Ethereum's kind with recovery number 1.
        Vector {
            scheme: Scheme::EcdsaSecp256k1,
            key: hex!("0200866db99873b09fc2fb1e3ba549b156e96d1a567e3284f5f0e859a83320cb8b").to_vec(),
            message: Keccak256::digest(b"example message").to_vec(),
            signature: hex!(
                "46c05b6368a44b8810d79859441d819b8e7cdc8bfd371e35c53196f4bcacdb51"
                "35c7facce2a97b95eacba8a586d87b7958aaf8368ab29cee481f76e871dbd9cb"
            )
            .to_vec(),
            high_s: false,
        },
        // RFC 6979, A.2.5: P-256, SHA-256, "sample".
        Vector {
            scheme: Scheme::EcdsaP256,
            key: hex!("0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6").to_vec(),
            message: Sha256::digest(b"sample").to_vec(),
            signature: hex!(
                "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
                "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
            )
            .to_vec(),
            high_s: true,
        },
        // BIP340, vector 1.
        Vector {
            scheme: Scheme::Bip340,
            key: hex!("dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659").to_vec(),
            message: hex!("243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89").to_vec(),
            signature: hex!(
                "6896bd60eeae296db48a229ff71dfe071bde413e6d43f917dc8dcf8c78de3341"
                "8906d11ac976abccb20b091292bff4ea897efcb639ea871cfa95f6de339e4b0a"
            )
            .to_vec(),
            high_s: false,
        },
        // RFC 8032, 7.1, test 1.
        Vector {
            scheme: Scheme::Ed25519,
            key: hex!("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a").to_vec(),
            message: Vec::new(),
            signature: hex!(
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            )
            .to_vec(),
            high_s: false,
        },
    ]
}

impl Vector {
    fn point(&self) -> Point {
        read_public_key(self.scheme, hex::encode(&self.key).as_bytes()).expect("a public key")
    }
}

#[test]
fn published_signatures_verify_and_others_do_not() {
    for vector in vectors() {
        let Vector { scheme, message, signature, high_s, .. } = &vector;
        let key = vector.point();
        assert_eq!(verify(*scheme, &key, message, signature), Ok(Verified { high_s: *high_s }), "{scheme}");
        for at in 0..signature.len() {
            let mut altered = signature.clone();
            altered[at] ^= 1;
            assert!(verify(*scheme, &key, message, &altered).is_err(), "{scheme}, byte {at}");
        }
        let mut other = message.clone();
        other.first_mut().map_or_else(|| (), |byte| *byte ^= 1);
        if other != *message {
            assert_eq!(verify(*scheme, &key, &other, signature), Err(VerifyFault::Wrong));
        }
        let generator = Point::generator(scheme.curve());
        assert_eq!(verify(*scheme, &generator, message, signature), Err(VerifyFault::Wrong));
        for length in [0, 1, 63, 66] {
            let mut wrong = signature.clone();
            wrong.resize(length, 0);
            assert!(matches!(verify(*scheme, &key, message, &wrong), Err(VerifyFault::Encoding(_))));
        }
    }
    let vector = &vectors()[0];
    let undigested = verify(vector.scheme, &vector.point(), b"example message", &vector.signature);
    assert_eq!(undigested, Err(VerifyFault::Digest { scheme: vector.scheme, found: 15 }));
}

#[test]
fn keys_survive_their_encodings() {
    for vector in vectors() {
        let (scheme, key) = (vector.scheme, vector.point());
        assert_eq!(public_key_hex(scheme, &key), Ok(hex::encode(&vector.key)));
        let pem = public_key_pem(scheme, &key).expect("a key");
        assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\n") && pem.ends_with("-----END PUBLIC KEY-----\n"));
        assert_eq!(read_public_key(scheme, pem.as_bytes()), Ok(key));
        for other in Scheme::ALL.into_iter().filter(|other| other.curve() != scheme.curve()) {
            assert_eq!(read_public_key(other, pem.as_bytes()), Err(EncodingFault::NoKey(other)));
            assert_eq!(public_key_pem(other, &key), Err(EncodingFault::NoPoint(other)));
            assert_eq!(public_key_hex(other, &key), Err(EncodingFault::NoPoint(other)));
        }
        let identity = Point::base(&Scalar::zero(scheme.curve()));
        assert_eq!(public_key_pem(scheme, &identity), Err(EncodingFault::NoPoint(scheme)));
        for text in ["", "zz", "00", "-----BEGIN PUBLIC KEY-----\n"] {
            assert_eq!(read_public_key(scheme, text.as_bytes()), Err(EncodingFault::NoKey(scheme)));
        }
        assert_eq!(read_public_key(scheme, &[b'0'; TEXT_LIMIT + 1]), Err(EncodingFault::TooLong));
    }
    let uncompressed = "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798\
                        483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
    let generator = Point::generator(CurveName::Secp256k1);
    assert_eq!(read_public_key(Scheme::EcdsaSecp256k1, uncompressed.as_bytes()), Ok(generator));
}

#[test]
fn ecdsa_signatures_survive_their_encodings() {
    for vector in vectors().iter().filter(|vector| vector.scheme.is_ecdsa()) {
        let signature = EcdsaSignature::read(vector.scheme, &vector.signature).expect("a signature");
        assert_eq!(signature.compact().as_slice(), vector.signature);
        let der = signature.der().expect("not zero");
        assert_eq!(EcdsaSignature::read(vector.scheme, &der), Ok(signature));
        let digest: [u8; 32] = vector.message.as_slice().try_into().expect("a digest");
        let recoverable = signature.recoverable(&vector.point(), &digest).expect("it verifies");
        assert_eq!(EcdsaSignature::read(vector.scheme, &recoverable), Ok(signature));
        assert!(verify(vector.scheme, &vector.point(), &digest, &der).is_ok());
        assert!(verify(vector.scheme, &vector.point(), &digest, &recoverable).is_ok());
        assert_eq!(signature.recovery_number(&vector.point(), &[1; 32]), Err(EncodingFault::NoRecovery));
        for zeros in [0..32, 32..64] {
            let mut zero = vector.signature.clone();
            zero[zeros].fill(0);
            assert_eq!(EcdsaSignature::read(vector.scheme, &zero), Err(EncodingFault::NoSignature(vector.scheme)));
        }
    }
    let vector = &vectors()[0];
    let signature = EcdsaSignature::read(vector.scheme, &vector.signature).expect("a signature");
    let digest: [u8; 32] = vector.message.as_slice().try_into().expect("a digest");
    assert_eq!(signature.recovery_number(&vector.point(), &digest), Ok(1));
}

#[test]
fn the_recovery_number_is_the_parity_of_the_nonce_point_and_whether_s_was_negated() {
    let curve = CurveName::Secp256k1;
    let number = |value: u8| {
        let mut bytes = [0; 32];
        bytes[31] = value;
        Scalar::decode(curve, &bytes).expect("a scalar")
    };
    let (secret, digest) = (number(77), [3; 32]);
    let key = Point::base(&secret);
    for value in 1..20 {
        let nonce = Point::base(&number(value));
        let at = nonce.coordinates().expect("a point");
        let product = at.x_scalar.mul(&secret).expect("one curve");
        let sum = Scalar::reduce(curve, &digest).add(&product).expect("one curve");
        let s = sum.mul(&number(value).invert().expect("not zero")).expect("one curve");
        let negated = s.encode() > s.neg().encode();
        let signature = EcdsaSignature { r: at.x_scalar, s: if negated { s.neg() } else { s } };
        assert_eq!(signature.recovery_number(&key, &digest), Ok(u8::from(at.y_is_odd ^ negated)));
    }
}

#[test]
fn schnorr_signatures_are_a_point_and_a_scalar() {
    let one = Scalar::one(CurveName::Ed25519);
    let generator = Point::generator(CurveName::Ed25519);
    let bytes = schnorr(Scheme::Ed25519, &generator, &one).expect("one curve");
    assert_eq!((&bytes[..32], bytes[32], bytes[63]), (generator.encode().as_slice(), 1, 0));
    let (one, generator) = (Scalar::one(CurveName::Secp256k1), Point::generator(CurveName::Secp256k1));
    let bytes = schnorr(Scheme::Bip340, &generator, &one).expect("one curve");
    assert_eq!((&bytes[..32], bytes[32], bytes[63]), (&generator.encode()[1..], 0, 1));
    assert!(matches!(schnorr(Scheme::EcdsaSecp256k1, &generator, &one), Err(EncodingFault::NoForm { .. })));
    assert_eq!(schnorr(Scheme::Ed25519, &generator, &one), Err(EncodingFault::NoPoint(Scheme::Ed25519)));
}

#[test]
fn a_signature_file_is_digits_or_bytes() {
    assert_eq!(read_signature(b" 0x00ff\n"), Ok(vec![0, 255]));
    assert_eq!(read_signature(b"00FF"), Ok(vec![0, 255]));
    assert_eq!(read_signature(&[0x30, 0xff]), Ok(vec![0x30, 0xff]));
    assert_eq!(read_signature(&[0; TEXT_LIMIT + 1]), Err(EncodingFault::TooLong));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..100), text in ".{0,200}") {
        for vector in vectors() {
            let _ = read_public_key(vector.scheme, &bytes);
            let _ = read_public_key(vector.scheme, format!("-----BEGIN PUBLIC KEY-----\n{text}").as_bytes());
            prop_assert!(verify(vector.scheme, &vector.point(), &vector.message, &bytes).is_err());
            if let Ok(signature) = EcdsaSignature::read(vector.scheme, &bytes) {
                prop_assert_eq!(EcdsaSignature::read(vector.scheme, &signature.compact()), Ok(signature));
            }
        }
        let _ = text.parse::<crate::keys::derive::Path>();
    }
}
