//! Boolean vectors in bit slices: a plane for each bit of the elements, an element's bit at its own position.

use quorate_circuits::number::Word;
use quorate_kernels::Block;
use quorate_kernels::transpose::{ROWS, transpose};

use super::bit_string::{BitString, read};
use crate::correlation::SecretVec;
use crate::crypto::SecretBlocks;
use crate::protocol::Pick;

/// One party's share of a boolean vector. Bit `i % 64` of word `i / 64` of plane `b` is bit `b` of element `i`; bits
/// beyond the last element mean nothing.
pub(super) struct Planes {
    width: usize,
    length: usize,
    words: SecretVec<u64>,
}

impl Planes {
    /// All bits zero.
    pub(super) fn zeros(width: usize, length: usize) -> Self {
        Self { width, length, words: SecretVec::zeros(width * length.div_ceil(64)) }
    }

    /// These words, plane after plane.
    pub(super) fn from_words(width: usize, length: usize, words: SecretVec<u64>) -> Self {
        assert_eq!(words.len(), width * length.div_ceil(64), "whole planes");
        Self { width, length, words }
    }

    /// The low bits of elements.
    ///
    /// # Panics
    /// If the width is above 128: no word is wider.
    pub(super) fn of_elements(width: usize, elements: &[Word]) -> Self {
        assert!(width <= ROWS, "elements of at most 128 bits");
        let mut planes = Self::zeros(width, elements.len());
        let (mut square, mut turned) = (SecretBlocks::zeros(ROWS), SecretBlocks::zeros(ROWS));
        let step = planes.words_per_plane();
        for (index, elements) in elements.chunks(ROWS).enumerate() {
            square.fill(Block::ZERO);
            for (row, element) in square.iter_mut().zip(elements) {
                *row = Block::new(*element);
            }
            transpose(&square, &mut turned);
            let first = 2 * index;
            let count = (step - first).min(2);
            for (plane, bits) in planes.words.chunks_exact_mut(step).zip(turned.iter()) {
                let halves = [bits.to_u128() as u64, (bits.to_u128() >> 64) as u64];
                plane[first..first + count].copy_from_slice(&halves[..count]);
            }
        }
        planes
    }

    /// The elements.
    ///
    /// # Panics
    /// If the width is above 128.
    pub(super) fn to_elements(&self) -> Vec<Word> {
        assert!(self.width <= ROWS, "elements of at most 128 bits");
        let mut elements = Vec::with_capacity(self.length);
        let (mut square, mut turned) = (SecretBlocks::zeros(ROWS), SecretBlocks::zeros(ROWS));
        for first in (0..self.words_per_plane()).step_by(2) {
            for (bit, row) in square.iter_mut().enumerate().take(self.width) {
                let plane = &self.plane(bit)[first..];
                *row = Block::new(u128::from(plane[0]) | u128::from(plane.get(1).copied().unwrap_or(0)) << 64);
            }
            transpose(&square, &mut turned);
            let count = (self.length - 64 * first).min(ROWS);
            elements.extend(turned[..count].iter().map(|element| element.to_u128()));
        }
        elements
    }

    /// Bits of each element.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// All words, plane after plane.
    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    /// One bit of all elements.
    pub(super) fn plane(&self, bit: usize) -> &[u64] {
        let step = self.words_per_plane();
        &self.words[bit * step..][..step]
    }

    /// A second copy, for a second use.
    pub(super) fn duplicate(&self) -> Self {
        Self { words: self.words.duplicate(), ..*self }
    }

    /// The `width` low planes without the bits beyond the last element, end to end.
    pub(super) fn pack(&self, width: usize) -> BitString {
        let mut packed = BitString::with_room(width * self.length);
        (0..width).for_each(|bit| packed.push(self.plane(bit), 0, self.length));
        packed
    }

    /// The inverse of [`Self::pack`] of all planes.
    pub(super) fn unpack(width: usize, length: usize, packed: &BitString) -> Self {
        Self::from_planes(width, length, |bit, plane| plane.push(packed.words(), bit * length, length))
    }

    /// The elements picked.
    pub(super) fn pick(&self, pick: &Pick) -> Self {
        match pick {
            Pick::Slice { from, to } => {
                let length = to - from;
                Self::from_planes(self.width, length, |bit, plane| plane.push(self.plane(bit), *from, length))
            }
            Pick::Repeat(times) => Self::from_planes(self.width, *times, |bit, plane| {
                let all = vec![(self.plane(bit)[0] & 1).wrapping_neg(); times.div_ceil(64)];
                plane.push(&all, 0, *times);
            }),
            Pick::Gather(positions) => Self::from_planes(self.width, positions.len(), |bit, plane| {
                let source = self.plane(bit);
                positions.iter().for_each(|position| plane.push(&[read(source, *position as usize, 1)], 0, 1));
            }),
        }
    }

    /// Vectors of one width, end to end.
    pub(super) fn concatenate(parts: &[&Self]) -> Self {
        let (width, length) = (parts[0].width, parts.iter().map(|part| part.length).sum());
        Self::from_planes(width, length, |bit, plane| {
            parts.iter().for_each(|part| plane.push(part.plane(bit), 0, part.length));
        })
    }

    fn from_planes(width: usize, length: usize, fill: impl Fn(usize, &mut BitString)) -> Self {
        let mut planes = Self::zeros(width, length);
        let step = planes.words_per_plane();
        for bit in 0..width {
            let mut plane = BitString::with_room(length);
            fill(bit, &mut plane);
            planes.words[bit * step..][..step].copy_from_slice(plane.words());
        }
        planes
    }

    fn words_per_plane(&self) -> usize {
        self.length.div_ceil(64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn slicing_and_back(width in 1_usize..=128, elements in vec(any::<u128>(), 0..300)) {
            let expected: Vec<u128> = elements.iter().map(|e| e & (u128::MAX >> (128 - width))).collect();
            let planes = Planes::of_elements(width, &elements);
            prop_assert_eq!(planes.to_elements(), &expected[..]);
            let again = Planes::unpack(width, elements.len(), &planes.pack(width));
            prop_assert_eq!(again.to_elements(), expected);
        }

        #[test]
        fn picking_is_by_element(elements in vec(any::<u128>(), 1..200), positions in vec(any::<u32>(), 0..150)) {
            let planes = Planes::of_elements(70, &elements);
            let expected = planes.to_elements();
            let positions: Vec<u32> = positions.iter().map(|p| p % elements.len() as u32).collect();
            let gathered: Vec<u128> = positions.iter().map(|p| expected[*p as usize]).collect();
            prop_assert_eq!(planes.pick(&Pick::Gather(positions.into())).to_elements(), gathered);
            let (from, to) = (elements.len() / 3, elements.len() - elements.len() / 4);
            let slice = planes.pick(&Pick::Slice { from, to });
            prop_assert_eq!(slice.to_elements(), &expected[from..to]);
            let both = Planes::concatenate(&[&slice, &planes]).to_elements();
            prop_assert_eq!(both, [&expected[from..to], &expected].concat());
            let first = planes.pick(&Pick::Slice { from: 0, to: 1 }).pick(&Pick::Repeat(131));
            prop_assert_eq!(first.to_elements(), vec![expected[0]; 131]);
        }
    }
}
