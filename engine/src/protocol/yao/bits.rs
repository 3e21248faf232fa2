//! Bit strings on the wire: eight to a byte, the first one lowest.

/// Packs bits; those after the last are zero.
pub(super) fn pack(bits: &[bool]) -> Vec<u8> {
    let byte = |bits: &[bool]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    let (whole, rest) = bits.as_chunks::<8>();
    let mut bytes = Vec::with_capacity(bits.len().div_ceil(8));
    bytes.extend(whole.iter().map(|bits| byte(bits)));
    bytes.extend((!rest.is_empty()).then(|| byte(rest)));
    bytes
}

/// The bits of a message, without end: beyond its bytes they are zero.
pub(super) fn unpack(bytes: &[u8]) -> impl Iterator<Item = bool> {
    (0..).map(|bit| bytes.get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1))
}
