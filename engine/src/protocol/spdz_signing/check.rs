//! Whether what was authenticated is the same towards everybody, keys are the keys, and triples are triples.

use ff::{Field, PrimeField};
use quorate_circuits::curve::{Curve, SCALAR_BYTES};
use subtle::ConstantTimeEq;

use super::draw::{Batch, Drawn, Spdz, Triple, Unchecked};
use super::{CHECK, DIGEST, Parts, SACRIFICE, Share, WRONG_MAC, at, deviation};
use crate::crypto::{Heard, Prg, Transcript, coin_toss, echo_bytes};
use crate::net::{ChannelError, ChannelFault, PartyIndex};
use crate::protocol::Session;
use crate::protocol::dkls::Pinned;

/// Bytes of the combination and its MAC, factors of the sacrifice with their digest, keys' MACs in the exponent.
pub(super) fn check_bytes<C: Curve>(keys: usize, triples: usize) -> usize {
    (2 + triples) * SCALAR_BYTES + usize::from(triples > 0) * DIGEST + keys * C::POINT_BYTES
}

/// Bytes of the combination of triples with its MAC, and of the echo.
pub(super) fn sacrifice_bytes(parties: usize, triples: usize) -> usize {
    echo_bytes(parties) + usize::from(triples > 0) * 2 * SCALAR_BYTES
}

/// Public coefficients that nobody knew when values were authenticated.
struct Coefficients(Prg);

impl Coefficients {
    fn next<C: Curve>(&mut self) -> C::Scalar {
        C::Scalar::from_u128(u128::from_le_bytes(self.0.bytes()))
    }
}

/// Checks everything, and sacrifices one of every two products.
///
/// # Errors
/// The channels'; whoever's MAC is wrong; somebody who has authenticated different values towards different parties; products
/// that are none, which is nobody's fault that could be shown among more than two.
pub(super) async fn check<C: Curve>(
    spdz: &mut Spdz<C>,
    session: &mut Session,
    batch: Batch<C>,
    keys: &[Pinned<C>],
) -> Result<(Drawn<C>, Vec<Triple<C>>), ChannelError> {
    let Session { id, network, random, .. } = session;
    let (me, parties, triples) = (network.me(), network.parties(), batch.triples.len());
    let coin = coin_toss(network, random, id, "spdz-signing values").await?;
    let mut transcript = Transcript::new("quorate 2026 spdz-signing check", id);
    let mut coefficients = Coefficients(Prg::new(transcript.append("coin", &coin).block()));
    let sacrificed = coefficients.next::<C>();
    let checked = Checked::of(spdz, &batch, &mut coefficients, &sacrificed);
    let mut outgoing: Vec<Option<Vec<u8>>> = vec![None; parties];
    network.peers().for_each(|peer| outgoing[peer.0] = Some(checked.message(spdz, &batch, peer)));
    let slices: Vec<Option<&[u8]>> = outgoing.iter().map(Option::as_deref).collect();
    let lengths = vec![Some(check_bytes::<C>(keys.len(), triples)); parties];
    let incoming = network.scatter(CHECK, &slices, &lengths).await?;
    let mut rho: Vec<C::Scalar> = checked.rho.iter().map(|share| share.value).collect();
    for peer in network.peers() {
        let theirs = checked.verified(spdz, &batch, keys, peer, &incoming[peer.0]).map_err(at(peer, CHECK))?;
        rho.iter_mut().zip(theirs).for_each(|(sum, theirs)| *sum += theirs);
    }
    let mine = C::encode_scalar(&checked.combination.value);
    let mut heard: Vec<&[u8]> = incoming.iter().map(|message| message.get(..SCALAR_BYTES).unwrap_or(&[])).collect();
    heard[me.0] = &mine;
    let heard = Heard::new(id, me, CHECK, &heard);
    let mut nothing = Share::zero(parties);
    for (t, rho) in batch.triples.iter().zip(&rho) {
        let weight = coefficients.next::<C>();
        nothing.add_times(&(weight * sacrificed), &t.triple.c);
        nothing.add_times(&-weight, &t.other_c);
        nothing.add_times(&-(weight * rho), &t.triple.b);
    }
    sacrifice(spdz, session, &nothing, &heard, triples).await?;
    Ok((batch.drawn, batch.triples.into_iter().map(|unchecked| unchecked.triple).collect()))
}

/// What is opened to check a batch.
struct Checked<C: Curve> {
    /// Of all values.
    combination: Share<C>,
    /// By triple: `r a - a'`.
    rho: Vec<Share<C>>,
    /// Of the digest.
    number: u64,
}

impl<C: Curve> Checked<C> {
    fn of(spdz: &mut Spdz<C>, batch: &Batch<C>, coefficients: &mut Coefficients, sacrificed: &C::Scalar) -> Self {
        let parties = spdz.parties;
        let mut combination = Share::zero(parties);
        batch.all_but_the_mask().for_each(|share| combination.add_times(&coefficients.next::<C>(), share));
        combination.add_times(&C::Scalar::ONE, &batch.mask);
        let rho =
            |t: &Unchecked<C>| Share::combination(parties, [(*sacrificed, &t.triple.a), (-C::Scalar::ONE, &t.other_a)]);
        Self { combination, rho: batch.triples.iter().map(rho).collect(), number: spdz.next_digest() }
    }

    fn message(&self, spdz: &Spdz<C>, batch: &Batch<C>, peer: PartyIndex) -> Vec<u8> {
        let keys = &batch.drawn.keys;
        let mut message = Vec::with_capacity(check_bytes::<C>(keys.len(), self.rho.len()));
        message.extend_from_slice(&C::encode_scalar(&self.combination.value));
        message.extend_from_slice(&C::encode_scalar(&self.combination.macs[peer.0]));
        self.rho.iter().for_each(|share| message.extend_from_slice(&C::encode_scalar(&share.value)));
        if !self.rho.is_empty() {
            message.extend_from_slice(&spdz.digest_of_mine(self.number, peer, &self.rho));
        }
        let in_exponent: Vec<C::Point> = keys.iter().map(|key| C::base_multiple(&key.macs[peer.0])).collect();
        C::encode_points(&in_exponent, &mut message);
        message
    }

    /// A peer's addends of all `rho`, if its message is what its values say.
    fn verified(
        &self,
        spdz: &Spdz<C>,
        batch: &Batch<C>,
        keys: &[Pinned<C>],
        peer: PartyIndex,
        message: &[u8],
    ) -> Result<Vec<C::Scalar>, ChannelFault> {
        let mut parts = Parts(message);
        spdz.authentic(&self.combination, peer, &mut parts)?;
        let rho = parts.scalars::<C>(self.rho.len())?;
        if !self.rho.is_empty() {
            spdz.compare(self.number, peer, &self.rho, &rho, parts.take(DIGEST)?)?;
        }
        for (key, share) in keys.iter().zip(&batch.drawn.keys) {
            let mac = parts.point::<C>()?;
            if !spdz.is_mac_of_point(share, peer, key.publics[peer.0], mac) {
                return Err(WRONG_MAC);
            }
        }
        Ok(rho)
    }
}

/// Opens the combination of all triples, and compares what was heard before.
async fn sacrifice<C: Curve>(
    spdz: &Spdz<C>,
    session: &mut Session,
    nothing: &Share<C>,
    heard: &Heard,
    triples: usize,
) -> Result<(), ChannelError> {
    let network = &mut session.network;
    let length = sacrifice_bytes(spdz.parties, triples);
    if length == 0 {
        return Ok(());
    }
    let echo = heard.echo();
    let mut outgoing: Vec<Option<Vec<u8>>> = vec![None; spdz.parties];
    for peer in network.peers() {
        let mut message = echo.clone();
        if triples > 0 {
            message.extend_from_slice(&C::encode_scalar(&nothing.value));
            message.extend_from_slice(&C::encode_scalar(&nothing.macs[peer.0]));
        }
        outgoing[peer.0] = Some(message);
    }
    let slices: Vec<Option<&[u8]>> = outgoing.iter().map(Option::as_deref).collect();
    let incoming = network.scatter(SACRIFICE, &slices, &vec![Some(length); spdz.parties]).await?;
    let echoes: Vec<&[u8]> = incoming.iter().map(|message| message.get(..echo.len()).unwrap_or(&[])).collect();
    heard.compare(&echoes)?;
    if triples == 0 {
        return Ok(());
    }
    let mut sum = nothing.value;
    for peer in network.peers() {
        let mut parts = Parts(&incoming[peer.0][echo.len()..]);
        sum += spdz.authentic(nothing, peer, &mut parts).map_err(at(peer, SACRIFICE))?;
    }
    if bool::from(sum.is_zero()) {
        return Ok(());
    }
    Err(deviation(network, SACRIFICE, "products of triples are wrong"))
}

impl<C: Curve> Spdz<C> {
    /// The number of the next digest.
    pub(super) fn next_digest(&mut self) -> u64 {
        self.digests += 1;
        self.digests
    }

    fn digest(&self, number: u64, [from, to]: [PartyIndex; 2], macs: impl Iterator<Item = C::Scalar>) -> [u8; DIGEST] {
        let mut transcript = Transcript::new("quorate 2026 spdz-signing MACs", &self.session);
        transcript.append_u64("number", number).append_party("from", from).append_party("to", to);
        macs.for_each(|mac| {
            transcript.append("MAC", &C::encode_scalar(&mac));
        });
        transcript.digest()
    }

    /// The digest of the MACs of what is opened to a peer.
    pub(super) fn digest_of_mine(&self, number: u64, peer: PartyIndex, shares: &[Share<C>]) -> [u8; DIGEST] {
        self.digest(number, [self.me, peer], shares.iter().map(|share| share.macs[peer.0]))
    }

    /// A peer's addend, which is followed by its MAC.
    fn authentic(&self, share: &Share<C>, peer: PartyIndex, parts: &mut Parts<'_>) -> Result<C::Scalar, ChannelFault> {
        let [value, mac] = [parts.scalar::<C>()?, parts.scalar::<C>()?];
        let due = share.keys[peer.0] - self.delta * value;
        if bool::from(due.ct_eq(&mac)) { Ok(value) } else { Err(WRONG_MAC) }
    }

    /// Whether a peer's addends have the MACs whose digest it sent.
    pub(super) fn compare(
        &self,
        number: u64,
        peer: PartyIndex,
        shares: &[Share<C>],
        theirs: &[C::Scalar],
        digest: &[u8],
    ) -> Result<(), ChannelFault> {
        let macs = shares.iter().zip(theirs).map(|(share, value)| share.keys[peer.0] - self.delta * value);
        let due = self.digest(number, [peer, self.me], macs);
        if bool::from(due.ct_eq(digest)) { Ok(()) } else { Err(WRONG_MAC) }
    }

    /// Whether a peer's MAC in the exponent is that of its addend in the exponent.
    pub(super) fn is_mac_of_point(&self, share: &Share<C>, peer: PartyIndex, point: C::Point, mac: C::Point) -> bool {
        let left = C::linear_combination(&[(point, self.delta)]) + mac;
        bool::from(left.ct_eq(&C::base_multiple(&share.keys[peer.0])))
    }
}
