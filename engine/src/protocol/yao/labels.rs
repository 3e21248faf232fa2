//! A boolean vector as labels.

use quorate_circuits::number::Word;

use crate::crypto::{Block, SecretBlocks};
use crate::protocol::Pick;

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
    pub(super) fn new(width: u32, length: usize, labels: SecretBlocks) -> Self {
        assert_eq!(labels.len(), width as usize * length, "a label for every bit");
        Self { width, length, labels }
    }

    /// All labels zero: at the evaluator, the active labels of what is public.
    pub(super) fn zeros(width: u32, length: usize) -> Self {
        Self::new(width, length, SecretBlocks::zeros(width as usize * length))
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
    pub(super) fn plane(&self, bit: u32) -> &[Block] {
        &self.labels[bit as usize * self.length..][..self.length]
    }

    pub(super) fn plane_mut(&mut self, bit: u32) -> &mut [Block] {
        &mut self.labels[bit as usize * self.length..][..self.length]
    }

    /// The labels of all bits, least significant first.
    pub(super) fn planes(&self) -> impl Iterator<Item = &[Block]> {
        (0..self.width).map(|bit| self.plane(bit))
    }

    /// All labels, bit by bit, element by element.
    pub(super) fn blocks(&self) -> &[Block] {
        &self.labels
    }

    pub(super) fn duplicate(&self) -> Self {
        Self::new(self.width, self.length, self.labels.to_vec().into())
    }

    pub(super) fn pick(&self, pick: &Pick) -> Self {
        let length = picked_length(self.length, pick);
        let mut picked = Self::zeros(self.width, length);
        for bit in 0..self.width {
            let (to, from) = (picked.plane_mut(bit), self.plane(bit));
            match pick {
                Pick::Slice { from: first, .. } => to.copy_from_slice(&from[*first..][..length]),
                Pick::Repeat(_) => to.fill(from[0]),
                Pick::Gather(positions) => {
                    to.iter_mut().zip(positions.iter()).for_each(|(to, &position)| *to = from[position as usize]);
                }
            }
        }
        picked
    }

    /// # Panics
    /// If there is no vector, or the widths differ.
    pub(super) fn concatenate(shares: &[&Self]) -> Self {
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
pub(super) fn bits_of(words: &[Word], width: u32) -> impl Iterator<Item = bool> {
    assert!(width <= Word::BITS, "words have {} bits", Word::BITS);
    (0..width).flat_map(move |bit| words.iter().map(move |word| word >> bit & 1 == 1))
}

/// Elements that a pick leaves of a vector.
///
/// # Panics
/// If they are not there.
pub(super) fn picked_length(length: usize, pick: &Pick) -> usize {
    match pick {
        Pick::Slice { from, to } => {
            assert!(from <= to && *to <= length, "a slice of {length} elements");
            to - from
        }
        Pick::Repeat(times) => {
            assert_eq!(length, 1, "only a vector of one element is repeated");
            *times
        }
        Pick::Gather(positions) => {
            assert!(positions.iter().all(|&position| (position as usize) < length), "positions in {length} elements");
            positions.len()
        }
    }
}

/// The one width of vectors that are to be joined.
///
/// # Panics
/// If there is none, or they differ.
pub(super) fn common_width(mut widths: impl Iterator<Item = u32>) -> u32 {
    let width = widths.next().expect("at least one vector");
    assert!(widths.all(|other| other == width), "vectors of one domain");
    width
}
