//! Products of two parties' private bits from OT: the bit case of [`super::gilboa`], 64 at a time (Asharov, Lindell,
//! Schneider and Zohner, "More Efficient Oblivious Transfer and Extensions for Faster Secure Computation", CCS
//! 2013, section 5).
//!
//! One OT and one bit of message for each product. Bit `i` of word `w` belongs to OT `64 w + i`, of which the lowest
//! bits of the pads are used.

use quorate_kernels::Block;

/// The sender's message for its bits `a`; its shares are added to `results`.
pub(super) fn send((zero, one): (&[Block], &[Block]), a: &[u64], results: &mut [u64]) -> Vec<u8> {
    let mut message = Vec::with_capacity(8 * a.len());
    for (word, (a, result)) in a.iter().zip(results).enumerate() {
        let (z, o) = (lowest_bits(&zero[64 * word..]), lowest_bits(&one[64 * word..]));
        message.extend_from_slice(&(z ^ o ^ a).to_le_bytes());
        *result ^= z;
    }
    message
}

/// The chooser's side: its shares, from the pads it chose by its bits `b`, are added to `results`.
pub(super) fn receive(chosen: &[Block], b: &[u64], message: &[u8], results: &mut [u64]) {
    let corrections = message.as_chunks().0.iter().copied().map(u64::from_le_bytes);
    for (word, ((b, correction), result)) in b.iter().zip(corrections).zip(results).enumerate() {
        *result ^= lowest_bits(&chosen[64 * word..]) ^ (b & correction);
    }
}

/// The lowest bits of the first 64 pads.
fn lowest_bits(pads: &[Block]) -> u64 {
    pads[..64].iter().enumerate().fold(0, |bits, (i, pad)| bits | u64::from(pad.lsb()) << i)
}
