//! The sender's message, in which the bits that nobody needs are not sent.

use super::entry_bytes;
use crate::correlation::RingElement;
use crate::correlation::table::Dimensions;

/// The message: for every factor `k / 2` words for each row, the first of bit 0 and the others of bits `t` (low) and
/// `k - t` (high) together; then, for every factor, the half words of bit `k / 2`.
pub(super) struct Message<R> {
    rows: usize,
    pub(super) words: Vec<R>,
    pub(super) middles: Vec<R>,
}

impl<R: RingElement> Message<R> {
    /// Words for each entry.
    pub(super) const SLOTS: usize = R::BITS / 2;

    pub(super) fn zeros(dimensions: Dimensions) -> Self {
        let entries = dimensions.table();
        Self { rows: dimensions.rows, words: vec![R::ZERO; entries * Self::SLOTS], middles: vec![R::ZERO; entries] }
    }

    /// Puts the `k - bit` low bits of each value in their place, which is zero so far.
    pub(super) fn put(&mut self, factor: usize, bit: usize, values: &[R]) {
        if bit == Self::SLOTS {
            self.middles[factor * self.rows..][..self.rows].copy_from_slice(values);
            return;
        }
        let place = &mut self.words[(factor * Self::SLOTS + bit.min(R::BITS - bit)) * self.rows..][..self.rows];
        for (place, value) in place.iter_mut().zip(values) {
            *place = *place | if bit < Self::SLOTS { (*value << bit) >> bit } else { *value << bit };
        }
    }

    /// The values of a bit; only their `k - bit` low bits mean anything.
    pub(super) fn take(&self, factor: usize, bit: usize, values: &mut [R]) {
        if bit == Self::SLOTS {
            values.copy_from_slice(&self.middles[factor * self.rows..][..self.rows]);
            return;
        }
        let place = &self.words[(factor * Self::SLOTS + bit.min(R::BITS - bit)) * self.rows..][..self.rows];
        for (value, place) in values.iter_mut().zip(place) {
            *value = if bit < Self::SLOTS { *place } else { *place >> bit };
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.middles.len() * entry_bytes(R::BITS));
        bytes.extend_from_slice(bytemuck::cast_slice(&self.words));
        for middle in &self.middles {
            bytes.extend_from_slice(&bytemuck::bytes_of(middle)[..R::BYTES / 2]);
        }
        bytes
    }

    /// # Panics
    /// If the length is not the one due, which the channel checked.
    pub(super) fn from_bytes(dimensions: Dimensions, bytes: &[u8]) -> Self {
        let mut message = Self::zeros(dimensions);
        let words: &mut [u8] = bytemuck::cast_slice_mut(&mut message.words);
        let (first, last) = bytes.split_at(words.len());
        words.copy_from_slice(first);
        for (middle, half) in message.middles.iter_mut().zip(last.chunks_exact(R::BYTES / 2)) {
            bytemuck::bytes_of_mut(middle)[..R::BYTES / 2].copy_from_slice(half);
        }
        message
    }
}
