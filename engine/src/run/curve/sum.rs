//! Secret values as sums of leaves with public coefficients.

use std::collections::BTreeMap;

use ff::Field;
use quorate_circuits::bind::ValueId;
use quorate_circuits::curve::Curve;

/// A secret scalar that was drawn, held or made by a multiplication: an element of a value of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Leaf {
    pub(super) value: ValueId,
    pub(super) element: usize,
}

/// A public constant plus leaves times public coefficients. Nothing in it is secret.
#[derive(Clone, Debug)]
pub(super) struct Sum<C: Curve> {
    pub(super) constant: C::Scalar,
    pub(super) terms: BTreeMap<Leaf, C::Scalar>,
}

impl<C: Curve> Sum<C> {
    pub(super) fn public(constant: C::Scalar) -> Self {
        Self { constant, terms: BTreeMap::new() }
    }

    pub(super) fn leaf(leaf: Leaf) -> Self {
        Self { constant: C::Scalar::ZERO, terms: BTreeMap::from([(leaf, C::Scalar::ONE)]) }
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        let mut sum = self.clone();
        sum.constant += other.constant;
        for (leaf, coefficient) in &other.terms {
            *sum.terms.entry(*leaf).or_insert(C::Scalar::ZERO) += coefficient;
        }
        sum
    }

    pub(super) fn times(&self, factor: &C::Scalar) -> Self {
        let terms = self.terms.iter().map(|(leaf, coefficient)| (*leaf, *coefficient * factor)).collect();
        Self { constant: self.constant * factor, terms }
    }
}

/// Element by element; a vector of one stands for all elements of the other.
pub(super) fn zip<A, B, T>(a: &[A], b: &[B], combine: impl Fn(&A, &B) -> T) -> Vec<T> {
    let length = if a.len() == 1 { b.len() } else { a.len() };
    // Lengths were made equal when the program was bound.
    (0..length).map(|i| combine(&a[i % a.len()], &b[i % b.len()])).collect()
}
