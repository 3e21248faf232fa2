//! What batches and calls hold besides operands and results, on paper.

use std::collections::HashMap;
use std::sync::Arc;

use quorate_circuits::boolean::Circuit;

use super::EVALUATOR;
use super::pairs::EXTENSION_ROWS;
use super::pieces::{Piece, lanes};
use super::preprocessing::PRODUCTS;
use super::tables::table_bytes;
use crate::crypto::Block;
use crate::net::{Accounts, Holding, Ledger, Memory, PartyIndex, Whose};
use crate::protocol::yao::recent::RecentSchedules;
use crate::protocol::yao::schedule::{STEP_BYTES, Schedule};

/// Something that both kinds of parties hold, and the evaluator more of.
#[derive(Debug)]
pub(super) struct Held {
    _all: Holding,
    _evaluator: Holding,
}

/// A vector of so many bits: masks and labels.
pub(super) fn wires_hold(accounts: &Accounts, bits: usize) -> Held {
    let (parties, block) = (accounts.parties(), bits * Block::BYTES);
    let more = Whose::Party(EVALUATOR);
    Held {
        _all: accounts.hold(Memory::Shares, Whose::Everybody, ((parties + 1) * block) as u64),
        _evaluator: accounts.hold(Memory::Shares, more, ((parties - 1) * block) as u64),
    }
}

/// Triples and bits that wait to be spent.
pub(super) fn stock_holds(accounts: &Accounts, triples: usize, bits: usize) -> Holding {
    let blocks = accounts.parties() * (3 * triples + bits);
    accounts.hold(Memory::Correlations, Whose::Everybody, (blocks * Block::BYTES) as u64)
}

/// A batch that is being made: its rows and keys, the matrices of the extension, products and the messages that make them.
pub(super) fn batch_holds(accounts: &Accounts, rows: usize, leaky: usize) -> Holding {
    let (parties, peers) = (accounts.parties(), accounts.parties() - 1);
    let extension = 2 * peers * 2 * rows.min(EXTENSION_ROWS);
    let products = leaky + 2 * peers * leaky.min(PRODUCTS);
    let blocks = parties * rows + (peers - 1) * leaky + extension.max(products);
    accounts.hold(Memory::Correlations, Whose::Everybody, (blocks * Block::BYTES) as u64)
}

/// The circuits called so far, which stay to the end.
#[derive(Default)]
pub(super) struct CircuitsHeld {
    schedules: RecentSchedules,
    /// By a circuit's place in memory, which the handle keeps from being given to another one.
    known: HashMap<*const Circuit, Arc<Circuit>>,
}

impl CircuitsHeld {
    /// The schedule of a circuit, which is entered if it is new.
    pub(super) fn schedule(&mut self, accounts: &Accounts, circuit: &Arc<Circuit>) -> Arc<Schedule> {
        self.known.entry(Arc::as_ptr(circuit)).or_insert_with(|| {
            let bytes = circuit.gates().len() * (Circuit::GATE_BYTES + STEP_BYTES);
            accounts.keep(Memory::Circuits, Whose::Everybody, bytes as u64);
            Arc::clone(circuit)
        });
        self.schedules.of(circuit)
    }
}

/// A chunk of gates under way: masks of operands and results, triples, bundles; and the largest message of tables.
pub(super) fn chunk_holds(ledger: &Ledger, chunk: &[Piece], calls: &[(Arc<Schedule>, usize)]) -> (Held, u64) {
    let (accounts, parties) = (ledger.accounts(), ledger.parties());
    let gates: usize = chunk.iter().map(Piece::ands).sum();
    let largest = chunk.iter().map(Piece::ands).max().unwrap_or(0) * table_bytes(parties);
    let slots = |piece: &Piece| {
        let (schedule, length) = &calls[piece.request];
        schedule.slots() * lanes(schedule, parties).min(*length)
    };
    let bundle = chunk.iter().map(slots).max().unwrap_or(0);
    let blocks = parties * 6 * gates + (parties + 1) * bundle;
    let all = (blocks * Block::BYTES + 2 * largest) as u64;
    let more = ((parties - 1) * (bundle * Block::BYTES + 2 * largest)) as u64;
    let held = Held {
        _all: accounts.hold(Memory::Wires, Whose::Everybody, all),
        _evaluator: accounts.hold(Memory::Wires, Whose::Party(EVALUATOR), more),
    };
    (held, largest as u64)
}

/// All parties but the evaluator.
pub(super) fn garblers(parties: usize) -> impl Iterator<Item = PartyIndex> {
    (0..parties).map(PartyIndex).filter(|party| *party != EVALUATOR)
}
