//! Bit triples, a word of 64 OTs in either direction at a time.

use quorate_kernels::Block;

use super::make::{Rows, Takes};
use super::pads::{self, lowest_bits};
use crate::correlation::secret::SecretVec;
use crate::correlation::store::BitTriples;
use crate::crypto::SecretBlocks;
use crate::ot::silent::Slice;

/// OTs of a word.
pub(super) const WORD: usize = 64;

/// Triples under way: the sender's bits are its `b`, the chooser's its `a`.
pub(super) struct Bits {
    made: BitTriples,
    /// Words of which both directions' rows have come.
    whole: usize,
    room: SecretBlocks,
}

impl Bits {
    pub(super) fn zeros(words: usize) -> Self {
        let zeros = || SecretVec::zeros(words);
        let made = BitTriples { a: zeros(), b: zeros(), c: zeros() };
        Self { made, whole: 0, room: SecretBlocks::zeros(3 * WORD) }
    }

    /// With the products of what this party has of both.
    pub(super) fn finish(mut self) -> BitTriples {
        let BitTriples { a, b, c } = &mut self.made;
        c.iter_mut().zip(a.iter().zip(b.iter())).for_each(|(c, (a, b))| *c ^= a & b);
        self.made
    }
}

impl Takes for Bits {
    fn take(&mut self, slice: &Slice<'_>) {
        let numbers = (slice.first..).step_by(WORD);
        for (first, (q, t)) in numbers.zip(slice.q.chunks_exact(WORD).zip(slice.t.chunks_exact(WORD))) {
            let (zero, one, chosen) = pads::of_both(&slice.hash, first, (q, slice.delta, t), &mut self.room);
            let word = self.whole;
            put_sent(&mut self.made, word, (zero, one));
            put_chosen(&mut self.made, word, (t, chosen));
            self.whole += 1;
        }
    }

    fn take_sent(&mut self, rows: &Rows<'_>) {
        for (word, (first, q)) in (rows.first..).step_by(WORD).zip(rows.rows.chunks_exact(WORD)).enumerate() {
            let pads = pads::of_sender(&rows.hash, first, (q, rows.delta), &mut self.room[..2 * WORD]);
            put_sent(&mut self.made, word, pads);
        }
    }

    fn take_chosen(&mut self, rows: &Rows<'_>) {
        for (word, (first, t)) in (rows.first..).step_by(WORD).zip(rows.rows.chunks_exact(WORD)).enumerate() {
            let pads = pads::of_chooser(&rows.hash, first, t, &mut self.room[..WORD]);
            put_chosen(&mut self.made, word, (t, pads));
        }
    }
}

/// The sender's side of a word: its bits are how its pads differ.
fn put_sent(made: &mut BitTriples, word: usize, (zero, one): (&[Block], &[Block])) {
    let (zero, one) = (lowest_bits(zero), lowest_bits(one));
    made.b[word] = zero ^ one;
    made.c[word] ^= zero;
}

/// The chooser's side: its bits are its choices.
fn put_chosen(made: &mut BitTriples, word: usize, (t, chosen): (&[Block], &[Block])) {
    made.a[word] = lowest_bits(t);
    made.c[word] ^= lowest_bits(chosen);
}
