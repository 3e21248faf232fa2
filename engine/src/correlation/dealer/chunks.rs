//! How a demand is cut for a dealer, and how long its corrections are. All of it follows from public numbers.

use std::collections::BTreeMap;

use crate::correlation::chunk::{Chunk, Cutter};
use crate::correlation::demand::{Demand, ProductKind};
use crate::net::PartyIndex;

/// Memory that a chunk may take at the dealer.
const CHUNK_BYTES: usize = 1 << 22;

/// Bytes of the dealer's work on a word of bit triples: the sums of all shares, one party's shares, and a correction.
const TRIPLE_WORD: usize = (2 * 3 + 1) * size_of::<u64>();

/// The same for a product.
fn product_bytes(kind: ProductKind, bits: usize) -> usize {
    let product = kind.times(1);
    (2 * (product.table() + product.column()) + 3 * product.results()) * bits / 8
}

/// The same for a word of daBits.
fn dabit_bytes(bits: usize) -> usize {
    2 * size_of::<u64>() + 3 * 64 * bits / 8
}

/// Cuts a demand. `bits` is the ring's width.
pub(super) fn cut_dealt(demand: &Demand, bits: usize) -> Vec<Chunk> {
    let mut cutter = Cutter::new(CHUNK_BYTES);
    cutter.cut(demand.bit_triple_words, TRIPLE_WORD, |chunk, words| chunk.bit_words += words);
    for (kind, instances) in &demand.products {
        cutter.cut(*instances, product_bytes(*kind, bits), |chunk, count| chunk.products.push((*kind, count)));
    }
    cutter.cut(demand.dabit_words, dabit_bytes(bits), |chunk, words| chunk.dabit_words += words);
    cutter.finish()
}

/// Bytes of the dealer's work on a chunk.
pub(super) fn unit_bytes(chunk: &Chunk, bits: usize) -> usize {
    let products = chunk.products.iter().map(|(kind, instances)| instances * product_bytes(*kind, bits));
    chunk.bit_words * TRIPLE_WORD + products.sum::<usize>() + chunk.dabit_words * dabit_bytes(bits)
}

/// Whose share of a product is corrected: the last of those who have one.
pub(super) fn corrected(kind: ProductKind, parties: usize) -> PartyIndex {
    let holders = kind.table.of(parties).chain(kind.column.of(parties));
    holders.max().unwrap_or(PartyIndex(parties - 1))
}

/// Bytes of a chunk's corrections to those who get any, in a ring of so many bytes.
pub(super) fn correction_bytes(chunk: &Chunk, parties: usize, ring_bytes: usize) -> BTreeMap<PartyIndex, usize> {
    let everybodys = 8 * chunk.bit_words + 64 * chunk.dabit_words * ring_bytes;
    let mut bytes = BTreeMap::from([(PartyIndex(parties - 1), everybodys)]);
    for (kind, instances) in &chunk.products {
        *bytes.entry(corrected(*kind, parties)).or_insert(0) += kind.times(*instances).results() * ring_bytes;
    }
    bytes.retain(|_, bytes| *bytes > 0);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::correlation::demand::Holders;

    const SHARED: ProductKind = ProductKind { table: Holders::All, column: Holders::All, rows: 1, columns: 1 };

    #[test]
    fn nothing_is_lost_in_cutting_and_no_chunk_is_too_large() {
        let mut demand = Demand { bit_triple_words: 500_000, dabit_words: 9_000, ..Demand::default() };
        demand.add_products(SHARED, 100_001);
        demand.add_products(ProductKind { rows: 256, columns: 64, ..SHARED }, 300);
        for bits in [64, 128] {
            let mut total = Demand::default();
            for chunk in cut_dealt(&demand, bits) {
                assert!(unit_bytes(&chunk, bits) <= CHUNK_BYTES);
                total.bit_triple_words += chunk.bit_words;
                total.dabit_words += chunk.dabit_words;
                chunk.products.iter().for_each(|(kind, instances)| total.add_products(*kind, *instances));
            }
            assert_eq!(total, demand);
        }
    }

    #[test]
    fn the_last_holder_is_corrected() {
        let (first, third) = (Holders::One(PartyIndex(0)), Holders::One(PartyIndex(2)));
        let holders = [(first, third, 2), (third, first, 2), (first, first, 0), (first, Holders::All, 4)];
        for (table, column, last) in holders {
            assert_eq!(corrected(ProductKind { table, column, ..SHARED }, 5), PartyIndex(last));
        }
        let chunk = Chunk { bit_words: 3, products: vec![(SHARED, 5)], dabit_words: 2 };
        let expected = 3 * 8 + 5 * 16 + 2 * 64 * 16;
        assert_eq!(correction_bytes(&chunk, 4, 16), BTreeMap::from([(PartyIndex(3), expected)]));
    }
}
