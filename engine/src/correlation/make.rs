//! The making of one chunk at one party: rounds as pure functions, called in order by [`super::Correlations`].

use std::collections::BTreeMap;

use quorate_kernels::Block;

use super::chunk::{Chunk, Crossing, crossings};
use super::dabit::DaBits;
use super::demand::ProductKind;
use super::secret::SecretVec;
use super::store::{BitTriples, ProductShares, Store};
use super::table::{add_products, by_columns};
use super::transfer::Pads;
use super::{RingElement, bit_product, gilboa};
use crate::crypto::Random;
use crate::net::PartyIndex;

/// A chunk under way. In every direction the OTs are: those of the bit triples, of the products in the chunk's
/// order, of the daBits.
pub(super) struct Making<'a, R: RingElement> {
    me: PartyIndex,
    parties: usize,
    chunk: &'a Chunk,
    bits: BitTriples,
    products: Vec<ProductShares<R>>,
    dabits: DaBits<R>,
}

impl<'a, R: RingElement> Making<'a, R> {
    /// Draws this party's random operands and multiplies what it has of both.
    pub(super) fn begin(me: PartyIndex, parties: usize, chunk: &'a Chunk, random: &mut Random) -> Self {
        let (a, b) = (SecretVec::random(chunk.bit_words, random), SecretVec::random(chunk.bit_words, random));
        let c: Vec<u64> = a.iter().zip(b.iter()).map(|(a, b)| a & b).collect();
        let products = chunk.products.iter().map(|(kind, instances)| draw(me, *kind, *instances, random)).collect();
        let dabits = DaBits::begin(me, SecretVec::random(chunk.dabit_words, random));
        Self { me, parties, chunk, bits: BitTriples { a, b, c: c.into() }, products, dabits }
    }

    /// This party's choices, by sender.
    pub(super) fn choices(&self) -> BTreeMap<PartyIndex, SecretVec<u64>> {
        let mut choices: BTreeMap<PartyIndex, SecretVec<u64>> = BTreeMap::new();
        let lower = (0..self.me.0).map(PartyIndex);
        for sender in lower.clone() {
            let choices = choices.entry(sender).or_default();
            choices.append(&self.bits.a);
            choices.append(&self.bits.b);
        }
        for (index, crossing) in self.crossings() {
            if crossing.chooser == self.me {
                // A factor's bits, least significant first, are the choices of its OTs.
                let factors: &[u64] = bytemuck::cast_slice(self.factors(index, crossing));
                choices.entry(crossing.sender).or_default().append(&factors.to_vec().into());
            }
        }
        for sender in lower {
            choices.entry(sender).or_default().append(&self.dabits.boolean);
        }
        choices
    }

    /// The messages of this party as sender, by chooser.
    pub(super) fn messages(&mut self, pads: &Pads) -> BTreeMap<PartyIndex, Vec<u8>> {
        let mut begun: BTreeMap<PartyIndex, (usize, Vec<u8>)> = BTreeMap::new();
        let words = self.chunk.bit_words;
        for chooser in (self.me.0 + 1..self.parties).map(PartyIndex).filter(|_| words > 0) {
            let (zero, one) = (&pads.sent[&chooser].zero, &pads.sent[&chooser].one);
            let bits = &mut self.bits;
            // The chooser has its a first: it meets this party's b.
            let mut message = bit_product::send((zero, one), &bits.b, &mut bits.c);
            message.extend(bit_product::send((&zero[64 * words..], &one[64 * words..]), &bits.a, &mut bits.c));
            begun.insert(chooser, (128 * words, message));
        }
        for (index, crossing) in self.crossings() {
            if crossing.sender == self.me {
                let (zero, one) = (&pads.sent[&crossing.chooser].zero, &pads.sent[&crossing.chooser].one);
                let (used, message) = begun.entry(crossing.chooser).or_default();
                let (kind, instances) = self.chunk.products[index];
                let (dimensions, shares) = (kind.times(instances), &mut self.products[index]);
                let turned;
                let entries: &[R] = if crossing.chooser_has_column {
                    turned = by_columns(&shares.table, dimensions);
                    &turned
                } else {
                    &shares.column
                };
                message.extend(gilboa::send(dimensions, (&zero[*used..], &one[*used..]), entries, &mut shares.product));
                *used += dimensions.column() * R::BITS;
            }
        }
        begun.into_iter().map(|(chooser, (_, message))| (chooser, message)).collect()
    }

    /// Takes in the messages to this party as chooser, by sender: of the lengths of [`Chunk::message_bytes`].
    pub(super) fn absorb(&mut self, pads: &Pads, messages: &[Vec<u8>]) {
        let mut begun: BTreeMap<PartyIndex, (usize, &[u8])> = BTreeMap::new();
        let words = self.chunk.bit_words;
        for sender in (0..self.me.0).map(PartyIndex).filter(|_| words > 0) {
            let chosen: &[Block] = &pads.chosen[&sender].chosen;
            let (first, rest) = messages[sender.0].split_at(8 * words);
            let (second, rest) = rest.split_at(8 * words);
            bit_product::receive(chosen, &self.bits.a, first, &mut self.bits.c);
            bit_product::receive(&chosen[64 * words..], &self.bits.b, second, &mut self.bits.c);
            begun.insert(sender, (128 * words, rest));
        }
        for (index, crossing) in self.crossings() {
            if crossing.chooser == self.me {
                let chosen: &[Block] = &pads.chosen[&crossing.sender].chosen;
                let (used, rest) = begun.entry(crossing.sender).or_insert((0, &messages[crossing.sender.0]));
                let (kind, instances) = self.chunk.products[index];
                let (dimensions, shares) = (kind.times(instances), &mut self.products[index]);
                let (message, after) = rest.split_at(dimensions.table() * gilboa::entry_bytes(R::BITS));
                let factors = if crossing.chooser_has_column { &shares.column } else { &shares.table };
                gilboa::receive(dimensions, &chosen[*used..], factors, message, &mut shares.product);
                *used += dimensions.column() * R::BITS;
                *rest = after;
            }
        }
    }

    /// The daBits' step of party `chooser`, of this party before it: the message to it.
    pub(super) fn fold(&mut self, chooser: PartyIndex, pads: &Pads) -> Vec<u8> {
        let pads = &pads.sent[&chooser];
        let first = pads.zero.len() - 64 * self.chunk.dabit_words;
        self.dabits.send(self.me, (&pads.zero[first..], &pads.one[first..]))
    }

    /// The daBits' step of this party: the message of `sender` before it.
    pub(super) fn absorb_fold(&mut self, sender: PartyIndex, pads: &Pads, message: &[u8]) {
        let chosen = &pads.chosen[&sender].chosen;
        self.dabits.receive(&chosen[chosen.len() - 64 * self.chunk.dabit_words..], message);
    }

    /// Moves the results into the store.
    pub(super) fn finish(self, store: &mut Store<R>) {
        store.put_bits(&self.bits);
        for ((kind, _), made) in self.chunk.products.iter().zip(&self.products) {
            store.put_products(*kind, made);
        }
        store.put_dabits(&self.dabits);
    }

    /// All pairwise products of the chunk, with the position of the product that they belong to.
    fn crossings(&self) -> Vec<(usize, Crossing)> {
        let products = self.chunk.products.iter().enumerate();
        products.flat_map(|(i, (kind, _))| crossings(*kind, self.parties).into_iter().map(move |c| (i, c))).collect()
    }

    fn factors(&self, index: usize, crossing: Crossing) -> &[R] {
        let shares = &self.products[index];
        if crossing.chooser_has_column { &shares.column } else { &shares.table }
    }
}

fn draw<R: RingElement>(me: PartyIndex, kind: ProductKind, instances: usize, random: &mut Random) -> ProductShares<R> {
    let dimensions = kind.times(instances);
    let (has_table, has_column) = (kind.table.include(me), kind.column.include(me));
    let table = if has_table { SecretVec::random(dimensions.table(), random) } else { SecretVec::default() };
    let column = if has_column { SecretVec::random(dimensions.column(), random) } else { SecretVec::default() };
    let mut product = SecretVec::zeros(if has_table || has_column { dimensions.results() } else { 0 });
    if has_table && has_column {
        add_products(&mut product, &table, &column, dimensions);
    }
    ProductShares { table, column, product }
}
