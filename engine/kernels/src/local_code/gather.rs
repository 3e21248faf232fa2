//! Sums of table elements in 128-bit registers, or of two tables' in 256-bit ones, whose additions take their operand from
//! memory as it lies.
//!
//! The places of a whole batch are computed first, a block of the stream at a time, so that the loads of many rows are
//! under way at once: a row's additions wait for nothing but its own loads.

use std::arch::x86_64::{
    __m128i, __m256i, _mm_loadu_si128, _mm_storeu_si128, _mm_xor_si128, _mm256_and_si256, _mm256_broadcastsi128_si256,
    _mm256_loadu_si256, _mm256_set1_epi32, _mm256_setr_epi8, _mm256_setr_epi32, _mm256_shuffle_epi8, _mm256_srlv_epi32,
    _mm256_storeu_si256, _mm256_xor_si256,
};

use super::{BATCH, BATCH_BLOCKS, ONES, PLACES_OF_BLOCK};
use crate::Block;
use crate::two_blocks;

/// Places of two rows, and one that is left over.
const PLACES_OF_TWO: usize = 2 * ONES + 1;
/// Places of a batch, and one that is written together with the last seven.
const PLACES: usize = PLACES_OF_TWO * BATCH / 2 + 1;

/// Adds the rows drawn by `stream` to `outputs`.
///
/// # Panics
/// If the table's length is no power of two; if there are more rows than a batch has.
#[target_feature(enable = "avx2")]
pub(super) fn add_batch(table: &[Block], stream: &[Block], outputs: &mut [Block]) {
    assert!(table.len().is_power_of_two(), "a mask cuts places to the table's size");
    let places = places(table.len() - 1, stream);
    for (outputs, places) in outputs.chunks_mut(2).zip(places.as_chunks::<PLACES_OF_TWO>().0) {
        for (output, places) in outputs.iter_mut().zip(places.as_chunks::<ONES>().0) {
            let mut sum = load(output);
            for place in places {
                // SAFETY: the table is not empty, because its length is a power of two; `places` has cut the place to its
                // last index, or left the zero that the array began with.
                let element = unsafe { table.as_ptr().byte_add(*place as usize) };
                // SAFETY: likewise, an element is 16 readable bytes; the load needs no alignment.
                sum = _mm_xor_si128(sum, unsafe { _mm_loadu_si128(element.cast()) });
            }
            // SAFETY: the reference is to 16 writable bytes; every bit pattern is a block; no alignment is needed.
            unsafe { _mm_storeu_si128(std::ptr::from_mut(output).cast(), sum) }
        }
    }
}

/// Adds the rows drawn by `stream`, times each of two tables, to `outputs`: an element of each is one load.
///
/// # Panics
/// As [`add_batch`].
#[target_feature(enable = "avx2")]
pub(super) fn add_batches(tables: &[[Block; 2]], stream: &[Block], [first, second]: [&mut [Block]; 2]) {
    assert!(tables.len().is_power_of_two(), "a mask cuts places to the table's size");
    let places = places(tables.len() - 1, stream);
    let pairs = first.chunks_mut(2).zip(second.chunks_mut(2));
    for ((first, second), places) in pairs.zip(places.as_chunks::<PLACES_OF_TWO>().0) {
        for ((first, second), places) in first.iter_mut().zip(second).zip(places.as_chunks::<ONES>().0) {
            let mut sums = two_blocks::load(&[*first, *second]);
            for place in places {
                // SAFETY: the tables are not empty, because their length is a power of two; `places` has cut the place to
                // the bytes before their last index, or left the zero that the array began with, and a place of both takes
                // twice the bytes.
                let elements = unsafe { tables.as_ptr().byte_add(2 * *place as usize) };
                // SAFETY: likewise, two elements are 32 readable bytes; the load needs no alignment.
                sums = _mm256_xor_si256(sums, unsafe { _mm256_loadu_si256(elements.cast()) });
            }
            let mut rows = [Block::ZERO; 2];
            two_blocks::store(&mut rows, sums);
            [*first, *second] = rows;
        }
    }
}

/// The places that a batch's stream draws, cut by `mask`, in bytes from the table's beginning.
///
/// # Panics
/// If the stream is longer than that of a batch.
#[inline]
#[target_feature(enable = "avx2")]
fn places(mask: usize, stream: &[Block]) -> [u32; PLACES] {
    assert!(stream.len() <= BATCH_BLOCKS, "no more than a batch");
    let mut places = [0; PLACES];
    // Place `i` begins at bit `18 i`, so in byte `18 i / 8`, and the three bytes from there on have all of it. They become
    // the upper ones of its word, and a shift to the right makes elements of 16 bytes of them.
    #[rustfmt::skip]
    let bytes = _mm256_setr_epi8(
        -1, 0, 1, 2, -1, 2, 3, 4, -1, 4, 5, 6, -1, 6, 7, 8,
        -1, 9, 10, 11, -1, 11, 12, 13, -1, 13, 14, 15, -1, -1, -1, -1,
    );
    let shifts = _mm256_setr_epi32(4, 6, 8, 10, 4, 6, 8, 0);
    let mask = _mm256_set1_epi32((mask * Block::BYTES) as i32);
    for (b, block) in stream.iter().enumerate() {
        let words = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(load(block)), bytes);
        let of_block = _mm256_and_si256(_mm256_srlv_epi32(words, shifts), mask);
        store(places[PLACES_OF_BLOCK * b..].first_chunk_mut().expect("the length was checked"), of_block);
    }
    places
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(block: &Block) -> __m128i {
    // SAFETY: the reference is to 16 readable bytes; the load needs no alignment.
    unsafe { _mm_loadu_si128(std::ptr::from_ref(block).cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(words: &mut [u32; 8], value: __m256i) {
    // SAFETY: the reference is to 32 writable bytes; every bit pattern is eight integers; no alignment is needed.
    unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), value) }
}
