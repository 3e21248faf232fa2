//! Addresses: how chains call a public key.
//!
//! | address | made of | source |
//! |---|---|---|
//! | P2PKH | RIPEMD-160 of SHA-256 of the compressed key, base58 with a checksum | Bitcoin |
//! | P2WPKH | the same digest, bech32 | BIP141, BIP173 |
//! | P2TR | the x-coordinate of the key, tweaked for no scripts, bech32m | BIP341, BIP350 |
//! | Ethereum | the last 20 bytes of Keccak-256 of the coordinates, capitals as a checksum | EIP-55 |
//! | Solana | the key, base58 | Solana |

use std::fmt;
use std::str::FromStr;

use bech32::hrp;
use bech32::segwit;
use k256::elliptic_curve::sec1::ToSec1Point;
use quorate_circuits::curve::{CurveName, Point, Scalar};
use ripemd::Ripemd160;
use sha2::{Digest, Sha256};
use sha3::Keccak256;

use super::Scheme;
use crate::exit::{Exit, Failure};

/// A kind of address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressKind {
    /// Bitcoin: pay to the digest of a public key.
    P2pkh,
    /// Bitcoin: the same, with a witness.
    P2wpkh,
    /// Bitcoin: taproot.
    P2tr,
    /// Ethereum and its kin.
    Ethereum,
    /// Solana.
    Solana,
}

/// A network of Bitcoin's; the other chains have the same addresses on all of theirs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Network {
    /// Where money is.
    #[default]
    Main,
    /// Testnets and signet.
    Test,
}

/// Why a key has no such address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    /// The key is of another scheme.
    #[error("a {scheme} key has no {kind} address; expected a key for {}", expected.name())]
    OtherScheme {
        /// The key's scheme.
        scheme: Scheme,
        /// The address asked for.
        kind: AddressKind,
        /// The scheme that has such addresses.
        expected: Scheme,
    },
    /// The key is not a point of its scheme's curve.
    #[error("the public key is not a point of the curve of {0}")]
    NoPoint(Scheme),
}

impl From<AddressFault> for Failure {
    fn from(fault: AddressFault) -> Self {
        Self::new(Exit::BadInput, fault.to_string())
    }
}

impl AddressKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::P2pkh, Self::P2wpkh, Self::P2tr, Self::Ethereum, Self::Solana];

    /// The name, as commands write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::P2pkh => "p2pkh",
            Self::P2wpkh => "p2wpkh",
            Self::P2tr => "p2tr",
            Self::Ethereum => "ethereum",
            Self::Solana => "solana",
        }
    }

    /// What the keys of such addresses sign.
    pub const fn scheme(self) -> Scheme {
        match self {
            Self::P2pkh | Self::P2wpkh | Self::Ethereum => Scheme::EcdsaSecp256k1,
            Self::P2tr => Scheme::Bip340,
            Self::Solana => Scheme::Ed25519,
        }
    }

    /// The kinds of address that keys of a scheme have.
    pub fn of(scheme: Scheme) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |kind| kind.scheme() == scheme)
    }
}

impl fmt::Display for AddressKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for AddressKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
            let found: String = text.chars().take(32).collect();
            format!("there is no kind of address {found:?}; write p2pkh, p2wpkh, p2tr, ethereum or solana")
        })
    }
}

/// The address of a public key.
///
/// # Errors
/// If keys of this scheme have no such address, or the point is of another curve.
pub fn address(kind: AddressKind, network: Network, scheme: Scheme, key: &Point) -> Result<String, AddressFault> {
    if kind.scheme() != scheme {
        return Err(AddressFault::OtherScheme { scheme, kind, expected: kind.scheme() });
    }
    let made = match kind {
        AddressKind::P2pkh => p2pkh(network, key),
        AddressKind::P2wpkh => p2wpkh(network, key),
        AddressKind::P2tr => p2tr(network, key),
        AddressKind::Ethereum => ethereum(key),
        AddressKind::Solana => solana(key),
    };
    made.ok_or(AddressFault::NoPoint(scheme))
}

/// The scalar by which BIP341 tweaks an internal key that has no scripts, `H_TapTweak(x)` reduced, and the tweaked key:
/// the even-y point of the internal key plus the scalar times the generator. `None` of another curve, and for the
/// tweak that would give the identity or is not below the order, which nobody finds.
pub fn taproot(internal: &Point) -> Option<(Scalar, Point)> {
    let at = secp256k1(internal)?.coordinates()?;
    let tag = Sha256::digest(b"TapTweak");
    let digest = Sha256::new().chain_update(tag).chain_update(tag).chain_update(at.x).finalize();
    let tweak = Scalar::decode(CurveName::Secp256k1, &digest.into())?;
    let even = if at.y_is_odd { internal.neg() } else { *internal };
    let tweaked = even.add(&Point::base(&tweak))?;
    (!bool::from(tweaked.is_identity())).then_some((tweak, tweaked))
}

fn p2pkh(network: Network, key: &Point) -> Option<String> {
    let version = match network {
        Network::Main => 0x00,
        Network::Test => 0x6f,
    };
    let mut payload = vec![version];
    payload.extend_from_slice(&key_digest(key)?);
    Some(base58check(payload))
}

fn p2wpkh(network: Network, key: &Point) -> Option<String> {
    segwit::encode_v0(human_readable(network), &key_digest(key)?).ok()
}

fn p2tr(network: Network, key: &Point) -> Option<String> {
    let (_, tweaked) = taproot(key)?;
    segwit::encode_v1(human_readable(network), &tweaked.coordinates()?.x).ok()
}

fn ethereum(key: &Point) -> Option<String> {
    let Point::Secp256k1(point) = secp256k1(key)? else { return None };
    let uncompressed = point.to_affine().to_sec1_point(false);
    // Without the byte in front, which says that it is not compressed.
    let digest = Keccak256::digest(uncompressed.as_bytes().get(1..)?);
    Some(eip55(&digest[12..]))
}

/// EIP-55: a letter is a capital where the digest of the lower-case digits has a half-byte of 8 or more.
fn eip55(account: &[u8]) -> String {
    let digits = hex::encode(account);
    let digest = Keccak256::digest(digits.as_bytes());
    let mut text = "0x".to_owned();
    for (position, digit) in digits.chars().enumerate() {
        let half = digest[position / 2] >> (4 * (1 - position % 2)) & 0xf;
        text.push(if half >= 8 { digit.to_ascii_uppercase() } else { digit });
    }
    text
}

fn solana(key: &Point) -> Option<String> {
    (key.curve() == CurveName::Ed25519).then(|| bs58::encode(key.encode()).into_string())
}

/// Base58 with the first four bytes of the double SHA-256 behind.
pub(super) fn base58check(mut payload: Vec<u8>) -> String {
    let checksum = Sha256::digest(Sha256::digest(&payload));
    payload.extend_from_slice(&checksum[..4]);
    bs58::encode(payload).into_string()
}

/// RIPEMD-160 of SHA-256 of the compressed key.
pub(super) fn key_digest(key: &Point) -> Option<[u8; 20]> {
    Some(Ripemd160::digest(Sha256::digest(secp256k1(key)?.encode())).into())
}

/// The point, if it is one of secp256k1 that is a key.
fn secp256k1(key: &Point) -> Option<&Point> {
    (key.curve() == CurveName::Secp256k1 && !bool::from(key.is_identity())).then_some(key)
}

fn human_readable(network: Network) -> bech32::Hrp {
    match network {
        Network::Main => hrp::BC,
        Network::Test => hrp::TB,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Point {
        Point::decode(CurveName::Secp256k1, &hex::decode(text).expect("digits")).expect("a point")
    }

    fn made(kind: AddressKind, network: Network, key: &Point) -> String {
        address(kind, network, kind.scheme(), key).expect("the key has such an address")
    }

    #[test]
    fn bitcoin_before_taproot() {
        // BIP173, examples: the generator.
        let generator = Point::generator(CurveName::Secp256k1);
        let p2wpkh = |network| made(AddressKind::P2wpkh, network, &generator);
        assert_eq!(p2wpkh(Network::Main), "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");
        assert_eq!(p2wpkh(Network::Test), "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx");
        assert_eq!(made(AddressKind::P2pkh, Network::Main, &generator), "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH");
        // BIP84, first receiving address.
        let bip84 = key("0330d54fd0dd420a6e5f8d3624f5f3482cae350f79d5f0753bf5beef9c2d91af3c");
        assert_eq!(made(AddressKind::P2wpkh, Network::Main, &bip84), "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu");
    }

    #[test]
    fn taproot_addresses_of_bip86() {
        for (internal, output, address) in [
            (
                "cc8a4bc64d897bddc5fbc2f670f7a8ba0b386779106cf1223c6fc5d7cd6fc115",
                "a60869f0dbcf1dc659c9cecbaf8050135ea9e8cdc487053f1dc6880949dc684c",
                "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
            ),
            (
                "83dfe85a3151d2517290da461fe2815591ef69f2b18a2ce63f01697a8b313145",
                "a82f29944d65b86ae6b5e5cc75e294ead6c59391a1edc5e016e3498c67fc7bbb",
                "bc1p4qhjn9zdvkux4e44uhx8tc55attvtyu358kutcqkudyccelu0was9fqzwh",
            ),
        ] {
            for parity in ["02", "03"] {
                let internal = key(&format!("{parity}{internal}"));
                let (_, tweaked) = taproot(&internal).expect("a key");
                assert_eq!(hex::encode(tweaked.coordinates().expect("a point").x), output);
                assert_eq!(made(AddressKind::P2tr, Network::Main, &internal), address);
            }
        }
    }

    #[test]
    fn the_first_vector_of_bip341() {
        let internal = key("02d6889cb081036e0faefa3a35157ad71086b123b2b144b649798b494c300a961d");
        let (tweak, tweaked) = taproot(&internal).expect("a key");
        assert_eq!(hex::encode(tweak.encode()), "b86e7be8f39bab32a6f2c0443abbc210f0edac0e2c53d501b36b64437d9c6c70");
        assert_eq!(
            hex::encode(tweaked.coordinates().expect("a point").x),
            "53a1f6e454df1aa2776a2814a721372d6258050de330b3c6d10ee8f4e0dda343"
        );
        assert_eq!(
            made(AddressKind::P2tr, Network::Main, &internal),
            "bc1p2wsldez5mud2yam29q22wgfh9439spgduvct83k3pm50fcxa5dps59h4z5"
        );
    }

    #[test]
    fn ethereum_with_the_checksums_of_eip_55() {
        for text in [
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
            "0xde709f2102306220921060314715629080e2fb77",
            "0x27b1fdb04752bbc536007a920d24acb045561c26",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ] {
            assert_eq!(eip55(&hex::decode(text[2..].to_lowercase()).expect("digits")), text);
        }
        let generator = Point::generator(CurveName::Secp256k1);
        let account = made(AddressKind::Ethereum, Network::Main, &generator);
        assert_eq!(account, "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
    }

    #[test]
    fn solana_is_base58_of_the_key() {
        // RFC 8032, test 1.
        let bytes = hex::decode("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a").expect("digits");
        let point = Point::decode(CurveName::Ed25519, &bytes).expect("a point");
        let text = made(AddressKind::Solana, Network::Main, &point);
        assert_eq!(text, "FVen3X669xLzsi6N2V91DoiyzHzg1uAgqiT8jZ9nS96Z");
        assert_eq!(bs58::decode(text).into_vec().expect("base58"), bytes);
    }

    #[test]
    fn a_key_has_the_addresses_of_its_scheme_only() {
        let generator = Point::generator(CurveName::P256);
        for kind in AddressKind::ALL {
            let refused = address(kind, Network::Main, Scheme::EcdsaP256, &generator);
            assert!(matches!(refused, Err(AddressFault::OtherScheme { .. })));
            let refused = address(kind, Network::Main, kind.scheme(), &generator);
            assert_eq!(refused, Err(AddressFault::NoPoint(kind.scheme())));
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        assert_eq!(AddressKind::of(Scheme::EcdsaP256).count(), 0);
        assert_eq!(AddressKind::of(Scheme::EcdsaSecp256k1).count(), 3);
    }
}
