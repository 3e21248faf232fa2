//! Answers, their verification and their sum (RFC 9591, sections 5.2 to 5.4).

use ff::Field;
use group::Group;
use quorate_circuits::curve::{Curve, PublicPoint};

use super::{GroupCommitment, PreparedNonces};
use crate::key::{KeyShare, SignerSet};
use crate::net::{ChannelFault, PartyIndex};

/// What the response is to be, in terms of the nonce `k` of [`GroupCommitment::point`] and the key `x`: `nonce k + key x`.
/// Public. In RFC 9591 `nonce` is one and `key` the challenge; in BIP340 both bear signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relation<C: Curve> {
    /// What the nonce is multiplied with.
    pub nonce: C::Scalar,
    /// What the key is multiplied with.
    pub key: C::Scalar,
}

/// One signature, from the moment that my nonces are spent. It holds my answer, and what others' are checked against.
#[derive(Debug)]
pub struct Signing<C: Curve> {
    signers: SignerSet,
    position: usize,
    group: GroupCommitment<C>,
    relation: Relation<C>,
    mine: C::Scalar,
}

/// Nonces, share and commitment do not go together. Nothing was answered; the nonces are gone all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// Nonces of another key, or of another epoch of it.
    #[error("these nonces were prepared for another key or for shares that have been replaced")]
    OtherKey,
    /// The group commitment is not of these nonces.
    #[error("the group commitment is not of the commitments that came with these nonces")]
    OtherCommitments,
    /// The answer would depend on the key alone, or on the nonces alone.
    #[error("a relation in which nonce or key has the factor zero signs nothing")]
    Degenerate,
}

impl<C: Curve> Signing<C> {
    /// Spends nonces on an answer.
    ///
    /// # Errors
    /// If nonces, share and group commitment do not go together, or a factor of the relation is zero.
    pub fn new(
        share: &KeyShare<C>,
        prepared: PreparedNonces<C>,
        group: GroupCommitment<C>,
        relation: Relation<C>,
    ) -> Result<Self, SigningError> {
        let holding = share.holding();
        if (prepared.key, prepared.epoch) != (holding.key, holding.epoch) {
            return Err(SigningError::OtherKey);
        }
        if group.commitments() != prepared.commitments {
            return Err(SigningError::OtherCommitments);
        }
        if bool::from(relation.nonce.is_zero() | relation.key.is_zero()) {
            return Err(SigningError::Degenerate);
        }
        let position = prepared.position;
        let additive = share.additive(&prepared.signers).map_err(|_| SigningError::OtherKey)?;
        let nonces = &prepared.nonces;
        let nonce = nonces.hiding + group.factor(position) * nonces.binding;
        let mine = relation.nonce * nonce + relation.key * additive.expose_secret();
        Ok(Self { signers: prepared.signers.clone(), position, group, relation, mine })
    }

    /// My answer.
    pub fn answer(&self) -> C::Scalar {
        self.mine
    }

    /// Whether an answer is that of the signer at `position`. Variable time: answers are public.
    ///
    /// # Panics
    /// If there is no such signer.
    #[must_use]
    pub fn verifies(&self, share: &KeyShare<C>, position: usize, answer: &C::Scalar) -> bool {
        let commitments = &self.group.commitments()[position];
        let nonce = self.relation.nonce;
        let mut terms = share.public_terms(&self.signers, position, &-self.relation.key);
        terms.extend([(commitments.hiding(), -nonce), (commitments.binding(), -(nonce * self.group.factor(position)))]);
        C::public_sum(answer, &terms).is_identity().into()
    }

    /// Adds up the answers, by position; what stands at my own place is not read. The sum is checked, and the answers one
    /// by one only if it is wrong.
    ///
    /// # Errors
    /// The first signer whose answer does not verify.
    pub fn aggregate(
        &self,
        share: &KeyShare<C>,
        answers: &[C::Scalar],
    ) -> Result<C::Scalar, (PartyIndex, ChannelFault)> {
        self.aggregate_by(share, answers, &mut |signing, response| {
            let nonce = C::public_sum(response, &[(share.public_key(), -signing.relation.key)]);
            nonce == C::public_multiple(&signing.group.point(), &signing.relation.nonce)
        })
    }

    /// [`Self::aggregate`] by a caller that says whether the sum of the answers is the response.
    ///
    /// # Errors
    /// As [`Self::aggregate`].
    pub(crate) fn aggregate_by(
        &self,
        share: &KeyShare<C>,
        answers: &[C::Scalar],
        holds: &mut impl FnMut(&Self, &C::Scalar) -> bool,
    ) -> Result<C::Scalar, (PartyIndex, ChannelFault)> {
        let others = || answers.iter().enumerate().filter(|(position, _)| *position != self.position);
        let response = others().fold(self.mine, |sum, (_, answer)| sum + answer);
        if holds(self, &response) {
            return Ok(response);
        }
        let wrong = others().find(|(position, answer)| !self.verifies(share, *position, answer));
        // If the sum is wrong a term is: mine is right, as my share fits its commitments.
        let culprit = wrong.map_or(self.position, |(position, _)| position);
        Err((PartyIndex(culprit), ChannelFault::CheckFailed("the share of the signature does not verify")))
    }

    /// Whether a response is the one of the relation, by products with public points that come from `multiple`: the
    /// generator and the key are multiplied each by itself.
    pub(crate) fn holds(
        &self,
        public_key: &C::Public,
        response: &C::Scalar,
        mut multiple: impl FnMut(&C::Public, &C::Scalar) -> C::Public,
    ) -> bool {
        let nonce = C::multiple(&self.group.point().into(), &self.relation.nonce);
        multiple(&C::Public::base_point(), response) == nonce + multiple(public_key, &self.relation.key)
    }
}
