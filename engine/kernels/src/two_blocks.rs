//! Two blocks and a register of 256 bits.

use std::arch::x86_64::{__m256i, _mm256_loadu_si256, _mm256_storeu_si256};

use crate::Block;

/// Blocks of a register.
pub(crate) const LANES: usize = 2;

#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn load(blocks: &[Block; LANES]) -> __m256i {
    // SAFETY: the reference is to 32 readable bytes; the load needs no alignment.
    unsafe { _mm256_loadu_si256(blocks.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn store(blocks: &mut [Block; LANES], value: __m256i) {
    // SAFETY: the reference is to 32 writable bytes; every bit pattern is a block; no alignment is needed.
    unsafe { _mm256_storeu_si256(blocks.as_mut_ptr().cast(), value) }
}
