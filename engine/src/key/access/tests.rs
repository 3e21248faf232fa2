//! The matrix is the structure: sets that satisfy it have the secret, all others have nothing of it.

use ff::{Field, PrimeField};
use proptest::prelude::*;
use quorate_circuits::access::Structure;
use quorate_circuits::curve::{Curve, Ed25519, P256, Secp256k1};

use super::*;
use crate::crypto::Random;
use crate::key::{Commitments, Polynomials};

type Scalar = <Secp256k1 as Curve>::Scalar;

fn access(text: &str) -> AccessStructure {
    AccessStructure::of(text.parse().unwrap_or_else(|error| panic!("{text}: {error}")))
}

/// All sets of holders.
fn sets(access: &AccessStructure) -> impl Iterator<Item = Vec<u16>> {
    let holders = access.holders();
    (0_u32..1 << holders).map(move |mask| (1..=holders as u16).filter(|i| mask >> (i - 1) & 1 == 1).collect())
}

/// The rows of a set of holders, as vectors.
fn matrix<S: PrimeField>(access: &AccessStructure, set: &[u16]) -> Vec<Vec<S>> {
    let unit = |column: usize| (0..access.columns()).map(move |other| S::from(u64::from(other == column)));
    let entry = |row: &Row, column| {
        let times = |sum: S, factor: u16| sum * S::from(u64::from(factor));
        row.evaluate(&unit(column).collect::<Vec<_>>(), times)
    };
    let rows = set.iter().flat_map(|index| access.rows(*index));
    rows.map(|row| (0..access.columns()).map(|column| entry(row, column)).collect()).collect()
}

fn rank<S: PrimeField>(mut rows: Vec<Vec<S>>) -> usize {
    let columns = rows.first().map_or(0, Vec::len);
    let mut rank = 0;
    for column in 0..columns {
        let Some(pivot) = (rank..rows.len()).find(|row| rows[*row][column] != S::ZERO) else { continue };
        rows.swap(rank, pivot);
        let inverse = rows[rank][column].invert().unwrap();
        let pivot = rows[rank].clone();
        for row in &mut rows[rank + 1..] {
            let factor = row[column] * inverse;
            row.iter_mut().zip(&pivot).for_each(|(entry, above)| *entry -= factor * above);
        }
        rank += 1;
    }
    rank
}

/// Whether the rows of a set span the unit vector of the secret: whether the set has the secret, or else nothing of it.
fn has_the_secret(access: &AccessStructure, set: &[u16]) -> bool {
    let rows = matrix::<Scalar>(access, set);
    let unit = (0..access.columns()).map(|column| Scalar::from(u64::from(column == 0))).collect();
    rank(rows.iter().cloned().chain([unit]).collect()) == rank(rows)
}

fn the_matrix_is_the_structure(access: &AccessStructure) {
    for set in sets(access) {
        let allowed = access.structure().is_satisfied_by(&set);
        assert_eq!(has_the_secret(access, &set), allowed, "{set:?} of {access}");
        let Ok(signers) = SignerSet::new(access, &set) else {
            let idle = !access.structure().idle(&set).is_empty();
            assert!(!allowed || idle, "{set:?} of {access}");
            continue;
        };
        let mut sums = vec![Scalar::ZERO; access.columns()];
        let coefficients = (0..set.len()).flat_map(|position| signers.coefficients::<Scalar>(position));
        for (coefficient, row) in coefficients.zip(matrix::<Scalar>(access, &set)) {
            sums.iter_mut().zip(row).for_each(|(sum, entry)| *sum += coefficient * entry);
        }
        assert!(sums[0] == Scalar::ONE && sums[1..].iter().all(|sum| *sum == Scalar::ZERO), "{set:?} of {access}");
        // A signer whose additive share were always zero would be asked for nothing.
        for position in 0..set.len() {
            assert!(signers.coefficients::<Scalar>(position).iter().any(|coefficient| *coefficient != Scalar::ZERO));
        }
    }
}

#[test]
fn known_structures_are_their_matrices() {
    for text in [
        "2 of (1, 2, 3)",
        "3 of (1, 2, 3, 4, 5)",
        "2 of (2 of (1, 2, 3), 1 of (4, 5))",
        "1 of (2 of (1, 2), 3 of (3, 4, 5))",
        "3 of (1*2, 2, 3)",
        "2 of (2 of (1, 2, 3), 2 of (2, 3, 4))",
        "3 of (1, 1 of (2 of (2, 3), 2 of (1, 4)), 5*2, 6)",
        "5 of (1*3, 2*2, 3*2, 4, 2 of (5, 6))",
    ] {
        the_matrix_is_the_structure(&access(text));
    }
}

/// A text of gates whose holders are numbered as they come, now and then one that was there already.
fn texts() -> impl Strategy<Value = String> {
    #[derive(Clone, Debug)]
    enum Tree {
        Holder { again: bool, weight: u8 },
        Gate(u8, Vec<Tree>),
    }
    fn write(tree: &Tree, next: &mut u16) -> (String, u16) {
        match tree {
            Tree::Holder { again, weight } => {
                let index = if *again && *next > 1 { *next - 1 } else { *next };
                *next = (*next).max(index + 1);
                (format!("{index}*{weight}"), u16::from(*weight))
            }
            Tree::Gate(choice, inputs) => {
                let written: Vec<_> = inputs.iter().map(|input| write(input, next)).collect();
                let weight: u16 = written.iter().map(|(_, weight)| weight).sum();
                let inputs: Vec<_> = written.into_iter().map(|(text, _)| text).collect();
                (format!("{} of ({})", u16::from(*choice) % weight + 1, inputs.join(", ")), 1)
            }
        }
    }
    let holder = (proptest::bool::weighted(0.2), 1_u8..3).prop_map(|(again, weight)| Tree::Holder { again, weight });
    let gate = |inner: BoxedStrategy<Tree>| {
        (any::<u8>(), proptest::collection::vec(inner, 1..5)).prop_map(|(choice, inputs)| Tree::Gate(choice, inputs))
    };
    let tree = holder.prop_recursive(3, 10, 4, move |inner| gate(inner.boxed()).boxed());
    gate(tree.boxed()).prop_map(|tree| write(&tree, &mut 1).0)
}

fn shares_of<C: Curve>(access: &AccessStructure, seed: u8) {
    let vector = Polynomials::<C>::random(access, &mut Random::dangerous_from_seed([seed; 32]));
    let commitments = Commitments::of(&vector);
    for index in access.indices() {
        assert!(commitments.fits(index, &vector.share(index)), "holder {index} of {access}");
    }
    let quorum = access.structure().quorum_of(&access.indices().collect::<Vec<_>>());
    let signers = SignerSet::new(access, &quorum).unwrap();
    let mut sum = C::Scalar::ZERO;
    for (position, index) in quorum.iter().enumerate() {
        let coefficients = signers.coefficients::<C::Scalar>(position);
        sum += coefficients.iter().zip(vector.share(*index).iter()).map(|(a, b)| *a * b).sum::<C::Scalar>();
    }
    assert!(sum == vector.coefficients()[0], "{quorum:?} of {access}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_structure_is_its_matrix(text in texts(), seed: u8) {
        let Ok(structure) = text.parse::<Structure>() else { return Ok(()) };
        let access = AccessStructure::of(structure);
        if access.holders() <= 10 {
            the_matrix_is_the_structure(&access);
        }
        shares_of::<Secp256k1>(&access, seed);
        shares_of::<P256>(&access, seed);
        shares_of::<Ed25519>(&access, seed);
    }

    /// Shamir's scheme and Lagrange's coefficients, written down once more.
    #[test]
    fn a_plain_threshold_is_shamirs_scheme(
        (threshold, indices) in (2_usize..8, 0_usize..8).prop_flat_map(|(threshold, more)| {
            let all: Vec<u16> = (1..=(threshold + more) as u16).collect();
            (Just((threshold, threshold + more)), proptest::sample::subsequence(all, threshold..=threshold + more).prop_shuffle())
        }),
        seed: u8,
    ) {
        let access = AccessStructure::new(threshold.0, threshold.1).unwrap();
        prop_assert_eq!(access.columns(), threshold.0);
        let polynomial = Polynomials::<Secp256k1>::random(&access, &mut Random::dangerous_from_seed([seed; 32]));
        let signers = SignerSet::new(&access, &indices).unwrap();
        for (position, index) in indices.iter().enumerate() {
            let at = Scalar::from(u64::from(*index));
            let powers = polynomial.coefficients().iter().enumerate().map(|(power, c)| *c * at.pow_vartime([power as u64]));
            let share = polynomial.share(*index);
            prop_assert!(share.len() == 1 && share[0] == powers.sum::<Scalar>());
            let others = indices.iter().filter(|other| *other != index).map(|other| Scalar::from(u64::from(*other)));
            let lagrange: Scalar = others.map(|other| other * (other - at).invert().unwrap()).product();
            prop_assert!(signers.coefficients::<Scalar>(position) == [lagrange]);
        }
    }
}
