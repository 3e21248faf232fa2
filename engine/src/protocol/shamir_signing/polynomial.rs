//! Lagrange's polynomials at the signers' points. Everything here is public.

use ff::PrimeField;
use quorate_circuits::curve::public_inverse;

/// `1 / prod_(j != i) (a_i - a_j)`, by point `a_i`. Times the values of a polynomial of degree `n - 2` at most they add up
/// to zero: the check that belongs to the code of such values.
pub(super) fn parity<S: PrimeField>(points: &[u16]) -> Vec<S> {
    let denominators: Vec<S> = points
        .iter()
        .map(|i| points.iter().filter(|j| *j != i).map(|j| number::<S>(*i) - number::<S>(*j)).product())
        .collect();
    inverses(&denominators)
}

/// What the values of a polynomial at these points are multiplied with to add up to its value at zero.
pub(super) fn at_zero<S: PrimeField>(points: &[u16], parity: &[S]) -> Vec<S> {
    let others = |i: &u16| points.iter().filter(|j| *j != i).map(|j| -number::<S>(*j)).product::<S>();
    points.iter().zip(parity).map(|(i, parity)| *parity * others(i)).collect()
}

/// The value at `point` of the polynomial that is one at zero and zero at each of `roots`.
pub(super) fn one_at_zero<S: PrimeField>(roots: &[u16], point: u16, inverse_of_roots: S) -> S {
    let above: S = roots.iter().map(|root| number::<S>(*root) - number::<S>(point)).product();
    above * inverse_of_roots
}

/// `1 / prod roots`, by set of roots.
pub(super) fn inverse_products<S: PrimeField>(sets: &[Vec<u16>]) -> Vec<S> {
    let products: Vec<S> = sets.iter().map(|roots| roots.iter().map(|root| number::<S>(*root)).product()).collect();
    inverses(&products)
}

pub(super) fn number<S: PrimeField>(point: u16) -> S {
    S::from(u64::from(point))
}

/// All inverses by one inversion. None of the numbers is zero: points are different, not zero, and small.
fn inverses<S: PrimeField>(numbers: &[S]) -> Vec<S> {
    let mut before = Vec::with_capacity(numbers.len());
    let mut product = S::ONE;
    for number in numbers {
        before.push(product);
        product *= number;
    }
    let mut inverse = public_inverse(&product).unwrap_or(S::ZERO);
    let mut all = vec![S::ZERO; numbers.len()];
    for (at, number) in numbers.iter().enumerate().rev() {
        all[at] = inverse * before[at];
        inverse *= number;
    }
    all
}
