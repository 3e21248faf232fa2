//! Scalars of degree `t`, opened in the exponent.

use ff::PrimeField;
use quorate_circuits::curve::{Curve, PublicPoint};

use super::polynomial::{at_zero, number, parity};
use super::{POINTS, Points};
use crate::crypto::Random;
use crate::net::{ChannelError, ChannelFault, Network, PartyIndex};

/// Opens the points of `shares` of degree `t`.
///
/// # Errors
/// The channels'; what is no point; points that lie on no polynomial of degree `t`, which is nobody's fault that could be
/// shown.
pub(super) async fn open_points<C: Curve>(
    net: &mut Network,
    random: &mut Random,
    points: &Points,
    shares: &[C::Scalar],
) -> Result<Vec<C::Point>, ChannelError> {
    let me = net.me();
    let own: Vec<C::Point> = shares.iter().map(C::base_multiple).collect();
    let mut message = Vec::with_capacity(shares.len() * C::POINT_BYTES);
    C::encode_points(&own, &mut message);
    let incoming = net.exchange_all(POINTS, &message, message.len()).await?;
    let mut all: Vec<Vec<C::Public>> = Vec::with_capacity(incoming.len());
    for (party, bytes) in incoming.iter().enumerate() {
        let peer = PartyIndex(party);
        all.push(if peer == me { C::publish(&own) } else { decoded::<C>(peer, bytes)? });
    }
    let parity = parity::<C::Scalar>(&points.0);
    if !lie_on_polynomials::<C>(random, points, &parity, &all) {
        let fault =
            ChannelFault::Disagreement("the signers' shares of a nonce lie on no polynomial of the key's degree");
        let peer = PartyIndex(usize::from(me.0 == 0));
        return Err(ChannelError { peer, step: POINTS, fault });
    }
    Ok(interpolated::<C>(points, &all))
}

fn decoded<C: Curve>(peer: PartyIndex, bytes: &[u8]) -> Result<Vec<C::Public>, ChannelError> {
    let point = |bytes: &[u8]| {
        C::decode_public_point(bytes).ok_or(ChannelError {
            peer,
            step: POINTS,
            fault: ChannelFault::Malformed("a point is not a canonical element of the group other than the identity"),
        })
    };
    bytes.chunks_exact(C::POINT_BYTES).map(point).collect()
}

/// Whether what belongs together lies on polynomials of degree `t`: of every nonce, the `2t + 1` points satisfy `t`
/// equations. A random combination of all of them holds with probability 2^-128 at most if one does not.
fn lie_on_polynomials<C: Curve>(
    random: &mut Random,
    points: &Points,
    parity: &[C::Scalar],
    all: &[Vec<C::Public>],
) -> bool {
    let count = all.first().map_or(0, Vec::len);
    let mut terms = Vec::with_capacity(count * all.len());
    for nonce in 0..count {
        let weights: Vec<C::Scalar> =
            (0..points.degree()).map(|_| C::Scalar::from_u128(u128::from_le_bytes(random.bytes()))).collect();
        for ((of_party, point), parity) in all.iter().zip(&points.0).zip(parity) {
            let at = number::<C::Scalar>(*point);
            let weight = weights.iter().rev().fold(<C::Scalar as ff::Field>::ZERO, |sum, weight| sum * at + weight);
            terms.push((of_party[nonce], *parity * weight));
        }
    }
    C::sum_of_multiples(&<C::Scalar as ff::Field>::ZERO, &terms) == C::Public::neutral()
}

/// The values at zero, by the first `t + 1` points of each.
fn interpolated<C: Curve>(points: &Points, all: &[Vec<C::Public>]) -> Vec<C::Point> {
    let enough = &points.0[..points.degree() + 1];
    let weights = at_zero::<C::Scalar>(enough, &parity(enough));
    let count = all.first().map_or(0, Vec::len);
    let term = |nonce: usize| all.iter().zip(&weights).map(move |(of_party, weight)| (of_party[nonce], *weight));
    let sum = |nonce| C::sum_of_multiples(&<C::Scalar as ff::Field>::ZERO, &term(nonce).collect::<Vec<_>>()).into();
    (0..count).map(sum).collect()
}
