//! Pads of a few rows at a time.

use quorate_kernels::Block;

use crate::crypto::GarblingHash;

/// The sender's pads for choice 0 and for choice 1. `room` has two for each row.
pub(super) fn of_sender<'a>(
    hash: &GarblingHash,
    first: u64,
    (q, delta): (&[Block], Block),
    room: &'a mut [Block],
) -> (&'a [Block], &'a [Block]) {
    let (zero, one) = room.split_at_mut(q.len());
    write(q, delta, (zero, one));
    hash.hash(first, [&mut *zero, &mut *one]);
    (zero, one)
}

/// The chooser's pads. `room` has one for each row.
pub(super) fn of_chooser<'a>(hash: &GarblingHash, first: u64, t: &[Block], room: &'a mut [Block]) -> &'a [Block] {
    room.copy_from_slice(t);
    hash.hash(first, [&mut *room]);
    room
}

/// Both at once, of as many rows in either direction. `room` has three for each.
pub(super) fn of_both<'a>(
    hash: &GarblingHash,
    first: u64,
    (q, delta, t): (&[Block], Block, &[Block]),
    room: &'a mut [Block],
) -> (&'a [Block], &'a [Block], &'a [Block]) {
    let (zero, rest) = room.split_at_mut(q.len());
    let (one, chosen) = rest.split_at_mut(q.len());
    write(q, delta, (zero, one));
    chosen.copy_from_slice(t);
    hash.hash(first, [&mut *zero, &mut *one, &mut *chosen]);
    (zero, one, chosen)
}

fn write(q: &[Block], delta: Block, (zero, one): (&mut [Block], &mut [Block])) {
    for (q, (zero, one)) in q.iter().zip(zero.iter_mut().zip(one)) {
        (*zero, *one) = (*q, *q ^ delta);
    }
}

/// The lowest bits of up to 64 blocks.
pub(super) fn lowest_bits(blocks: &[Block]) -> u64 {
    blocks.iter().enumerate().fold(0, |bits, (i, block)| bits | u64::from(block.lsb()) << i)
}
