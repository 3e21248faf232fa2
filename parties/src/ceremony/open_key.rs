//! A key whose passphrase was given, for as long as this process uses it. Several sessions may use it at once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use zeroize::Zeroizing;

use super::make::{pair_name, without};
use crate::exit::{Exit, Failure};
use crate::identity::PublicKey;
use crate::keys::stock::Reason;
use crate::keys::{
    Item, ItemId, KeyError, KeyFolder, KeysLock, Owner, Passphrase, Position, PublicPart, Reserve, Signers, Stock,
    Unlocked,
};
use crate::output::{say, warn};

/// An opened key.
pub(crate) struct OpenKey {
    pub(super) folder: KeyFolder,
    pub(super) lock: KeysLock,
    pub(super) owner: Owner,
    pub(super) unlocked: Unlocked,
    material: Mutex<Material>,
    /// By the index of another holder: whose turn it is to use what was set up with that one.
    turns: Mutex<BTreeMap<u16, Arc<AsyncMutex<()>>>>,
    /// By a set of signers: whose turn it is to number a batch of theirs.
    batches: Mutex<BTreeMap<Signers, Arc<AsyncMutex<()>>>>,
}

/// What sessions change.
struct Material {
    /// `None` once it is closed.
    reserve: Option<Reserve>,
    /// The share, and what was set up with the other holders.
    record: Zeroizing<Vec<u8>>,
}

/// An item that a session holds; if it is not taken, others may use it when this is dropped.
pub(super) struct Held {
    key: Arc<OpenKey>,
    signers: Signers,
    item: ItemId,
}

impl OpenKey {
    /// Opens a key with its passphrase.
    ///
    /// # Errors
    /// If there is none, or the passphrase is wrong; the file system's.
    pub(crate) fn unlock(
        folder: KeyFolder,
        lock: KeysLock,
        owner: Owner,
        passphrase: &Passphrase,
    ) -> Result<Self, Failure> {
        let unlocked = folder.unlock(passphrase, &owner)?;
        Self::of(folder, lock, owner, unlocked)
    }

    /// Opens a key whose share is opened already.
    ///
    /// # Errors
    /// A file that is missing or damaged; the file system's.
    pub(super) fn of(folder: KeyFolder, lock: KeysLock, owner: Owner, unlocked: Unlocked) -> Result<Self, Failure> {
        let missing = || KeyError::Damaged { path: folder.path().to_owned(), why: "the file pairs.sealed is missing" };
        let record = folder.pairs(&unlocked, &owner)?.ok_or_else(missing)?;
        let stock = folder.open_stock(&lock, &unlocked, &owner)?;
        tell_burned(&unlocked.public, &stock);
        let material = Mutex::new(Material { reserve: Some(Reserve::new(stock)), record });
        Ok(Self { folder, lock, owner, unlocked, material, turns: Mutex::default(), batches: Mutex::default() })
    }

    /// What everybody may know of it.
    pub(crate) fn public(&self) -> &PublicPart {
        &self.unlocked.public
    }

    /// The key as sessions name it.
    pub(crate) fn title(&self) -> String {
        let public = self.public();
        format!("{} {} epoch {}", public.scheme, public.key_id, public.epoch)
    }

    /// Ends the use of the stock in order. What was made before is there: a full disk does not take it away.
    pub(crate) fn close(&self) {
        if let Some(Err(error)) = self.material().reserve.take().map(Reserve::close) {
            warn(format_args!("what is prepared will be burned at the next start: {error}"));
        }
    }

    /// The record of the key: with what was set up with the other holders.
    pub(super) fn record(&self) -> Zeroizing<Vec<u8>> {
        self.material().record.clone()
    }

    /// The name of what was set up with a holder.
    pub(super) fn pair_name(&self, holder: u16) -> Result<Option<[u8; 32]>, Failure> {
        let material = self.material();
        pair_name(self.public().scheme.curve(), &material.record, holder)
            .map_err(|error| Failure::new(Exit::BadInput, format!("the record of {}: {error}", self.public().name)))
    }

    /// The holders with whom nothing is set up any more, because a check with them has failed; of a key that sets
    /// something up.
    pub(crate) fn bans(&self) -> Vec<u16> {
        if !self.public().scheme.is_ecdsa() {
            return Vec::new();
        }
        let others = self.public().holders.iter().filter(|holder| holder.identity != self.owner.key);
        others.map(|holder| holder.index).filter(|index| matches!(self.pair_name(*index), Ok(None))).collect()
    }

    /// Never again uses what was set up with a holder.
    pub(super) fn ban(&self, holder: u16) -> Result<(), Failure> {
        let mut material = self.material();
        material.record = without(self.public().scheme.curve(), &material.record, holder)
            .map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
        self.folder.keep_pairs(&self.lock, &self.unlocked, &self.owner, &material.record)?;
        Ok(())
    }

    /// Uses the stock.
    ///
    /// # Errors
    /// If it is closed; those of the use.
    pub(super) fn with<T>(&self, use_it: impl FnOnce(&mut Reserve) -> Result<T, KeyError>) -> Result<T, Failure> {
        match &mut self.material().reserve {
            Some(reserve) => Ok(use_it(reserve)?),
            None => Err(Failure::new(Exit::Session, format!("{} is not used here any more", self.public().name))),
        }
    }

    /// How many items these signers have left.
    pub(crate) fn left(&self, signers: &Signers) -> u64 {
        self.with(|reserve| Ok(reserve.stock().left(signers))).unwrap_or(0)
    }

    /// Burns what a witness has seen the use of, and says so.
    ///
    /// # Errors
    /// A claim that cannot be true; the file system's.
    pub(super) fn heed(
        &self,
        witness: (&PublicKey, &str),
        uses: impl IntoIterator<Item = (crate::identity::Hex<32>, Position)>,
    ) -> Result<(), Failure> {
        let mut all = 0;
        for (signers, last) in uses {
            all += self.with(|reserve| reserve.heed(witness.0, &signers, last))?;
        }
        if all > 0 {
            let name = witness.1;
            say(format_args!("{name} has seen later uses: {all} items burned: {}", Reason::RolledBack));
        }
        Ok(())
    }

    /// Burns everything, also what sessions hold.
    ///
    /// # Errors
    /// The file system's.
    pub(super) fn burn_all(&self, reason: Reason) -> Result<u64, Failure> {
        self.with(|reserve| reserve.burn_all(reason))
    }

    /// Burns what was prepared with a holder.
    ///
    /// # Errors
    /// If the stock is closed; the file system's.
    pub(crate) fn burn_with(&self, holder: &PublicKey) -> Result<Vec<(Signers, u64)>, Failure> {
        self.with(|reserve| reserve.burn_with(holder))
    }

    /// Up to where each set of signers of which this party is one has used what it has.
    pub(crate) fn used(&self) -> Vec<(Signers, Position)> {
        self.with(|reserve| Ok(reserve.used())).unwrap_or_default()
    }

    /// Waits for the turn to use what was set up with a holder.
    pub(super) async fn turn(&self, holder: u16) -> OwnedMutexGuard<()> {
        let turn = self.turns.lock().unwrap_or_else(PoisonError::into_inner).entry(holder).or_default().clone();
        turn.lock_owned().await
    }

    /// Waits for the turn to prepare a batch for these signers.
    pub(super) async fn batch(&self, signers: &Signers) -> OwnedMutexGuard<()> {
        let batches = || self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = batches().entry(signers.clone()).or_default().clone();
        turn.lock_owned().await
    }

    fn material(&self) -> MutexGuard<'_, Material> {
        // A panic in the middle of a use leaves the journal as it was, and the stock says itself whether it is usable.
        self.material.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Holds an item; `None` if it is not there, or another session holds it.
    ///
    /// # Errors
    /// If the stock is closed.
    pub(super) fn new(key: &Arc<OpenKey>, signers: &Signers, item: ItemId) -> Result<Option<Self>, Failure> {
        let held = key.with(|reserve| Ok(reserve.hold(signers, item)))?;
        Ok(held.then(|| Self { key: key.clone(), signers: signers.clone(), item }))
    }

    /// Which one it is.
    pub(super) fn id(&self) -> ItemId {
        self.item
    }

    /// Takes it, durably, and remembers that the other signers use it too.
    ///
    /// # Errors
    /// If it is not there any more; the file system's.
    pub(super) fn take(&self) -> Result<Item, Failure> {
        self.key.with(|reserve| {
            let item = reserve.take(&self.signers, self.item)?;
            let own = self.key.owner.key;
            for partner in self.signers.members().iter().filter(|member| **member != own) {
                reserve.stock_mut().saw(partner, &self.signers, self.item.position)?;
            }
            Ok(item)
        })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // Of a closed stock nothing is held.
        let _ = self.key.with(|reserve| {
            reserve.release(&self.signers, self.item);
            Ok(())
        });
    }
}

/// Says what was burned when the stock was opened.
fn tell_burned(public: &PublicPart, stock: &Stock) {
    let name = &public.name;
    match stock.burned() {
        Some((reason, count)) if count > 0 => {
            say(format_args!("{count} prepared items of {name} were burned: {reason}"));
        }
        // Without its journal nobody knows how many there were.
        Some((reason @ (Reason::Torn | Reason::NoJournal), _)) => {
            say(format_args!("what was prepared of {name} was burned: {reason}"));
        }
        _ => {}
    }
}
