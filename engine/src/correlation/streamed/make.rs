//! The making of portions at one party.

use quorate_kernels::Block;

use super::portion::{DIRECTIONS, Portion, Streamed, factor_bytes};
use super::{bits, product};
use crate::correlation::demand::ProductKind;
use crate::correlation::secret::SecretVec;
use crate::correlation::store::{BitTriples, ProductShares, Store};
use crate::correlation::table::add_products;
use crate::correlation::transfer::Transfers;
use crate::correlation::{PRODUCTS, RingElement};
use crate::crypto::{GarblingHash, Random, SecretBlocks};
use crate::net::{ChannelError, Network, PartyIndex};
use crate::ot::silent::{SilentReceiver, SilentSender};

/// This party's stocks: towards its peer and from it.
#[derive(Default)]
pub(in crate::correlation) struct Streams {
    pub(in crate::correlation) sender: Option<SilentSender>,
    pub(in crate::correlation) receiver: Option<SilentReceiver>,
}

/// Rows of one direction, with what makes pads of them.
pub(in crate::correlation) struct Rows<'a> {
    pub(in crate::correlation) rows: &'a [Block],
    pub(in crate::correlation) first: u64,
    pub(in crate::correlation) hash: GarblingHash,
    /// The sender's Delta; zero at the chooser.
    pub(in crate::correlation) delta: Block,
}

/// Makes what is streamed of a demand and adds it to the store. The other party calls it at the same point, after the
/// set-up.
///
/// # Errors
/// The channels'; a failed check.
pub(in crate::correlation) async fn make<R: RingElement>(
    (net, random): (&mut Network, &mut Random),
    (transfers, store): (&mut Transfers, &mut Store<R>),
    streamed: &Streamed,
) -> Result<(), ChannelError> {
    let (mut sent, mut chosen) = (SecretBlocks::default(), SecretBlocks::default());
    let mine = DIRECTIONS[net.me().0];
    let (to_peer, from_peer) = (mine, (mine.1, mine.0));
    for portion in streamed.portions(R::BITS) {
        let (sending, choosing) = (portion.transfers(to_peer, R::BITS), portion.transfers(from_peer, R::BITS));
        let (sent, chosen) = (room(&mut sent, sending), room(&mut chosen, choosing));
        let (sent, chosen) = transfers.stream(net, random, sent, chosen).await?;
        match portion {
            Portion::Bits(words) => store.put_bits(&bit_triples(words, sent.as_ref(), chosen.as_ref())),
            Portion::Products(kind, instances) => {
                let lengths = [portion.message(to_peer, R::BITS), portion.message(from_peer, R::BITS)];
                let mut made = Products::<R>::begin(net.me(), (kind, instances), random);
                let message = made.send(sent.as_ref(), lengths[0]);
                let received = exchange(net, &message, lengths).await?;
                made.receive(chosen.as_ref(), &received);
                store.put_products(kind, &made.finish());
            }
        }
    }
    Ok(())
}

/// The first `count` blocks of a buffer that grows to the longest portion.
fn room(buffer: &mut SecretBlocks, count: usize) -> &mut [Block] {
    if buffer.len() < count {
        *buffer = SecretBlocks::zeros(count);
    }
    &mut buffer[..count]
}

/// Sends and receives, where there is anything to send or to receive.
async fn exchange(
    net: &mut Network,
    message: &[u8],
    [outgoing, incoming]: [usize; 2],
) -> Result<Vec<u8>, ChannelError> {
    let (_, peer) = DIRECTIONS[net.me().0];
    let (mut messages, mut lengths) = ([None; 2], [None; 2]);
    messages[peer.0] = (outgoing > 0).then_some(message);
    lengths[peer.0] = (incoming > 0).then_some(incoming);
    let mut received = net.scatter(PRODUCTS, &messages, &lengths).await?;
    Ok(std::mem::take(&mut received[peer.0]))
}

/// Word by word: the sender's bits are its `b`, the chooser's its `a`.
fn bit_triples(words: usize, sent: Option<&Rows<'_>>, chosen: Option<&Rows<'_>>) -> BitTriples {
    let (mut a, mut b, mut c) = (SecretVec::zeros(words), SecretVec::zeros(words), SecretVec::zeros(words));
    let mut pads = SecretBlocks::zeros(2 * 64);
    if let Some(Rows { rows, first, hash, delta }) = sent {
        for ((first, q), (b, c)) in
            (*first..).step_by(64).zip(rows.chunks_exact(64)).zip(b.iter_mut().zip(c.iter_mut()))
        {
            let (share, mine) = bits::sent(hash, first, (q, *delta), &mut pads);
            (*b, *c) = (mine, share);
        }
    }
    if let Some(Rows { rows, first, hash, .. }) = chosen {
        for ((first, t), (a, c)) in
            (*first..).step_by(64).zip(rows.chunks_exact(64)).zip(a.iter_mut().zip(c.iter_mut()))
        {
            let (mine, share) = bits::chosen(hash, first, t, &mut pads[..64]);
            (*a, *c) = (mine, *c ^ share);
        }
    }
    for (c, (a, b)) in c.iter_mut().zip(a.iter().zip(b.iter())) {
        *c ^= a & b;
    }
    BitTriples { a, b, c }
}

/// Products of one kind under way.
struct Products<R: RingElement> {
    kind: ProductKind,
    instances: usize,
    holds: (bool, bool),
    shares: ProductShares<R>,
}

impl<R: RingElement> Products<R> {
    /// Draws this party's operands; those that the OTs make are overwritten.
    fn begin(me: PartyIndex, (kind, instances): (ProductKind, usize), random: &mut Random) -> Self {
        let dimensions = kind.times(instances);
        let holds = (kind.table.include(me), kind.column.include(me));
        let mut draw = |held: bool, count: usize| SecretVec::random(if held { count } else { 0 }, random);
        let (table, column) = (draw(holds.0, dimensions.table()), draw(holds.1, dimensions.column()));
        let product = SecretVec::zeros(if holds.0 || holds.1 { dimensions.results() } else { 0 });
        Self { kind, instances, holds, shares: ProductShares { table, column, product } }
    }

    /// As the sender, whose table it is: the message.
    fn send(&mut self, rows: Option<&Rows<'_>>, length: usize) -> Vec<u8> {
        let mut message = vec![0; length];
        let Some(Rows { rows, first, hash, delta }) = rows else { return message };
        let mut pads = SecretBlocks::zeros(2 * R::BITS);
        let parts = rows.chunks_exact(R::BITS).zip(message.chunks_exact_mut(factor_bytes(R::BITS)));
        for (index, ((q, message), entry)) in parts.zip(self.shares.table.iter_mut()).enumerate() {
            let first = first + (index * R::BITS) as u64;
            let (made, share) = product::send::<R>(hash, first, (q, *delta), (&mut pads, message));
            *entry = made;
            self.shares.product[index / self.kind.columns] += share;
        }
        message
    }

    /// As the chooser, whose column it is, from the message.
    fn receive(&mut self, rows: Option<&Rows<'_>>, message: &[u8]) {
        let Some(Rows { rows, first, hash, .. }) = rows else { return };
        let mut pads = SecretBlocks::zeros(R::BITS);
        let parts = rows.chunks_exact(R::BITS).zip(message.chunks_exact(factor_bytes(R::BITS)));
        for (index, ((t, message), factor)) in parts.zip(self.shares.column.iter_mut()).enumerate() {
            *factor = product::factor(t);
            let first = first + (index * R::BITS) as u64;
            let share = product::receive(hash, first, (t, *factor), (&mut pads, message));
            self.shares.product[index / self.kind.columns] += share;
        }
    }

    /// With the product of what this party has of both.
    fn finish(mut self) -> ProductShares<R> {
        if self.holds == (true, true) {
            let dimensions = self.kind.times(self.instances);
            add_products(&mut self.shares.product, &self.shares.table, &self.shares.column, dimensions);
        }
        self.shares
    }
}
