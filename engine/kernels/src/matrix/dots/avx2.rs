//! Products modulo 2^64 on AVX2, which multiplies halves of words and no whole ones: of halves `l` and `h`,
//! `a b = l l' + 2^32 (l h' + h l')`. Of what stands in the brackets only 32 bits matter, so both of its products come from one
//! instruction, with the halves of one factor exchanged. The sums are kept apart and put together at the end.

use std::arch::x86_64::{
    __m256i, _mm256_add_epi32, _mm256_add_epi64, _mm256_loadu_si256, _mm256_mul_epu32, _mm256_mullo_epi32,
    _mm256_setzero_si256, _mm256_shuffle_epi32, _mm256_slli_epi64, _mm256_storeu_si256,
};
use std::num::Wrapping;

use super::Dots;

/// Words of a register.
const LANES: usize = 4;

/// Made by [`add_products`] alone: where it is, there is AVX2.
struct Halves;

#[target_feature(enable = "avx2")]
pub(in crate::matrix) fn add_products(
    results: &mut [Wrapping<u64>],
    table: &[Wrapping<u64>],
    columns: &[&[Wrapping<u64>]],
) {
    super::add_products::<_, Halves, 2>(results, table, columns);
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
    let (mut whole_rows, mut whole_columns) = ([&[][..]; M], [&[][..]; N]);
    let count = rows[0].len() / LANES;
    for i in 0..M {
        whole_rows[i] = &rows[i].as_chunks::<LANES>().0[..count];
    }
    for j in 0..N {
        whole_columns[j] = &columns[j].as_chunks::<LANES>().0[..count];
    }
    let mut low = [[_mm256_setzero_si256(); N]; M];
    let mut crossed = low;
    for at in 0..count {
        let mut a = [_mm256_setzero_si256(); M];
        for i in 0..M {
            a[i] = load(&whole_rows[i][at]);
        }
        for j in 0..N {
            let b = load(&whole_columns[j][at]);
            let b_exchanged = exchanged(b);
            for i in 0..M {
                low[i][j] = _mm256_add_epi64(low[i][j], _mm256_mul_epu32(a[i], b));
                crossed[i][j] = _mm256_add_epi32(crossed[i][j], _mm256_mullo_epi32(a[i], b_exchanged));
            }
        }
    }
    let mut sums = [[Wrapping(0); N]; M];
    for i in 0..M {
        for j in 0..N {
            sums[i][j] = {
                let crossed = _mm256_add_epi32(crossed[i][j], exchanged(crossed[i][j]));
                total(_mm256_add_epi64(low[i][j], _mm256_slli_epi64::<32>(crossed)))
            };
            for at in count * LANES..rows[i].len() {
                sums[i][j] += rows[i][at] * columns[j][at];
            }
        }
    }
    sums
}

/// Every word with its halves in the other order.
#[inline]
#[target_feature(enable = "avx2")]
pub(in crate::matrix) fn exchanged(words: __m256i) -> __m256i {
    _mm256_shuffle_epi32::<0b10_11_00_01>(words)
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(words: &[Wrapping<u64>; LANES]) -> __m256i {
    // SAFETY: the reference is to 32 readable bytes; the load needs no alignment.
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
