//! Child keys by BIP32, of public keys alone: the child's key is the parent's plus a scalar that everybody can compute,
//! so that holders of shares sign for any child without deriving anything together.
//!
//! Hardened children are HMAC-SHA512 of the private key, which no holder has; they are refused. To compute that hash on the
//! shared key it would have to be converted to shared bits, and the result back to shares modulo the group's order: these
//! conversions are not there yet. What a hardened step is for, that whoever gets one child's secret cannot climb to the
//! others, a key of its own for each account does, too.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use quorate_circuits::curve::{CurveName, Point, Scalar};
use sha2::Sha512;

use super::address::{Network, base58check, key_digest};

/// The deepest child: BIP32 counts in one byte.
pub const DEPTH_LIMIT: usize = 255;

/// The first index that is hardened.
const HARDENED: u32 = 1 << 31;

/// Which child of which child: `m/0/1`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(Vec<u32>);

/// Why there is no such child.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeriveFault {
    /// The path is not one.
    #[error("{found:?} is not a path: {why}; expected for example m/0/1")]
    Path {
        /// What was given, at most its beginning.
        found: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The path has a hardened step.
    #[error(
        "step {step} of the path is hardened; supported are steps without a mark, below 2147483648, as in m/0/7. A hardened \
         child is HMAC-SHA512 of the private key, which no holder has: computing that on shares needs conversions between \
         scalars and bits that this version does not have. Make a key for each account instead (quorate key generate), and \
         derive from its public key"
    )]
    Hardened {
        /// Which step, from 1.
        step: usize,
    },
    /// Too many steps, counting those of the parent.
    #[error("the path has more than {DEPTH_LIMIT} steps, which BIP32 cannot count")]
    TooDeep,
    /// The key is of another curve.
    #[error("children are derived from keys of secp256k1 only")]
    OtherCurve,
    /// This child does not exist: of 2^127 children one does not.
    #[error("child {0} does not exist; take the next number")]
    NoChild(u32),
}

/// A public key with what its children are derived with (BIP32's extended public key).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtendedKey {
    /// How many steps from the master key.
    pub depth: u8,
    /// The first four bytes of the digest of its parent; zeros of the master key.
    pub parent: [u8; 4],
    /// Which child of its parent it is.
    pub index: u32,
    /// The chain code.
    pub chain_code: [u8; 32],
    /// The public key.
    pub key: Point,
}

/// A child, and what leads to it.
#[derive(Clone, Debug)]
pub struct Derived {
    /// The child.
    pub key: ExtendedKey,
    /// The child's key is the first key plus this times the generator: the parameter `path` of signing programs.
    pub tweak: Scalar,
}

impl Path {
    /// The steps.
    pub fn steps(&self) -> &[u32] {
        &self.0
    }
}

impl FromStr for Path {
    type Err = DeriveFault;

    fn from_str(text: &str) -> Result<Self, DeriveFault> {
        let wrong = |why| DeriveFault::Path { found: text.chars().take(64).collect(), why };
        let mut parts = text.split('/');
        if !matches!(parts.next(), Some("m" | "M")) {
            return Err(wrong("it does not begin with m"));
        }
        let mut steps = Vec::new();
        for (step, part) in parts.enumerate() {
            if step == DEPTH_LIMIT {
                return Err(DeriveFault::TooDeep);
            }
            let digits = part.strip_suffix(['\'', 'h', 'H']).unwrap_or(part);
            if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
                return Err(wrong("a step is not a number"));
            }
            let index: u32 = digits.parse().map_err(|_| wrong("a step is not below 4294967296"))?;
            if digits.len() < part.len() || index >= HARDENED {
                return Err(DeriveFault::Hardened { step: step + 1 });
            }
            steps.push(index);
        }
        Ok(Self(steps))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("m")?;
        self.0.iter().try_for_each(|step| write!(f, "/{step}"))
    }
}

impl ExtendedKey {
    /// The key of a whole threshold key, from which all others are derived.
    ///
    /// # Errors
    /// If it is not of secp256k1.
    pub fn master(key: Point, chain_code: [u8; 32]) -> Result<Self, DeriveFault> {
        if key.curve() != CurveName::Secp256k1 || bool::from(key.is_identity()) {
            return Err(DeriveFault::OtherCurve);
        }
        Ok(Self { depth: 0, parent: [0; 4], index: 0, chain_code, key })
    }

    /// A child, and the scalar by which it differs (CKDpub).
    ///
    /// # Errors
    /// If it is hardened, too deep, or does not exist.
    pub fn child(&self, index: u32) -> Result<(Self, Scalar), DeriveFault> {
        if index >= HARDENED {
            return Err(DeriveFault::Hardened { step: usize::from(self.depth) + 1 });
        }
        let depth = self.depth.checked_add(1).ok_or(DeriveFault::TooDeep)?;
        let digest = key_digest(&self.key).ok_or(DeriveFault::OtherCurve)?;
        let mac = Hmac::<Sha512>::new_from_slice(&self.chain_code).map_err(|_| DeriveFault::OtherCurve)?;
        let mac = mac.chain_update(self.key.encode()).chain_update(index.to_be_bytes()).finalize().into_bytes();
        let (mut left, mut chain_code) = ([0; 32], [0; 32]);
        left.copy_from_slice(&mac[..32]);
        chain_code.copy_from_slice(&mac[32..]);
        let missing = DeriveFault::NoChild(index);
        let tweak = Scalar::decode(CurveName::Secp256k1, &left).ok_or_else(|| missing.clone())?;
        let key = self.key.add(&Point::base(&tweak)).filter(|key| !bool::from(key.is_identity())).ok_or(missing)?;
        let [a, b, c, d, ..] = digest;
        Ok((Self { depth, parent: [a, b, c, d], index, chain_code, key }, tweak))
    }

    /// The child at the end of a path, and the sum of the scalars on the way.
    ///
    /// # Errors
    /// As of [`Self::child`].
    pub fn derive(&self, path: &Path) -> Result<Derived, DeriveFault> {
        let start = Derived { key: self.clone(), tweak: Scalar::zero(CurveName::Secp256k1) };
        path.steps().iter().try_fold(start, |derived, index| {
            let (key, step) = derived.key.child(*index)?;
            let tweak = derived.tweak.add(&step).ok_or(DeriveFault::OtherCurve)?;
            Ok(Derived { key, tweak })
        })
    }

    /// The text that wallets read (`xpub…`): whoever has it sees all children and can sign for none.
    pub fn to_text(&self, network: Network) -> String {
        let version: u32 = match network {
            Network::Main => 0x0488_b21e,
            Network::Test => 0x0435_87cf,
        };
        let mut payload = version.to_be_bytes().to_vec();
        payload.push(self.depth);
        payload.extend_from_slice(&self.parent);
        payload.extend_from_slice(&self.index.to_be_bytes());
        payload.extend_from_slice(&self.chain_code);
        payload.extend_from_slice(&self.key.encode());
        base58check(payload)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VECTORS: &str = include_str!("../../../datasets/vectors/bip32/bip32_vectors.rs.txt");

    /// Reads an `xpub…` of the published vectors.
    fn extended(text: &str) -> ExtendedKey {
        let bytes = bs58::decode(text).into_vec().expect("base58");
        let (payload, _) = bytes.split_at(78);
        assert_eq!(base58check(payload.to_vec()), text, "the checksum");
        let part = |from: usize, length: usize| payload[from..from + length].to_vec();
        ExtendedKey {
            depth: payload[4],
            parent: part(5, 4).try_into().expect("four bytes"),
            index: u32::from_be_bytes(part(9, 4).try_into().expect("four bytes")),
            chain_code: part(13, 32).try_into().expect("32 bytes"),
            key: Point::decode(CurveName::Secp256k1, &part(45, 33)).expect("a point"),
        }
    }

    #[test]
    fn published_children_are_derived() {
        // Paths and keys as the file lists them: one after the other within a vector.
        let quoted = |line: &str| line.split('"').nth(1).map(str::to_owned);
        let (mut keys, mut path, mut derived) = (Vec::<(String, ExtendedKey)>::new(), String::new(), 0);
        for line in VECTORS.lines() {
            if line.contains("fn test_vector") {
                keys.clear();
            } else if line.contains("derive_xprv(&seed") {
                path = quoted(line).expect("a path");
            } else if let Some(text) = quoted(line).filter(|text| text.starts_with("xpub")) {
                let key = extended(&text);
                assert_eq!(key.to_text(Network::Main), text);
                let parent = path.rsplit_once('/').and_then(|(parent, _)| keys.iter().find(|(path, _)| path == parent));
                if let Some((_, parent)) = parent.filter(|_| key.index < HARDENED) {
                    let (child, tweak) = parent.child(key.index).expect("it is published");
                    assert_eq!(child, key, "{path}");
                    assert_eq!(parent.key.add(&Point::base(&tweak)), Some(key.key));
                    derived += 1;
                }
                keys.push((path.clone(), key));
            }
        }
        assert_eq!(derived, 6);
    }

    #[test]
    fn a_path_adds_up() {
        let master = ExtendedKey::master(Point::generator(CurveName::Secp256k1), [9; 32]).expect("secp256k1");
        let derived = master.derive(&"m/1/2/3".parse().expect("a path")).expect("children exist");
        assert_eq!(derived.key.depth, 3);
        assert_eq!(master.key.add(&Point::base(&derived.tweak)), Some(derived.key.key));
        let stepwise = master.child(1).and_then(|(key, _)| key.child(2)).and_then(|(key, _)| key.child(3));
        assert_eq!(stepwise.expect("children exist").0, derived.key);
        let itself = master.derive(&"m".parse().expect("a path")).expect("no step");
        assert_eq!((itself.key, itself.tweak), (master, Scalar::zero(CurveName::Secp256k1)));
    }

    #[test]
    fn paths_are_read_and_refused() {
        assert_eq!("m/0/2147483647".parse::<Path>().expect("a path").to_string(), "m/0/2147483647");
        for text in ["", "0/1", "m/", "m//1", "m/-1", "m/+1", "m/a", "m/4294967296", "m/ 1", "n/1", "m/'"] {
            assert!(matches!(text.parse::<Path>(), Err(DeriveFault::Path { .. })), "{text}");
        }
        for text in ["m/0'", "m/0h/1", "m/44H", "m/2147483648"] {
            assert_eq!(text.parse::<Path>(), Err(DeriveFault::Hardened { step: 1 }), "{text}");
        }
        let deepest = format!("m{}", "/0".repeat(DEPTH_LIMIT));
        assert!(deepest.parse::<Path>().is_ok());
        assert_eq!(format!("{deepest}/0").parse::<Path>(), Err(DeriveFault::TooDeep));
        let mut deep = ExtendedKey::master(Point::generator(CurveName::Secp256k1), [9; 32]).expect("secp256k1");
        deep.depth = 255;
        assert_eq!(deep.child(0), Err(DeriveFault::TooDeep));
        assert_eq!(deep.child(HARDENED).map(|_| ()), Err(DeriveFault::Hardened { step: 256 }));
        let other = ExtendedKey::master(Point::generator(CurveName::P256), [9; 32]);
        assert_eq!(other, Err(DeriveFault::OtherCurve));
    }
}
