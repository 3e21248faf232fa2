//! Shamir's secret sharing (Shamir, "How to Share a Secret", CACM 1979) of vectors: the values of random polynomials at the
//! parties' points, the secrets at zero.

use super::{Coefficient, Elements, GaloisRing, Scalar};
use crate::crypto::Random;

/// Sharings of a degree among some parties: party `p` has point `p + 1`.
#[derive(Clone, Debug)]
pub struct Code {
    ring: GaloisRing,
    degree: usize,
    points: Vec<Scalar>,
}

impl Code {
    /// Of polynomials of at most this degree, among so many parties.
    ///
    /// # Panics
    /// If there are not more parties than the degree, or more than the ring has points beside zero.
    pub fn new(ring: GaloisRing, parties: usize, degree: usize) -> Self {
        assert!(degree < parties, "as many shares as a polynomial has coefficients");
        Self { ring, degree, points: (1..=parties).map(|index| ring.point(index)).collect() }
    }

    /// The ring of the shares.
    pub fn ring(&self) -> GaloisRing {
        self.ring
    }

    /// Of the polynomials.
    pub fn degree(&self) -> usize {
        self.degree
    }

    /// By party.
    pub fn points(&self) -> &[Scalar] {
        &self.points
    }

    /// What some parties' shares count in the value at a point.
    pub fn lagrange(&self, parties: &[usize], at: Scalar) -> Vec<Scalar> {
        self.ring.lagrange(&parties.iter().map(|party| self.points[*party]).collect::<Vec<_>>(), at)
    }

    /// Shares of these secrets, by party.
    pub fn share<C: Coefficient>(&self, secrets: &Elements<C>, random: &mut Random) -> Vec<Elements<C>> {
        let higher: Vec<Elements<C>> =
            (0..self.degree).map(|_| Elements::random(self.ring, secrets.len(), random)).collect();
        let share = |point: &Scalar| {
            let mut power = Scalar::integer(1);
            let mut share = secrets.duplicate();
            for coefficient in &higher {
                power = self.ring.product(power, *point);
                share.add_scaled(self.ring, &power, coefficient);
            }
            share
        };
        self.points.iter().map(share).collect()
    }

    /// The values at a point, from some parties' shares: as many as the polynomials have coefficients, or more, of which the
    /// first ones are used.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn value_at<C: Coefficient>(&self, shares: &[(usize, &Elements<C>)], at: Scalar) -> Elements<C> {
        let shares = &shares[..self.degree + 1];
        let parties: Vec<usize> = shares.iter().map(|(party, _)| *party).collect();
        let mut value = Elements::zeros(self.ring, shares[0].1.len());
        for (factor, (_, share)) in self.lagrange(&parties, at).iter().zip(shares) {
            value.add_scaled(self.ring, factor, share);
        }
        value
    }

    /// The secrets, likewise. Whether the other shares fit is not looked at.
    ///
    /// # Panics
    /// If there are fewer shares than coefficients.
    pub fn reconstruct<C: Coefficient>(&self, shares: &[(usize, &Elements<C>)]) -> Elements<C> {
        self.value_at(shares, Scalar::ZERO)
    }

    /// The first place where some parties' shares are on no polynomial of the degree, and a lane there.
    pub fn first_inconsistency<C: Coefficient>(&self, shares: &[(usize, &Elements<C>)]) -> Option<(usize, C)> {
        let rest = shares.get(self.degree + 1..).unwrap_or(&[]);
        let differences = rest.iter().filter_map(|(party, share)| {
            let mut difference = self.value_at(shares, self.points[*party]);
            difference.subtract(share);
            let place = difference.first_nonzero()?;
            let coefficients = difference.coefficients(place);
            let lane = coefficients.iter().find(|c| **c != C::ZERO)?.first_lane();
            Some((place, lane))
        });
        differences.min_by_key(|(place, _)| *place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::num::Wrapping;

    proptest! {
        #[test]
        fn any_shares_give_the_secret_and_all_are_consistent(
            parties in 2_usize..=16,
            cut in 0.0..1.0,
            length in 1_usize..4,
            seed: [u8; 32],
        ) {
            let degree = (cut * parties as f64) as usize;
            let code = Code::new(GaloisRing::with_points(parties + 1), parties, degree);
            let mut random = Random::dangerous_from_seed(seed);
            let secrets = Elements::<Wrapping<u64>>::random(code.ring(), length, &mut random);
            let shares = code.share(&secrets, &mut random);
            let all: Vec<_> = shares.iter().enumerate().rev().collect();
            let found = code.reconstruct(&all);
            prop_assert_eq!(found.words(), secrets.words());
            prop_assert_eq!(code.first_inconsistency(&all), None);
            let (mut wrong, place) = (shares[0].duplicate(), length - 1);
            wrong.plane_mut(0)[place] += Wrapping(1 << 63);
            let mut all = all;
            all[parties - 1].1 = &wrong;
            let found = code.first_inconsistency(&all).map(|(place, _)| place);
            prop_assert_eq!(found, (degree + 1 < parties).then_some(place));
        }
    }

    #[test]
    fn fewer_shares_say_nothing() {
        // With one share fixed, every secret is as likely: the other share moves with it.
        let code = Code::new(GaloisRing::with_points(4), 3, 1);
        let mut random = Random::dangerous_from_seed([1; 32]);
        let share = Elements::<Wrapping<u64>>::random(code.ring(), 1, &mut random);
        let from: Vec<Scalar> = vec![Scalar::ZERO, code.points()[0]];
        for secret in [0_u64, 1, 2, u64::MAX] {
            let secret = Elements::constants(code.ring(), &[Wrapping(secret)]);
            let factors = code.ring().lagrange(&from, code.points()[1]);
            let mut other = secret.scaled(code.ring(), &factors[0]);
            other.add_scaled(code.ring(), &factors[1], &share);
            assert_eq!(code.reconstruct(&[(0, &share), (1, &other)]).words(), secret.words());
        }
    }
}
