//! Inner products on VPCLMULQDQ-512: four partial products of four elements each in flight.

use std::arch::x86_64::{
    __m512i, _mm512_clmulepi64_epi128, _mm512_loadu_si512, _mm512_setzero_si512, _mm512_storeu_si512, _mm512_xor_si512,
};

use super::{Unreduced, assemble, clmul};
use crate::Block;

/// Elements of one register.
const LANES: usize = 4;

#[target_feature(enable = "avx512f,vpclmulqdq,pclmulqdq")]
pub(super) fn inner_product(a: &[Block], b: &[Block]) -> Unreduced {
    let (a_rows, a_rest) = a.as_chunks::<LANES>();
    let (b_rows, b_rest) = b.as_chunks::<LANES>();
    // One sum for each partial product, so that no addition waits for another.
    let mut sums = [_mm512_setzero_si512(); 4];
    for (a, b) in a_rows.iter().zip(b_rows) {
        let (a, b) = (load(a), load(b));
        sums[0] = _mm512_xor_si512(sums[0], _mm512_clmulepi64_epi128::<0x00>(a, b));
        sums[1] = _mm512_xor_si512(sums[1], _mm512_clmulepi64_epi128::<0x01>(a, b));
        sums[2] = _mm512_xor_si512(sums[2], _mm512_clmulepi64_epi128::<0x10>(a, b));
        sums[3] = _mm512_xor_si512(sums[3], _mm512_clmulepi64_epi128::<0x11>(a, b));
    }
    let mut total = assemble(lanes(sums[0]), lanes(sums[1]) ^ lanes(sums[2]), lanes(sums[3]));
    total ^= clmul::inner_product(a_rest, b_rest);
    total
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load(row: &[Block; LANES]) -> __m512i {
    // SAFETY: the reference is to 64 readable bytes; the load needs no alignment.
    unsafe { _mm512_loadu_si512(row.as_ptr().cast()) }
}

/// The sum of the four lanes.
#[inline]
#[target_feature(enable = "avx512f")]
fn lanes(value: __m512i) -> u128 {
    let mut words = [0_u128; LANES];
    // SAFETY: the array is 64 writable bytes; every bit pattern is an integer; no alignment is needed.
    unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), value) };
    words.into_iter().fold(0, |sum, word| sum ^ word)
}
