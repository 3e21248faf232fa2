//! The 128-bit word that garbling and oblivious transfer are made of.

use std::ops::{BitAnd, BitAndAssign, BitXor, BitXorAssign, Not};

use bytemuck::{Pod, Zeroable};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::DefaultIsZeroes;

/// 128 bits: a wire label, a seed, an element of GF(2^128). Bit `i` is the bit of weight `2^i`; on the wire
/// the bytes are little-endian. A block may be secret, so its `Debug` form shows nothing.
#[derive(Clone, Copy, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Block(u128);

impl Block {
    /// All bits zero.
    pub const ZERO: Self = Self(0);
    /// All bits one.
    pub const ONES: Self = Self(u128::MAX);
    /// Bytes of a block.
    pub const BYTES: usize = 16;

    /// The block of an integer.
    pub const fn new(bits: u128) -> Self {
        Self(bits)
    }

    /// The block as an integer.
    pub const fn to_u128(self) -> u128 {
        self.0
    }

    /// The block of little-endian bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_le_bytes(bytes))
    }

    /// The little-endian bytes.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_le_bytes()
    }

    /// Bit 0: the colour bit of a wire label.
    pub const fn lsb(self) -> bool {
        self.0 & 1 == 1
    }

    /// Bit `index`, below 128.
    pub const fn bit(self, index: usize) -> bool {
        (self.0 >> index) & 1 == 1
    }

    /// All ones if `bit`, else zero: `Block::mask(b) & x` is `b * x` without a branch.
    pub const fn mask(bit: bool) -> Self {
        Self((bit as u128).wrapping_neg())
    }

    /// `one` if `bit`, else `zero`, without a branch.
    pub fn select(bit: bool, zero: Self, one: Self) -> Self {
        zero ^ (Self::mask(bit) & (zero ^ one))
    }

    /// Blocks seen as bytes: what a message is made of.
    pub fn as_bytes(blocks: &[Self]) -> &[u8] {
        bytemuck::cast_slice(blocks)
    }

    /// Blocks seen as bytes to be written.
    pub fn as_bytes_mut(blocks: &mut [Self]) -> &mut [u8] {
        bytemuck::cast_slice_mut(blocks)
    }

    /// The blocks of a message, which need not be aligned; bytes after the last whole block are left out.
    pub fn collect(bytes: &[u8]) -> Vec<Self> {
        let whole = bytes.len() - bytes.len() % Self::BYTES;
        let mut blocks = vec![Self::ZERO; whole / Self::BYTES];
        Self::as_bytes_mut(&mut blocks).copy_from_slice(&bytes[..whole]);
        blocks
    }

    /// `length` zero blocks, from memory that the allocator knows to be zero where it does: a vector of a type of our
    /// own would be written once more.
    pub fn zeros(length: usize) -> Vec<Self> {
        let mut zeros = std::mem::ManuallyDrop::new(vec![0_u128; length]);
        // SAFETY: the parts are those of a vector that is not used again, and a block has the size, the alignment and
        // the bit patterns of the integer that it is made of (`repr(transparent)`).
        unsafe { Vec::from_raw_parts(zeros.as_mut_ptr().cast::<Self>(), zeros.len(), zeros.capacity()) }
    }

    /// Overwrites secret blocks with zeros at the speed of memory; the barrier keeps the compiler from
    /// leaving the writes out. (`Zeroize` writes element by element, and a vector's spare bytes one by one.)
    pub fn wipe(blocks: &mut [Self]) {
        blocks.fill(Self::ZERO);
        zeroize::optimization_barrier(blocks);
    }
}

impl From<u128> for Block {
    fn from(bits: u128) -> Self {
        Self(bits)
    }
}

impl BitXor for Block {
    type Output = Self;
    fn bitxor(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }
}

impl BitXorAssign for Block {
    fn bitxor_assign(&mut self, other: Self) {
        self.0 ^= other.0;
    }
}

impl BitAnd for Block {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitAndAssign for Block {
    fn bitand_assign(&mut self, other: Self) {
        self.0 &= other.0;
    }
}

impl Not for Block {
    type Output = Self;
    fn not(self) -> Self {
        Self(!self.0)
    }
}

impl ConstantTimeEq for Block {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl ConditionallySelectable for Block {
    fn conditional_select(zero: &Self, one: &Self, choice: Choice) -> Self {
        Self(u128::conditional_select(&zero.0, &one.0, choice))
    }
}

impl DefaultIsZeroes for Block {}

impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Block(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn select_is_a_choice(a: u128, b: u128) {
            let (a, b) = (Block::new(a), Block::new(b));
            prop_assert_eq!(Block::select(false, a, b), a);
            prop_assert_eq!(Block::select(true, a, b), b);
        }

        #[test]
        fn bytes_are_little_endian_and_need_no_alignment(words: Vec<u128>) {
            let blocks: Vec<Block> = words.iter().copied().map(Block::new).collect();
            let mut bytes = vec![7];
            bytes.extend(words.iter().flat_map(|w| w.to_le_bytes()));
            prop_assert_eq!(Block::as_bytes(&blocks), &bytes[1..]);
            prop_assert_eq!(Block::collect(&bytes[1..]), blocks);
        }
    }

    #[test]
    fn zeros_are_a_vector_like_any_other() {
        for length in [0, 1, 1000] {
            let mut zeros = Block::zeros(length);
            assert_eq!(zeros, vec![Block::ZERO; length]);
            zeros.push(Block::ONES);
            assert_eq!(zeros.pop(), Some(Block::ONES));
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Block::new(0x1234)), "Block(..)");
    }
}
