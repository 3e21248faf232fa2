//! Products modulo 2^64 on AVX2, which multiplies halves of words and no whole ones: of halves `l` and `h`,
//! `a b = l l' + 2^32 (l h' + h l')`. The two sums are kept apart and put together at the end.

use std::arch::x86_64::{
    __m256i, _mm256_add_epi64, _mm256_loadu_si256, _mm256_mul_epu32, _mm256_setzero_si256, _mm256_slli_epi64,
    _mm256_srli_epi64, _mm256_storeu_si256,
};
use std::num::Wrapping;

use super::{Dots, blocks};

/// Words of a register.
const LANES: usize = 4;

/// Made by [`add_products`] alone: where it is, there is AVX2.
struct Halves;

#[target_feature(enable = "avx2")]
pub(super) fn add_products(results: &mut [Wrapping<u64>], table: &[Wrapping<u64>], columns: &[&[Wrapping<u64>]]) {
    blocks::<_, Halves, 2>(results, table, columns);
}

impl Dots<Wrapping<u64>> for Halves {
    #[inline(always)]
    fn dots<const M: usize, const N: usize>(
        rows: [&[Wrapping<u64>]; M],
        columns: [&[Wrapping<u64>]; N],
    ) -> [[Wrapping<u64>; N]; M] {
        // SAFETY: only `add_products` names this type, and whoever calls that has found avx2.
        unsafe { dots(rows, columns) }
    }
}

// Loops and not closures: a closure that the standard library calls is not compiled into this function.
#[target_feature(enable = "avx2")]
fn dots<const M: usize, const N: usize>(
    rows: [&[Wrapping<u64>]; M],
    columns: [&[Wrapping<u64>]; N],
) -> [[Wrapping<u64>; N]; M] {
    let whole = rows[0].len() / LANES * LANES;
    let mut low = [[_mm256_setzero_si256(); N]; M];
    let mut crossed = low;
    for at in (0..whole).step_by(LANES) {
        let (mut a, mut a_high) = ([_mm256_setzero_si256(); M], [_mm256_setzero_si256(); M]);
        for i in 0..M {
            a[i] = load(&rows[i][at..at + LANES]);
            a_high[i] = _mm256_srli_epi64::<32>(a[i]);
        }
        for j in 0..N {
            let b = load(&columns[j][at..at + LANES]);
            let b_high = _mm256_srli_epi64::<32>(b);
            for i in 0..M {
                low[i][j] = _mm256_add_epi64(low[i][j], _mm256_mul_epu32(a[i], b));
                let cross = _mm256_add_epi64(_mm256_mul_epu32(a[i], b_high), _mm256_mul_epu32(a_high[i], b));
                crossed[i][j] = _mm256_add_epi64(crossed[i][j], cross);
            }
        }
    }
    let mut sums = [[Wrapping(0); N]; M];
    for i in 0..M {
        for j in 0..N {
            sums[i][j] = total(_mm256_add_epi64(low[i][j], _mm256_slli_epi64::<32>(crossed[i][j])));
            for at in whole..rows[i].len() {
                sums[i][j] += rows[i][at] * columns[j][at];
            }
        }
    }
    sums
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(words: &[Wrapping<u64>]) -> __m256i {
    let words: &[Wrapping<u64>] = &words[..LANES];
    // SAFETY: the slice is 32 readable bytes; the load needs no alignment.
    unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
}

/// The sum of a register's words.
#[inline]
#[target_feature(enable = "avx2")]
fn total(words: __m256i) -> Wrapping<u64> {
    let mut lanes = [Wrapping(0); LANES];
    // SAFETY: the array is 32 writable bytes; every bit pattern is a word; no alignment is needed.
    unsafe { _mm256_storeu_si256(lanes.as_mut_ptr().cast(), words) }
    lanes.iter().sum()
}
