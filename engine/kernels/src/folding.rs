//! Weighted sums of rows of words modulo the prime `2^255 - 19`.
//!
//! Words are cut into halves and weights into limbs of 26 bits, whose products leave room in lanes of 64 bits for those of
//! all rows. What they carry is settled once for each sum.

use crate::cpu::{Aligned, Level};

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
        Level::Vaes256 | Level::Avx2 => unsafe { sums_avx2(rows, weights, sums) },
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
    let mut aligned = Aligned([[[0; LANES]; MOST_ROWS]; LIMBS]);
    let limbs = &mut aligned.0;
    for (row, weight) in weights.iter().enumerate() {
        limbs.iter_mut().zip(limbs_of(weight)).for_each(|(limbs, limb)| limbs[row] = [limb; LANES]);
    }
    let mut last = [[0; PIECE]; MOST_ROWS];
    let mut aligned = Aligned([[[0; PIECE]; LIMBS]; 2]);
    let [low, high] = &mut aligned.0;
    let mut words_of_sums = [[0; PIECE]; 4];
    for (piece, sums) in sums.chunks_mut(PIECE).enumerate() {
        if sums.len() < PIECE {
            for (last, row) in last.iter_mut().zip(rows) {
                last[..sums.len()].copy_from_slice(&row[piece * PIECE..]);
            }
        }
        let mut words = last.each_ref();
        for (words, row) in words.iter_mut().zip(rows) {
            *words = row[piece * PIECE..].first_chunk().unwrap_or(words);
        }
        for at in (0..PIECE).step_by(LANES) {
            add_columns(&words, at, limbs, [low, high]);
        }
        join(low, high);
        reduce(low, high, &mut words_of_sums);
        for (column, sum) in sums.iter_mut().enumerate() {
            *sum = words_of_sums.each_ref().map(|words| words[column]);
        }
    }
}

/// A number in limbs.
fn limbs_of(words: &[u64; 4]) -> [u64; LIMBS] {
    let bits = |at: usize| u128::from(words[at / 64]) | u128::from(*words.get(at / 64 + 1).unwrap_or(&0)) << 64;
    std::array::from_fn(|limb| (bits(limb * BITS) >> (limb * BITS % 64)) as u64 & MASK)
}

/// Some columns' sums in limbs, of which a lane has room for more than their bits: of the words' lower halves and of the
/// higher ones. Those of all rows stay in registers.
#[inline(always)]
fn add_columns(
    words: &[&Piece; MOST_ROWS],
    at: usize,
    weights: &[[Lanes; MOST_ROWS]; LIMBS],
    [of_low, of_high]: [&mut [Piece; LIMBS]; 2],
) {
    let [mut low, mut high] = [[[0; LANES]; MOST_ROWS]; 2];
    for row in 0..MOST_ROWS {
        for lane in 0..LANES {
            (low[row][lane], high[row][lane]) = (words[row][at + lane] & HALF, words[row][at + lane] >> 32);
        }
    }
    for (sums, weights) in of_low.iter_mut().zip(weights) {
        sums[at..at + LANES].copy_from_slice(&products(&low, weights));
    }
    for (sums, weights) in of_high.iter_mut().zip(weights) {
        sums[at..at + LANES].copy_from_slice(&products(&high, weights));
    }
}

/// Adds what is on top to the lower halves' sums: it counts `2^32`, a limb and `2^6`. The two limbs beyond those are left
/// where the first two of the higher halves were.
#[inline(always)]
fn join(low: &mut [Piece; LIMBS], high: &mut [Piece; LIMBS]) {
    const SHIFT: usize = 32 - BITS;
    for column in 0..PIECE {
        low[1][column] += (high[0][column] << SHIFT) & MASK;
    }
    for limb in 2..LIMBS {
        for column in 0..PIECE {
            let carry = high[limb - 2][column] >> (BITS - SHIFT);
            low[limb][column] += ((high[limb - 1][column] << SHIFT) & MASK) + carry;
        }
    }
    let (before, last) = (high[LIMBS - 2], high[LIMBS - 1]);
    for column in 0..PIECE {
        high[0][column] = ((last[column] << SHIFT) & MASK) + (before[column] >> (BITS - SHIFT));
        high[1][column] = last[column] >> (BITS - SHIFT);
    }
}

/// The sums of all rows' products.
#[inline(always)]
fn products(halves: &[Lanes; MOST_ROWS], weights: &[Lanes; MOST_ROWS]) -> Lanes {
    let mut sums = [0; LANES];
    for (half, weight) in halves.iter().zip(weights) {
        for lane in 0..LANES {
            // Products of halves, as the compiler sees by the masks.
            sums[lane] += (half[lane] & HALF) * (weight[lane] & HALF);
        }
    }
    sums
}

/// Of limbs and two more of them, the words of representatives below `2^256`.
#[inline(always)]
fn reduce(limbs: &mut [Piece; LIMBS], more: &[Piece; LIMBS], words: &mut [Piece; 4]) {
    let mut carry = [0; PIECE];
    carry_on(limbs, &mut carry);
    for column in 0..PIECE {
        let low = more[0][column] + carry[column];
        let middle = more[1][column] + (low >> BITS);
        let top = limbs[LIMBS - 1][column] >> LAST_BITS;
        limbs[LIMBS - 1][column] &= (1 << LAST_BITS) - 1;
        limbs[0][column] += (low & MASK) * FOLD + 19 * (top & MASK);
        limbs[1][column] += (middle & MASK) * FOLD;
        limbs[2][column] += (middle >> BITS & MASK) * FOLD;
    }
    carry_on(limbs, &mut [0; PIECE]);
    for column in 0..PIECE {
        let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|limb: usize| limbs[limb][column]);
        let [f, g, h, i, j] = [5, 6, 7, 8, 9].map(|limb: usize| limbs[limb][column]);
        words[0][column] = a | b << 26 | c << 52;
        words[1][column] = c >> 12 | d << 14 | e << 40;
        words[2][column] = e >> 24 | f << 2 | g << 28 | h << 54;
        words[3][column] = h >> 10 | i << 16 | j << 42;
    }
}

/// Leaves 26 bits of every limb.
#[inline(always)]
fn carry_on(limbs: &mut [Piece; LIMBS], carry: &mut Piece) {
    for limb in limbs {
        for (limb, carry) in limb.iter_mut().zip(carry.iter_mut()) {
            let sum = *limb + *carry;
            (*limb, *carry) = (sum & MASK, sum >> BITS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Modulo the prime, by words: what is above `2^256` counts 38 times.
    fn canonical(mut words: [u64; 6]) -> [u64; 4] {
        let prime = [u64::MAX - 18, u64::MAX, u64::MAX, u64::MAX >> 1];
        loop {
            let (top, high) = (words[3] >> 63, [words[4], words[5]]);
            let above = u128::from(high[0]) << 1 | u128::from(top);
            if above == 0 && high[1] == 0 {
                break;
            }
            words[3] &= u64::MAX >> 1;
            // High words of such sums are small.
            let mut carry = above * 19 + (u128::from(high[1]) << 65) * 19;
            (words[4], words[5]) = (0, 0);
            for word in &mut words {
                let sum = u128::from(*word) + (carry & u128::from(u64::MAX));
                (*word, carry) = (sum as u64, (carry >> 64) + (sum >> 64));
            }
        }
        let words = [words[0], words[1], words[2], words[3]];
        if words == prime || (words[3] == prime[3] && words[1..3] == prime[1..3] && words[0] > prime[0]) {
            [words[0] - prime[0], 0, 0, 0]
        } else {
            words
        }
    }

    fn defined(rows: &[&[u64]], weights: &[[u64; 4]], column: usize) -> [u64; 4] {
        let mut sum = [0_u64; 6];
        for (row, weight) in rows.iter().zip(weights) {
            let mut carry = 0_u128;
            for (i, to) in sum.iter_mut().enumerate() {
                let product = u128::from(row[column]) * u128::from(*weight.get(i).unwrap_or(&0));
                let low = (product & u128::from(u64::MAX)) + u128::from(*to) + (carry & u128::from(u64::MAX));
                (*to, carry) = (low as u64, (low >> 64) + (product >> 64) + (carry >> 64));
            }
        }
        canonical(sum)
    }

    fn check(rows: &[Vec<u64>], weights: &[[u64; 4]], length: usize) {
        let rows: Vec<&[u64]> = rows.iter().map(|row| &row[..length]).collect();
        for level in Level::all_of_this_machine() {
            let mut sums = vec![[7; 4]; length];
            weighted_sums_at_level(level, &rows, weights, &mut sums);
            for (column, sum) in sums.iter().enumerate() {
                let found = canonical([sum[0], sum[1], sum[2], sum[3], 0, 0]);
                assert_eq!(found, defined(&rows, weights, column), "{level:?}, column {column}");
            }
        }
    }

    proptest! {
        #[test]
        fn every_version_gives_the_sums_by_definition(
            rows in vec(vec(prop_oneof![Just(0), Just(u64::MAX), any::<u64>()], 70), 0..=MOST_ROWS),
            weights in vec(any::<[u64; 4]>(), MOST_ROWS),
            length in 0_usize..70,
        ) {
            check(&rows, &weights[..rows.len()], length);
        }
    }

    #[test]
    fn limbs_have_room_for_the_greatest() {
        check(&vec![vec![u64::MAX; 37]; MOST_ROWS], &[[u64::MAX; 4]; MOST_ROWS], 37);
    }
}
