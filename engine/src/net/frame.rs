//! A message of one frame, whose payload is written and read in place.

use super::MAX_PAYLOAD;
use super::channel::HEADER;

/// Room for a payload behind room for its header: bulk data is made here and goes to the link as it is, and what the
/// link brought is used where it lies.
pub struct Frame(Vec<u8>);

impl Frame {
    /// A payload of zeros.
    ///
    /// # Panics
    /// If it is longer than [`MAX_PAYLOAD`].
    pub fn new(length: usize) -> Self {
        assert!(length <= MAX_PAYLOAD, "a frame has at most {MAX_PAYLOAD} bytes of payload");
        Self(vec![0; HEADER + length])
    }

    /// A payload to be copied from; its length is the caller's to have checked.
    pub(super) fn copied(payload: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(HEADER + payload.len());
        bytes.resize(HEADER, 0);
        bytes.extend_from_slice(payload);
        Self(bytes)
    }

    /// What a link brought, of which the header was checked to be there.
    pub(super) fn received(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The payload.
    pub fn payload(&self) -> &[u8] {
        &self.0[HEADER..]
    }

    /// The payload, to be written.
    pub fn payload_mut(&mut self) -> &mut [u8] {
        &mut self.0[HEADER..]
    }

    /// The whole frame under this header.
    pub(super) fn under(mut self, depth: u32, sequence: u32, tag: u32) -> Vec<u8> {
        for (place, field) in self.0.as_chunks_mut().0.iter_mut().zip([depth, sequence, tag]) {
            *place = field.to_le_bytes();
        }
        self.0
    }
}
