//! The messages of [`super::Correlations`], as lengths.

use std::collections::BTreeSet;

use super::chunk::{Chunk, Direction, crossings, cut, downward};
use super::dealer::{dealt_cost, seeds_cost};
use super::demand::{Demand, ProductKind};
use super::gilboa;
use super::holdings::StoresOnPaper;
use super::needed;
use super::streamed::{StreamsOnPaper, split};
use super::transfer::{set_up_transfers_cost, transfers_cost};
use crate::net::{Ledger, Memory, PartyIndex, Whose, Work};
use crate::ot::BaseOt;

/// What sender and chooser are busy with.
const TRIPLE: (Work, Work) = (Work::TripleSender, Work::TripleChooser);
const FACTOR: (Work, Work) = (Work::FactorSender, Work::FactorChooser);
const COLUMN: (Work, Work) = (Work::ColumnSender, Work::ColumnChooser);
const ENTRY: (Work, Work) = (Work::EntrySender, Work::EntryChooser);
const DABIT: (Work, Work) = (Work::DabitSender, Work::DabitChooser);

/// Bits of an OT with a chosen choice: 31 of its extension, and the choice.
const OT_BITS: usize = 32;

/// The paper twin of all parties' correlations: it knows what is set up, and writes what a set-up and a making send.
#[derive(Clone, Debug)]
pub struct CorrelationsOnPaper {
    source: Source,
    /// Width of the ring.
    bits: usize,
    stores: StoresOnPaper,
}

/// Where they come from.
#[derive(Clone, Debug)]
enum Source {
    Transfers(Transferring),
    /// From a dealer, whether or not the parties have their streams.
    Dealer {
        seeded: bool,
    },
    /// From an earlier session.
    Prepared,
}

/// What is set up, and where stocks of silent transfers stand.
#[derive(Clone, Debug, Default)]
struct Transferring {
    set_up: BTreeSet<Direction>,
    base: BaseOt,
    streams: StreamsOnPaper,
}

impl CorrelationsOnPaper {
    /// None yet, in a ring of `bits` bits, from transfers.
    pub fn new(bits: usize) -> Self {
        Self { source: Source::Transfers(Transferring::default()), bits, stores: StoresOnPaper::default() }
    }

    /// None yet, in a ring of `bits` bits, from a dealer.
    pub fn dealt(bits: usize) -> Self {
        Self { source: Source::Dealer { seeded: false }, bits, stores: StoresOnPaper::default() }
    }

    /// The same with this kind of base OT, where there are transfers.
    #[must_use]
    pub fn based_on(mut self, base: BaseOt) -> Self {
        if let Source::Transfers(transferring) = &mut self.source {
            transferring.base = base;
        }
        self
    }

    /// The same with material of an earlier session, if `prepared`.
    #[must_use]
    pub fn prepared(self, prepared: bool) -> Self {
        if prepared { Self { source: Source::Prepared, ..self } } else { self }
    }

    /// As [`super::Correlations::needs_set_up`].
    pub fn needs_set_up(&self, demand: &Demand, parties: usize) -> bool {
        match &self.source {
            Source::Transfers(from) => !needed(demand, parties, (self.bits, from.base)).is_subset(&from.set_up),
            Source::Dealer { seeded } => !seeded && !demand.is_empty(),
            Source::Prepared => false,
        }
    }

    /// As [`super::Correlations::set_up`].
    pub fn set_up(&mut self, ledger: &mut Ledger, demand: &Demand) {
        match &mut self.source {
            Source::Transfers(from) => {
                let missing = &needed(demand, ledger.parties(), (self.bits, from.base)) - &from.set_up;
                set_up_transfers_cost(ledger, from.base, &missing);
                for (sender, chooser) in &missing {
                    ledger.busy(*sender, Work::SetUpSender, 1);
                    ledger.busy(*chooser, Work::SetUpReceiver, 1);
                }
                from.set_up.extend(missing);
            }
            Source::Dealer { seeded } => {
                seeds_cost(ledger);
                *seeded = true;
            }
            Source::Prepared => {}
        }
    }

    /// As [`super::Correlations::make`], or as [`super::Correlations::refill`], when `consumed` has been taken out of the store.
    pub fn make(&mut self, ledger: &mut Ledger, demand: &Demand, consumed: &Demand) {
        let (bits, parties) = (self.bits, ledger.parties());
        let from = match &mut self.source {
            Source::Transfers(from) => from,
            Source::Dealer { .. } => return dealt_cost(ledger, &mut self.stores, (demand, consumed), bits),
            Source::Prepared => return self.stores.refill(ledger.accounts(), (demand, consumed), bits),
        };
        self.stores.make(ledger.accounts(), (demand, consumed), bits);
        let parted = split(demand, parties, (bits, from.base));
        let rest = parted.as_ref().map_or(demand, |(_, rest)| rest);
        if let Some((streamed, _)) = &parted {
            let before = from.streams.stock_bytes();
            from.streams.make(ledger, streamed, bits);
            let kept = (from.streams.stock_bytes() - before) as u64;
            ledger.accounts().keep(Memory::Correlations, Whose::Everybody, kept);
        }
        let chunks = cut(rest, parties, bits);
        // Full chunks are alike.
        for alike in chunks.chunk_by(PartialEq::eq) {
            self.make_chunks(ledger, &alike[0], alike.len());
        }
        self.making(ledger, rest);
    }

    /// What the parties compute for what is not streamed.
    fn making(&self, ledger: &mut Ledger, demand: &Demand) {
        let parties = ledger.parties();
        let mut busy = |(sender, chooser): Direction, work: (Work, Work), units: usize| {
            ledger.busy(sender, work.0, units as u64);
            ledger.busy(chooser, work.1, units as u64);
        };
        for pair in downward(parties) {
            busy(pair, TRIPLE, 64 * demand.bit_triple_words);
            busy(pair, DABIT, 64 * demand.dabit_words);
        }
        for (kind, instances) in &demand.products {
            let product = kind.times(*instances);
            for crossing in crossings(*kind, parties) {
                let transfers = product.column() * self.bits;
                if kind.rows == 1 {
                    busy(crossing.direction(), FACTOR, transfers);
                } else {
                    busy(crossing.direction(), COLUMN, transfers);
                    busy(crossing.direction(), ENTRY, product.table());
                }
            }
        }
    }

    /// Bits that all parties send for a bit triple, but for what an extension sacrifices and what fills words.
    pub fn bit_triple_bits(&self, parties: usize) -> u64 {
        match self.source {
            Source::Dealer { .. } => 1,
            _ => (downward(parties).count() * (2 * OT_BITS + 2)) as u64,
        }
    }

    /// The same for random products.
    pub fn product_bits(&self, kind: ProductKind, instances: usize, parties: usize) -> u64 {
        let product = kind.times(instances);
        if matches!(self.source, Source::Dealer { .. }) {
            return (product.results() * self.bits) as u64;
        }
        let each = product.column() * self.bits * OT_BITS + product.table() * 8 * gilboa::entry_bytes(self.bits);
        (crossings(kind, parties).len() * each) as u64
    }

    /// The same for a daBit.
    pub fn dabit_bits(&self, parties: usize) -> u64 {
        match self.source {
            Source::Dealer { .. } => self.bits as u64,
            _ => (downward(parties).count() * (OT_BITS + self.bits)) as u64,
        }
    }

    fn make_chunks(&self, ledger: &mut Ledger, chunk: &Chunk, times: usize) {
        let parties = ledger.parties();
        let words = chunk.ot_words(parties, self.bits);
        let products = chunk.message_bytes(parties, self.bits);
        let products: Vec<_> = products.into_iter().map(|((p, q), bytes)| (p, q, bytes as u64)).collect();
        let bytes = (8 * chunk.dabit_words * self.bits) as u64;
        let fold = |chooser: PartyIndex| -> Vec<_> {
            let step = downward(parties).filter(|direction| bytes > 0 && direction.1 == chooser);
            step.map(|(p, q)| (p, q, bytes)).collect()
        };
        let folds: Vec<_> = (1..parties).map(|chooser| fold(PartyIndex(chooser))).collect();
        for _ in 0..times {
            transfers_cost(ledger, &words);
            ledger.simultaneous(&products);
            folds.iter().for_each(|step| ledger.simultaneous(step));
        }
    }
}
