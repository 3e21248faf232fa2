//! No item twice: crashes at every write, cuts at every byte, full disks, and random histories with restored copies.

mod crashes;
mod histories;
pub(in crate::keys) mod memory;
mod orderly;
mod sharing;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::*;
use crate::keys::lock::soon;
use crate::keys::{Cost, Passphrase, Scheme};
use memory::Memory;

/// One party's world: a disk that outlives its processes.
struct World {
    disk: Memory,
    sealing: SealingKey,
    origin: Origin,
    signers: Signers,
    /// The lock is not what is tested here.
    locks: tempfile::TempDir,
}

fn public_key(seed: u8) -> PublicKey {
    let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key();
    PublicKey::from_bytes(key.to_bytes()).expect("a public key")
}

fn folder() -> PathBuf {
    PathBuf::from("/keys/treasury/stock")
}

impl World {
    fn new() -> Self {
        let passphrase = Passphrase::of_bytes(b"a passphrase").expect("it is one");
        let cost = Cost::new(8, 1, 1).expect("the least that Argon2 takes");
        let (material, key_id) = (Material::Signing(Scheme::EcdsaSecp256k1), Hex([7; 32]));
        Self {
            disk: Memory::default(),
            sealing: SealingKey::create(&passphrase, cost).expect("there is randomness"),
            origin: Origin { material, key_id, epoch: 0, generation: 1, party: public_key(1) },
            signers: Signers::new([public_key(1), public_key(2)]).expect("two parties"),
            locks: tempfile::tempdir().expect("a temporary directory"),
        }
    }

    fn open(&self) -> Result<Stock<Memory>, KeyError> {
        let lock = soon(|| KeysLock::acquire(self.locks.path()))?;
        Stock::open(&lock, folder(), self.disk.clone(), &self.sealing, self.origin.clone())
    }
}

/// Items whose content says which they are.
fn items(session: u8, count: u8) -> Vec<Zeroizing<Vec<u8>>> {
    (0..count).map(|number| Zeroizing::new(vec![session, number, 0xaa, 0xbb])).collect()
}

fn position(lot: u64, number: u32) -> Position {
    Position { lot, number }
}

fn journal() -> PathBuf {
    folder().join("journal")
}

fn refused(result: Result<impl Sized, KeyError>) -> StockFault {
    match result {
        Err(KeyError::Stock { fault, .. }) => fault,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was not refused"),
    }
}
