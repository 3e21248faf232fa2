//! The lengths of the two messages of [`super::draw`], and taking one apart.

use quorate_circuits::curve::{Curve, SCALAR_BYTES};

use super::Draws;
use crate::net::{ChannelFault, Ledger};
use crate::vole::{answer_bytes, begin_bytes};

/// Bytes of a commitment, of its opening and of a digest.
const DIGEST: usize = 32;

/// How long the messages to each peer are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Of the first.
    pub(super) first: usize,
    /// Of the second.
    pub(super) second: usize,
}

impl Layout {
    /// The lengths for `draws`.
    pub(super) fn of<C: Curve>(draws: &Draws) -> Self {
        let nonces: usize = draws.nonces.iter().sum();
        // The digest of the commitments is there even where two signers need none: one layout is enough.
        let opening = 2 * DIGEST + nonces * C::POINT_BYTES;
        let mut layout = Self { first: DIGEST, second: opening };
        for mask in &draws.masks {
            let width = mask.operands.len();
            layout.first += begin_bytes(mask.length);
            layout.second += answer_bytes(width, mask.length) + mask.length * (width * C::POINT_BYTES + SCALAR_BYTES);
        }
        layout
    }
}

/// Writes the two messages of one [`super::draw`] of all parties.
pub fn draw_cost<C: Curve>(ledger: &mut Ledger, draws: &Draws) {
    let layout = Layout::of::<C>(draws);
    ledger.exchange_all(layout.first as u64);
    ledger.exchange_all(layout.second as u64);
}

/// A message that is read from its beginning.
pub(super) struct Parts<'a>(pub(super) &'a [u8]);

impl<'a> Parts<'a> {
    /// The next so many bytes. The channel has checked the length of the whole.
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], ChannelFault> {
        let (part, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(ChannelFault::WrongLength { expected: length, found: self.0.len() })?;
        self.0 = rest;
        Ok(part)
    }

    pub(super) fn digest(&mut self) -> Result<[u8; DIGEST], ChannelFault> {
        let mut digest = [0; DIGEST];
        digest.copy_from_slice(self.take(DIGEST)?);
        Ok(digest)
    }

    pub(super) fn scalar<C: Curve>(&mut self) -> Result<C::Scalar, ChannelFault> {
        let bytes = self.digest()?;
        C::decode_scalar(&bytes).ok_or(ChannelFault::Malformed("a scalar is not below the group's order"))
    }

    pub(super) fn point<C: Curve>(&mut self) -> Result<C::Point, ChannelFault> {
        C::decode_point(self.take(C::POINT_BYTES)?)
            .ok_or(ChannelFault::Malformed("a point is not a canonical element of the group other than the identity"))
    }
}
