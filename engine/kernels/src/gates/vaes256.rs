//! Half gates on VAES-256: the labels of eight gates in four registers each, and sixteen keys for them.

use std::arch::x86_64::{
    __m128i, __m256i, _mm_loadu_si128, _mm_storeu_si128, _mm256_add_epi32, _mm256_aesenclast_epi128, _mm256_and_si256,
    _mm256_broadcastsi128_si256, _mm256_castsi128_si256, _mm256_castsi256_si128, _mm256_cmpgt_epi32,
    _mm256_extracti128_si256, _mm256_inserti128_si256, _mm256_loadu_si256, _mm256_set1_epi32, _mm256_setr_epi32,
    _mm256_setzero_si256, _mm256_shuffle_epi32, _mm256_slli_epi32, _mm256_srai_epi32, _mm256_storeu_si256,
    _mm256_sub_epi32, _mm256_xor_si256,
};

use super::{BATCH, GateStep, ROW_BYTES};
use crate::Block;
use crate::aes::expanded_keys::{ExpandedKeys, Words};
use crate::hash::vaes256::{hash_rows, sigma};
use crate::two_blocks::{LANES, load, store};

/// Registers of a batch's labels.
const HALF: usize = BATCH / LANES;

/// Eight labels.
type Labels = [__m256i; HALF];
/// The labels of eight gates' first operands, and of their second ones.
type Operands = [__m256i; 2 * HALF];

#[target_feature(enable = "avx2,vaes")]
pub(super) fn garble<const N: usize>(
    start: Block,
    delta: Block,
    mut first: u64,
    steps: &[GateStep],
    labels: &mut [[Block; N]],
    rows: &mut [u8],
) {
    let delta = _mm256_broadcastsi128_si256(load_one(&delta));
    let mut room = ExpandedKeys::room();
    for (steps, rows) in steps.chunks(BATCH / N).zip(rows.chunks_mut(BATCH * ROW_BYTES)) {
        let operands = gather(labels, steps);
        let keys = ExpandedKeys::from_words(keys(start, first), &mut room);
        let out = if let Ok(rows) = <&mut [u8; BATCH * ROW_BYTES]>::try_from(&mut *rows) {
            garble_batch(keys, delta, &operands, rows)
        } else {
            let mut padded = [0; BATCH * ROW_BYTES];
            let out = garble_batch(keys, delta, &operands, &mut padded);
            let (garblers, evaluators) = rows.split_at_mut(rows.len() / 2);
            garblers.copy_from_slice(&padded[..garblers.len()]);
            evaluators.copy_from_slice(&padded[BATCH * Block::BYTES..][..evaluators.len()]);
            out
        };
        scatter(labels, steps, &out);
        first = first.wrapping_add(BATCH as u64);
    }
}

#[target_feature(enable = "avx2,vaes")]
pub(super) fn evaluate<const N: usize>(
    start: Block,
    mut first: u64,
    steps: &[GateStep],
    labels: &mut [[Block; N]],
    rows: &[u8],
) {
    let mut room = ExpandedKeys::room();
    for (steps, rows) in steps.chunks(BATCH / N).zip(rows.chunks(BATCH * ROW_BYTES)) {
        let operands = gather(labels, steps);
        let keys = ExpandedKeys::from_words(keys(start, first), &mut room);
        let out = if let Ok(rows) = <&[u8; BATCH * ROW_BYTES]>::try_from(rows) {
            evaluate_batch(keys, &operands, rows)
        } else {
            let mut padded = [0; BATCH * ROW_BYTES];
            let (garblers, evaluators) = rows.split_at(rows.len() / 2);
            padded[..garblers.len()].copy_from_slice(garblers);
            padded[BATCH * Block::BYTES..][..evaluators.len()].copy_from_slice(evaluators);
            evaluate_batch(keys, &operands, &padded)
        };
        scatter(labels, steps, &out);
        first = first.wrapping_add(BATCH as u64);
    }
}

/// Writes the rows of eight gates; the labels for 0 of their outputs.
#[inline]
#[target_feature(enable = "avx2,vaes")]
fn garble_batch(
    keys: &ExpandedKeys,
    delta: __m256i,
    operands: &Operands,
    rows: &mut [u8; BATCH * ROW_BYTES],
) -> Labels {
    let rows = rows.as_chunks_mut().0;
    let mut out = [_mm256_setzero_si256(); HALF];
    let (zero, difference) = hash_both(keys, 0, delta, operands);
    for r in 0..HALF {
        let garblers = _mm256_xor_si256(difference[r], _mm256_and_si256(colours(operands[HALF + r]), delta));
        store_row(&mut rows[r], garblers);
        out[r] = _mm256_xor_si256(zero[r], _mm256_and_si256(colours(operands[r]), garblers));
    }
    let (zero, difference) = hash_both(keys, HALF, delta, operands);
    for r in 0..HALF {
        store_row(&mut rows[HALF + r], _mm256_xor_si256(difference[r], operands[r]));
        let half = _mm256_xor_si256(zero[r], _mm256_and_si256(colours(operands[HALF + r]), difference[r]));
        out[r] = _mm256_xor_si256(out[r], half);
    }
    out
}

/// The hashes of the eight operands from register `first` on, and what they add up to with those of their partners.
#[inline]
#[target_feature(enable = "avx2,vaes")]
fn hash_both(keys: &ExpandedKeys, first: usize, delta: __m256i, operands: &Operands) -> (Labels, Labels) {
    let sigma_delta = sigma(delta);
    let mut states = [[_mm256_setzero_si256(); HALF]; 2];
    for r in 0..HALF {
        states[0][r] = sigma(operands[first + r]);
        states[1][r] = _mm256_xor_si256(states[0][r], sigma_delta);
    }
    keys.nine_rounds(first, &mut states);
    let [mut zeros, mut ones] = states;
    for r in 0..HALF {
        let feed = _mm256_xor_si256(keys.last()[first + r], sigma(operands[first + r]));
        zeros[r] = _mm256_aesenclast_epi128(zeros[r], feed);
        ones[r] = _mm256_aesenclast_epi128(ones[r], _mm256_xor_si256(feed, sigma_delta));
        ones[r] = _mm256_xor_si256(zeros[r], ones[r]);
    }
    (zeros, ones)
}

/// The active labels of the outputs of eight gates.
#[inline]
#[target_feature(enable = "avx2,vaes")]
fn evaluate_batch(keys: &ExpandedKeys, operands: &Operands, rows: &[u8; BATCH * ROW_BYTES]) -> Labels {
    let rows = rows.as_chunks().0;
    let hashes = hash_rows(keys, operands);
    let mut out = [_mm256_setzero_si256(); HALF];
    for r in 0..HALF {
        let (x, y) = (operands[r], operands[HALF + r]);
        let garblers = _mm256_and_si256(colours(x), load_row(&rows[r]));
        let evaluators = _mm256_and_si256(colours(y), _mm256_xor_si256(load_row(&rows[HALF + r]), x));
        out[r] = _mm256_xor_si256(xor3(hashes[r], hashes[HALF + r], garblers), evaluators);
    }
    out
}

/// The keys of a batch's halves: key `2r + l` is the garbler's half of gate `2r + l`, key `8 + 2r + l` its
/// evaluator's half.
#[inline]
#[target_feature(enable = "avx2,vaes")]
fn keys(start: Block, first: u64) -> [Words; 2] {
    // By lane, and in each lane by register.
    let tweaks = _mm256_setr_epi32(0, 4, 8, 12, 2, 6, 10, 14);
    let base = first.wrapping_mul(2);
    let (low, high) = (_mm256_set1_epi32(base as i32), _mm256_set1_epi32((base >> 32) as i32));
    let word = |i: u32| (start.to_u128() >> (32 * i)) as i32;
    let sum = _mm256_add_epi32(low, tweaks);
    // The comparison is one of signed numbers.
    let top = _mm256_set1_epi32(i32::MIN);
    let carries = _mm256_cmpgt_epi32(_mm256_xor_si256(low, top), _mm256_xor_si256(sum, top));
    let high = _mm256_xor_si256(_mm256_sub_epi32(high, carries), _mm256_set1_epi32(word(1)));
    let garblers = _mm256_xor_si256(sum, _mm256_set1_epi32(word(0)));
    // An even tweak and the odd one after it differ in their lowest bit.
    let evaluators = _mm256_xor_si256(garblers, _mm256_set1_epi32(1));
    let (third, fourth) = (_mm256_set1_epi32(word(2)), _mm256_set1_epi32(word(3)));
    [[garblers, high, third, fourth], [evaluators, high, third, fourth]]
}

/// The colours of two labels, each as a mask.
#[inline]
#[target_feature(enable = "avx2")]
fn colours(labels: __m256i) -> __m256i {
    _mm256_srai_epi32::<31>(_mm256_slli_epi32::<31>(_mm256_shuffle_epi32::<0>(labels)))
}

/// The operands of eight gates: two slots of a batch of instances, or of every gate, the last one again where there are
/// fewer.
#[inline]
#[target_feature(enable = "avx2")]
fn gather<const N: usize>(labels: &[[Block; N]], steps: &[GateStep]) -> Operands {
    let mut gathered = [_mm256_setzero_si256(); 2 * HALF];
    for r in 0..HALF {
        if N == BATCH {
            let row = |slot: u32| load(labels[slot as usize][r * LANES..].first_chunk().expect("eight labels"));
            (gathered[r], gathered[HALF + r]) = (row(steps[0].x), row(steps[0].y));
        } else {
            let last = steps.len() - 1;
            let (even, odd) = (steps[(r * LANES).min(last)], steps[(r * LANES + 1).min(last)]);
            let pair = |low: u32, high: u32| {
                let low = _mm256_castsi128_si256(load_one(&labels[low as usize][0]));
                _mm256_inserti128_si256::<1>(low, load_one(&labels[high as usize][0]))
            };
            (gathered[r], gathered[HALF + r]) = (pair(even.x, odd.x), pair(even.y, odd.y));
        }
    }
    gathered
}

/// Writes the outputs in order.
#[inline]
#[target_feature(enable = "avx2")]
fn scatter<const N: usize>(labels: &mut [[Block; N]], steps: &[GateStep], out: &Labels) {
    if N == BATCH {
        let slot = &mut labels[steps[0].out as usize];
        for (blocks, row) in slot.as_chunks_mut().0.iter_mut().zip(out) {
            store(blocks, *row);
        }
        return;
    }
    for (steps, row) in steps.chunks(LANES).zip(out) {
        let lanes = [_mm256_castsi256_si128(*row), _mm256_extracti128_si256::<1>(*row)];
        for (step, lane) in steps.iter().zip(lanes) {
            store_one(&mut labels[step.out as usize][0], lane);
        }
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn xor3(a: __m256i, b: __m256i, c: __m256i) -> __m256i {
    _mm256_xor_si256(_mm256_xor_si256(a, b), c)
}

#[inline]
#[target_feature(enable = "avx2")]
fn load_row(bytes: &[u8; LANES * Block::BYTES]) -> __m256i {
    // SAFETY: the reference is to 32 readable bytes; the load needs no alignment.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store_row(bytes: &mut [u8; LANES * Block::BYTES], value: __m256i) {
    // SAFETY: the reference is to 32 writable bytes; no alignment is needed.
    unsafe { _mm256_storeu_si256(bytes.as_mut_ptr().cast(), value) }
}

#[inline]
#[target_feature(enable = "sse2")]
fn load_one(block: &Block) -> __m128i {
    // SAFETY: the reference is to 16 readable bytes; the load needs no alignment.
    unsafe { _mm_loadu_si128(std::ptr::from_ref(block).cast()) }
}

#[inline]
#[target_feature(enable = "sse2")]
fn store_one(block: &mut Block, value: __m128i) {
    // SAFETY: the reference is to 16 writable bytes; every bit pattern is a block; no alignment is needed.
    unsafe { _mm_storeu_si128(std::ptr::from_mut(block).cast(), value) }
}
