//! The check that Alice's inputs are the same in every OT.

use std::marker::PhantomData;

use quorate_circuits::curve::{Curve, SCALAR_BYTES};
use subtle::{Choice, ConstantTimeEq};

use super::cost::MU_BYTES;
use super::gadget::BITS;
use super::modulus::{Limbs, Sum};
use crate::crypto::{Block, SecretBlocks, Transcript};

/// Bytes of a coefficient: below 2^248, so that the sums stay below 2^512.
const COEFFICIENT: usize = 31;
/// Inputs of an instance, at most: likewise.
pub(super) const MOST_INPUTS: usize = 128;

/// The coefficients `theta` of a batch, and its hash `mu` in progress.
pub(super) struct Check<C: Curve> {
    theta: Vec<Limbs>,
    transcript: Transcript,
    /// One instance's values, two blocks for each, and how many there are so far.
    values: SecretBlocks,
    added: usize,
    curve: PhantomData<C>,
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
        let mut stream = vec![0; inputs * COEFFICIENT];
        transcript.fill(&mut stream);
        let theta = stream.as_chunks::<COEFFICIENT>().0.iter().map(coefficient).collect();
        Self { theta, transcript, values: SecretBlocks::zeros(2 * BITS), added: 0, curve: PhantomData }
    }

    /// The check row's element, which is the last, and `theta` times the others.
    pub(super) fn combine(&self, elements: impl DoubleEndedIterator<Item = Limbs>) -> Sum {
        let mut sum = Sum::default();
        let mut elements = elements.rev();
        elements.next().iter().for_each(|last| sum.add(last));
        self.theta.iter().rev().zip(elements).for_each(|(theta, element)| sum.add_product(theta, &element));
        sum
    }

    /// Adds what an OT of the instance came to.
    pub(super) fn add(&mut self, value: &Sum) {
        let place = &mut Block::as_bytes_mut(&mut self.values)[self.added * SCALAR_BYTES..][..SCALAR_BYTES];
        place.copy_from_slice(&C::encode_scalar(&value.reduce_below_2_512::<C>()));
        self.added += 1;
    }

    /// Ends an instance.
    pub(super) fn end_instance(&mut self) {
        self.transcript.append("instance", Block::as_bytes(&self.values));
        self.added = 0;
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

fn coefficient(bytes: &[u8; COEFFICIENT]) -> Limbs {
    let mut padded = [0; SCALAR_BYTES];
    padded[..COEFFICIENT].copy_from_slice(bytes);
    std::array::from_fn(|i| u64::from_le_bytes(padded.as_chunks().0[i]))
}
