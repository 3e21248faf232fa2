//! Panels modulo 2^64 on AVX2, by halves of words as [`crate::matrix::dots::avx2`] says.

use std::arch::x86_64::{
    __m256i, _mm256_add_epi32, _mm256_add_epi64, _mm256_loadu_si256, _mm256_mul_epu32, _mm256_mullo_epi32,
    _mm256_set1_epi64x, _mm256_setzero_si256, _mm256_slli_epi64, _mm256_storeu_si256,
};
use std::num::Wrapping;

use super::Tile;
use crate::matrix::dots::avx2::exchanged;
use crate::matrix::views::{Results, Vectors};

/// Words of a register.
const LANES: usize = 4;
/// Registers of a panel's rows. With two columns their sums take eight registers of sixteen.
const REGISTERS: usize = 2;
const ROWS: usize = LANES * REGISTERS;

type Words = [Wrapping<u64>; ROWS];

/// Made by [`add_products`] alone: where it is, there is AVX2.
struct Halves;

#[target_feature(enable = "avx2")]
pub(in crate::matrix) fn add_products(
    results: &mut Results<'_, Wrapping<u64>>,
    rows: Vectors<'_, Wrapping<u64>>,
    columns: Vectors<'_, Wrapping<u64>>,
) {
    super::add_products::<_, Halves, ROWS, 2>(results, rows, columns);
}

impl Tile<Wrapping<u64>, ROWS> for Halves {
    #[inline(always)]
    fn sums<const N: usize>(panel: &[[Words; 2]], columns: [&[[Wrapping<u64>; 2]]; N]) -> [Words; N] {
        // SAFETY: only `add_products` names this type, and whoever calls that has found avx2.
        unsafe { sums(panel, columns) }
    }
}

// Loops and not closures: a closure that the standard library calls is not compiled into this function.
#[target_feature(enable = "avx2")]
fn sums<const N: usize>(panel: &[[Words; 2]], columns: [&[[Wrapping<u64>; 2]]; N]) -> [Words; N] {
    let count = panel.len();
    let mut pairs = [&[][..]; N];
    for j in 0..N {
        pairs[j] = &columns[j][..count];
    }
    let mut low = [[_mm256_setzero_si256(); REGISTERS]; N];
    let mut crossed = low;
    for k in 0..count {
        let [first, second] = &panel[k];
        for j in 0..N {
            let [b, b_next] = pairs[j][k];
            let (b, b_next) = (_mm256_set1_epi64x(b.0 as i64), _mm256_set1_epi64x(b_next.0 as i64));
            for i in 0..REGISTERS {
                let x = _mm256_add_epi64(load(first, i), b_next);
                let y = _mm256_add_epi64(load(second, i), b);
                low[j][i] = _mm256_add_epi64(low[j][i], _mm256_mul_epu32(x, y));
                crossed[j][i] = _mm256_add_epi32(crossed[j][i], _mm256_mullo_epi32(x, exchanged(y)));
            }
        }
    }
    let mut sums = [[Wrapping(0); ROWS]; N];
    for j in 0..N {
        for i in 0..REGISTERS {
            let crossed = _mm256_add_epi32(crossed[j][i], exchanged(crossed[j][i]));
            store(&mut sums[j], i, _mm256_add_epi64(low[j][i], _mm256_slli_epi64::<32>(crossed)));
        }
    }
    sums
}

/// The register's place among the words counts registers.
#[inline]
#[target_feature(enable = "avx2")]
fn load(words: &Words, place: usize) -> __m256i {
    let words = &words.as_chunks::<LANES>().0[place];
    // SAFETY: the reference is to 32 readable bytes; the load needs no alignment.
    unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
}

/// Likewise.
#[inline]
#[target_feature(enable = "avx2")]
fn store(words: &mut Words, place: usize, register: __m256i) {
    let words = &mut words.as_chunks_mut::<LANES>().0[place];
    // SAFETY: the reference is to 32 writable bytes; every bit pattern is a word; no alignment is needed.
    unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), register) }
}
