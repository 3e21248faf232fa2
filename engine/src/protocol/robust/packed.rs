//! Shares of bits end to end, 64 to an element of lanes.

use crate::correlation::SecretVec;
use crate::galois::{Elements, GaloisRing, Lanes};
use crate::protocol::vector::{BitString, Planes};

/// Elements that so many bits take.
pub(super) const fn lanes(bits: usize) -> usize {
    bits.div_ceil(64)
}

/// A string for each power of `X`, as elements.
pub(super) fn of_strings(ring: GaloisRing, strings: &[BitString], bits: usize) -> Elements<Lanes> {
    let mut words = SecretVec::with_capacity(ring.degree() * lanes(bits));
    strings.iter().for_each(|string| words.append_words(bytemuck::cast_slice(&string.words()[..lanes(bits)])));
    Elements::from_words(ring, lanes(bits), words)
}

/// The strings of so many bits.
pub(super) fn to_strings(ring: GaloisRing, elements: &Elements<Lanes>, bits: usize) -> Vec<BitString> {
    let string = |power| {
        let mut string = BitString::with_length(bits);
        string.words_mut()[..lanes(bits)].copy_from_slice(bytemuck::cast_slice(elements.plane(power)));
        string.clear_spare_bits();
        string
    };
    (0..ring.degree()).map(string).collect()
}

/// Planes for each power, plane after plane.
pub(super) fn of_planes(ring: GaloisRing, planes: &[Planes]) -> Elements<Lanes> {
    let bits = planes[0].width() * planes[0].length();
    let strings: Vec<BitString> = planes.iter().map(|planes| planes.pack(planes.width())).collect();
    of_strings(ring, &strings, bits)
}

/// The planes of so many elements of so many bits.
pub(super) fn to_planes(ring: GaloisRing, width: usize, length: usize, elements: &Elements<Lanes>) -> Vec<Planes> {
    let strings = to_strings(ring, elements, width * length);
    strings.iter().map(|string| Planes::unpack(width, length, string)).collect()
}

/// Integers modulo 2.
pub(super) fn lowest_bits<R: super::Number>(ring: GaloisRing, elements: &Elements<R>) -> Vec<BitString> {
    let string = |power| {
        let mut string = BitString::with_length(elements.len());
        for (word, numbers) in string.words_mut().iter_mut().zip(elements.plane(power).chunks(64)) {
            *word = numbers.iter().enumerate().fold(0, |word, (place, number)| word | number.lowest_bit() << place);
        }
        string
    };
    (0..ring.degree()).map(string).collect()
}
