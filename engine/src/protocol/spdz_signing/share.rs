//! Authenticated addends.

use ff::Field;
use quorate_circuits::curve::Curve;
use zeroize::Zeroize;

/// A party's addend of a secret scalar, its MACs under the peers' keys, and what belongs to the peers' addends under its own.
/// Secret; wiped when dropped.
pub struct Share<C: Curve> {
    pub(super) value: C::Scalar,
    /// By party; nothing at my own place.
    pub(super) macs: Vec<C::Scalar>,
    /// By party: `w = Delta x + v` for its addend `x` and its MAC `v`.
    pub(super) keys: Vec<C::Scalar>,
}

impl<C: Curve> Share<C> {
    /// Of zero.
    pub fn zero(parties: usize) -> Self {
        Self { value: C::Scalar::ZERO, macs: vec![C::Scalar::ZERO; parties], keys: vec![C::Scalar::ZERO; parties] }
    }

    /// Adds a public multiple of another.
    pub fn add_times(&mut self, factor: &C::Scalar, other: &Self) {
        self.value += *factor * other.value;
        self.macs.iter_mut().zip(&other.macs).for_each(|(sum, mac)| *sum += *factor * mac);
        self.keys.iter_mut().zip(&other.keys).for_each(|(sum, key)| *sum += *factor * key);
    }

    /// The sum of public multiples.
    pub fn combination<'a>(parties: usize, terms: impl IntoIterator<Item = (C::Scalar, &'a Self)>) -> Self {
        let mut sum = Self::zero(parties);
        terms.into_iter().for_each(|(factor, term)| sum.add_times(&factor, term));
        sum
    }
}

impl<C: Curve> Drop for Share<C> {
    fn drop(&mut self) {
        self.value.zeroize();
        self.macs.zeroize();
        self.keys.zeroize();
    }
}
