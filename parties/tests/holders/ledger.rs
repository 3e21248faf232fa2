//! What one-time material was used for, gathered from the receipts and journals of all homes.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use quorate::identity::PublicKey;
use quorate::keys::Signers;
use quorate::receipt::verify;

use super::{HOLDERS, Holders};

/// Which batch of which signers.
type Lot = (u64, [u8; 32]);

/// Everything that was seen of the use of one key's material.
#[derive(Default)]
pub struct Ledger {
    read: HashSet<PathBuf>,
    /// By batch and number: the session that used it.
    sessions: HashMap<(String, u32), String>,
    /// By home: the items in its receipts.
    items: HashMap<&'static str, Vec<(String, u32)>>,
    lots: HashMap<String, Lot>,
    /// By home and signers: up to where their items are used.
    used: HashMap<(&'static str, [u8; 32]), (u64, u32)>,
}

impl Ledger {
    /// Reads what is new, and demands that nothing was used in two sessions and that no journal goes back.
    #[track_caller]
    pub fn read(&mut self, holders: &Holders, key: &str) {
        self.read_journals(holders, key);
        for name in HOLDERS {
            for path in holders.company.receipts(name) {
                if self.read.insert(path.clone()) {
                    self.receipt(name, &path);
                }
            }
        }
    }

    /// Reads the journals alone: a process that starts leaves out of its own what it has burned.
    #[track_caller]
    pub fn read_journals(&mut self, holders: &Holders, key: &str) {
        for name in HOLDERS {
            self.journal(name, &holders.folder(name, key).join("stock/journal"));
        }
    }

    /// How many items were used.
    pub fn count(&self) -> usize {
        self.sessions.len()
    }

    /// Demands that every item in a receipt is used up for good in that home, and says how many that are. True once
    /// every home was opened again.
    #[track_caller]
    pub fn all_are_used_up(&self) -> usize {
        let mut count = 0;
        for (name, items) in &self.items {
            for (batch, number) in items {
                let (lot, signers) = self.lots[batch];
                let used = self.used.get(&(*name, signers));
                assert!(used.is_some_and(|used| *used >= (lot, *number)), "{name}: {batch} {number}, {used:?}");
                count += 1;
            }
        }
        count
    }

    /// A home was put back: its journal may go back once, up to what its partners tell it.
    pub fn restored(&mut self, name: &'static str) {
        self.used.retain(|(home, _), _| *home != name);
    }

    #[track_caller]
    fn receipt(&mut self, name: &'static str, path: &Path) {
        let receipt = verify(&std::fs::read(path).expect("a receipt"), &[]).expect("it verifies").receipt;
        let record = receipt.records.find("presignature").or_else(|| receipt.records.find("nonce"));
        let Some(record) = record else { return };
        let (batch, number) = record.strip_prefix("batch ").and_then(|text| text.split_once(" number ")).expect("two");
        let item = (batch.to_owned(), number.parse().expect("a number"));
        let session = receipt.session.to_string();
        let first = self.sessions.entry(item.clone()).or_insert_with(|| session.clone());
        assert_eq!(*first, session, "{record} was used in two sessions");
        self.items.entry(name).or_default().push(item);
    }

    #[track_caller]
    fn journal(&mut self, name: &'static str, path: &Path) {
        // Not there before the key is used.
        let Ok(bytes) = std::fs::read(path) else { return };
        for (kind, payload) in records(&bytes) {
            match kind {
                4 => {
                    let (batch, lot) = added(payload);
                    let known = self.lots.entry(batch).or_insert(lot);
                    assert_eq!(*known, lot, "a batch stands at one place, with all its signers");
                }
                5 => {
                    let signers = payload[..32].try_into().expect("32 bytes");
                    let last = (number(&payload[32..40]), number(&payload[40..44]) as u32);
                    let before = self.used.entry((name, signers)).or_insert(last);
                    *before = last.max(*before);
                }
                _ => {}
            }
        }
        // A journal that is written anew says all of it again.
        let told: HashMap<[u8; 32], (u64, u32)> = records(&bytes)
            .filter(|(kind, _)| *kind == 5)
            .map(|(_, payload)| {
                let last = (number(&payload[32..40]), number(&payload[40..44]) as u32);
                (payload[..32].try_into().expect("32 bytes"), last)
            })
            .collect();
        for ((_, signers), last) in self.used.iter().filter(|((home, _), _)| *home == name) {
            assert!(told.get(signers).is_some_and(|told| told >= last), "{name}: {told:?} after {last:?}");
        }
    }
}

/// Kinds and payloads of a journal's whole records (`keys::stock`: length 2, kind 1, payload, checksum 16).
fn records(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = bytes.get(20..).unwrap_or_default();
    std::iter::from_fn(move || {
        let length = usize::from(u16::from_le_bytes([*rest.first()?, *rest.get(1)?]));
        let (kind, payload) = (*rest.get(2)?, rest.get(3..3 + length)?);
        rest = rest.get(3 + length + 16..)?;
        Some((kind, payload))
    })
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// A record of a batch: session 32, lot 8, count 4, length 4, members 1 and their keys.
fn added(payload: &[u8]) -> (String, Lot) {
    let keys = payload[49..].chunks_exact(32).map(|key| PublicKey::from_bytes(key.try_into().expect("32 bytes")));
    let signers = Signers::new(keys.map(|key| key.expect("a public key"))).expect("two at least");
    (hex::encode(&payload[..32]), (number(&payload[32..40]), signers.digest().0))
}
