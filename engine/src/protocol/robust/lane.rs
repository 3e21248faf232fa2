//! Random sums of what was dealt: the coefficients are zero or one, so that sums of integers are integers.

use std::num::Wrapping;

use crate::crypto::Prg;
use crate::galois::{Coefficient, Elements, GaloisRing, Lanes};

/// Sums that are looked at. One wrong dealing makes each of them wrong with probability one half.
pub(super) const SUMS: usize = 64;

/// A coefficient that can be left out of a sum.
pub(super) trait Lane: Coefficient {
    /// Bytes on the wire.
    const BYTES: usize = size_of::<Self>();

    /// For each sum: all ones where the next element counts, else zeros.
    fn masks(random: &mut Prg) -> [Self; SUMS];
}

impl Lane for Wrapping<u64> {
    fn masks(random: &mut Prg) -> [Self; SUMS] {
        let mut bits = [0_u64];
        random.fill_u64(&mut bits);
        std::array::from_fn(|sum| Self((bits[0] >> sum & 1).wrapping_neg()))
    }
}

impl Lane for Wrapping<u128> {
    fn masks(random: &mut Prg) -> [Self; SUMS] {
        let mut bits = [0_u64];
        random.fill_u64(&mut bits);
        std::array::from_fn(|sum| Self(u128::from(bits[0] >> sum & 1).wrapping_neg()))
    }
}

impl Lane for Lanes {
    fn masks(random: &mut Prg) -> [Self; SUMS] {
        let mut words = [0; SUMS];
        random.fill_u64(&mut words);
        words.map(Lanes)
    }
}

/// Sums of the elements of several vectors of one length, each of which has at its end an element for each sum that hides
/// it: the same coefficients for all vectors. Of empty vectors there are no sums.
pub(super) fn sums<C: Lane>(ring: GaloisRing, vectors: &[&Elements<C>], random: &mut Prg) -> Vec<Elements<C>> {
    if vectors.iter().all(|vector| vector.is_empty()) {
        return vectors.iter().map(|vector| vector.duplicate()).collect();
    }
    let length = vectors.first().map_or(0, |vector| vector.len() - SUMS);
    let mut sums: Vec<Elements<C>> = vectors.iter().map(|vector| vector.part(length..length + SUMS)).collect();
    for place in 0..length {
        let masks = C::masks(random);
        for (vector, sums) in vectors.iter().zip(&mut sums) {
            for power in 0..ring.degree() {
                let element = vector.plane(power)[place];
                sums.plane_mut(power).iter_mut().zip(&masks).for_each(|(sum, mask)| *sum += element & *mask);
            }
        }
    }
    sums
}
