//! The encoding of `chi` in bits.

use ff::{Field, FromUniformBytes};
use quorate_circuits::curve::Curve;
use subtle::{Choice, ConditionallySelectable};

use super::modulus::{Limbs, read};
use crate::crypto::{SessionId, Transcript};

/// Bits, and OTs, for each instance: `xi = 256 + 2 * 80`.
pub const BITS: usize = 416;

/// Bytes that a scalar is reduced from.
const UNIFORM: usize = 64;

/// The public vector `g` of a session, uniform by hashing. To be made once for a session.
pub struct Gadget<C: Curve> {
    scalars: Vec<C::Scalar>,
    integers: Vec<Limbs>,
}

impl<C: Curve> Gadget<C> {
    /// The session's.
    pub fn new(session: &SessionId) -> Self {
        let mut stream = vec![0; BITS * UNIFORM];
        Transcript::new("quorate 2026 vector OLE gadget", session)
            .append("curve", C::NAME.name().as_bytes())
            .fill(&mut stream);
        let scalars: Vec<C::Scalar> = stream.as_chunks().0.iter().map(C::Scalar::from_uniform_bytes).collect();
        let integers = scalars.iter().map(|g| read::<C>(&C::encode_scalar(g))).collect();
        Self { scalars, integers }
    }

    /// `g_1, ..` as integers below the order.
    pub(super) fn integers(&self) -> &[Limbs] {
        &self.integers
    }

    /// `chi`: the sum of the `g_j` whose bit is set.
    pub(super) fn decode(&self, bits: impl Iterator<Item = Choice>) -> C::Scalar {
        let zero = C::Scalar::ZERO;
        self.scalars.iter().zip(bits).fold(zero, |chi, (g, bit)| chi + C::Scalar::conditional_select(&zero, g, bit))
    }
}

impl<C: Curve> std::fmt::Debug for Gadget<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Gadget({})", C::NAME)
    }
}
