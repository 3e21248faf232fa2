//! What a journal says, taken together.

use std::collections::BTreeMap;

use super::batches::{Shape, fits};
use super::item::Position;
use super::record::{Batch, Record};
use super::{Origin, Reason};

/// What is there and what is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) origin: Origin,
    /// Whether a process has begun to use the stock and not ended in order.
    pub(super) running: bool,
    /// Batches of which something is left; those of the same signers in the order of use.
    pub(super) batches: Vec<Batch>,
    /// Up to where each set of signers has used its items, by the digest of the set.
    used: BTreeMap<[u8; 32], Position>,
    /// What was seen of partners, by partner and set.
    seen: BTreeMap<([u8; 32], [u8; 32]), Position>,
    pub(super) burned: Option<(Reason, u64)>,
}

/// A record that cannot follow those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Contradiction;

impl State {
    pub(super) fn new(origin: Origin) -> Self {
        let (batches, used, seen) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        Self { origin, running: false, batches, used, seen, burned: None }
    }

    /// The state after these records, and whether all of them could follow each other. `None` if the first one does
    /// not say what the stock belongs to.
    pub(super) fn replay(records: &[Record]) -> Option<(Self, Result<(), Contradiction>)> {
        let (first, rest) = records.split_first()?;
        let Record::Opened(origin) = first else { return None };
        let mut state = Self::new(origin.clone());
        let consistent = rest.iter().try_for_each(|record| state.apply(record));
        Some((state, consistent))
    }

    pub(super) fn apply(&mut self, record: &Record) -> Result<(), Contradiction> {
        match record {
            Record::Opened(_) => return Err(Contradiction),
            Record::Started => self.running = true,
            Record::Stopped => self.running = false,
            Record::Added(batch) => {
                let shape = Shape { count: batch.count, length: batch.length };
                if !fits(shape) || batch.lot < self.next_lot(&batch.signers.digest().0) {
                    return Err(Contradiction);
                }
                self.batches.push(batch.clone());
            }
            Record::Used { signers, last } => self.advance(signers, *last),
            Record::Seen { partner, signers, last } => {
                let seen = self.seen.entry((*partner, *signers)).or_insert(*last);
                *seen = (*seen).max(*last);
            }
            Record::Burned { reason, items } => {
                self.burned = Some((*reason, *items));
                for batch in std::mem::take(&mut self.batches) {
                    let last = Position { lot: batch.lot, number: batch.count - 1 };
                    self.advance(&batch.signers.digest().0, last);
                }
            }
        }
        Ok(())
    }

    fn advance(&mut self, signers: &[u8; 32], last: Position) {
        let used = self.used.entry(*signers).or_insert(last);
        *used = (*used).max(last);
        let used = *used;
        self.batches.retain(|batch| {
            batch.signers.digest().0 != *signers || used < Position { lot: batch.lot, number: batch.count - 1 }
        });
    }

    /// The records that lead to this state.
    pub(super) fn records(&self) -> Vec<Record> {
        let mut records = vec![Record::Opened(self.origin.clone())];
        records.extend(self.burned.map(|(reason, items)| Record::Burned { reason, items }));
        records.extend(self.batches.iter().cloned().map(Record::Added));
        records.extend(self.used.iter().map(|(signers, last)| Record::Used { signers: *signers, last: *last }));
        records.extend(self.seen.iter().map(|((partner, signers), last)| Record::Seen {
            partner: *partner,
            signers: *signers,
            last: *last,
        }));
        if self.running {
            records.push(Record::Started);
        }
        records
    }

    /// The first number that a further batch of these signers may have.
    pub(super) fn next_lot(&self, signers: &[u8; 32]) -> u64 {
        let waiting = self.batches.iter().filter(|batch| batch.signers.digest().0 == *signers);
        let lots = waiting.map(|batch| batch.lot).chain(self.used.get(signers).map(|used| used.lot));
        lots.max().map_or(0, |lot| lot.saturating_add(1))
    }

    pub(super) fn last_used(&self, signers: &[u8; 32]) -> Option<Position> {
        self.used.get(signers).copied()
    }

    /// The number of a batch's first item that is not used.
    pub(super) fn next_number(&self, batch: &Batch) -> u32 {
        match self.used.get(&batch.signers.digest().0) {
            Some(used) if used.lot == batch.lot => used.number.saturating_add(1),
            Some(used) if used.lot > batch.lot => batch.count,
            _ => 0,
        }
    }

    pub(super) fn left(&self, batch: &Batch) -> u64 {
        u64::from(batch.count.saturating_sub(self.next_number(batch)))
    }

    /// All items that are left.
    pub(super) fn all_left(&self) -> u64 {
        self.batches.iter().map(|batch| self.left(batch)).sum()
    }

    pub(super) fn seen_of(&self, partner: &[u8; 32]) -> impl Iterator<Item = ([u8; 32], Position)> {
        let of_partner = self.seen.iter().filter(move |((seen, _), _)| seen == partner);
        of_partner.map(|((_, signers), last)| (*signers, *last))
    }

    pub(super) fn last_seen(&self, partner: &[u8; 32], signers: &[u8; 32]) -> Option<Position> {
        self.seen.get(&(*partner, *signers)).copied()
    }
}
