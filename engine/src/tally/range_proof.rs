//! Proofs that a ciphertext holds one of some consecutive numbers, and nobody sees which.
//!
//! Cramer, Damgård and Schoenmakers, CRYPTO 1994. For each number `k` of `low..=high` the statement is that
//! `(nonce, masked - k G)` are the same multiple of `(G, X)`, proven as by Chaum and Pedersen; the challenges of all
//! statements add up to the hash, so that all but one can be simulated. The prover simulates in the same way for every
//! number and corrects the true one afterwards: no branch and no address depends on it.

use std::ops::RangeInclusive;

use ff::Field;
use quorate_circuits::curve::{Curve, SCALAR_BYTES};
use subtle::{ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

use super::Ciphertext;
use super::election::{append_values, count_of};
use crate::crypto::{Random, Transcript, random_scalar};

/// For each number its challenge and its response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeProof<C: Curve>(Vec<(C::Scalar, C::Scalar)>);

/// What is proven of which ciphertext. Public.
pub(super) struct Statement<'a, C: Curve> {
    /// Everything that the proof is bound to besides.
    pub(super) context: &'a Transcript,
    /// The key of the encryption.
    pub(super) key: &'a C::Point,
    /// The ciphertext.
    pub(super) ciphertext: &'a Ciphertext<C>,
    /// The numbers of which it holds one.
    pub(super) values: &'a RangeInclusive<u32>,
}

impl<C: Curve> RangeProof<C> {
    /// Proves that the ciphertext holds `value`, encrypted with `nonce`. Of another value or nonce it is no proof.
    pub(super) fn prove(statement: &Statement<'_, C>, value: u32, nonce: &C::Scalar, random: &mut Random) -> Self {
        let count = count_of(statement.values);
        let mut challenges = Zeroizing::new(Vec::with_capacity(count));
        let mut responses = Zeroizing::new(Vec::with_capacity(count));
        let mut commitments = Vec::with_capacity(2 * count);
        for k in statement.values.clone() {
            // The true statement's challenge is nothing yet: its response is the commitment's secret.
            let challenge =
                C::Scalar::conditional_select(&random_scalar::<C>(random), &C::Scalar::ZERO, k.ct_eq(&value));
            let response = random_scalar::<C>(random);
            let multiple = Zeroizing::new(response - challenge * nonce);
            let difference = Zeroizing::new(challenge * (scalar::<C>(value) - scalar::<C>(k)));
            commitments.push(C::base_multiple(&multiple));
            commitments.push(*statement.key * *multiple - C::base_multiple(&difference));
            challenges.push(challenge);
            responses.push(response);
        }
        let missing = statement.challenge(&commitments) - challenges.iter().sum::<C::Scalar>();
        let corrected = statement.values.clone().zip(challenges.iter().zip(responses.iter())).map(|(k, (c, z))| {
            let correction = C::Scalar::conditional_select(&C::Scalar::ZERO, &missing, k.ct_eq(&value));
            (*c + correction, *z + correction * nonce)
        });
        Self(corrected.collect())
    }

    /// Whether the ciphertext holds one of the numbers. Variable time: all of it is public.
    pub(super) fn proves(&self, statement: &Statement<'_, C>) -> bool {
        let Ciphertext { nonce, masked } = *statement.ciphertext;
        let commitments = statement.values.clone().zip(&self.0).flat_map(|(k, (challenge, response))| {
            [
                C::public_sum(response, &[(nonce, -*challenge)]),
                C::public_sum(&(*challenge * scalar::<C>(k)), &[(*statement.key, *response), (masked, -*challenge)]),
            ]
        });
        let commitments: Vec<C::Point> = commitments.collect();
        let sum: C::Scalar = self.0.iter().map(|(challenge, _)| challenge).sum();
        self.0.len() == count_of(statement.values) && sum == statement.challenge(&commitments)
    }

    /// Appends the encoding: 64 bytes for each number.
    pub(super) fn encode(&self, into: &mut Vec<u8>) {
        for (challenge, response) in &self.0 {
            into.extend_from_slice(&C::encode_scalar(challenge));
            into.extend_from_slice(&C::encode_scalar(response));
        }
    }

    /// The proof of an encoding; `None` if a scalar is not canonical, or the bytes are not whole pairs.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (pairs, []) = bytes.as_chunks::<{ 2 * SCALAR_BYTES }>() else { return None };
        let pair = |bytes: &[u8; 2 * SCALAR_BYTES]| {
            let (challenge, response) = bytes.split_first_chunk::<SCALAR_BYTES>()?;
            Some((C::decode_scalar(challenge)?, C::decode_scalar(response.first_chunk()?)?))
        };
        pairs.iter().map(pair).collect::<Option<_>>().map(Self)
    }
}

impl<C: Curve> Statement<'_, C> {
    /// The hash of the statement and the commitments.
    fn challenge(&self, commitments: &[C::Point]) -> C::Scalar {
        let mut encodings = Vec::with_capacity((commitments.len() + 2) * C::POINT_BYTES);
        Ciphertext::encode_all(&[*self.ciphertext], &mut encodings);
        C::encode_points(commitments, &mut encodings);
        let mut transcript = self.context.clone();
        append_values(&mut transcript, self.values);
        transcript.append("ciphertext and commitments", &encodings).scalar::<C>()
    }
}

fn scalar<C: Curve>(value: u32) -> C::Scalar {
    C::Scalar::from(u64::from(value))
}

#[cfg(test)]
mod tests {
    use quorate_circuits::curve::{Ed25519, P256, Secp256k1};

    use super::*;
    use crate::crypto::SessionId;

    fn only_true_statements_are_proven<C: Curve>() {
        let mut random = Random::dangerous_from_seed([3; 32]);
        let key = C::base_multiple(&random_scalar::<C>(&mut random));
        let context = Transcript::new("quorate test", &SessionId([1; 32]));
        let other = Transcript::new("quorate test", &SessionId([2; 32]));
        let values = 2..=5;
        for value in 0..8 {
            let nonce = random_scalar::<C>(&mut random);
            let ciphertext = Ciphertext::<C>::encrypt(&key, value, &nonce);
            let statement = Statement { context: &context, key: &key, ciphertext: &ciphertext, values: &values };
            // What a cheat can do with this prover: say what is true, or another number of the range.
            for said in 0..8 {
                let proof = RangeProof::prove(&statement, said, &nonce, &mut random);
                let holds = said == value && values.contains(&value);
                assert_eq!(proof.proves(&statement), holds, "{value} as {said}");
                assert!(!holds || !proof.proves(&Statement { context: &other, ..statement }));
                assert!(!proof.proves(&Statement { values: &(2..=6), ..statement }));
                assert!(!proof.proves(&Statement { values: &(1..=4), ..statement }));
            }
            let wrong_nonce = RangeProof::prove(&statement, value, &random_scalar::<C>(&mut random), &mut random);
            assert!(!wrong_nonce.proves(&statement));
        }
    }

    #[test]
    fn only_true_statements_are_proven_on_every_curve() {
        only_true_statements_are_proven::<Secp256k1>();
        only_true_statements_are_proven::<P256>();
        only_true_statements_are_proven::<Ed25519>();
    }
}
