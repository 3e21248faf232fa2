//! How a demand is cut into chunks of bounded memory, and which OTs a chunk needs between which parties.
//!
//! Everything here follows from public numbers, so that all parties and the paper twin cut alike.

use std::collections::{BTreeMap, BTreeSet};

use super::demand::{Demand, ProductKind};
use super::gilboa;
use crate::net::PartyIndex;

/// Memory that a chunk may take at one party, about: 2^18 OTs with their pads.
const CHUNK_BYTES: usize = 1 << 24;

/// Bytes of 64 OTs: a row and two pads each, and the hashes' copies.
const BYTES_PER_WORD: usize = 64 * 64;

/// From an OT's sender to its chooser.
pub(super) type Direction = (PartyIndex, PartyIndex);

/// What is made together, from one extension of the OTs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Chunk {
    /// Bit triples, in words of 64.
    pub(super) bit_words: usize,
    /// Random products of ring elements and how many.
    pub(super) products: Vec<(ProductKind, usize)>,
    /// daBits, in words of 64.
    pub(super) dabit_words: usize,
}

/// A product of one party's table with another's column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Crossing {
    pub(super) sender: PartyIndex,
    pub(super) chooser: PartyIndex,
    /// Whether the chooser's factors are the column, as they are where the table has more than one row. With
    /// one row the two operands are alike, and the OTs run in the one direction that every pair has.
    pub(super) chooser_has_column: bool,
}

impl Crossing {
    pub(super) fn direction(self) -> Direction {
        (self.sender, self.chooser)
    }
}

/// The directions in which bits are multiplied: one for each pair.
pub(super) fn downward(parties: usize) -> impl Iterator<Item = Direction> {
    (0..parties).flat_map(move |i| (i + 1..parties).map(move |j| (PartyIndex(i), PartyIndex(j))))
}

/// The pairwise products that a product of shared operands consists of.
pub(super) fn crossings(kind: ProductKind, parties: usize) -> Vec<Crossing> {
    let pairs = kind.table.of(parties).flat_map(|p| kind.column.of(parties).map(move |q| (p, q)));
    pairs
        .filter(|(p, q)| p != q)
        .map(|(p, q)| {
            let chooser_has_column = kind.rows > 1 || p < q;
            let (sender, chooser) = if chooser_has_column { (p, q) } else { (q, p) };
            Crossing { sender, chooser, chooser_has_column }
        })
        .collect()
}

/// All directions in which a demand needs OTs.
pub(super) fn directions(demand: &Demand, parties: usize) -> BTreeSet<Direction> {
    let mut directions = BTreeSet::new();
    if demand.bit_triple_words > 0 || demand.dabit_words > 0 {
        directions.extend(downward(parties));
    }
    for kind in demand.products.keys() {
        directions.extend(crossings(*kind, parties).into_iter().map(Crossing::direction));
    }
    directions
}

/// Cuts a demand. `bits` is the ring's width.
pub(super) fn cut(demand: &Demand, parties: usize, bits: usize) -> Vec<Chunk> {
    let mut cutter = Cutter::new(CHUNK_BYTES / (parties - 1));
    cutter.cut(demand.bit_triple_words, 2 * BYTES_PER_WORD, |chunk, words| chunk.bit_words += words);
    for (kind, instances) in &demand.products {
        let crossings = crossings(*kind, parties);
        let same_way = |c: &Crossing| crossings.iter().filter(|d| d.direction() == c.direction()).count();
        let busiest = crossings.iter().map(same_way).max().unwrap_or(0);
        let ots = kind.columns * bits / 64 * BYTES_PER_WORD;
        let message = kind.rows * kind.columns * gilboa::entry_bytes(bits);
        let cost = busiest * (ots + message);
        cutter.cut(*instances, cost, |chunk, instances| chunk.products.push((*kind, instances)));
    }
    cutter.cut(demand.dabit_words, BYTES_PER_WORD + 8 * bits, |chunk, words| chunk.dabit_words += words);
    cutter.finish()
}

impl Chunk {
    /// Words of 64 OTs in each direction.
    pub(super) fn ot_words(&self, parties: usize, bits: usize) -> BTreeMap<Direction, usize> {
        let mut words = BTreeMap::new();
        let everywhere = 2 * self.bit_words + self.dabit_words;
        if everywhere > 0 {
            words.extend(downward(parties).map(|direction| (direction, everywhere)));
        }
        for (kind, instances) in &self.products {
            for crossing in crossings(*kind, parties) {
                *words.entry(crossing.direction()).or_insert(0) += kind.times(*instances).column() * bits / 64;
            }
        }
        words
    }

    /// Bytes of the senders' messages for bit triples and products, in each direction.
    pub(super) fn message_bytes(&self, parties: usize, bits: usize) -> BTreeMap<Direction, usize> {
        let mut bytes = BTreeMap::new();
        if self.bit_words > 0 {
            bytes.extend(downward(parties).map(|direction| (direction, 16 * self.bit_words)));
        }
        for (kind, instances) in &self.products {
            for crossing in crossings(*kind, parties) {
                let table = kind.times(*instances).table();
                *bytes.entry(crossing.direction()).or_insert(0) += table * gilboa::entry_bytes(bits);
            }
        }
        bytes
    }
}

/// Fills chunks one after the other.
pub(super) struct Cutter {
    budget: usize,
    left: usize,
    current: Chunk,
    finished: Vec<Chunk>,
}

impl Cutter {
    /// Chunks of at most `budget` bytes, unless a single unit has more.
    pub(super) fn new(budget: usize) -> Self {
        Self { budget, left: budget, current: Chunk::default(), finished: Vec::new() }
    }

    /// Fills the current chunk and new ones with `wanted` units of `cost` bytes, at least one to a chunk.
    pub(super) fn cut(&mut self, mut wanted: usize, cost: usize, add: impl Fn(&mut Chunk, usize)) {
        while wanted > 0 {
            let begun = self.current != Chunk::default();
            let count = (self.left / cost).max(usize::from(!begun)).min(wanted);
            if count == 0 {
                self.finished.push(std::mem::take(&mut self.current));
                self.left = self.budget;
                continue;
            }
            add(&mut self.current, count);
            self.left = self.left.saturating_sub(count * cost);
            wanted -= count;
        }
    }

    /// The chunks.
    pub(super) fn finish(mut self) -> Vec<Chunk> {
        if self.current != Chunk::default() {
            self.finished.push(self.current);
        }
        self.finished
    }
}

#[cfg(test)]
mod tests {
    use super::super::demand::Holders;
    use super::*;

    #[test]
    fn nothing_is_lost_in_cutting() {
        let kind = ProductKind { table: Holders::All, column: Holders::All, rows: 1, columns: 1 };
        let large = ProductKind { rows: 256, columns: 64, ..kind };
        let mut demand = Demand { bit_triple_words: 5_000, dabit_words: 9_000, ..Demand::default() };
        demand.add_products(kind, 10_001);
        demand.add_products(large, 3);
        for parties in [2, 3, 64] {
            let mut total = Demand::default();
            for chunk in cut(&demand, parties, 64) {
                total.bit_triple_words += chunk.bit_words;
                total.dabit_words += chunk.dabit_words;
                chunk.products.iter().for_each(|(kind, instances)| total.add_products(*kind, *instances));
            }
            assert_eq!(total, demand);
        }
    }

    #[test]
    fn one_direction_serves_a_pair_unless_tables_are_held_by_the_higher_party() {
        let both = ProductKind { table: Holders::All, column: Holders::All, rows: 1, columns: 9 };
        let mut demand = Demand { bit_triple_words: 1, ..Demand::default() };
        demand.add_products(both, 1);
        assert_eq!(directions(&demand, 3), downward(3).collect());
        let upward = ProductKind {
            table: Holders::One(PartyIndex(2)),
            column: Holders::One(PartyIndex(0)),
            rows: 2,
            columns: 9,
        };
        demand.add_products(upward, 1);
        assert!(directions(&demand, 3).contains(&(PartyIndex(2), PartyIndex(0))));
    }
}
