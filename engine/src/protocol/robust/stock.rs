//! Random values made ahead of time, of one kind of coefficient: masks, triples, and bits as integers.

use super::bits::{self, triples_of_bits};
use super::dealing::{BeginAgain, Lot, Part, deal};
use super::lane::Lane;
use super::table::Table;
use super::triples::{Triples, multiply};
use crate::galois::Elements;
use crate::net::ChannelError;
use crate::protocol::Session;

/// Elements made at once: some 60 MB among four parties.
pub(super) const BATCH: usize = 1 << 14;

/// So much correlated randomness, in elements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// Values that nobody knows.
    pub masks: usize,
    /// Products of two of them.
    pub triples: usize,
    /// Bits that nobody knows.
    pub bits: usize,
}

impl Need {
    pub(super) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// What of this is made in the next batch.
    pub(super) fn first_batch(&self, faults: usize) -> Self {
        let bits = self.bits.min((BATCH / (triples_of_bits(1, faults))).max(1));
        let triples = self.triples.min(BATCH - triples_of_bits(bits, faults).min(BATCH));
        Self { bits, triples, masks: self.masks.min(BATCH) }
    }

    pub(super) fn minus(&self, other: &Self) -> Self {
        Self {
            masks: self.masks.saturating_sub(other.masks),
            triples: self.triples.saturating_sub(other.triples),
            bits: self.bits.saturating_sub(other.bits),
        }
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        Self { masks: self.masks + other.masks, triples: self.triples + other.triples, bits: self.bits + other.bits }
    }

    /// What is dealt for it by so many members, of whom so many may deviate.
    pub(super) fn lot(&self, members: usize, faults: usize) -> Lot {
        let bits = self.bits.next_multiple_of(members);
        let triples = self.triples + triples_of_bits(bits, faults);
        Lot { masks: self.masks, bits, factors: 2 * triples, pads: triples }
    }
}

/// Elements that are taken in the order in which they were made.
#[derive(Default)]
struct Shelf<C: Lane> {
    elements: Option<Elements<C>>,
    taken: usize,
}

impl<C: Lane> Shelf<C> {
    fn left(&self) -> usize {
        self.elements.as_ref().map_or(0, Elements::len) - self.taken
    }

    fn put(&mut self, table: &Table, more: Elements<C>) {
        let rest = self.elements.take().map(|elements| elements.part(self.taken..elements.len()));
        self.taken = 0;
        self.elements = Some(match rest {
            Some(rest) if !rest.is_empty() => Elements::concatenate(table.ring(), &[&rest, &more]),
            _ => more,
        });
    }

    /// # Panics
    /// If fewer were made.
    fn take(&mut self, table: &Table, count: usize) -> Elements<C> {
        if count == 0 {
            return Elements::zeros(table.ring(), 0);
        }
        let elements = self.elements.as_mut().expect("what is consumed was prepared");
        let range = self.taken..self.taken + count;
        self.taken = range.end;
        let taken = elements.part(range.clone());
        // Moved, not copied: nothing is left that could be taken twice.
        (0..table.ring().degree()).for_each(|power| elements.plane_mut(power)[range.clone()].fill(C::ZERO));
        taken
    }
}

/// What was made and not consumed.
#[derive(Default)]
pub(super) struct Stock<C: Lane> {
    masks: Shelf<C>,
    a: Shelf<C>,
    b: Shelf<C>,
    c: Shelf<C>,
    bits: Shelf<C>,
    consumed: Need,
}

impl<C: Lane> Stock<C> {
    pub(super) fn take_consumed(&mut self) -> Need {
        std::mem::take(&mut self.consumed)
    }

    pub(super) fn masks(&mut self, table: &Table, count: usize) -> Elements<C> {
        self.consumed.masks += count;
        self.masks.take(table, count)
    }

    pub(super) fn triples(&mut self, table: &Table, count: usize) -> Triples<C> {
        self.consumed.triples += count;
        Triples { a: self.a.take(table, count), b: self.b.take(table, count), c: self.c.take(table, count) }
    }

    pub(super) fn bits(&mut self, table: &Table, count: usize) -> Elements<C> {
        self.consumed.bits += count;
        self.bits.take(table, count)
    }

    /// Makes what of `need` is not there, batch by batch. Whoever deviates is left out, and the batch made again.
    pub(super) async fn make(
        &mut self,
        session: &mut Session,
        table: &mut Table,
        need: &Need,
    ) -> Result<(), ChannelError> {
        let there = Need { masks: self.masks.left(), triples: self.a.left(), bits: self.bits.left() };
        let mut missing = need.minus(&there);
        while !missing.is_nothing() && table.council().has(session.network.me()) {
            let batch = missing.first_batch(table.council().faults());
            if self.make_batch(session, table, &batch).await.is_ok() {
                missing = missing.minus(&batch);
            } else if table.is_overrun() {
                return Err(table.too_many(super::ROBUST_DEALING));
            }
        }
        Ok(())
    }

    async fn make_batch(&mut self, session: &mut Session, table: &mut Table, need: &Need) -> Result<(), BeginAgain> {
        let (members, faults) = (table.council().members().len(), table.council().faults());
        let lot = need.lot(members, faults);
        let dealt = deal::<C>(session, table, lot).await?;
        let masks = dealt.sum(table, Part::Masks).part(0..need.masks);
        let nothing = || Elements::zeros(table.ring(), 0);
        let triples = match lot.pads {
            0 => Triples { a: nothing(), b: nothing(), c: nothing() },
            count => multiply(session, table, &dealt, count).await?,
        };
        let (triples, of_bits) = triples.split(need.triples);
        if lot.bits > 0 {
            let bits = bits::combine(session, table, &dealt, of_bits).await?;
            self.bits.put(table, bits);
        }
        self.masks.put(table, masks);
        self.a.put(table, triples.a);
        self.b.put(table, triples.b);
        self.c.put(table, triples.c);
        Ok(())
    }
}
