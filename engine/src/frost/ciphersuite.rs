//! The five hash functions of a ciphersuite (RFC 9591, section 6).

use ff::{Field, FromUniformBytes};
use quorate_circuits::curve::{Curve, Ed25519, P256, SCALAR_BYTES, Secp256k1};
use sha2::{Digest, Sha256, Sha512};
use zeroize::Zeroizing;

/// A group and five hash functions, each a random oracle of its own. The inputs are hashed one after the other.
pub trait Ciphersuite: Copy + std::fmt::Debug + Send + Sync + 'static {
    /// The group.
    type Curve: Curve;
    /// What separates its hashes from all others.
    const CONTEXT: &'static str;

    /// Binding factors.
    fn h1(inputs: &[&[u8]]) -> Scalar<Self>;
    /// Challenges.
    fn h2(inputs: &[&[u8]]) -> Scalar<Self>;
    /// Nonces.
    fn h3(inputs: &[&[u8]]) -> Scalar<Self>;
    /// Messages.
    fn h4(inputs: &[&[u8]]) -> Vec<u8>;
    /// Lists of commitments.
    fn h5(inputs: &[&[u8]]) -> Vec<u8>;
}

/// The scalars of a suite.
pub(super) type Scalar<S> = <<S as Ciphersuite>::Curve as Curve>::Scalar;

/// FROST(Ed25519, SHA-512): signatures of RFC 8032.
#[derive(Clone, Copy, Debug)]
pub struct FrostEd25519;

/// FROST(secp256k1, SHA-256).
#[derive(Clone, Copy, Debug)]
pub struct FrostSecp256k1;

/// FROST(P-256, SHA-256).
#[derive(Clone, Copy, Debug)]
pub struct FrostP256;

/// The nonces and binding factors of FROST(secp256k1, SHA-256) under a context of our own, with the challenge of BIP340:
/// its inputs are the 32-byte x-coordinates of nonce and key, and the message.
#[derive(Clone, Copy, Debug)]
pub struct FrostBip340;

impl Ciphersuite for FrostEd25519 {
    type Curve = Ed25519;
    const CONTEXT: &'static str = "FROST-ED25519-SHA512-v1";

    fn h1(inputs: &[&[u8]]) -> Scalar<Self> {
        reduce(&sha512(&[Self::CONTEXT, "rho"], inputs))
    }

    /// Without the context, as RFC 8032 hashes.
    fn h2(inputs: &[&[u8]]) -> Scalar<Self> {
        reduce(&sha512(&[], inputs))
    }

    fn h3(inputs: &[&[u8]]) -> Scalar<Self> {
        reduce(&sha512(&[Self::CONTEXT, "nonce"], inputs))
    }

    fn h4(inputs: &[&[u8]]) -> Vec<u8> {
        sha512(&[Self::CONTEXT, "msg"], inputs).to_vec()
    }

    fn h5(inputs: &[&[u8]]) -> Vec<u8> {
        sha512(&[Self::CONTEXT, "com"], inputs).to_vec()
    }
}

/// The suites with SHA-256 differ in curve and context alone, but for their challenge.
macro_rules! sha256_suite {
    ($suite:ty, $curve:ty, $context:literal, $h2:expr) => {
        impl Ciphersuite for $suite {
            type Curve = $curve;
            const CONTEXT: &'static str = $context;

            fn h1(inputs: &[&[u8]]) -> Scalar<Self> {
                hash_to_field::<$curve>(Self::CONTEXT, "rho", inputs)
            }

            fn h2(inputs: &[&[u8]]) -> Scalar<Self> {
                $h2(Self::CONTEXT, inputs)
            }

            fn h3(inputs: &[&[u8]]) -> Scalar<Self> {
                hash_to_field::<$curve>(Self::CONTEXT, "nonce", inputs)
            }

            fn h4(inputs: &[&[u8]]) -> Vec<u8> {
                sha256(&[Self::CONTEXT, "msg"], inputs).to_vec()
            }

            fn h5(inputs: &[&[u8]]) -> Vec<u8> {
                sha256(&[Self::CONTEXT, "com"], inputs).to_vec()
            }
        }
    };
}

sha256_suite!(FrostSecp256k1, Secp256k1, "FROST-secp256k1-SHA256-v1", |context, inputs| {
    hash_to_field::<Secp256k1>(context, "chal", inputs)
});
sha256_suite!(FrostP256, P256, "FROST-P256-SHA256-v1", |context, inputs| {
    hash_to_field::<P256>(context, "chal", inputs)
});
sha256_suite!(FrostBip340, Secp256k1, "Quorate-FROST-BIP340-secp256k1-SHA256-v1", |_, inputs: &[&[u8]]| {
    let tag = sha256(&["BIP0340/challenge"], &[]);
    let prefixed: Vec<&[u8]> = [&tag[..], &tag[..]].into_iter().chain(inputs.iter().copied()).collect();
    Secp256k1::reduce(&sha256(&[], &prefixed))
});

fn sha256(prefix: &[&str], inputs: &[&[u8]]) -> [u8; 32] {
    hash::<Sha256>(prefix, inputs).into()
}

fn sha512(prefix: &[&str], inputs: &[&[u8]]) -> Zeroizing<[u8; 64]> {
    Zeroizing::new(hash::<Sha512>(prefix, inputs).into())
}

fn hash<H: Digest>(prefix: &[&str], inputs: &[&[u8]]) -> sha2::digest::Output<H> {
    let prefixes = prefix.iter().map(|part| part.as_bytes());
    prefixes.chain(inputs.iter().copied()).fold(H::new(), |hash, part| hash.chain_update(part)).finalize()
}

fn reduce(wide: &[u8; 64]) -> <Ed25519 as Curve>::Scalar {
    <Ed25519 as Curve>::Scalar::from_uniform_bytes(wide)
}

/// `hash_to_field` of RFC 9380, section 5.2, with `expand_message_xmd` over SHA-256: 48 bytes, big-endian, reduced. For
/// curves whose scalars are encoded big-endian.
fn hash_to_field<C: Curve>(context: &str, tag: &str, inputs: &[&[u8]]) -> C::Scalar {
    let wide = expand_message([context, tag], inputs);
    let (high, low) = wide.split_at(16);
    let mut words = [[0; SCALAR_BYTES]; 2];
    words[0][16..].copy_from_slice(high);
    words[1].copy_from_slice(low);
    let words = Zeroizing::new(words);
    // 2^256 is one more than the greatest number of 32 bytes.
    let radix = C::reduce(&[0xff; SCALAR_BYTES]) + C::Scalar::ONE;
    C::reduce(&words[0]) * radix + C::reduce(&words[1])
}

/// `expand_message_xmd` of RFC 9380, section 5.3.1, to 48 bytes over SHA-256.
fn expand_message(separation: [&str; 2], inputs: &[&[u8]]) -> Zeroizing<[u8; 48]> {
    let length = separation.iter().map(|part| part.len()).sum::<usize>();
    let tail = [separation[0].as_bytes(), separation[1].as_bytes(), &[length as u8]].concat();
    let block = |parts: &[&[u8]]| Zeroizing::new(sha256(&[], parts));
    let padded: Vec<&[u8]> =
        [&[0; 64][..]].into_iter().chain(inputs.iter().copied()).chain([&[0, 48, 0][..], &tail]).collect();
    let seed = block(&padded);
    let first = block(&[&seed[..], &[1], &tail]);
    let mut mixed = Zeroizing::new([0; 32]);
    mixed.iter_mut().zip(seed.iter().zip(first.iter())).for_each(|(mixed, (a, b))| *mixed = a ^ b);
    let second = block(&[&mixed[..], &[2], &tail]);
    let mut wide = Zeroizing::new([0; 48]);
    wide[..32].copy_from_slice(&first[..]);
    wide[32..].copy_from_slice(&second[..16]);
    wide
}
