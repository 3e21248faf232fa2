//! Random words, one for each choice, and random data.

use ethnum::I256;
use quorate_circuits::number::Range;

/// The words that are left. Where there are none, every choice is the first. Data come from a seed of their own, so
/// that they use up no words.
pub(super) struct Choices {
    words: std::vec::IntoIter<u32>,
    data: u64,
}

impl Choices {
    pub(super) fn new(words: Vec<u32>, seed: u64) -> Self {
        Self { words: words.into_iter(), data: seed }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.len() == 0
    }

    fn word(&mut self) -> u32 {
        self.words.next().unwrap_or(0)
    }

    /// A number below `end`, which is not 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.word() as usize % end
    }

    /// True once in `times`, on average.
    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// The next word of SplitMix64 (Steele, Lea and Flood 2014).
    fn datum(&mut self) -> u64 {
        self.data = self.data.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.data ^ (self.data >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A value of the range, its ends and 0 more often than others.
    pub(super) fn value(&mut self, range: &Range) -> I256 {
        match self.datum() % 8 {
            0 => range.low,
            1 => range.high,
            2 if range.contains(I256::ZERO) => I256::ZERO,
            _ => {
                let width = range.high - range.low + 1;
                let random = I256::from(self.datum()) << 64 | I256::from(self.datum());
                range.low + random % width
            }
        }
    }
}
