//! Endemic OT over ristretto255.
//!
//! Masny and Rindal, "Endemic Oblivious Transfer", CCS 2019, ePrint 2019/706, figure 1 with Diffie-Hellman
//! key agreement (section 5.2). The receiver with choice `c` draws `r_{1-c}` from the group, sets
//! `r_c = x G - H_c(r_{1-c})` and sends both; the sender sends `A = y G`; the pads are the hashes of
//! `y (r_b + H_b(r_{1-b}))`, of which the receiver knows the one of `x A`. Neither message depends on the
//! other, so the two cross: one round.
//!
//! *Assumed*: the (interactive) Diffie-Hellman assumption of the paper, in the random-oracle model. What the receiver
//! sends is uniform whatever it chose.
//!
//! *Deviations.* Each transfer has its own `A`: with one `A` for a batch, proofs and implementations have to
//! treat the shared message with care (McQuoid, Rosulek and Roy, "Batching Base Oblivious Transfers",
//! ASIACRYPT 2021, ePrint 2021/682). Points that are not canonical or are the identity are refused. All points are drawn
//! as doubles of others, a bijection of the group, because doubles are encoded in batches, with one inversion for all.

use curve25519_dalek::RistrettoPoint;
use curve25519_dalek::ristretto::CompressedRistretto;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::IsIdentity;
use quorate_kernels::Block;
use subtle::{Choice, ConditionallySelectable};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{BaseContext, BasePads, PadDerivation};
use crate::crypto::{Random, Transcript};
use crate::net::ChannelFault;

/// Bytes that the sender sends for one transfer: `A`.
pub(super) const SENDER_BYTES: usize = POINT;
/// Bytes that the receiver sends for one transfer: `r_0`, `r_1`.
pub(super) const RECEIVER_BYTES: usize = 2 * POINT;

/// The domain of the pads' oracle.
const PADS: &str = "quorate 2026 endemic OT pads";

/// Bytes of an encoded group element.
const POINT: usize = 32;

/// The receiver between its message and the sender's.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Receiver {
    exponents: Vec<Scalar>,
    choices: Vec<u8>,
    message: Vec<u8>,
}

/// The sender between its message and the receiver's.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Sender {
    exponents: Vec<Scalar>,
    message: Vec<u8>,
}

impl Receiver {
    /// One transfer for each choice. The message has [`RECEIVER_BYTES`] for each.
    pub(super) fn begin(context: &BaseContext, choices: &[Choice], random: &mut Random) -> Self {
        let hash = HashToGroup::new(context);
        let (mut exponents, mut halves) = (Vec::with_capacity(choices.len()), Vec::with_capacity(2 * choices.len()));
        for (index, choice) in choices.iter().enumerate() {
            let mut other = RistrettoPoint::from_uniform_bytes(&random.bytes());
            let encoded = (other + other).compress();
            let mut half = Scalar::random(random);
            let mut mine = RistrettoPoint::mul_base(&half) - hash.half(index, choice.unwrap_u8(), &encoded);
            // In the message's order before anything is on the heap, where the batch leaves copies: none tells a choice.
            halves.push(RistrettoPoint::conditional_select(&mine, &other, *choice));
            halves.push(RistrettoPoint::conditional_select(&other, &mine, *choice));
            exponents.push(half + half);
            half.zeroize();
            mine.zeroize();
            other.zeroize();
        }
        let message = RistrettoPoint::double_and_compress_batch(&halves).iter().flat_map(|r| r.to_bytes()).collect();
        Self { exponents, choices: choices.iter().map(Choice::unwrap_u8).collect(), message }
    }

    /// What is sent to the sender.
    pub(super) fn message(&self) -> &[u8] {
        &self.message
    }

    /// The chosen pads, from the sender's message.
    ///
    /// # Errors
    /// A message of another length; a point that is not canonical or is the identity.
    pub(super) fn finish(self, context: &BaseContext, message: &[u8]) -> Result<BasePads, ChannelFault> {
        let points = points(message, self.exponents.len())?;
        let derivation = PadDerivation::new(PADS, context, message, &self.message);
        let pads: Vec<Block> = points
            .iter()
            .zip(self.exponents.iter().zip(&self.choices))
            .enumerate()
            .map(|(index, (point, (exponent, choice)))| pad(&derivation, index, *choice, exponent * point))
            .collect();
        Ok(BasePads { pads: pads.into(), instance: derivation.instance() })
    }
}

impl Sender {
    /// `count` transfers. The message has [`SENDER_BYTES`] for each.
    pub(super) fn begin(count: usize, random: &mut Random) -> Self {
        let mut exponents: Vec<Scalar> = (0..count).map(|_| Scalar::random(random)).collect();
        let halves: Vec<RistrettoPoint> = exponents.iter().map(RistrettoPoint::mul_base).collect();
        exponents.iter_mut().for_each(|exponent| *exponent += *exponent);
        let message = RistrettoPoint::double_and_compress_batch(&halves).iter().flat_map(|a| a.to_bytes()).collect();
        Self { exponents, message }
    }

    /// What is sent to the receiver.
    pub(super) fn message(&self) -> &[u8] {
        &self.message
    }

    /// Both pads of each transfer, from the receiver's message.
    ///
    /// # Errors
    /// A message of another length; a point that is not canonical or is the identity.
    pub(super) fn finish(self, context: &BaseContext, message: &[u8]) -> Result<BasePads, ChannelFault> {
        let points = points(message, 2 * self.exponents.len())?;
        let encodings: Vec<CompressedRistretto> =
            message.as_chunks().0.iter().copied().map(CompressedRistretto).collect();
        let hash = HashToGroup::new(context);
        let derivation = PadDerivation::new(PADS, context, &self.message, message);
        let mut pads = Vec::with_capacity(points.len());
        for (index, exponent) in self.exponents.iter().enumerate() {
            for b in 0..2 {
                let half = hash.half(index, b as u8, &encodings[2 * index + 1 - b]);
                let key = points[2 * index + b] + half + half;
                pads.push(pad(&derivation, index, b as u8, exponent * key));
            }
        }
        Ok(BasePads { pads: pads.into(), instance: derivation.instance() })
    }
}

/// Decodes a message of `count` points.
fn points(message: &[u8], count: usize) -> Result<Vec<RistrettoPoint>, ChannelFault> {
    let (encodings, rest) = message.as_chunks::<POINT>();
    if encodings.len() != count || !rest.is_empty() {
        return Err(ChannelFault::WrongLength { expected: count * POINT, found: message.len() });
    }
    encodings
        .iter()
        .map(|encoding| {
            let point = CompressedRistretto(*encoding)
                .decompress()
                .ok_or(ChannelFault::Malformed("a base transfer's point is not a canonical group element"))?;
            if point.is_identity() {
                return Err(ChannelFault::Malformed("a base transfer's point is the identity"));
            }
            Ok(point)
        })
        .collect()
}

/// The random oracles `H_b` of transfer `index` into the group.
struct HashToGroup(Transcript);

impl HashToGroup {
    fn new(context: &BaseContext) -> Self {
        Self(context.transcript("quorate 2026 endemic OT hash to group"))
    }

    /// Half of what the oracle answers.
    fn half(&self, index: usize, b: u8, other: &CompressedRistretto) -> RistrettoPoint {
        let mut transcript = self.0.clone();
        let mut uniform = [0; 64];
        transcript
            .append_u64("index", index as u64)
            .append("position", &[b])
            .append("other", other.as_bytes())
            .fill(&mut uniform);
        RistrettoPoint::from_uniform_bytes(&uniform)
    }
}

/// The pad of a shared group element.
fn pad(derivation: &PadDerivation, index: usize, position: u8, mut shared: RistrettoPoint) -> Block {
    let mut encoding = shared.compress().to_bytes();
    let pad = derivation.pad(index, position, &encoding);
    encoding.zeroize();
    shared.zeroize();
    pad
}
