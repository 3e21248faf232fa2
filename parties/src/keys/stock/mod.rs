//! One-time material: presignatures and nonces of a key, and what opens the correlated randomness of prepared runs
//! ([`crate::prepared`]); each used at most once, come what may.
//!
//! Using one twice gives away the key, or what it masked. So an item's use is written to a journal and on the disk *before* its
//! plaintext exists in memory, and its sealed bytes are erased. Items of the same signers are used in order: "the last
//! one used" is a number that partners remember for each other.
//!
//! Everything that is not certain burns the whole stock, with the reason recorded: a process that did not end in
//! order, a journal that is cut, files that contradict it, another epoch of the key, another generation of the share.
//! What no disk can find, an older copy of the whole folder put back, partners find: each keeps what it has seen last
//! of the others ([`Stock::saw`]), tells it when asked ([`Stock::seen_of`]), and [`Stock::burn_up_to`] takes their
//! word. A copy goes unnoticed only if every partner who is asked was set back too, or lies.
//!
//! ```text
//! stock/CACHEDIR.TAG, README     tell backup programs and people to leave the folder out
//! stock/journal                  what happened (public: no secret is in it)
//! stock/SESSION.items            a batch, each item sealed by itself
//! ```

mod batches;
mod fault;
mod item;
mod material;
mod opening;
mod record;
mod reserve;
mod signers;
mod state;
#[cfg(test)]
pub(super) mod tests;

use std::io;
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::disk::{Disk, Files};
use super::{KeyError, KeyFolder, KeysLock, Owner, SealingKey, Unlocked};
use crate::identity::{Hex, PublicKey};
use crate::session::SessionId;

pub use batches::{ITEM_BYTES_LIMIT, ITEMS_LIMIT};
pub use fault::{Reason, StockFault};
pub use item::{Item, ItemId, Position};
pub use material::Material;
pub use opening::{check_journal, counts};
pub use reserve::Reserve;
pub use signers::Signers;

use batches::{FILE_LIMIT, SUFFIX, Shape, file_name, fits, slot_at, slot_length};
use record::{Batch, Record, Writer};
use state::State;

/// How many batches a partner may be ahead. More is no loss of files but a wrong record, and taking its word would use
/// up the numbers that batches can have.
const LARGEST_LEAP: u64 = 1 << 20;

/// Of so many sets of signers a partner may tell what it has used.
const MOST_SETS: usize = 256;

/// A journal of more bytes than this is written anew, as it is at every start.
const LONG: u64 = 1 << 20;

/// What a stock belongs to. Items are bound to all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// What its items are for.
    pub material: Material,
    /// The key, or what the runs are of.
    pub key_id: Hex<32>,
    /// The epoch of its shares.
    pub epoch: u64,
    /// The generation of this party's share.
    pub generation: u64,
    /// This party.
    pub party: PublicKey,
}

/// The one-time material of one key, or of one kind of run, for as long as this process may use it. Dropping it ends its use in order, unless
/// a panic or a failed disk speaks against that.
pub struct Stock<D: Disk = Files> {
    folder: PathBuf,
    disk: D,
    secret: Zeroizing<[u8; 32]>,
    state: State,
    writer: Writer,
    /// Bytes of the journal.
    length: u64,
    /// The journal could be neither written nor put back.
    broken: bool,
    /// What was burned when the stock was opened.
    burned: Option<(Reason, u64)>,
    _lock: KeysLock,
}

impl<D: Disk + Clone> KeyFolder<D> {
    /// Opens the key's stock.
    ///
    /// # Errors
    /// As of [`Stock::open`].
    pub fn open_stock(&self, lock: &KeysLock, unlocked: &Unlocked, owner: &Owner) -> Result<Stock<D>, KeyError> {
        let public = &unlocked.public;
        let (material, key_id) = (Material::Signing(public.scheme), public.key_id);
        let origin = Origin { material, key_id, epoch: public.epoch, generation: public.generation, party: owner.key };
        Stock::open(lock, self.stock_path(), self.disk().clone(), &unlocked.sealing, origin)
    }
}

impl<D: Disk> Stock<D> {
    /// Opens the stock in `folder`, which need not be there. Whatever is not certain is burned; [`Self::burned`] says
    /// why.
    ///
    /// # Errors
    /// If it is another key's or party's, or of another version; the file system's, and then nothing has changed.
    pub fn open(
        lock: &KeysLock,
        folder: PathBuf,
        disk: D,
        sealing: &SealingKey,
        origin: Origin,
    ) -> Result<Self, KeyError> {
        Self::open_with(lock, folder, disk, sealing.subkey("quorate stock items 1"), origin)
    }

    /// As [`Self::open`], with the secret that seals the items.
    ///
    /// # Errors
    /// As of [`Self::open`].
    pub(crate) fn open_with(
        lock: &KeysLock,
        folder: PathBuf,
        disk: D,
        secret: Zeroizing<[u8; 32]>,
        origin: Origin,
    ) -> Result<Self, KeyError> {
        opening::make(&folder, &disk)?;
        let (mut state, mut reason) = opening::found(&folder, &disk, &origin)?;
        if reason.is_none() && !opening::agree(&folder, &disk, &state)? {
            reason = Some(Reason::Inconsistent);
        }
        let burned = reason.map(|reason| (reason, state.all_left()));
        if let Some((reason, items)) = burned {
            // Never contradicts: it follows anything but nothing.
            let _ = state.apply(&Record::Burned { reason, items });
        }
        state.origin = origin;
        state.running = true;
        let (writer, journal) = written(&state);
        let path = folder.join("journal");
        disk.replace(&path, &journal).map_err(|error| KeyError::io("write", &path, &error))?;
        let (length, broken, lock) = (journal.len() as u64, false, lock.clone());
        let stock = Self { folder, disk, secret, state, writer, length, broken, burned, _lock: lock };
        stock.sweep()?;
        Ok(stock)
    }

    /// What was burned when the stock was opened: why, and how many items.
    pub fn burned(&self) -> Option<(Reason, u64)> {
        self.burned
    }

    /// How many items these signers have left.
    pub fn left(&self, signers: &Signers) -> u64 {
        self.batches_of(signers).map(|batch| self.state.left(batch)).sum()
    }

    /// How many items each set of signers has left.
    pub fn all_left(&self) -> Vec<(Signers, u64)> {
        opening::all_left(&self.state)
    }

    /// The item that these signers use next.
    pub fn next(&self, signers: &Signers) -> Option<ItemId> {
        self.batches_of(signers).next().map(|batch| batch.id(self.state.next_number(batch)))
    }

    /// The first item that is left of each batch of these signers, in the order of use.
    pub fn waiting(&self, signers: &Signers) -> Vec<ItemId> {
        self.batches_of(signers).map(|batch| batch.id(self.state.next_number(batch))).collect()
    }

    /// The first item that is left of each batch of these signers, and how many the batch has left, in the order of use.
    pub(crate) fn batches_left(&self, signers: &Signers) -> Vec<(ItemId, u32)> {
        let left = |batch: &Batch| {
            let next = self.state.next_number(batch);
            (batch.id(next), batch.count.saturating_sub(next))
        };
        self.batches_of(signers).map(left).collect()
    }

    /// The first item of each batch of these signers that is left and free, in the order of use.
    pub(super) fn free(&self, signers: &Signers, held: impl Fn(ItemId) -> bool) -> Vec<ItemId> {
        let first = |batch: &Batch| {
            let mut left = (self.state.next_number(batch)..batch.count).map(|number| batch.id(number));
            left.find(|item| !held(*item))
        };
        self.batches_of(signers).filter_map(first).collect()
    }

    /// Whether these signers have an item.
    pub(super) fn has(&self, signers: &Signers, item: ItemId) -> bool {
        self.batches_of(signers).any(|batch| self.holds(batch, item))
    }

    fn holds(&self, batch: &Batch, item: ItemId) -> bool {
        let left = self.state.next_number(batch)..batch.count;
        batch.session == item.batch && batch.lot == item.position.lot && left.contains(&item.position.number)
    }

    pub(super) fn absent(&self) -> KeyError {
        self.fault(StockFault::Absent)
    }

    /// Up to where these signers, named by their digest, have used their items.
    pub fn last_used(&self, signers: &Hex<32>) -> Option<Position> {
        self.state.last_used(&signers.0)
    }

    /// The first number that a further batch of these signers may have here. All of them take the largest that any of
    /// them says.
    pub fn next_lot(&self, signers: &Signers) -> u64 {
        self.state.next_lot(&signers.digest().0)
    }

    /// Keeps a batch that was made in a session of these signers. All items have the same length.
    ///
    /// # Errors
    /// If the batch is empty, too large or has a number that is taken; the file system's, and then nothing has changed.
    pub fn add(
        &mut self,
        session: SessionId,
        lot: u64,
        signers: &Signers,
        items: Vec<Zeroizing<Vec<u8>>>,
    ) -> Result<(), KeyError> {
        self.usable()?;
        let refused = |why| Err(self.fault(StockFault::Batch { why }));
        let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let length = items.first().map_or(0, |item| u32::try_from(item.len()).unwrap_or(u32::MAX));
        if !fits(Shape { count, length }) {
            return refused("it has no items, too many, or items that are empty or too long");
        }
        if items.iter().any(|item| item.len() != length as usize) {
            return refused("its items have different lengths");
        }
        if !signers.contains(&self.state.origin.party) {
            return refused("this party is none of its signers");
        }
        let next = self.next_lot(signers);
        if lot < next || lot - next > LARGEST_LEAP {
            return refused("its number is taken, or too far ahead");
        }
        if self.state.batches.iter().any(|batch| batch.session == session) {
            return refused("a batch of this session is here already");
        }
        let batch = Batch { session, lot, count, length, signers: signers.clone() };
        let file = batch.seal(&self.secret, &self.state.origin, &items).map_err(|fault| self.fault(fault))?;
        let path = self.folder.join(file_name(session));
        self.disk.replace(&path, &file).map_err(|error| KeyError::io("write", &path, &error))?;
        self.record(&Record::Added(batch)).inspect_err(|_| {
            // What the journal does not know is erased at the next start at the latest.
            let _ = self.disk.remove(&path);
        })
    }

    /// Uses up the next item of these signers. When it is returned, its use is on the disk.
    ///
    /// # Errors
    /// If nothing is left; as of [`Self::take_exactly`].
    pub fn take(&mut self, signers: &Signers) -> Result<Item, KeyError> {
        self.usable()?;
        let next = self.next(signers).ok_or_else(|| self.fault(StockFault::Empty))?;
        self.take_exactly(signers, next)
    }

    /// Uses up the item on which the signers agreed, and burns those before it. When it is returned, its use is on the
    /// disk, and its sealed bytes are erased.
    ///
    /// # Errors
    /// If it is used, burned or not here; if it does not open, and then it is used up all the same; the file system's:
    /// if the use cannot be written nothing has changed, if the bytes cannot be erased the item is burned.
    pub fn take_exactly(&mut self, signers: &Signers, item: ItemId) -> Result<Item, KeyError> {
        self.usable()?;
        let (digest, position) = (signers.digest(), item.position);
        let batch = self.batches_of(signers).find(|batch| self.holds(batch, item)).cloned();
        let batch = batch.ok_or_else(|| self.absent())?;
        let path = self.folder.join(file_name(batch.session));
        let (at, length) = (slot_at(batch.shape(), position.number), slot_length(batch.shape()));
        let slot = match self.disk.read_at(&path, at, length) {
            Ok(slot) => slot,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(KeyError::io("read", &path, &error)),
        };
        self.use_up(&digest, position)?;
        let secret = batch.open(&self.secret, &self.state.origin, position.number, &slot);
        Ok(Item::new(item, secret.map_err(|fault| self.fault(fault))?))
    }

    /// Burns what these signers, named by their digest, have up to and including `last`, because a partner says that
    /// it has seen the use of that. Says how many items were burned.
    ///
    /// # Errors
    /// If `last` is so far ahead that it cannot have been used; the file system's.
    pub fn burn_up_to(&mut self, signers: &Hex<32>, last: Position) -> Result<u64, KeyError> {
        self.usable()?;
        if self.last_used(signers).is_some_and(|used| used >= last) {
            return Ok(0);
        }
        if last.lot > self.state.next_lot(&signers.0).saturating_add(LARGEST_LEAP) {
            return Err(self.fault(StockFault::Implausible { lot: last.lot }));
        }
        let before = self.state.all_left();
        self.use_up(signers, last)?;
        Ok(before - self.state.all_left())
    }

    /// Burns what was prepared with a party, for whatever set of signers. Says how many items each set had.
    ///
    /// # Errors
    /// The file system's.
    pub fn burn_with(&mut self, party: &PublicKey) -> Result<Vec<(Signers, u64)>, KeyError> {
        self.usable()?;
        let mut doomed = self.all_left();
        doomed.retain(|(signers, _)| signers.contains(party));
        for (signers, _) in &doomed {
            let last = |batch: &Batch| Position { lot: batch.lot, number: batch.count - 1 };
            if let Some(last) = self.batches_of(signers).map(last).max() {
                self.use_up(&signers.digest(), last)?;
            }
        }
        Ok(doomed)
    }

    /// Burns everything. Says how many items that was.
    ///
    /// # Errors
    /// The file system's.
    pub fn burn_all(&mut self, reason: Reason) -> Result<u64, KeyError> {
        self.usable()?;
        let items = self.state.all_left();
        self.record(&Record::Burned { reason, items })?;
        self.sweep()?;
        Ok(items)
    }

    /// Remembers that a partner was seen to use this item, on the disk when it returns.
    ///
    /// # Errors
    /// If the partner or this party is none of the signers; the file system's.
    pub fn saw(&mut self, partner: &PublicKey, signers: &Signers, item: Position) -> Result<(), KeyError> {
        self.usable()?;
        let own = self.state.origin.party;
        if *partner == own || !signers.contains(partner) || !signers.contains(&own) {
            return Err(self.fault(StockFault::Batch { why: "the partner, or this party, is none of its signers" }));
        }
        self.remember(partner, signers, item)
    }

    /// Remembers what a partner says of its own use of an item of signers of whom this party need not be one: whoever
    /// asks for it later is that partner, perhaps with older files.
    ///
    /// # Errors
    /// If the partner is this party or none of the signers, or has told of too many sets of them; the file system's.
    pub fn heard(&mut self, partner: &PublicKey, signers: &Signers, item: Position) -> Result<(), KeyError> {
        self.usable()?;
        if *partner == self.state.origin.party || !signers.contains(partner) {
            return Err(self.fault(StockFault::Batch { why: "the partner is this party, or none of its signers" }));
        }
        let known = self.state.last_seen(partner.as_bytes(), &signers.digest().0).is_some();
        if !known && self.state.seen_of(partner.as_bytes()).count() >= MOST_SETS {
            return Err(self.fault(StockFault::Batch { why: "the partner tells of too many sets of signers" }));
        }
        self.remember(partner, signers, item)
    }

    fn remember(&mut self, partner: &PublicKey, signers: &Signers, item: Position) -> Result<(), KeyError> {
        let (partner, signers) = (*partner.as_bytes(), signers.digest().0);
        if self.state.last_seen(&partner, &signers).is_some_and(|seen| seen >= item) {
            return Ok(());
        }
        if item.lot > self.state.next_lot(&signers).saturating_add(LARGEST_LEAP) {
            return Err(self.fault(StockFault::Implausible { lot: item.lot }));
        }
        self.record(&Record::Seen { partner, signers, last: item })
    }

    /// What this party tells a partner who asks for the last items it was seen to use: for each set of signers, by its
    /// digest, the position.
    pub fn seen_of(&self, partner: &PublicKey) -> Vec<(Hex<32>, Position)> {
        self.state.seen_of(partner.as_bytes()).map(|(signers, last)| (Hex(signers), last)).collect()
    }

    /// Ends the use in order.
    ///
    /// # Errors
    /// The file system's; the stock is burned at the next start then.
    pub fn close(mut self) -> Result<(), KeyError> {
        self.stop()
    }

    fn stop(&mut self) -> Result<(), KeyError> {
        if self.state.running { self.record(&Record::Stopped) } else { Ok(()) }
    }

    fn batches_of(&self, signers: &Signers) -> impl Iterator<Item = &Batch> {
        self.state.batches.iter().filter(move |batch| batch.signers == *signers)
    }

    /// Writes that everything up to `last` is used, and then erases it.
    fn use_up(&mut self, signers: &Hex<32>, last: Position) -> Result<(), KeyError> {
        let before: Vec<(Batch, u32)> = self
            .state
            .batches
            .iter()
            .filter(|batch| batch.signers.digest() == *signers)
            .map(|batch| (batch.clone(), self.state.next_number(batch)))
            .collect();
        self.record(&Record::Used { signers: signers.0, last })?;
        for (batch, from) in before {
            let waiting = self.state.batches.iter().any(|other| other.session == batch.session);
            let upto = if waiting { self.state.next_number(&batch) } else { batch.count };
            self.erase(&batch, from, upto)?;
            if !waiting {
                let path = self.folder.join(file_name(batch.session));
                self.disk.remove(&path).map_err(|error| KeyError::io("remove", &path, &error))?;
            }
        }
        Ok(())
    }

    /// Writes zeros over slots.
    fn erase(&self, batch: &Batch, from: u32, upto: u32) -> Result<(), KeyError> {
        let zeros = vec![0; slot_length(batch.shape()) * upto.saturating_sub(from) as usize];
        if zeros.is_empty() {
            return Ok(());
        }
        let path = self.folder.join(file_name(batch.session));
        match self.disk.overwrite(&path, slot_at(batch.shape(), from), &zeros) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(KeyError::io("erase", &path, &error)),
            _ => Ok(()),
        }
    }

    /// Writes the journal anew, if it has become long. One that cannot be is long, and nothing else.
    fn shorten(&mut self) {
        let (writer, journal) = written(&self.state);
        if self.length > LONG.max(2 * journal.len() as u64)
            && self.disk.replace(&self.folder.join("journal"), &journal).is_ok()
        {
            (self.writer, self.length) = (writer, journal.len() as u64);
        }
    }

    /// Adds a record to the journal. If that fails, the journal is put back to what it was.
    fn record(&mut self, record: &Record) -> Result<(), KeyError> {
        if self.length > LONG {
            self.shorten();
        }
        let mut writer = self.writer.clone();
        let mut bytes = Vec::new();
        writer.append(record, &mut bytes);
        let path = self.folder.join("journal");
        if let Err(error) = self.disk.append(&path, &bytes) {
            self.broken = self.disk.truncate(&path, self.length).is_err();
            return Err(KeyError::io("write", &path, &error));
        }
        self.writer = writer;
        self.length += bytes.len() as u64;
        // What this stock writes follows what it wrote before.
        self.broken = self.state.apply(record).is_err();
        self.usable()
    }

    /// Erases what the journal knows to be used, and what it does not know.
    fn sweep(&self) -> Result<(), KeyError> {
        let waiting: Vec<String> = self.state.batches.iter().map(|batch| file_name(batch.session)).collect();
        for batch in &self.state.batches {
            self.erase(batch, 0, self.state.next_number(batch))?;
        }
        // A name with a point in front is what an interrupted write left behind.
        let doomed =
            |name: &str| (name.ends_with(SUFFIX) && !waiting.iter().any(|w| w == name)) || name.starts_with('.');
        let names = self.disk.names(&self.folder).map_err(|error| KeyError::io("read", &self.folder, &error))?;
        for name in names.into_iter().filter(|name| doomed(name)) {
            let path = self.folder.join(&name);
            let failed = |error: io::Error| KeyError::io("erase", &path, &error);
            let length = self.disk.read(&path, FILE_LIMIT).map_err(failed)?.map_or(0, |file| file.len());
            self.disk.overwrite(&path, 0, &vec![0; length]).map_err(failed)?;
            self.disk.remove(&path).map_err(failed)?;
        }
        Ok(())
    }

    fn usable(&self) -> Result<(), KeyError> {
        if self.broken { Err(self.fault(StockFault::Broken)) } else { Ok(()) }
    }

    fn fault(&self, fault: StockFault) -> KeyError {
        KeyError::Stock { path: self.folder.clone(), fault }
    }
}

/// The journal that says nothing but a state.
fn written(state: &State) -> (Writer, Vec<u8>) {
    let (mut writer, mut journal) = Writer::begin();
    state.records().iter().for_each(|record| writer.append(record, &mut journal));
    (writer, journal)
}

impl<D: Disk> Drop for Stock<D> {
    fn drop(&mut self) {
        if !self.broken && !std::thread::panicking() {
            // If it fails, the next start burns the stock.
            let _ = self.stop();
        }
    }
}
