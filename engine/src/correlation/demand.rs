//! How much correlated randomness a stretch of a plan consumes.

use std::collections::BTreeMap;

use super::holdings::stored;
use super::table::Dimensions;
use crate::net::PartyIndex;

/// Who has a part of an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holders {
    /// One party has it whole.
    One(PartyIndex),
    /// Everybody has a share.
    All,
}

impl Holders {
    /// Whether `party` is among them.
    pub fn include(self, party: PartyIndex) -> bool {
        match self {
            Self::One(holder) => holder == party,
            Self::All => true,
        }
    }

    /// They, of `parties` parties, ascending.
    pub fn of(self, parties: usize) -> impl Iterator<Item = PartyIndex> {
        (0..parties).map(PartyIndex).filter(move |p| self.include(*p))
    }
}

/// A kind of random product: its shape, and who holds the operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProductKind {
    /// Who holds the table.
    pub table: Holders,
    /// Who holds the column.
    pub column: Holders,
    /// Rows of the table.
    pub rows: usize,
    /// Columns of the table.
    pub columns: usize,
}

impl ProductKind {
    /// So many products of this kind.
    pub const fn times(self, instances: usize) -> Dimensions {
        Dimensions { instances, rows: self.rows, columns: self.columns }
    }
}

/// An amount of correlated randomness, the same at every party.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// Bit triples, in words of 64.
    pub bit_triple_words: usize,
    /// Random products of ring elements, by kind.
    pub products: BTreeMap<ProductKind, usize>,
    /// Bits shared in both domains, in words of 64.
    pub dabit_words: usize,
}

impl Demand {
    /// Nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Bytes of it at a party, in a ring of so many bits.
    pub fn bytes(&self, party: PartyIndex, ring_bits: usize) -> usize {
        stored(self, party, ring_bits)
    }

    /// Adds products.
    pub fn add_products(&mut self, kind: ProductKind, instances: usize) {
        if instances > 0 {
            *self.products.entry(kind).or_insert(0) += instances;
        }
    }
}
