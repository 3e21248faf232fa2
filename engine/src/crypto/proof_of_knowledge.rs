//! Proofs of knowledge of a discrete logarithm.
//!
//! Schnorr, "Efficient Signature Generation by Smart Cards", Journal of Cryptology 1991, made non-interactive with a
//! transcript (Fiat and Shamir 1986) that binds session, prover, label, group and statement: what one party proved in
//! one session for one purpose is no proof of anybody else, anywhere else or for anything else. Sound in the
//! random-oracle model by rewinding; a proof that must be extracted straight-line is not this one.

use group::Group;
use quorate_circuits::curve::{Curve, SCALAR_BYTES};
use zeroize::Zeroize;

use super::{Random, SessionId, Transcript, random_scalar};
use crate::net::PartyIndex;

/// A proof that its prover knows the discrete logarithm of a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofOfKnowledge<C: Curve> {
    challenge: C::Scalar,
    response: C::Scalar,
}

/// What a proof is bound to besides its statement.
#[derive(Clone, Copy, Debug)]
pub struct ProofContext<'a> {
    /// The session.
    pub session: &'a SessionId,
    /// Who proves.
    pub prover: PartyIndex,
    /// What for.
    pub label: &'static str,
}

impl<C: Curve> ProofOfKnowledge<C> {
    /// Bytes of an encoded proof: challenge and response.
    pub const BYTES: usize = 2 * SCALAR_BYTES;

    /// Proves knowledge of `witness`, the logarithm of `statement`.
    pub fn prove(context: ProofContext<'_>, statement: &C::Point, witness: &C::Scalar, random: &mut Random) -> Self {
        let mut nonce = random_scalar::<C>(random);
        let challenge = challenge::<C>(context, statement, &C::base_multiple(&nonce));
        let response = nonce + challenge * witness;
        nonce.zeroize();
        Self { challenge, response }
    }

    /// Whether it proves knowledge of the logarithm of `statement`. Of the identity everybody knows it, so that
    /// nothing proves it. Variable time: statement and proof are public.
    #[must_use]
    pub fn proves(&self, context: ProofContext<'_>, statement: &C::Point) -> bool {
        let nonce = C::public_sum(&self.response, &[(*statement, -self.challenge)]);
        !bool::from(statement.is_identity()) && challenge::<C>(context, statement, &nonce) == self.challenge
    }

    /// The encoding: [`Self::BYTES`].
    pub fn to_bytes(&self) -> Vec<u8> {
        [C::encode_scalar(&self.challenge), C::encode_scalar(&self.response)].concat()
    }

    /// The proof of an encoding, if it is canonical.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let ([challenge, response], []) = bytes.as_chunks::<SCALAR_BYTES>() else { return None };
        Some(Self { challenge: C::decode_scalar(challenge)?, response: C::decode_scalar(response)? })
    }
}

fn challenge<C: Curve>(context: ProofContext<'_>, statement: &C::Point, nonce: &C::Point) -> C::Scalar {
    let mut transcript = Transcript::new("quorate 2026 proof of knowledge", context.session);
    transcript
        .append_party("prover", context.prover)
        .append("label", context.label.as_bytes())
        .append("group", C::NAME.name().as_bytes());
    let mut encoding = Vec::with_capacity(C::POINT_BYTES);
    for (name, point) in [("statement", statement), ("nonce", nonce)] {
        encoding.clear();
        C::encode_point(point, &mut encoding);
        transcript.append(name, &encoding);
    }
    transcript.scalar::<C>()
}

#[cfg(test)]
mod tests {
    use quorate_circuits::curve::{Ed25519, P256, Secp256k1};

    use super::*;

    fn proofs_are_bound<C: Curve>() {
        let mut random = Random::dangerous_from_seed([5; 32]);
        let (session, other) = (SessionId([1; 32]), SessionId([2; 32]));
        let context = ProofContext { session: &session, prover: PartyIndex(0), label: "test" };
        let witness = random_scalar::<C>(&mut random);
        let statement = C::base_multiple(&witness);
        let proof = ProofOfKnowledge::<C>::prove(context, &statement, &witness, &mut random);
        assert!(proof.proves(context, &statement));
        assert!(!proof.proves(context, &statement.double()));
        assert!(!proof.proves(ProofContext { session: &other, ..context }, &statement));
        assert!(!proof.proves(ProofContext { prover: PartyIndex(1), ..context }, &statement));
        assert!(!proof.proves(ProofContext { label: "other", ..context }, &statement));
        let bytes = proof.to_bytes();
        assert_eq!(ProofOfKnowledge::<C>::from_bytes(&bytes), Some(proof));
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let holds = ProofOfKnowledge::<C>::from_bytes(&changed).is_some_and(|p| p.proves(context, &statement));
            assert!(!holds, "byte {at}");
        }
        assert!(ProofOfKnowledge::<C>::from_bytes(&bytes[1..]).is_none());
        assert!(ProofOfKnowledge::<C>::from_bytes(&[0xff; 64]).is_none(), "scalars above the order");
    }

    #[test]
    fn a_proof_is_of_its_prover_session_label_and_statement() {
        proofs_are_bound::<Secp256k1>();
        proofs_are_bound::<P256>();
        proofs_are_bound::<Ed25519>();
    }

    #[test]
    fn nothing_proves_the_identity() {
        let mut random = Random::dangerous_from_seed([6; 32]);
        let session = SessionId([1; 32]);
        let context = ProofContext { session: &session, prover: PartyIndex(0), label: "test" };
        let identity = <Ed25519 as Curve>::Point::identity();
        let zero = <Ed25519 as Curve>::Scalar::ZERO;
        let proof = ProofOfKnowledge::<Ed25519>::prove(context, &identity, &zero, &mut random);
        assert!(!proof.proves(context, &identity));
    }
}
