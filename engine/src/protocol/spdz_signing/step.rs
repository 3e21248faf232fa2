//! One message of everybody to everybody: factors of products, scalars and points, opened with their MACs.

use ff::Field;
use quorate_circuits::curve::{Curve, SCALAR_BYTES};

use super::draw::{Spdz, Triple};
use super::{DIGEST, MULTIPLY, OPEN, Parts, Share, WRONG_MAC, at};
use crate::net::{ChannelError, ChannelFault, Network};

/// What is to be multiplied and opened.
pub struct StepRequest<C: Curve> {
    /// Factors of products.
    pub products: Vec<[Share<C>; 2]>,
    /// What is opened as a scalar.
    pub scalars: Vec<Share<C>>,
    /// What is opened as a point.
    pub points: Vec<Share<C>>,
}

/// What came of it.
pub struct Opened<C: Curve> {
    /// Products.
    pub products: Vec<Share<C>>,
    /// Scalars.
    pub scalars: Vec<C::Scalar>,
    /// Points.
    pub points: Vec<C::Point>,
}

/// Bytes of the message.
pub(super) fn step_bytes<C: Curve>(products: usize, scalars: usize, points: usize) -> usize {
    let opened = 2 * products + scalars;
    opened * SCALAR_BYTES + usize::from(opened > 0) * DIGEST + points * 2 * C::POINT_BYTES
}

impl<C: Curve> Spdz<C> {
    /// A public number, as a share: the first party has it.
    pub fn add_public(&self, share: &mut Share<C>, number: &C::Scalar) {
        match self.me.0 {
            0 => share.value += number,
            _ => share.keys[0] += self.delta * number,
        }
    }

    /// Multiplies and opens, and checks all MACs.
    ///
    /// # Errors
    /// The channels'; whoever's MAC is wrong.
    ///
    /// # Panics
    /// If fewer triples were drawn than there are products.
    pub async fn step(&mut self, net: &mut Network, request: &StepRequest<C>) -> Result<Opened<C>, ChannelError> {
        let StepRequest { products, scalars, points } = request;
        let triples: Vec<Triple<C>> = self.triples.split_off(self.triples.len() - products.len());
        let step = if products.is_empty() { OPEN } else { MULTIPLY };
        let minus = -C::Scalar::ONE;
        let mut shares = Vec::with_capacity(2 * products.len() + scalars.len());
        for ([x, y], triple) in products.iter().zip(&triples) {
            shares.push(Share::combination(self.parties, [(C::Scalar::ONE, x), (minus, &triple.a)]));
            shares.push(Share::combination(self.parties, [(C::Scalar::ONE, y), (minus, &triple.b)]));
        }
        shares.extend(scalars.iter().map(|share| Share::combination(self.parties, [(C::Scalar::ONE, share)])));
        let own_points: Vec<C::Point> = points.iter().map(|share| C::base_multiple(&share.value)).collect();
        let number = self.next_digest();
        let length = step_bytes::<C>(products.len(), scalars.len(), points.len());
        let mut outgoing: Vec<Option<Vec<u8>>> = vec![None; self.parties];
        for peer in net.peers() {
            let mut message = Vec::with_capacity(length);
            shares.iter().for_each(|share| message.extend_from_slice(&C::encode_scalar(&share.value)));
            if !shares.is_empty() {
                message.extend_from_slice(&self.digest_of_mine(number, peer, &shares));
            }
            C::encode_points(&own_points, &mut message);
            let macs: Vec<C::Point> = points.iter().map(|share| C::base_multiple(&share.macs[peer.0])).collect();
            C::encode_points(&macs, &mut message);
            outgoing[peer.0] = Some(message);
        }
        let slices: Vec<Option<&[u8]>> = outgoing.iter().map(Option::as_deref).collect();
        let incoming = net.scatter(step, &slices, &vec![Some(length); self.parties]).await?;
        let mut opened: Vec<C::Scalar> = shares.iter().map(|share| share.value).collect();
        let mut sums = own_points;
        for peer in net.peers() {
            let fault = at(peer, step);
            let mut parts = Parts(&incoming[peer.0]);
            let theirs = parts.scalars::<C>(shares.len()).map_err(&fault)?;
            if !shares.is_empty() {
                let digest = parts.take(DIGEST).map_err(&fault)?;
                self.compare(number, peer, &shares, &theirs, digest).map_err(&fault)?;
            }
            opened.iter_mut().zip(theirs).for_each(|(sum, theirs)| *sum += theirs);
            let read = |parts: &mut Parts<'_>| -> Result<Vec<C::Point>, ChannelFault> {
                (0..points.len()).map(|_| parts.point::<C>()).collect()
            };
            let (theirs, macs) = (read(&mut parts).map_err(&fault)?, read(&mut parts).map_err(&fault)?);
            for ((share, (point, mac)), sum) in points.iter().zip(theirs.into_iter().zip(macs)).zip(&mut sums) {
                if !self.is_mac_of_point(share, peer, point, mac) {
                    return Err(fault(WRONG_MAC));
                }
                *sum += point;
            }
        }
        let scalars = opened.split_off(2 * products.len());
        let products = triples.iter().zip(opened.as_chunks().0).map(|(triple, masked)| self.product(triple, masked));
        Ok(Opened { products: products.collect(), scalars, points: sums })
    }

    /// Beaver's product: `c + d b + e a + d e` for the opened `d = x - a` and `e = y - b`.
    fn product(&self, triple: &Triple<C>, [d, e]: &[C::Scalar; 2]) -> Share<C> {
        let terms = [(C::Scalar::ONE, &triple.c), (*d, &triple.b), (*e, &triple.a)];
        let mut product = Share::combination(self.parties, terms);
        self.add_public(&mut product, &(*d * e));
        product
    }
}
