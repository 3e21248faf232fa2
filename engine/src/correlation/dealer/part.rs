//! What one party has of a chunk, or the sums of what all have.

use std::collections::BTreeMap;

use super::chunks::corrected;
use crate::correlation::RingElement;
use crate::correlation::chunk::Chunk;
use crate::correlation::dabit::DaBits;
use crate::correlation::demand::ProductKind;
use crate::correlation::ring::elements_of;
use crate::correlation::secret::SecretVec;
use crate::correlation::store::{BitTriples, ProductShares, Store};
use crate::correlation::table::add_products;
use crate::crypto::Prg;
use crate::net::PartyIndex;

/// Shares of a chunk.
pub(super) struct Part<R: RingElement> {
    bits: BitTriples,
    products: Vec<ProductShares<R>>,
    dabits: DaBits<R>,
}

impl<R: RingElement> Part<R> {
    /// The shares that a party's stream gives: of operands and results alike.
    pub(super) fn streamed(party: PartyIndex, chunk: &Chunk, stream: &mut Prg) -> Self {
        let mut words = |count| SecretVec::streamed(count, stream);
        let bits = BitTriples { a: words(chunk.bit_words), b: words(chunk.bit_words), c: words(chunk.bit_words) };
        let products = chunk.products.iter().map(|(kind, instances)| product_of(party, *kind, *instances, stream));
        let products = products.collect();
        let boolean = SecretVec::streamed(chunk.dabit_words, stream);
        let dabits = DaBits { boolean, arithmetic: SecretVec::streamed(64 * chunk.dabit_words, stream) };
        Self { bits, products, dabits }
    }

    /// The sums of nobody's shares.
    pub(super) fn zeros(chunk: &Chunk) -> Self {
        let words = SecretVec::zeros;
        let bits = BitTriples { a: words(chunk.bit_words), b: words(chunk.bit_words), c: words(chunk.bit_words) };
        let products = chunk.products.iter().map(|(kind, instances)| {
            let dimensions = kind.times(*instances);
            ProductShares {
                table: SecretVec::zeros(dimensions.table()),
                column: SecretVec::zeros(dimensions.column()),
                product: SecretVec::zeros(dimensions.results()),
            }
        });
        let products = products.collect();
        let arithmetic = SecretVec::zeros(64 * chunk.dabit_words);
        Self { bits, products, dabits: DaBits { boolean: SecretVec::zeros(chunk.dabit_words), arithmetic } }
    }

    /// Adds a party's shares to the sums. What it has nothing of, it adds nothing to.
    pub(super) fn add(&mut self, other: &Self) {
        for (sum, term) in [
            (&mut self.bits.a, &other.bits.a),
            (&mut self.bits.b, &other.bits.b),
            (&mut self.bits.c, &other.bits.c),
            (&mut self.dabits.boolean, &other.dabits.boolean),
        ] {
            sum.iter_mut().zip(term.iter()).for_each(|(sum, term)| *sum ^= term);
        }
        for (sum, term) in self.products.iter_mut().zip(&other.products) {
            add(&mut sum.table, &term.table);
            add(&mut sum.column, &term.column);
            add(&mut sum.product, &term.product);
        }
        add(&mut self.dabits.arithmetic, &other.dabits.arithmetic);
    }

    /// By what the sums of results differ from the results of the sums, for each party whose share is corrected: bits,
    /// products in the chunk's order, daBits.
    pub(super) fn corrections(self, chunk: &Chunk, parties: usize) -> BTreeMap<PartyIndex, Vec<u8>> {
        let last = PartyIndex(parties - 1);
        let mut corrections: BTreeMap<PartyIndex, Vec<u8>> = BTreeMap::new();
        let BitTriples { a, b, mut c } = self.bits;
        c.iter_mut().zip(a.iter().zip(b.iter())).for_each(|(c, (a, b))| *c ^= a & b);
        corrections.entry(last).or_default().extend_from_slice(bytemuck::cast_slice(&c));
        for ((kind, instances), sums) in chunk.products.iter().zip(self.products) {
            let ProductShares { table, column, product } = sums;
            let mut missing = SecretVec::zeros(product.len());
            add_products(&mut missing, &table, &column, kind.times(*instances));
            missing.iter_mut().zip(product.iter()).for_each(|(missing, sum)| *missing -= *sum);
            let correction = corrections.entry(corrected(*kind, parties)).or_default();
            correction.extend_from_slice(bytemuck::cast_slice(&missing));
        }
        let DaBits { boolean, mut arithmetic } = self.dabits;
        for (index, sum) in arithmetic.iter_mut().enumerate() {
            *sum = R::from_word((boolean[index / 64] >> (index % 64) & 1).into()) - *sum;
        }
        corrections.entry(last).or_default().extend_from_slice(bytemuck::cast_slice(&arithmetic));
        corrections.retain(|_, correction| !correction.is_empty());
        corrections
    }

    /// Adds a correction to party `me`'s shares: of the length of [`super::correction_bytes`].
    pub(super) fn correct(&mut self, (me, parties): (PartyIndex, usize), chunk: &Chunk, correction: &[u8]) {
        let mut rest = correction;
        let mut next = |bytes: usize| {
            let (first, after) = rest.split_at(bytes);
            rest = after;
            first
        };
        let is_last = me.0 + 1 == parties;
        if is_last {
            let words = elements_of::<u64>(next(8 * chunk.bit_words));
            self.bits.c.iter_mut().zip(words).for_each(|(share, word)| *share ^= word);
        }
        for ((kind, _), shares) in chunk.products.iter().zip(&mut self.products) {
            if corrected(*kind, parties) == me {
                let bytes = shares.product.len() * R::BYTES;
                add(&mut shares.product, &elements_of(next(bytes)));
            }
        }
        if is_last {
            let bytes = self.dabits.arithmetic.len() * R::BYTES;
            add(&mut self.dabits.arithmetic, &elements_of(next(bytes)));
        }
    }

    /// Moves the shares into the store.
    pub(super) fn store(self, chunk: &Chunk, store: &mut Store<R>) {
        store.put_bits(&self.bits);
        for ((kind, _), made) in chunk.products.iter().zip(&self.products) {
            store.put_products(*kind, made);
        }
        store.put_dabits(&self.dabits);
    }
}

fn product_of<R: RingElement>(
    party: PartyIndex,
    kind: ProductKind,
    instances: usize,
    stream: &mut Prg,
) -> ProductShares<R> {
    let dimensions = kind.times(instances);
    let (has_table, has_column) = (kind.table.include(party), kind.column.include(party));
    let mut draw = |held: bool, count: usize| SecretVec::streamed(if held { count } else { 0 }, stream);
    ProductShares {
        table: draw(has_table, dimensions.table()),
        column: draw(has_column, dimensions.column()),
        product: draw(has_table || has_column, dimensions.results()),
    }
}

fn add<R: RingElement>(sums: &mut [R], terms: &[R]) {
    sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += *term);
}
