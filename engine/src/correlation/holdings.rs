//! What a store and the making of a chunk hold, on paper.

use super::chunk::{Chunk, cut};
use super::demand::Demand;
use crate::net::{Accounts, Memory, PartyIndex, Whose};

/// Bytes of a correlated OT while a chunk is made: a row and another one, from which it is transposed or which is its
/// second pad, and the corrections on their way.
const OT_BYTES: usize = 40;

/// Bytes that a process takes while a store is filled, for each that is put into it. Fitted to what processes state
/// (20,000 to 131,072 comparisons of 64 bits) and not derived: vectors that grow by doubling explain a part of it.
const FILLING: usize = 2;

/// A party's store. What is spent leaves room for what comes next, and is not given back before the end.
#[derive(Clone, Debug, Default)]
pub(super) struct StoresOnPaper {
    /// Bytes made so far, by party.
    made: Vec<usize>,
    /// The fullest that each store has been.
    most: Vec<usize>,
}

impl StoresOnPaper {
    /// Enters what making `demand` takes, when `consumed` has been taken out of the stores.
    pub(super) fn make(&mut self, accounts: &Accounts, (demand, consumed): (&Demand, &Demand), bits: usize) {
        let parties = accounts.parties();
        let chunks = cut(demand, parties, bits);
        self.fill(accounts, (demand, consumed), bits, |party| {
            chunks.iter().map(|chunk| making(chunk, party, parties, bits)).max().unwrap_or(0)
        });
    }

    /// The same if nothing is made but read.
    pub(super) fn refill(&mut self, accounts: &Accounts, (demand, consumed): (&Demand, &Demand), bits: usize) {
        self.fill(accounts, (demand, consumed), bits, |_| 0);
    }

    /// The same, where `making` says how many bytes a party has besides while it makes.
    pub(super) fn fill(
        &mut self,
        accounts: &Accounts,
        (demand, consumed): (&Demand, &Demand),
        bits: usize,
        making: impl Fn(PartyIndex) -> usize,
    ) {
        let parties = accounts.parties();
        self.made.resize(parties, 0);
        self.most.resize(parties, 0);
        for party in (0..parties).map(PartyIndex) {
            let (made, most) = (&mut self.made[party.0], &mut self.most[party.0]);
            *made += stored(demand, party, bits);
            let now = made.saturating_sub(stored(consumed, party, bits));
            accounts.keep(Memory::Correlations, Whose::Party(party), now.saturating_sub(*most) as u64);
            *most = now.max(*most);
            accounts.pass(Memory::Correlations, party, (making(party) + (FILLING - 1) * now) as u64);
        }
    }
}

/// Bytes of correlated randomness at a party.
pub(super) fn stored(demand: &Demand, party: PartyIndex, bits: usize) -> usize {
    let products = demand.products.iter().map(|(kind, instances)| {
        let (table, column) = (kind.table.include(party), kind.column.include(party));
        let dimensions = kind.times(*instances);
        let count = |held: bool, elements: usize| if held { elements } else { 0 };
        count(table, dimensions.table())
            + count(column, dimensions.column())
            + count(table || column, dimensions.results())
    });
    let elements = products.sum::<usize>() + 64 * demand.dabit_words;
    (3 * demand.bit_triple_words + demand.dabit_words) * size_of::<u64>() + elements * bits / 8
}

/// Bytes that a party has while it makes a chunk with all others.
fn making(chunk: &Chunk, party: PartyIndex, parties: usize, bits: usize) -> usize {
    let words = chunk.ot_words(parties, bits);
    let mine = words.into_iter().filter(|((sender, chooser), _)| *sender == party || *chooser == party);
    mine.map(|(_, words)| 64 * words * OT_BYTES).sum()
}
