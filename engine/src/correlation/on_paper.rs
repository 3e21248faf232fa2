//! The messages of [`super::Correlations`], as lengths.

use std::collections::BTreeSet;

use super::chunk::{Chunk, Direction, crossings, cut, directions, downward};
use super::demand::{Demand, ProductKind};
use super::gilboa;
use super::transfer::{set_up_transfers_cost, transfers_cost};
use crate::net::{Ledger, PartyIndex};

/// Bits of an OT with a chosen choice: 31 of its extension, and the choice.
const OT_BITS: usize = 32;

/// The paper twin of all parties' correlations: it knows what is set up, and writes what a set-up and a making send.
#[derive(Clone, Debug)]
pub struct CorrelationsOnPaper {
    set_up: BTreeSet<Direction>,
    /// Width of the ring.
    bits: usize,
}

impl CorrelationsOnPaper {
    /// None yet, in a ring of `bits` bits.
    pub fn new(bits: usize) -> Self {
        Self { set_up: BTreeSet::new(), bits }
    }

    /// As [`super::Correlations::needs_set_up`].
    pub fn needs_set_up(&self, demand: &Demand, parties: usize) -> bool {
        !directions(demand, parties).is_subset(&self.set_up)
    }

    /// As [`super::Correlations::set_up`].
    pub fn set_up(&mut self, ledger: &mut Ledger, demand: &Demand) {
        let missing = &directions(demand, ledger.parties()) - &self.set_up;
        set_up_transfers_cost(ledger, &missing);
        self.set_up.extend(missing);
    }

    /// As [`super::Correlations::make`].
    pub fn make(&self, ledger: &mut Ledger, demand: &Demand) {
        for chunk in cut(demand, ledger.parties(), self.bits) {
            self.make_chunk(ledger, &chunk);
        }
    }

    /// Bits that all parties send for a bit triple, but for what an extension sacrifices and what fills words.
    pub fn bit_triple_bits(&self, parties: usize) -> u64 {
        (downward(parties).count() * (2 * OT_BITS + 2)) as u64
    }

    /// The same for random products.
    pub fn product_bits(&self, kind: ProductKind, instances: usize, parties: usize) -> u64 {
        let product = kind.times(instances);
        let each = product.column() * self.bits * OT_BITS + product.table() * 8 * gilboa::entry_bytes(self.bits);
        (crossings(kind, parties).len() * each) as u64
    }

    /// The same for a daBit.
    pub fn dabit_bits(&self, parties: usize) -> u64 {
        (downward(parties).count() * (OT_BITS + self.bits)) as u64
    }

    fn make_chunk(&self, ledger: &mut Ledger, chunk: &Chunk) {
        let parties = ledger.parties();
        transfers_cost(ledger, &chunk.ot_words(parties, self.bits));
        let products = chunk.message_bytes(parties, self.bits);
        let products = products.into_iter().map(|((sender, chooser), bytes)| (sender, chooser, bytes as u64));
        ledger.simultaneous(&products.collect::<Vec<_>>());
        if chunk.dabit_words > 0 {
            let bytes = (8 * chunk.dabit_words * self.bits) as u64;
            for chooser in (1..parties).map(PartyIndex) {
                let step = downward(parties).filter(|direction| direction.1 == chooser);
                ledger.simultaneous(&step.map(|(p, q)| (p, q, bytes)).collect::<Vec<_>>());
            }
        }
    }
}
