//! A party that lies in a sort, at every message of it: nobody panics, nobody waits for ever, and whoever is told places
//! that are no order says so, of a peer and of the step.

use std::sync::Arc;

use quorate_engine::net::{ChannelFault, PartyIndex, memory_links};
use quorate_engine::protocol::ProtocolName;
use quorate_engine::protocol::replicated::REPLICATED_SORT;
use quorate_engine::run::RunError;
use quorate_testkit::clock::VirtualClock;
use quorate_testkit::tamper::{Cheat, cheat, record};
use quorate_testkit::{Case, Cluster};

/// Three digits, and a column of each kind.
const PROGRAM: &str = "program in_order
role a
role b
role c
input a.key[5]: i16 in -500..=500
input b.x[5]: i32 in -10^9..=10^9
input c.flag[5]: bit
let key = share(a.key)
let x = share(b.x)
reveal xs = sort_by(key, x * x) to all
reveal flags = sort_by(key, share(c.flag)) to b
";

#[test]
fn no_lie_makes_a_party_panic_or_wait() {
    let cluster = Cluster::new(Case::filled(PROGRAM, "", 3)).protocol(ProtocolName::Replicated);
    let mut noticed = 0;
    for party in [0, 1, 2].map(PartyIndex) {
        let mut links = memory_links(3);
        let frames = record(&mut links, party);
        let honest = cluster.run_over(links, &VirtualClock::new()).expect("honest parties end");
        assert!(honest.iter().all(|party| party.result.is_ok()));
        let frames = frames.lock().expect("the recorder does not panic").clone();
        let targets: Vec<usize> = (0..frames.len()).filter(|i| frames[*i].is_of(REPLICATED_SORT)).collect();
        assert!(targets.len() > 5, "{party} sends {} messages of a sort", targets.len());
        for (target, what) in targets.iter().flat_map(|target| {
            [Cheat::FlipBit, Cheat::RandomBytes, Cheat::Zeros, Cheat::Truncate].map(|what| (*target, what))
        }) {
            let mut links = memory_links(3);
            cheat(&mut links, party, what.at(target, 3));
            let ended = cluster.run_over(links, &Arc::clone(&VirtualClock::new())).expect("nobody waits");
            for other in ended.iter().filter(|other| other.party != party) {
                let Err(error) = &other.result else { continue };
                let RunError::Channel(error) = error else { panic!("{what:?} at {target}: {error}") };
                if let ChannelFault::Disagreement(_) = error.fault {
                    assert_eq!(error.step, REPLICATED_SORT);
                    noticed += 1;
                }
            }
        }
    }
    assert!(noticed > 50, "places that are no order were noticed {noticed} times");
}
