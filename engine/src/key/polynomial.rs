//! Shamir's secret sharing over the integers modulo a group's order (Shamir, "How to Share a Secret", CACM 1979).

use ff::{Field, PrimeField};
use quorate_circuits::curve::{Curve, public_inverse};
use zeroize::Zeroize;

use super::{AccessStructure, SignerSet};
use crate::crypto::{Random, random_scalar};

/// A polynomial whose value at zero is the secret, with as many coefficients as signers are needed. Wiped when dropped,
/// and never printed.
pub struct Polynomial<C: Curve> {
    /// The constant coefficient first.
    coefficients: Vec<C::Scalar>,
}

impl<C: Curve> Polynomial<C> {
    /// A uniform polynomial: it shares a secret that nobody chose.
    pub fn random(access: AccessStructure, random: &mut Random) -> Self {
        let secret = random_scalar::<C>(random);
        Self::sharing(secret, access, random)
    }

    /// A polynomial that is uniform but for its value at zero: a secret to be dealt, or zero to refresh shares.
    pub fn sharing(secret: C::Scalar, access: AccessStructure, random: &mut Random) -> Self {
        let mut coefficients = Vec::with_capacity(access.threshold());
        coefficients.push(secret);
        coefficients.extend((1..access.threshold()).map(|_| random_scalar::<C>(random)));
        Self { coefficients }
    }

    /// The coefficients, the secret first.
    pub fn coefficients(&self) -> &[C::Scalar] {
        &self.coefficients
    }

    /// The share of the holder with this index, by Horner's rule.
    pub fn share(&self, index: u16) -> C::Scalar {
        let at = C::Scalar::from(u64::from(index));
        self.coefficients.iter().rev().fold(C::Scalar::ZERO, |sum, coefficient| sum * at + coefficient)
    }
}

impl<C: Curve> Drop for Polynomial<C> {
    fn drop(&mut self) {
        self.coefficients.zeroize();
    }
}

impl<C: Curve> std::fmt::Debug for Polynomial<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Polynomial({} coefficients)", self.coefficients.len())
    }
}

/// What the share of the signer at `position` is multiplied with, so that the signers' products add up to the secret:
/// the Lagrange polynomial of the signer, at zero.
///
/// # Panics
/// If the set has no such position.
pub fn lagrange_at_zero<S: PrimeField>(signers: &SignerSet, position: usize) -> S {
    lagrange_at(signers, position, 0)
}

/// What the share of the signer at `position` is multiplied with, so that the signers' products add up to the value at
/// `point`: share `point`, or the secret at zero.
///
/// # Panics
/// If the set has no such position.
pub(super) fn lagrange_at<S: PrimeField>(signers: &SignerSet, position: usize, point: u16) -> S {
    let mine = u64::from(signers.indices()[position]);
    let point = S::from(u64::from(point));
    let (mut numerator, mut denominator) = (S::ONE, S::ONE);
    for other in signers.indices().iter().map(|&index| u64::from(index)).filter(|&other| other != mine) {
        numerator *= S::from(other) - point;
        denominator *= S::from(other) - S::from(mine);
    }
    // Indices are different and small, so no factor of the denominator is zero modulo the order.
    numerator * public_inverse(&denominator).unwrap_or(S::ZERO)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quorate_circuits::curve::{Ed25519, P256, Secp256k1};

    use super::*;

    fn shares_determine_the_secret<C: Curve>(access: AccessStructure, indices: &[u16], seed: u8) {
        let mut random = Random::dangerous_from_seed([seed; 32]);
        let polynomial = Polynomial::<C>::random(access, &mut random);
        assert_eq!(polynomial.coefficients().len(), access.threshold());
        let signers = SignerSet::new(access, indices).unwrap();
        let terms = indices
            .iter()
            .enumerate()
            .map(|(position, &index)| lagrange_at_zero::<C::Scalar>(&signers, position) * polynomial.share(index));
        assert!(terms.sum::<C::Scalar>() == polynomial.coefficients()[0], "{}", C::NAME);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn as_many_shares_as_the_threshold_determine_the_secret(
            (access, indices) in (2_usize..8, 0_usize..8).prop_flat_map(|(threshold, more)| {
                let access = AccessStructure::new(threshold, threshold + more).unwrap();
                let all: Vec<u16> = access.indices().collect();
                (Just(access), proptest::sample::subsequence(all, threshold..=threshold + more).prop_shuffle())
            }),
            seed: u8,
        ) {
            shares_determine_the_secret::<Secp256k1>(access, &indices, seed);
            shares_determine_the_secret::<P256>(access, &indices, seed);
            shares_determine_the_secret::<Ed25519>(access, &indices, seed);
        }
    }

    #[test]
    fn a_polynomial_prints_nothing() {
        let access = AccessStructure::new(2, 2).unwrap();
        let polynomial = Polynomial::<Ed25519>::random(access, &mut Random::dangerous_from_seed([1; 32]));
        assert_eq!(format!("{polynomial:?}"), "Polynomial(2 coefficients)");
    }
}
