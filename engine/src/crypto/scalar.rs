//! Scalars from randomness and from transcripts.

use ff::FromUniformBytes;
use quorate_circuits::curve::Curve;
use zeroize::Zeroize;

use super::{Random, Transcript};

/// A uniform scalar (statistical distance below 2^-250).
pub fn random_scalar<C: Curve>(random: &mut Random) -> C::Scalar {
    let mut bytes: [u8; 64] = random.bytes();
    let scalar = C::Scalar::from_uniform_bytes(&bytes);
    bytes.zeroize();
    scalar
}

impl Transcript {
    /// The digest as a scalar: uniform if the transcript is a random oracle.
    pub fn scalar<C: Curve>(&self) -> C::Scalar {
        let mut bytes = [0; 64];
        self.fill(&mut bytes);
        C::Scalar::from_uniform_bytes(&bytes)
    }
}
