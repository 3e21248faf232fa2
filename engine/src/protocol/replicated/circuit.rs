//! Circuits over replicated bits, 64 instances to a word (Araki et al. 2016, section 3.1).
//!
//! XOR gates are local, NOT changes component 0. For the AND gates of a layer, of all requests together, every party
//! sends the party before one bit for each gate and instance: its addend `x_i (y_i ^ y_{i+1}) ^ x_{i+1} y_i` under a
//! fresh sharing of zero. Of products that the circuit only adds up it sends the sum ([`quorate_circuits::boolean::Sums`]),
//! unless the products are verified: what is proven is each of them.
//!
//! The gates' bits are packed without gaps, so that a single instance pays for single bits.

use quorate_circuits::boolean::Circuit;

use super::messages::Messages;
use super::share::{Pair, Share};
use super::{PARTIES, REPLICATED_ANDS, Replicated, next, previous};
use crate::correlation::RingElement;
use crate::crypto::Prg;
use crate::net::{ChannelError, PartyIndex};
use crate::protocol::CallRequest;
use crate::protocol::vector::{BitString, Evaluation, and_bits_by_layer, sum_bits_by_layer};

/// The operands of AND gates, packed.
struct Operands {
    x: Pair<BitString>,
    y: Pair<BitString>,
}

impl<R: RingElement> Replicated<R> {
    /// All requests side by side, in the layers of the deepest.
    pub(super) async fn evaluate(
        &mut self,
        requests: &[CallRequest<'_, Share<R>>],
    ) -> Result<Vec<Vec<Share<R>>>, ChannelError> {
        let mut one = Pair::new(0, 0);
        if let Some(one) = one.component(self.me(), 0) {
            *one = u64::MAX;
        }
        let planes = |share| {
            let pair = Share::planes(share);
            vec![&pair.first, &pair.second]
        };
        let mut evaluation = Evaluation::new(requests, planes, &[one.first, one.second]);
        if self.record.is_none() {
            evaluation = evaluation.by_sums();
        }
        for layer in 0..evaluation.layers() {
            let (bits, [x, y]) = (evaluation.and_bits(layer), evaluation.run_local(layer));
            if let (Some(x), Some(y), 1..) = (pair(x), pair(y), bits) {
                let operands = Operands { x, y };
                let addends = evaluation.add_up(layer, operands.multiply(bits));
                let products = self.share_anew(&operands, addends).await?;
                evaluation.put(layer, &[products.first, products.second]);
            }
        }
        let share = |(width, length, planes)| pair(planes).map(|planes| Share::boolean(width, length, planes));
        Ok(evaluation.outputs().map(|outputs| outputs.into_iter().filter_map(share).collect()).collect())
    }

    /// The bits of which these are my addends, which are those of the operands' products or of sums of them.
    async fn share_anew(
        &mut self,
        operands: &Operands,
        mut addend: BitString,
    ) -> Result<Pair<BitString>, ChannelError> {
        let (me, bits) = (self.me(), addend.length());
        let keys = self.keys();
        let masks = Pair::new(drawn(&mut keys.first.zero, bits), drawn(&mut keys.second.zero, bits));
        addend.xor(masks.first.words());
        addend.xor(masks.second.words());
        let mut outgoing = [&[][..]; PARTIES];
        outgoing[previous(me).0] = addend.as_bytes();
        let messages = and_messages(bits);
        let incoming = messages.pass_slices(&mut self.session.network, REPLICATED_ANDS, &outgoing).await?;
        let products = Pair::new(addend, BitString::of_message(&incoming[next(me).0], bits));
        if let Some(record) = &mut self.record {
            record.add([&operands.x, &operands.y], &masks, &products.second);
            if record.is_full() {
                self.verify().await?;
            }
        }
        Ok(products)
    }
}

/// The next bits of a stream.
fn drawn(stream: &mut Prg, bits: usize) -> BitString {
    let mut drawn = BitString::with_length(bits);
    stream.fill_u64(drawn.words_mut());
    drawn.clear_spare_bits();
    drawn
}

impl Operands {
    /// `x_i (y_i ^ y_{i+1}) ^ x_{i+1} y_i`.
    fn multiply(&self, bits: usize) -> BitString {
        let mut addend = BitString::with_length(bits);
        let x = self.x.first.words().iter().zip(self.x.second.words());
        let y = self.y.first.words().iter().zip(self.y.second.words());
        for (to, ((a, b), (c, d))) in addend.words_mut().iter_mut().zip(x.zip(y)) {
            *to = (a & (c ^ d)) ^ (b & c);
        }
        addend
    }
}

/// Both components; there are two of whatever is shared.
fn pair<T>(components: Vec<T>) -> Option<Pair<T>> {
    let [first, second] = components.try_into().ok()?;
    Some(Pair::new(first, second))
}

/// Everybody's addends of so many conjunctions, to the party before.
fn and_messages(bits: usize) -> Messages {
    let mut messages = Messages::default();
    (0..PARTIES).map(PartyIndex).for_each(|party| messages.add(party, previous(party), bits.div_ceil(8)));
    messages
}

/// By layer and request, the conjunctions of some calls that are shared anew, from each request's circuit and number of
/// instances; and by layer, their messages. Of verified parties these are all of them.
pub(super) fn layers_on_paper(calls: &[(&Circuit, usize)], verified: bool) -> Vec<(Vec<usize>, Messages)> {
    let interactive = if verified { and_bits_by_layer(calls) } else { sum_bits_by_layer(calls) };
    interactive.into_iter().map(|bits| (bits.clone(), and_messages(bits.iter().sum()))).collect()
}
