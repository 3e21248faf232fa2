//! Sums of table elements in 128-bit registers, whose additions take their operand from memory as it lies.

use std::arch::x86_64::{__m128i, _mm_loadu_si128, _mm_storeu_si128, _mm_xor_si128};

use super::{BLOCKS_OF_TWO, ONES, places};
use crate::Block;

/// Adds the rows drawn by `stream` to `outputs`.
///
/// # Panics
/// If the table's length is no power of two.
#[target_feature(enable = "avx2")]
pub(super) fn add_batch(table: &[Block], stream: &[Block], outputs: &mut [Block]) {
    assert!(table.len().is_power_of_two(), "a mask cuts places to the table's size");
    let mask = table.len() - 1;
    for (outputs, blocks) in outputs.chunks_mut(2).zip(stream.as_chunks::<BLOCKS_OF_TWO>().0) {
        let places = places(blocks);
        for (output, places) in outputs.iter_mut().zip(places.as_chunks::<ONES>().0) {
            let mut sum = load(output);
            for place in places {
                // SAFETY: the table is not empty, because its length is a power of two; the index is at most `mask`,
                // which is its last one.
                let element = unsafe { table.get_unchecked(*place as usize & mask) };
                sum = _mm_xor_si128(sum, load(element));
            }
            // SAFETY: the reference is to 16 writable bytes; every bit pattern is a block; no alignment is needed.
            unsafe { _mm_storeu_si128(std::ptr::from_mut(output).cast(), sum) }
        }
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(block: &Block) -> __m128i {
    // SAFETY: the reference is to 16 readable bytes; the load needs no alignment.
    unsafe { _mm_loadu_si128(std::ptr::from_ref(block).cast()) }
}
