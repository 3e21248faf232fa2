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

mod element;
mod message;

use quorate_kernels::Block;

use self::message::Message;
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
    if rows == 1 {
        element::send(columns, (zero, one), entries, results, &mut message);
        return message.to_bytes();
    }
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
    if rows == 1 {
        return element::receive(columns, chosen, factors, &message, results);
    }
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
