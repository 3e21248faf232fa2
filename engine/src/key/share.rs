//! A holder's share of a key.

use ff::Field;
use quorate_circuits::curve::Curve;
use zeroize::{Zeroize, Zeroizing};

use super::{AccessStructure, Commitments, KeyId, SignerSet, SignerSetError};

/// A share of a key, a scalar for each of the holder's rows: secret, wiped when dropped, neither copied nor printed. That
/// the share fits the commitments is checked whenever one is made.
pub struct KeyShare<C: Curve> {
    pub(super) holding: Holding,
    pub(super) secret: Zeroizing<Vec<C::Scalar>>,
    pub(super) commitments: Commitments<C>,
}

/// What share of what a holder has. Public.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Holding {
    /// The key.
    pub key: KeyId,
    /// How often its shares have been replaced; shares of different epochs do not go together.
    pub epoch: u32,
    /// Who can use it.
    pub access: AccessStructure,
    /// The holder's index.
    pub index: u16,
}

/// This is no share of such a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// An index that no holder has.
    #[error("nobody holds share {index} of a key of {access}")]
    NoHolder {
        /// The index.
        index: u16,
        /// Who can use the key.
        access: AccessStructure,
    },
    /// Commitments under another access structure, or one is the identity.
    #[error("a share's commitments do not fit {0}")]
    Commitments(AccessStructure),
    /// The share is not the one that the commitments say.
    #[error("the share does not fit its commitments: it was damaged or changed")]
    DoesNotFit,
}

impl<C: Curve> KeyShare<C> {
    /// The share of a holder.
    ///
    /// # Errors
    /// If the share does not fit the commitments, or these not the access structure.
    pub fn new(
        holding: Holding,
        secret: Zeroizing<Vec<C::Scalar>>,
        commitments: Commitments<C>,
    ) -> Result<Self, ShareError> {
        let (index, access) = (holding.index, &holding.access);
        if !access.has(index) {
            return Err(ShareError::NoHolder { index, access: access.clone() });
        }
        if commitments.access() != access || !commitments.is_encodable() {
            return Err(ShareError::Commitments(access.clone()));
        }
        if !commitments.fits(index, &secret) {
            return Err(ShareError::DoesNotFit);
        }
        Ok(Self { holding, secret, commitments })
    }

    /// What share of what it is.
    pub fn holding(&self) -> &Holding {
        &self.holding
    }

    /// The share itself, row by row.
    pub fn expose_secret(&self) -> &[C::Scalar] {
        &self.secret
    }

    /// The commitments to the coefficients of the key's polynomials.
    pub fn commitments(&self) -> &Commitments<C> {
        &self.commitments
    }

    /// The public key.
    pub fn public_key(&self) -> C::Point {
        self.commitments.constant()
    }

    /// The share of these signers' additive sharing of the key.
    ///
    /// # Errors
    /// If this share's holder is not among them.
    pub fn additive(&self, signers: &SignerSet) -> Result<AdditiveShare<C>, SignerSetError> {
        let position = signers.position(self.holding.index)?;
        let coefficients = signers.coefficients::<C::Scalar>(position);
        let terms = coefficients.iter().zip(self.secret.iter());
        let secret = terms.fold(C::Scalar::ZERO, |sum, (coefficient, row)| sum + *coefficient * row);
        Ok(AdditiveShare { secret, position })
    }

    /// The public shares of all signers' additive sharing, in their order: they add up to the public key.
    pub fn public_additive(&self, signers: &SignerSet) -> Vec<C::Point> {
        (0..signers.indices().len()).map(|position| self.public_additive_at(signers, position)).collect()
    }

    /// The public share of one signer's additive share.
    ///
    /// # Panics
    /// If the set has no such position.
    pub fn public_additive_at(&self, signers: &SignerSet, position: usize) -> C::Point {
        C::public_sum(&C::Scalar::ZERO, &self.public_terms(signers, position, &C::Scalar::ONE))
    }

    /// What the public share of one signer's additive share is the sum of, each with its factor, and all of them times
    /// one more.
    ///
    /// # Panics
    /// If the set has no such position.
    pub fn public_terms(&self, signers: &SignerSet, position: usize, factor: &C::Scalar) -> Vec<(C::Point, C::Scalar)> {
        let public = self.commitments.public_share(signers.indices()[position]);
        let terms = public.into_iter().zip(signers.coefficients::<C::Scalar>(position));
        terms.map(|(row, coefficient)| (row, coefficient * factor)).collect()
    }
}

impl<C: Curve> std::fmt::Debug for KeyShare<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyShare({}, {}, share {}, secret)", C::NAME, self.holding.access, self.holding.index)
    }
}

/// One signer's part of a key as a sum: its rows times their coefficients ([`SignerSet::coefficients`]). Wiped when
/// dropped.
pub struct AdditiveShare<C: Curve> {
    secret: C::Scalar,
    position: usize,
}

impl<C: Curve> AdditiveShare<C> {
    /// A signer's part of a sum.
    pub(super) fn new(secret: C::Scalar, position: usize) -> Self {
        Self { secret, position }
    }

    /// The share itself.
    pub fn expose_secret(&self) -> &C::Scalar {
        &self.secret
    }

    /// The signer's position in the set.
    pub fn position(&self) -> usize {
        self.position
    }
}

impl<C: Curve> Drop for AdditiveShare<C> {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl<C: Curve> std::fmt::Debug for AdditiveShare<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AdditiveShare({}, signer {}, secret)", C::NAME, self.position)
    }
}
