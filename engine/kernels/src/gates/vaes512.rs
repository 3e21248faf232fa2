//! Half gates on VAES-512: the labels of eight gates in two registers each, and sixteen keys for them.

use std::arch::x86_64::{
    __m128i, __m512i, __mmask8, _mm_loadu_si128, _mm_storeu_si128, _mm512_add_epi32, _mm512_aesenclast_epi128,
    _mm512_broadcast_i32x4, _mm512_castsi128_si512, _mm512_cmplt_epu32_mask, _mm512_extracti32x4_epi32,
    _mm512_inserti32x4, _mm512_loadu_si512, _mm512_mask_add_epi32, _mm512_mask_blend_epi64, _mm512_mask_xor_epi64,
    _mm512_set1_epi32, _mm512_set1_epi64, _mm512_setr_epi32, _mm512_setzero_si512, _mm512_shuffle_epi32,
    _mm512_storeu_si512, _mm512_ternarylogic_epi64, _mm512_test_epi64_mask, _mm512_xor_si512,
};

use super::{BATCH, GateStep, ROW_BYTES};
use crate::Block;
use crate::aes::sixteen_keys::{ROWS, SixteenKeys};
use crate::hash::vaes512::{nine_rounds, sigma};

/// Blocks of one register.
const LANES: usize = 4;
/// Registers of a batch's labels.
const HALF: usize = BATCH / LANES;

/// Eight labels.
type Labels = [__m512i; HALF];

#[target_feature(enable = "avx512f,avx512bw,vaes")]
pub(super) fn garble<const N: usize>(
    start: Block,
    delta: Block,
    mut first: u64,
    steps: &[GateStep],
    labels: &mut [[Block; N]],
    rows: &mut [u8],
) {
    let delta = broadcast(delta);
    for (steps, rows) in steps.chunks(BATCH / N).zip(rows.chunks_mut(BATCH * ROW_BYTES)) {
        let (x, y) = (gather(labels, slots::<N>(steps, 0)), gather(labels, slots::<N>(steps, 1)));
        let (out, garbled) = garble_batch(start, delta, first, x, y);
        if let Ok(rows) = <&mut [u8; BATCH * ROW_BYTES]>::try_from(&mut *rows) {
            store_rows(rows, &garbled);
        } else {
            let mut padded = [0; BATCH * ROW_BYTES];
            store_rows(&mut padded, &garbled);
            let (garblers, evaluators) = rows.split_at_mut(rows.len() / 2);
            garblers.copy_from_slice(&padded[..garblers.len()]);
            evaluators.copy_from_slice(&padded[BATCH * Block::BYTES..][..evaluators.len()]);
        }
        scatter(labels, steps, &out);
        first = first.wrapping_add(BATCH as u64);
    }
}

#[target_feature(enable = "avx512f,avx512bw,vaes")]
pub(super) fn evaluate<const N: usize>(
    start: Block,
    mut first: u64,
    steps: &[GateStep],
    labels: &mut [[Block; N]],
    rows: &[u8],
) {
    for (steps, rows) in steps.chunks(BATCH / N).zip(rows.chunks(BATCH * ROW_BYTES)) {
        let (x, y) = (gather(labels, slots::<N>(steps, 0)), gather(labels, slots::<N>(steps, 1)));
        let garbled = if let Ok(rows) = <&[u8; BATCH * ROW_BYTES]>::try_from(rows) {
            load_rows(rows)
        } else {
            let mut padded = [0; BATCH * ROW_BYTES];
            let (garblers, evaluators) = rows.split_at(rows.len() / 2);
            padded[..garblers.len()].copy_from_slice(garblers);
            padded[BATCH * Block::BYTES..][..evaluators.len()].copy_from_slice(evaluators);
            load_rows(&padded)
        };
        let out = evaluate_batch(start, first, x, y, &garbled);
        scatter(labels, steps, &out);
        first = first.wrapping_add(BATCH as u64);
    }
}

/// The labels for 0 of the outputs of eight gates, and their rows.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,vaes")]
fn garble_batch(start: Block, delta: __m512i, first: u64, x: Labels, y: Labels) -> (Labels, [Labels; 2]) {
    let sigma_delta = sigma(delta);
    let keys = keys(start, first);
    let whole = keys.keys();
    let input = [sigma(x[0]), sigma(x[1]), sigma(y[0]), sigma(y[1])];
    let mut state = [[_mm512_setzero_si512(); ROWS]; 2];
    for r in 0..ROWS {
        state[0][r] = _mm512_xor_si512(input[r], whole[r]);
        state[1][r] = _mm512_xor_si512(state[0][r], sigma_delta);
    }
    let last = nine_rounds(keys, &mut state);
    let [mut out, mut garblers, mut evaluators] = [[_mm512_setzero_si512(); HALF]; 3];
    for r in 0..HALF {
        // `one` lacks sigma(Delta), which is added where it is used.
        let feed = _mm512_xor_si512(last[r], input[r]);
        let zero_x = _mm512_aesenclast_epi128(state[0][r], feed);
        let one_x = _mm512_aesenclast_epi128(state[1][r], feed);
        let feed = _mm512_xor_si512(last[HALF + r], input[HALF + r]);
        let zero_y = _mm512_aesenclast_epi128(state[0][HALF + r], feed);
        let one_y = _mm512_aesenclast_epi128(state[1][HALF + r], feed);
        let (colour_x, colour_y) = (colours(x[r]), colours(y[r]));
        let with_delta = _mm512_mask_blend_epi64(colour_y, sigma_delta, _mm512_xor_si512(sigma_delta, delta));
        garblers[r] = xor3(zero_x, one_x, with_delta);
        let difference = xor3(zero_y, one_y, sigma_delta);
        evaluators[r] = _mm512_xor_si512(difference, x[r]);
        let zero = _mm512_xor_si512(zero_x, zero_y);
        let zero = _mm512_mask_xor_epi64(zero, colour_x, zero, garblers[r]);
        out[r] = _mm512_mask_xor_epi64(zero, colour_y, zero, difference);
    }
    (out, [garblers, evaluators])
}

/// The active labels of the outputs of eight gates.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,vaes")]
fn evaluate_batch(start: Block, first: u64, x: Labels, y: Labels, rows: &[Labels; 2]) -> Labels {
    let keys = keys(start, first);
    let whole = keys.keys();
    let input = [sigma(x[0]), sigma(x[1]), sigma(y[0]), sigma(y[1])];
    let mut state = [[_mm512_setzero_si512(); ROWS]];
    for r in 0..ROWS {
        state[0][r] = _mm512_xor_si512(input[r], whole[r]);
    }
    let last = nine_rounds(keys, &mut state);
    let mut out = [_mm512_setzero_si512(); HALF];
    for r in 0..HALF {
        let hash_x = _mm512_aesenclast_epi128(state[0][r], _mm512_xor_si512(last[r], input[r]));
        let feed = xor3(last[HALF + r], input[HALF + r], hash_x);
        let hash = _mm512_aesenclast_epi128(state[0][HALF + r], feed);
        let hash = _mm512_mask_xor_epi64(hash, colours(x[r]), hash, rows[0][r]);
        out[r] = _mm512_mask_xor_epi64(hash, colours(y[r]), hash, _mm512_xor_si512(rows[1][r], x[r]));
    }
    out
}

/// The keys of a batch's halves: key `4r + l` is the garbler's half of gate `4r + l`, key `8 + 4r + l` its
/// evaluator's half.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,vaes")]
fn keys(start: Block, first: u64) -> SixteenKeys {
    // By lane, and in each lane by register.
    let tweaks = _mm512_setr_epi32(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
    let base = first.wrapping_mul(2);
    let (low, high) = (_mm512_set1_epi32(base as i32), _mm512_set1_epi32((base >> 32) as i32));
    let word = |i: u32| (start.to_u128() >> (32 * i)) as i32;
    let sum = _mm512_add_epi32(low, tweaks);
    let carried = _mm512_mask_add_epi32(high, _mm512_cmplt_epu32_mask(sum, low), high, _mm512_set1_epi32(1));
    SixteenKeys::from_words([
        _mm512_xor_si512(sum, _mm512_set1_epi32(word(0))),
        _mm512_xor_si512(carried, _mm512_set1_epi32(word(1))),
        _mm512_set1_epi32(word(2)),
        _mm512_set1_epi32(word(3)),
    ])
}

/// The colours of four labels, each for both halves of its label.
#[inline]
#[target_feature(enable = "avx512f")]
fn colours(labels: __m512i) -> __mmask8 {
    _mm512_test_epi64_mask(_mm512_shuffle_epi32::<0b01_00_01_00>(labels), _mm512_set1_epi64(1))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn xor3(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
    _mm512_ternarylogic_epi64::<0x96>(a, b, c)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn broadcast(block: Block) -> __m512i {
    _mm512_broadcast_i32x4(load_one(&block))
}

/// The slots of a batch's operands, the last gate's again where there are fewer.
#[inline(always)]
fn slots<const N: usize>(steps: &[GateStep], operand: usize) -> [usize; BATCH] {
    let mut slots = [0; BATCH];
    for (i, slot) in slots.iter_mut().enumerate().take(BATCH / N) {
        let step = steps[i.min(steps.len() - 1)];
        *slot = [step.x, step.y][operand] as usize;
    }
    slots
}

/// Eight labels: those of the one slot of a batch of instances, or of eight slots.
#[inline]
#[target_feature(enable = "avx512f")]
fn gather<const N: usize>(labels: &[[Block; N]], slots: [usize; BATCH]) -> Labels {
    let mut gathered = [_mm512_setzero_si512(); HALF];
    for (r, row) in gathered.iter_mut().enumerate() {
        *row = if N == BATCH {
            load(labels[slots[0]][r * LANES..].first_chunk().expect("a slot has eight labels"))
        } else {
            let label = |l: usize| &labels[slots[r * LANES + l]][0];
            let row = _mm512_castsi128_si512(load_one(label(0)));
            let row = _mm512_inserti32x4::<1>(row, load_one(label(1)));
            let row = _mm512_inserti32x4::<2>(row, load_one(label(2)));
            _mm512_inserti32x4::<3>(row, load_one(label(3)))
        };
    }
    gathered
}

/// Writes the outputs in order.
#[inline]
#[target_feature(enable = "avx512f")]
fn scatter<const N: usize>(labels: &mut [[Block; N]], steps: &[GateStep], out: &Labels) {
    if N == BATCH {
        let slot = &mut labels[steps[0].out as usize];
        for (blocks, row) in slot.as_chunks_mut().0.iter_mut().zip(out) {
            store(blocks, *row);
        }
        return;
    }
    for (steps, row) in steps.chunks(LANES).zip(out) {
        let lanes = [
            _mm512_extracti32x4_epi32::<0>(*row),
            _mm512_extracti32x4_epi32::<1>(*row),
            _mm512_extracti32x4_epi32::<2>(*row),
            _mm512_extracti32x4_epi32::<3>(*row),
        ];
        for (step, lane) in steps.iter().zip(lanes) {
            store_one(&mut labels[step.out as usize][0], lane);
        }
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load_rows(rows: &[u8; BATCH * ROW_BYTES]) -> [Labels; 2] {
    let mut loaded = [[_mm512_setzero_si512(); HALF]; 2];
    for (row, bytes) in loaded.as_flattened_mut().iter_mut().zip(rows.as_chunks::<{ LANES * Block::BYTES }>().0) {
        // SAFETY: the reference is to 64 readable bytes; the load needs no alignment.
        *row = unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) };
    }
    loaded
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store_rows(rows: &mut [u8; BATCH * ROW_BYTES], garbled: &[Labels; 2]) {
    for (row, bytes) in garbled.as_flattened().iter().zip(rows.as_chunks_mut::<{ LANES * Block::BYTES }>().0) {
        // SAFETY: the reference is to 64 writable bytes; no alignment is needed.
        unsafe { _mm512_storeu_si512(bytes.as_mut_ptr().cast(), *row) }
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load(blocks: &[Block; LANES]) -> __m512i {
    // SAFETY: the reference is to 64 readable bytes; the load needs no alignment.
    unsafe { _mm512_loadu_si512(blocks.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(blocks: &mut [Block; LANES], value: __m512i) {
    // SAFETY: the reference is to 64 writable bytes; every bit pattern is a block; no alignment is needed.
    unsafe { _mm512_storeu_si512(blocks.as_mut_ptr().cast(), value) }
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
