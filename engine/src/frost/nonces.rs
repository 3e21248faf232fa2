//! A signer's nonces.

use quorate_circuits::curve::Curve;
use zeroize::{Zeroize, Zeroizing};

use super::{Ciphersuite, SigningCommitments};
use crate::crypto::Random;
use crate::key::{KeyShare, encode_share};

/// The two nonces of one signature. Whoever answers twice with them gives the key away: they cannot be copied, are
/// consumed by being used, wiped when dropped, and print nothing.
pub struct SigningNonces<C: Curve> {
    pub(super) hiding: C::Scalar,
    pub(super) binding: C::Scalar,
    pub(super) commitments: SigningCommitments<C>,
}

impl<C: Curve> SigningNonces<C> {
    /// Draws nonces, hedged with the share: they are unpredictable if either the generator or the share is
    /// (RFC 9591, section 4.1).
    pub fn draw<S: Ciphersuite<Curve = C>>(share: &KeyShare<C>, random: &mut Random) -> Self {
        let randomness = Zeroizing::new([random.bytes(), random.bytes()]);
        Self::derive::<S>(share.expose_secret(), &randomness)
    }

    /// The nonces of this randomness, hiding and binding, and of a share: the scalar of RFC 9591 or, under an access
    /// structure by which a holder has several, one after the other.
    pub(super) fn derive<S: Ciphersuite<Curve = C>>(share: &[C::Scalar], randomness: &[[u8; 32]; 2]) -> Self {
        let secret = encode_share::<C>(share);
        let [hiding, binding] = randomness.each_ref().map(|bytes| S::h3(&[bytes, secret.as_slice()]));
        Self::of(hiding, binding)
    }

    pub(super) fn of(hiding: C::Scalar, binding: C::Scalar) -> Self {
        let commitments = SigningCommitments::of(&hiding, &binding);
        Self { hiding, binding, commitments }
    }

    /// What is published of them.
    pub fn commitments(&self) -> &SigningCommitments<C> {
        &self.commitments
    }
}

impl<C: Curve> Drop for SigningNonces<C> {
    fn drop(&mut self) {
        self.hiding.zeroize();
        self.binding.zeroize();
    }
}

impl<C: Curve> std::fmt::Debug for SigningNonces<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningNonces({}, secret)", C::NAME)
    }
}
