//! Half gates by their definition, on the hash of any level: the reference of the other version.

use super::{BATCH, GateStep, ROW_BYTES};
use crate::Block;
use crate::cpu::Level;
use crate::hash::{KEYS, hash_batch};

/// Labels or hashes of a batch, one for each gate.
type Lane = [Block; BATCH];

pub(super) fn garble<const N: usize>(
    level: Level,
    start: Block,
    delta: Block,
    first: u64,
    steps: &[GateStep],
    labels: &mut [[Block; N]],
    rows: &mut [u8],
) {
    for (batch, (steps, rows)) in steps.chunks(BATCH / N).zip(rows.chunks_mut(BATCH * ROW_BYTES)).enumerate() {
        let (x, y) = operands(steps, labels);
        let mut zero = side_by_side(&x, &y);
        let mut one = zero.map(|label| label ^ delta);
        hash_batch(level, &keys(start, first, batch), [&mut zero, &mut one]);
        let (garblers_rows, evaluators_rows) = rows.split_at_mut(rows.len() / 2);
        let mut out = [Block::ZERO; BATCH];
        for gate in 0..N * steps.len() {
            let (colour_x, colour_y) = (Block::mask(x[gate].lsb()), Block::mask(y[gate].lsb()));
            let garblers = zero[gate] ^ one[gate] ^ (colour_y & delta);
            let evaluators = zero[BATCH + gate] ^ one[BATCH + gate] ^ x[gate];
            let garblers_half = zero[gate] ^ (colour_x & garblers);
            let evaluators_half = zero[BATCH + gate] ^ (colour_y & (evaluators ^ x[gate]));
            out[gate] = garblers_half ^ evaluators_half;
            garblers_rows.as_chunks_mut().0[gate] = garblers.to_bytes();
            evaluators_rows.as_chunks_mut().0[gate] = evaluators.to_bytes();
        }
        write(steps, labels, &out);
    }
}

pub(super) fn evaluate<const N: usize>(
    level: Level,
    start: Block,
    first: u64,
    steps: &[GateStep],
    labels: &mut [[Block; N]],
    rows: &[u8],
) {
    for (batch, (steps, rows)) in steps.chunks(BATCH / N).zip(rows.chunks(BATCH * ROW_BYTES)).enumerate() {
        let (x, y) = operands(steps, labels);
        let mut hashes = side_by_side(&x, &y);
        hash_batch(level, &keys(start, first, batch), [&mut hashes]);
        let (garblers_rows, evaluators_rows) = rows.split_at(rows.len() / 2);
        let row = |rows: &[u8], gate: usize| Block::from_bytes(rows.as_chunks().0[gate]);
        let mut out = [Block::ZERO; BATCH];
        for gate in 0..N * steps.len() {
            let garblers_half = hashes[gate] ^ (Block::mask(x[gate].lsb()) & row(garblers_rows, gate));
            let evaluators_row = row(evaluators_rows, gate) ^ x[gate];
            out[gate] = garblers_half ^ hashes[BATCH + gate] ^ (Block::mask(y[gate].lsb()) & evaluators_row);
        }
        write(steps, labels, &out);
    }
}

/// The keys of batch number `batch` of a call: those of the garbler's halves, then those of the evaluator's.
fn keys(start: Block, first: u64, batch: usize) -> [Block; KEYS] {
    let first = first.wrapping_add((batch * BATCH) as u64);
    std::array::from_fn(|i| {
        let tweak = 2_u64.wrapping_mul(first.wrapping_add((i % BATCH) as u64)).wrapping_add((i / BATCH) as u64);
        start ^ Block::new(tweak.into())
    })
}

/// The operands' labels, zero beyond the last gate.
fn operands<const N: usize>(steps: &[GateStep], labels: &[[Block; N]]) -> (Lane, Lane) {
    let (mut x, mut y) = ([Block::ZERO; BATCH], [Block::ZERO; BATCH]);
    for (step, (x, y)) in steps.iter().zip(x.chunks_exact_mut(N).zip(y.chunks_exact_mut(N))) {
        x.copy_from_slice(&labels[step.x as usize]);
        y.copy_from_slice(&labels[step.y as usize]);
    }
    (x, y)
}

fn side_by_side(x: &Lane, y: &Lane) -> [Block; KEYS] {
    std::array::from_fn(|i| if i < BATCH { x[i] } else { y[i - BATCH] })
}

fn write<const N: usize>(steps: &[GateStep], labels: &mut [[Block; N]], out: &Lane) {
    for (step, out) in steps.iter().zip(out.as_chunks().0) {
        labels[step.out as usize] = *out;
    }
}
