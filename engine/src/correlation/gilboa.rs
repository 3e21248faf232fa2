//! Products of two parties' private ring elements from OT: Gilboa, "Two Party RSA Key Generation", CRYPTO 1999,
//! section 4.1, for tables.
//!
//! The *chooser* has a factor `b`, the *sender* a vector `a` (the entries of a table that meet this factor). Bit
//! `t` of `b` is the choice of one OT, whose pads are stretched to vectors `z` and `o` of `k - t` bits each. The
//! sender sends `z - o + a` and keeps `-2^t z`; the chooser has `z` or `o`, adds the message if its bit is set, and
//! keeps `2^t (z + b_t a)`. Over all bits the two keep shares of `a b` modulo 2^k.
//!
//! *Cost.* Bit `t` needs only `k - t` bits of an entry, so bits `t` and `k - t` share one word and bit `k / 2` half a
//! one: `k (k + 1) / 16` bytes for an entry, 260 in Z_2^64 and 1,032 in Z_2^128.
//!
//! *Security*: pads look random and independent to the chooser but for the chosen ones (see `crate::ot`).

use quorate_kernels::Block;

use super::RingElement;
use super::secret::SecretVec;
use super::table::Dimensions;
use crate::crypto::Prg;

/// Bytes of the message for one entry of a table, for a ring of `bits` bits.
pub(super) const fn entry_bytes(bits: usize) -> usize {
    bits * (bits + 1) / 16
}

/// The sender's side: the message, and its shares of the results, which are added to `results`.
///
/// `entries` are the tables column by column; OT `g * k + t` belongs to bit `t` of factor `g`.
pub(super) fn send<R: RingElement>(
    dimensions: Dimensions,
    (zero, one): (&[Block], &[Block]),
    entries: &[R],
    results: &mut [R],
) -> Vec<u8> {
    let Dimensions { rows, columns, .. } = dimensions;
    let mut message = Message::zeros(dimensions);
    let (mut z, mut o) = (SecretVec::<R>::zeros(rows), SecretVec::<R>::zeros(rows));
    let mut masked = vec![R::ZERO; rows];
    for factor in 0..dimensions.column() {
        let entries = &entries[factor * rows..][..rows];
        let results = &mut results[factor / columns * rows..][..rows];
        for bit in 0..R::BITS {
            stretch(zero[factor * R::BITS + bit], &mut z);
            stretch(one[factor * R::BITS + bit], &mut o);
            let pads = z.iter().zip(o.iter());
            for (((masked, result), (z, o)), entry) in masked.iter_mut().zip(&mut *results).zip(pads).zip(entries) {
                *masked = *z - *o + *entry;
                *result -= *z << bit;
            }
            message.put(factor, bit, &masked);
        }
    }
    message.to_bytes()
}

/// The chooser's side: its shares of the results, from the pads it chose by the bits of its factors.
pub(super) fn receive<R: RingElement>(
    dimensions: Dimensions,
    chosen: &[Block],
    factors: &[R],
    message: &[u8],
    results: &mut [R],
) {
    let Dimensions { rows, columns, .. } = dimensions;
    let message = Message::from_bytes(dimensions, message);
    let (mut pad, mut masked) = (SecretVec::<R>::zeros(rows), vec![R::ZERO; rows]);
    for (index, factor) in factors.iter().enumerate() {
        let results = &mut results[index / columns * rows..][..rows];
        for bit in 0..R::BITS {
            stretch(chosen[index * R::BITS + bit], &mut pad);
            message.take(index, bit, &mut masked);
            let choice = factor.spread(bit);
            for ((result, pad), masked) in results.iter_mut().zip(pad.iter()).zip(&masked) {
                *result += (*pad + (choice & *masked)) << bit;
            }
        }
    }
}

/// A pad as elements. Each pad is used once: as it is where that is enough, otherwise as a seed.
fn stretch<R: RingElement>(pad: Block, out: &mut [R]) {
    let bytes: &mut [u8] = bytemuck::cast_slice_mut(out);
    if let Some(prefix) = pad.to_bytes().get(..bytes.len()) {
        bytes.copy_from_slice(prefix);
    } else {
        Prg::new(pad).fill_bytes(bytes);
    }
}

/// The message: for every factor `k / 2` words for each row, the first of bit 0 and the others of bits `t` (low) and
/// `k - t` (high) together; then, for every factor, the half words of bit `k / 2`.
struct Message<R> {
    rows: usize,
    words: Vec<R>,
    middles: Vec<R>,
}

impl<R: RingElement> Message<R> {
    const SLOTS: usize = R::BITS / 2;

    fn zeros(dimensions: Dimensions) -> Self {
        let entries = dimensions.table();
        Self { rows: dimensions.rows, words: vec![R::ZERO; entries * Self::SLOTS], middles: vec![R::ZERO; entries] }
    }

    /// Puts the `k - bit` low bits of each value in their place, which is zero so far.
    fn put(&mut self, factor: usize, bit: usize, values: &[R]) {
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
    fn take(&self, factor: usize, bit: usize, values: &mut [R]) {
        if bit == Self::SLOTS {
            values.copy_from_slice(&self.middles[factor * self.rows..][..self.rows]);
            return;
        }
        let place = &self.words[(factor * Self::SLOTS + bit.min(R::BITS - bit)) * self.rows..][..self.rows];
        for (value, place) in values.iter_mut().zip(place) {
            *value = if bit < Self::SLOTS { *place } else { *place >> bit };
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.middles.len() * entry_bytes(R::BITS));
        bytes.extend_from_slice(bytemuck::cast_slice(&self.words));
        for middle in &self.middles {
            bytes.extend_from_slice(&bytemuck::bytes_of(middle)[..R::BYTES / 2]);
        }
        bytes
    }

    /// # Panics
    /// If the length is not the one due, which the channel checked.
    fn from_bytes(dimensions: Dimensions, bytes: &[u8]) -> Self {
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

#[cfg(test)]
mod tests {
    use std::num::Wrapping;

    use super::*;
    use crate::correlation::table::{add_products, by_columns};
    use crate::crypto::Random;

    fn shares_add_up<R: RingElement + std::fmt::Debug>(dimensions: Dimensions) {
        let mut random = Random::dangerous_from_seed([3; 32]);
        let table = SecretVec::<R>::random(dimensions.table(), &mut random);
        let column = SecretVec::<R>::random(dimensions.column(), &mut random);
        let transfers = dimensions.column() * R::BITS;
        let (mut zero, mut one) = (vec![Block::ZERO; transfers], vec![Block::ZERO; transfers]);
        random.fill_blocks(&mut zero);
        random.fill_blocks(&mut one);
        let choose = |(i, (zero, one)): (usize, (&Block, &Block))| {
            Block::select(column[i / R::BITS].spread(i % R::BITS) != R::ZERO, *zero, *one)
        };
        let chosen: Vec<Block> = zero.iter().zip(&one).enumerate().map(choose).collect();

        let (mut left, mut right) = (vec![R::ZERO; dimensions.results()], vec![R::ZERO; dimensions.results()]);
        let message = send(dimensions, (&zero, &one), &by_columns(&table, dimensions), &mut left);
        assert_eq!(message.len(), dimensions.table() * entry_bytes(R::BITS));
        receive(dimensions, &chosen, &column, &message, &mut right);
        let mut expected = vec![R::ZERO; dimensions.results()];
        add_products(&mut expected, &table, &column, dimensions);
        let sum: Vec<R> = left.iter().zip(&right).map(|(l, r)| *l + *r).collect();
        assert_eq!(sum, expected);
    }

    #[test]
    fn the_two_shares_are_of_the_product() {
        for (instances, rows, columns) in [(5, 1, 1), (1, 7, 3), (2, 3, 4), (1, 2, 1), (3, 1, 5)] {
            let dimensions = Dimensions { instances, rows, columns };
            shares_add_up::<Wrapping<u64>>(dimensions);
            shares_add_up::<Wrapping<u128>>(dimensions);
        }
    }
}
