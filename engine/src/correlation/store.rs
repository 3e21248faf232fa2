//! What a party has made and not yet consumed. Every correlation leaves the store once, by being moved.

use std::collections::BTreeMap;

use super::RingElement;
use super::dabit::DaBits;
use super::demand::ProductKind;
use super::secret::SecretVec;
use crate::net::PartyIndex;

/// Shares of random bits `a`, `b` and of `c = a b`, 64 to a word (Beaver, "Efficient Multiparty Protocols Using
/// Circuit Randomization", CRYPTO 1991).
#[derive(Debug, Default)]
pub struct BitTriples {
    /// Shares of `a`.
    pub a: SecretVec<u64>,
    /// Shares of `b`.
    pub b: SecretVec<u64>,
    /// Shares of `a b`.
    pub c: SecretVec<u64>,
}

/// Shares of random tables and columns and of their products; a part is empty at parties that hold none of it.
#[derive(Debug, Default)]
pub struct ProductShares<R: RingElement> {
    /// The tables, row by row: at their holders.
    pub table: SecretVec<R>,
    /// The columns: at their holders.
    pub column: SecretVec<R>,
    /// The products: at the holders of either.
    pub product: SecretVec<R>,
}

/// A party's store.
#[derive(Debug)]
pub(super) struct Store<R: RingElement> {
    me: PartyIndex,
    bits: BitTriples,
    products: BTreeMap<ProductKind, ProductShares<R>>,
    dabits: DaBits<R>,
}

impl<R: RingElement> Store<R> {
    pub(super) fn new(me: PartyIndex) -> Self {
        let (bits, dabits) = (BitTriples::default(), DaBits::default());
        Self { me, bits, products: BTreeMap::new(), dabits }
    }

    pub(super) fn put_bits(&mut self, made: &BitTriples) {
        self.bits.a.append(&made.a);
        self.bits.b.append(&made.b);
        self.bits.c.append(&made.c);
    }

    pub(super) fn put_products(&mut self, kind: ProductKind, made: &ProductShares<R>) {
        let stock = self.products.entry(kind).or_default();
        stock.table.append(&made.table);
        stock.column.append(&made.column);
        stock.product.append(&made.product);
    }

    pub(super) fn put_dabits(&mut self, made: &DaBits<R>) {
        self.dabits.boolean.append(&made.boolean);
        self.dabits.arithmetic.append(&made.arithmetic);
    }

    pub(super) fn take_bits(&mut self, words: usize) -> BitTriples {
        let stock = &mut self.bits;
        BitTriples { a: stock.a.take_last(words), b: stock.b.take_last(words), c: stock.c.take_last(words) }
    }

    pub(super) fn take_products(&mut self, kind: ProductKind, instances: usize) -> ProductShares<R> {
        let [table, column, product] = self.parts(kind, instances);
        let stock = self.products.entry(kind).or_default();
        ProductShares {
            table: stock.table.take_last(table),
            column: stock.column.take_last(column),
            product: stock.product.take_last(product),
        }
    }

    /// How many elements of tables, columns and products this party holds of so many instances.
    pub(super) fn parts(&self, kind: ProductKind, instances: usize) -> [usize; 3] {
        let dimensions = kind.times(instances);
        let (has_table, has_column) = (kind.table.include(self.me), kind.column.include(self.me));
        let count = |held: bool, elements: usize| if held { elements } else { 0 };
        [
            count(has_table, dimensions.table()),
            count(has_column, dimensions.column()),
            count(has_table || has_column, dimensions.results()),
        ]
    }

    pub(super) fn take_dabits(&mut self, words: usize) -> DaBits<R> {
        let stock = &mut self.dabits;
        DaBits { boolean: stock.boolean.take_last(words), arithmetic: stock.arithmetic.take_last(64 * words) }
    }
}
