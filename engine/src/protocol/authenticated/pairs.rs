//! Random authenticated bits from correlated OTs, and the set-up that they need: the only file that knows where
//! correlations come from.
//!
//! Every party is the sender of correlated OTs to every other under its one Delta, and the receiver of theirs. The
//! receiver's choice is its share of a bit, its row the MAC, the sender's row the key. A party's choices have to be the
//! same towards everybody: it adopts those of its pair with the first peer and sends the others the differences
//! (Wang, Ranellucci and Katz, ePrint 2017/189, section 5.1). That it did is checked later, by [`super::opening`].

use std::ops::Range;

use quorate_kernels::Block;
use zeroize::Zeroizing;

use super::bits::{WORD, mask};
use super::pool::Pool;
use super::shares::Shares;
use super::{AUTHENTICATED_CHOICES, Session};
use crate::crypto::SecretBlocks;
use crate::net::{ChannelError, Ledger, Network, PartyIndex, Step};
use crate::ot::{
    BaseOt, CotReceiver, CotSender, ReceiverCots, SenderCots, extend_all, extend_cost, set_up_all, set_up_cost,
};

/// Rows that are extended at once: their matrices are 16 MiB for each direction.
pub(super) const EXTENSION_ROWS: usize = 1 << 18;

/// Both directions with every peer.
pub(super) struct Pairs {
    me: PartyIndex,
    parties: usize,
    delta: Zeroizing<Block>,
    /// By peer, in order.
    senders: Vec<CotSender>,
    /// By peer, in order.
    receivers: Vec<CotReceiver>,
}

/// A party's Delta: uniform but for its lowest bit, which is one everywhere, and the next, which is one at party 0
/// alone. So the sum of all Deltas has that second bit too.
pub(super) fn draw_delta(session: &mut Session) -> Block {
    let second = u128::from(session.network.me().0 == 0) << 1;
    Block::new(session.random.block().to_u128() & !0b11 | second | 1)
}

impl Pairs {
    /// Draws Delta and sets up with everybody.
    ///
    /// # Errors
    /// Those of [`set_up_all`].
    pub(super) async fn set_up(session: &mut Session, base: BaseOt) -> Result<Self, ChannelError> {
        let delta = Zeroizing::new(draw_delta(session));
        Self::set_up_under(session, base, *delta, |_| *delta).await
    }

    /// Likewise under given Deltas, one for each peer: whoever follows the protocol has one for all.
    pub(super) async fn set_up_under(
        session: &mut Session,
        base: BaseOt,
        delta: Block,
        towards: impl Fn(PartyIndex) -> Block,
    ) -> Result<Self, ChannelError> {
        let delta = Zeroizing::new(delta);
        let Session { id, network, random, .. } = session;
        let peers: Vec<PartyIndex> = network.peers().collect();
        let sending: Vec<(PartyIndex, Block)> = peers.iter().map(|&peer| (peer, towards(peer))).collect();
        let (senders, receivers) = set_up_all(network, random, id, base, &sending, &peers).await?;
        Ok(Self { me: network.me(), parties: network.parties(), delta, senders, receivers })
    }

    /// This party's Delta. Secret.
    pub(super) fn delta(&self) -> Block {
        *self.delta
    }

    /// Random authenticated bits, cut into vectors of these lengths, and by peer but the last my keys for its shares of the
    /// first `keyed` ([`super::products::Keys`] has the others). All are in memory of the pool, where it has some.
    ///
    /// # Errors
    /// Those of [`extend_all`], and the channels'.
    pub(super) async fn extend<const N: usize>(
        &mut self,
        session: &mut Session,
        pool: &mut Pool,
        lengths: [usize; N],
        keyed: usize,
    ) -> Result<([Shares; N], Vec<SecretBlocks>), ChannelError> {
        let mut shares = lengths.map(|length| pool.shares(self.parties, length));
        let mut keys: Vec<_> = self.senders.iter().skip(1).map(|_| pool.take(keyed)).collect();
        let rows = lengths.iter().sum();
        for first in (0..rows).step_by(EXTENSION_ROWS) {
            let count = EXTENSION_ROWS.min(rows - first);
            let (sent, received) = self.correlated(session, AUTHENTICATED_CHOICES, count).await?;
            let mut begins = 0;
            for shares in &mut shares {
                let (from, to) = (first.max(begins), (first + count).min(begins + shares.len()));
                if from < to {
                    self.take_in((&sent, &received), from - first..to - first, shares, from - begins);
                }
                begins += shares.len();
            }
            for (cots, keys) in sent.iter().zip(&mut keys) {
                let kept = keys.get_mut(first..keyed).unwrap_or_default();
                kept.iter_mut().zip(cots.q.iter()).for_each(|(key, row)| *key = even(row));
            }
            if first + count < rows {
                self.senders.iter_mut().zip(sent).for_each(|(sender, cots)| sender.recycle(cots));
                self.receivers.iter_mut().zip(received).for_each(|(receiver, cots)| receiver.recycle(cots));
            }
        }
        Ok((shares, keys))
    }

    /// So many correlated OTs in both directions with every peer. `step` is that of the differences.
    ///
    /// # Errors
    /// Those of [`extend_all`], and the channels'.
    pub(super) async fn correlated(
        &mut self,
        session: &mut Session,
        step: Step,
        count: usize,
    ) -> Result<(Vec<SenderCots>, Vec<ReceiverCots>), ChannelError> {
        let Session { network, random, .. } = session;
        let mut senders: Vec<_> = self.senders.iter_mut().map(|sender| (sender, count)).collect();
        let mut receivers: Vec<_> = self.receivers.iter_mut().map(|receiver| (receiver, count)).collect();
        let (mut sent, mut received) = extend_all(network, random, &mut senders, &mut receivers).await?;
        agree_on_choices(network, step, &mut sent, &mut received).await?;
        Ok((sent, received))
    }

    /// Writes some rows of an extension to their places from `to` on.
    fn take_in(
        &self,
        (sent, received): (&[SenderCots], &[ReceiverCots]),
        rows: Range<usize>,
        shares: &mut Shares,
        to: usize,
    ) {
        // Choices are the same towards all peers.
        let Some(choices) = received.first().map(|cots| &cots.choices) else { return };
        for (part, choices) in by_word(rows.clone(), choices) {
            let place = to + part.start - rows.start;
            let own = &mut shares.part_mut(self.me.0)[place..][..part.len()];
            own.iter_mut().enumerate().for_each(|(k, own)| *own = mask(choices, k) & *self.delta);
            for cots in sent {
                own.iter_mut().zip(&cots.q[part.clone()]).for_each(|(own, row)| *own ^= even(row));
            }
            let peers = (0..self.parties).filter(|p| *p != self.me.0);
            for (peer, cots) in peers.zip(received) {
                let macs = shares.part_mut(peer)[place..].iter_mut().zip(&cots.t[part.clone()]);
                macs.enumerate().for_each(|(k, (mac, row))| *mac = even(row) ^ Block::new((choices >> k & 1).into()));
            }
        }
    }
}

/// Rows, cut where a word of their choices ends: each part, and its choices from the lowest bit on.
fn by_word(rows: Range<usize>, choices: &[u64]) -> impl Iterator<Item = (Range<usize>, u64)> {
    let words = rows.start / WORD..rows.end.div_ceil(WORD);
    words.map(move |word| {
        let part = rows.start.max(word * WORD)..rows.end.min((word + 1) * WORD);
        let choices = choices[word] >> (part.start % WORD);
        (part, choices)
    })
}

/// A row as a key.
fn even(row: &Block) -> Block {
    Block::new(row.to_u128() & !1)
}

/// The peer whose pair a party takes its choices from.
fn first_peer(party: usize) -> usize {
    usize::from(party == 0)
}

/// Makes this party's choices the same towards all peers, and follows the others' changes.
async fn agree_on_choices(
    network: &mut Network,
    step: Step,
    sent: &mut [SenderCots],
    received: &mut [ReceiverCots],
) -> Result<(), ChannelError> {
    let Some((adopted, others)) = received.split_first_mut().filter(|(_, others)| !others.is_empty()) else {
        return Ok(());
    };
    let me = network.me().0;
    let differences: Vec<Vec<u64>> = others.iter_mut().map(|cots| cots.choose(&adopted.choices)).collect();
    let bytes = adopted.choices.len() * size_of::<u64>();
    // The first peer has the lowest index, and so have its OTs.
    let mut outgoing: Vec<Option<&[u8]>> = vec![None; network.parties()];
    let later = (0..network.parties()).filter(|p| *p != me && *p != first_peer(me));
    later.zip(&differences).for_each(|(peer, words)| outgoing[peer] = Some(bytemuck::cast_slice(words)));
    let lengths: Vec<Option<usize>> =
        (0..network.parties()).map(|peer| (peer != me && first_peer(peer) != me).then_some(bytes)).collect();
    let incoming = network.scatter(step, &outgoing, &lengths).await?;
    let peers = (0..network.parties()).filter(|p| *p != me);
    for (peer, cots) in peers.zip(sent.iter_mut()) {
        if lengths[peer].is_some() {
            let (words, _) = incoming[peer].as_chunks();
            cots.adapt(&words.iter().map(|word| u64::from_le_bytes(*word)).collect::<Vec<_>>());
        }
    }
    Ok(())
}

/// The messages of [`Pairs::set_up`].
pub(super) fn pairs_cost(ledger: &mut Ledger, base: BaseOt) {
    let pairs: Vec<_> = directions(ledger.parties()).collect();
    set_up_cost(ledger, base, &pairs);
}

/// The messages of [`Pairs::extend`].
pub(super) fn extension_cost(ledger: &mut Ledger, rows: usize) {
    for first in (0..rows).step_by(EXTENSION_ROWS) {
        agreed_cost(ledger, EXTENSION_ROWS.min(rows - first));
    }
}

/// The messages of [`Pairs::correlated`].
pub(in crate::protocol) fn agreed_cost(ledger: &mut Ledger, count: usize) {
    let extensions: Vec<_> = directions(ledger.parties()).map(|(from, to)| (from, to, count)).collect();
    extend_cost(ledger, &extensions);
    let differences = directions(ledger.parties()).filter(|(from, to)| first_peer(from.0) != to.0);
    let bytes = (count.div_ceil(64) * size_of::<u64>()) as u64;
    ledger.simultaneous(&differences.map(|(from, to)| (from, to, bytes)).collect::<Vec<_>>());
}

/// All ordered pairs.
pub(in crate::protocol) fn directions(parties: usize) -> impl Iterator<Item = (PartyIndex, PartyIndex)> {
    let pairs = (0..parties).flat_map(move |from| (0..parties).map(move |to| (PartyIndex(from), PartyIndex(to))));
    pairs.filter(|(from, to)| from != to)
}
