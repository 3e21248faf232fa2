//! The set-up of all of a party's pairs at once: base OTs, then punctured trees.

use quorate_kernels::Block;
use subtle::Choice;

use super::base::{BaseContext, BaseOt, BaseReceiver, BaseSender};
use super::{CotReceiver, CotSender, puncture};
use crate::crypto::{Random, SessionId};
use crate::net::{ChannelError, ChannelFault, Network, PartyIndex, Step};

/// The base OTs' messages of which none answers another: that of the coming sender, which is the receiver of the base OTs,
/// then the opening of the coming receiver, if their kind has one, where a party is both.
pub const OT_BASE: Step = Step::new("ot/base");
/// The base OTs' answers, if their kind has any, then the trees' corrections, from the coming receiver.
pub const OT_TREES: Step = Step::new("ot/trees");

/// Base OTs of one set-up: one for each bit of Delta.
pub(super) const BASE_OTS: usize = 128;

/// Bytes of one set-up's messages.
#[derive(Clone, Copy)]
pub(super) struct SetUpLengths {
    /// Of the coming sender's, in the base OTs.
    pub(super) sender: usize,
    /// Of the coming receiver's opening of them.
    pub(super) opening: usize,
    /// Of the coming receiver's answer, before its trees.
    pub(super) answer: usize,
}

impl SetUpLengths {
    /// Those of a kind of base OT.
    pub(super) const fn of(base: BaseOt) -> Self {
        Self {
            sender: BASE_OTS * base.receiver_bytes(),
            opening: BASE_OTS * base.opening_bytes(),
            answer: BASE_OTS * base.answer_bytes(),
        }
    }

    /// Of the coming receiver's second message.
    pub(super) const fn trees(self) -> usize {
        self.answer + puncture::MESSAGE_BYTES
    }
}

/// Sets up correlated OTs with many peers: as sender, under the Delta given, to each of `senders`; as receiver
/// from each of `receivers`. The answers are in the same order. All parties concerned call it at the same point, with the
/// same kind of base OT.
///
/// # Errors
/// The channels'; base OTs or trees that are malformed or inconsistent.
///
/// # Panics
/// If a Delta is even, or a peer occurs twice in a list.
pub async fn set_up_all(
    net: &mut Network,
    random: &mut Random,
    session: &SessionId,
    base: BaseOt,
    senders: &[(PartyIndex, Block)],
    receivers: &[PartyIndex],
) -> Result<(Vec<CotSender>, Vec<CotReceiver>), ChannelError> {
    assert!(senders.iter().all(|(_, delta)| delta.lsb()), "the lowest bit of Delta is one");
    let mut setting_up = SetUp::begin(net, random, session, base, senders, receivers);
    let incoming = setting_up.exchange_bases(net).await?;
    let (cot_receivers, trees) = setting_up.grow_trees(random, &incoming)?;
    let incoming_trees = setting_up.exchange_trees(net, &trees).await?;
    let cot_senders = setting_up.puncture_trees(&incoming, &incoming_trees)?;
    Ok((cot_senders, cot_receivers))
}

/// One message for each party that gets one.
type Messages = Vec<Option<Vec<u8>>>;

/// A set-up between its messages. Lists are in the caller's order.
struct SetUp {
    parties: usize,
    lengths: SetUpLengths,
    sending: Vec<(BaseContext, Block, Option<BaseReceiver>)>,
    receiving: Vec<(BaseContext, Option<BaseSender>)>,
}

impl SetUp {
    fn begin(
        net: &Network,
        random: &mut Random,
        session: &SessionId,
        base: BaseOt,
        senders: &[(PartyIndex, Block)],
        receivers: &[PartyIndex],
    ) -> Self {
        let me = net.me();
        let sending = senders.iter().map(|&(peer, delta)| {
            // I am to lack the leaf at Delta, so I choose the sums of the other side at every level.
            let choices: Vec<Choice> = (0..BASE_OTS).map(|i| Choice::from(u8::from(!delta.bit(i)))).collect();
            let context = BaseContext { session: *session, sender: peer, receiver: me };
            let begun = BaseReceiver::begin(base, &context, &choices, random);
            (context, delta, Some(begun))
        });
        let sending = sending.collect();
        let receiving = receivers.iter().map(|&peer| {
            let context = BaseContext { session: *session, sender: me, receiver: peer };
            (context, Some(BaseSender::begin(base, BASE_OTS, random)))
        });
        Self { parties: net.parties(), lengths: SetUpLengths::of(base), sending, receiving: receiving.collect() }
    }

    /// Sends and receives the base OTs' first messages; the answer is by party.
    async fn exchange_bases(&self, net: &mut Network) -> Result<Vec<Vec<u8>>, ChannelError> {
        let mut outgoing: Messages = vec![None; self.parties];
        let mut lengths: Vec<Option<usize>> = vec![None; self.parties];
        // A kind without openings has nothing to say to a coming sender yet.
        let opens = self.lengths.opening > 0;
        for (context, _, begun) in &self.sending {
            let message = begun.iter().flat_map(|b| b.message());
            outgoing[context.sender.0].get_or_insert_default().extend(message);
            if opens {
                *lengths[context.sender.0].get_or_insert(0) += self.lengths.opening;
            }
        }
        for (context, begun) in &self.receiving {
            let opening = begun.iter().flat_map(|b| b.opening());
            if opens {
                outgoing[context.receiver.0].get_or_insert_default().extend(opening);
            }
            *lengths[context.receiver.0].get_or_insert(0) += self.lengths.sender;
        }
        net.scatter(OT_BASE, &slices(&outgoing), &lengths).await
    }

    /// The answers and the trees for every peer that will send to me.
    fn grow_trees(
        &mut self,
        random: &mut Random,
        incoming: &[Vec<u8>],
    ) -> Result<(Vec<CotReceiver>, Messages), ChannelError> {
        let mut trees = vec![None; self.parties];
        let mut receivers = Vec::with_capacity(self.receiving.len());
        for (context, begun) in &mut self.receiving {
            let peer = context.receiver;
            let begun = begun.take().expect("each set-up is finished once");
            // A peer that is both sender and receiver puts its sender's message first.
            let message = &incoming[peer.0][..self.lengths.sender];
            let (pads, mut answer) = begun.finish(context, message, random).map_err(at(peer, OT_BASE))?;
            let (receiver, message) = CotReceiver::begin(context, &pads, random);
            answer.extend(message);
            trees[peer.0] = Some(answer);
            receivers.push(receiver);
        }
        Ok((receivers, trees))
    }

    async fn exchange_trees(&self, net: &mut Network, trees: &[Option<Vec<u8>>]) -> Result<Vec<Vec<u8>>, ChannelError> {
        let mut lengths = vec![None; self.parties];
        for (context, ..) in &self.sending {
            lengths[context.sender.0] = Some(self.lengths.trees());
        }
        net.scatter(OT_TREES, &slices(trees), &lengths).await
    }

    fn puncture_trees(&mut self, bases: &[Vec<u8>], trees: &[Vec<u8>]) -> Result<Vec<CotSender>, ChannelError> {
        let mut senders = Vec::with_capacity(self.sending.len());
        for (context, delta, begun) in &mut self.sending {
            let peer = context.sender;
            let begun = begun.take().expect("each set-up is finished once");
            let (answer, trees) = trees[peer.0].split_at(self.lengths.answer);
            // Of the two places where a kind may have it, one is empty.
            let (step, message) = match self.lengths.opening {
                0 => (OT_TREES, answer),
                opening => (OT_BASE, &bases[peer.0][bases[peer.0].len() - opening..]),
            };
            let pads = begun.finish(context, message).map_err(at(peer, step))?;
            senders.push(CotSender::finish(context, &pads, *delta, trees).map_err(at(peer, OT_TREES))?);
        }
        Ok(senders)
    }
}

impl CotSender {
    /// Sets up one pair as sender: [`set_up_all`] with a list of one.
    ///
    /// # Errors
    /// As [`set_up_all`].
    pub async fn set_up(
        net: &mut Network,
        peer: PartyIndex,
        random: &mut Random,
        session: &SessionId,
        base: BaseOt,
        delta: Block,
    ) -> Result<Self, ChannelError> {
        let (mut senders, _) = set_up_all(net, random, session, base, &[(peer, delta)], &[]).await?;
        Ok(senders.remove(0))
    }
}

impl CotReceiver {
    /// Sets up one pair as receiver: [`set_up_all`] with a list of one.
    ///
    /// # Errors
    /// As [`set_up_all`].
    pub async fn set_up(
        net: &mut Network,
        peer: PartyIndex,
        random: &mut Random,
        session: &SessionId,
        base: BaseOt,
    ) -> Result<Self, ChannelError> {
        let (_, mut receivers) = set_up_all(net, random, session, base, &[], &[peer]).await?;
        Ok(receivers.remove(0))
    }
}

pub(super) fn slices(messages: &[Option<Vec<u8>>]) -> Vec<Option<&[u8]>> {
    messages.iter().map(Option::as_deref).collect()
}

/// Turns a fault into an error of this peer at this step.
pub(super) fn at(peer: PartyIndex, step: Step) -> impl Fn(ChannelFault) -> ChannelError {
    move |fault| ChannelError { peer, step, fault }
}
