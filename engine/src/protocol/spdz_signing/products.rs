//! Products of every two parties' factors.

use ff::Field;
use quorate_circuits::curve::{Curve, SCALAR_BYTES};
use zeroize::Zeroizing;

use super::{ANSWER, BEGIN, Parts, at};
use crate::net::ChannelError;
use crate::ot::{CotReceiver, CotSender};
use crate::protocol::Session;
use crate::vole::{BobBegun, Gadget, SecretScalars, answer, answer_bytes, begin_bytes};

/// Factors that one factor is multiplied with.
pub(super) const WIDTH: usize = 2;

/// Bytes of Alice's message for so many triples.
pub(super) fn answered_bytes(triples: usize) -> usize {
    answer_bytes(WIDTH, triples) + triples * SCALAR_BYTES
}

/// This party's addends of the products of the sums of everybody's `left`, two after the other, with the sums of everybody's
/// `right`.
///
/// # Errors
/// The channels'; the OLEs' checks.
pub(super) async fn multiply<C: Curve>(
    session: &mut Session,
    (senders, receivers): (&mut [CotSender], &mut [CotReceiver]),
    left: &[C::Scalar],
    right: &[C::Scalar],
) -> Result<SecretScalars<C>, ChannelError> {
    let Session { id, network, random, .. } = session;
    let (parties, count) = (network.parties(), right.len());
    let gadget = Gadget::<C>::new(id);
    let mut bobs = Vec::with_capacity(receivers.len());
    let mut outgoing: Vec<Option<Vec<u8>>> = vec![None; parties];
    for receiver in receivers.iter_mut() {
        let peer = receiver.peer();
        let (bob, message) = BobBegun::<C>::begin(receiver, &gadget, WIDTH, count).map_err(at(peer, BEGIN))?;
        bobs.push(bob);
        outgoing[peer.0] = Some(message);
    }
    let slices: Vec<Option<&[u8]>> = outgoing.iter().map(Option::as_deref).collect();
    let begun = network.scatter(BEGIN, &slices, &vec![Some(begin_bytes(count)); parties]).await?;
    let mut products = Zeroizing::new(vec![C::Scalar::ZERO; left.len()]);
    let mut outgoing: Vec<Option<Vec<u8>>> = vec![None; parties];
    for sender in senders.iter_mut() {
        let peer = sender.peer();
        let (sums, mut message) =
            answer::<C>(sender, &gadget, WIDTH, left, &begun[peer.0], random).map_err(at(peer, BEGIN))?;
        products.iter_mut().zip(sums.iter()).for_each(|(product, sum)| *product += sum);
        // This party is Bob towards the peer with a random factor, which the difference makes its own.
        let bob = bobs.iter().zip(receivers.iter()).find(|(_, receiver)| receiver.peer() == peer);
        for (factor, chi) in right.iter().zip(bob.iter().flat_map(|(bob, _)| bob.chi())) {
            message.extend_from_slice(&C::encode_scalar(&(*factor - chi)));
        }
        outgoing[peer.0] = Some(message);
    }
    let slices: Vec<Option<&[u8]>> = outgoing.iter().map(Option::as_deref).collect();
    let answered = network.scatter(ANSWER, &slices, &vec![Some(answered_bytes(count)); parties]).await?;
    let mut factors = Zeroizing::new(right.to_vec());
    for (receiver, bob) in receivers.iter_mut().zip(bobs) {
        let peer = receiver.peer();
        let mut parts = Parts(&answered[peer.0]);
        let of_alice = parts.take(answer_bytes(WIDTH, count)).map_err(at(peer, ANSWER))?;
        let shares = bob.finish(receiver, &gadget, of_alice).map_err(at(peer, ANSWER))?;
        products.iter_mut().zip(shares.d.iter()).for_each(|(product, d)| *product += d);
        let differences = parts.scalars::<C>(count).map_err(at(peer, ANSWER))?;
        factors.iter_mut().zip(differences).for_each(|(factor, difference)| *factor += difference);
    }
    for ((products, left), factor) in products.chunks_exact_mut(WIDTH).zip(left.chunks_exact(WIDTH)).zip(factors.iter())
    {
        products.iter_mut().zip(left).for_each(|(product, left)| *product += *left * factor);
    }
    Ok(products)
}
