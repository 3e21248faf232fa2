//! The check that Alice's inputs are the same in every OT.

use ff::FromUniformBytes;
use quorate_circuits::curve::{Curve, SCALAR_BYTES};
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

use super::cost::MU_BYTES;
use super::gadget::BITS;
use crate::crypto::Transcript;

/// Bytes that a scalar is reduced from.
const UNIFORM: usize = 64;

/// The coefficients `theta` of a batch, and its hash `mu` in progress.
pub(super) struct Check<C: Curve> {
    theta: Vec<C::Scalar>,
    transcript: Transcript,
    /// One instance's values.
    values: Zeroizing<Vec<u8>>,
}

/// The transcript of a batch, from the pair's in the domain of checks.
pub(super) fn of_batch<C: Curve>(mut pair: Transcript, first: u64, inputs: usize, count: usize) -> Transcript {
    pair.append("curve", C::NAME.name().as_bytes())
        .append_u64("first index", first)
        .append_u64("inputs", inputs as u64)
        .append_u64("count", count as u64);
    pair
}

impl<C: Curve> Check<C> {
    /// After all corrections of a batch.
    pub(super) fn new(mut transcript: Transcript, inputs: usize, corrections: &[u8]) -> Self {
        transcript.append("corrections", corrections);
        let mut stream = vec![0; inputs * UNIFORM];
        transcript.fill(&mut stream);
        let theta = stream.as_chunks().0.iter().map(C::Scalar::from_uniform_bytes).collect();
        Self { theta, transcript, values: Zeroizing::new(Vec::with_capacity(BITS * SCALAR_BYTES)) }
    }

    /// The check row's element, which is the last, and `theta` times the others.
    pub(super) fn combine(&self, elements: &[C::Scalar]) -> C::Scalar {
        let (others, last) = elements.split_at(self.theta.len());
        self.theta.iter().zip(others).fold(last[0], |sum, (theta, element)| sum + *theta * element)
    }

    /// Adds what an OT of the instance came to.
    pub(super) fn add(&mut self, value: &C::Scalar) {
        self.values.extend_from_slice(&C::encode_scalar(value));
    }

    /// Ends an instance.
    pub(super) fn end_instance(&mut self) {
        self.transcript.append("instance", &self.values);
        self.values.clear();
    }

    /// `mu`.
    pub(super) fn hash(&self) -> [u8; MU_BYTES] {
        self.transcript.digest()
    }

    /// Whether it is this `mu`.
    pub(super) fn holds(&self, mu: &[u8]) -> Choice {
        self.hash().ct_eq(mu)
    }
}
