//! Bit strings on the wire: eight to a byte, the first one lowest.

/// Bits in the bytes of their message. Bits beyond the last one mean nothing.
#[derive(Clone, Debug)]
pub(super) struct Bits(Vec<u8>);

/// Bytes of a message of so many bits.
pub(super) const fn bytes_of(bits: usize) -> usize {
    bits.div_ceil(8)
}

impl Bits {
    /// `length` bits, each asked for once, in order.
    pub(super) fn collect(length: usize, mut bit: impl FnMut(usize) -> bool) -> Self {
        let byte = |first: usize| {
            (first..length.min(first + 8)).fold(0, |byte, place| byte | u8::from(bit(place)) << (place - first))
        };
        Self((0..length).step_by(8).map(byte).collect())
    }

    /// The message.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Adds another message's bits.
    pub(super) fn xor(&mut self, message: &[u8]) {
        self.0.iter_mut().zip(message).for_each(|(mine, theirs)| *mine ^= theirs);
    }

    /// One of the bits.
    pub(super) fn get(&self, place: usize) -> bool {
        self.0[place / 8] >> (place % 8) & 1 == 1
    }
}

impl From<&[u8]> for Bits {
    fn from(message: &[u8]) -> Self {
        Self(message.to_vec())
    }
}
