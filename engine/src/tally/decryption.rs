//! What trustees contribute to the decryption of sums, with a proof that it is right.
//!
//! Chaum and Pedersen, CRYPTO 1992, for many bases at once: a trustee's row `x` of the key has the public point `x G`, and
//! the sums' nonces `A_1, .., A_k` become `x A_1, .., x A_k`. One commitment `w` for all bases, one challenge and one response
//! prove that `x` is the same everywhere.

use quorate_circuits::curve::{Curve, SCALAR_BYTES};
use zeroize::Zeroizing;

use super::Tally;
use crate::crypto::{Random, Transcript, random_scalar};
use crate::key::KeyShare;

/// A trustee's part of the decryption of all sums. Public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartialDecryption<C: Curve> {
    index: u16,
    /// For each row of the holder's share of the key.
    rows: Vec<Row<C>>,
}

/// One row: its multiples of all nonces, and the proof.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row<C: Curve> {
    multiples: Vec<C::Point>,
    challenge: C::Scalar,
    response: C::Scalar,
}

/// A share that does not decrypt this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecryptError {
    /// It is of another key.
    #[error("the share is not one of the key of this election, or of another epoch")]
    OtherKey,
}

/// What is wrong with a partial decryption.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrusteeFault {
    /// It does not even begin with the index of a trustee.
    #[error("it is of no trustee")]
    NoTrustee,
    /// It has another length than this trustee's has.
    #[error("it has {found} bytes where {expected} are due")]
    Length {
        /// What is due.
        expected: usize,
        /// What it has.
        found: usize,
    },
    /// A point is not canonical or not in the group, or a scalar is not canonical.
    #[error("it is not in canonical form")]
    Form,
    /// The proof does not verify.
    #[error("it was not made with the trustee's share of the key, or not for this tally")]
    Proof,
    /// It is the second one of a trustee.
    #[error("the trustee has sent another one already")]
    Repeated,
}

impl<C: Curve> Tally<C> {
    /// A trustee's part of the decryption. **A trustee computes it once for an election**, when it has taken in the ballots
    /// itself.
    ///
    /// # Errors
    /// If the share is of another key.
    pub fn decrypt(&self, share: &KeyShare<C>, random: &mut Random) -> Result<PartialDecryption<C>, DecryptError> {
        if !self.election.is_of(share) {
            return Err(DecryptError::OtherKey);
        }
        let index = share.holding().index;
        let public = share.commitments().public_share(index);
        let rows = share.expose_secret().iter().zip(&public).enumerate();
        let rows = rows.map(|(place, (secret, public))| self.decrypt_row((index, place), secret, public, random));
        Ok(PartialDecryption { index, rows: rows.collect() })
    }

    fn decrypt_row(&self, which: (u16, usize), secret: &C::Scalar, public: &C::Point, random: &mut Random) -> Row<C> {
        let nonce = Zeroizing::new(random_scalar::<C>(random));
        let multiples: Vec<C::Point> = self.sums.iter().map(|sum| sum.nonce * secret).collect();
        let mut commitments = vec![C::base_multiple(&nonce)];
        commitments.extend(self.sums.iter().map(|sum| sum.nonce * *nonce));
        let challenge = self.challenge(which, public, &multiples, &commitments);
        Row { multiples, challenge, response: *nonce + challenge * secret }
    }

    /// Whether a partial decryption is right. Variable time: all of it is public.
    ///
    /// # Errors
    /// If not.
    pub(super) fn check(&self, partial: &PartialDecryption<C>) -> Result<(), TrusteeFault> {
        let public = self.election.commitments().public_share(partial.index);
        if public.is_empty() || public.len() != partial.rows.len() {
            return Err(TrusteeFault::NoTrustee);
        }
        let rows = partial.rows.iter().zip(&public).enumerate();
        let all_hold = rows.into_iter().all(|(place, (row, public))| {
            let Row { multiples, challenge, response } = row;
            let mut commitments = vec![C::public_sum(response, &[(*public, -*challenge)])];
            let zero = <C::Scalar as ff::Field>::ZERO;
            commitments.extend(
                self.sums
                    .iter()
                    .zip(multiples)
                    .map(|(sum, multiple)| C::public_sum(&zero, &[(sum.nonce, *response), (*multiple, -*challenge)])),
            );
            *challenge == self.challenge((partial.index, place), public, multiples, &commitments)
        });
        all_hold.then_some(()).ok_or(TrusteeFault::Proof)
    }

    fn challenge(
        &self,
        (index, row): (u16, usize),
        public: &C::Point,
        multiples: &[C::Point],
        commitments: &[C::Point],
    ) -> C::Scalar {
        let mut transcript = self.election.transcript("quorate 2026 tally partial decryption");
        transcript
            .append("ballots", &self.digest)
            .append_u64("trustee", u64::from(index))
            .append_u64("row", row as u64);
        let nonces: Vec<C::Point> = self.sums.iter().map(|sum| sum.nonce).collect();
        append_points::<C>(&mut transcript, "public share", &[*public]);
        append_points::<C>(&mut transcript, "nonces", &nonces);
        append_points::<C>(&mut transcript, "multiples", multiples);
        append_points::<C>(&mut transcript, "commitments", commitments);
        transcript.scalar::<C>()
    }

    /// The partial decryption of an encoding; nothing is verified yet. The length is compared before anything is read.
    ///
    /// # Errors
    /// What is not in canonical form.
    pub(super) fn decode(&self, bytes: &[u8]) -> Result<PartialDecryption<C>, TrusteeFault> {
        let (index, rest) = bytes.split_first_chunk::<2>().ok_or(TrusteeFault::NoTrustee)?;
        let index = u16::from_le_bytes(*index);
        if !self.election.access().has(index) {
            return Err(TrusteeFault::NoTrustee);
        }
        let (expected, found) = (self.election.partial_bytes(index), bytes.len());
        if expected != found {
            return Err(TrusteeFault::Length { expected, found });
        }
        let points = self.sums.len() * C::POINT_BYTES;
        let row = |bytes: &[u8]| {
            let (multiples, proof) = bytes.split_at(points);
            let (challenge, response) = proof.split_first_chunk::<SCALAR_BYTES>()?;
            Some(Row {
                multiples: multiples.chunks_exact(C::POINT_BYTES).map(C::decode_point).collect::<Option<_>>()?,
                challenge: C::decode_scalar(challenge)?,
                response: C::decode_scalar(response.first_chunk()?)?,
            })
        };
        let rows = rest.chunks_exact(points + 2 * SCALAR_BYTES).map(row).collect::<Option<_>>();
        Ok(PartialDecryption { index, rows: rows.ok_or(TrusteeFault::Form)? })
    }
}

impl<C: Curve> PartialDecryption<C> {
    /// Whose it is.
    pub fn index(&self) -> u16 {
        self.index
    }

    /// What it takes from a sum of an option, with the coefficients of this trustee's rows among those who decrypt.
    pub(super) fn terms<'a>(
        &'a self,
        option: usize,
        coefficients: &'a [C::Scalar],
    ) -> impl Iterator<Item = (C::Point, C::Scalar)> + 'a {
        self.rows.iter().zip(coefficients).map(move |(row, coefficient)| (row.multiples[option], -*coefficient))
    }

    /// The encoding, of [`super::Election::partial_bytes`]: the trustee's index, little-endian; for each of its rows the
    /// multiples, the challenge and the response.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.index.to_le_bytes().to_vec();
        for row in &self.rows {
            C::encode_points(&row.multiples, &mut bytes);
            bytes.extend_from_slice(&C::encode_scalar(&row.challenge));
            bytes.extend_from_slice(&C::encode_scalar(&row.response));
        }
        bytes
    }
}

fn append_points<C: Curve>(transcript: &mut Transcript, name: &'static str, points: &[C::Point]) {
    let mut encodings = Vec::with_capacity(points.len() * C::POINT_BYTES);
    C::encode_points(points, &mut encodings);
    transcript.append(name, &encodings);
}
