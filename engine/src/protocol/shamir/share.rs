//! What shares are made of, and bits as elements.

use std::num::Wrapping;

use crate::correlation::SecretVec;
use crate::galois::{Elements, GaloisRing, Lanes};
use crate::protocol::vector::{GaloisShare, Planes};
use crate::protocol::{Domain, Holder, Shape};

/// What numbers are made of.
pub(super) type Number = Wrapping<u64>;

/// What one party has of a vector.
pub type Share = GaloisShare<Number>;

/// The shape of a vector: all are shared, public ones by constant polynomials.
pub(super) fn shape_of(domain: Domain, length: usize) -> Shape {
    Shape { domain, length, holder: Holder::Shared }
}

/// The words of bit planes as elements, 64 bits to a lane word; bits beyond a plane's last element come along.
pub(super) fn lanes_of(ring: GaloisRing, planes: &[Planes]) -> Elements<Lanes> {
    let length = planes.first().map_or(0, |planes| planes.words().len());
    let mut words = SecretVec::with_capacity(ring.degree() * length);
    planes.iter().for_each(|planes| words.append_words(bytemuck::cast_slice(planes.words())));
    Elements::from_words(ring, length, words)
}

/// The inverse.
pub(super) fn planes_of(width: usize, length: usize, lanes: &Elements<Lanes>, ring: GaloisRing) -> Vec<Planes> {
    let planes = |power: usize| {
        let words: &[u64] = bytemuck::cast_slice(lanes.plane(power));
        Planes::from_words(width, length, words.to_vec().into())
    };
    (0..ring.degree()).map(planes).collect()
}
