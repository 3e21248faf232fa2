//! Products and inner products on VPCLMULQDQ-256, two elements at a time.

use std::arch::x86_64::{
    __m256i, _mm256_clmulepi64_epi128, _mm256_set1_epi64x, _mm256_setzero_si256, _mm256_shuffle_epi32,
    _mm256_slli_si256, _mm256_srli_si256, _mm256_storeu_si256, _mm256_xor_si256,
};

use super::{Unreduced, assemble, clmul};
use crate::Block;
use crate::two_blocks::{LANES, load, store};

/// By Karatsuba and Ofman: the cross products of halves from the product of their sums. On the processors that have these
/// instructions and no wider ones a product takes as long as eight additions.
#[target_feature(enable = "avx2,vpclmulqdq,pclmulqdq")]
pub(super) fn inner_product(a: &[Block], b: &[Block]) -> Unreduced {
    let (a_rows, a_rest) = a.as_chunks::<LANES>();
    let (b_rows, b_rest) = b.as_chunks::<LANES>();
    let [mut low, mut high, mut of_sums] = [_mm256_setzero_si256(); 3];
    for (a, b) in a_rows.iter().zip(b_rows) {
        let (a, b) = (load(a), load(b));
        low = _mm256_xor_si256(low, _mm256_clmulepi64_epi128::<0x00>(a, b));
        high = _mm256_xor_si256(high, _mm256_clmulepi64_epi128::<0x11>(a, b));
        of_sums = _mm256_xor_si256(of_sums, _mm256_clmulepi64_epi128::<0x00>(sum_of_halves(a), sum_of_halves(b)));
    }
    let (low, high, of_sums) = (lanes(low), lanes(high), lanes(of_sums));
    let mut total = assemble(low, of_sums ^ low ^ high, high);
    total ^= clmul::inner_product(a_rest, b_rest);
    total
}

#[target_feature(enable = "avx2,vpclmulqdq,pclmulqdq")]
pub(super) fn multiply_each(elements: &mut [Block], factors: &[Block]) {
    let (rows, rest) = elements.as_chunks_mut::<LANES>();
    let (factor_rows, factors_rest) = factors.as_chunks::<LANES>();
    for (row, factors) in rows.iter_mut().zip(factor_rows) {
        store(row, product(load(row), load(factors)));
    }
    clmul::multiply_each(rest, factors_rest);
}

#[target_feature(enable = "avx2,vpclmulqdq,pclmulqdq")]
pub(super) fn add_scaled(sums: &mut [Block], factor: Block, terms: &[Block]) {
    let (rows, rest) = sums.as_chunks_mut::<LANES>();
    let (term_rows, terms_rest) = terms.as_chunks::<LANES>();
    let factors = load(&[factor; LANES]);
    for (row, terms) in rows.iter_mut().zip(term_rows) {
        store(row, _mm256_xor_si256(load(row), product(factors, load(terms))));
    }
    clmul::add_scaled(rest, factor, terms_rest);
}

/// Two products, reduced as [`clmul`] reduces one.
#[inline]
#[target_feature(enable = "avx2,vpclmulqdq")]
fn product(a: __m256i, b: __m256i) -> __m256i {
    let (low, high) = (_mm256_clmulepi64_epi128::<0x00>(a, b), _mm256_clmulepi64_epi128::<0x11>(a, b));
    let of_sums = _mm256_clmulepi64_epi128::<0x00>(sum_of_halves(a), sum_of_halves(b));
    let cross = _mm256_xor_si256(of_sums, _mm256_xor_si256(low, high));
    let low = _mm256_xor_si256(low, _mm256_slli_si256::<8>(cross));
    let high = _mm256_xor_si256(high, _mm256_srli_si256::<8>(cross));
    let tail = _mm256_set1_epi64x(0x87);
    let top = _mm256_clmulepi64_epi128::<0x01>(high, tail);
    let next = _mm256_clmulepi64_epi128::<0x00>(_mm256_xor_si256(high, _mm256_srli_si256::<8>(top)), tail);
    _mm256_xor_si256(_mm256_xor_si256(low, _mm256_slli_si256::<8>(top)), next)
}

#[inline]
#[target_feature(enable = "avx2")]
fn sum_of_halves(x: __m256i) -> __m256i {
    _mm256_xor_si256(x, _mm256_shuffle_epi32::<0b01_00_11_10>(x))
}

/// The sum of both lanes.
#[inline]
#[target_feature(enable = "avx2")]
fn lanes(value: __m256i) -> u128 {
    let mut words = [0_u128; LANES];
    // SAFETY: the array is 32 writable bytes; every bit pattern is an integer; no alignment is needed.
    unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), value) };
    words[0] ^ words[1]
}
