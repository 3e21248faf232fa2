//! The messages of [`super::Correlations`], as lengths.

use std::collections::BTreeSet;

use super::chunk::{Chunk, Direction, cut, directions, downward};
use super::demand::Demand;
use super::transfer::{set_up_transfers_cost, transfers_cost};
use crate::net::{Ledger, PartyIndex};

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
