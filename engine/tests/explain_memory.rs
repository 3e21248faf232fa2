//! The memory of a forecast: it does not grow with rows where tiles are, it grows with them where none are, and it is the
//! sum of its parts.

use quorate_engine::net::{Memory, PartyMemory};
use quorate_engine::plan::cost;
use quorate_engine::protocol::ProtocolName::{self, Additive, Yao};
use quorate_testkit::{Case, Cluster};

const TILED: &str = "program larger\nrole a\nrole b\nsize rows in 1..=10^7\ninput a.x[rows]: i64\ninput b.y[rows]: i64\n\
                     reveal count = sum(share(a.x) > share(b.y)) to all\n";
/// With an assert in it nothing is opened before the assert has held, so that all comparisons wait for it.
const WHOLE: &str = "program waiting\nrole a\nrole b\nsize rows in 1..=10^7\ninput a.x[rows]: i64\ninput b.y[rows]: i64\n\
                     let over = share(a.x) > share(b.y)\nassert sum(over) > 0, \"nobody\"\nreveal which = over to a\n";

fn memory(source: &str, protocol: ProtocolName, rows: usize) -> Vec<PartyMemory> {
    let case = Case::new(source, &format!("rows={rows}"), &[]);
    cost(&Cluster::new(case).protocol(protocol).plan()).memory
}

/// Bytes that are there because of the protocol; columns in the clear are as long as they are.
fn of_protocol(memory: &PartyMemory) -> u64 {
    memory.total() - memory.of(Memory::Columns)
}

#[test]
fn tiles_keep_memory_from_growing_with_rows() {
    for (protocol, rows) in [(Yao, 50_000), (Additive, 1 << 18)] {
        let (few, many) = (memory(TILED, protocol, rows), memory(TILED, protocol, 3 * rows));
        for (few, many) in few.iter().zip(&many) {
            let (before, after) = (of_protocol(few) as f64, of_protocol(many) as f64);
            assert!(before > 1e6 && after < 1.05 * before, "{}: {before} {after}", protocol.name());
            assert!(many.of(Memory::Columns) >= 2 * few.of(Memory::Columns));
        }
    }
}

#[test]
fn what_waits_whole_grows_with_rows() {
    let shares = |rows| memory(WHOLE, Yao, rows)[0].of(Memory::Shares);
    let (few, many) = (shares(40_000), shares(120_000));
    assert!(many > few + 80_000 * 16, "a label for every row more: {few} {many}");
}

#[test]
fn parties_hold_what_is_theirs() {
    for protocol in [Yao, Additive] {
        for party in memory(TILED, protocol, 5000) {
            assert_eq!(party.total(), Memory::ALL.iter().map(|kind| party.of(*kind)).sum::<u64>());
            // As given, and as checked if that is before the fullest moment: its own column, not the other's.
            assert!([5000 * 16, 2 * 5000 * 16].contains(&party.of(Memory::Columns)), "{}", protocol.name());
        }
    }
}
