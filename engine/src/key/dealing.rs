//! What a dealer commits to, opens and sends: the first two rounds of a key's generation, as pure functions.

use quorate_circuits::curve::{Curve, SCALAR_BYTES};
use zeroize::Zeroizing;

use super::{AccessStructure, Commitments, Polynomials};
use crate::crypto::{Commitment, Opening, ProofContext, ProofOfKnowledge, Random, SessionId, commit};
use crate::net::{ChannelFault, PartyIndex};

/// What the hash commitments and the proofs of possession are for.
const LABEL: &str = "key/deal";
/// Bytes of the nonce that opens a hash commitment.
const NONCE: usize = 32;

/// Bytes of the public part of a dealing: nonce, commitments, proof of possession.
pub(super) fn public_bytes<C: Curve>(access: &AccessStructure) -> usize {
    NONCE + Commitments::<C>::bytes(access) + ProofOfKnowledge::<C>::BYTES
}

/// Bytes of the private part of a dealing: the receiver's rows.
pub(super) fn share_bytes(access: &AccessStructure, index: u16) -> usize {
    access.rows(index).len() * SCALAR_BYTES
}

/// A dealer between committing and opening.
pub(super) struct Dealer<C: Curve> {
    polynomials: Polynomials<C>,
    commitments: Commitments<C>,
    public: Vec<u8>,
}

impl<C: Curve> Dealer<C> {
    /// Draws polynomials and commits to their commitments.
    pub(super) fn begin(
        session: &SessionId,
        me: PartyIndex,
        access: &AccessStructure,
        random: &mut Random,
    ) -> (Self, Commitment) {
        Self::deal(session, me, Polynomials::random(access, random), random)
    }

    /// Commits to the commitments to polynomials.
    pub(super) fn deal(
        session: &SessionId,
        me: PartyIndex,
        polynomials: Polynomials<C>,
        random: &mut Random,
    ) -> (Self, Commitment) {
        let commitments = Commitments::of(&polynomials);
        let context = ProofContext { session, prover: me, label: LABEL };
        let secret = &polynomials.coefficients()[0];
        let proof = ProofOfKnowledge::<C>::prove(context, &commitments.constant(), secret, random);
        let message = [commitments.to_bytes(), proof.to_bytes()].concat();
        let (commitment, opening) = commit(session, me, LABEL, &message, random);
        let public = [opening.expose_bytes().as_slice(), &message].concat();
        (Self { polynomials, commitments, public }, commitment)
    }

    /// The part of the dealing that everybody gets.
    pub(super) fn public(&self) -> &[u8] {
        &self.public
    }

    /// The dealer's own commitments.
    pub(super) fn commitments(&self) -> &Commitments<C> {
        &self.commitments
    }

    /// The share of a holder.
    pub(super) fn share(&self, index: u16) -> Zeroizing<Vec<C::Scalar>> {
        self.polynomials.share(index)
    }

    /// The same as bytes.
    pub(super) fn encoded_share(&self, index: u16) -> Zeroizing<Vec<u8>> {
        encode_share::<C>(&self.share(index))
    }

    /// The dealing for one holder: the public part, then the share.
    pub(super) fn message(&self, index: u16) -> Zeroizing<Vec<u8>> {
        let share = self.encoded_share(index);
        let mut message = Zeroizing::new(Vec::with_capacity(self.public.len() + share.len()));
        message.extend_from_slice(&self.public);
        message.extend_from_slice(&share);
        message
    }
}

/// A share as bytes, row by row.
pub(crate) fn encode_share<C: Curve>(share: &[C::Scalar]) -> Zeroizing<Vec<u8>> {
    // The exact capacity: growing would leave copies behind that nobody wipes.
    let mut bytes = Zeroizing::new(Vec::with_capacity(share.len() * SCALAR_BYTES));
    for row in share {
        bytes.extend_from_slice(Zeroizing::new(C::encode_scalar(row)).as_slice());
    }
    bytes
}

/// The share of these bytes; `None` if a row is not canonical, or the bytes are not whole rows.
pub(super) fn decode_share<C: Curve>(bytes: &[u8]) -> Option<Zeroizing<Vec<C::Scalar>>> {
    let (rows, []) = bytes.as_chunks::<SCALAR_BYTES>() else { return None };
    let mut share = Zeroizing::new(Vec::with_capacity(rows.len()));
    for row in rows {
        share.push(C::decode_scalar(row)?);
    }
    Some(share)
}

/// Opens another dealer's hash commitment: its commitments, if they are as many as the access structure says, well formed, and come
/// with a proof that the dealer knows the secret. So nobody makes its secret depend on others', and nobody copies.
///
/// # Errors
/// What is wrong with it.
pub(super) fn open<C: Curve>(
    session: &SessionId,
    dealer: PartyIndex,
    access: &AccessStructure,
    commitment: &[u8],
    public: &[u8],
) -> Result<Commitments<C>, ChannelFault> {
    let malformed = ChannelFault::Malformed("a dealing is malformed");
    let commitment = Commitment(commitment.try_into().map_err(|_| malformed.clone())?);
    let (nonce, message) = public.split_first_chunk::<NONCE>().ok_or(malformed.clone())?;
    if !commitment.opens_to(session, dealer, LABEL, message, &Opening::from_bytes(*nonce)) {
        return Err(ChannelFault::CheckFailed("the dealing does not open the dealer's commitment"));
    }
    let (points, proof) = message.split_at_checked(Commitments::<C>::bytes(access)).ok_or(malformed)?;
    let commitments = Commitments::from_bytes(points, access)
        .ok_or(ChannelFault::Malformed("a dealer's commitments are not canonical points of the group"))?;
    let proof = ProofOfKnowledge::<C>::from_bytes(proof)
        .ok_or(ChannelFault::Malformed("a proof of possession is not canonical"))?;
    if !proof.proves(ProofContext { session, prover: dealer, label: LABEL }, &commitments.constant()) {
        return Err(ChannelFault::CheckFailed("the dealer does not know the secret that it deals"));
    }
    Ok(commitments)
}
