//! What vectors, stocks and portions hold, on paper.

use super::products::{CHOICES, ROWS};
use super::wide::Wide;
use super::{Demand, ELEMENT_BYTES};
use crate::crypto::Block;
use crate::net::{Accounts, Holding, Memory, PartyIndex, Whose};

/// Bytes of an authenticated number: its addend and its MAC's.
const NUMBER: usize = 2 * ELEMENT_BYTES;

/// A vector of numbers.
pub(super) fn numbers_hold(accounts: &Accounts, length: usize) -> Holding {
    accounts.hold(Memory::Shares, Whose::Everybody, (length * NUMBER) as u64)
}

/// The bits of a vector in the clear, where they are known.
pub(super) fn bits_hold(accounts: &Accounts, width: u32, length: usize) -> Holding {
    let bytes = width as usize * length.div_ceil(64) * size_of::<u64>();
    accounts.hold(Memory::Shares, Whose::Everybody, bytes as u64)
}

/// Triples and known values that wait to be spent.
pub(super) fn stock_holds(accounts: &Accounts, stock: &Demand) -> Vec<Holding> {
    let parties = accounts.parties();
    let counts = stock.counts(parties);
    let all: usize = counts.iter().sum();
    let party = |party: usize| {
        let values = all + counts[party] * (parties - 1);
        let bytes = values * size_of::<Wide>() + stock.triples * 3 * NUMBER;
        accounts.hold(Memory::Correlations, Whose::Party(PartyIndex(party)), bytes as u64)
    };
    (0..parties).map(party).collect()
}

/// A portion of triples that is being made: values, correlated OTs with their pads for each row, and what is to be
/// weighted.
pub(super) fn portion_holds(accounts: &Accounts, values: usize, triples: usize) -> Holding {
    let peers = accounts.parties() - 1;
    let known = (1 + 2 * peers) * values * size_of::<Wide>();
    let transfers = peers * CHOICES * triples * (2 + 3 * ROWS) * Block::BYTES;
    let halves = 2 * peers * triples * CHOICES * ROWS * size_of::<u128>() / 3;
    accounts.hold(Memory::Correlations, Whose::Everybody, (known + transfers + halves) as u64)
}

/// Factors of products under way: both operands, what is opened, and the triples.
pub(super) fn products_hold(accounts: &Accounts, count: usize) -> Holding {
    accounts.hold(Memory::Wires, Whose::Everybody, (count * 11 * NUMBER) as u64)
}

/// Bits that are twinned: values with their masks, sets and coefficients.
pub(super) fn twins_hold(accounts: &Accounts, values: &[usize]) -> Holding {
    let parties = accounts.parties();
    let all: usize = values.iter().sum();
    let most = values.iter().max().copied().unwrap_or(0);
    let bytes = (all + most * (parties - 1)) * size_of::<Wide>() + all * (2 * size_of::<u64>() + NUMBER);
    accounts.hold(Memory::Wires, Whose::Everybody, bytes as u64)
}
