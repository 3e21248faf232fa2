//! Correcting wrong shares.
//!
//! Shares of polynomials of degree `t` at `n` points whose differences are units are words of a code of distance `n - t`: two
//! polynomials with `t + 1` equal values are equal. So there is at most one polynomial from which no more than `e` of
//! `t + 1 + 2 e` shares differ. Whole vectors are corrected at once: where one element is found to be wrong, its wrong shares
//! are searched, for all choices of at most `e` parties; what these parties said of all other elements is then not used
//! either, and what is left is checked again. With the few parties there are that takes less than Berlekamp and Welch's
//! equations would, and nothing has to be lifted from bits to numbers.

use super::{Code, Coefficient, Elements};

/// Values, and whose shares were wrong.
#[derive(Debug)]
pub struct Corrected<C: Coefficient> {
    /// The secrets.
    pub secrets: Elements<C>,
    /// The parties whose shares are on other polynomials, ascending.
    pub wrong: Vec<usize>,
}

/// More shares are wrong, or missing, than can be corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more shares are wrong than can be corrected")]
pub struct Uncorrectable;

impl Code {
    /// The secrets, if at most `errors` of the shares that are there are wrong.
    ///
    /// # Errors
    /// If more are wrong in a way that shows, or too few are there for so many errors.
    pub fn correct<C: Coefficient>(
        &self,
        shares: &[Option<&Elements<C>>],
        errors: usize,
    ) -> Result<Corrected<C>, Uncorrectable> {
        let mut good: Vec<(usize, &Elements<C>)> =
            shares.iter().enumerate().filter_map(|(party, share)| share.map(|share| (party, share))).collect();
        if good.len() < self.degree() + 1 + 2 * errors {
            return Err(Uncorrectable);
        }
        let mut wrong = Vec::new();
        while let Some((place, lane)) = self.first_inconsistency(&good) {
            let here = self.wrong_at(&good, place, lane, errors - wrong.len())?;
            good.retain(|(party, _)| !here.contains(party));
            wrong.extend(here);
        }
        wrong.sort_unstable();
        Ok(Corrected { secrets: self.reconstruct(&good), wrong })
    }

    /// Whose shares of one element are wrong: the fewest without whom the others' are consistent.
    fn wrong_at<C: Coefficient>(
        &self,
        shares: &[(usize, &Elements<C>)],
        place: usize,
        lane: C,
        errors: usize,
    ) -> Result<Vec<usize>, Uncorrectable> {
        let element = |share: &Elements<C>| share.map_planes(1, |plane, to| to.push(plane[place] & lane));
        let elements: Vec<(usize, Elements<C>)> =
            shares.iter().map(|(party, share)| (*party, element(share))).collect();
        for count in 1..=errors {
            for left_out in subsets(elements.len(), count) {
                let kept = elements.iter().enumerate().filter(|(at, _)| left_out >> at & 1 == 0);
                let kept: Vec<_> = kept.map(|(_, (party, element))| (*party, element)).collect();
                if self.first_inconsistency(&kept).is_none() {
                    let wrong = elements.iter().enumerate().filter(|(at, _)| left_out >> at & 1 == 1);
                    return Ok(wrong.map(|(_, (party, _))| *party).collect());
                }
            }
        }
        Err(Uncorrectable)
    }
}

/// The sets of `count` of so many, as bits, ascending.
pub fn subsets(of: usize, count: usize) -> impl Iterator<Item = u32> {
    let first = (1_u32 << count) - 1;
    // The next number with as many ones.
    let next = move |set: &u32| {
        let lowest = set & set.wrapping_neg();
        let ripple = set.checked_add(lowest)?;
        Some(ripple | ((set ^ ripple) >> 2).checked_div(lowest)?)
    };
    std::iter::successors(Some(first), next).take_while(move |set| set >> of == 0)
}

#[cfg(test)]
mod tests {
    use super::super::{GaloisRing, Lanes};
    use super::*;
    use crate::crypto::Random;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use std::num::Wrapping;

    fn corrected<C: Coefficient>(
        (parties, degree, errors): (usize, usize, usize),
        changes: &[(usize, usize, u128)],
        missing: Option<usize>,
        seed: [u8; 32],
    ) -> bool {
        let code = Code::new(GaloisRing::with_points(parties + 1), parties, degree);
        let mut random = Random::dangerous_from_seed(seed);
        let secrets = Elements::<C>::random(code.ring(), 6, &mut random);
        let mut shares = code.share(&secrets, &mut random);
        let mut culprits = std::collections::BTreeSet::new();
        for (party, place, change) in changes {
            let party = party % errors.max(1) * 3 % parties;
            if errors == 0 || Some(party) == missing {
                continue;
            }
            let difference = C::of_constant(*change);
            shares[party].plane_mut(0)[*place] += difference;
            if difference != C::ZERO {
                culprits.insert((party, *place));
            }
        }
        let there: Vec<Option<&Elements<C>>> =
            shares.iter().enumerate().map(|(party, share)| (Some(party) != missing).then_some(share)).collect();
        let found = code.correct(&there, errors).expect("no more errors than announced");
        found.secrets.words() == secrets.words()
            && found.wrong.iter().all(|party| culprits.iter().any(|(culprit, _)| culprit == party))
    }

    proptest! {
        #[test]
        fn wrong_shares_are_found(
            parties in 4_usize..=16,
            changes in vec((0_usize..5, 0_usize..6, any::<u128>()), 0..12),
            missing in proptest::option::of(0_usize..4),
            seed: [u8; 32],
        ) {
            let degree = (parties - 1) / 3;
            let errors = (parties - usize::from(missing.is_some()) - degree - 1) / 2;
            let size = (parties, degree, errors);
            prop_assert!(corrected::<Wrapping<u64>>(size, &changes, missing, seed));
            prop_assert!(corrected::<Wrapping<u128>>(size, &changes, missing, seed));
            prop_assert!(corrected::<Lanes>(size, &changes, missing, seed));
        }
    }

    #[test]
    fn more_errors_than_announced_are_no_result() {
        let code = Code::new(GaloisRing::with_points(5), 4, 1);
        let mut random = Random::dangerous_from_seed([2; 32]);
        let secrets = Elements::<Wrapping<u64>>::random(code.ring(), 1, &mut random);
        let mut shares = code.share(&secrets, &mut random);
        shares[0].plane_mut(0)[0] += Wrapping(1);
        shares[1].plane_mut(0)[0] += Wrapping(1);
        let all: Vec<Option<&Elements<_>>> = shares.iter().map(Some).collect();
        assert_eq!(code.correct(&all, 1).err(), Some(Uncorrectable));
        assert_eq!(code.correct(&all[..3], 1).err(), Some(Uncorrectable));
    }

    #[test]
    fn subsets_are_all_of_them() {
        for (of, count) in [(5, 2), (16, 5), (3, 3), (1, 1)] {
            let due: Vec<u32> = (0..1_u32 << of).filter(|set| set.count_ones() as usize == count).collect();
            assert_eq!(subsets(of, count).collect::<Vec<_>>(), due);
        }
    }
}
