//! Boolean vectors in bit slices: a plane for each bit of the elements, an element's bit at its own position.

use quorate_circuits::number::Word;
use quorate_kernels::Block;
use quorate_kernels::transpose::{ROWS, transpose};

use super::bit_string::{BitString, read};
use crate::correlation::SecretVec;
use crate::crypto::SecretBlocks;
use crate::protocol::{Pick, regrouped_length, runs};

/// One party's share of a boolean vector. Bit `i % 64` of word `i / 64` of plane `b` is bit `b` of element `i`; bits
/// beyond the last element mean nothing.
pub(crate) struct Planes {
    width: usize,
    length: usize,
    words: SecretVec<u64>,
}

impl Planes {
    /// All bits zero.
    pub(crate) fn zeros(width: usize, length: usize) -> Self {
        Self { width, length, words: SecretVec::zeros(width * length.div_ceil(64)) }
    }

    /// These words, plane after plane.
    pub(crate) fn from_words(width: usize, length: usize, words: SecretVec<u64>) -> Self {
        assert_eq!(words.len(), width * length.div_ceil(64), "whole planes");
        Self { width, length, words }
    }

    /// The low bits of elements.
    ///
    /// # Panics
    /// If the width is above 128: no word is wider.
    pub(crate) fn of_elements(width: usize, elements: &[Word]) -> Self {
        assert!(width <= ROWS, "elements of at most 128 bits");
        Self::of_rows(width, elements.len(), |element, _| elements[element])
    }

    /// The elements.
    ///
    /// # Panics
    /// If the width is above 128.
    pub(crate) fn to_elements(&self) -> Vec<Word> {
        assert!(self.width <= ROWS, "elements of at most 128 bits");
        let mut elements = Vec::with_capacity(self.length);
        self.rows(|bits, _| elements.push(bits));
        elements
    }

    /// The same bits, element by element, in elements of `width` bits.
    ///
    /// # Panics
    /// If they are not those of whole elements.
    pub(crate) fn regroup(&self, width: usize) -> Self {
        let bits = self.width * self.length;
        let length = regrouped_length(self.width, self.length, width);
        let single = Self::from_planes(1, bits, |_, plane| {
            self.rows(|bits, count| plane.push(&[bits as u64, (bits >> 64) as u64], 0, count));
        });
        if width == 1 {
            return single;
        }
        Self::of_rows(width, length, |element, first| {
            let (from, count) = (element * width + first, (width - first).min(ROWS));
            let low = read(single.plane(0), from, count.min(64));
            let high = if count > 64 { read(single.plane(0), from + 64, count - 64) } else { 0 };
            Word::from(low) | Word::from(high) << 64
        })
    }

    /// The planes of elements of which `row` gives the bits from a position on, 128 at most.
    fn of_rows(width: usize, length: usize, row: impl Fn(usize, usize) -> Word) -> Self {
        let mut planes = Self::zeros(width, length);
        let (mut square, mut turned) = (SecretBlocks::zeros(ROWS), SecretBlocks::zeros(ROWS));
        let step = planes.words_per_plane();
        for (from, first) in (0..length).step_by(ROWS).flat_map(|e| (0..width).step_by(ROWS).map(move |b| (e, b))) {
            square.fill(Block::ZERO);
            for (to, element) in square.iter_mut().zip(from..length) {
                *to = Block::new(row(element, first));
            }
            transpose(&square, &mut turned);
            let word = from / 64;
            let count = (step - word).min(2);
            for (plane, bits) in planes.words.chunks_exact_mut(step).skip(first).zip(turned.iter()) {
                let halves = [bits.to_u128() as u64, (bits.to_u128() >> 64) as u64];
                plane[word..word + count].copy_from_slice(&halves[..count]);
            }
        }
        planes
    }

    /// Gives `visit` the bits of each element, 128 at a time, and how many they are.
    fn rows(&self, mut visit: impl FnMut(Word, usize)) {
        let firsts = || (0..self.width.max(1)).step_by(ROWS);
        let mut square = SecretBlocks::zeros(ROWS);
        let mut turned = SecretBlocks::zeros(ROWS * firsts().count());
        for from in (0..self.length).step_by(ROWS) {
            let word = from / 64;
            for (first, turned) in firsts().zip(turned.chunks_exact_mut(ROWS)) {
                square.fill(Block::ZERO);
                for (row, bit) in square.iter_mut().zip(first..self.width) {
                    let plane = &self.plane(bit)[word..];
                    *row = Block::new(u128::from(plane[0]) | u128::from(plane.get(1).copied().unwrap_or(0)) << 64);
                }
                transpose(&square, turned);
            }
            for element in 0..(self.length - from).min(ROWS) {
                for (first, turned) in firsts().zip(turned.chunks_exact(ROWS)) {
                    visit(turned[element].to_u128(), self.width.saturating_sub(first).min(ROWS));
                }
            }
        }
    }

    /// Number of elements.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// Bits of each element.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// All words, plane after plane.
    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    /// One bit of all elements.
    pub(crate) fn plane(&self, bit: usize) -> &[u64] {
        let step = self.words_per_plane();
        &self.words[bit * step..][..step]
    }

    /// A second copy, for a second use.
    pub(crate) fn duplicate(&self) -> Self {
        Self { words: self.words.duplicate(), ..*self }
    }

    /// The `width` low planes without the bits beyond the last element, end to end.
    pub(crate) fn pack(&self, width: usize) -> BitString {
        let mut packed = BitString::with_room(width * self.length);
        (0..width).for_each(|bit| packed.push(self.plane(bit), 0, self.length));
        packed
    }

    /// The inverse of [`Self::pack`] of all planes.
    pub(crate) fn unpack(width: usize, length: usize, packed: &BitString) -> Self {
        Self::from_planes(width, length, |bit, plane| plane.push(packed.words(), bit * length, length))
    }

    /// The elements picked.
    pub(crate) fn pick(&self, pick: &Pick) -> Self {
        match pick {
            Pick::Repeat(times) => Self::from_planes(self.width, *times, |bit, plane| {
                let all = vec![(self.plane(bit)[0] & 1).wrapping_neg(); times.div_ceil(64)];
                plane.push(&all, 0, *times);
            }),
            Pick::View(view) => {
                let (starts, run) = runs(view);
                Self::from_planes(self.width, view.length(), |bit, plane| {
                    starts.positions().for_each(|start| plane.push(self.plane(bit), start, run));
                })
            }
        }
    }

    /// Vectors of one width, end to end.
    pub(crate) fn concatenate(parts: &[&Self]) -> Self {
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
    use crate::crypto::Random;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use quorate_circuits::bind::View;

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
        fn picking_is_by_element(
            elements in vec(any::<u128>(), 1..200),
            offset in 0..300_usize,
            axes in vec((0..7_usize, 0..40_usize), 0..4),
        ) {
            let planes = Planes::of_elements(70, &elements);
            let expected = planes.to_elements();
            let view = View { offset, axes };
            if view.end() <= elements.len() {
                let viewed: Vec<u128> = view.positions().map(|position| expected[position]).collect();
                prop_assert_eq!(planes.pick(&Pick::View(view)).to_elements(), viewed);
            }
            let (from, to) = (elements.len() / 3, elements.len() - elements.len() / 4);
            let slice = planes.pick(&Pick::slice(from, to));
            prop_assert_eq!(slice.to_elements(), &expected[from..to]);
            let both = Planes::concatenate(&[&slice, &planes]).to_elements();
            prop_assert_eq!(both, [&expected[from..to], &expected].concat());
            let first = planes.pick(&Pick::slice(0, 1)).pick(&Pick::Repeat(131));
            prop_assert_eq!(first.to_elements(), vec![expected[0]; 131]);
        }

        #[test]
        fn regrouping_keeps_the_order_of_bits(width in 1..400_usize, elements in 0..300_usize, seed: u64) {
            let mut random = Random::dangerous_from_seed([seed as u8; 32]);
            let words = SecretVec::random(width * elements.div_ceil(64), &mut random);
            let planes = Planes::from_words(width, elements, words);
            let bit = |planes: &Planes, element: usize, bit: usize| read(planes.plane(bit), element, 1);
            let single = planes.regroup(1);
            for place in 0..width * elements {
                prop_assert_eq!(bit(&single, place, 0), bit(&planes, place / width, place % width));
            }
            let again = single.regroup(width);
            for place in 0..width * elements {
                prop_assert_eq!(bit(&again, place / width, place % width), bit(&single, place, 0));
            }
        }
    }

    #[test]
    fn regrouping_sixteen_hundred_bits() {
        let bits: Vec<Word> = (0..3 * 1600).map(|place| place * place / 7 % 2).collect();
        let wide = Planes::of_elements(1, &bits).regroup(1600);
        assert_eq!((wide.width(), wide.length), (1600, 3));
        let halves = wide.regroup(100).to_elements();
        let number = |bits: &[Word]| bits.iter().rev().fold(0, |number, bit| number << 1 | bit);
        assert_eq!(halves, bits.chunks(100).map(number).collect::<Vec<_>>());
        assert_eq!(wide.regroup(1).to_elements(), bits);
    }
}
