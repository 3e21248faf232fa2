//! How a batch is cut into messages: a function of circuit and batch size alone, so that both parties cut alike.
//!
//! Instances are taken in *bundles* of [`WIDE`], which go through every gate together and so keep the AES units
//! busy; what is left over, and all of a circuit with very many live wires, goes one by one. A *tile* is so
//! many bundles side by side; it goes through the circuit in stretches, and the tables of one stretch are one
//! message: bundle after bundle, gate after gate, instance after instance.

use super::garbling::Garbling;
use super::schedule::{Schedule, Stretch, WINDOW};
#[cfg(test)]
use crate::net::MAX_PAYLOAD;

/// Instances of a wide bundle: their 16 hash keys for one gate are what the kernel has in flight.
pub(super) const WIDE: usize = quorate_kernels::gates::BATCH;

/// The most AND gates, counted once for each instance, whose tables are one message: half a MiB, so that
/// the message that is made, the one under way and the labels of a tile stay in a core's own cache.
const MESSAGE_ANDS: usize = 1 << 14;
/// The most labels of a tile, unless one bundle has more: half a MiB.
const TILE_LABELS: usize = 1 << 15;
/// The most labels of a wide bundle: 16 MiB.
const BUNDLE_LABELS: usize = 1 << 20;

/// The part of a batch whose tables are one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Instances of each bundle: [`WIDE`] or 1.
    pub(super) lanes: usize,
    /// The first instance.
    pub(super) first: usize,
    /// How many bundles.
    pub(super) bundles: usize,
    /// Where in the circuit.
    pub(super) stretch: Stretch,
    /// Bytes of each bundle's tables.
    pub(super) bundle_bytes: usize,
}

impl Piece {
    /// AND gates of all instances.
    pub(super) fn ands(&self) -> usize {
        self.bundles * self.bundle_ands()
    }

    /// AND gates of all instances of a bundle.
    pub(super) fn bundle_ands(&self) -> usize {
        self.lanes * self.stretch.ands
    }

    /// Bytes of the tables; without any there is no message.
    pub(super) fn table_bytes(&self) -> usize {
        self.bundles * self.bundle_bytes
    }
}

/// The pieces of a batch of `length` instances, in order.
pub(super) fn pieces(schedule: &Schedule, length: usize, garbling: Garbling) -> impl Iterator<Item = Piece> {
    let wide = if schedule.slots() * WIDE <= BUNDLE_LABELS { length / WIDE } else { 0 };
    let in_window = schedule.ands().clamp(1, WINDOW);
    let instances = (MESSAGE_ANDS / in_window).min(TILE_LABELS / schedule.slots());
    let tiles = tiles(WIDE, 0, wide, instances).chain(tiles(1, wide * WIDE, length - wide * WIDE, instances));
    tiles.flat_map(move |(lanes, first, bundles)| {
        let stretches = schedule.stretches(MESSAGE_ANDS / (lanes * bundles));
        stretches.map(move |stretch| {
            let runs = schedule.runs(&stretch).map(|(_, ands)| garbling.row_bytes(lanes * ands.len()));
            let bundle_bytes = runs.sum();
            Piece { lanes, first, bundles, stretch, bundle_bytes }
        })
    })
}

/// Cuts `bundles` bundles from instance `first` on into tiles of about `instances`: `(lanes, first, bundles)`.
fn tiles(lanes: usize, first: usize, bundles: usize, instances: usize) -> impl Iterator<Item = (usize, usize, usize)> {
    let in_tile = (instances / lanes).max(1);
    (0..bundles).step_by(in_tile).map(move |at| (lanes, first + at * lanes, in_tile.min(bundles - at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use quorate_circuits::boolean::{Builder, Circuit, Shape, integer};

    fn products(count: usize) -> Circuit {
        let (mut builder, inputs) = Builder::new(&[16, 16]);
        let mut product = inputs[0].clone();
        for _ in 0..count {
            product = integer::multiply(&mut builder, &product, &inputs[1], Shape::FewAnds);
        }
        builder.finish(vec![product])
    }

    #[test]
    fn pieces_cover_the_batch_once_in_messages_of_one_frame() {
        for (count, length) in [(0, 5), (1, 0), (1, 1), (1, 7), (1, 1000), (40, 9), (40, 1000), (200, 3)] {
            let circuit = products(count);
            let schedule = Schedule::new(&circuit);
            let three_halves = pieces(&schedule, length, Garbling::ThreeHalves).map(|piece| piece.table_bytes());
            let pieces: Vec<Piece> = pieces(&schedule, length, Garbling::HalfGates).collect();
            assert!(pieces.iter().all(|piece| piece.table_bytes() <= MAX_PAYLOAD));
            assert!(pieces.iter().map(Piece::table_bytes).zip(three_halves).all(|(half, three)| three <= half));
            assert_eq!(pieces.iter().map(Piece::ands).sum::<usize>(), length * circuit.and_gates());
            let begun = pieces.iter().filter(|piece| schedule.begins_with(&piece.stretch));
            let mut next = 0;
            for piece in begun {
                assert_eq!(piece.first, next);
                next += piece.lanes * piece.bundles;
            }
            assert_eq!(next, length);
        }
    }
}
