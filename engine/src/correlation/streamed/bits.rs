//! Bits of pads, a word of 64 OTs at a time.

use quorate_kernels::Block;

use crate::crypto::GarblingHash;

/// The sender's side of one word: the lowest bits of its pads for choice 0, and how those for choice 1 differ.
/// `pads` is room for two for each OT.
pub(super) fn sent(hash: &GarblingHash, first: u64, (q, delta): (&[Block], Block), pads: &mut [Block]) -> (u64, u64) {
    let (zero, one) = pads.split_at_mut(q.len());
    zero.copy_from_slice(q);
    one.iter_mut().zip(q).for_each(|(one, q)| *one = *q ^ delta);
    hash.hash(first, [&mut *zero, &mut *one]);
    let (zero, one) = (lowest_bits(zero), lowest_bits(one));
    (zero, zero ^ one)
}

/// The chooser's side: the choices, and the lowest bits of the chosen pads, for which `pads` is room.
pub(super) fn chosen(hash: &GarblingHash, first: u64, t: &[Block], pads: &mut [Block]) -> (u64, u64) {
    pads.copy_from_slice(t);
    hash.hash(first, [&mut *pads]);
    (lowest_bits(t), lowest_bits(pads))
}

/// The lowest bits of up to 64 blocks.
pub(super) fn lowest_bits(blocks: &[Block]) -> u64 {
    blocks.iter().enumerate().fold(0, |bits, (i, block)| bits | u64::from(block.lsb()) << i)
}
