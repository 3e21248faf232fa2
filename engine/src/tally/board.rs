//! Ballots as they are cast, and their sums.

use std::collections::BTreeSet;

use group::Group;
use quorate_circuits::curve::Curve;

use super::{Ballot, BallotFault, Ciphertext, Election, VoterId};
use crate::crypto::Transcript;

/// The ballots that were cast and verified, added up as they come.
#[derive(Debug)]
pub struct Board<'a, C: Curve> {
    election: &'a Election<C>,
    voters: BTreeSet<VoterId>,
    posted: usize,
    transcript: Transcript,
    sums: Vec<Ciphertext<C>>,
}

/// A ballot that does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("ballot {position}: {fault}")]
pub struct BallotRefused {
    /// Which, from 1, of all that were posted.
    pub position: usize,
    /// Why.
    pub fault: BallotFault,
}

/// Nothing can be decrypted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TallyError {
    /// Too few ballots.
    #[error("{found} ballots count; nothing is decrypted of fewer than {fewest}")]
    TooFew {
        /// How many are asked for.
        fewest: usize,
        /// How many there are.
        found: usize,
    },
    /// All nonces of an option cancel out: all its voters together have chosen them so.
    #[error("the nonces of option {0} cancel out, which nobody but all voters together can bring about")]
    NoNonce(usize),
}

/// The sums of all ballots of an election: nothing else of them is decrypted. Public.
#[derive(Clone, Debug)]
pub struct Tally<C: Curve> {
    pub(super) election: Election<C>,
    pub(super) ballots: usize,
    /// Of the election and all ballots that count, in their order.
    pub(super) digest: [u8; 32],
    /// By option.
    pub(super) sums: Vec<Ciphertext<C>>,
}

impl<'a, C: Curve> Board<'a, C> {
    /// Nothing was cast yet.
    pub fn new(election: &'a Election<C>) -> Self {
        Self {
            election,
            voters: BTreeSet::new(),
            posted: 0,
            transcript: election.transcript("quorate 2026 tally ballots"),
            sums: (0..election.rules().options).map(|_| Ciphertext::sum([])).collect(),
        }
    }

    /// Takes a ballot in, if it verifies and its voter has cast no other. One that is refused changes nothing but the
    /// positions of those that follow.
    ///
    /// # Errors
    /// Its position and what is wrong with it.
    pub fn post(&mut self, bytes: &[u8]) -> Result<VoterId, BallotRefused> {
        self.posted += 1;
        let refused = |fault| BallotRefused { position: self.posted, fault };
        let ballot = Ballot::from_bytes(self.election, bytes).map_err(refused)?;
        if self.voters.contains(&ballot.voter()) {
            return Err(refused(BallotFault::Repeated(ballot.voter())));
        }
        ballot.verify(self.election).map_err(refused)?;
        self.voters.insert(ballot.voter());
        self.transcript.append("ballot", bytes);
        self.sums.iter_mut().zip(ballot.ciphertexts()).for_each(|(sum, one)| *sum = sum.plus(one));
        Ok(ballot.voter())
    }

    /// How many ballots count.
    pub fn ballots(&self) -> usize {
        self.voters.len()
    }

    /// The sums, when no more ballots are taken.
    ///
    /// # Errors
    /// If there are fewer ballots than the election asks for, or the sums cannot be decrypted.
    pub fn close(self) -> Result<Tally<C>, TallyError> {
        let (fewest, found) = (self.election.rules().fewest_ballots, self.voters.len());
        if found < fewest {
            return Err(TallyError::TooFew { fewest, found });
        }
        if let Some(place) = self.sums.iter().position(|sum| sum.nonce.is_identity().into()) {
            return Err(TallyError::NoNonce(place + 1));
        }
        let digest = self.transcript.digest();
        Ok(Tally { election: self.election.clone(), ballots: found, digest, sums: self.sums })
    }
}

impl<C: Curve> Tally<C> {
    /// How many ballots count.
    pub fn ballots(&self) -> usize {
        self.ballots
    }

    /// A digest of the election and all ballots that count, in their order: trustees compare it before they decrypt.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// The sums, by option.
    pub fn sums(&self) -> &[Ciphertext<C>] {
        &self.sums
    }
}
