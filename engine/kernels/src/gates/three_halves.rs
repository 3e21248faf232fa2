//! Three halves over label slots: Rosulek and Roy, "Three Halves Make a Whole?", CRYPTO 2021, ePrint 2021/749:
//! one and a half labels and five bits for a gate.
//!
//! *Slices.* A label is two halves `(L, R)` of 64 bits. `A_i` is the label of the first operand with colour `i`, `B_j`
//! that of the second with colour `j`; `a_i`, `b_j` and `x_k` are half-label hashes of `A_i`, `B_j` and of `A_i xor B_j` with
//! `k = i + j`. The evaluator finds the output's label from three half-label rows `G` as
//!
//! ```text
//! C_L = a_i + x_k + i G_0 + k G_2 + <w d, A_i> + <d, B_j>   + i B_j's L
//! C_R = b_j + x_k + j G_1 + k G_2 + <d, A_i>   + <w2 d, B_j> + j A_i's R
//! ```
//!
//! *Dice.* `d` is an element of GF(4) that belongs to `(i, j)`, `w` a root of `w2 = w + 1`, and `<(y, z), (L, R)>` is `y L + z R`.
//! With `(p, q)` the values of `A_0` and `B_0` as such an element, `d = d_0 + i w2 (p, q) + j w (p, q)`. The eight
//! equations of the four cases then have a solution for every Delta, which is how the paper gets by with five half labels where there
//! are eight to be said; this is its construction in other bases. `d_0` is drawn for every gate, so that the one `d` that
//! the evaluator sees is uniform, whatever `p` and `q` are. It gets it in the same way as the label, from one bit of
//! each hash and five bits for the gate: `d`'s first coordinate as `L`, the sum of its coordinates as `R`.
//!
//! *Hash.* `h(x, t)` is the right half of `AES_{S xor t}(sigma(x)) + s(L)` with `s(u || v) = (u + v) || u`, and the next bit, both
//! from [`crate::hash`]. Gate `j` uses the tweaks `3j` to `3j + 2`. Rows mask sums of halves of Delta with
//! these hashes; as `s`, and `s` with the identity added, can be inverted, no such sum cancels what is fed forward, which is what
//! circular correlation robustness of the paper (its definition for linear functions of Delta) asks of it.
//!
//! A batch is sixteen gates; its rows are all `G_0`, all `G_1`, all `G_2`, then five bits a gate, the first gate's lowest.
//!
//! The caller guarantees what [`super`] asks for, and dice that only the garbler knows.

use super::GateStep;
use crate::Block;
use crate::aes::Aes128;
use crate::cpu::Level;
use crate::hash::{GarblingHash, KEYS, hash_batch};

/// Gates of a batch: what the hash has keys for.
const GATES: usize = KEYS;
/// Bytes of a half label.
const HALF: usize = Block::BYTES / 2;
/// Control bits of a gate.
const BITS: usize = 5;

/// Bytes of the rows of so many gates of one call.
pub const fn row_bytes(gates: usize) -> usize {
    3 * HALF * gates + (BITS * gates).div_ceil(8)
}

impl GarblingHash {
    /// Garbles AND gates as [`Self::garble`] does, in three halves. `dice` is the garbler's secret, used under the gates' numbers
    /// only.
    ///
    /// # Panics
    /// If `rows` is not of [`row_bytes`], or a slot is not among `labels`.
    pub fn garble_three_halves<const N: usize>(
        &self,
        (delta, dice): (Block, &Aes128),
        first: u64,
        steps: &[GateStep],
        labels: &mut [[Block; N]],
        rows: &mut [u8],
    ) {
        let secret = Secret { start: self.start(), delta, dice };
        garble_at_level(Level::of_this_machine(), &secret, first, steps, labels, rows);
    }

    /// Evaluates what [`Self::garble_three_halves`] garbles.
    ///
    /// # Panics
    /// If `rows` is not of [`row_bytes`], or a slot is not among `labels`.
    pub fn evaluate_three_halves<const N: usize>(
        &self,
        first: u64,
        steps: &[GateStep],
        labels: &mut [[Block; N]],
        rows: &[u8],
    ) {
        evaluate_at_level(Level::of_this_machine(), self.start(), first, steps, labels, rows);
    }
}

/// What a garbler needs.
struct Secret<'a> {
    start: Block,
    delta: Block,
    dice: &'a Aes128,
}

fn garble_at_level<const N: usize>(
    level: Level,
    secret: &Secret<'_>,
    first: u64,
    steps: &[GateStep],
    labels: &mut [[Block; N]],
    rows: &mut [u8],
) {
    assert_eq!(rows.len(), row_bytes(N * steps.len()), "the rows of every gate");
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only ever one that the processor was found to have: it includes avx512f.
        Level::Avx512 => unsafe { garble_avx512(level, secret, first, steps, labels, rows) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: likewise; both include avx2.
        Level::Vaes256 | Level::Avx2 => unsafe { garble_avx2(level, secret, first, steps, labels, rows) },
        _ => garble(level, secret, first, steps, labels, rows),
    }
}

fn evaluate_at_level<const N: usize>(
    level: Level,
    start: Block,
    first: u64,
    steps: &[GateStep],
    labels: &mut [[Block; N]],
    rows: &[u8],
) {
    assert_eq!(rows.len(), row_bytes(N * steps.len()), "the rows of every gate");
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only ever one that the processor was found to have: it includes avx512f.
        Level::Avx512 => unsafe { evaluate_avx512(level, start, first, steps, labels, rows) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: likewise; both include avx2.
        Level::Vaes256 | Level::Avx2 => unsafe { evaluate_avx2(level, start, first, steps, labels, rows) },
        _ => evaluate(level, start, first, steps, labels, rows),
    }
}

/// One source for all levels: what it calls is compiled into it, for the instructions that the level has.
#[inline(always)]
fn garble<const N: usize>(
    level: Level,
    secret: &Secret<'_>,
    mut first: u64,
    steps: &[GateStep],
    labels: &mut [[Block; N]],
    mut rows: &mut [u8],
) {
    for steps in steps.chunks(GATES / N) {
        let gates = N * steps.len();
        let (part, after) = std::mem::take(&mut rows).split_at_mut(row_bytes(gates));
        let (a, b) = operands(steps, labels);
        let drawn = secret.dice.encrypt_one(Block::new(first.into())).to_bytes();
        let mut garbled = Garbled::new();
        let hashes = Hashes::of_both_labels(level, secret, first, &a, &b);
        garble_batch(secret.delta, &drawn, &a, &b, &hashes, &mut garbled);
        garbled.write(gates, part);
        write(steps, labels, &garbled.out);
        rows = after;
        first = first.wrapping_add(gates as u64);
    }
}

/// Likewise.
#[inline(always)]
fn evaluate<const N: usize>(
    level: Level,
    start: Block,
    mut first: u64,
    steps: &[GateStep],
    labels: &mut [[Block; N]],
    mut rows: &[u8],
) {
    for steps in steps.chunks(GATES / N) {
        let gates = N * steps.len();
        let (part, after) = rows.split_at(row_bytes(gates));
        let (a, b) = operands(steps, labels);
        let mut hashes = three(&a, &b);
        hash_three(level, start, first, [&mut hashes]);
        let mut garbled = Garbled::read(gates, part);
        evaluate_batch(&a, &b, &hashes, &mut garbled);
        write(steps, labels, &garbled.out);
        rows = after;
        first = first.wrapping_add(gates as u64);
    }
}

/// Labels of a batch.
type Lane = [Block; GATES];

/// What a batch's gates are made of: outputs, half-label rows, control bits.
struct Garbled {
    out: Lane,
    rows: [[u64; GATES]; 3],
    /// In the lowest five bits.
    bits: [u64; GATES],
}

/// Half-label hashes of a batch, in the right half, and their control bits above them: of the first operands, the second
/// ones, and their sums.
type Three = [Lane; 3];

/// Those of the labels for 0, and those of the labels for 1.
struct Hashes {
    zero: Three,
    one: Three,
}

impl Garbled {
    #[inline(always)]
    fn new() -> Self {
        Self { out: [Block::ZERO; GATES], rows: [[0; GATES]; 3], bits: [0; GATES] }
    }

    /// The rows of the first `gates` gates as bytes.
    #[inline(always)]
    fn write(&self, gates: usize, bytes: &mut [u8]) {
        let (halves, control) = bytes.split_at_mut(3 * HALF * gates);
        for (bytes, rows) in halves.chunks_exact_mut(HALF * gates).zip(&self.rows) {
            bytes.copy_from_slice(&bytemuck::cast_slice(rows)[..HALF * gates]);
        }
        for (bytes, bits) in control.chunks_mut(BITS).zip(self.bits.as_chunks::<8>().0) {
            let packed = (0..8).fold(0, |packed, g| packed | bits[g] << (BITS * g));
            bytes.copy_from_slice(&packed.to_le_bytes()[..bytes.len()]);
        }
    }

    #[inline(always)]
    fn read(gates: usize, bytes: &[u8]) -> Self {
        let mut garbled = Self::new();
        let (halves, control) = bytes.split_at(3 * HALF * gates);
        for (bytes, rows) in halves.chunks_exact(HALF * gates).zip(&mut garbled.rows) {
            bytemuck::cast_slice_mut(rows)[..HALF * gates].copy_from_slice(bytes);
        }
        for (bytes, bits) in control.chunks(BITS).zip(garbled.bits.as_chunks_mut::<8>().0) {
            let mut packed = [0; 8];
            packed[..bytes.len()].copy_from_slice(bytes);
            let packed = u64::from_le_bytes(packed);
            (0..8).for_each(|g| bits[g] = packed >> (BITS * g) & 0x1f);
        }
        garbled
    }
}

impl Hashes {
    #[inline(always)]
    fn of_both_labels(level: Level, secret: &Secret<'_>, first: u64, a: &Lane, b: &Lane) -> Self {
        let zero = three(a, b);
        let mut hashes = Self { zero, one: zero };
        hashes.one.as_flattened_mut().iter_mut().for_each(|label| *label ^= secret.delta);
        hash_three(level, secret.start, first, [&mut hashes.zero, &mut hashes.one]);
        hashes
    }
}

/// Replaces the operands of a batch and their sums by their half-label hashes, of `E` labels each.
#[inline(always)]
fn hash_three<const E: usize>(level: Level, start: Block, first: u64, mut labels: [&mut Three; E]) {
    let fed = labels.each_ref().map(|labels| **labels);
    for which in 0..3 {
        let mut lanes = labels.each_mut().map(|labels| &mut labels[which]);
        hash_batch(level, &keys(start, first, which), lanes.each_mut().map(|lane| &mut **lane));
        for (lane, fed) in lanes.iter_mut().zip(&fed) {
            for (hash, label) in lane.iter_mut().zip(&fed[which]) {
                *hash ^= fed_forward(*label);
            }
        }
    }
}

#[inline(always)]
fn three(a: &Lane, b: &Lane) -> Three {
    let mut three = [*a, *b, *a];
    three[2].iter_mut().zip(b).for_each(|(sum, b)| *sum ^= *b);
    three
}

/// What turns the `sigma(x)` of the garbling hash, in whose right half stands `L`, into `s(L)`.
#[inline(always)]
fn fed_forward(x: Block) -> Block {
    let left = (x.to_u128() >> 64) as u64;
    Block::new((left << 32 | (left ^ left >> 32) & 0xffff_ffff).into())
}

#[inline(always)]
fn keys(start: Block, first: u64, which: usize) -> [Block; KEYS] {
    let mut keys = [start; KEYS];
    let mut tweak = first.wrapping_mul(3).wrapping_add(which as u64);
    for key in &mut keys {
        *key ^= Block::new(tweak.into());
        tweak = tweak.wrapping_add(3);
    }
    keys
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn garble_avx512<const N: usize>(
    level: Level,
    secret: &Secret<'_>,
    first: u64,
    steps: &[GateStep],
    labels: &mut [[Block; N]],
    rows: &mut [u8],
) {
    garble(level, secret, first, steps, labels, rows);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn garble_avx2<const N: usize>(
    level: Level,
    secret: &Secret<'_>,
    first: u64,
    steps: &[GateStep],
    labels: &mut [[Block; N]],
    rows: &mut [u8],
) {
    garble(level, secret, first, steps, labels, rows);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn evaluate_avx512<const N: usize>(
    level: Level,
    start: Block,
    first: u64,
    steps: &[GateStep],
    labels: &mut [[Block; N]],
    rows: &[u8],
) {
    evaluate(level, start, first, steps, labels, rows);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn evaluate_avx2<const N: usize>(
    level: Level,
    start: Block,
    first: u64,
    steps: &[GateStep],
    labels: &mut [[Block; N]],
    rows: &[u8],
) {
    evaluate(level, start, first, steps, labels, rows);
}

/// All ones if the lowest bit is one, else zero.
#[inline(always)]
fn mask(bit: u64) -> u64 {
    (bit & 1).wrapping_neg()
}

/// An element of GF(4), each coordinate as a mask.
#[derive(Clone, Copy)]
struct Die(u64, u64);

impl Die {
    /// `w` times this.
    #[inline(always)]
    fn times_w(self) -> Self {
        Self(self.1, self.0 ^ self.1)
    }

    /// `w^2` times this.
    #[inline(always)]
    fn times_w2(self) -> Self {
        Self(self.0 ^ self.1, self.0)
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Self(self.0 ^ other.0, self.1 ^ other.1)
    }

    /// `y L + z R`.
    #[inline(always)]
    fn of(self, label: Halves) -> u64 {
        self.0 & label.l ^ self.1 & label.r
    }
}

/// The halves of a label; of a hash, `r` is the half label and the lowest bit of `l` the control bit.
#[derive(Clone, Copy)]
struct Halves {
    l: u64,
    r: u64,
}

impl Halves {
    #[inline(always)]
    fn of(block: Block) -> Self {
        Self { l: (block.to_u128() >> 64) as u64, r: block.to_u128() as u64 }
    }

    #[inline(always)]
    fn to_block(self) -> Block {
        Block::new(u128::from(self.l) << 64 | u128::from(self.r))
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Self { l: self.l ^ other.l, r: self.r ^ other.r }
    }

    #[inline(always)]
    fn times(self, mask: u64) -> Self {
        Self { l: self.l & mask, r: self.r & mask }
    }
}

#[inline(always)]
fn garble_batch(delta: Block, dice: &[u8; GATES], a: &Lane, b: &Lane, hashes: &Hashes, to: &mut Garbled) {
    let delta = Halves::of(delta);
    for g in 0..GATES {
        let (a, b) = (Halves::of(a[g]), Halves::of(b[g]));
        // The value of the label with colour 0 is the colour of the label for 0.
        let (p, q) = (mask(a.r), mask(b.r));
        let value = Die(p, q);
        let (a0, b0) = (a.plus(delta.times(p)), b.plus(delta.times(q)));
        let (a1, b1) = (a0.plus(delta), b0.plus(delta));
        let d0 = Die(mask(dice[g].into()), mask((dice[g] >> 1).into()));
        let d3 = d0.plus(value);
        // By operand: the hash of the label with colour 0, and the difference of both.
        let hash = |which: usize, colour: u64| {
            let zero = Halves::of(hashes.zero[which][g]);
            let difference = zero.plus(Halves::of(hashes.one[which][g]));
            (zero.plus(difference.times(colour)), difference)
        };
        let ((ha, da), (hb, db), (hx, dx)) = (hash(0, p), hash(1, q), hash(2, p ^ q));
        let difference = !(p ^ q);
        to.rows[0][g] =
            da.r ^ difference & delta.l ^ d3.times_w().of(a1) ^ d0.times_w().of(a0) ^ d3.of(b1) ^ d0.of(b0) ^ b1.l;
        to.rows[1][g] =
            db.r ^ difference & delta.r ^ d3.of(a1) ^ d0.of(a0) ^ d3.times_w2().of(b1) ^ d0.times_w2().of(b0) ^ a1.r;
        let by_b = value.times_w();
        to.rows[2][g] = dx.r ^ p & delta.l ^ value.times_w2().of(a0) ^ by_b.of(b0) ^ d0.plus(by_b).of(delta);
        let out = Halves {
            l: ha.r ^ hx.r ^ d0.times_w().of(a0) ^ d0.of(b0) ^ p & q & delta.l,
            r: hb.r ^ hx.r ^ d0.of(a0) ^ d0.times_w2().of(b0) ^ p & q & delta.r,
        };
        to.out[g] = out.to_block();
        let bits = [d0.0 ^ ha.l ^ hx.l, d0.0 ^ d0.1 ^ hb.l ^ hx.l, da.l ^ p, db.l ^ p ^ q, dx.l ^ q];
        to.bits[g] = bits[0] & 1 | (bits[1] & 1) << 1 | (bits[2] & 1) << 2 | (bits[3] & 1) << 3 | (bits[4] & 1) << 4;
    }
}

#[inline(always)]
fn evaluate_batch(a: &Lane, b: &Lane, hashes: &Three, garbled: &mut Garbled) {
    for g in 0..GATES {
        let (a, b) = (Halves::of(a[g]), Halves::of(b[g]));
        let [ha, hb, hx] = [Halves::of(hashes[0][g]), Halves::of(hashes[1][g]), Halves::of(hashes[2][g])];
        let (i, j) = (mask(a.r), mask(b.r));
        let k = i ^ j;
        let [row0, row1, row2] = [garbled.rows[0][g], garbled.rows[1][g], garbled.rows[2][g]];
        let bits = garbled.bits[g];
        let left = bits ^ ha.l ^ hx.l ^ i & bits >> 2 ^ k & bits >> 4;
        let right = bits >> 1 ^ hb.l ^ hx.l ^ j & bits >> 3 ^ k & bits >> 4;
        let d = Die(mask(left), mask(left ^ right));
        let out = Halves {
            l: ha.r ^ hx.r ^ i & row0 ^ k & row2 ^ d.times_w().of(a) ^ d.of(b) ^ i & b.l,
            r: hb.r ^ hx.r ^ j & row1 ^ k & row2 ^ d.of(a) ^ d.times_w2().of(b) ^ j & a.r,
        };
        garbled.out[g] = out.to_block();
    }
}

/// The operands' labels, zero beyond the last gate.
#[inline(always)]
fn operands<const N: usize>(steps: &[GateStep], labels: &[[Block; N]]) -> (Lane, Lane) {
    let (mut a, mut b) = ([Block::ZERO; GATES], [Block::ZERO; GATES]);
    for (step, (a, b)) in steps.iter().zip(a.chunks_exact_mut(N).zip(b.chunks_exact_mut(N))) {
        a.copy_from_slice(&labels[step.x as usize]);
        b.copy_from_slice(&labels[step.y as usize]);
    }
    (a, b)
}

#[inline(always)]
fn write<const N: usize>(steps: &[GateStep], labels: &mut [[Block; N]], out: &Lane) {
    for (step, out) in steps.iter().zip(out.as_chunks().0) {
        labels[step.out as usize] = *out;
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{SLOTS, blocks, steps};
    use super::*;
    use crate::gates::BATCH;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn all_levels_agree<const N: usize>(start: u128, delta: u128, first: u64, steps: &[GateStep], words: &[u128]) {
        let dice = Aes128::new(Block::new(delta));
        let secret = Secret { start: Block::new(start), delta: Block::new(delta | 1), dice: &dice };
        let garbled = |level| {
            let (mut labels, mut rows) = (blocks::<N>(words), vec![0; row_bytes(N * steps.len())]);
            garble_at_level(level, &secret, first, steps, &mut labels, &mut rows);
            (labels, rows)
        };
        let expected = garbled(Level::Portable);
        for level in Level::all_of_this_machine() {
            assert_eq!(garbled(level), expected, "{level:?}");
        }
        let evaluated = |level| {
            let mut labels = blocks::<N>(words);
            evaluate_at_level(level, secret.start, first, steps, &mut labels, &expected.1);
            labels
        };
        let expected = evaluated(Level::Portable);
        for level in Level::all_of_this_machine() {
            assert_eq!(evaluated(level), expected, "{level:?}");
        }
    }

    /// The evaluator of labels with these values has the labels of the conjunctions.
    fn values_come_out<const N: usize>(first: u64, steps: &[GateStep], words: &[u128]) {
        let (hash, dice) = (GarblingHash::new(Block::new(7)), Aes128::new(Block::new(8)));
        let delta = Block::new(0x0123_4567_89ab_cdef_0246 << 40 | 1);
        let of = |zero: Block, value: bool| zero ^ (Block::mask(value) & delta);
        let mut zeros = blocks::<N>(words);
        let mut values: Vec<[bool; N]> =
            blocks(words).iter().map(|slot| slot.map(|word: Block| word.bit(77))).collect();
        let slots = zeros.iter().zip(&values);
        let mut active: Vec<[Block; N]> = slots.map(|(z, v)| std::array::from_fn(|i| of(z[i], v[i]))).collect();
        let mut rows = vec![0; row_bytes(N * steps.len())];
        hash.garble_three_halves((delta, &dice), first, steps, &mut zeros, &mut rows);
        hash.evaluate_three_halves(first, steps, &mut active, &rows);
        for step in steps {
            let (x, y) = (values[step.x as usize], values[step.y as usize]);
            values[step.out as usize] = std::array::from_fn(|i| x[i] & y[i]);
        }
        for ((zeros, active), values) in zeros.iter().zip(&active).zip(&values) {
            (0..N).for_each(|i| assert_eq!(active[i], of(zeros[i], values[i])));
        }
    }

    proptest! {
        #[test]
        fn every_version_equals_the_portable_one(
            start: u128, delta: u128, first in 0..u64::MAX / 4, steps in steps(), words in vec(any::<u128>(), SLOTS * BATCH)
        ) {
            all_levels_agree::<1>(start, delta, first, &steps, &words);
            all_levels_agree::<BATCH>(start, delta, first, &steps, &words);
        }

        #[test]
        fn gates_are_conjunctions(first in 0..1_u64 << 40, steps in steps(), words in vec(any::<u128>(), SLOTS * BATCH)) {
            values_come_out::<1>(first, &steps, &words);
            values_come_out::<BATCH>(first, &steps, &words);
        }
    }

    /// In each of the four cases, of the four dice each one is seen for one draw, whatever the operands' values.
    #[test]
    fn the_die_that_is_seen_is_uniform() {
        let bits = |d: Die| (d.0 & 1, d.1 & 1);
        for (p, q, i, j) in (0..16_u64).map(|c| (mask(c), mask(c >> 1), mask(c >> 2), mask(c >> 3))) {
            let value = Die(p, q);
            let times = |d: Die, colour: u64| Die(d.0 & colour, d.1 & colour);
            let shift = times(value.times_w2(), i).plus(times(value.times_w(), j));
            let mut seen: Vec<_> = (0..4).map(|d| bits(Die(mask(d), mask(d >> 1)).plus(shift))).collect();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), 4);
        }
    }

    /// `s`, and `s` with the identity added, take no half label but zero to zero.
    #[test]
    fn what_is_fed_forward_is_an_orthomorphism() {
        let added = |left: u64| fed_forward(Block::new(u128::from(left) << 64)).to_u128() as u64;
        let rank = |f: &dyn Fn(u64) -> u64| {
            let mut rows: Vec<u64> = (0..64).map(|bit| f(1 << bit)).collect();
            let mut rank = 0;
            for bit in 0..64 {
                if let Some(pivot) = (rank..64).find(|&row| rows[row] >> bit & 1 == 1) {
                    rows.swap(rank, pivot);
                    let row = rows[rank];
                    (rank + 1..64)
                        .filter(|&r| rows[r] >> bit & 1 == 1)
                        .collect::<Vec<_>>()
                        .iter()
                        .for_each(|&r| rows[r] ^= row);
                    rank += 1;
                }
            }
            rank
        };
        // The hash has fed forward L itself, so that what is added to it is s and the identity.
        assert_eq!(rank(&added), 64);
        assert_eq!(rank(&|left| added(left) ^ left), 64);
    }

    #[test]
    fn rows_are_one_and_a_half_labels_and_five_bits() {
        assert_eq!(row_bytes(1), 25);
        assert_eq!(row_bytes(8), 8 * 24 + 5);
        assert_eq!(8 * row_bytes(1_000), 1_000 * (192 + 5));
    }
}
