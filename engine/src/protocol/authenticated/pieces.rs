//! How the calls of a wave are cut: a function of circuits and batch sizes alone, so that all parties cut alike.
//!
//! A *lane bundle* is some instances of one request side by side. It goes through its circuit in stretches; a bundle in a
//! stretch is a *piece*, of which each garbler's tables are one message. Pieces in a row whose triples come from one
//! batch are a *chunk*: their masked operands are opened together.

use std::sync::Arc;

use super::BLOCK;
use crate::protocol::yao::schedule::{Schedule, Stretch};

/// Most instances of a bundle.
pub(super) const LANES: usize = 16;
/// Blocks of the wires of a bundle, about.
const BUNDLE_BLOCKS: usize = 1 << 17;
/// AND gates of a piece, about: a stretch has at least one run.
const PIECE_ANDS: usize = 1 << 13;

/// A bundle in a stretch of its circuit.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Which request of the wave.
    pub(super) request: usize,
    /// The first instance.
    pub(super) first: usize,
    /// How many.
    pub(super) lanes: usize,
    /// Where in the circuit.
    pub(super) stretch: Stretch,
}

impl Piece {
    /// AND gates of all its instances.
    pub(super) fn ands(&self) -> usize {
        self.lanes * self.stretch.ands
    }
}

/// Instances of a bundle.
pub(super) fn lanes(schedule: &Schedule, parties: usize) -> usize {
    (BUNDLE_BLOCKS / (schedule.slots() * parties)).clamp(1, LANES)
}

/// The pieces of calls with these schedules and batch sizes, chunk by chunk.
pub(super) fn chunks(calls: &[(Arc<Schedule>, usize)], parties: usize) -> Vec<Vec<Piece>> {
    let mut chunks: Vec<Vec<Piece>> = Vec::new();
    let mut room = 0;
    for (request, (schedule, length)) in calls.iter().enumerate() {
        let bundle = lanes(schedule, parties);
        for first in (0..*length).step_by(bundle) {
            let lanes = bundle.min(length - first);
            for stretch in schedule.stretches((PIECE_ANDS / lanes).max(1)) {
                let piece = Piece { request, first, lanes, stretch };
                if chunks.is_empty() || piece.ands() > room {
                    chunks.push(Vec::new());
                    room = BLOCK;
                }
                room = room.saturating_sub(piece.ands());
                chunks.last_mut().expect("there is one").push(piece);
            }
        }
    }
    chunks
}
