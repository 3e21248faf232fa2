//! What a call holds besides its operands and results, on paper.

use std::collections::HashMap;
use std::sync::Arc;

use quorate_circuits::boolean::Circuit;

use super::recent::RecentSchedules;
use super::tiling::{WIDE, pieces};
use super::{EVALUATOR, GARBLER};
use crate::crypto::Block;
use crate::net::{Ledger, Memory, Whose};

/// Bytes of the tables of a call's largest piece, and of the labels of all bundles under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Room {
    tables: u64,
    bundles: u64,
}

/// The circuits called so far, which stay to the end, and what their batches have needed.
#[derive(Default)]
pub(super) struct CircuitsHeld {
    schedules: RecentSchedules,
    /// By a circuit's place in memory, which the handle keeps from being given to another one.
    known: HashMap<*const Circuit, (Arc<Circuit>, HashMap<usize, Room>)>,
}

impl CircuitsHeld {
    /// Enters a batch of `length` instances that is run and gone. The answer is the bytes of its largest piece.
    pub(super) fn run(&mut self, ledger: &Ledger, circuit: &Arc<Circuit>, length: usize) -> u64 {
        let accounts = ledger.accounts();
        let (_, rooms) = self.known.entry(Arc::as_ptr(circuit)).or_insert_with(|| {
            let bytes = (circuit.gates().len() * (Circuit::GATE_BYTES + super::schedule::STEP_BYTES)) as u64;
            accounts.keep(Memory::Circuits, Whose::Everybody, bytes);
            (Arc::clone(circuit), HashMap::new())
        });
        let room = *rooms.entry(length).or_insert_with(|| Room::of(&mut self.schedules, circuit, length));
        let bundles = accounts.hold(Memory::Wires, Whose::Everybody, room.bundles);
        // The garbler garbles a piece while another one is under way; the evaluator has a message and its blocks.
        for party in [GARBLER, EVALUATOR] {
            accounts.pass(Memory::Wires, party, 2 * room.tables);
        }
        drop(bundles);
        room.tables
    }
}

impl Room {
    fn of(schedules: &mut RecentSchedules, circuit: &Arc<Circuit>, length: usize) -> Self {
        let schedule = schedules.of(circuit);
        let (mut tables, mut wide, mut narrow) = (0, 0, 0);
        for piece in pieces(&schedule, length) {
            tables = tables.max(piece.table_bytes() as u64);
            let most = if piece.lanes == WIDE { &mut wide } else { &mut narrow };
            *most = piece.bundles.max(*most);
        }
        let labels = schedule.slots() * (WIDE * wide + narrow);
        Self { tables, bundles: (labels * Block::BYTES) as u64 }
    }
}
