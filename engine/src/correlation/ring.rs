//! The rings of arithmetic shares: integers modulo 2^64 and 2^128.

use std::num::Wrapping;
use std::ops::{Add, AddAssign, BitAnd, BitOr, Mul, Shl, Shr, Sub, SubAssign};

use bytemuck::Pod;
use quorate_circuits::number::Word;
use quorate_kernels::matrix;

/// An element of Z_2^k. `Wrapping<u64>` and `Wrapping<u128>` are the two, so that share arithmetic is written
/// with the usual operators and wraps by its type. Elements are little-endian on the wire.
pub trait RingElement:
    Pod
    + Default
    + PartialEq
    + Send
    + Sync
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + AddAssign
    + SubAssign
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + Shl<usize, Output = Self>
    + Shr<usize, Output = Self>
{
    /// k.
    const BITS: usize;
    /// Bytes on the wire.
    const BYTES: usize = Self::BITS / 8;
    /// Zero.
    const ZERO: Self;
    /// One.
    const ONE: Self;

    /// A mantissa modulo 2^k.
    fn from_word(word: Word) -> Self;

    /// The least natural number of its residue class.
    fn to_word(self) -> Word;

    /// Adds a table, row by row, times columns to `results`, which stand column after column.
    ///
    /// # Panics
    /// If lengths do not fit.
    fn add_products(results: &mut [Self], table: &[Self], columns: &[&[Self]]);

    /// All ones if bit `index` is set, else zero: a choice without a branch.
    fn spread(self, index: usize) -> Self {
        Self::ZERO - ((self >> index) & Self::ONE)
    }
}

impl RingElement for Wrapping<u64> {
    const BITS: usize = 64;
    const ZERO: Self = Self(0);
    const ONE: Self = Self(1);

    fn from_word(word: Word) -> Self {
        Self(word as u64)
    }

    fn to_word(self) -> Word {
        Word::from(self.0)
    }

    fn add_products(results: &mut [Self], table: &[Self], columns: &[&[Self]]) {
        matrix::add_products_64(results, table, columns);
    }
}

impl RingElement for Wrapping<u128> {
    const BITS: usize = 128;
    const ZERO: Self = Self(0);
    const ONE: Self = Self(1);

    fn from_word(word: Word) -> Self {
        Self(word)
    }

    fn to_word(self) -> Word {
        self.0
    }

    fn add_products(results: &mut [Self], table: &[Self], columns: &[&[Self]]) {
        matrix::add_products_128(results, table, columns);
    }
}

/// The elements of a message, which need not be aligned.
///
/// # Panics
/// If the message is no whole number of elements: its length is to be checked by the channel.
pub fn elements_of<T: Pod>(message: &[u8]) -> Vec<T> {
    let mut elements = vec![T::zeroed(); message.len() / size_of::<T>()];
    bytemuck::cast_slice_mut(&mut elements).copy_from_slice(message);
    elements
}
