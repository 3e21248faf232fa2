//! Alice, who has inputs.

#[cfg(test)]
mod tests;

use ff::FromUniformBytes;
use quorate_circuits::curve::Curve;
use zeroize::Zeroizing;

use super::SecretScalars;
use super::check::{Check, MOST_INPUTS, of_batch};
use super::cost::answer_bytes;
use super::gadget::{BITS, Gadget};
use super::modulus::{Limbs, Modulus, Sum, limbs, read};
use super::pads::Pads;
use crate::crypto::{Block, Random, SecretBlocks, Transcript};
use crate::net::ChannelFault;
use crate::ot::CotSender;

/// Answers Bob's message: Alice's shares `c`, in the order of `inputs`, and the message to Bob of
/// [`super::answer_bytes`] bytes. Each instance takes `width` of `inputs`, one instance after the other; `cot` is the
/// direction in which Alice is the sender. Secrets are 40 KB for each instance of two inputs until it returns.
///
/// # Errors
/// A message of another length than [`super::begin_bytes`], which changes nothing; a failed consistency check of the
/// extension: Bob cheated, `cot` is spent, and the pair is to be given up for good.
///
/// # Panics
/// If `width` is zero or above 128 or does not divide the number of inputs.
pub fn answer<C: Curve>(
    cot: &mut CotSender,
    gadget: &Gadget<C>,
    width: usize,
    inputs: &[C::Scalar],
    message: &[u8],
    random: &mut Random,
) -> Result<(SecretScalars<C>, Vec<u8>), ChannelFault> {
    let (answering, transcript) = Answering::correct(cot, gadget, width, inputs, message, random)?;
    Ok(answering.finish(transcript))
}

/// A batch until its corrections are complete.
struct Answering<C: Curve> {
    width: usize,
    modulus: Modulus<C>,
    message: Vec<u8>,
    shares: SecretScalars<C>,
    /// Of each instance its inputs and the random one.
    inputs: Zeroizing<Vec<Limbs>>,
    /// The pads for choice 0, instance after instance.
    pads: Vec<SecretBlocks>,
}

impl<C: Curve> Answering<C> {
    fn new(width: usize, count: usize) -> Self {
        Self {
            width,
            modulus: Modulus::new(),
            message: Vec::with_capacity(answer_bytes(width, count)),
            shares: Zeroizing::new(Vec::with_capacity(width * count)),
            inputs: Zeroizing::new(Vec::with_capacity((width + 1) * count)),
            pads: Vec::with_capacity(count),
        }
    }

    /// All corrections, and the transcript that they go into.
    fn correct(
        cot: &mut CotSender,
        gadget: &Gadget<C>,
        width: usize,
        inputs: &[C::Scalar],
        message: &[u8],
        random: &mut Random,
    ) -> Result<(Self, Transcript), ChannelFault> {
        assert!((1..=MOST_INPUTS).contains(&width), "an instance has inputs, and not too many");
        let count = inputs.len() / width;
        assert_eq!(count * width, inputs.len(), "so many inputs for every instance");
        let cots = cot.extend_from_message(count * BITS, message)?;
        let pads = Pads::new::<C>(cot.transcript("quorate 2026 vector OLE pads")?, width + 1);
        let transcript =
            of_batch::<C>(cot.transcript("quorate 2026 vector OLE check")?, cots.first_index, width, count);
        let mut answering = Self::new(width, count);
        for (instance, (q, inputs)) in cots.q.chunks_exact(BITS).zip(inputs.chunks_exact(width)).enumerate() {
            let one = SecretBlocks::from(q.iter().map(|row| *row ^ cots.delta()).collect::<Vec<Block>>());
            let pads = pads.of::<C, 2>(cots.first_index + (instance * BITS) as u64, [q, &one]);
            answering.add(gadget, inputs, pads, random);
        }
        Ok((answering, transcript))
    }

    fn add(&mut self, gadget: &Gadget<C>, inputs: &[C::Scalar], pads: [SecretBlocks; 2], random: &mut Random) {
        let (instance, width) = (self.inputs.len(), self.width + 1);
        let check = C::Scalar::from_uniform_bytes(&Zeroizing::new(random.bytes()));
        self.inputs.extend(inputs.iter().chain([&check]).map(|input| read::<C>(&C::encode_scalar(input))));
        let inputs = &self.inputs[instance..];
        let [zero, one] = pads.each_ref().map(|pads| pads.as_chunks::<2>().0.chunks_exact(width));
        let mut sums = Zeroizing::new(vec![Sum::default(); self.width]);
        for ((zero, one), g) in zero.zip(one).zip(gadget.integers()) {
            for ((zero, one), input) in zero.iter().zip(one).zip(inputs) {
                self.message.extend_from_slice(&self.modulus.correction(&limbs(zero), &limbs(one), input));
            }
            sums.iter_mut().zip(zero).for_each(|(sum, zero)| sum.add_product(&limbs(zero), g));
        }
        self.shares.extend(sums.iter().map(|sum| -sum.reduce::<C>()));
        let [zero, _] = pads;
        self.pads.push(zero);
    }

    /// The shares, and the message with `eta` and `mu`.
    fn finish(mut self, transcript: Transcript) -> (SecretScalars<C>, Vec<u8>) {
        let width = self.width + 1;
        let mut check = Check::<C>::new(transcript, self.width, &self.message);
        for inputs in self.inputs.chunks_exact(width) {
            let eta = check.combine(inputs.iter().copied()).reduce_below_2_512::<C>();
            self.message.extend_from_slice(&C::encode_scalar(&eta));
        }
        for pads in &self.pads {
            for zero in pads.as_chunks().0.chunks_exact(width) {
                check.add(&check.combine(zero.iter().map(limbs)));
            }
            check.end_instance();
        }
        self.message.extend_from_slice(&check.hash());
        (self.shares, self.message)
    }
}
