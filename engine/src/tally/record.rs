//! Counts from partial decryptions, and the verification of a whole vote by somebody who had no part in it.

use std::collections::BTreeMap;

use quorate_circuits::curve::Curve;

use super::{BallotRefused, Board, Election, Logarithms, PartialDecryption, Tally, TallyError, TrusteeFault};
use crate::key::{SignerSet, SignerSetError};

/// The outcome of a vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// What every option got, in their order.
    pub counts: Vec<u64>,
    /// Whose partial decryptions were used.
    pub trustees: Vec<u16>,
    /// Partial decryptions that are wrong: their position, from 1, the trustee that they name, if there is one, and why.
    pub faults: Vec<(usize, Option<u16>, TrusteeFault)>,
}

/// The counts cannot be said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Too few right ones.
    #[error("the right partial decryptions are not enough: {error}; wrong ones: {}", list(faults))]
    NotEnough {
        /// Why.
        error: SignerSetError,
        /// As in [`Opened::faults`].
        faults: Vec<(usize, Option<u16>, TrusteeFault)>,
    },
    /// More than is searched for.
    #[error("a count could be up to {0}, which is more than is searched for")]
    TooLarge(u64),
    /// A sum that verified ballots cannot have.
    #[error("the count of option {0} is not one that verified ballots can have")]
    NoCount(usize),
}

/// What is wrong with the record of a vote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordFault {
    /// A ballot that should not have counted.
    #[error(transparent)]
    Ballot(#[from] BallotRefused),
    /// Too few ballots.
    #[error(transparent)]
    Tally(#[from] TallyError),
    /// Partial decryptions that are not enough.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A partial decryption that is wrong. A record has none.
    #[error("partial decryption {position}, of {}: {fault}", named(*trustee))]
    Trustee {
        /// Which, from 1.
        position: usize,
        /// Whom it names.
        trustee: Option<u16>,
        /// What is wrong.
        fault: TrusteeFault,
    },
    /// Other counts.
    #[error("the ballots' counts are {found:?}, not {claimed:?}")]
    Counts {
        /// What the record says.
        claimed: Vec<u64>,
        /// What it is.
        found: Vec<u64>,
    },
}

impl<C: Curve> Tally<C> {
    /// The counts, from partial decryptions as bytes, each verified. Wrong ones are named, and the others used if they are
    /// enough.
    ///
    /// # Errors
    /// If they are not enough.
    pub fn open(&self, partials: &[Vec<u8>]) -> Result<Opened, OpenError> {
        let (mut right, mut faults) = (BTreeMap::new(), Vec::new());
        for (place, bytes) in partials.iter().enumerate() {
            let named = bytes.first_chunk().map(|index| u16::from_le_bytes(*index));
            let named = named.filter(|index| self.election.access().has(*index));
            let checked = self.decode(bytes).and_then(|partial| match right.contains_key(&partial.index()) {
                true => Err(TrusteeFault::Repeated),
                false => self.check(&partial).map(|()| partial),
            });
            match checked {
                Ok(partial) => drop(right.insert(partial.index(), partial)),
                Err(fault) => faults.push((place + 1, named, fault)),
            }
        }
        let access = self.election.access();
        let quorum = access.structure().quorum_of(&right.keys().copied().collect::<Vec<_>>());
        let signers = match SignerSet::new(access, &quorum) {
            Ok(signers) => signers,
            Err(error) => return Err(OpenError::NotEnough { error, faults }),
        };
        let counts = self.counts(&signers, &right)?;
        Ok(Opened { counts, trustees: quorum, faults })
    }

    fn counts(
        &self,
        signers: &SignerSet,
        partials: &BTreeMap<u16, PartialDecryption<C>>,
    ) -> Result<Vec<u64>, OpenError> {
        let most = self.ballots as u64 * u64::from(*self.election.rules().each.end());
        let logarithms = Logarithms::<C>::up_to(most).ok_or(OpenError::TooLarge(most))?;
        let coefficients = |place: usize| signers.coefficients::<C::Scalar>(place);
        let used: Vec<_> = signers.indices().iter().enumerate().map(|(p, i)| (&partials[i], coefficients(p))).collect();
        let one = <C::Scalar as ff::Field>::ONE;
        let count = |(option, sum): (usize, &super::Ciphertext<C>)| {
            let taken = used.iter().flat_map(|(partial, coefficients)| partial.terms(option, coefficients));
            let terms: Vec<_> = std::iter::once((sum.masked, one)).chain(taken).collect();
            let point = C::public_sum(&<C::Scalar as ff::Field>::ZERO, &terms);
            logarithms.of(&point).ok_or(OpenError::NoCount(option + 1))
        };
        self.sums.iter().enumerate().map(count).collect()
    }
}

/// Verifies a vote from nothing but what is public: every ballot, that no voter has two, their sums, every partial
/// decryption, and the counts that they say. Whoever runs it trusts no trustee, no voter and no board.
///
/// # Errors
/// The first thing that is wrong: the ballot or partial decryption with its position and the reason, or the counts.
pub fn verify_record<C: Curve>(
    election: &Election<C>,
    ballots: &[Vec<u8>],
    partials: &[Vec<u8>],
    claimed: &[u64],
) -> Result<Opened, RecordFault> {
    let mut board = Board::new(election);
    for ballot in ballots {
        board.post(ballot)?;
    }
    let opened = board.close()?.open(partials)?;
    if let Some((position, trustee, fault)) = opened.faults.first().cloned() {
        return Err(RecordFault::Trustee { position, trustee, fault });
    }
    if opened.counts != claimed {
        return Err(RecordFault::Counts { claimed: claimed.to_vec(), found: opened.counts });
    }
    Ok(opened)
}

fn named(trustee: Option<u16>) -> String {
    trustee.map_or_else(|| "no trustee".to_owned(), |index| format!("trustee {index}"))
}

fn list(faults: &[(usize, Option<u16>, TrusteeFault)]) -> String {
    let each = faults.iter().map(|(position, trustee, fault)| format!("{position}, of {}: {fault}", named(*trustee)));
    let all: Vec<String> = each.collect();
    if all.is_empty() { "none".to_owned() } else { all.join("; ") }
}
