//! Whether what was authenticated is the same towards everybody, keys are the keys, and triples are triples.

use ff::{Field, PrimeField};
use quorate_circuits::curve::{Curve, SCALAR_BYTES};
use subtle::ConstantTimeEq;

use super::draw::{Batch, Drawn, Spdz, Triple};
use super::{CHECK, DIGEST, Parts, SACRIFICE, Share, WRONG_MAC, at, deviation};
use crate::crypto::{Heard, Prg, Transcript, coin_toss, echo_bytes};
use crate::net::{ChannelError, PartyIndex};
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
    // The mask has the coefficient one.
    let mut combination = Share::zero(parties);
    for share in batch.all().take(batch.all().count() - 1) {
        combination.add_times(&coefficients.next::<C>(), share);
    }
    combination.add_times(&C::Scalar::ONE, &batch.mask);
    let rho: Vec<Share<C>> = batch
        .triples
        .iter()
        .map(|t| Share::combination(parties, [(sacrificed, &t.triple.a), (-C::Scalar::ONE, &t.other_a)]))
        .collect();
    let number = spdz.next_digest();
    let mut outgoing: Vec<Option<Vec<u8>>> = vec![None; parties];
    for peer in network.peers() {
        let mut message = Vec::with_capacity(check_bytes::<C>(keys.len(), triples));
        message.extend_from_slice(&C::encode_scalar(&combination.value));
        message.extend_from_slice(&C::encode_scalar(&combination.macs[peer.0]));
        rho.iter().for_each(|share| message.extend_from_slice(&C::encode_scalar(&share.value)));
        if triples > 0 {
            message.extend_from_slice(&spdz.digest_of_mine(number, peer, &rho));
        }
        let in_exponent: Vec<C::Point> =
            batch.drawn.keys.iter().map(|key| C::base_multiple(&key.macs[peer.0])).collect();
        C::encode_points(&in_exponent, &mut message);
        outgoing[peer.0] = Some(message);
    }
    let slices: Vec<Option<&[u8]>> = outgoing.iter().map(Option::as_deref).collect();
    let lengths = vec![Some(check_bytes::<C>(keys.len(), triples)); parties];
    let incoming = network.scatter(CHECK, &slices, &lengths).await?;
    let mut opened: Vec<C::Scalar> = rho.iter().map(|share| share.value).collect();
    for peer in network.peers() {
        let fault = at(peer, CHECK);
        let mut parts = Parts(&incoming[peer.0]);
        let [value, mac] = [parts.scalar::<C>().map_err(&fault)?, parts.scalar::<C>().map_err(&fault)?];
        let due = combination.keys[peer.0] - spdz.delta * value;
        if !bool::from(due.ct_eq(&mac)) {
            return Err(fault(WRONG_MAC));
        }
        if triples > 0 {
            let theirs = parts.scalars::<C>(triples).map_err(&fault)?;
            spdz.compare(number, peer, &rho, &theirs, parts.take(DIGEST).map_err(&fault)?).map_err(&fault)?;
            opened.iter_mut().zip(theirs).for_each(|(sum, theirs)| *sum += theirs);
        }
        for (key, share) in keys.iter().zip(&batch.drawn.keys) {
            let point = key.publics[peer.0];
            let mac = parts.point::<C>().map_err(&fault)?;
            if !spdz.is_mac_of_point(share, peer, point, mac) {
                return Err(fault(WRONG_MAC));
            }
        }
    }
    let mine = C::encode_scalar(&combination.value);
    let mut heard: Vec<&[u8]> = incoming.iter().map(|message| message.get(..SCALAR_BYTES).unwrap_or(&[])).collect();
    heard[me.0] = &mine;
    let heard = Heard::new(id, me, CHECK, &heard);
    // Of every triple the two products and the common factor.
    let mut nothing = Share::zero(parties);
    for (t, rho) in batch.triples.iter().zip(&opened) {
        let weight = coefficients.next::<C>();
        nothing.add_times(&(weight * sacrificed), &t.triple.c);
        nothing.add_times(&-weight, &t.other_c);
        nothing.add_times(&-(weight * rho), &t.triple.b);
    }
    sacrifice(spdz, session, &nothing, &heard, triples).await?;
    Ok((batch.drawn, batch.triples.into_iter().map(|unchecked| unchecked.triple).collect()))
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
        let fault = at(peer, SACRIFICE);
        let mut parts = Parts(&incoming[peer.0][echo.len()..]);
        let [value, mac] = [parts.scalar::<C>().map_err(&fault)?, parts.scalar::<C>().map_err(&fault)?];
        let due = nothing.keys[peer.0] - spdz.delta * value;
        if !bool::from(due.ct_eq(&mac)) {
            return Err(fault(WRONG_MAC));
        }
        sum += value;
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

    /// Whether a peer's addends have the MACs whose digest it sent.
    pub(super) fn compare(
        &self,
        number: u64,
        peer: PartyIndex,
        shares: &[Share<C>],
        theirs: &[C::Scalar],
        digest: &[u8],
    ) -> Result<(), crate::net::ChannelFault> {
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
