//! The oblivious transfers under all products: one state for each direction of a pair, and transfers of chosen
//! choices in all directions at once.

use std::collections::{BTreeMap, BTreeSet};

use quorate_kernels::Block;

use super::chunk::Direction;
use super::ring::elements_of;
use super::secret::SecretVec;
use super::streamed::{Rows, Streams};
use crate::crypto::{Random, SessionId};
use crate::net::{ChannelError, ChannelFault, Ledger, Network, PartyIndex, Step};
use crate::ot::silent::{
    ReceiverRows, SILENT_TREES, SenderRows, SilentReceiver, SilentSender, Slice, fill_all, stream_both,
};
use crate::ot::{
    BaseOt, CotReceiver, CotSender, ReceiverPads, SenderPads, extend_all, extend_cost, set_up_all, set_up_cost,
};

/// From chooser to sender: its choices, masked by the random ones of the correlated OTs; a bit for each.
pub const CHOICES: Step = Step::new("correlation/choices");

/// A party's OT states, by peer.
#[derive(Default)]
pub(super) struct Transfers {
    senders: BTreeMap<PartyIndex, CotSender>,
    receivers: BTreeMap<PartyIndex, CotReceiver>,
    streams: Streams,
}

/// The error of a stock that is spent.
fn failed(peer: PartyIndex) -> impl Fn(ChannelFault) -> ChannelError {
    move |fault| ChannelError { peer, step: SILENT_TREES, fault }
}

/// Where rows come from.
type From<'a> = (&'a mut CotSender, &'a mut SilentSender);
type To<'a> = (&'a mut CotReceiver, &'a mut SilentReceiver);

/// The pads of one chunk, by peer.
pub(super) struct Pads {
    /// Where this party is the sender.
    pub(super) sent: BTreeMap<PartyIndex, SenderPads>,
    /// Where it is the chooser.
    pub(super) chosen: BTreeMap<PartyIndex, ReceiverPads>,
}

impl Transfers {
    /// Sets up this party's part of the `missing` directions.
    ///
    /// # Errors
    /// Those of [`set_up_all`].
    pub(super) async fn set_up(
        &mut self,
        net: &mut Network,
        random: &mut Random,
        session: &SessionId,
        base: BaseOt,
        missing: &BTreeSet<Direction>,
    ) -> Result<(), ChannelError> {
        let me = net.me();
        // A Delta of its own for every pair: what one peer learns about it says nothing of another's.
        let to = missing.iter().filter(|d| d.0 == me).map(|d| (d.1, Block::new(random.block().to_u128() | 1)));
        let to: Vec<_> = to.collect();
        let from: Vec<_> = missing.iter().filter(|d| d.1 == me).map(|d| d.0).collect();
        let (senders, receivers) = set_up_all(net, random, session, base, &to, &from).await?;
        self.senders.extend(senders.into_iter().map(|sender| (sender.peer(), sender)));
        self.receivers.extend(receivers.into_iter().map(|receiver| (receiver.peer(), receiver)));
        Ok(())
    }

    /// Transfers `words` words of 64 OTs in each direction, with this party's `choices` by sender.
    ///
    /// # Errors
    /// Those of [`extend_all`], and the channels'.
    pub(super) async fn run(
        &mut self,
        net: &mut Network,
        random: &mut Random,
        words: &BTreeMap<Direction, usize>,
        choices: &BTreeMap<PartyIndex, SecretVec<u64>>,
    ) -> Result<Pads, ChannelError> {
        let me = net.me();
        let to: Vec<PartyIndex> = words.keys().filter(|d| d.0 == me).map(|d| d.1).collect();
        let from: Vec<PartyIndex> = words.keys().filter(|d| d.1 == me).map(|d| d.0).collect();
        let senders = self.senders.iter_mut().filter(|(peer, _)| to.contains(peer));
        let receivers = self.receivers.iter_mut().filter(|(peer, _)| from.contains(peer));
        let mut senders: Vec<_> = senders.map(|(peer, cot)| (cot, 64 * words[&(me, *peer)])).collect();
        let mut receivers: Vec<_> = receivers.map(|(peer, cot)| (cot, 64 * words[&(*peer, me)])).collect();
        let (mut sent, mut received) = extend_all(net, random, &mut senders, &mut receivers).await?;

        let (mut outgoing, mut lengths) = (vec![None; net.parties()], vec![None; net.parties()]);
        for (peer, cots) in from.iter().zip(&mut received) {
            outgoing[peer.0] = Some(cots.choose(&choices[peer]));
        }
        to.iter().for_each(|peer| lengths[peer.0] = Some(8 * words[&(me, *peer)]));
        let outgoing: Vec<Option<&[u8]>> = outgoing.iter().map(|m| m.as_deref().map(bytemuck::cast_slice)).collect();
        let incoming = net.scatter(CHOICES, &outgoing, &lengths).await?;
        for (peer, cots) in to.iter().zip(&mut sent) {
            cots.adapt(&elements_of::<u64>(&incoming[peer.0]));
        }
        Ok(Pads {
            sent: to.into_iter().zip(sent.into_iter().map(|cots| cots.into_pads())).collect(),
            chosen: from.into_iter().zip(received.into_iter().map(|cots| cots.into_pads())).collect(),
        })
    }

    /// Fills `sent` and `chosen` with the next rows of the stocks to and from the only peer; nothing for an empty one.
    ///
    /// # Errors
    /// Those of [`fill_all`].
    pub(super) async fn stream<'a>(
        &mut self,
        net: &mut Network,
        random: &mut Random,
        sent: &'a mut [Block],
        chosen: &'a mut [Block],
    ) -> Result<(Option<Rows<'a>>, Option<Rows<'a>>), ChannelError> {
        let (from, to) = self.stocks([!sent.is_empty(), !chosen.is_empty()])?;
        let mut from: Vec<SenderRows<'_>> =
            from.into_iter().zip([&mut *sent]).map(|((cot, silent), rows)| (cot, silent, rows)).collect();
        let mut to: Vec<ReceiverRows<'_>> =
            to.into_iter().zip([&mut *chosen]).map(|((cot, silent), rows)| (cot, silent, rows)).collect();
        fill_all(net, random, &mut from, &mut to).await?;
        let Streams { sender, receiver } = &mut self.streams;
        let mut rows = (None, None);
        if let Some(silent) = sender.as_mut().filter(|_| !sent.is_empty()) {
            let (first, hash) = silent.number(sent.len()).map_err(failed(silent.peer()))?;
            rows.0 = Some(Rows { rows: sent, first, hash, delta: silent.delta() });
        }
        if let Some(silent) = receiver.as_mut().filter(|_| !chosen.is_empty()) {
            let (first, hash) = silent.number(chosen.len()).map_err(failed(silent.peer()))?;
            rows.1 = Some(Rows { rows: chosen, first, hash, delta: Block::ZERO });
        }
        Ok(rows)
    }

    /// Gives `each` the next `count` rows of both stocks together, in slices of a multiple of `unit`, if they can be
    /// computed so; the answer is whether it was done.
    ///
    /// # Errors
    /// Those of [`stream_both`].
    pub(super) async fn stream_both(
        &mut self,
        net: &mut Network,
        random: &mut Random,
        (count, unit): (usize, usize),
        each: impl FnMut(&Slice<'_>),
    ) -> Result<bool, ChannelError> {
        match self.stocks([count > 0; 2])? {
            (Some(from), Some(to)) => stream_both((net, random), from, to, (count, unit), each).await,
            _ => Ok(false),
        }
    }

    /// The stocks to and from the only peer, those that are asked for, with the states under them.
    fn stocks(&mut self, [sending, choosing]: [bool; 2]) -> Result<(Option<From<'_>>, Option<To<'_>>), ChannelError> {
        let Self { senders, receivers, streams: Streams { sender, receiver } } = self;
        let (mut from, mut to) = (None, None);
        if let Some(cot) = senders.values_mut().next().filter(|_| sending) {
            let silent = match sender {
                Some(silent) => silent,
                None => sender.insert(SilentSender::new(cot, 0).map_err(failed(cot.peer()))?),
            };
            from = Some((cot, silent));
        }
        if let Some(cot) = receivers.values_mut().next().filter(|_| choosing) {
            let silent = match receiver {
                Some(silent) => silent,
                None => receiver.insert(SilentReceiver::new(cot, 0).map_err(failed(cot.peer()))?),
            };
            to = Some((cot, silent));
        }
        Ok((from, to))
    }
}

/// The messages of [`Transfers::set_up`].
pub(super) fn set_up_transfers_cost(ledger: &mut Ledger, base: BaseOt, missing: &BTreeSet<Direction>) {
    set_up_cost(ledger, base, &missing.iter().copied().collect::<Vec<_>>());
}

/// The messages of [`Transfers::run`].
pub(super) fn transfers_cost(ledger: &mut Ledger, words: &BTreeMap<Direction, usize>) {
    let extensions: Vec<_> = words.iter().map(|(&(sender, chooser), words)| (sender, chooser, 64 * words)).collect();
    extend_cost(ledger, &extensions);
    let choices: Vec<_> =
        words.iter().map(|(&(sender, chooser), words)| (chooser, sender, 8 * *words as u64)).collect();
    ledger.simultaneous(&choices);
}
