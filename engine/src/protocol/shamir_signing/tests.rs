//! Shares are those of polynomials, for every number of signers.

use ff::Field;
use quorate_circuits::curve::{Curve, Secp256k1};

use super::polynomial::{at_zero, number, parity};
use super::seeds::Sets;
use super::{Points, Zeros};

type Scalar = <Secp256k1 as Curve>::Scalar;

const SIGNERS: [&[u16]; 4] = [&[3, 1, 2], &[1, 7, 2, 5, 9], &[1, 2, 3, 4, 5, 6, 7], &[12, 3, 16, 1, 9, 8, 2, 10, 11]];

/// All shares of so many random numbers, by signer.
fn shared(points: &Points, length: usize) -> Vec<Vec<Scalar>> {
    let all = Sets::<Secp256k1>::dangerous_for_test(points);
    all.into_iter().map(|mut sets| sets.shares(length).to_vec()).collect()
}

#[test]
fn random_shares_have_the_degree_and_no_less() {
    for indices in SIGNERS {
        let points = Points::new(indices).expect("signers");
        let shares = shared(&points, 2);
        let parity = parity::<Scalar>(indices);
        for number_of in 0..2 {
            // The moments up to t - 1 vanish, and the next one does not: the degree is t.
            for moment in 0..=points.degree() {
                let term = |((share, point), parity): ((&Vec<Scalar>, &u16), &Scalar)| {
                    share[number_of] * *parity * number::<Scalar>(*point).pow([moment as u64])
                };
                let sum: Scalar = shares.iter().zip(indices).zip(&parity).map(term).sum();
                assert_eq!(bool::from(sum.is_zero()), moment < points.degree(), "{indices:?}, moment {moment}");
            }
        }
    }
}

#[test]
fn products_of_shares_add_up_to_products() {
    for indices in SIGNERS {
        let points = Points::new(indices).expect("signers");
        let shares = shared(&points, 2);
        let weights = at_zero::<Scalar>(indices, &parity(indices));
        let enough = points.degree() + 1;
        let of_enough = at_zero::<Scalar>(&indices[..enough], &parity(&indices[..enough]));
        let value =
            |at: usize| -> Scalar { shares.iter().zip(&of_enough).map(|(share, weight)| share[at] * weight).sum() };
        let product: Scalar = shares.iter().zip(&weights).map(|(share, weight)| share[0] * share[1] * weight).sum();
        assert_eq!(product, value(0) * value(1), "{indices:?}");
        assert_ne!(value(0), value(1));
    }
}

#[test]
fn sharings_of_zero_add_up_to_zero_and_are_fresh() {
    for parties in [3, 5, 9] {
        let all: Vec<Vec<Scalar>> = Zeros::dangerous_for_test(parties)
            .into_iter()
            .map(|mut zeros| {
                let mut shares = vec![Scalar::ZERO; 3];
                zeros.add::<Secp256k1>(&mut shares);
                zeros.add::<Secp256k1>(&mut shares[2..]);
                shares
            })
            .collect();
        for element in 0..3 {
            assert_eq!(all.iter().map(|shares| shares[element]).sum::<Scalar>(), Scalar::ZERO);
        }
        assert_ne!(all[0][0], all[0][1]);
        assert_ne!(all[0][0], Scalar::ZERO);
    }
}

#[test]
fn signers_are_an_odd_number_of_different_holders() {
    for indices in [&[1, 2][..], &[1, 2, 3, 4], &[1], &[1, 2, 2], &[0, 1, 2], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]] {
        assert_eq!(Points::new(indices), None, "{indices:?}");
    }
}
