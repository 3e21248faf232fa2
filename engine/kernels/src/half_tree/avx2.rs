//! Corrections at secret places, two nodes at a time.

use std::arch::x86_64::{
    __m256i, _mm256_add_epi64, _mm256_and_si256, _mm256_cmpeq_epi64, _mm256_set_epi64x, _mm256_set1_epi64x,
    _mm256_setzero_si256, _mm256_xor_si256,
};

use crate::Block;
use crate::two_blocks::{LANES, load, store};

/// Adds `values[i]` to `nodes[places[i]]`; every node is read and written.
#[target_feature(enable = "avx2")]
pub(super) fn correct<const N: usize>(nodes: &mut [Block], places: [u64; N], values: [Block; N]) {
    let mut corrections = [(_mm256_setzero_si256(), _mm256_setzero_si256()); N];
    for (correction, (place, value)) in corrections.iter_mut().zip(places.iter().zip(values)) {
        *correction = (_mm256_set1_epi64x(*place as i64), load(&[value; LANES]));
    }
    let mut here = _mm256_set_epi64x(1, 1, 0, 0);
    let (rows, rest) = nodes.as_chunks_mut::<LANES>();
    for row in rows {
        store(row, corrected(load(row), here, &corrections));
        here = _mm256_add_epi64(here, _mm256_set1_epi64x(LANES as i64));
    }
    if let [node] = rest {
        let mut padded = [*node, Block::ZERO];
        let row = corrected(load(&padded), here, &corrections);
        store(&mut padded, row);
        *node = padded[0];
    }
}

/// The nodes of two places, with what belongs there.
#[inline]
#[target_feature(enable = "avx2")]
fn corrected(mut row: __m256i, here: __m256i, corrections: &[(__m256i, __m256i)]) -> __m256i {
    for (place, value) in corrections {
        row = _mm256_xor_si256(row, _mm256_and_si256(_mm256_cmpeq_epi64(here, *place), *value));
    }
    row
}
