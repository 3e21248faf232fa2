//! Sums of random subsets, and the weights that items have in a weighted sum of these.

use std::ops::Add;

use bytemuck::Pod;
use quorate_kernels::subset_sums::BLOCK;

use super::field::Weight;
use crate::correlation::SecretVec;
use crate::crypto::Prg;

/// Items whose sums are made together.
const GROUP: usize = 4;

/// Some random subsets of items. Not secret.
pub(super) struct Subsets {
    count: usize,
    /// For each block of items and each subset a byte: bit `i` says that item `i` of the block is in it.
    bytes: Vec<u8>,
}

impl Subsets {
    /// So many subsets of so many items.
    pub(super) fn draw(stream: &mut Prg, count: usize, items: usize) -> Self {
        let mut bytes = vec![0; count * items.div_ceil(BLOCK)];
        stream.fill_bytes(&mut bytes);
        Self { count, bytes }
    }

    /// For each eight items, of each subset a byte: which of them it has.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes.chunks_exact(self.count)
    }

    /// The sum of each subset of these.
    pub(super) fn sums<T: Pod + Add<Output = T>>(&self, items: &[T]) -> SecretVec<T> {
        let mut sums = SecretVec::zeros(self.count);
        // Entry 0 stays zero.
        let mut table = SecretVec::<T>::zeros(1 << GROUP);
        for (block, bytes) in items.chunks(BLOCK).zip(self.blocks()) {
            for (group, shift) in block.chunks(GROUP).zip([0, GROUP]) {
                // Where there is no item, its bit counts nothing.
                for place in 0..GROUP {
                    let item = group.get(place).copied().unwrap_or(T::zeroed());
                    let (without, with) = table.split_at_mut(1 << place);
                    with.iter_mut().zip(without).for_each(|(with, without)| *with = *without + item);
                }
                let selected = bytes.iter().map(|byte| usize::from(byte >> shift) % (1 << GROUP));
                sums.iter_mut().zip(selected).for_each(|(sum, index)| *sum = *sum + table[index]);
            }
        }
        sums
    }

    /// What each item counts, if each subset counts this; some more items have weights, too.
    pub(super) fn weights(&self, of_subsets: &[Weight]) -> Vec<Weight> {
        let tables: Vec<[Weight; 1 << GROUP]> = of_subsets.chunks(GROUP).map(subset_sums).collect();
        let mut weights = Vec::with_capacity(self.bytes.len() / self.count * BLOCK);
        for bytes in self.blocks() {
            let mut sums = [Weight::default(); BLOCK];
            for (bytes, tables) in bytes.chunks(BLOCK).zip(tables.chunks(2)) {
                for (sum, byte) in sums.iter_mut().zip(turned(bytes)) {
                    for (table, shift) in tables.iter().zip([0, GROUP]) {
                        *sum = *sum + table[usize::from(byte >> shift) % (1 << GROUP)];
                    }
                }
            }
            weights.extend(sums);
        }
        weights
    }
}

/// The sums of all subsets of four weights or fewer.
fn subset_sums(weights: &[Weight]) -> [Weight; 1 << GROUP] {
    let mut sums = [Weight::default(); 1 << GROUP];
    for place in 0..GROUP {
        let weight = weights.get(place).copied().unwrap_or_default();
        let (without, with) = sums.split_at_mut(1 << place);
        with.iter_mut().zip(without).for_each(|(with, without)| *with = *without + weight);
    }
    sums
}

/// Eight bytes of eight bits, transposed.
fn turned(bytes: &[u8]) -> [u8; BLOCK] {
    let mut word = bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
    for (shift, mask) in [(7, 0x00aa_00aa_00aa_00aa), (14, 0x0000_cccc_0000_cccc), (28, 0x0000_0000_f0f0_f0f0)] {
        let moved = (word ^ word >> shift) & mask;
        word ^= moved ^ moved << shift;
    }
    word.to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::super::field::Field;
    use super::*;
    use crate::crypto::Block;

    #[test]
    fn sums_and_weights_are_of_one_matrix() {
        for items in [1, 3, 4, 8, 13, 40] {
            let subsets = Subsets::draw(&mut Prg::new(Block::new(items)), 80, items as usize);
            let mut stream = Prg::new(Block::new(99));
            let (values, factors) =
                (Field::draw(&mut stream, items as usize), Weight::draw(&mut stream, Weight::SUMMAND_BITS, 80));
            let elements = |weights: &[Weight]| weights.iter().map(|weight| weight.element()).collect::<Vec<_>>();
            let sums = Field::inner_product(&subsets.sums(&values), &elements(&factors));
            let weights = elements(&subsets.weights(&factors));
            assert!(sums.equals(Field::inner_product(&values, &weights)));
            let ones = subsets.sums(&vec![1_i128; items as usize]);
            assert!(ones.iter().any(|sum| *sum != ones[0]) && ones.iter().all(|sum| *sum <= items as i128));
        }
    }
}
