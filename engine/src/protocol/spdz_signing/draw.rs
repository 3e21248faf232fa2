//! Everything that a program consumes: random scalars, shares of keys, triples.

use ff::PrimeField;
use quorate_circuits::curve::Curve;
use zeroize::{Zeroize, Zeroizing};

use super::check::check;
use super::products::{WIDTH, multiply};
use super::vole::{correction_bytes, hold, own};
use super::{Share, VALUES, at};
use crate::crypto::{Block, SecretBlocks, SessionId, random_scalar};
use crate::net::{ChannelError, PartyIndex, Phase};
use crate::ot::{BaseOt, CotReceiver, CotSender, set_up_all};
use crate::protocol::Session;
use crate::protocol::dkls::Pinned;
use crate::vole::SecretScalars;

/// How much is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Random scalars.
    pub randoms: usize,
    /// Held keys.
    pub keys: usize,
    /// Triples: one for each product.
    pub triples: usize,
    /// From what the transfers are made.
    pub base: BaseOt,
}

impl Wanted {
    /// Values that each party authenticates: five for a triple, and one that masks the check.
    pub(super) fn values(self) -> usize {
        self.randoms + self.keys + 5 * self.triples + 1
    }
}

/// What was drawn.
pub struct Drawn<C: Curve> {
    /// Random scalars.
    pub randoms: Vec<Share<C>>,
    /// Held keys.
    pub keys: Vec<Share<C>>,
}

/// Random factors and their product.
pub(super) struct Triple<C: Curve> {
    pub(super) a: Share<C>,
    pub(super) b: Share<C>,
    pub(super) c: Share<C>,
}

/// Five shares of a triple before one of its products is sacrificed.
pub(super) struct Unchecked<C: Curve> {
    pub(super) triple: Triple<C>,
    pub(super) other_a: Share<C>,
    pub(super) other_c: Share<C>,
}

/// A party's state for a session.
pub struct Spdz<C: Curve> {
    pub(super) session: SessionId,
    pub(super) me: PartyIndex,
    pub(super) parties: usize,
    /// This party's key.
    pub(super) delta: C::Scalar,
    pub(super) triples: Vec<Triple<C>>,
    /// Digests so far: each has a number of its own.
    pub(super) digests: u64,
}

impl<C: Curve> Drop for Spdz<C> {
    fn drop(&mut self) {
        self.delta.zeroize();
    }
}

/// Draws with all other parties at once. The keys' shares are checked against their points.
///
/// # Errors
/// The channels'; a peer that is not consistent with itself; triples that are none.
pub async fn draw<C: Curve>(
    session: &mut Session,
    wanted: Wanted,
    keys: &[Pinned<C>],
) -> Result<(Spdz<C>, Drawn<C>), ChannelError> {
    session.network.enter(Phase::SetUp);
    let delta = Zeroizing::new([session.random.block().to_u128() | 1]);
    let Session { id, network, random, .. } = &mut *session;
    let (me, parties) = (network.me(), network.parties());
    let peers: Vec<PartyIndex> = network.peers().collect();
    let sending: Vec<(PartyIndex, Block)> = peers.iter().map(|peer| (*peer, Block::new(delta[0]))).collect();
    let (mut senders, mut receivers) = set_up_all(network, random, id, wanted.base, &sending, &peers).await?;
    session.network.enter(Phase::Preprocessing);
    let leaves = Leaves::of(parties, &senders, &receivers)?;
    let values = values(session, wanted, keys, (&mut senders, &mut receivers)).await?;
    let mut spdz = Spdz {
        session: session.id,
        me,
        parties,
        delta: C::Scalar::from_u128(delta[0]),
        triples: Vec::with_capacity(wanted.triples),
        digests: 0,
    };
    let shares = authenticate(session, &values, &leaves, Block::new(delta[0])).await?;
    let unchecked = Batch::of(shares, wanted);
    let (drawn, triples) = check(&mut spdz, session, unchecked, keys).await?;
    spdz.triples = triples;
    Ok((spdz, drawn))
}

/// All that this party authenticates, the mask of the check last.
async fn values<C: Curve>(
    session: &mut Session,
    wanted: Wanted,
    keys: &[Pinned<C>],
    ots: (&mut [CotSender], &mut [CotReceiver]),
) -> Result<SecretScalars<C>, ChannelError> {
    let uniform = |session: &mut Session, count: usize| -> SecretScalars<C> {
        Zeroizing::new((0..count).map(|_| random_scalar::<C>(&mut session.random)).collect())
    };
    let left = uniform(session, WIDTH * wanted.triples);
    let right = uniform(session, wanted.triples);
    let products = match wanted.triples {
        0 => Zeroizing::new(Vec::new()),
        _ => multiply::<C>(session, ots, &left, &right).await?,
    };
    let mut values = Zeroizing::new(Vec::with_capacity(wanted.values()));
    values.extend_from_slice(&uniform(session, wanted.randoms));
    values.extend(keys.iter().map(|key| key.share));
    for ((left, right), products) in left.chunks_exact(WIDTH).zip(right.iter()).zip(products.chunks_exact(WIDTH)) {
        values.extend_from_slice(left);
        values.push(*right);
        values.extend_from_slice(products);
    }
    values.extend_from_slice(&uniform(session, 1));
    Ok(values)
}

/// Shares that were not checked yet, by what they are for.
pub(super) struct Batch<C: Curve> {
    pub(super) drawn: Drawn<C>,
    pub(super) triples: Vec<Unchecked<C>>,
    pub(super) mask: Share<C>,
}

impl<C: Curve> Batch<C> {
    /// In the order of [`values`].
    fn of(shares: Vec<Share<C>>, wanted: Wanted) -> Self {
        let parties = shares.first().map_or(0, |share| share.macs.len());
        let mut shares = shares.into_iter();
        let mut next = || shares.next().unwrap_or_else(|| Share::zero(parties));
        let randoms = (0..wanted.randoms).map(|_| next()).collect();
        let keys = (0..wanted.keys).map(|_| next()).collect();
        let mut triples = Vec::with_capacity(wanted.triples);
        for _ in 0..wanted.triples {
            let [a, other_a, b, c, other_c] = std::array::from_fn(|_| next());
            triples.push(Unchecked { triple: Triple { a, b, c }, other_a, other_c });
        }
        Self { drawn: Drawn { randoms, keys }, triples, mask: next() }
    }

    /// All of them but for the mask.
    pub(super) fn all_but_the_mask(&self) -> impl Iterator<Item = &Share<C>> {
        let triples = self.triples.iter().flat_map(|unchecked| {
            let Triple { a, b, c } = &unchecked.triple;
            [a, &unchecked.other_a, b, c, &unchecked.other_c]
        });
        self.drawn.randoms.iter().chain(&self.drawn.keys).chain(triples)
    }
}

/// Leaves of all trees, by party.
struct Leaves {
    /// Of those in whose trees this party's values are.
    own: Vec<Option<SecretBlocks>>,
    /// Of those of whose values this party has the keys.
    held: Vec<Option<SecretBlocks>>,
}

impl Leaves {
    fn of(parties: usize, senders: &[CotSender], receivers: &[CotReceiver]) -> Result<Self, ChannelError> {
        const PURPOSE: &str = "spdz-signing values";
        let none = || (0..parties).map(|_| None).collect::<Vec<_>>();
        let mut leaves = Self { own: none(), held: none() };
        for receiver in receivers {
            let peer = receiver.peer();
            leaves.own[peer.0] = Some(receiver.leaves_for(PURPOSE).map_err(at(peer, VALUES))?);
        }
        for sender in senders {
            let peer = sender.peer();
            leaves.held[peer.0] = Some(sender.leaves_for(PURPOSE).map_err(at(peer, VALUES))?);
        }
        Ok(leaves)
    }
}

/// Gives everybody's values MACs under everybody's keys.
async fn authenticate<C: Curve>(
    session: &mut Session,
    values: &[C::Scalar],
    leaves: &Leaves,
    delta: Block,
) -> Result<Vec<Share<C>>, ChannelError> {
    let parties = session.network.parties();
    let mut shares: Vec<Share<C>> = values
        .iter()
        .map(|value| {
            let mut share = Share::zero(parties);
            share.value = *value;
            share
        })
        .collect();
    let mut outgoing: Vec<Option<Vec<u8>>> = vec![None; parties];
    for (peer, leaves) in leaves.own.iter().enumerate() {
        let Some(leaves) = leaves else { continue };
        let (masks, message) = own::<C>(leaves, values);
        shares.iter_mut().zip(masks.iter()).for_each(|(share, mask)| share.macs[peer] = *mask);
        outgoing[peer] = Some(message);
    }
    let slices: Vec<Option<&[u8]>> = outgoing.iter().map(Option::as_deref).collect();
    let lengths = vec![Some(correction_bytes(values.len())); parties];
    let incoming = session.network.scatter(VALUES, &slices, &lengths).await?;
    for (peer, leaves) in leaves.held.iter().enumerate() {
        let Some(leaves) = leaves else { continue };
        let keys = hold::<C>((PartyIndex(peer), leaves), delta, values.len(), &incoming[peer])?;
        shares.iter_mut().zip(keys.iter()).for_each(|(share, key)| share.keys[peer] = *key);
    }
    Ok(shares)
}
