//! Circuits over XOR shares: Goldreich, Micali and Wigderson, "How to Play Any Mental Game", STOC 1987, with bit
//! triples (Beaver 1991), 64 instances to a word.
//!
//! XOR gates are local, NOT is party 0's. For the AND gates of a layer, of all requests together: open `d = x xor a`
//! and `e = y xor b` to everybody; then `x y = c xor d b xor e a xor d e`.
//!
//! *Cost*: 2 bits for each AND gate and instance to every peer, a round for each layer. The gates' bits are packed
//! without gaps, so that a single instance pays for single bits.

use quorate_circuits::boolean::Circuit;

use super::share::Share;
use super::{ADDITIVE_ANDS, Additive};
use crate::correlation::RingElement;
use crate::net::{ChannelError, Ledger};
use crate::protocol::CallRequest;
use crate::protocol::vector::{BitString, Evaluation, Planes, and_bits_by_layer};

impl<R: RingElement> Additive<R> {
    /// All requests side by side, in the layers of the deepest.
    pub(super) async fn evaluate(
        &mut self,
        requests: &[CallRequest<'_, Share<R>>],
    ) -> Result<Vec<Vec<Share<R>>>, ChannelError> {
        // Constants are party 0's.
        let one = if self.me().0 == 0 { u64::MAX } else { 0 };
        let mut evaluation = Evaluation::new(requests, |share| vec![Share::planes(share)], &[one]);
        for layer in 0..evaluation.layers() {
            let (bits, [x, y]) = (evaluation.and_bits(layer), evaluation.run_local(layer));
            if let Some((x, y)) = x.into_iter().zip(y).next().filter(|_| bits > 0) {
                evaluation.put(layer, &[self.and(x, y, bits).await?]);
            }
        }
        let share = |(width, length, planes): (usize, usize, Vec<Planes>)| {
            planes.into_iter().map(move |planes| Share::boolean(width, length, planes))
        };
        Ok(evaluation.outputs().map(|outputs| outputs.into_iter().flat_map(share).collect()).collect())
    }

    /// The conjunctions of `bits` pairs of shared bits.
    async fn and(&mut self, x: BitString, y: BitString, bits: usize) -> Result<BitString, ChannelError> {
        let triples = self.correlations.take_bits(bits.div_ceil(64));
        self.consumed.bit_triple_words += bits.div_ceil(64);
        let (mut d, mut e) = (x, y);
        d.xor(&triples.a);
        e.xor(&triples.b);
        let bytes = bits.div_ceil(8);
        let message = [d.as_bytes(), e.as_bytes()].concat();
        let incoming = self.session.network.exchange_all(ADDITIVE_ANDS, &message, 2 * bytes).await?;
        for peer in self.session.network.peers() {
            let (theirs_d, theirs_e) = incoming[peer.0].split_at(bytes);
            d.xor_bytes(theirs_d);
            e.xor_bytes(theirs_e);
        }
        let constant = if self.me().0 == 0 { u64::MAX } else { 0 };
        let mut products = BitString::of_words(triples.c, bits);
        let opened = d.words().iter().zip(e.words());
        for ((c, (d, e)), (a, b)) in
            products.words_mut().iter_mut().zip(opened).zip(triples.a.iter().zip(triples.b.iter()))
        {
            *c ^= (d & b) ^ (e & a) ^ (d & e & constant);
        }
        Ok(products)
    }
}

/// The messages of one call, and what it consumes, from each request's circuit and number of instances.
pub(super) fn evaluate_cost(ledger: &mut Ledger, calls: &[(&Circuit, usize)]) -> usize {
    let mut words = 0;
    for bits in and_bits_by_layer(calls) {
        let all: usize = bits.iter().sum();
        ledger.split(bits.into_iter().map(|bits| bits as u64));
        ledger.exchange_all(2 * all.div_ceil(8) as u64);
        words += all.div_ceil(64);
    }
    words
}
