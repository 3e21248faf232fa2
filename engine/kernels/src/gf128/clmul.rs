//! Products and inner products on PCLMULQDQ.

use std::arch::x86_64::{
    __m128i, _mm_clmulepi64_si128, _mm_loadu_si128, _mm_set1_epi64x, _mm_setzero_si128, _mm_slli_si128, _mm_srli_si128,
    _mm_storeu_si128, _mm_xor_si128,
};

use super::{Unreduced, assemble};
use crate::Block;

#[target_feature(enable = "pclmulqdq,sse2")]
pub(super) fn inner_product(a: &[Block], b: &[Block]) -> Unreduced {
    let (mut low, mut cross, mut high) = (_mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128());
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (load(a), load(b));
        low = _mm_xor_si128(low, _mm_clmulepi64_si128::<0x00>(a, b));
        cross = _mm_xor_si128(cross, _mm_clmulepi64_si128::<0x01>(a, b));
        cross = _mm_xor_si128(cross, _mm_clmulepi64_si128::<0x10>(a, b));
        high = _mm_xor_si128(high, _mm_clmulepi64_si128::<0x11>(a, b));
    }
    assemble(word(low), word(cross), word(high))
}

#[target_feature(enable = "pclmulqdq,sse2")]
pub(super) fn multiply_each(elements: &mut [Block], factors: &[Block]) {
    for (element, factor) in elements.iter_mut().zip(factors) {
        store(element, product(load(element), load(factor)));
    }
}

#[target_feature(enable = "pclmulqdq,sse2")]
pub(super) fn add_scaled(sums: &mut [Block], factor: Block, terms: &[Block]) {
    let factor = load(&factor);
    for (sum, term) in sums.iter_mut().zip(terms) {
        let product = product(factor, load(term));
        store(sum, _mm_xor_si128(load(sum), product));
    }
}

/// The product of two elements, reduced by the definition: `x^128 = x^7 + x^2 + x + 1`, word by word from the top.
#[inline]
#[target_feature(enable = "pclmulqdq,sse2")]
fn product(a: __m128i, b: __m128i) -> __m128i {
    let cross = _mm_xor_si128(_mm_clmulepi64_si128::<0x01>(a, b), _mm_clmulepi64_si128::<0x10>(a, b));
    let low = _mm_xor_si128(_mm_clmulepi64_si128::<0x00>(a, b), _mm_slli_si128::<8>(cross));
    let high = _mm_xor_si128(_mm_clmulepi64_si128::<0x11>(a, b), _mm_srli_si128::<8>(cross));
    let tail = _mm_set1_epi64x(0x87);
    let top = _mm_clmulepi64_si128::<0x01>(high, tail);
    // The lower word of the high half with what goes beyond the low half from the upper one.
    let next = _mm_clmulepi64_si128::<0x00>(_mm_xor_si128(high, _mm_srli_si128::<8>(top)), tail);
    _mm_xor_si128(_mm_xor_si128(low, _mm_slli_si128::<8>(top)), next)
}

#[inline]
#[target_feature(enable = "sse2")]
fn load(block: &Block) -> __m128i {
    // SAFETY: the reference is to 16 readable bytes; the load needs no alignment.
    unsafe { _mm_loadu_si128(std::ptr::from_ref(block).cast()) }
}

#[inline]
#[target_feature(enable = "sse2")]
fn store(block: &mut Block, value: __m128i) {
    // SAFETY: the reference is to 16 writable bytes; every bit pattern is a block; no alignment is needed.
    unsafe { _mm_storeu_si128(std::ptr::from_mut(block).cast(), value) }
}

#[inline]
#[target_feature(enable = "sse2")]
fn word(value: __m128i) -> u128 {
    let mut word = 0_u128;
    // SAFETY: the pointer is to 16 writable bytes; every bit pattern is an integer; no alignment is needed.
    unsafe { _mm_storeu_si128((&raw mut word).cast(), value) };
    word
}
