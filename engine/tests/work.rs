//! The units of work that a paper twin counts.

use quorate_engine::net::{Memory, PartyWork, Phase, Work};
use quorate_engine::plan::{Cost, cost};
use quorate_engine::protocol::ProtocolName;
use quorate_testkit::{Case, Cluster};

const PRODUCTS: &str = "program products\nparameter parties in 2..=16\nrole party[parties]\nsize rows in 1..=10^6\n\
    input party.x[rows]: u16\ninput party.y[rows]: u16\nlet x = sum_over(party, share(party.x))\n\
    let y = sum_over(party, share(party.y))\nreveal product = x * y to all\n";
const MATRICES: &str = "program matrices\nparameter parties in 2..=16\nparameter rows in 1..=100\nrole party[parties]\n\
    input party.x[rows, rows]: u16\ninput party.y[rows, rows]: u16\nlet x = sum_over(party, share(party.x))\n\
    let y = sum_over(party, share(party.y))\nreveal product = matmul(x, y) to all\n";
const LARGER: &str = "program larger\nparameter parties in 2..=16\nrole party[parties]\nsize rows in 1..=10^6\n\
    input party.x[rows]: u16\ninput party.y[rows]: u16\nlet x = sum_over(party, share(party.x))\n\
    let y = sum_over(party, share(party.y))\nreveal larger = sum(select(x > y, x, y)) to all\n";

const PROTOCOLS: [(ProtocolName, usize); 8] = [
    (ProtocolName::Replicated, 3),
    (ProtocolName::ReplicatedMalicious, 3),
    (ProtocolName::Additive, 2),
    (ProtocolName::Yao, 2),
    (ProtocolName::Shamir, 3),
    (ProtocolName::ShamirRobust, 4),
    (ProtocolName::Spdz, 2),
    (ProtocolName::AuthenticatedGarbling, 3),
];

fn costs(program: &str, protocol: ProtocolName, parties: usize, rows: usize) -> Cost {
    let case = Case::filled(program, &format!("parties={parties} rows={rows}"), 1);
    cost(&Cluster::new(case).protocol(protocol).plan())
}

fn units(work: &PartyWork, kind: Work) -> u64 {
    work.iter().map(|units| units.of(kind)).sum()
}

#[test]
fn bytes_and_memory_are_those_of_the_counters_under_every_protocol() {
    for (protocol, parties) in PROTOCOLS {
        let cost = costs(LARGER, protocol, parties, 40);
        for ((work, counters), memory) in cost.work.iter().zip(&cost.parties).zip(&cost.memory) {
            for phase in Phase::ALL {
                let counted = counters.phases[phase as usize];
                assert_eq!(work[phase as usize].of(Work::Sent), counted.bytes_sent, "{protocol:?}");
                assert_eq!(work[phase as usize].of(Work::Received), counted.bytes_received, "{protocol:?}");
            }
            assert_eq!(units(work, Work::Session), 1);
            assert_eq!(units(work, Work::Held), memory.total() - memory.of(Memory::Columns));
        }
    }
}

#[test]
fn operations_are_counted_where_they_are_asked_for() {
    for (protocol, parties) in PROTOCOLS {
        let (once, twice) = (costs(PRODUCTS, protocol, parties, 50), costs(PRODUCTS, protocol, parties, 100));
        for (once, twice) in once.work.iter().zip(&twice.work) {
            for kind in [Work::Product, Work::Share, Work::Open] {
                assert_eq!(2 * units(once, kind), units(twice, kind), "{protocol:?}: {}", kind.name());
            }
        }
        // Garbling makes of a product gates; all others multiply.
        let products = units(&once.work[0], Work::Product) + units(&once.work[0], Work::CircuitBit);
        assert!(products >= 50, "{protocol:?}");
    }
    let replicated = costs(PRODUCTS, ProtocolName::Replicated, 3, 50);
    assert!(replicated.work.iter().all(|work| units(work, Work::Product) == 50 && units(work, Work::Open) == 50));
    assert!(replicated.work.iter().all(|work| units(work, Work::Share) == 6 * 50));
}

#[test]
fn tables_that_meet_many_columns_are_products_of_matrices() {
    for (rows, work) in [(4, Work::Term), (20, Work::MatrixTerm)] {
        let cost = costs(MATRICES, ProtocolName::Replicated, 3, rows);
        for party in &cost.work {
            assert_eq!(units(party, work), (rows as u64).pow(3), "{}", work.name());
            assert_eq!(units(party, Work::Term) + units(party, Work::MatrixTerm), (rows as u64).pow(3));
        }
    }
}

#[test]
fn nobody_works_for_what_another_one_holds() {
    let program = "program own\nrole a\nrole b\nrole c\ninput a.x[1]: u16\ninput b.y[1]: u16\n\
        let x = share(a.x) * 3\nreveal total = x + share(b.y) to all\n";
    let case = Case::new(program, "", &[("a.x", "5"), ("b.y", "7")]);
    let cost = cost(&Cluster::new(case).protocol(ProtocolName::Replicated).plan());
    let scaled: Vec<u64> = cost.work.iter().map(|work| units(work, Work::Linear)).collect();
    assert!(scaled[0] == scaled[1] + 1 && scaled[1] == scaled[2], "{scaled:?}");
}
