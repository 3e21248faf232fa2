//! The making of portions at one party.

use quorate_kernels::Block;

use super::bits::{Bits, WORD};
use super::portion::{DIRECTIONS, Portion, Streamed, factor_bytes};
use super::{pads, product};
use crate::correlation::demand::ProductKind;
use crate::correlation::secret::SecretVec;
use crate::correlation::store::{ProductShares, Store};
use crate::correlation::table::add_products;
use crate::correlation::transfer::Transfers;
use crate::correlation::{PRODUCTS, RingElement};
use crate::crypto::{GarblingHash, Random, SecretBlocks};
use crate::net::{ChannelError, Network, PartyIndex};
use crate::ot::silent::{SilentReceiver, SilentSender, Slice};

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
        let lengths = [to_peer, from_peer].map(|direction| portion.transfers(direction, R::BITS));
        let rooms = (&mut sent, &mut chosen);
        match portion {
            Portion::Bits(words) => {
                let mut made = Bits::zeros(words);
                rows((net, random), transfers, (lengths, WORD), rooms, &mut made).await?;
                store.put_bits(&made.finish());
            }
            Portion::Products(kind, instances) => {
                let messages = [portion.message(to_peer, R::BITS), portion.message(from_peer, R::BITS)];
                let mut made = Products::<R>::begin(net.me(), (kind, instances), random, (messages[0], lengths[1]));
                rows((net, random), transfers, (lengths, R::BITS), rooms, &mut made).await?;
                let received = exchange(net, &made.message, messages).await?;
                made.receive(&received);
                store.put_products(kind, &made.finish());
            }
        }
    }
    Ok(())
}

/// What rows are made into.
pub(super) trait Takes {
    /// Takes in the next rows of both directions.
    fn take(&mut self, slice: &Slice<'_>);
    /// Takes in all rows of this party as the sender.
    fn take_sent(&mut self, rows: &Rows<'_>);
    /// Takes in all rows of this party as the chooser.
    fn take_chosen(&mut self, rows: &Rows<'_>);
}

/// Gives `made` so many rows of either direction: slice by slice if both can be computed at once, and otherwise direction
/// by direction, for which there is room to be used again.
async fn rows(
    (net, random): (&mut Network, &mut Random),
    transfers: &mut Transfers,
    ([sending, choosing], unit): ([usize; 2], usize),
    (sent, chosen): (&mut SecretBlocks, &mut SecretBlocks),
    made: &mut impl Takes,
) -> Result<(), ChannelError> {
    if sending == choosing && transfers.stream_both(net, random, (sending, unit), |slice| made.take(slice)).await? {
        return Ok(());
    }
    let (sent, chosen) = (room(sent, sending), room(chosen, choosing));
    let (sent, chosen) = transfers.stream(net, random, sent, chosen).await?;
    sent.iter().for_each(|rows| made.take_sent(rows));
    chosen.iter().for_each(|rows| made.take_chosen(rows));
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

/// Products of one kind under way.
struct Products<R: RingElement> {
    kind: ProductKind,
    instances: usize,
    holds: (bool, bool),
    shares: ProductShares<R>,
    /// Of this party as the sender.
    message: Vec<u8>,
    /// Of this party as the chooser, until the message comes.
    pads: SecretVec<R>,
    /// Factors of which both directions' rows have come.
    whole: usize,
    room: SecretBlocks,
}

impl<R: RingElement> Products<R> {
    /// Draws this party's operands; those that the OTs make are overwritten. `lengths` are those of its message and of its
    /// pads as the chooser.
    fn begin(
        me: PartyIndex,
        (kind, instances): (ProductKind, usize),
        random: &mut Random,
        lengths: (usize, usize),
    ) -> Self {
        let dimensions = kind.times(instances);
        let holds = (kind.table.include(me), kind.column.include(me));
        let mut draw = |held: bool, count: usize| SecretVec::random(if held { count } else { 0 }, random);
        let (table, column) = (draw(holds.0, dimensions.table()), draw(holds.1, dimensions.column()));
        let product = SecretVec::zeros(if holds.0 || holds.1 { dimensions.results() } else { 0 });
        let (message, pads) = (vec![0; lengths.0], SecretVec::zeros(lengths.1));
        let (shares, room) = (ProductShares { table, column, product }, SecretBlocks::zeros(3 * R::BITS));
        Self { kind, instances, holds, shares, message, pads, whole: 0, room }
    }

    /// As the chooser, whose column it is, from the message.
    fn receive(&mut self, message: &[u8]) {
        let parts = self.pads.chunks_exact(R::BITS).zip(message.chunks_exact(factor_bytes(R::BITS)));
        for (index, ((pads, message), factor)) in parts.zip(self.shares.column.iter()).enumerate() {
            self.shares.product[index / self.kind.columns] += product::receive(pads, *factor, message);
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

impl<R: RingElement> Takes for Products<R> {
    fn take(&mut self, slice: &Slice<'_>) {
        let (Self { kind, shares, message, pads, whole, room, .. }, bits) = (self, R::BITS);
        let numbers = (slice.first..).step_by(bits);
        for (first, (q, t)) in numbers.zip(slice.q.chunks_exact(bits).zip(slice.t.chunks_exact(bits))) {
            let (zeros, ones, chosen) = pads::of_both(&slice.hash, first, (q, slice.delta, t), room);
            let part = &mut message[*whole * factor_bytes(bits)..][..factor_bytes(bits)];
            let (entry, share) = product::send::<R>((zeros, ones), part);
            shares.table[*whole] = entry;
            shares.product[*whole / kind.columns] += share;
            shares.column[*whole] = product::factor(t);
            product::keep(chosen, &mut pads[*whole * bits..][..bits]);
            *whole += 1;
        }
    }

    fn take_sent(&mut self, rows: &Rows<'_>) {
        let messages = self.message.chunks_exact_mut(factor_bytes(R::BITS));
        let parts = rows.rows.chunks_exact(R::BITS).zip(messages).zip(self.shares.table.iter_mut());
        for (index, ((q, message), entry)) in parts.enumerate() {
            let first = rows.first + (index * R::BITS) as u64;
            let pads = pads::of_sender(&rows.hash, first, (q, rows.delta), &mut self.room[..2 * R::BITS]);
            let (made, share) = product::send::<R>(pads, message);
            *entry = made;
            self.shares.product[index / self.kind.columns] += share;
        }
    }

    fn take_chosen(&mut self, rows: &Rows<'_>) {
        let parts = rows.rows.chunks_exact(R::BITS).zip(self.pads.chunks_exact_mut(R::BITS));
        for (index, ((t, kept), factor)) in parts.zip(self.shares.column.iter_mut()).enumerate() {
            *factor = product::factor(t);
            let first = rows.first + (index * R::BITS) as u64;
            product::keep(pads::of_chooser(&rows.hash, first, t, &mut self.room[..R::BITS]), kept);
        }
    }
}
