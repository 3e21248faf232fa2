//! Arithmetic in GF(2^128) = GF(2)\[x\] / (x^128 + x^7 + x^2 + x + 1): bit `i` of a block is the coefficient
//! of `x^i`. (GCM uses the same field with the bits reversed.)

#[cfg(target_arch = "x86_64")]
mod clmul;
mod portable;
#[cfg(target_arch = "x86_64")]
mod vclmul256;
#[cfg(target_arch = "x86_64")]
mod vclmul512;

use std::ops::BitXorAssign;

use crate::Block;
use crate::cpu::Level;

/// A product before reduction: a polynomial of degree below 256. Sums of products are reduced once.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Unreduced {
    low: u128,
    high: u128,
}

impl Unreduced {
    /// The element of the field that this polynomial is congruent to.
    pub fn reduce(self) -> Block {
        // x^128 = x^7 + x^2 + x + 1, twice: the first fold leaves at most seven bits above.
        let fold = |h: u128| h ^ (h << 1) ^ (h << 2) ^ (h << 7);
        let above = (self.high >> 127) ^ (self.high >> 126) ^ (self.high >> 121);
        Block::new(self.low ^ fold(self.high) ^ fold(above))
    }
}

impl BitXorAssign for Unreduced {
    fn bitxor_assign(&mut self, other: Self) {
        self.low ^= other.low;
        self.high ^= other.high;
    }
}

impl From<Block> for Unreduced {
    fn from(element: Block) -> Self {
        Self { low: element.to_u128(), high: 0 }
    }
}

impl std::fmt::Debug for Unreduced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unreduced(..)")
    }
}

/// The product of two elements.
pub fn multiply(a: Block, b: Block) -> Block {
    inner_product(&[a], &[b])
}

/// The sum of `a[i] * b[i]`, reduced once.
///
/// # Panics
/// If the lengths differ.
pub fn inner_product(a: &[Block], b: &[Block]) -> Block {
    inner_product_unreduced(a, b).reduce()
}

/// The sum of `a[i] * b[i]`, not reduced, so that sums over tiles can go on.
///
/// # Panics
/// If the lengths differ.
pub fn inner_product_unreduced(a: &[Block], b: &[Block]) -> Unreduced {
    inner_product_at_level(Level::of_this_machine(), a, b)
}

/// Multiplies every element of `elements` by the one of `factors` at its place.
///
/// # Panics
/// If the lengths differ.
pub fn multiply_each(elements: &mut [Block], factors: &[Block]) {
    multiply_each_at_level(Level::of_this_machine(), elements, factors);
}

/// Adds `factor * terms[i]` to `sums[i]`.
///
/// # Panics
/// If the lengths differ.
pub fn add_scaled(sums: &mut [Block], factor: Block, terms: &[Block]) {
    add_scaled_at_level(Level::of_this_machine(), sums, factor, terms);
}

fn multiply_each_at_level(level: Level, elements: &mut [Block], factors: &[Block]) {
    assert_eq!(elements.len(), factors.len(), "vectors of one length");
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only ever one that the processor was found to have: both include avx2, pclmulqdq and
        // vpclmulqdq.
        Level::Avx512 | Level::Vaes256 => unsafe { vclmul256::multiply_each(elements, factors) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: likewise; it includes pclmulqdq.
        Level::Avx2 => unsafe { clmul::multiply_each(elements, factors) },
        _ => {
            for (element, factor) in elements.iter_mut().zip(factors) {
                *element = portable::inner_product(&[*element], &[*factor]).reduce();
            }
        }
    }
}

fn add_scaled_at_level(level: Level, sums: &mut [Block], factor: Block, terms: &[Block]) {
    assert_eq!(sums.len(), terms.len(), "vectors of one length");
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: likewise.
        Level::Avx512 | Level::Vaes256 => unsafe { vclmul256::add_scaled(sums, factor, terms) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: likewise.
        Level::Avx2 => unsafe { clmul::add_scaled(sums, factor, terms) },
        _ => {
            for (sum, term) in sums.iter_mut().zip(terms) {
                *sum ^= portable::inner_product(&[factor], &[*term]).reduce();
            }
        }
    }
}

fn inner_product_at_level(level: Level, a: &[Block], b: &[Block]) -> Unreduced {
    assert_eq!(a.len(), b.len(), "vectors of one length");
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only ever one that the processor was found to have: it includes avx512f and vpclmulqdq.
        Level::Avx512 => unsafe { vclmul512::inner_product(a, b) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: likewise; it includes avx2 and vpclmulqdq.
        Level::Vaes256 => unsafe { vclmul256::inner_product(a, b) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: likewise; it includes pclmulqdq.
        Level::Avx2 => unsafe { clmul::inner_product(a, b) },
        _ => portable::inner_product(a, b),
    }
}

/// From the sums of the low, cross and high partial products to the polynomial.
fn assemble(low: u128, cross: u128, high: u128) -> Unreduced {
    Unreduced { low: low ^ (cross << 64), high: high ^ (cross >> 64) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Multiplication by the definition: shift, add, reduce bit by bit.
    fn by_definition(a: u128, b: u128) -> u128 {
        let (mut sum, mut shifted) = (0, a);
        for i in 0..128 {
            if b >> i & 1 == 1 {
                sum ^= shifted;
            }
            shifted = (shifted << 1) ^ if shifted >> 127 == 1 { 0x87 } else { 0 };
        }
        sum
    }

    proptest! {
        #[test]
        fn every_version_is_the_inner_product(a in vec(any::<u128>(), 0..20), seed in vec(any::<u128>(), 20)) {
            let blocks = |words: &[u128]| words.iter().copied().map(Block::new).collect::<Vec<_>>();
            let b = &seed[..a.len()];
            let expected = a.iter().zip(b).fold(0, |sum, (a, b)| sum ^ by_definition(*a, *b));
            for level in Level::all_of_this_machine() {
                let product = inner_product_at_level(level, &blocks(&a), &blocks(b)).reduce();
                prop_assert_eq!(product, Block::new(expected), "{:?}", level);
            }
        }

        #[test]
        fn every_version_multiplies_element_by_element(words in vec(any::<(u128, u128)>(), 0..9), factor: u128) {
            let (a, b): (Vec<Block>, Vec<Block>) = words.iter().map(|(a, b)| (Block::new(*a), Block::new(*b))).unzip();
            let product = |a: u128, b: u128| Block::new(by_definition(a, b));
            let each: Vec<Block> = words.iter().map(|(a, b)| product(*a, *b)).collect();
            let added: Vec<Block> = words.iter().map(|(a, b)| Block::new(*a) ^ product(factor, *b)).collect();
            for level in Level::all_of_this_machine() {
                let (mut elements, mut sums) = (a.clone(), a.clone());
                multiply_each_at_level(level, &mut elements, &b);
                prop_assert_eq!(&elements, &each, "{:?}", level);
                add_scaled_at_level(level, &mut sums, Block::new(factor), &b);
                prop_assert_eq!(&sums, &added, "{:?}", level);
            }
        }

        #[test]
        fn it_is_a_field(a: u128, b: u128, c: u128) {
            let (a, b, c) = (Block::new(a), Block::new(b), Block::new(c));
            prop_assert_eq!(multiply(a, b), multiply(b, a));
            prop_assert_eq!(multiply(multiply(a, b), c), multiply(a, multiply(b, c)));
            prop_assert_eq!(multiply(a, b ^ c), multiply(a, b) ^ multiply(a, c));
            prop_assert_eq!(multiply(a, Block::new(1)), a);
            // Frobenius 128 times is the identity: the polynomial is irreducible only if this holds.
            prop_assert_eq!((0..128).fold(a, |x, _| multiply(x, x)), a);
        }
    }
}
