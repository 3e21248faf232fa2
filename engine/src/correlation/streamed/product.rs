//! Products of ring elements, a factor at a time: both sides of [`super`]'s variant of Gilboa's protocol.

use quorate_kernels::Block;

use super::pads::lowest_bits;
use super::portion::factor_bytes;
use crate::correlation::RingElement;

/// The sender's side of one factor, from its pads: writes the message of [`factor_bytes`] bytes, and returns its entry and
/// its share.
pub(super) fn send<R: RingElement>((zeros, ones): (&[Block], &[Block]), message: &mut [u8]) -> (R, R) {
    let (zero, one) = (|bit: usize| element::<R>(zeros[bit]), |bit: usize| element::<R>(ones[bit]));
    // Of bit 0 nothing is sent: z - o + a = 0.
    let entry = one(0) - zero(0);
    let masked = |bit: usize| zero(bit) - one(bit) + entry;
    let share = (0..R::BITS).fold(R::ZERO, |share, bit| share - (zero(bit) << bit));
    let (words, half) = message.split_at_mut(factor_bytes(R::BITS) - R::BYTES / 2);
    for (bit, word) in (1..).zip(words.chunks_exact_mut(R::BYTES)) {
        let high = R::BITS - bit;
        let pair = ((masked(bit) << bit) >> bit) | (masked(high) << high);
        word.copy_from_slice(bytemuck::bytes_of(&pair));
    }
    half.copy_from_slice(&bytemuck::bytes_of(&masked(R::BITS / 2))[..R::BYTES / 2]);
    (entry, share)
}

/// The chooser's side of one factor: the factor.
pub(super) fn factor<R: RingElement>(t: &[Block]) -> R {
    let words = t.chunks(64).map(|rows| u128::from(lowest_bits(rows)));
    R::from_word(words.enumerate().fold(0, |factor, (i, word)| factor | word << (64 * i)))
}

/// What of the chooser's pads its share is made of.
pub(super) fn keep<R: RingElement>(pads: &[Block], kept: &mut [R]) {
    kept.iter_mut().zip(pads).for_each(|(kept, pad)| *kept = element(*pad));
}

/// The chooser's side of one factor: its share, from the kept pads and the message.
pub(super) fn receive<R: RingElement>(pads: &[R], factor: R, message: &[u8]) -> R {
    let kept = |bit: usize, masked: R| (pads[bit] + (factor.spread(bit) & masked)) << bit;
    let (words, half) = message.split_at(factor_bytes(R::BITS) - R::BYTES / 2);
    let mut share = pads[0];
    for (bit, word) in (1..).zip(words.chunks_exact(R::BYTES)) {
        let pair: R = bytemuck::pod_read_unaligned(word);
        let high = R::BITS - bit;
        share += kept(bit, pair) + kept(high, pair >> high);
    }
    let mut middle = R::ZERO;
    bytemuck::bytes_of_mut(&mut middle)[..R::BYTES / 2].copy_from_slice(half);
    share + kept(R::BITS / 2, middle)
}

fn element<R: RingElement>(pad: Block) -> R {
    R::from_word(pad.to_u128())
}

#[cfg(test)]
mod tests {
    use std::num::Wrapping;

    use super::super::pads;
    use super::*;
    use crate::crypto::{GarblingHash, Random};

    fn shares_add_up<R: RingElement + std::fmt::Debug>() {
        let mut random = Random::dangerous_from_seed([6; 32]);
        let (hash, delta) = (GarblingHash::new(random.block()), Block::new(random.block().to_u128() | 1));
        for first in [0, 1 << 40] {
            let even = Block::new(u128::MAX - 1);
            let q: Vec<Block> = (0..R::BITS).map(|_| random.block() & even).collect();
            let t: Vec<Block> = q.iter().map(|q| *q ^ (Block::mask(random.block().lsb()) & delta)).collect();
            let mut message = vec![0; factor_bytes(R::BITS)];
            let (mut room, mut kept) = (vec![Block::ZERO; 2 * R::BITS], vec![R::ZERO; R::BITS]);
            let (entry, left) = send::<R>(pads::of_sender(&hash, first, (&q, delta), &mut room), &mut message);
            let factor = factor::<R>(&t);
            keep(pads::of_chooser(&hash, first, &t, &mut room[..R::BITS]), &mut kept);
            let right = receive(&kept, factor, &message);
            assert_eq!(left + right, entry * factor);
            assert!(entry != R::ZERO && factor != R::ZERO && left != R::ZERO);
        }
    }

    #[test]
    fn the_two_shares_are_of_the_product() {
        shares_add_up::<Wrapping<u64>>();
        shares_add_up::<Wrapping<u128>>();
    }
}
