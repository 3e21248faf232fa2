//! A boolean vector as labels.

use quorate_circuits::number::Word;

use crate::crypto::{Block, SecretBlocks};
use crate::protocol::{CallRequest, Pick, regrouped_length, runs};

/// A share: for every bit of a vector its label for 0 at the garbler, its active label at the evaluator. Wiped
/// when dropped.
///
/// The labels of bit 0 of all elements come first, then those of bit 1, and so on: the instances of a batch
/// stand side by side.
#[derive(Debug)]
pub struct Labels {
    width: u32,
    length: usize,
    labels: SecretBlocks,
}

impl Labels {
    /// Labels in the order bit by bit, element by element.
    ///
    /// # Panics
    /// If they are not `width * length`.
    pub(in crate::protocol) fn new(width: u32, length: usize, labels: SecretBlocks) -> Self {
        assert_eq!(labels.len(), width as usize * length, "a label for every bit");
        Self { width, length, labels }
    }

    /// All labels zero: at the evaluator, the active labels of what is public.
    pub(in crate::protocol) fn zeros(width: u32, length: usize) -> Self {
        Self::new(width, length, SecretBlocks::zeros(width as usize * length))
    }

    /// The results of a call where no labels are needed: as many zeros.
    pub(super) fn of_results(request: &CallRequest<'_, Self>) -> Vec<Self> {
        let length = request.operands.first().map_or(0, |operand| operand.length());
        request.circuit.output_widths().iter().map(|&width| Self::zeros(width as u32, length)).collect()
    }

    /// Bits of each element.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Number of elements.
    pub fn length(&self) -> usize {
        self.length
    }

    /// The labels of bit `bit` of all elements.
    pub(in crate::protocol) fn plane(&self, bit: u32) -> &[Block] {
        &self.labels[bit as usize * self.length..][..self.length]
    }

    pub(in crate::protocol) fn plane_mut(&mut self, bit: u32) -> &mut [Block] {
        &mut self.labels[bit as usize * self.length..][..self.length]
    }

    /// The labels of all bits, least significant first.
    pub(in crate::protocol) fn planes(&self) -> impl Iterator<Item = &[Block]> {
        (0..self.width).map(|bit| self.plane(bit))
    }

    pub(in crate::protocol) fn planes_mut(&mut self) -> impl Iterator<Item = &mut [Block]> {
        // Of no elements, every plane is empty.
        let length = self.length.max(1);
        self.labels.chunks_exact_mut(length)
    }

    /// All labels, bit by bit, element by element.
    pub(in crate::protocol) fn blocks(&self) -> &[Block] {
        &self.labels
    }

    pub(in crate::protocol) fn duplicate(&self) -> Self {
        Self::new(self.width, self.length, self.labels.to_vec().into())
    }

    pub(in crate::protocol) fn pick(&self, pick: &Pick) -> Self {
        let length = pick.length_of(self.length);
        let mut picked = Self::zeros(self.width, length);
        for bit in 0..self.width {
            let (to, from) = (picked.plane_mut(bit), self.plane(bit));
            match pick {
                Pick::Repeat(_) => to.fill(from[0]),
                Pick::View(view) => {
                    let (starts, run) = runs(view);
                    let parts = to.chunks_exact_mut(run.max(1)).zip(starts.positions());
                    parts.for_each(|(to, start)| to.copy_from_slice(&from[start..start + run]));
                }
            }
        }
        picked
    }

    /// The same bits, element by element, in elements of `width` bits.
    ///
    /// # Panics
    /// If they are not those of whole elements.
    pub(in crate::protocol) fn regroup(&self, width: u32) -> Self {
        let before = self.width as usize;
        let mut regrouped = Self::zeros(width, regrouped_length(before, self.length, width as usize));
        for bit in 0..width {
            for (element, to) in regrouped.plane_mut(bit).iter_mut().enumerate() {
                let place = element * width as usize + bit as usize;
                *to = self.labels[place % before * self.length + place / before];
            }
        }
        regrouped
    }

    /// # Panics
    /// If there is no vector, or the widths differ.
    pub(in crate::protocol) fn concatenate(shares: &[&Self]) -> Self {
        let width = common_width(shares.iter().map(|share| share.width));
        let mut whole = Self::zeros(width, shares.iter().map(|share| share.length).sum());
        for bit in 0..width {
            let mut rest = whole.plane_mut(bit);
            for share in shares {
                let (part, after) = rest.split_at_mut(share.length);
                part.copy_from_slice(share.plane(bit));
                rest = after;
            }
        }
        whole
    }
}

/// The bits of words in the order of labels: bit by bit, element by element.
///
/// # Panics
/// If the width is more than a word's.
pub(in crate::protocol) fn bits_of(words: &[Word], width: u32) -> impl Iterator<Item = bool> {
    assert!(width <= Word::BITS, "words have {} bits", Word::BITS);
    (0..width).flat_map(move |bit| words.iter().map(move |word| word >> bit & 1 == 1))
}

/// The one width of vectors that are to be joined.
///
/// # Panics
/// If there is none, or they differ.
pub(in crate::protocol) fn common_width(mut widths: impl Iterator<Item = u32>) -> u32 {
    let width = widths.next().expect("at least one vector");
    assert!(widths.all(|other| other == width), "vectors of one domain");
    width
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use quorate_circuits::bind::View;

    /// Labels that say which bit they are of: bit `b` of element `e` has `e * width + b`.
    fn numbered(width: u32, length: usize) -> Labels {
        let label = |bit: u32, element| Block::new((element * width as usize + bit as usize) as u128);
        let labels: Vec<Block> = (0..width).flat_map(|b| (0..length).map(move |e| label(b, e))).collect();
        Labels::new(width, length, labels.into())
    }

    proptest! {
        #[test]
        fn regrouping_keeps_the_order_of_bits(width in 1..70_u32, first in 1..30_u32, each in 0..12_usize) {
            let labels = numbered(first, each * width as usize);
            let (found, expected) = (labels.regroup(width), numbered(width, each * first as usize));
            prop_assert_eq!(found.blocks(), expected.blocks());
        }

        #[test]
        fn views_are_by_element(offset in 0..60_usize, axes in vec((0..5_usize, 0..9_usize), 0..4)) {
            let view = View { offset, axes };
            if view.end() <= 50 {
                let picked = numbered(3, 50).pick(&Pick::View(view.clone()));
                let expected = (0..3).flat_map(|bit| view.positions().map(move |e| (3 * e + bit) as u128));
                prop_assert!(picked.blocks().iter().map(|label| label.to_u128()).eq(expected));
            }
        }
    }
}
