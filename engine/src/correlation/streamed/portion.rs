//! Which part of a demand is streamed, and in which portions.

use std::collections::{BTreeMap, BTreeSet};

use crate::correlation::chunk::{Chunk, Direction, cut, directions};
use crate::correlation::demand::{Demand, ProductKind};
use crate::net::PartyIndex;
use crate::ot::silent::{Standing, extension_bytes, silent_bytes};
use crate::ot::{BaseOt, set_up_bytes};

/// OTs of a portion in a direction, if it is not a single product of more.
const PORTION: usize = 1 << 18;

/// From party 0 to party 1, and back.
pub(super) const DIRECTIONS: [Direction; 2] = [(PartyIndex(0), PartyIndex(1)), (PartyIndex(1), PartyIndex(0))];

/// The part of a demand that is streamed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::correlation) struct Streamed {
    bit_words: usize,
    products: Vec<(ProductKind, usize)>,
}

/// What is made together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Portion {
    /// So many words of bit triples.
    Bits(usize),
    /// So many products of a kind.
    Products(ProductKind, usize),
}

/// What of a demand is streamed, if anything, and the rest of it, in a ring of so many bits and with base OTs of a kind.
pub(in crate::correlation) fn split(
    demand: &Demand,
    parties: usize,
    (bits, base): (usize, BaseOt),
) -> Option<(Streamed, Demand)> {
    if parties != 2 {
        return None;
    }
    let products = demand.products.iter().map(|(kind, instances)| (*kind, *instances));
    let (single, tables): (Vec<_>, Vec<_>) = products.partition(|(kind, _)| kind.rows == 1);
    let streamed = Streamed { bit_words: demand.bit_triple_words, products: single };
    let rest = Demand { bit_triple_words: 0, products: BTreeMap::from_iter(tables), ..demand.clone() };
    let chunks = cut(&streamed.as_demand(), parties, bits);
    let saves = || {
        let in_streams = streamed.bytes(bits) + set_up(&(&streamed.directions() | &directions(&rest, parties)), base);
        in_streams < chunk_bytes(&chunks, bits) + set_up(&directions(demand, parties), base)
    };
    // Two iterations are eight messages deep, chunks are four each.
    (chunks.len() > 2 && saves()).then_some((streamed, rest))
}

fn set_up(directions: &BTreeSet<Direction>, base: BaseOt) -> u64 {
    directions.len() as u64 * set_up_bytes(base)
}

/// Bytes that both parties send for chunks.
fn chunk_bytes(chunks: &[Chunk], bits: usize) -> u64 {
    let bytes = chunks.iter().map(|chunk| {
        let transfers =
            chunk.ot_words(2, bits).into_values().map(|words| extension_bytes(64 * words) + 8 * words as u64);
        transfers.sum::<u64>() + chunk.message_bytes(2, bits).into_values().sum::<usize>() as u64
    });
    bytes.sum()
}

impl Streamed {
    /// The directions in which OTs run.
    pub(in crate::correlation) fn directions(&self) -> BTreeSet<Direction> {
        let portions = self.portions(64);
        DIRECTIONS.into_iter().filter(|direction| portions.iter().any(|p| p.transfers(*direction, 64) > 0)).collect()
    }

    /// The same as a demand.
    pub(in crate::correlation) fn as_demand(&self) -> Demand {
        let products = self.products.iter().copied().collect();
        Demand { bit_triple_words: self.bit_words, products, dabit_words: 0 }
    }

    /// Its portions, in order, for a ring of `bits` bits.
    pub(super) fn portions(&self, bits: usize) -> Vec<Portion> {
        let mut portions = Vec::new();
        pieces(self.bit_words, PORTION / 64, |words| portions.push(Portion::Bits(words)));
        for (kind, instances) in &self.products {
            let most = (PORTION / (kind.columns * bits).max(1)).max(1);
            pieces(*instances, most, |instances| portions.push(Portion::Products(*kind, instances)));
        }
        portions
    }

    /// Bytes that both parties send, new stocks included.
    fn bytes(&self, bits: usize) -> u64 {
        let portions = self.portions(bits);
        let each = DIRECTIONS.into_iter().map(|direction| {
            let transfers = portions.iter().map(|portion| portion.transfers(direction, bits)).sum();
            let messages: usize = portions.iter().map(|portion| portion.message(direction, bits)).sum();
            silent_bytes(Standing::default(), transfers) + messages as u64
        });
        each.sum()
    }
}

impl Portion {
    /// Products in a direction, each of one factor: those of the sender's entries with the chooser's factors.
    fn factors(self, (sender, chooser): Direction) -> usize {
        match self {
            Self::Products(kind, instances) if kind.table.include(sender) && kind.column.include(chooser) => {
                kind.times(instances).column()
            }
            _ => 0,
        }
    }

    /// OTs in a direction.
    pub(super) fn transfers(self, direction: Direction, bits: usize) -> usize {
        match self {
            Self::Bits(words) => 64 * words,
            Self::Products(..) => bits * self.factors(direction),
        }
    }

    /// Bytes of the sender's message in a direction.
    pub(super) fn message(self, direction: Direction, bits: usize) -> usize {
        self.factors(direction) * factor_bytes(bits)
    }
}

/// Bytes of the message for one factor.
pub(super) const fn factor_bytes(bits: usize) -> usize {
    bits * (bits - 1) / 16
}

/// Cuts `count` into pieces of at most `most`.
fn pieces(mut count: usize, most: usize, mut take: impl FnMut(usize)) {
    while count > 0 {
        let piece = count.min(most);
        take(piece);
        count -= piece;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::correlation::demand::Holders;

    const SHARED: ProductKind = ProductKind { table: Holders::All, column: Holders::All, rows: 1, columns: 1 };

    #[test]
    fn small_demands_and_more_parties_are_not_streamed() {
        let mut demand = Demand { bit_triple_words: 10_000, ..Demand::default() };
        assert!(split(&demand, 3, (64, BaseOt::Ristretto)).is_none());
        assert!(split(&demand, 2, (64, BaseOt::Ristretto)).is_some());
        for words in [10, 4_000] {
            demand.bit_triple_words = words;
            assert!(split(&demand, 2, (64, BaseOt::Ristretto)).is_none());
        }
        assert!(split(&Demand::default(), 2, (64, BaseOt::Ristretto)).is_none());
    }

    #[test]
    fn nothing_is_lost_in_splitting() {
        let mut demand = Demand { bit_triple_words: 9_999, dabit_words: 7, ..Demand::default() };
        let table = ProductKind { rows: 3, ..SHARED };
        let owned = ProductKind { table: Holders::One(PartyIndex(1)), columns: 5_000, ..SHARED };
        demand.add_products(SHARED, 12_345);
        demand.add_products(owned, 3);
        demand.add_products(table, 2);
        for bits in [64, 128] {
            let (streamed, rest) = split(&demand, 2, (bits, BaseOt::Ristretto)).expect("large enough");
            assert_eq!((rest.dabit_words, rest.products.len()), (7, 1));
            let mut total = rest;
            for portion in streamed.portions(bits) {
                match portion {
                    Portion::Bits(words) => total.bit_triple_words += words,
                    Portion::Products(kind, instances) => total.add_products(kind, instances),
                }
            }
            assert_eq!(total, demand);
            assert_eq!(streamed.directions(), DIRECTIONS.into());
        }
    }

    #[test]
    fn a_factor_costs_what_the_documentation_says() {
        assert_eq!((factor_bytes(64), factor_bytes(128)), (252, 1_016));
    }
}
