//! Weighted sums of rows of words modulo the prime `2^255 - 19`.
//!
//! Words are cut into halves and weights into limbs of 26 bits, whose products leave room in lanes of 64 bits for those of
//! all rows. What they carry is settled once for each sum.

use crate::cpu::Level;

/// Rows whose products have room in a lane.
pub const MOST_ROWS: usize = 8;

/// Columns side by side, and those whose carries are settled together.
const LANES: usize = 4;
const PIECE: usize = 32;
/// Bits of a limb.
const BITS: usize = 26;
const MASK: u64 = (1 << BITS) - 1;
const HALF: u64 = (1 << 32) - 1;
/// Limbs of a weight.
const LIMBS: usize = 10;
/// `2^260` modulo the prime.
const FOLD: u64 = 19 << 5;
/// Bits of the last limb that are below `2^255`.
const LAST_BITS: usize = 255 - (LIMBS - 1) * BITS;

type Lanes = [u64; LANES];
/// A word or a limb of each column.
type Piece = [u64; PIECE];

/// For each column, `sums[c]` becomes the sum of `rows[r][c] * weights[r]` modulo `2^255 - 19`: some number of its class
/// below `2^256`, in words from the least significant one, as weights are.
///
/// # Panics
/// If a row is not as long as the sums, or for more rows than [`MOST_ROWS`] or than weights.
pub fn weighted_sums(rows: &[&[u64]], weights: &[[u64; 4]], sums: &mut [[u64; 4]]) {
    weighted_sums_at_level(Level::of_this_machine(), rows, weights, sums);
}

fn weighted_sums_at_level(level: Level, rows: &[&[u64]], weights: &[[u64; 4]], sums: &mut [[u64; 4]]) {
    assert!(rows.len() <= MOST_ROWS && rows.len() == weights.len(), "no more rows than there is room for");
    assert!(rows.iter().all(|row| row.len() == sums.len()), "rows as long as their sums");
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only ever one that the processor was found to have: it includes avx512f and avx512dq.
        Level::Avx512 => unsafe { sums_avx512(rows, weights, sums) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: likewise; it includes avx2.
        Level::Avx2 => unsafe { sums_avx2(rows, weights, sums) },
        _ => all_sums(rows, weights, sums),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq")]
fn sums_avx512(rows: &[&[u64]], weights: &[[u64; 4]], sums: &mut [[u64; 4]]) {
    all_sums(rows, weights, sums);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn sums_avx2(rows: &[&[u64]], weights: &[[u64; 4]], sums: &mut [[u64; 4]]) {
    all_sums(rows, weights, sums);
}

#[inline(always)]
fn all_sums(rows: &[&[u64]], weights: &[[u64; 4]], sums: &mut [[u64; 4]]) {
    // Where there is no row, its weight is zero, as are the words beyond the end.
    let mut limbs = [[0; LIMBS]; MOST_ROWS];
    limbs.iter_mut().zip(weights).for_each(|(limbs, weight)| *limbs = limbs_of(weight));
    let mut words = [[0; PIECE]; MOST_ROWS];
    for (piece, sums) in sums.chunks_mut(PIECE).enumerate() {
        for (row, words) in rows.iter().zip(&mut words) {
            words[..sums.len()].copy_from_slice(&row[piece * PIECE..][..sums.len()]);
        }
        let mut columns = [[0; PIECE]; LIMBS + 2];
        for at in (0..PIECE).step_by(LANES) {
            add_columns(&words, at, &limbs, &mut columns);
        }
        let words = reduced(&mut columns);
        for (column, sum) in sums.iter_mut().enumerate() {
            *sum = [words[0][column], words[1][column], words[2][column], words[3][column]];
        }
    }
}

/// A number in limbs.
fn limbs_of(words: &[u64; 4]) -> [u64; LIMBS] {
    let bits = |at: usize| u128::from(words[at / 64]) | u128::from(*words.get(at / 64 + 1).unwrap_or(&0)) << 64;
    std::array::from_fn(|limb| (bits(limb * BITS) >> (limb * BITS % 64)) as u64 & MASK)
}

/// Some columns' sums in limbs, of which a lane has room for more than their bits.
#[inline(always)]
fn add_columns(
    words: &[Piece; MOST_ROWS],
    at: usize,
    weights: &[[u64; LIMBS]; MOST_ROWS],
    sums: &mut [Piece; LIMBS + 2],
) {
    const SHIFT: usize = 32 - BITS;
    let (mut low, mut high) = ([[0; LANES]; MOST_ROWS], [[0; LANES]; MOST_ROWS]);
    for row in 0..MOST_ROWS {
        for lane in 0..LANES {
            (low[row][lane], high[row][lane]) = (words[row][at + lane] & HALF, words[row][at + lane] >> 32);
        }
    }
    for limb in 0..LIMBS {
        let (mut of_low, mut of_high): (Lanes, Lanes) = ([0; LANES], [0; LANES]);
        for row in 0..MOST_ROWS {
            // Products of halves, as the compiler sees by the masks.
            let weight = weights[row][limb] & HALF;
            for lane in 0..LANES {
                of_low[lane] += (low[row][lane] & HALF) * weight;
                of_high[lane] += (high[row][lane] & HALF) * weight;
            }
        }
        // Halves on top count 2^32: a limb and 2^6.
        for lane in 0..LANES {
            sums[limb][at + lane] += of_low[lane];
            sums[limb + 1][at + lane] += (of_high[lane] << SHIFT) & MASK;
            sums[limb + 2][at + lane] += of_high[lane] >> (BITS - SHIFT);
        }
    }
}

/// The words of representatives below `2^256`.
#[inline(always)]
fn reduced(limbs: &mut [Piece; LIMBS + 2]) -> [Piece; 4] {
    let carry = carry_on(limbs);
    for column in 0..PIECE {
        let top = limbs[LIMBS - 1][column] >> LAST_BITS;
        limbs[LIMBS - 1][column] &= (1 << LAST_BITS) - 1;
        limbs[0][column] += (limbs[LIMBS][column] & MASK) * FOLD + 19 * (top & MASK);
        limbs[1][column] += (limbs[LIMBS + 1][column] & MASK) * FOLD;
        limbs[2][column] += (carry[column] & MASK) * FOLD;
    }
    carry_on(&mut limbs[..LIMBS]);
    let mut words = [[0; PIECE]; 4];
    for column in 0..PIECE {
        words[0][column] = limbs[0][column] | limbs[1][column] << 26 | limbs[2][column] << 52;
        words[1][column] = limbs[2][column] >> 12 | limbs[3][column] << 14 | limbs[4][column] << 40;
        let low = limbs[4][column] >> 24 | limbs[5][column] << 2;
        words[2][column] = low | limbs[6][column] << 28 | limbs[7][column] << 54;
        words[3][column] = limbs[7][column] >> 10 | limbs[8][column] << 16 | limbs[9][column] << 42;
    }
    words
}

/// Leaves 26 bits of every limb.
#[inline(always)]
fn carry_on(limbs: &mut [Piece]) -> Piece {
    let mut carry = [0; PIECE];
    for limb in limbs {
        for column in 0..PIECE {
            let sum = limb[column] + carry[column];
            (limb[column], carry[column]) = (sum & MASK, sum >> BITS);
        }
    }
    carry
}
