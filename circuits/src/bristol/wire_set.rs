//! A set of wires whose size in memory follows its members, not the greatest of them.

use std::collections::BTreeMap;

use super::WireNumber;

/// Wires of one page.
const PAGE: u32 = 512;
/// Words of one page.
const WORDS: usize = PAGE as usize / 64;

/// A set of wires, as pages of bits. The wires of a circuit are close together; those of a file that lies need not be.
#[derive(Debug, Default)]
pub(super) struct WireSet {
    pages: BTreeMap<u32, [u64; WORDS]>,
    len: u64,
}

impl WireSet {
    /// Adds a wire; whether it is new.
    pub(super) fn insert(&mut self, wire: WireNumber) -> bool {
        let (page, word, bit) = place(wire.0);
        let word = &mut self.pages.entry(page).or_default()[word];
        let is_new = *word & bit == 0;
        *word |= bit;
        self.len += u64::from(is_new);
        is_new
    }

    pub(super) fn contains(&self, wire: WireNumber) -> bool {
        let (page, word, bit) = place(wire.0);
        self.pages.get(&page).is_some_and(|words| words[word] & bit != 0)
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// The first wire from `start` on that is no member. Takes as long as there are members.
    pub(super) fn first_absent(&self, start: u32) -> WireNumber {
        let mut wire = start;
        while self.contains(WireNumber(wire)) {
            wire += 1;
        }
        WireNumber(wire)
    }
}

/// Page, word and bit of a wire.
fn place(wire: u32) -> (u32, usize, u64) {
    (wire / PAGE, (wire % PAGE / 64) as usize, 1 << (wire % 64))
}
