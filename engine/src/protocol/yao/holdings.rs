//! What a call holds besides its operands and results, on paper.

use std::collections::HashMap;
use std::sync::Arc;

use quorate_circuits::boolean::Circuit;

use super::garbling::Garbling;
use super::recent::RecentSchedules;
use super::tiling::{WIDE, pieces};
use super::{EVALUATOR, GARBLER};
use crate::crypto::Block;
use crate::net::{Ledger, Memory, Whose};

/// What the tables and labels of a batch take, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Room {
    /// The tables of its largest piece.
    pub(super) piece: u64,
    /// All its tables.
    pub(super) tables: u64,
    /// The labels of all bundles under way.
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
    /// Enters a batch of `length` instances that is run and gone. The answer is what it needed.
    pub(super) fn run(&mut self, ledger: &Ledger, circuit: &Arc<Circuit>, length: usize, garbling: Garbling) -> Room {
        let accounts = ledger.accounts();
        let (_, rooms) = self.known.entry(Arc::as_ptr(circuit)).or_insert_with(|| {
            let bytes = (circuit.gates().len() * (Circuit::GATE_BYTES + super::schedule::STEP_BYTES)) as u64;
            accounts.keep(Memory::Circuits, Whose::Everybody, bytes);
            (Arc::clone(circuit), HashMap::new())
        });
        let room = *rooms.entry(length).or_insert_with(|| Room::of(&mut self.schedules, circuit, length, garbling));
        let bundles = accounts.hold(Memory::Wires, Whose::Everybody, room.bundles);
        // The garbler garbles a piece while another one is under way; the evaluator has a message.
        accounts.pass(Memory::Wires, GARBLER, 2 * room.piece);
        accounts.pass(Memory::Wires, EVALUATOR, room.piece);
        drop(bundles);
        room
    }
}

impl Room {
    fn of(schedules: &mut RecentSchedules, circuit: &Arc<Circuit>, length: usize, garbling: Garbling) -> Self {
        let schedule = schedules.of(circuit);
        let (mut room, mut wide, mut narrow) = (Self::default(), 0, 0);
        for piece in pieces(&schedule, length, garbling) {
            let bytes = piece.table_bytes() as u64;
            room.piece = room.piece.max(bytes);
            room.tables += bytes;
            let most = if piece.lanes == WIDE { &mut wide } else { &mut narrow };
            *most = piece.bundles.max(*most);
        }
        let labels = schedule.slots() * (WIDE * wide + narrow);
        Self { bundles: (labels * Block::BYTES) as u64, ..room }
    }
}
