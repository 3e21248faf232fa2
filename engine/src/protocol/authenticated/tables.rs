//! The AND gate: distributed half gates, for runs of independent gates.
//!
//! Half gates (Zahur, Rosulek and Evans, EUROCRYPT 2015) whose constants are shared (Katz, Ranellucci, Rosulek and Wang,
//! CRYPTO 2018, ePrint 2018/578, figure 2; Yang, Wang and Zhang, ePrint 2019/1104, section 5 for more parties). Let a
//! gate's operands have masks `a`, `b` and masked values `A`, `B`, and its result the mask `m`. The masked result is
//! `C = A B + A b + B a + (a b + m)`. All parties have parts of `a`, `b` and `c = a b + m` for every Delta; party `p`'s
//! is written `[.]_p` here.
//!
//! For itself a garbler with labels `K` and `L` for the masked values 0 of the operands sends
//! `G = H(K) + H(K + Delta) + [b]`, `F = H(L) + H(L + Delta) + [a] + K`, and takes `H(K) + H(L) + [c]` for its label of
//! the result. For every other garbler `p` it sends its parts for `p` under hashes of its own labels:
//! `H(K) + H(K + Delta) + [b]_p`, `H(L) + H(L + Delta) + [a]_p` and `H(K) + H(L) + [c]_p`. The evaluator finds
//! `A [b]_p + B [a]_p + [c]_p` from these, which is linear in what is encrypted, so that three rows are enough where a
//! table by values has four. It adds its own parts, and has every garbler's label of `C`.
//!
//! For the evaluator a garbler sends three rows of [`MAC_BYTES`] likewise. They add up to `C + A B` times the
//! evaluator's Delta: either nothing or Delta, or somebody cheated. So each gate's result is authenticated when it is
//! evaluated, whatever the garblers sent, and a wrong result that nobody notices takes a guess of Delta's low bits.
//!
//! *Why rows reveal no more.* Of `H(K)` and `H(K + Delta)` the evaluator lacks one, and one of `H(L)` and
//! `H(L + Delta)`; the three rows for a target are masked by these two, uniformly but for the one combination that it is
//! meant to find. Every row of every gate has a tweak of its own.

use std::ops::Range;

use quorate_kernels::Block;

use super::MAC_BYTES;
use crate::crypto::{GarblingHash, SecretBlocks};

/// Blocks of a garbler's table for one gate.
pub(super) const fn row_blocks(parties: usize) -> usize {
    2 + 3 * (parties - 2)
}

/// Bytes of a garbler's table for one gate.
pub(super) const fn table_bytes(parties: usize) -> usize {
    row_blocks(parties) * Block::BYTES + 3 * MAC_BYTES
}

/// Gates that are worked on together, at most.
pub(super) const GATES: usize = 128;

/// What of some gates' masks a party has, for one party's Delta: slices of one length.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    /// The parts of the first operands' masks.
    pub(super) a: &'a [Block],
    /// The parts of the second operands' masks.
    pub(super) b: &'a [Block],
    /// The parts of the products and results' masks.
    pub(super) c: &'a [Block],
}

/// A block in a message, wherever it lies.
type BlockBytes = [u8; Block::BYTES];
/// A word in a message.
type WordBytes = [u8; MAC_BYTES];

/// Where in the table of a piece the next rows are: a table has blocks, then words.
#[derive(Clone, Copy, Default)]
struct Place {
    block: usize,
    word: usize,
}

impl Place {
    /// The beginning of the table of so many gates.
    fn first(gates: usize, parties: usize) -> Self {
        Self { block: 0, word: gates * row_blocks(parties) * Block::BYTES }
    }

    /// The bytes of the next blocks.
    fn blocks(&mut self, count: usize) -> Range<usize> {
        self.block += count * Block::BYTES;
        self.block - count * Block::BYTES..self.block
    }

    /// The bytes of the next words.
    fn words(&mut self, count: usize) -> Range<usize> {
        self.word += count * MAC_BYTES;
        self.word - count * MAC_BYTES..self.word
    }
}

/// A table that is written.
#[derive(Default)]
pub(super) struct Rows {
    message: Vec<u8>,
    next: Place,
}

/// A table that is read.
pub(super) struct Reader {
    message: Vec<u8>,
    next: Place,
}

/// Room for labels of both operands under both masked values, to be hashed: wiped when dropped.
pub(super) struct Hashes([SecretBlocks; 4]);

impl Hashes {
    pub(super) fn new() -> Self {
        Self(std::array::from_fn(|_| SecretBlocks::zeros(GATES)))
    }
}

/// The tweaks of a target's rows: those of the first operands, then those of the second.
fn tweaks(first: u64, target: usize, gates: usize) -> [u64; 2] {
    [2 * target, 2 * target + 1].map(|place| first + (place * gates) as u64)
}

/// A garbler.
pub(super) struct Garbling {
    pub(super) hash: GarblingHash,
    pub(super) me: usize,
    pub(super) parties: usize,
    pub(super) delta: Block,
}

impl Garbling {
    /// Garbles gates whose tweaks begin at `first`: from the operands' labels `k` and `l`, the results' labels.
    pub(super) fn garble<'a>(
        &self,
        first: u64,
        (k, l): (&[Block], &[Block]),
        parts: impl Fn(usize) -> Parts<'a>,
        (rows, hashes): (&mut Rows, &mut Hashes),
        labels: &mut [Block],
    ) {
        let gates = k.len();
        for target in 0..self.parties {
            let Parts { a, b, c } = parts(target);
            let [k0, k1, l0, l1] = hashes.0.each_mut().map(|hashes| &mut hashes[..gates]);
            k0.copy_from_slice(k);
            l0.copy_from_slice(l);
            k1.iter_mut().zip(k).for_each(|(one, zero)| *one = *zero ^ self.delta);
            l1.iter_mut().zip(l).for_each(|(one, zero)| *one = *zero ^ self.delta);
            let [of_k, of_l] = tweaks(first, target, gates);
            self.hash.hash(of_k, [&mut *k0, &mut *k1]);
            self.hash.hash(of_l, [&mut *l0, &mut *l1]);
            let g = (0..gates).map(|i| k0[i] ^ k1[i] ^ b[i]);
            let f = (0..gates).map(|i| l0[i] ^ l1[i] ^ a[i]);
            let third = (0..gates).map(|i| k0[i] ^ l0[i] ^ c[i]);
            if target == super::EVALUATOR.0 {
                rows.words(g);
                rows.words(f);
                rows.words(third);
            } else if target == self.me {
                rows.blocks(g);
                rows.blocks(f.zip(k).map(|(f, k)| f ^ *k));
                labels.iter_mut().zip(third).for_each(|(label, third)| *label = third);
            } else {
                rows.blocks(g);
                rows.blocks(f);
                rows.blocks(third);
            }
        }
    }
}

impl Rows {
    /// Begins the table of so many gates, in the memory of the one before.
    pub(super) fn begin(&mut self, gates: usize, parties: usize) {
        self.message.resize(gates * table_bytes(parties), 0);
        self.next = Place::first(gates, parties);
    }

    /// The message, when all rows are written.
    pub(super) fn message(&self) -> &[u8] {
        &self.message
    }

    fn blocks(&mut self, rows: impl ExactSizeIterator<Item = Block>) {
        let to = &mut self.message[self.next.blocks(rows.len())];
        to.as_chunks_mut().0.iter_mut().zip(rows).for_each(|(to, row)| *to = row.to_bytes());
    }

    /// The low words of blocks.
    fn words(&mut self, rows: impl ExactSizeIterator<Item = Block>) {
        let to = &mut self.message[self.next.words(rows.len())];
        let words = rows.map(|row| (row.to_u128() as u64).to_le_bytes());
        to.as_chunks_mut().0.iter_mut().zip(words).for_each(|(to, word)| *to = word);
    }
}

impl Reader {
    /// The table of so many gates.
    pub(super) fn new(message: Vec<u8>, gates: usize, parties: usize) -> Self {
        Self { message, next: Place::first(gates, parties) }
    }

    fn blocks(&mut self, count: usize) -> &[BlockBytes] {
        self.message[self.next.blocks(count)].as_chunks().0
    }

    fn words(&mut self, count: usize) -> &[WordBytes] {
        self.message[self.next.words(count)].as_chunks().0
    }
}

/// The evaluator.
pub(super) struct Evaluation {
    /// By party; that of the evaluator itself is not used.
    pub(super) hashes: Vec<GarblingHash>,
    pub(super) delta: Block,
}

/// Gates that are being evaluated: operands, and results as they grow. Wiped when dropped.
pub(super) struct Evaluating {
    /// Kind by kind as in [`super::wires::Wires`]: the masked values, then the garblers' labels.
    pub(super) k: Vec<SecretBlocks>,
    pub(super) l: Vec<SecretBlocks>,
    pub(super) results: Vec<SecretBlocks>,
    hashed: [SecretBlocks; 2],
    words: Vec<u64>,
}

impl Evaluating {
    pub(super) fn new(parties: usize) -> Self {
        let blocks = || (0..parties).map(|_| SecretBlocks::zeros(GATES)).collect();
        Self {
            k: blocks(),
            l: blocks(),
            results: blocks(),
            hashed: [SecretBlocks::zeros(GATES), SecretBlocks::zeros(GATES)],
            words: vec![0; GATES],
        }
    }
}

impl Evaluation {
    /// Evaluates `gates` gates whose tweaks begin at `first`; `readers` are the garblers' tables, by party but the
    /// evaluator. The answer is nonzero if a result is not authentic.
    pub(super) fn evaluate<'a>(
        &self,
        first: u64,
        gates: usize,
        parts: impl Fn(usize) -> Parts<'a>,
        readers: &mut [Reader],
        at: &mut Evaluating,
    ) -> u64 {
        let parties = at.k.len();
        for target in 0..parties {
            at.begin(target, gates, parts(target));
        }
        for (garbler, reader) in (1..parties).zip(readers) {
            for target in 0..parties {
                at.hash(&self.hashes[garbler], garbler, tweaks(first, target, gates), gates);
                if target == super::EVALUATOR.0 {
                    at.add_words(reader.words(3 * gates), gates);
                } else if target == garbler {
                    at.add_own(garbler, reader.blocks(2 * gates), gates);
                } else {
                    at.add_others(target, reader.blocks(3 * gates), gates);
                }
            }
        }
        at.finish(self.delta.to_u128() as u64, gates)
    }
}

impl Evaluating {
    /// My own parts for a target.
    fn begin(&mut self, target: usize, gates: usize, Parts { a, b, c }: Parts<'_>) {
        let (k, l) = (&self.k[0], &self.l[0]);
        for (i, result) in self.results[target].iter_mut().enumerate().take(gates) {
            *result = (k[i] & b[i]) ^ (l[i] & a[i]) ^ c[i];
        }
        if target == super::EVALUATOR.0 {
            let low = self.results[target].iter().map(|block| block.to_u128() as u64);
            self.words.iter_mut().zip(low).for_each(|(word, low)| *word = low);
        }
    }

    /// The hashes of a garbler's labels of both operands.
    fn hash(&mut self, hash: &GarblingHash, garbler: usize, tweaks: [u64; 2], gates: usize) {
        for ((hashed, labels), tweak) in self.hashed.iter_mut().zip([&self.k, &self.l]).zip(tweaks) {
            let hashed = &mut hashed[..gates];
            hashed.copy_from_slice(&labels[garbler][..gates]);
            hash.hash(tweak, [hashed]);
        }
    }

    /// Rows for the evaluator.
    fn add_words(&mut self, rows: &[WordBytes], gates: usize) {
        let [of_k, of_l] = &self.hashed;
        let row = |place: usize| u64::from_le_bytes(rows[place]);
        let masked = |mask: Block, row: u64| mask.to_u128() as u64 & row;
        for (i, word) in self.words.iter_mut().enumerate().take(gates) {
            let hashes = (of_k[i] ^ of_l[i]).to_u128() as u64;
            let halves = masked(self.k[0][i], row(i)) ^ masked(self.l[0][i], row(gates + i));
            *word ^= hashes ^ halves ^ row(2 * gates + i);
        }
    }

    /// A garbler's rows for its own label.
    fn add_own(&mut self, garbler: usize, rows: &[BlockBytes], gates: usize) {
        let [of_k, of_l] = &self.hashed;
        let row = |place: usize| Block::from_bytes(rows[place]);
        let labels = &self.k[garbler];
        for (i, result) in self.results[garbler].iter_mut().enumerate().take(gates) {
            let halves = (self.k[0][i] & row(i)) ^ (self.l[0][i] & (row(gates + i) ^ labels[i]));
            *result ^= of_k[i] ^ of_l[i] ^ halves;
        }
    }

    /// A garbler's rows for another one's label.
    fn add_others(&mut self, target: usize, rows: &[BlockBytes], gates: usize) {
        let [of_k, of_l] = &self.hashed;
        let row = |place: usize| Block::from_bytes(rows[place]);
        for (i, result) in self.results[target].iter_mut().enumerate().take(gates) {
            let halves = (self.k[0][i] & row(i)) ^ (self.l[0][i] & row(gates + i));
            *result ^= of_k[i] ^ of_l[i] ^ halves ^ row(2 * gates + i);
        }
    }

    /// The masked values of the results; nonzero if one is not authentic.
    fn finish(&mut self, delta: u64, gates: usize) -> u64 {
        let mut wrong = 0;
        for (i, result) in self.results[0].iter_mut().enumerate().take(gates) {
            let constant = self.words[i] & 1;
            wrong |= self.words[i] ^ (constant.wrapping_neg() & delta);
            *result = Block::mask(constant == 1) ^ (self.k[0][i] & self.l[0][i]);
        }
        wrong
    }
}
