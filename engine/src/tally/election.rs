//! What a vote is about: its name, the trustees' key, and what a ballot may say.

use std::ops::RangeInclusive;

use quorate_circuits::curve::{Curve, SCALAR_BYTES};

use crate::crypto::{SessionId, Transcript};
use crate::key::{AccessStructure, Commitments, Holding, KeyId, KeyShare};

/// Options at most.
pub const MOST_OPTIONS: usize = 1024;
/// Possible numbers of an option, or totals of a ballot, at most: a proof is as long as there are any.
pub const MOST_VALUES: u32 = 1024;
/// Bytes of a ballot at most.
pub const MOST_BALLOT_BYTES: usize = 1 << 22;

/// What a ballot may say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How many options there are.
    pub options: usize,
    /// The numbers that a ballot may give to an option: `0..=1` where one votes for it or not.
    pub each: RangeInclusive<u32>,
    /// What all numbers of a ballot may add up to, if that is limited.
    pub total: Option<RangeInclusive<u32>>,
    /// With fewer ballots nothing is decrypted. Of one or two the counts tell too much.
    pub fewest_ballots: usize,
}

/// There can be no such election.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ElectionError {
    /// No option, or too many.
    #[error("{0} options; there may be 1 to {MOST_OPTIONS}")]
    Options(usize),
    /// No number that is allowed, or too many.
    #[error("{0} are no numbers to prove one of: there may be 1 to {MOST_VALUES}")]
    Values(String),
    /// No ballot can meet both rules.
    #[error("no ballot's total can lie in {0}")]
    Total(String),
    /// Ballots would be too long.
    #[error("a ballot would have {0} bytes; it may have {MOST_BALLOT_BYTES}")]
    BallotBytes(usize),
    /// Nothing is decrypted of no ballots.
    #[error("at least one ballot has to be asked for")]
    NoBallots,
}

/// An election: everything that its ballots, sums and decryptions are bound to. Public.
#[derive(Clone, Debug)]
pub struct Election<C: Curve> {
    id: SessionId,
    key: KeyId,
    epoch: u32,
    commitments: Commitments<C>,
    rules: Rules,
}

impl<C: Curve> Election<C> {
    /// An election of this name under the key of which this is a share.
    ///
    /// # Errors
    /// If there can be no such rules.
    pub fn new(id: SessionId, share: &KeyShare<C>, rules: Rules) -> Result<Self, ElectionError> {
        let Holding { key, epoch, .. } = share.holding();
        Self::under(id, (*key, *epoch), share.commitments().clone(), rules)
    }

    /// Likewise for whoever holds no share: the key's name, its epoch and the commitments to its shares are public.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn under(
        id: SessionId,
        (key, epoch): (KeyId, u32),
        commitments: Commitments<C>,
        rules: Rules,
    ) -> Result<Self, ElectionError> {
        if !(1..=MOST_OPTIONS).contains(&rules.options) {
            return Err(ElectionError::Options(rules.options));
        }
        for values in [Some(&rules.each), rules.total.as_ref()].into_iter().flatten() {
            if values.is_empty() || values.end() - values.start() >= MOST_VALUES {
                return Err(ElectionError::Values(format!("{values:?}")));
            }
        }
        if let Some(total) = &rules.total {
            let reach = |value: u32| rules.options as u64 * u64::from(value);
            if u64::from(*total.end()) < reach(*rules.each.start())
                || u64::from(*total.start()) > reach(*rules.each.end())
            {
                return Err(ElectionError::Total(format!("{total:?}")));
            }
        }
        if rules.fewest_ballots == 0 {
            return Err(ElectionError::NoBallots);
        }
        let election = Self { id, key, epoch, commitments, rules };
        match election.ballot_bytes() {
            bytes if bytes > MOST_BALLOT_BYTES => Err(ElectionError::BallotBytes(bytes)),
            _ => Ok(election),
        }
    }

    /// What a ballot may say.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The key under which ballots are encrypted.
    pub fn public_key(&self) -> C::Point {
        self.commitments.constant()
    }

    /// Who can decrypt.
    pub fn access(&self) -> &AccessStructure {
        self.commitments.access()
    }

    /// Commitments to the shares of the key.
    pub fn commitments(&self) -> &Commitments<C> {
        &self.commitments
    }

    /// Bytes of every ballot.
    pub fn ballot_bytes(&self) -> usize {
        let proof = |values: &RangeInclusive<u32>| count_of(values) * 2 * SCALAR_BYTES;
        let option = 2 * C::POINT_BYTES + proof(&self.rules.each);
        32 + self.rules.options * option + self.rules.total.as_ref().map_or(0, proof)
    }

    /// Bytes of a holder's partial decryption.
    pub fn partial_bytes(&self, index: u16) -> usize {
        2 + self.access().rows(index).len() * (self.rules.options * C::POINT_BYTES + 2 * SCALAR_BYTES)
    }

    /// Whether a share is one of this election's key.
    pub fn is_of(&self, share: &KeyShare<C>) -> bool {
        let Holding { key, epoch, .. } = share.holding();
        (*key, *epoch) == (self.key, self.epoch) && *share.commitments() == self.commitments
    }

    /// A transcript that has everything of the election in it.
    pub(super) fn transcript(&self, domain: &'static str) -> Transcript {
        let mut transcript = Transcript::new(domain, &self.id);
        transcript
            .append("group", C::NAME.name().as_bytes())
            .append("key", &self.key.0)
            .append_u64("epoch", u64::from(self.epoch))
            .append("access", self.access().to_string().as_bytes())
            .append("commitments", &self.commitments.to_bytes())
            .append_u64("options", self.rules.options as u64)
            .append_u64("fewest ballots", self.rules.fewest_ballots as u64);
        append_values(&mut transcript, &self.rules.each);
        if let Some(total) = &self.rules.total {
            append_values(&mut transcript, total);
        }
        transcript
    }
}

/// How many numbers there are in `low..=high`.
pub(super) fn count_of(values: &RangeInclusive<u32>) -> usize {
    (values.end() - values.start()) as usize + 1
}

/// Adds which numbers are allowed.
pub(super) fn append_values(transcript: &mut Transcript, values: &RangeInclusive<u32>) {
    transcript.append_u64("low", u64::from(*values.start())).append_u64("high", u64::from(*values.end()));
}
