//! Ballots: a ciphertext and a proof for each option, and a proof of the total where one is asked for.

use std::ops::RangeInclusive;

use quorate_circuits::curve::{Curve, SCALAR_BYTES};
use zeroize::Zeroizing;

use super::election::count_of;
use super::range_proof::Statement;
use super::{Ciphertext, Election, RangeProof};
use crate::crypto::{Random, Transcript, random_scalar};

/// Who casts a ballot: a name that the caller gives, such as a digest of an identity or of an entry in a list of voters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VoterId(pub [u8; 32]);

impl std::fmt::Display for VoterId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A ballot. Public: what it says is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ballot<C: Curve> {
    voter: VoterId,
    /// By option.
    votes: Vec<(Ciphertext<C>, RangeProof<C>)>,
    total: Option<RangeProof<C>>,
}

/// A ballot that the election does not allow cannot be cast.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CastError {
    /// Not a number for each option.
    #[error("{found} numbers for {options} options")]
    Options {
        /// How many options there are.
        options: usize,
        /// How many numbers there are.
        found: usize,
    },
    /// A number that is not allowed.
    #[error("what option {option} gets is not in {}..={}", allowed.start(), allowed.end())]
    Value {
        /// The option, from 1.
        option: usize,
        /// What is allowed.
        allowed: RangeInclusive<u32>,
    },
    /// A total that is not allowed.
    #[error("all numbers together are not in {}..={}", .0.start(), .0.end())]
    Total(RangeInclusive<u32>),
}

/// What is wrong with a ballot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BallotFault {
    /// It has another length than every ballot of the election.
    #[error("it has {found} bytes, and every ballot has {expected}")]
    Length {
        /// What every ballot has.
        expected: usize,
        /// What it has.
        found: usize,
    },
    /// A ciphertext is not two canonical points of the group.
    #[error("the ciphertext of option {0} is not two canonical points of the group")]
    Ciphertext(usize),
    /// A proof has a scalar that is not canonical.
    #[error("the proof of option {0} is not in canonical form")]
    ProofForm(usize),
    /// The total's proof has a scalar that is not canonical.
    #[error("the proof of the total is not in canonical form")]
    TotalForm,
    /// A proof does not verify.
    #[error(
        "the proof of option {0} does not verify: it may hold a number that is not allowed, or be another ballot's"
    )]
    Proof(usize),
    /// The total's proof does not verify.
    #[error("the proof of the total does not verify: it may be one that is not allowed")]
    TotalProof,
    /// The voter has cast a ballot already.
    #[error("voter {0} has cast a ballot already")]
    Repeated(VoterId),
}

impl<C: Curve> Ballot<C> {
    /// Encrypts a number for each option. The numbers are secret.
    ///
    /// # Errors
    /// If the election does not allow them.
    pub fn cast(
        election: &Election<C>,
        voter: VoterId,
        numbers: &[u32],
        random: &mut Random,
    ) -> Result<Self, CastError> {
        let rules = election.rules();
        if numbers.len() != rules.options {
            return Err(CastError::Options { options: rules.options, found: numbers.len() });
        }
        if let Some(place) = numbers.iter().position(|number| !rules.each.contains(number)) {
            return Err(CastError::Value { option: place + 1, allowed: rules.each.clone() });
        }
        let total: u64 = numbers.iter().map(|number| u64::from(*number)).sum();
        if let Some(allowed) = rules.total.as_ref()
            && !(u64::from(*allowed.start())..=u64::from(*allowed.end())).contains(&total)
        {
            return Err(CastError::Total(allowed.clone()));
        }
        Ok(Self::encrypted(election, voter, numbers, total as u32, random))
    }

    fn encrypted(election: &Election<C>, voter: VoterId, numbers: &[u32], total: u32, random: &mut Random) -> Self {
        let (key, rules) = (election.public_key(), election.rules());
        let nonces: Zeroizing<Vec<C::Scalar>> =
            Zeroizing::new(numbers.iter().map(|_| random_scalar::<C>(random)).collect());
        let ciphertexts: Vec<_> = numbers
            .iter()
            .zip(nonces.iter())
            .map(|(number, nonce)| Ciphertext::encrypt(&key, *number, nonce))
            .collect();
        let context = context(election, voter, &ciphertexts);
        let prove = |(place, number, nonce): (usize, u32, &C::Scalar),
                     ciphertext: &Ciphertext<C>,
                     random: &mut Random| {
            let (context, values) = (of_option(&context, place), &rules.each);
            RangeProof::prove(&Statement { context: &context, key: &key, ciphertext, values }, number, nonce, random)
        };
        let votes = ciphertexts.iter().enumerate().map(|(place, ciphertext)| {
            (*ciphertext, prove((place, numbers[place], &nonces[place]), ciphertext, random))
        });
        let votes = votes.collect();
        let total = rules.total.as_ref().map(|values| {
            let nonce = Zeroizing::new(nonces.iter().sum::<C::Scalar>());
            let (context, ciphertext) = (of_total(&context), &Ciphertext::sum(&ciphertexts));
            RangeProof::prove(&Statement { context: &context, key: &key, ciphertext, values }, total, &nonce, random)
        });
        Self { voter, votes, total }
    }

    /// Who cast it.
    pub fn voter(&self) -> VoterId {
        self.voter
    }

    /// Its ciphertexts, by option.
    pub fn ciphertexts(&self) -> impl Iterator<Item = &Ciphertext<C>> {
        self.votes.iter().map(|(ciphertext, _)| ciphertext)
    }

    /// Whether everything is proven that the election asks for.
    ///
    /// # Errors
    /// What is not.
    pub fn verify(&self, election: &Election<C>) -> Result<(), BallotFault> {
        let (key, rules) = (election.public_key(), election.rules());
        let ciphertexts: Vec<_> = self.ciphertexts().copied().collect();
        let context = context(election, self.voter, &ciphertexts);
        for (place, (ciphertext, proof)) in self.votes.iter().enumerate() {
            let (context, values) = (of_option(&context, place), &rules.each);
            if !proof.proves(&Statement { context: &context, key: &key, ciphertext, values }) {
                return Err(BallotFault::Proof(place + 1));
            }
        }
        match (&rules.total, &self.total) {
            (None, None) => Ok(()),
            (Some(values), Some(proof)) => {
                let (context, ciphertext) = (of_total(&context), &Ciphertext::sum(&ciphertexts));
                let statement = Statement { context: &context, key: &key, ciphertext, values };
                proof.proves(&statement).then_some(()).ok_or(BallotFault::TotalProof)
            }
            _ => Err(BallotFault::TotalProof),
        }
    }

    /// The encoding, of [`Election::ballot_bytes`]: the voter, then a ciphertext and a proof for each option, then the total's
    /// proof.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.voter.0.to_vec();
        for (ciphertext, proof) in &self.votes {
            Ciphertext::encode_all(&[*ciphertext], &mut bytes);
            proof.encode(&mut bytes);
        }
        self.total.iter().for_each(|proof| proof.encode(&mut bytes));
        bytes
    }

    /// The ballot of an encoding; nothing is verified yet. The length is compared before anything is read.
    ///
    /// # Errors
    /// What is not in canonical form.
    pub fn from_bytes(election: &Election<C>, bytes: &[u8]) -> Result<Self, BallotFault> {
        let (expected, found) = (election.ballot_bytes(), bytes.len());
        let wrong = BallotFault::Length { expected, found };
        if found != expected {
            return Err(wrong);
        }
        let rules = election.rules();
        let (voter, rest) = bytes.split_first_chunk::<32>().ok_or(wrong)?;
        let proof = count_of(&rules.each) * 2 * SCALAR_BYTES;
        let (votes, total) = rest.split_at(rules.options * (Ciphertext::<C>::BYTES + proof));
        let vote = |(place, bytes): (usize, &[u8])| {
            let (ciphertext, proof) = bytes.split_at(Ciphertext::<C>::BYTES);
            let ciphertext = Ciphertext::decode(ciphertext).ok_or(BallotFault::Ciphertext(place + 1))?;
            Ok((ciphertext, RangeProof::decode(proof).ok_or(BallotFault::ProofForm(place + 1))?))
        };
        let votes =
            votes.chunks_exact(Ciphertext::<C>::BYTES + proof).enumerate().map(vote).collect::<Result<_, _>>()?;
        let total = match rules.total {
            Some(_) => Some(RangeProof::decode(total).ok_or(BallotFault::TotalForm)?),
            None => None,
        };
        Ok(Self { voter: VoterId(*voter), votes, total })
    }
}

/// What all proofs of a ballot are bound to.
fn context<C: Curve>(election: &Election<C>, voter: VoterId, ciphertexts: &[Ciphertext<C>]) -> Transcript {
    let mut encodings = Vec::with_capacity(ciphertexts.len() * Ciphertext::<C>::BYTES);
    Ciphertext::encode_all(ciphertexts, &mut encodings);
    let mut transcript = election.transcript("quorate 2026 tally ballot");
    transcript.append("voter", &voter.0).append("ciphertexts", &encodings);
    transcript
}

fn of_option(context: &Transcript, place: usize) -> Transcript {
    let mut transcript = context.clone();
    transcript.append_u64("option", place as u64);
    transcript
}

fn of_total(context: &Transcript) -> Transcript {
    let mut transcript = context.clone();
    transcript.append("total", &[]);
    transcript
}
