//! Equations to be proven: what the prover and each of its verifiers have of them.

use std::collections::BTreeMap;

use super::layout::Shapes;
use crate::correlation::SecretVec;

/// What a party has of the equations of one prover, by their number of terms.
#[derive(Default)]
pub(in crate::protocol::replicated) struct Claims(BTreeMap<usize, Claim>);

/// Equations of as many terms each, term after term and equation after equation.
#[derive(Default)]
pub(super) struct Claim {
    /// The factors that the party before the prover has, too.
    pub(super) left: SecretVec<u64>,
    /// The factors that the party after the prover has, too.
    pub(super) right: SecretVec<u64>,
    /// Of a verifier, what it adds to each equation; of the prover, what the party after it does.
    pub(super) known: SecretVec<u64>,
}

impl Claims {
    /// Adds equations of so many terms, with the factors that this party has.
    pub(in crate::protocol::replicated) fn add(&mut self, terms: usize, left: &[u64], right: &[u64], known: &[u64]) {
        debug_assert!([left, right].iter().all(|f| f.is_empty() || f.len() == terms * known.len()));
        let claim = self.0.entry(terms).or_default();
        claim.left.append_words(left);
        claim.right.append_words(right);
        claim.known.append_words(known);
    }

    /// Adds so many equations of so many terms, to be written: factors that the party before the prover has, too, those that
    /// the party after it has, each if `has` says that this party has them, and what is known.
    pub(in crate::protocol::replicated) fn extend(
        &mut self,
        terms: usize,
        equations: usize,
        has: [bool; 2],
    ) -> [&mut [u64]; 3] {
        let Claim { left, right, known } = self.0.entry(terms).or_default();
        let factors = |has: bool| if has { terms * equations } else { 0 };
        [left.append_zeros(factors(has[0])), right.append_zeros(factors(has[1])), known.append_zeros(equations)]
    }

    /// Forgets all equations. Their room is kept.
    pub(in crate::protocol::replicated) fn clear(&mut self) {
        for claim in self.0.values_mut() {
            [&mut claim.left, &mut claim.right, &mut claim.known].into_iter().for_each(|words| words.truncate(0));
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Claim)> {
        self.0.iter().filter(|(_, claim)| !claim.known.is_empty()).map(|(terms, claim)| (*terms, claim))
    }

    /// Terms of all equations.
    pub(in crate::protocol::replicated) fn terms(&self) -> usize {
        self.iter().map(|(terms, claim)| terms * claim.known.len()).sum()
    }

    pub(in crate::protocol::replicated) fn shapes(&self) -> Shapes {
        self.iter().map(|(terms, claim)| (terms, claim.known.len())).collect()
    }
}
