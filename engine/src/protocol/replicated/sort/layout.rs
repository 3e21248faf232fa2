//! Numbers of a sort that everybody knows: digits, steps, messages.

use super::column::moved_bits;
use super::digit::MOST_BITS;
use super::wire::message_bytes;
use super::{P0, P1, P2};
use crate::net::PartyIndex;
use crate::protocol::replicated::PARTIES;
use crate::protocol::replicated::messages::Messages;
use crate::protocol::{Domain, Shape, SortRequest};

/// What parties do between two messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Party 1 deals the flags of the least digit.
    Deal,
    /// Places and the digit of this number pass through a shuffle; party 1 deals flags.
    Shuffle(usize),
    /// Shuffled places are opened to parties 0 and 2, and the digit is replicated again.
    Meet(usize),
    /// Flags are replicated.
    Flags(usize),
    /// Places by this digit become places of the elements as they were shuffled, and on their way back.
    Places(usize),
    /// They come back the rest of the way.
    Return,
    /// Places and what is moved pass through a shuffle.
    ShuffleAll,
    /// Shuffled places are opened to all, and what was moved is replicated again.
    MeetAll,
}

/// One sort.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) rows: usize,
    /// Elements of a row.
    pub(super) row: usize,
    /// Bits of a key.
    width: usize,
    /// Bits of all digits but perhaps the last.
    digit_bits: usize,
    /// Bits that are sent of a place.
    pub(super) place_bits: usize,
    /// Bits that are sent of an element, for each column that is moved.
    moved_bits: Vec<usize>,
}

/// Bytes that a network between two machines of one room carries while half a round trip passes: a round counts as much.
pub(crate) const BYTES_OF_A_ROUND: u64 = 12_500;

impl Layout {
    pub(super) fn of<S>(request: &SortRequest<'_, S>, ring_bits: usize, shape: impl Fn(&S) -> Shape) -> Self {
        let keys = shape(request.keys);
        let moved = request.moved.iter().map(|moved| shape(moved));
        assert!(moved.clone().all(|moved| moved.length == keys.length), "an element of each column for each key");
        assert!(request.row > 0 && keys.length.is_multiple_of(request.row), "whole rows");
        let domains: Vec<Domain> = moved.map(|moved| moved.domain).collect();
        Self::new(keys.length / request.row, request.row, keys.width(), &domains, ring_bits)
    }

    pub(super) fn new(rows: usize, row: usize, width: usize, moved: &[Domain], ring_bits: usize) -> Self {
        let greatest = row.saturating_sub(1).max(1);
        let place_bits = 8 * ((usize::BITS - greatest.leading_zeros()) as usize).div_ceil(8);
        let moved_bits: Vec<usize> = moved.iter().map(|domain| moved_bits(*domain, ring_bits)).collect();
        let layouts = (1..=MOST_BITS).map(|digit_bits| Self {
            rows,
            row,
            width,
            digit_bits,
            place_bits,
            moved_bits: Vec::clone(&moved_bits),
        });
        // Greater digits are fewer rounds and more bytes.
        layouts.min_by_key(Self::weight).expect("digits have some number of bits")
    }

    /// Rounds and bytes of a party, in bytes.
    pub(super) fn weight(&self) -> u64 {
        u64::from(self.rounds()) * BYTES_OF_A_ROUND + self.bytes() / PARTIES as u64
    }

    pub(super) fn elements(&self) -> usize {
        self.rows * self.row
    }

    pub(super) fn digits(&self) -> usize {
        self.width.div_ceil(self.digit_bits)
    }

    /// The bits of a digit: from where, and how many.
    pub(super) fn digit(&self, digit: usize) -> (usize, usize) {
        let from = digit * self.digit_bits;
        (from, self.digit_bits.min(self.width - from))
    }

    /// Flags of all elements that are sent for a digit.
    pub(super) fn flags(&self, digit: usize) -> usize {
        self.elements() * ((1 << self.digit(digit).1) - 1)
    }

    /// How many steps there are: as many as rounds.
    pub(super) fn steps(&self) -> usize {
        if self.elements() == 0 { 0 } else { 5 * self.digits() }
    }

    fn rounds(&self) -> u32 {
        self.steps() as u32
    }

    /// What is done in a step.
    pub(super) fn act(&self, step: usize) -> Act {
        match (step, self.steps() - step) {
            (_, 2) => Act::ShuffleAll,
            (_, 1) => Act::MeetAll,
            (0, _) => Act::Deal,
            (1, _) => Act::Flags(0),
            (2, _) => Act::Places(0),
            _ => {
                let digit = (step - 3) / 5 + 1;
                [Act::Shuffle(digit), Act::Meet(digit), Act::Flags(digit), Act::Places(digit), Act::Return]
                    [(step - 3) % 5]
            }
        }
    }

    /// Who sends how many bytes in a step.
    fn sent(&self, step: usize) -> Vec<(PartyIndex, PartyIndex, usize)> {
        let places = message_bytes(self.elements(), self.place_bits);
        let flags = |digit| message_bytes(self.flags(digit), self.place_bits);
        let digits = |digit| message_bytes(self.elements(), self.digit(digit).1);
        let moved = || self.moved_bits.iter().map(|bits| message_bytes(self.elements(), *bits)).sum::<usize>();
        match self.act(step) {
            Act::Deal => vec![(P1, P2, flags(0))],
            Act::Shuffle(digit) => {
                let both = places + digits(digit);
                vec![(P0, P2, both), (P1, P0, both), (P1, P2, flags(digit))]
            }
            Act::Meet(digit) => vec![(P0, P2, places + digits(digit)), (P2, P0, places + digits(digit))],
            Act::Flags(digit) => vec![(P0, P2, flags(digit)), (P2, P0, flags(digit))],
            Act::Places(0) => vec![(P2, P0, places)],
            Act::Places(_) => vec![(P1, P0, places), (P2, P0, places)],
            Act::Return => vec![(P0, P1, places)],
            Act::ShuffleAll => vec![(P0, P2, places + moved()), (P1, P0, places + moved())],
            Act::MeetAll => {
                vec![(P0, P2, places + moved()), (P2, P0, places + moved()), (P0, P1, places), (P2, P1, places)]
            }
        }
    }

    /// Adds the messages of a step, if there is such a step; answers their bytes.
    pub(super) fn add_messages(&self, step: usize, messages: &mut Messages) -> usize {
        if step >= self.steps() {
            return 0;
        }
        let sent = self.sent(step);
        sent.iter().for_each(|(from, to, bytes)| messages.add(*from, *to, *bytes));
        sent.iter().map(|(.., bytes)| bytes).sum()
    }

    /// Bytes of all steps.
    pub(super) fn bytes(&self) -> u64 {
        (0..self.steps()).map(|step| self.sent(step).iter().map(|(.., bytes)| *bytes as u64).sum::<u64>()).sum()
    }

    /// Bytes that a party holds of it while it is under way, about: all flags of a digit in two components, as they
    /// were dealt, turned and sent, places in either order, permutations, columns with their masks.
    pub(super) fn working_bytes(&self) -> usize {
        let flags = if self.digits() == 0 { 0 } else { 5 << self.digit(0).1 };
        let moved: usize = self.moved_bits.iter().map(|bits| bits / 8 * 4).sum();
        self.elements() * (4 * (flags + 8) + moved)
    }
}
