//! Taking from the stocks of all of a party's pairs at once: seeds, then iterations as they are needed.

use quorate_kernels::Block;

use super::check::{ANSWER_BYTES, CHALLENGE_BYTES};
use super::parameters::{FIRST, MAIN};
use super::{SPENT, SilentReceiver, SilentSender, joint};
use crate::crypto::{GarblingHash, Random, SecretBlocks};
use crate::net::{ChannelError, Network, PartyIndex, Step};
use crate::ot::set_up::{at, slices};
use crate::ot::{CotReceiver, CotSender, ReceiverCots, SenderCots, extend_all};

/// The trees' level sums, from sender to receiver.
pub const SILENT_TREES: Step = Step::new("ot/silent/trees");
/// The challenge, from receiver to sender.
pub const SILENT_CHALLENGE: Step = Step::new("ot/silent/challenge");
/// The answer, from sender to receiver.
pub const SILENT_ANSWER: Step = Step::new("ot/silent/answer");

/// Where a sender's rows come from, and where they go to.
pub type SenderRows<'a> = (&'a mut CotSender, &'a mut SilentSender, &'a mut [Block]);
/// The same of a receiver.
pub type ReceiverRows<'a> = (&'a mut CotReceiver, &'a mut SilentReceiver, &'a mut [Block]);

/// Takes correlated OTs from many stocks, each its own count; the answers are in the same order. All parties concerned
/// call it at the same point.
///
/// # Errors
/// The channels'; a failed consistency check. The states concerned are then spent.
///
/// # Panics
/// If a peer occurs twice in a list.
pub async fn take_all(
    net: &mut Network,
    random: &mut Random,
    senders: &mut [(&mut CotSender, &mut SilentSender, usize)],
    receivers: &mut [(&mut CotReceiver, &mut SilentReceiver, usize)],
) -> Result<(Vec<SenderCots>, Vec<ReceiverCots>), ChannelError> {
    let mut sent: Vec<SecretBlocks> = senders.iter().map(|(.., count)| SecretBlocks::zeros(*count)).collect();
    let mut received: Vec<SecretBlocks> = receivers.iter().map(|(.., count)| SecretBlocks::zeros(*count)).collect();
    let from = senders.iter_mut().zip(&mut sent).map(|((cot, silent, _), q)| (&mut **cot, &mut **silent, &mut **q));
    let to = receivers.iter_mut().zip(&mut received).map(|((cot, silent, _), t)| (&mut **cot, &mut **silent, &mut **t));
    let (mut from, mut to): (Vec<SenderRows<'_>>, Vec<ReceiverRows<'_>>) = (from.collect(), to.collect());
    fill_all(net, random, &mut from, &mut to).await?;
    let sent =
        senders.iter_mut().zip(sent).map(|((_, silent, _), q)| silent.cots(q).map_err(at(silent.peer(), SILENT_TREES)));
    let received = receivers
        .iter_mut()
        .zip(received)
        .map(|((_, silent, _), t)| silent.cots(t).map_err(at(silent.peer(), SILENT_TREES)));
    Ok((sent.collect::<Result<_, _>>()?, received.collect::<Result<_, _>>()?))
}

/// Likewise as plain rows, whose lowest bits are the choices, into memory of the caller, who numbers them by
/// [`SilentSender::number`] and [`SilentReceiver::number`].
///
/// # Errors
/// As [`take_all`].
///
/// # Panics
/// As [`take_all`].
pub async fn fill_all(
    net: &mut Network,
    random: &mut Random,
    senders: &mut [SenderRows<'_>],
    receivers: &mut [ReceiverRows<'_>],
) -> Result<(), ChannelError> {
    begin(net, random, senders, receivers).await?;
    let (mut sent, mut received) = (vec![0; senders.len()], vec![0; receivers.len()]);
    loop {
        for (i, j) in pairs(senders.iter().map(|(_, silent, _)| silent.peer()), receivers.iter().map(|r| r.1.peer())) {
            let ((_, from, q), (_, to, t)) = (&mut senders[i], &mut receivers[j]);
            if let (Some(from), Some(to)) = (&mut from.stock, &mut to.stock) {
                let filled = joint::take(from, to, [&mut q[sent[i]..], &mut t[received[j]..]]);
                (sent[i], received[j]) = (sent[i] + filled, received[j] + filled);
            }
        }
        for ((_, silent, rows), filled) in senders.iter_mut().zip(&mut sent) {
            *filled += silent.take(&mut rows[*filled..]).map_err(at(silent.peer(), SILENT_TREES))?;
        }
        for ((_, silent, rows), filled) in receivers.iter_mut().zip(&mut received) {
            *filled += silent.take(&mut rows[*filled..]).map_err(at(silent.peer(), SILENT_TREES))?;
        }
        let sending = senders.iter_mut().zip(&sent).filter(|((.., rows), filled)| **filled < rows.len());
        let receiving = receivers.iter_mut().zip(&received).filter(|((.., rows), filled)| **filled < rows.len());
        let mut sending: Vec<_> = sending.map(|(demand, _)| demand).collect();
        let mut receiving: Vec<_> = receiving.map(|(demand, _)| demand).collect();
        if sending.is_empty() && receiving.is_empty() {
            return Ok(());
        }
        iterate(net, random, &mut sending, &mut receiving).await?;
    }
}

/// Rows of both directions of a pair on their way, under the same numbers.
pub struct Slice<'a> {
    /// The number of the first one.
    pub first: u64,
    /// The hash that makes pads of them, of both directions under the same keys.
    pub hash: GarblingHash,
    /// Those of this party as the sender.
    pub q: &'a [Block],
    /// Their Delta. Secret.
    pub delta: Block,
    /// Those of this party as the receiver, whose lowest bits are the choices.
    pub t: &'a [Block],
}

/// Takes `count` correlated OTs of either direction of one pair and gives them to `each`, in slices of a multiple of
/// `unit`, while the first two caches have them. The answer is whether it did: only stocks that stand at the same place
/// and began together can be streamed so, of which both parties know alike.
///
/// # Errors
/// As [`take_all`].
///
/// # Panics
/// If `count` is no multiple of `unit`.
pub async fn stream_both(
    (net, random): (&mut Network, &mut Random),
    (sending, from): (&mut CotSender, &mut SilentSender),
    (receiving, to): (&mut CotReceiver, &mut SilentReceiver),
    (count, unit): (usize, usize),
    mut each: impl FnMut(&Slice<'_>),
) -> Result<bool, ChannelError> {
    assert!(count.is_multiple_of(unit), "slices are of whole units");
    let (peer, lower_sends) = (from.peer(), net.me() < from.peer());
    let hash = match (&from.stock, &to.stock) {
        (Some(one), Some(other)) if joint::are_joint(one, other) => joint::hash(one, other, lower_sends),
        _ => return Ok(false),
    };
    let (mut first, _) = from.number(count).map_err(at(peer, SILENT_TREES))?;
    to.number(count).map_err(at(peer, SILENT_TREES))?;
    let [mut q, mut t] = [(); 2].map(|()| SecretBlocks::zeros(MAIN.leaves() + unit));
    begin(net, random, &mut [(&mut *sending, &mut *from, &mut *q)], &mut [(&mut *receiving, &mut *to, &mut *t)])
        .await?;
    let (mut missing, mut kept) = (count, 0);
    while missing > 0 {
        let (Some(one), Some(other)) = (&mut from.stock, &mut to.stock) else {
            return Err(at(peer, SILENT_TREES)(SPENT));
        };
        let taken = missing.min(one.left_of_tree());
        if taken == 0 {
            let (mut from, mut to) = ((&mut *sending, &mut *from, &mut *q), (&mut *receiving, &mut *to, &mut *t));
            iterate(net, random, &mut [&mut from], &mut [&mut to]).await?;
            continue;
        }
        joint::take(one, other, [&mut q[kept..][..taken], &mut t[kept..][..taken]]);
        missing -= taken;
        let have = kept + taken;
        kept = have % unit;
        let whole = have - kept;
        each(&Slice { first, hash, q: &q[..whole], delta: from.delta(), t: &t[..whole] });
        first += whole as u64;
        q.copy_within(whole..have, 0);
        t.copy_within(whole..have, 0);
    }
    Ok(true)
}

/// Extends for the seeds of new stocks.
async fn begin(
    net: &mut Network,
    random: &mut Random,
    senders: &mut [SenderRows<'_>],
    receivers: &mut [ReceiverRows<'_>],
) -> Result<(), ChannelError> {
    let (mut new_senders, mut extending) = (Vec::new(), Vec::new());
    for (cot, silent, _) in
        senders.iter_mut().filter(|(_, silent, rows)| silent.standing().is_new() && !rows.is_empty())
    {
        extending.push((&mut **cot, FIRST.seeds()));
        new_senders.push(&mut **silent);
    }
    let (mut new_receivers, mut extended) = (Vec::new(), Vec::new());
    for (cot, silent, _) in
        receivers.iter_mut().filter(|(_, silent, rows)| silent.standing().is_new() && !rows.is_empty())
    {
        extended.push((&mut **cot, FIRST.seeds()));
        new_receivers.push(&mut **silent);
    }
    let (sent, received) = extend_all(net, random, &mut extending, &mut extended).await?;
    for (silent, cots) in new_senders.into_iter().zip(sent) {
        silent.begin(cots).map_err(at(silent.peer(), SILENT_TREES))?;
    }
    for (silent, cots) in new_receivers.into_iter().zip(received) {
        silent.begin(cots).map_err(at(silent.peer(), SILENT_TREES))?;
    }
    Ok(())
}

/// One iteration of each.
async fn iterate(
    net: &mut Network,
    random: &mut Random,
    senders: &mut [&mut SenderRows<'_>],
    receivers: &mut [&mut ReceiverRows<'_>],
) -> Result<(), ChannelError> {
    let nothing = || (vec![None; net.parties()], vec![None; net.parties()]);
    let ((mut outgoing, mut lengths), mut growing) = (nothing(), Vec::with_capacity(senders.len()));
    let ((mut challenges, mut challenge_lengths), (mut answers, mut answer_lengths)) = (nothing(), nothing());
    let mut paired = pairs(senders.iter().map(|(_, silent, _)| silent.peer()), receivers.iter().map(|r| r.1.peer()));
    paired.retain(|(i, j)| senders[*i].1.standing().next() == receivers[*j].1.standing().next());
    for (i, j) in &paired {
        if let (Some(from), Some(to)) = (&mut senders[*i].1.stock, &mut receivers[*j].1.stock) {
            joint::prepare(from, to);
        }
    }
    for (_, silent, _) in senders.iter_mut() {
        let (iteration, message) = silent.iterate(random).map_err(at(silent.peer(), SILENT_TREES))?;
        assert!(outgoing[silent.peer().0].replace(message).is_none(), "a peer occurs once in a list");
        challenge_lengths[silent.peer().0] = Some(CHALLENGE_BYTES);
        growing.push(iteration);
    }
    for (_, silent, _) in receivers.iter() {
        lengths[silent.peer().0] = Some(silent.standing().next().trees_bytes());
        answer_lengths[silent.peer().0] = Some(ANSWER_BYTES);
    }
    let incoming = net.scatter(SILENT_TREES, &slices(&outgoing), &lengths).await?;
    let mut rebuilding = Vec::with_capacity(receivers.len());
    for (_, silent, _) in receivers.iter_mut() {
        let peer = silent.peer();
        let (iteration, challenge) = silent.iterate(random, &incoming[peer.0]).map_err(at(peer, SILENT_TREES))?;
        challenges[peer.0] = Some(challenge);
        rebuilding.push(iteration);
    }
    let incoming = net.scatter(SILENT_CHALLENGE, &slices(&challenges), &challenge_lengths).await?;
    for ((_, silent, _), iteration) in senders.iter_mut().zip(growing) {
        let peer = silent.peer();
        let answer = silent.answer(iteration, &incoming[peer.0]).map_err(at(peer, SILENT_CHALLENGE))?;
        answers[peer.0] = Some(answer.to_vec());
    }
    let incoming = net.scatter(SILENT_ANSWER, &slices(&answers), &answer_lengths).await?;
    for ((cot, silent, _), iteration) in receivers.iter_mut().zip(rebuilding) {
        let peer = silent.peer();
        let completed = silent.complete(iteration, &incoming[peer.0]);
        // Whoever cheats here gets no second try at the pair's older state.
        completed.inspect_err(|_| cot.spend()).map_err(at(peer, SILENT_ANSWER))?;
    }
    for (i, j) in paired {
        let (from, to) = (&mut senders[i].1, &mut receivers[j].1);
        let lower_sends = net.me() < from.peer();
        if let (Some(from), Some(to)) = (&mut from.stock, &mut to.stock) {
            joint::join(from, to, lower_sends);
        }
    }
    Ok(())
}

/// The positions of those peers in either list that are in both.
fn pairs(
    senders: impl Iterator<Item = PartyIndex>,
    receivers: impl Iterator<Item = PartyIndex> + Clone,
) -> Vec<(usize, usize)> {
    let position = |(i, peer)| Some((i, receivers.clone().position(|other| other == peer)?));
    senders.enumerate().filter_map(position).collect()
}
