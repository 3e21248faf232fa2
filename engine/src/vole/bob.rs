//! Bob, who gets the random factor.

use quorate_circuits::curve::Curve;
use subtle::Choice;
use zeroize::Zeroizing;

use super::SecretScalars;
use super::check::{Check, MOST_INPUTS, of_batch};
use super::cost::{MU_BYTES, answer_bytes, corrections_bytes};
use super::gadget::{BITS, Gadget};
use super::modulus::{Limbs, Modulus, Sum, blocks, limbs, select};
use super::pads::Pads;
use crate::crypto::Transcript;
use crate::net::ChannelFault;
use crate::ot::{CotReceiver, ReceiverCots};

/// Bob between his message and Alice's.
pub struct BobBegun<C: Curve> {
    width: usize,
    cots: ReceiverCots,
    chi: SecretScalars<C>,
    pads: Pads,
    transcript: Transcript,
}

/// What Bob gets of a batch.
pub struct BobShares<C: Curve> {
    /// The random factor of each instance.
    pub chi: SecretScalars<C>,
    /// The shares `d`, in the order of Alice's inputs.
    pub d: SecretScalars<C>,
}

impl<C: Curve> BobBegun<C> {
    /// Begins `count` instances for `width` inputs each, and makes the message to Alice of [`super::begin_bytes`] bytes.
    /// `cot` is the direction in which Bob is the receiver.
    ///
    /// # Errors
    /// If an earlier extension of `cot` failed.
    ///
    /// # Panics
    /// If `width` is zero or above 128.
    pub fn begin(
        cot: &mut CotReceiver,
        gadget: &Gadget<C>,
        width: usize,
        count: usize,
    ) -> Result<(Self, Vec<u8>), ChannelFault> {
        assert!((1..=MOST_INPUTS).contains(&width), "an instance has inputs, and not too many");
        let (message, cots) = cot.extend_in_one_message(count * BITS)?;
        let chi = (0..count).map(|instance| gadget.decode(bits(&cots, instance))).collect();
        let pads = Pads::new::<C>(cot.transcript("quorate 2026 vector OLE pads")?, width + 1);
        let transcript =
            of_batch::<C>(cot.transcript("quorate 2026 vector OLE check")?, cots.first_index, width, count);
        Ok((Self { width, cots, chi: Zeroizing::new(chi), pads, transcript }, message))
    }

    /// The random factors, one for each instance.
    pub fn chi(&self) -> &[C::Scalar] {
        &self.chi
    }

    /// Checks Alice's message and takes Bob's shares from it.
    ///
    /// # Errors
    /// A message of another length, or a scalar that is not below the order: nothing is learned from this, and `cot`
    /// is as before. A failed check: Alice cheated, `cot` is spent, and the pair is to be given up for good.
    pub fn finish(
        self,
        cot: &mut CotReceiver,
        gadget: &Gadget<C>,
        message: &[u8],
    ) -> Result<BobShares<C>, ChannelFault> {
        let (width, count) = (self.width, self.chi.len());
        let expected = answer_bytes(width, count);
        if message.len() != expected {
            return Err(ChannelFault::WrongLength { expected, found: message.len() });
        }
        let (scalars, mu) = message.split_at(expected - MU_BYTES);
        let (corrections, etas) = scalars.split_at(corrections_bytes(width, count));
        let mut check = Check::<C>::new(self.transcript.clone(), width, corrections);
        let modulus = Modulus::new();
        let (corrections, etas) = (decode(&modulus, corrections)?, decode(&modulus, etas)?);
        let mut d = Zeroizing::new(Vec::with_capacity(width * count));
        let instances = corrections.chunks_exact(BITS * (width + 1)).zip(&etas).enumerate();
        for (instance, (corrections, eta)) in instances {
            let sums = self.instance(&modulus, gadget, instance, (corrections, eta), &mut check);
            d.extend(sums.iter().map(Sum::reduce::<C>));
        }
        if bool::from(check.holds(mu)) {
            return Ok(BobShares { chi: self.chi, d });
        }
        cot.spend();
        Err(ChannelFault::CheckFailed("vector OLE: the inputs differ between transfers"))
    }

    /// The sums that are the shares of an instance.
    fn instance(
        &self,
        modulus: &Modulus<C>,
        gadget: &Gadget<C>,
        instance: usize,
        (corrections, eta): (&[Limbs], &Limbs),
        check: &mut Check<C>,
    ) -> Zeroizing<Vec<Sum>> {
        let (width, first) = (self.width + 1, instance * BITS);
        let minus_eta = modulus.negative(eta);
        let [mut pads] = self.pads.of::<C, 1>(self.cots.first_index + first as u64, [&self.cots.t[first..][..BITS]]);
        let mut sums = Zeroizing::new(vec![Sum::default(); self.width]);
        let transfers = pads.as_chunks_mut::<2>().0.chunks_exact_mut(width).zip(corrections.chunks_exact(width));
        for (((pads, corrections), g), bit) in transfers.zip(gadget.integers()).zip(bits(&self.cots, instance)) {
            for (pad, correction) in pads.iter_mut().zip(corrections) {
                *pad = blocks(modulus.add(&limbs(pad), &select(correction, bit)));
            }
            sums.iter_mut().zip(&*pads).for_each(|(sum, pad)| sum.add_product(&limbs(pad), g));
            let mut value = check.combine(pads.iter().map(limbs));
            value.add(&select(&minus_eta, bit));
            check.add(&value);
        }
        check.end_instance();
        sums
    }
}

/// Bob's bits of an instance.
fn bits(cots: &ReceiverCots, instance: usize) -> impl Iterator<Item = Choice> {
    (instance * BITS..(instance + 1) * BITS).map(|j| Choice::from((cots.choices[j / 64] >> (j % 64) & 1) as u8))
}

fn decode<C: Curve>(modulus: &Modulus<C>, bytes: &[u8]) -> Result<Vec<Limbs>, ChannelFault> {
    let encodings = bytes.as_chunks().0;
    let mut scalars = Vec::with_capacity(encodings.len());
    for encoding in encodings {
        let scalar = modulus.decode(encoding);
        scalars.push(scalar.ok_or(ChannelFault::Malformed("vector OLE: a scalar is not below the order"))?);
    }
    Ok(scalars)
}

impl<C: Curve> std::fmt::Debug for BobBegun<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BobBegun({} instances)", self.chi.len())
    }
}

impl<C: Curve> std::fmt::Debug for BobShares<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BobShares({} instances)", self.chi.len())
    }
}
