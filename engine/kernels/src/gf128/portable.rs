//! Carry-less products with integer multiplication, in constant time.
//!
//! The trick of "holes" (Pornin, BearSSL, "Constant-time multiplications in GF(2)\[X\]"): of every operand only
//! each fourth bit is kept. A digit of the integer product is then a sum of at most 15 ones, which the three
//! bits of its hole hold, except for the topmost one of up to 16, whose carry leaves the word.

use super::{Unreduced, assemble};
use crate::Block;

pub(super) fn inner_product(a: &[Block], b: &[Block]) -> Unreduced {
    let (mut low, mut cross, mut high) = (0, 0, 0);
    for (a, b) in a.iter().zip(b) {
        let (a_low, a_high) = halves(*a);
        let (b_low, b_high) = halves(*b);
        let (l, h) = (multiply_words(a_low, b_low), multiply_words(a_high, b_high));
        low ^= l;
        high ^= h;
        // Karatsuba: the cross terms from one product.
        cross ^= multiply_words(a_low ^ a_high, b_low ^ b_high) ^ l ^ h;
    }
    assemble(low, cross, high)
}

fn halves(block: Block) -> (u64, u64) {
    (block.to_u128() as u64, (block.to_u128() >> 64) as u64)
}

/// The carry-less product of two words of 64 bits.
fn multiply_words(a: u64, b: u64) -> u128 {
    // The high half of a product is the low half of the product of the mirrored operands, mirrored.
    let low = multiply_low(a, b);
    let high = multiply_low(a.reverse_bits(), b.reverse_bits()).reverse_bits() >> 1;
    u128::from(low) | u128::from(high) << 64
}

/// The low 64 bits of a carry-less product.
fn multiply_low(a: u64, b: u64) -> u64 {
    const HOLES: u64 = 0x1111_1111_1111_1111;
    let part = |x: u64, i: usize| x & (HOLES << i);
    let mut product = 0;
    for i in 0..4 {
        let sum = (0..4).fold(0, |sum, j| sum ^ part(a, j).wrapping_mul(part(b, (4 + i - j) % 4)));
        product |= part(sum, i);
    }
    product
}
