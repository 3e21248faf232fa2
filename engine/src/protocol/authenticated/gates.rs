//! The AND gates of a chunk: masked operands are opened, and triples become shares of the products of masks.
//!
//! Beaver's method on authenticated bits: with a triple `x`, `y`, `z`, operands' masks `a`, `b` and the result's mask
//! `m`, open `d = a + x` and `e = b + y`; then `a b + m = z + d y + e x + d e + m`. The opened bits are proved by one MAC to
//! every peer, under coefficients that are a hash of all that was opened: whoever was told something else has others.
//! The triples are used where they lie in the stock.

use std::ops::Range;

use super::bits::{Bits, bytes_of, low_bits, mask, words};
use super::combination::{Combination, sums};
use super::pool::Pool;
use super::preprocessing::exchange_bits;
use super::shares::Shares;
use super::stock::{Lent, Stock};
use super::tables::Parts;
use super::{AUTHENTICATED_MACS, AUTHENTICATED_OPERANDS, Session, deviation};
use crate::crypto::{Block, Transcript};
use crate::net::{ChannelError, Ledger};

/// The gates of a chunk, in the order in which they are traced and garbled.
pub(super) struct Gates {
    /// The masks of the first operands.
    pub(super) a: Shares,
    /// The masks of the second operands.
    pub(super) b: Shares,
    /// The masks of the results; then the products of the operands' masks are added.
    pub(super) c: Shares,
}

impl Gates {
    /// Gates whose results have these masks; those of the operands are still to be written.
    pub(super) fn new(parties: usize, masks: Shares, pool: &mut Pool) -> Self {
        let gates = masks.len();
        Self { a: pool.shares(parties, gates), b: pool.shares(parties, gates), c: masks }
    }

    /// Gives the memory back.
    pub(super) fn retire(self, pool: &mut Pool) {
        [self.a, self.b, self.c].into_iter().for_each(|shares| pool.give_shares(shares));
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.c.len()
    }

    /// What a party has of some gates for party `p`.
    pub(super) fn parts(&self, p: usize, range: Range<usize>) -> Parts<'_> {
        Parts { a: &self.a.part(p)[range.clone()], b: &self.b.part(p)[range.clone()], c: &self.c.part(p)[range] }
    }

    /// Opens the operands' masks against the next triples, checks what was opened, and makes the products.
    ///
    /// # Errors
    /// The channels'; a wrong MAC.
    pub(super) async fn multiply(
        &mut self,
        session: &mut Session,
        triples: &Stock<3>,
        delta: Block,
    ) -> Result<(), ChannelError> {
        let gates = self.len();
        if gates == 0 {
            return Ok(());
        }
        let (me, parties) = (session.network.me().0, session.network.parties());
        // Twice as many values as gates: first operands, then second ones.
        let triples: Vec<_> = triples.next(gates).collect();
        let mine = self.masked_operands(&triples, me);
        let mut views = Transcript::new("quorate 2026 authenticated operands", &session.id);
        let opened = exchange_bits(session, AUTHENTICATED_OPERANDS, mine, &mut views, 2 * gates).await?;
        let mut combination = Combination::new(views.block(), parties);
        for (k, operands) in [&self.a, &self.b].into_iter().enumerate() {
            for lent in &triples {
                let masked = |p: usize, range: Range<usize>, to: &mut [Block]| {
                    sums(&operands.part(p)[lent.first..][range.clone()], &lent.part(k, p)[range], to);
                };
                let first = k * gates + lent.first;
                combination.add(lent.count, masked, |places| opened.word(first + places.start));
            }
        }
        let combined = combination.finish();
        let outgoing: Vec<Option<&[u8]>> =
            combined.parts.iter().map(|part| Some(Block::as_bytes(std::slice::from_ref(part)))).collect();
        let lengths = vec![Some(Block::BYTES); parties];
        let network = &mut session.network;
        let incoming = network.scatter(AUTHENTICATED_MACS, &outgoing, &lengths).await?;
        let others = incoming.iter().enumerate().filter(|(p, _)| *p != me).map(|(_, message)| message.as_slice());
        if !combined.holds(me, delta, others) {
            return Err(deviation(network, AUTHENTICATED_MACS, "a masked operand has a wrong MAC"));
        }
        self.add_products(&triples, &opened, me, delta);
        Ok(())
    }

    /// My shares of the operands' masks plus the triples: first operands, then second ones.
    fn masked_operands(&self, triples: &[Lent<'_, 3>], me: usize) -> Bits {
        let masks = |k: usize| triples.iter().flat_map(move |lent| lent.part(k, me));
        let (a, b) = (self.a.part(me).iter().zip(masks(0)), self.b.part(me).iter().zip(masks(1)));
        let mut masked = a.chain(b).map(|(operand, mask)| *operand ^ *mask);
        Bits::collect_words(2 * self.len(), |places| low_bits(masked.by_ref().take(places.len())))
    }

    /// Adds the products of the operands' masks, from what was opened, to the masks of the results.
    fn add_products(&mut self, triples: &[Lent<'_, 3>], opened: &Bits, me: usize, delta: Block) {
        let gates = self.len();
        for (p, c) in self.c.parts_mut().enumerate() {
            let constant = if p == me { delta } else { Block::ZERO };
            for lent in triples {
                let [x, y, z] = [0, 1, 2].map(|k| lent.part(k, p));
                for range in words(0..lent.count) {
                    let first = lent.first + range.start;
                    let (d, e) = (opened.word(first), opened.word(gates + first));
                    let triples = x[range.clone()].iter().zip(&y[range.clone()]).zip(&z[range.clone()]);
                    for (k, (c, ((x, y), z))) in c[first..][..range.len()].iter_mut().zip(triples).enumerate() {
                        let (d, e) = (mask(d, k), mask(e, k));
                        *c ^= *z ^ (d & *y) ^ (e & (*x ^ (d & constant)));
                    }
                }
            }
        }
    }
}

/// The messages of [`Gates::multiply`].
pub(super) fn operands_cost(ledger: &mut Ledger, gates: usize) {
    if gates > 0 {
        ledger.exchange_all(bytes_of(2 * gates) as u64);
        ledger.exchange_all(Block::BYTES as u64);
    }
}
