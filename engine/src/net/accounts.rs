//! What parties hold at once: the accounts of a paper twin.
//!
//! The engine measures no memory. A paper twin goes through a run as the real parties do, and enters what each of them
//! holds: a [`Holding`] lives exactly as long as the thing that it stands for, so the accounts know at every moment what
//! is there, and remember the fullest one. They count bytes of vectors; what a process needs besides is measured
//! elsewhere.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use super::PartyIndex;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal,)*) => {
        /// What memory is for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Memory {
            $($(#[$doc])* $kind,)*
        }

        impl Memory {
            /// All kinds, in order.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// The name in reports.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }
        }
    };
}

kinds! {
    /// Columns in the clear: a party's own, and what was opened.
    Columns = "columns",
    /// Shares, or labels, of all vectors that are still to be read.
    Shares = "shares",
    /// Correlated randomness that waits to be spent, and what it is made from.
    Correlations = "correlations",
    /// Circuits and the order in which their gates run.
    Circuits = "circuits",
    /// Wires of the instances under way, masked operands.
    Wires = "wires",
    /// Messages and their frames on the way.
    Messages = "messages",
}

/// Bytes of each kind that a party holds at its fullest moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartyMemory([u64; Memory::ALL.len()]);

impl PartyMemory {
    /// Bytes of a kind.
    pub fn of(&self, memory: Memory) -> u64 {
        self.0[memory as usize]
    }

    /// Bytes in all.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

/// What one party holds now, and held when it held most.
#[derive(Clone, Copy, Debug, Default)]
struct Account {
    now: PartyMemory,
    most: PartyMemory,
}

impl Account {
    fn add(&mut self, memory: Memory, bytes: u64) {
        self.now.0[memory as usize] += bytes;
        if self.now.total() > self.most.total() {
            self.most = self.now;
        }
    }

    fn take(&mut self, memory: Memory, bytes: u64) {
        self.now.0[memory as usize] -= bytes;
    }
}

/// The accounts of all parties. A clone is another handle on the same ones.
#[derive(Clone, Debug)]
pub struct Accounts {
    /// How many parties count, from the first.
    among: usize,
    each: Rc<RefCell<Vec<Account>>>,
}

/// Who holds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Every party that counts has as much.
    Everybody,
    /// One party alone.
    Party(PartyIndex),
}

impl Accounts {
    /// Empty accounts.
    pub fn new(parties: usize) -> Self {
        Self::among(parties, parties)
    }

    /// Empty accounts of `parties` parties, of whom only the first `among` count.
    pub fn among(among: usize, parties: usize) -> Self {
        Self { among, each: Rc::new(RefCell::new(vec![Account::default(); parties])) }
    }

    /// How many parties count.
    pub fn parties(&self) -> usize {
        self.among
    }

    /// Something is there until what is returned is dropped.
    #[must_use]
    pub fn hold(&self, memory: Memory, whose: Whose, bytes: u64) -> Holding {
        let parties = self.add(memory, whose, bytes);
        Holding { accounts: self.clone(), memory, parties, bytes }
    }

    /// Something is there to the end.
    pub fn keep(&self, memory: Memory, whose: Whose, bytes: u64) {
        self.add(memory, whose, bytes);
    }

    /// Something is there for a moment.
    pub fn pass(&self, memory: Memory, party: PartyIndex, bytes: u64) {
        drop(self.hold(memory, Whose::Party(party), bytes));
    }

    /// The fullest moments, by party.
    pub fn most(&self) -> Vec<PartyMemory> {
        self.each.borrow().iter().map(|account| account.most).collect()
    }

    fn add(&self, memory: Memory, whose: Whose, bytes: u64) -> Range<usize> {
        let mut accounts = self.each.borrow_mut();
        let parties = match whose {
            Whose::Everybody => 0..self.among,
            Whose::Party(party) => party.0..party.0 + 1,
        };
        accounts[parties.clone()].iter_mut().for_each(|account| account.add(memory, bytes));
        parties
    }
}

/// Stands for something in the memory of some parties, as long as it lives.
#[derive(Debug)]
pub struct Holding {
    accounts: Accounts,
    memory: Memory,
    parties: Range<usize>,
    bytes: u64,
}

impl Drop for Holding {
    fn drop(&mut self) {
        let mut accounts = self.accounts.each.borrow_mut();
        accounts[self.parties.clone()].iter_mut().for_each(|account| account.take(self.memory, self.bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fullest_moment_is_remembered_part_by_part() {
        let accounts = Accounts::new(2);
        let shares = accounts.hold(Memory::Shares, Whose::Everybody, 10);
        let wires = accounts.hold(Memory::Wires, Whose::Party(PartyIndex(1)), 5);
        drop(shares);
        accounts.pass(Memory::Messages, PartyIndex(1), 9);
        drop(wires);
        accounts.keep(Memory::Columns, Whose::Party(PartyIndex(0)), 7);
        accounts.keep(Memory::Columns, Whose::Party(PartyIndex(0)), 7);
        let most = accounts.most();
        assert_eq!((most[0].total(), most[0].of(Memory::Columns)), (14, 14), "shares were gone by then");
        assert_eq!((most[1].total(), most[1].of(Memory::Shares), most[1].of(Memory::Wires)), (15, 10, 5));
    }
}
