//! Values that one party knows and that all have authenticated: what inputs, masks and triples are made from.
//!
//! The owner has a value `x` and, for each peer, a mask `v`; each peer has `w = alpha x + v` under its own key
//! ([`super::vole`]). As a sharing, the owner's addend is `x` and everybody else's is nothing; the MAC's addends are
//! `alpha x - sum v` at the owner and `w` at a peer.
//!
//! *The check* (Cramer, Damgård, Escudero, Scholl and Xing, ePrint 2018/482, section 4): the owner opens a random
//! combination of its values, masked by one more, with its mask; every peer compares with its own `w`. Coefficients
//! have 64 bits, and come from a coin toss when the corrections are sent. With more than two parties what was opened is
//! echoed.

use super::vole::{Holder, Owned, Owner, correction_bytes};
use super::wide::{self, WIDE_BYTES, Wide};
use super::{SPDZ_CORRECTIONS, SPDZ_VALUES, SPDZ_VALUES_ECHO};
use crate::correlation::SecretVec;
use crate::crypto::{Block, Heard, Prg, SessionId, Transcript, coin_toss, coin_toss_cost, echo_bytes};
use crate::net::{ChannelError, ChannelFault, Ledger, PartyIndex};
use crate::ot::{BaseOt, CotReceiver, CotSender, set_up_all, set_up_cost};
use crate::protocol::Session;

/// What is opened to check an owner's values: the combination and its mask.
const CHECK_BYTES: usize = 2 * WIDE_BYTES;

/// A party's key, and what it makes values with.
pub(super) struct Keys {
    key: u64,
    /// By party.
    owners: Vec<Option<Owner>>,
    holders: Vec<Option<Holder>>,
}

/// Values, by owner. Lists by party are empty at one's own place.
pub(super) struct Known {
    /// Mine.
    pub(super) values: SecretVec<Wide>,
    /// By peer, the masks of mine.
    pub(super) v: Vec<SecretVec<Wide>>,
    /// By owner, what I have of theirs.
    pub(super) w: Vec<SecretVec<Wide>>,
}

impl Keys {
    /// Draws a key and sets up with everybody.
    pub(super) async fn set_up(base: BaseOt, session: &mut Session) -> Result<Self, ChannelError> {
        let delta = Block::new(session.random.block().to_u128() | 1);
        let Session { id, network, random, .. } = session;
        let peers: Vec<PartyIndex> = network.peers().collect();
        let sending: Vec<(PartyIndex, Block)> = peers.iter().map(|peer| (*peer, delta)).collect();
        // The pairs' other set-up, of the garbling, has the session's own id.
        let own = SessionId(Transcript::new("quorate 2026 spdz keys", id).digest());
        let (senders, receivers) = set_up_all(network, random, &own, base, &sending, &peers).await?;
        Self::of(network.parties(), delta, &senders, &receivers)
    }

    fn of(
        parties: usize,
        delta: Block,
        senders: &[CotSender],
        receivers: &[CotReceiver],
    ) -> Result<Self, ChannelError> {
        const PURPOSE: &str = "spdz values";
        let at = |peer| move |fault| ChannelError { peer, step: SPDZ_CORRECTIONS, fault };
        let mut owners: Vec<Option<Owner>> = (0..parties).map(|_| None).collect();
        let mut holders: Vec<Option<Holder>> = (0..parties).map(|_| None).collect();
        for receiver in receivers {
            let leaves = receiver.leaves_for(PURPOSE).map_err(at(receiver.peer()))?;
            owners[receiver.peer().0] = Some(Owner::new(&leaves));
        }
        for sender in senders {
            let leaves = sender.leaves_for(PURPOSE).map_err(at(sender.peer()))?;
            holders[sender.peer().0] = Some(Holder::new(&leaves, delta));
        }
        Ok(Self { key: super::vole::key_of(delta), owners, holders })
    }

    /// A key of an earlier session, and nothing to make values with.
    pub(super) fn of_earlier(key: u64) -> Self {
        Self { key, owners: Vec::new(), holders: Vec::new() }
    }

    /// My share of the key. Secret.
    pub(super) fn key(&self) -> u64 {
        self.key
    }

    /// So many random values for each owner, checked.
    pub(super) async fn make(&mut self, session: &mut Session, counts: &[usize]) -> Result<Known, ChannelError> {
        let (me, parties) = (session.network.me(), session.network.parties());
        let with_mask: Vec<usize> = counts.iter().map(|count| if *count > 0 { count + 1 } else { 0 }).collect();
        let mut known = Known::empty(parties);
        let mut outgoing: Vec<Option<Vec<u8>>> = vec![None; parties];
        known.values = SecretVec::zeros(with_mask[me.0]);
        for peer in session.network.peers().filter(|_| with_mask[me.0] > 0) {
            if let Some(owner) = &mut self.owners[peer.0] {
                let Owned { v, message } = owner.own(&mut known.values, adopts(me, peer));
                known.v[peer.0] = v;
                outgoing[peer.0] = Some(message);
            }
        }
        let length = |owner: usize| correction_bytes(with_mask[owner], adopts(PartyIndex(owner), me));
        let lengths: Vec<Option<usize>> = (0..parties).map(|p| Some(length(p)).filter(|bytes| *bytes > 0)).collect();
        let slices: Vec<Option<&[u8]>> = outgoing.iter().map(Option::as_deref).collect();
        let incoming = session.network.scatter(SPDZ_CORRECTIONS, &slices, &lengths).await?;
        for (owner, message) in incoming.iter().enumerate().filter(|(owner, _)| *owner != me.0) {
            if let Some(holder) = &mut self.holders[owner] {
                known.w[owner] = holder.hold(with_mask[owner], adopts(PartyIndex(owner), me), message);
            }
        }
        if counts.iter().any(|count| *count > 0) {
            self.check(session, &known, &with_mask).await?;
        }
        known.drop_masks();
        Ok(known)
    }

    /// Opens a combination of all values of each owner, the last of which masks it.
    async fn check(&self, session: &mut Session, known: &Known, counts: &[usize]) -> Result<(), ChannelError> {
        let Session { id, network, random, .. } = session;
        let (me, parties) = (network.me(), network.parties());
        let coin = coin_toss(network, random, id, "spdz values").await?;
        let seed = |owner: usize| {
            let mut transcript = Transcript::new("quorate 2026 spdz values", id);
            transcript.append("coin", &coin).append_party("owner", PartyIndex(owner)).block()
        };
        let mut messages: Vec<Option<Vec<u8>>> = vec![None; parties];
        let mine = wide::bytes_of(combination(&known.values, seed(me.0)));
        for peer in network.peers().filter(|_| counts[me.0] > 0) {
            let mask = wide::bytes_of(combination(&known.v[peer.0], seed(me.0)));
            messages[peer.0] = Some([&mine[..WIDE_BYTES], &mask[..WIDE_BYTES]].concat());
        }
        let lengths: Vec<Option<usize>> = counts.iter().map(|count| (*count > 0).then_some(CHECK_BYTES)).collect();
        let slices: Vec<Option<&[u8]>> = messages.iter().map(Option::as_deref).collect();
        let incoming = network.scatter(SPDZ_VALUES, &slices, &lengths).await?;
        let mut heard: Vec<&[u8]> = incoming.iter().map(|message| &message[..message.len() / 2]).collect();
        heard[me.0] = if counts[me.0] > 0 { &mine[..WIDE_BYTES] } else { &[] };
        let heard = Heard::new(id, me, SPDZ_VALUES, &heard);
        if echo_bytes(parties) > 0 {
            let echoes = network.exchange_all(SPDZ_VALUES_ECHO, &heard.echo(), echo_bytes(parties)).await?;
            heard.compare(&echoes.iter().map(Vec::as_slice).collect::<Vec<_>>())?;
        }
        for owner in (0..parties).filter(|owner| *owner != me.0 && counts[*owner] > 0) {
            let (value, mask) = incoming[owner].split_at(WIDE_BYTES);
            let due = wide::add(wide::times(wide::from_bytes(value), self.key), wide::from_bytes(mask));
            if !wide::is_zero(wide::sub(combination(&known.w[owner], seed(owner)), due)) {
                let fault = ChannelFault::CheckFailed("its values are not authentic");
                return Err(ChannelError { peer: PartyIndex(owner), step: SPDZ_VALUES, fault });
            }
        }
        Ok(())
    }
}

/// Whether an owner takes its values from the pair with this peer: the first one.
fn adopts(owner: PartyIndex, peer: PartyIndex) -> bool {
    peer.0 == usize::from(owner.0 == 0)
}

/// The sum of all but the last, weighted, and the last.
fn combination(values: &[Wide], seed: Block) -> Wide {
    let Some((mask, values)) = values.split_last() else { return [0; 3] };
    let mut coefficients = Coefficients::new(seed);
    values.iter().fold(*mask, |sum, value| wide::add(sum, wide::times(*value, coefficients.next())))
}

/// Public coefficients of 64 bits.
pub(super) struct Coefficients {
    stream: Prg,
    made: [u64; 64],
    used: usize,
}

impl Coefficients {
    pub(super) fn new(seed: Block) -> Self {
        Self { stream: Prg::new(seed), made: [0; 64], used: 64 }
    }

    pub(super) fn next(&mut self) -> u64 {
        if self.used == self.made.len() {
            self.stream.fill_u64(&mut self.made);
            self.used = 0;
        }
        self.used += 1;
        self.made[self.used - 1]
    }
}

impl Known {
    pub(super) fn empty(parties: usize) -> Self {
        let none = || (0..parties).map(|_| SecretVec::default()).collect();
        Self { values: SecretVec::default(), v: none(), w: none() }
    }

    /// Leaves out the last of each owner's.
    fn drop_masks(&mut self) {
        let all = std::iter::once(&mut self.values).chain(&mut self.v).chain(&mut self.w);
        all.filter(|values| !values.is_empty()).for_each(|values| drop(values.take_last(1)));
    }

    /// Puts others behind these.
    pub(super) fn append(&mut self, other: &Self) {
        self.values.append(&other.values);
        self.v.iter_mut().zip(&other.v).for_each(|(v, more)| v.append(more));
        self.w.iter_mut().zip(&other.w).for_each(|(w, more)| w.append(more));
    }

    /// Moves the last `counts` of each owner out.
    pub(super) fn take(&mut self, me: PartyIndex, counts: &[usize]) -> Self {
        let values = self.values.take_last(counts[me.0]);
        let peers = |p: usize| p != me.0;
        let v = self.v.iter_mut().enumerate();
        let v = v.map(|(p, v)| if peers(p) { v.take_last(counts[me.0]) } else { SecretVec::default() }).collect();
        let w = self.w.iter_mut().enumerate();
        let w = w.map(|(p, w)| if peers(p) { w.take_last(counts[p]) } else { SecretVec::default() }).collect();
        Self { values, v, w }
    }

    /// What brings my values from `first` on to the chosen numbers modulo 2^(8 `bytes`): to be told to everybody. My
    /// values are changed.
    pub(super) fn choose(&mut self, first: usize, chosen: impl Iterator<Item = Wide>, bytes: usize) -> Vec<u8> {
        let mut message = Vec::new();
        for (value, chosen) in self.values[first..].iter_mut().zip(chosen) {
            let difference = wide::bytes_of(wide::sub(chosen, *value));
            *value = wide::add(*value, wide::from_bytes(&difference[..bytes]));
            message.extend_from_slice(&difference[..bytes]);
        }
        message
    }

    /// Follows such changes of an owner's values from `first` on.
    pub(super) fn follow(&mut self, owner: PartyIndex, first: usize, message: &[u8], bytes: usize, key: u64) {
        let w = &mut self.w[owner.0][first..];
        for (w, difference) in w.iter_mut().zip(message.chunks_exact(bytes)) {
            *w = wide::add(*w, wide::times(wide::from_bytes(difference), key));
        }
    }

    /// My addends of an owner's value: of itself and of its MAC.
    pub(super) fn share_of(&self, (me, key): (PartyIndex, u64), owner: PartyIndex, place: usize) -> (Wide, Wide) {
        if owner != me {
            return ([0; 3], self.w[owner.0][place]);
        }
        let value = self.values[place];
        let masks = self.v.iter().filter(|v| !v.is_empty());
        (value, masks.fold(wide::times(value, key), |mac, v| wide::sub(mac, v[place])))
    }

    /// My addends of the sum of all owners' values at a place.
    pub(super) fn share_of_sum(&self, (me, key): (PartyIndex, u64), place: usize) -> (Wide, Wide) {
        let (value, mac) = self.share_of((me, key), me, place);
        let theirs = self.w.iter().filter(|w| !w.is_empty());
        (value, theirs.fold(mac, |mac, w| wide::add(mac, w[place])))
    }
}

/// The messages of [`Keys::set_up`].
pub(super) fn keys_cost(ledger: &mut Ledger, base: BaseOt) {
    let parties = ledger.parties();
    let pairs = (0..parties).flat_map(|from| (0..parties).map(move |to| (PartyIndex(from), PartyIndex(to))));
    set_up_cost(ledger, base, &pairs.filter(|(from, to)| from != to).collect::<Vec<_>>());
}

/// The messages of [`Keys::make`].
pub(super) fn known_cost(ledger: &mut Ledger, counts: &[usize]) {
    let parties = ledger.parties();
    let owners = || (0..parties).filter(|owner| counts[*owner] > 0).map(PartyIndex);
    let to_peers = || owners().flat_map(|o| (0..parties).map(move |p| (o, PartyIndex(p)))).filter(|(o, p)| o != p);
    if owners().next().is_none() {
        return;
    }
    let corrections = to_peers().map(|(o, p)| (o, p, correction_bytes(counts[o.0] + 1, adopts(o, p)) as u64));
    ledger.simultaneous(&corrections.collect::<Vec<_>>());
    coin_toss_cost(ledger);
    ledger.simultaneous(&to_peers().map(|(o, p)| (o, p, CHECK_BYTES as u64)).collect::<Vec<_>>());
    if echo_bytes(parties) > 0 {
        ledger.exchange_all(echo_bytes(parties) as u64);
    }
}
