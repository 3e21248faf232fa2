//! What is moved in secret: elements of a group, and how they stand in a message.

use std::marker::PhantomData;
use std::num::Wrapping;
use std::ops::{Add, BitXor, Sub};

use bytemuck::Pod;

use crate::correlation::SecretVec;
use crate::protocol::replicated::{PARTIES, low_bytes};

/// An abelian group, in which shares of what is moved are added up.
pub(super) trait Group {
    type Element: Pod + Default;
    fn plus(a: Self::Element, b: Self::Element) -> Self::Element;
    fn minus(a: Self::Element, b: Self::Element) -> Self::Element;
}

/// Numbers modulo a power of two.
pub(super) struct Sums<T>(PhantomData<T>);

/// Strings of bits.
pub(super) struct Bits<T>(PhantomData<T>);

/// A place in a row, modulo 2^32; of messages the low bytes alone matter.
pub(super) type Place = Wrapping<u32>;

impl<T: Pod + Default + Add<Output = T> + Sub<Output = T>> Group for Sums<T> {
    type Element = T;

    fn plus(a: T, b: T) -> T {
        a + b
    }

    fn minus(a: T, b: T) -> T {
        a - b
    }
}

impl<T: Pod + Default + BitXor<Output = T>> Group for Bits<T> {
    type Element = T;

    fn plus(a: T, b: T) -> T {
        a ^ b
    }

    fn minus(a: T, b: T) -> T {
        a ^ b
    }
}

/// Adds, element by element.
pub(super) fn add<G: Group>(to: &mut [G::Element], terms: &[G::Element]) {
    to.iter_mut().zip(terms).for_each(|(to, term)| *to = G::plus(*to, *term));
}

/// Subtracts, element by element.
pub(super) fn subtract<G: Group>(from: &mut [G::Element], terms: &[G::Element]) {
    from.iter_mut().zip(terms).for_each(|(from, term)| *from = G::minus(*from, *term));
}

/// Bytes of elements of which so many bits are sent.
pub(super) fn message_bytes(elements: usize, bits: usize) -> usize {
    (elements * bits).div_ceil(8)
}

/// Writes the low bits of elements: whole bytes, or less than one.
pub(super) fn write<T: Pod>(message: &mut Vec<u8>, elements: &[T], bits: usize) {
    if bits.is_multiple_of(8) {
        low_bytes::write(message, elements, bits / 8);
    } else {
        let (mut waiting, mut count) = (0_u16, 0);
        for element in elements {
            waiting |= (u16::from(bytemuck::bytes_of(element)[0]) & ((1 << bits) - 1)) << count;
            count += bits;
            if count >= 8 {
                message.push(waiting as u8);
                (waiting, count) = (waiting >> 8, count - 8);
            }
        }
        if count > 0 {
            message.push(waiting as u8);
        }
    }
}

/// The elements of a message; bits that were not sent are zero.
fn read<T: Pod>(message: &[u8], elements: usize, bits: usize) -> SecretVec<T> {
    if bits.is_multiple_of(8) {
        return low_bytes::read(message, bits / 8);
    }
    let mut read = SecretVec::<T>::zeros(elements);
    for (i, element) in read.iter_mut().enumerate() {
        let (byte, shift) = (i * bits / 8, i * bits % 8);
        let both = u16::from(message[byte]) | u16::from(message.get(byte + 1).copied().unwrap_or(0)) << 8;
        bytemuck::bytes_of_mut(element)[0] = (both >> shift) as u8 & ((1 << bits) - 1);
    }
    read
}

/// What came from either peer, not yet read.
pub(super) struct Incoming<'a>([&'a [u8]; PARTIES]);

impl<'a> Incoming<'a> {
    /// The messages of a round, by sender.
    pub(super) fn new(messages: &'a [Vec<u8>]) -> Self {
        Self(std::array::from_fn(|party| messages.get(party).map_or(&[][..], Vec::as_slice)))
    }

    /// The next elements from a party.
    ///
    /// # Panics
    /// If it sent fewer: the channel checked the length.
    pub(super) fn take<T: Pod>(&mut self, from: crate::net::PartyIndex, elements: usize, bits: usize) -> SecretVec<T> {
        let (mine, rest) = self.0[from.0].split_at(message_bytes(elements, bits));
        self.0[from.0] = rest;
        read(mine, elements, bits)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(words in vec(any::<u64>(), 0..50), bytes in 1_usize..=8, bits in 1_usize..8) {
            let mut message = Vec::new();
            write(&mut message, &words, 8 * bytes);
            let low: Vec<u64> = words.iter().map(|word| word << (64 - 8 * bytes) >> (64 - 8 * bytes)).collect();
            prop_assert_eq!(message.len(), message_bytes(words.len(), 8 * bytes));
            prop_assert_eq!(&read::<u64>(&message, words.len(), 8 * bytes)[..], &low[..]);
            let small: Vec<u8> = words.iter().map(|word| *word as u8).collect();
            let mut message = Vec::new();
            write(&mut message, &small, bits);
            let low: Vec<u8> = small.iter().map(|word| word & ((1 << bits) - 1)).collect();
            prop_assert_eq!(message.len(), message_bytes(words.len(), bits));
            prop_assert_eq!(&read::<u8>(&message, words.len(), bits)[..], &low[..]);
        }
    }
}
