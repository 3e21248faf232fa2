//! Endemic OT from ML-KEM-768.
//!
//! Masny and Rindal, "Endemic Oblivious Transfer", CCS 2019, ePrint 2019/706, who use Kyber, here with its standard, ML-KEM
//! (FIPS 203). A public key is a vector `t` modulo q and a seed of the matrix. The receiver with choice `c` draws a vector `r_{1-c}`, makes a
//! key `(t, seed)`, sets `r_c = t - H_c(seed, r_{1-c})` and sends `r_0`, `r_1` and the seed. The sender encapsulates under both
//! keys `(r_b + H_b(seed, r_{1-b}), seed)`; the pads are hashes of the two shared keys, of which the receiver
//! decapsulates one.
//!
//! *Why the choice stays hidden.* One of the two vectors is uniform, the other differs from a key's by what the first
//! determines. Keys are indistinguishable from uniform vectors under module learning with errors, also with a seed
//! beside them: there is one seed for both, so that it tells nothing. Only the decapsulation under the chosen key has an
//! effect; a ciphertext that is not one has a pseudo-random key (implicit rejection), so that what a sender learns by spoiling
//! one of two is what it learns by spoiling a pad: a guess that ends the set-up if it is wrong.
//!
//! *Why the other pad stays hidden.* One of the two vectors is fixed before the oracle answers for it, so the key under which it
//! is used is uniform, and its pad is as secret as an encapsulated key. The receiver may try many seeds and vectors: that
//! is an attack on many instances at once, which module learning with errors withstands equally. A sender's two pads can be
//! extracted by whoever programs the oracle, with keys on both sides.
//!
//! *Parameters.* ML-KEM-768: the engine's claim is 128 bits, the many instances of a session and what is known of
//! lattice attacks leave no margin to ML-KEM-512. It is the size of the links' key exchange too. A right decapsulation fails
//! with 2^-164, which would end the set-up.
//!
//! *Constant time.* Vectors are reduced from wide uniform bytes, never drawn by rejection: of both vectors everybody could
//! compute afterwards how long that had taken, and so see which one had been hashed.

use ml_kem::ml_kem_768::{DecapsulationKey, EncapsulationKey};
use ml_kem::{Ciphertext, Decapsulate, Encapsulate, KeyExport, MlKem768};
use quorate_kernels::Block;
use subtle::{Choice, ConditionallySelectable};
use zeroize::{Zeroize, Zeroizing};

use super::lattice::{UNIFORM_BYTES, VECTOR_BYTES, Vector};
use super::{BaseContext, BasePads, PadDerivation};
use crate::crypto::{Random, Transcript};
use crate::net::ChannelFault;

/// Bytes that the receiver sends for one transfer: `r_0`, `r_1`, the seed.
pub(super) const RECEIVER_BYTES: usize = 2 * VECTOR_BYTES + SEED_BYTES;
/// Bytes that the sender sends for one transfer: both ciphertexts.
pub(super) const SENDER_BYTES: usize = 2 * CIPHERTEXT_BYTES;

/// Bytes of the matrix's seed.
const SEED_BYTES: usize = 32;
/// Bytes of a ciphertext.
const CIPHERTEXT_BYTES: usize = 1088;
/// Bytes of a public key: its vector, then its seed.
const KEY_BYTES: usize = VECTOR_BYTES + SEED_BYTES;
/// The domain of the pads' oracle.
const PADS: &str = "quorate 2026 endemic OT pads by ML-KEM";

/// The receiver between its message and the sender's.
pub(super) struct Receiver {
    keys: Vec<DecapsulationKey>,
    choices: Zeroizing<Vec<u8>>,
    message: Vec<u8>,
}

impl Receiver {
    /// One transfer for each choice. The message has [`RECEIVER_BYTES`] for each.
    pub(super) fn begin(context: &BaseContext, choices: &[Choice], random: &mut Random) -> Self {
        let oracle = HashToVector::new(context);
        let mut keys = Vec::with_capacity(choices.len());
        let mut message = Vec::with_capacity(choices.len() * RECEIVER_BYTES);
        for (index, choice) in choices.iter().enumerate() {
            let (key, mut real, seed) = key_pair(random);
            let mut other = drawn(random);
            let mut mask = oracle.vector(index, choice.unwrap_u8(), &seed, &other.encode());
            let mut mine = real.minus(&mask);
            // In the message's order before anything is on the heap.
            message.extend_from_slice(&Vector::select(&mine, &other, *choice).encode());
            message.extend_from_slice(&Vector::select(&other, &mine, *choice).encode());
            message.extend_from_slice(&seed);
            [&mut real, &mut other, &mut mask, &mut mine].into_iter().for_each(Zeroize::zeroize);
            keys.push(key);
        }
        Self { keys, choices: Zeroizing::new(choices.iter().map(Choice::unwrap_u8).collect()), message }
    }

    /// What is sent to the sender.
    pub(super) fn message(&self) -> &[u8] {
        &self.message
    }

    /// The chosen pads, from the sender's ciphertexts. Every string of their length is a pair of them.
    ///
    /// # Errors
    /// A message of another length.
    pub(super) fn finish(self, context: &BaseContext, message: &[u8]) -> Result<BasePads, ChannelFault> {
        let (pairs, rest) = message.as_chunks::<SENDER_BYTES>();
        if pairs.len() != self.keys.len() || !rest.is_empty() {
            return Err(ChannelFault::WrongLength { expected: self.keys.len() * SENDER_BYTES, found: message.len() });
        }
        let derivation = PadDerivation::new(PADS, context, message, &self.message);
        let mut pads = Vec::with_capacity(pairs.len());
        for (index, ((pair, key), choice)) in pairs.iter().zip(&self.keys).zip(&*self.choices).enumerate() {
            let mut shared: [u8; 32] = key.decapsulate(&chosen(pair, Choice::from(*choice))).into();
            pads.push(derivation.pad(index, *choice, &shared));
            shared.zeroize();
        }
        Ok(BasePads { pads: pads.into(), instance: derivation.instance() })
    }
}

/// Both pads of each of `count` transfers, from the receiver's message, and the ciphertexts that answer it.
///
/// # Errors
/// A message of another length; a vector that is not canonical.
pub(super) fn answer(
    context: &BaseContext,
    count: usize,
    message: &[u8],
    random: &mut Random,
) -> Result<(BasePads, Vec<u8>), ChannelFault> {
    let (transfers, rest) = message.as_chunks::<RECEIVER_BYTES>();
    if transfers.len() != count || !rest.is_empty() {
        return Err(ChannelFault::WrongLength { expected: count * RECEIVER_BYTES, found: message.len() });
    }
    let oracle = HashToVector::new(context);
    let mut ciphertexts = Vec::with_capacity(count * SENDER_BYTES);
    let mut shared = Zeroizing::new(Vec::with_capacity(2 * count));
    for (index, transfer) in transfers.iter().enumerate() {
        for key in keys(&oracle, index, transfer)? {
            let (ciphertext, key) = key.encapsulate_with_rng(random);
            ciphertexts.extend_from_slice(&ciphertext);
            shared.push(<[u8; 32]>::from(key));
        }
    }
    let derivation = PadDerivation::new(PADS, context, &ciphertexts, message);
    let pad = |(at, shared): (usize, &[u8; 32])| derivation.pad(at / 2, (at % 2) as u8, shared);
    let pads: Vec<Block> = shared.iter().enumerate().map(pad).collect();
    Ok((BasePads { pads: pads.into(), instance: derivation.instance() }, ciphertexts))
}

/// A new key, and its public vector and seed.
fn key_pair(random: &mut Random) -> (DecapsulationKey, Vector, [u8; SEED_BYTES]) {
    let mut secret: [u8; 64] = random.bytes();
    let key = DecapsulationKey::from_seed(secret.into());
    secret.zeroize();
    let mut public = key.encapsulation_key().to_bytes();
    let (vector, seed) = public.split_at(VECTOR_BYTES);
    let vector = vector.first_chunk().and_then(Vector::decode).expect("a key that was made is canonical");
    let seed = seed.try_into().expect("the seed is what is left of a key");
    // Until it is masked, the vector tells which of the two is the key's.
    public.zeroize();
    (key, vector, seed)
}

/// A uniform vector.
fn drawn(random: &mut Random) -> Vector {
    let mut uniform = Zeroizing::new([0; UNIFORM_BYTES]);
    random.fill_bytes(&mut *uniform);
    Vector::from_uniform_bytes(&uniform)
}

/// The chosen one of two ciphertexts.
fn chosen(pair: &[u8; SENDER_BYTES], choice: Choice) -> Ciphertext<MlKem768> {
    let (zero, one) = pair.split_at(CIPHERTEXT_BYTES);
    let mut chosen = [0; CIPHERTEXT_BYTES];
    for (out, (zero, one)) in chosen.iter_mut().zip(zero.iter().zip(one)) {
        *out = u8::conditional_select(zero, one, choice);
    }
    chosen.into()
}

/// The two keys of a transfer.
fn keys(
    oracle: &HashToVector,
    index: usize,
    transfer: &[u8; RECEIVER_BYTES],
) -> Result<[EncapsulationKey; 2], ChannelFault> {
    const REFUSED: ChannelFault = ChannelFault::Malformed("a base transfer's key is not a canonical vector");
    let ([zero, one], seed) = transfer.as_chunks::<VECTOR_BYTES>() else { return Err(REFUSED) };
    let encodings = [zero, one];
    let vectors = [Vector::decode(zero).ok_or(REFUSED)?, Vector::decode(one).ok_or(REFUSED)?];
    let key = |b: usize| {
        let mask = oracle.vector(index, b as u8, seed, encodings[1 - b]);
        let mut encoding = [0; KEY_BYTES];
        encoding[..VECTOR_BYTES].copy_from_slice(&vectors[b].plus(&mask).encode());
        encoding[VECTOR_BYTES..].copy_from_slice(seed);
        EncapsulationKey::new(&encoding.into()).map_err(|_| REFUSED)
    };
    Ok([key(0)?, key(1)?])
}

/// The random oracles `H_b` of transfer `index` into the vectors.
struct HashToVector(Transcript);

impl HashToVector {
    fn new(context: &BaseContext) -> Self {
        Self(context.transcript("quorate 2026 endemic OT hash to vector"))
    }

    fn vector(&self, index: usize, b: u8, seed: &[u8], other: &[u8; VECTOR_BYTES]) -> Vector {
        let mut uniform = Zeroizing::new([0; UNIFORM_BYTES]);
        let mut transcript = self.0.clone();
        transcript
            .append_u64("index", index as u64)
            .append("position", &[b])
            .append("seed", seed)
            .append("other", other)
            .fill(&mut *uniform);
        Vector::from_uniform_bytes(&uniform)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_standard() {
        let key = DecapsulationKey::from_seed([7; 64].into());
        assert_eq!(key.encapsulation_key().to_bytes().len(), KEY_BYTES);
        let (ciphertext, _) = key.encapsulation_key().encapsulate_deterministic(&[9; 32].into());
        assert_eq!(ciphertext.len(), CIPHERTEXT_BYTES);
        assert_eq!((RECEIVER_BYTES, SENDER_BYTES), (2336, 2176));
    }
}
