//! Bit strings on the wire: eight to a byte, the first one lowest.

/// Packs bits; those after the last are zero.
pub(super) fn pack(bits: impl Iterator<Item = bool>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(bits.size_hint().0.div_ceil(8));
    for (index, bit) in bits.enumerate() {
        if index % 8 == 0 {
            bytes.push(0);
        }
        bytes[index / 8] |= u8::from(bit) << (index % 8);
    }
    bytes
}

/// The bits of a message, without end: beyond its bytes they are zero.
pub(super) fn unpack(bytes: &[u8]) -> impl Iterator<Item = bool> {
    let bits = bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1));
    bits.chain(std::iter::repeat(false))
}
