//! A signer's commitments to its nonces.

use quorate_circuits::curve::Curve;

/// The hiding and the binding nonce of a signer, each times the generator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningCommitments<C: Curve> {
    hiding: C::Point,
    binding: C::Point,
    /// Kept, because every use of the commitments hashes them.
    encoding: Vec<u8>,
}

impl<C: Curve> SigningCommitments<C> {
    /// Bytes of an encoding.
    pub const BYTES: usize = 2 * C::POINT_BYTES;

    /// Commits to a pair of nonces.
    pub(super) fn of(hiding: &C::Scalar, binding: &C::Scalar) -> Self {
        let (hiding, binding) = (C::base_multiple(hiding), C::base_multiple(binding));
        let mut encoding = Vec::with_capacity(Self::BYTES);
        C::encode_points(&[hiding, binding], &mut encoding);
        Self { hiding, binding, encoding }
    }

    /// The commitments of an encoding. `None` if it has another length, or a point is not canonical, not of the group, or
    /// the identity.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::decode(bytes, C::decode_point)
    }

    /// Likewise of an encoding that this party has kept under its own seal ([`Curve::decode_kept_point`]).
    pub(super) fn from_kept_bytes(bytes: &[u8]) -> Option<Self> {
        Self::decode(bytes, C::decode_kept_point)
    }

    fn decode(bytes: &[u8], decode: fn(&[u8]) -> Option<C::Point>) -> Option<Self> {
        let (hiding, binding) = bytes.split_at_checked(C::POINT_BYTES)?;
        let (hiding, binding) = (decode(hiding)?, decode(binding)?);
        Some(Self { hiding, binding, encoding: bytes.to_vec() })
    }

    /// The encoding: hiding, then binding.
    pub fn as_bytes(&self) -> &[u8] {
        &self.encoding
    }

    /// The commitment to the hiding nonce.
    pub fn hiding(&self) -> C::Point {
        self.hiding
    }

    /// The commitment to the binding nonce.
    pub fn binding(&self) -> C::Point {
        self.binding
    }
}
