//! Looking for bytes of secrets where they must not be.

use std::collections::HashSet;
use std::path::Path;

use quorate::identity::Home;
use quorate::keys::{Keys, Owner, Passphrase, Scheme, Unlocked};
use quorate_circuits::curve::{Curve, CurveName, Ed25519, P256, Secp256k1};
use quorate_engine::record::KeyRecord;

use super::{HOLDERS, Holders};

/// So many bytes of a secret are never anywhere by chance.
const WIDTH: usize = 16;

/// Pieces of secrets that are looked for.
pub struct Needles(HashSet<[u8; WIDTH]>);

/// A party's key, opened with its passphrase as the command does it.
pub fn unlock(holders: &Holders, name: &str, key: &str) -> (Unlocked, Owner) {
    let home = Home::at(holders.company.home(name));
    let identity = home.identity().expect("an identity");
    let owner = Owner { name: identity.name().clone(), key: identity.public_key() };
    let passphrase = Passphrase::of_bytes(format!("the passphrase of {name}").as_bytes()).expect("a passphrase");
    let folder = Keys::of(&home).key(&key.parse().expect("a key's name"));
    (folder.unlock(&passphrase, &owner).expect("it opens"), owner)
}

impl Needles {
    /// Of all holders' shares of a key, of what pairs of them keep, and of their passphrases.
    pub fn of(holders: &Holders, key: &str) -> Self {
        let mut needles = Self(HashSet::new());
        for name in HOLDERS {
            let (unlocked, owner) = unlock(holders, name, key);
            let mut scalar = scalar_of(unlocked.public.scheme, &unlocked.share);
            needles.add(&scalar);
            scalar.reverse();
            needles.add(&scalar);
            needles.add(format!("the passphrase of {name}").as_bytes());
            let folder = Keys::of(&Home::at(holders.company.home(name))).key(&key.parse().expect("a key's name"));
            let record = folder.pairs(&unlocked, &owner).expect("it opens").expect("it is there");
            needles.add(record.get(unlocked.share.len()..).unwrap_or_default());
        }
        needles
    }

    /// All pieces of a secret.
    pub fn add(&mut self, secret: &[u8]) {
        let pieces = secret.chunks_exact(WIDTH).filter(|piece| piece.iter().collect::<HashSet<_>>().len() > 4);
        self.0.extend(pieces.map(|piece| <[u8; WIDTH]>::try_from(piece).expect("as wide")));
    }

    /// How many pieces are looked for.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether a piece of a secret is there, as bytes or as hexadecimal digits.
    pub fn are_in(&self, haystack: &[u8]) -> bool {
        let plain = |bytes: &[u8]| {
            bytes.windows(WIDTH).any(|window| self.0.contains(&<[u8; WIDTH]>::try_from(window).expect("as wide")))
        };
        plain(haystack) || digits(haystack).iter().any(|run| plain(&decode(run)) || plain(&decode(&run[1..])))
    }

    /// Demands that no piece is in any file below a folder.
    #[track_caller]
    pub fn are_not_below(&self, folder: &Path) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                self.are_not_below(&path);
            } else {
                assert!(!self.are_in(&std::fs::read(&path).expect("a file")), "a secret is in {}", path.display());
            }
        }
    }
}

/// Runs of hexadecimal digits that are long enough.
fn digits(bytes: &[u8]) -> Vec<&[u8]> {
    let runs = bytes.split(|byte| !byte.is_ascii_hexdigit());
    runs.filter(|run| run.len() >= 2 * WIDTH).collect()
}

fn decode(run: &[u8]) -> Vec<u8> {
    hex::decode(&run[..run.len() / 2 * 2]).expect("digits, two by two")
}

fn scalar_of(scheme: Scheme, share: &[u8]) -> Vec<u8> {
    fn on<C: Curve>(share: &[u8]) -> Vec<u8> {
        let record = KeyRecord::<C>::from_bytes(share).expect("a record");
        record.share.expose_secret().iter().flat_map(C::encode_scalar).collect()
    }
    match scheme.curve() {
        CurveName::Secp256k1 => on::<Secp256k1>(share),
        CurveName::P256 => on::<P256>(share),
        CurveName::Ed25519 => on::<Ed25519>(share),
    }
}
