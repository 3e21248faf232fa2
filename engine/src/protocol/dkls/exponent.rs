//! The checks in the exponent, many as one.

use std::collections::BTreeMap;

use ff::{Field, PrimeField};
use quorate_circuits::curve::Curve;
use zeroize::Zeroize;

use crate::crypto::Random;

/// A random combination of equations `chi A = Gamma + d G`: if one of them does not hold, the sum holds with
/// probability 2^-128 at most.
pub(super) struct Combination<C: Curve> {
    /// Points with secret coefficients, by what the caller calls them.
    pinned: BTreeMap<(usize, usize), (C::Point, C::Scalar)>,
    /// Points with coefficients that tell nothing.
    gammas: Vec<(C::Point, C::Scalar)>,
    base: C::Scalar,
}

impl<C: Curve> Combination<C> {
    pub(super) fn new() -> Self {
        Self { pinned: BTreeMap::new(), gammas: Vec::new(), base: C::Scalar::ZERO }
    }

    /// Adds `chi A = Gamma + d G`; equations about one point `A`, under one name, share its multiplication.
    pub(super) fn add(
        &mut self,
        random: &mut Random,
        name: (usize, usize),
        (pin, chi): (C::Point, C::Scalar),
        gamma: C::Point,
        d: &C::Scalar,
    ) {
        let weight = C::Scalar::from_u128(u128::from_le_bytes(random.bytes()));
        self.pinned.entry(name).or_insert((pin, C::Scalar::ZERO)).1 += weight * chi;
        self.gammas.push((gamma, weight));
        self.base += weight * d;
    }

    /// Whether the combination holds.
    pub(super) fn holds(mut self) -> bool {
        let mut pinned: Vec<_> = std::mem::take(&mut self.pinned).into_values().collect();
        let left = C::linear_combination(&pinned);
        pinned.iter_mut().for_each(|(_, coefficient)| coefficient.zeroize());
        let right = C::public_sum(&C::Scalar::ZERO, &self.gammas) + C::base_multiple(&self.base);
        self.base.zeroize();
        left == right
    }
}
