//! Pairs `w = alpha x + v`: the owner of a value has `x` and `v`, the holder of a key has `alpha` and `w`.
//!
//! Roy, "SoftSpokenOT", CRYPTO 2022, ePrint 2022/192, section 3, over the integers modulo 2^160. The twelve digits of a key
//! of 48 bits are the points of twelve of a pair's punctured trees ([`crate::ot::puncture`]). With the leaves' streams
//! `r_0, .., r_15` of one tree, the owner has `u = sum r_z` and `v = - sum z r_z`, and the holder, who lacks the stream of
//! its digit `d`, has `sum (d - z) r_z = d u + v`. The owner sends by how much the `u` of each further tree differs from
//! that of the first; digit `t` weighs 16^t, so that the low `160 - 4 t` bits of a difference suffice.
//!
//! *Cost*: [`correction_bytes`], 190 B for each value, 20 B more towards all peers but the first.
//!
//! *What a cheating owner can do.* Differences that are wrong change `w` by a multiple of a digit. That is what a
//! wrong choice of bits in COPEe gives, but for whole digits only (Cramer, Damgård, Escudero, Scholl and Xing, ePrint
//! 2018/482, section 4): each digit on which it counts has to be guessed, or the check of the values fails.

use quorate_kernels::Block;
use quorate_kernels::aes::Aes128;

use super::wide::{self, WIDE_BITS, Wide};
use crate::correlation::SecretVec;
use crate::crypto::SecretBlocks;

/// Bits of a digit: the levels of a tree.
const DIGIT_BITS: usize = 4;
/// Leaves of a tree.
const LEAVES: usize = 1 << DIGIT_BITS;
/// Digits of a key.
const DIGITS: usize = 12;
/// Bits of a key.
pub(super) const KEY_BITS: usize = DIGITS * DIGIT_BITS;
/// The first of the trees in use: the lowest bits of Delta are not random.
const FIRST_TREE: usize = 1;

/// Values whose streams are made together.
const CHUNK: usize = 64;
/// Blocks of a chunk's streams.
const CHUNK_BLOCKS: usize = CHUNK * size_of::<Wide>() / Block::BYTES;

/// The key that belongs to a Delta.
pub(super) const fn key_of(delta: Block) -> u64 {
    (delta.to_u128() >> (FIRST_TREE * DIGIT_BITS)) as u64 & ((1 << KEY_BITS) - 1)
}

/// Bytes of a difference of a digit.
const fn digit_bytes(digit: usize) -> usize {
    (WIDE_BITS - DIGIT_BITS * digit).div_ceil(8)
}

/// Bytes of the corrections of so many values; the peer from whom they are taken needs none for the first digit.
pub(super) fn correction_bytes(count: usize, adopted: bool) -> usize {
    count * (usize::from(adopted)..DIGITS).map(digit_bytes).sum::<usize>()
}

/// The streams of the trees in use, at either side.
struct Streams {
    leaves: Vec<Aes128>,
    /// Blocks that are used up.
    position: u64,
    buffer: SecretBlocks,
}

impl Streams {
    fn new(leaves: &[Block]) -> Self {
        let leaves = &leaves[FIRST_TREE * LEAVES..][..DIGITS * LEAVES];
        let leaves = leaves.iter().map(|leaf| Aes128::new(*leaf)).collect();
        Self { leaves, position: 0, buffer: SecretBlocks::zeros(CHUNK_BLOCKS) }
    }

    /// Goes through the streams of a tree, chunk by chunk: the place of the chunk's first value, the sum of all
    /// streams from `first` on, and for each bit the sum of those that have it, for every value of the chunk.
    fn sums(&mut self, tree: usize, first: usize, count: usize, mut each: impl FnMut(usize, &[Sums])) {
        let mut sums = vec![Sums::default(); CHUNK];
        for (chunk, place) in (0..count).step_by(CHUNK).enumerate() {
            let sums = &mut sums[..CHUNK.min(count - place)];
            sums.fill(Sums::default());
            let position = self.position + (chunk * CHUNK_BLOCKS) as u64;
            for leaf in first..LEAVES {
                self.leaves[tree * LEAVES + leaf].keystream(position, &mut self.buffer);
                let stream: &[Wide] = bytemuck::cast_slice(Block::as_bytes(&self.buffer));
                for (sums, value) in sums.iter_mut().zip(stream) {
                    sums.add(leaf, *value);
                }
            }
            each(place, sums);
        }
    }

    fn advance(&mut self, count: usize) {
        self.position += (count.div_ceil(CHUNK) * CHUNK_BLOCKS) as u64;
    }
}

/// Sums of one value's streams.
#[derive(Clone, Copy, Default)]
struct Sums {
    all: Wide,
    /// By bit of the leaf's number.
    with: [Wide; DIGIT_BITS],
}

impl Sums {
    fn add(&mut self, leaf: usize, value: Wide) {
        self.all = wide::add(self.all, value);
        let with = self.with.iter_mut().enumerate().filter(|(bit, _)| leaf >> bit & 1 == 1);
        with.for_each(|(_, sum)| *sum = wide::add(*sum, value));
    }
}

/// The side of the values' owner.
pub(super) struct Owner(Streams);

/// What the owner has towards one peer.
pub(super) struct Owned {
    /// The masks.
    pub(super) v: SecretVec<Wide>,
    /// The corrections, as they are sent.
    pub(super) message: Vec<u8>,
}

impl Owner {
    /// From the leaves of all trees.
    pub(super) fn new(leaves: &[Block]) -> Self {
        Self(Streams::new(leaves))
    }

    /// Masks for `values`, or, where `adopts`, for values that are written there.
    pub(super) fn own(&mut self, values: &mut [Wide], adopts: bool) -> Owned {
        let count = values.len();
        let mut v = SecretVec::zeros(count);
        let mut message = Vec::with_capacity(correction_bytes(count, adopts));
        for digit in 0..DIGITS {
            let bytes = digit_bytes(digit);
            self.0.sums(digit, 0, count, |place, sums| {
                for (l, sums) in sums.iter().enumerate() {
                    let weighted = (1..DIGIT_BITS)
                        .fold(sums.with[0], |sum, bit| wide::add(sum, wide::shifted(sums.with[bit], bit as u32)));
                    let mask = &mut v[place + l];
                    *mask = wide::sub(*mask, wide::shifted(weighted, (DIGIT_BITS * digit) as u32));
                    if digit == 0 && adopts {
                        values[place + l] = sums.all;
                    } else {
                        let difference = wide::sub(values[place + l], sums.all);
                        message.extend_from_slice(&wide::bytes_of(difference)[..bytes]);
                    }
                }
            });
        }
        self.0.advance(count);
        Owned { v, message }
    }
}

/// The side of the key's holder.
pub(super) struct Holder {
    streams: Streams,
    key: u64,
}

impl Holder {
    /// From the leaves of all trees, in the order relative to the points, and Delta.
    pub(super) fn new(leaves: &[Block], delta: Block) -> Self {
        Self { streams: Streams::new(leaves), key: key_of(delta) }
    }

    /// `w` for as many values as the message corrects.
    ///
    /// # Panics
    /// If the message has another length than [`correction_bytes`] says, which the channel checked.
    pub(super) fn hold(&mut self, count: usize, adopted: bool, message: &[u8]) -> SecretVec<Wide> {
        let mut w = SecretVec::zeros(count);
        let mut rest = message;
        for digit in 0..DIGITS {
            let value = self.key >> (DIGIT_BITS * digit);
            self.streams.sums(digit, 1, count, |place, sums| {
                for (l, sums) in sums.iter().enumerate() {
                    // (2 d_b - 1) 2^b for the bits d_b of the digit: the relative order hides the point.
                    let weighted = (0..DIGIT_BITS).fold([0; 3], |sum, bit| {
                        let keep = (value >> bit & 1).wrapping_sub(1);
                        let signed = sums.with[bit].map(|limb| limb ^ keep);
                        let signed = wide::add(signed, [keep & 1, 0, 0]);
                        wide::add(sum, wide::shifted(signed, bit as u32))
                    });
                    let place = &mut w[place + l];
                    *place = wide::add(*place, wide::shifted(weighted, (DIGIT_BITS * digit) as u32));
                }
            });
            if digit == 0 && adopted {
                continue;
            }
            let bytes = digit_bytes(digit);
            let (differences, after) = rest.split_at(count * bytes);
            rest = after;
            let value = (value & (LEAVES as u64 - 1)) << (DIGIT_BITS * digit);
            for (w, difference) in w.iter_mut().zip(differences.chunks_exact(bytes)) {
                *w = wide::add(*w, wide::times(wide::from_bytes(difference), value));
            }
        }
        self.streams.advance(count);
        w
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Random;

    /// All trees of a pair, at the owner and at the holder.
    fn leaves(delta: Block, random: &mut Random) -> (SecretBlocks, SecretBlocks) {
        let mut actual = SecretBlocks::zeros(32 * LEAVES);
        random.fill_blocks(&mut actual);
        let mut relative = SecretBlocks::zeros(32 * LEAVES);
        for tree in 0..32 {
            let point = (delta.to_u128() >> (DIGIT_BITS * tree)) as usize % LEAVES;
            (1..LEAVES).for_each(|y| relative[tree * LEAVES + y] = actual[tree * LEAVES + (y ^ point)]);
        }
        (actual, relative)
    }

    #[test]
    fn keys_masks_and_values_belong_together() {
        let mut random = Random::dangerous_from_seed([5; 32]);
        let mut values = vec![[0; 3]; 150];
        for (peer, adopts) in [true, false].into_iter().enumerate() {
            let delta = random.block();
            let (actual, relative) = leaves(delta, &mut random);
            let (mut owner, mut holder) = (Owner::new(&actual), Holder::new(&relative, delta));
            for count in [150, 1, 64] {
                let values = &mut values[..count];
                let Owned { v, message } = owner.own(values, adopts);
                assert_eq!(message.len(), correction_bytes(count, adopts));
                let w = holder.hold(count, adopts, &message);
                for ((x, v), w) in values.iter().zip(v.iter()).zip(w.iter()) {
                    let expected = wide::add(wide::times(*x, key_of(delta)), *v);
                    assert!(wide::is_zero(wide::sub(*w, expected)), "peer {peer}");
                }
            }
        }
        assert_eq!((correction_bytes(1, true), correction_bytes(1, false)), (190, 210));
    }
}
