//! Parties of `shamir` that lie: whatever bytes they send in whatever step, no honest party ends with a wrong output, a lie is
//! noticed by somebody honest, and nothing is opened after a wrong product.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use quorate_circuits::clear::{Column, evaluate};
use quorate_engine::net::{Link, PartyIndex, Step, memory_links};
use quorate_engine::protocol::ProtocolName;
use quorate_engine::protocol::shamir::{
    SHAMIR_ADDENDS, SHAMIR_CHECK, SHAMIR_COINS, SHAMIR_ECHO, SHAMIR_INPUTS, SHAMIR_KEYS, SHAMIR_KEYS_ECHO,
    SHAMIR_MASKED, SHAMIR_OUTPUTS, SHAMIR_PAIRS, SHAMIR_SHIFTED, SHAMIR_SUMS,
};
use quorate_engine::run::RunError;
use quorate_testkit::clock::{VirtualClock, impatient};
use quorate_testkit::tamper::{Deed, Frame, cheat, record};
use quorate_testkit::{Case, Cluster, Ended};

/// Every party brings something and learns something; products, comparisons, bits that become numbers, and what was opened
/// is computed with again.
const PROGRAM: &str = "program cheated
role a
role b
role c
input a.x[3]: i32 in -1000..=1000
input b.y[3]: i32 in -1000..=1000
input c.z: u8
let x = share(a.x)
let y = share(b.y)
let products = x * y
reveal dot = sum(products) to all
reveal most = max(x[0], y[1]) to a
reveal above = (products[2] > dot) & (share(c.z) > 7) to b
reveal again = products[0] - share(c.z) to c
reveal count = sum(x > y) * products[1] to c
";

/// So many products that each party adds up its portion.
const LONG: &str = "program cheated_at_length
role a
role b
role c
size rows in 1..=2000
input a.x[rows]: i32 in -1000..=1000
input b.y[rows]: i32 in -1000..=1000
let products = share(a.x) * share(b.y)
reveal total = sum(products) to all
";

/// Five parties, of whom two may lie.
const FIVE: &str = "program cheated_by_two
role a
role b
role c
role d
role e
input a.x[4]: u16
input b.y[4]: u16
let products = share(a.x) * share(b.y)
reveal most = max(products[0], products[1]) to all
reveal last = products[3] to c
";

const STEPS: [Step; 12] = [
    SHAMIR_PAIRS,
    SHAMIR_KEYS,
    SHAMIR_KEYS_ECHO,
    SHAMIR_INPUTS,
    SHAMIR_ADDENDS,
    SHAMIR_SUMS,
    SHAMIR_ECHO,
    SHAMIR_COINS,
    SHAMIR_CHECK,
    SHAMIR_MASKED,
    SHAMIR_SHIFTED,
    SHAMIR_OUTPUTS,
];

fn under_shamir(case: Case) -> Cluster {
    Cluster::new(case).protocol(ProtocolName::Shamir)
}

fn short() -> Cluster {
    under_shamir(Case::new(PROGRAM, "", &[("a.x", "5, -1000, 999"), ("b.y", "-7, 31, 1000"), ("c.z", "200")]))
}

fn links(cluster: &Cluster, clock: &Arc<VirtualClock>) -> Vec<Vec<Option<Link>>> {
    let patient = |link: Option<Link>| link.map(|link| impatient(link, clock, Duration::from_secs(60)));
    memory_links(cluster.size()).into_iter().map(|row| row.into_iter().map(patient).collect()).collect()
}

fn frames(cluster: &Cluster, party: PartyIndex) -> Vec<Frame> {
    let clock = VirtualClock::new();
    let mut links = links(cluster, &clock);
    let frames = record(&mut links, party);
    let ended = cluster.run_over(links, &clock).expect("honest parties end");
    assert!(ended.iter().all(|party| party.result.is_ok()));
    let frames = frames.lock().expect("the recorder does not panic");
    frames.clone()
}

/// The clear outputs, by name.
fn expected(cluster: &Cluster) -> Vec<(String, Column)> {
    let program = &cluster.case().program;
    let clear = evaluate(program, &cluster.case().inputs, &[]).expect("it is right in the clear");
    program.outputs().map(|(name, id)| (name.to_owned(), clear.column(id).clone())).collect()
}

/// Runs with the frames that `is_meant` by number changed.
fn changed(
    cluster: &Cluster,
    party: PartyIndex,
    is_meant: impl Fn(usize, &Frame) -> bool + Send + 'static,
    change: impl Fn(&mut [u8]) + Send + 'static,
) -> Vec<Ended> {
    let clock = VirtualClock::new();
    let mut links = links(cluster, &clock);
    let mut number = 0;
    cheat(&mut links, party, move |mut frame| {
        if is_meant(number, &frame) {
            change(frame.payload_mut());
        }
        number += 1;
        Deed::send([frame])
    });
    cluster.run_over(links, &clock).unwrap_or_else(|stalled| panic!("{stalled:?}"))
}

/// Of each step, to each peer: the first, the second and the last frame.
fn targets(frames: &[Frame]) -> BTreeSet<usize> {
    let mut kinds: BTreeMap<(u32, PartyIndex), Vec<usize>> = BTreeMap::new();
    for (target, frame) in frames.iter().enumerate() {
        kinds.entry((frame.tag(), frame.to)).or_default().push(target);
    }
    kinds.into_values().flat_map(|all| all.iter().take(2).chain(all.last()).copied().collect::<Vec<_>>()).collect()
}

#[test]
fn no_lie_leads_to_a_wrong_output() {
    let mut met = Vec::new();
    for cluster in [short(), under_shamir(Case::filled(LONG, "rows=1100", 4))] {
        let due = expected(&cluster);
        for party in [0, 1, 2].map(PartyIndex) {
            let all = frames(&cluster, party);
            for target in targets(&all) {
                let step = *STEPS.iter().find(|step| all[target].is_of(**step)).expect("a step of this protocol");
                met.push(step);
                let length = all[target].payload().len();
                for at in BTreeSet::from([0, length / 2, length - 1]) {
                    let ended =
                        changed(&cluster, party, move |number, _| number == target, move |payload| payload[at] ^= 1);
                    let honest = || ended.iter().filter(|ended| ended.party != party);
                    let context = format!("{party}, frame {target} of {step}, byte {at}");
                    for ended in honest() {
                        match &ended.result {
                            Ok(outcome) => {
                                let right = outcome.outputs.iter().all(|output| due.contains(output));
                                assert!(right, "{context}: {}", ended.party);
                            }
                            // Nobody is blamed for what another may have done.
                            Err(RunError::Channel(error)) => {
                                assert!(!error.is_misbehaviour() || error.peer == party, "{context}: {error}");
                            }
                            Err(error) => panic!("{context}: {error}"),
                        }
                    }
                    assert!(honest().any(|ended| ended.result.is_err()), "{context}: nobody noticed");
                }
            }
        }
    }
    for step in STEPS {
        assert!(met.contains(&step), "{step}");
    }
}

/// Whoever tells others something else than it added up itself is found out before any output is sent. (That a product is
/// found out to which everybody is told to have added the same is among the unit tests: it takes another party, not other
/// messages.)
#[test]
fn nothing_is_opened_after_a_wrong_addend() {
    for (cluster, bytes) in [(short(), 8), (under_shamir(Case::filled(LONG, "rows=1100", 4)), 3000)] {
        for party in [0, 1, 2].map(PartyIndex) {
            let sent = frames(&cluster, party);
            // All of the same wave: a frame to each peer.
            let addends: Vec<usize> = (0..sent.len()).filter(|at| sent[*at].is_of(SHAMIR_ADDENDS)).collect();
            for first in addends.chunks(2).map(|pair| pair[0]).take(6) {
                let clock = VirtualClock::new();
                let mut links = links(&cluster, &clock);
                let witness = PartyIndex((party.0 + 1) % 3);
                let seen = record(&mut links, witness);
                let mut number = 0;
                cheat(&mut links, party, move |mut frame| {
                    if frame.is_of(SHAMIR_ADDENDS) && (first..first + 2).contains(&number) {
                        let at = bytes.min(frame.payload().len()) - 1;
                        frame.payload_mut()[at] ^= 0x80;
                    }
                    number += 1;
                    Deed::send([frame])
                });
                let ended = cluster.run_over(links, &clock).unwrap_or_else(|stalled| panic!("{stalled:?}"));
                let honest = || ended.iter().filter(|ended| ended.party != party);
                assert!(honest().all(|ended| ended.result.is_err()), "{party}, frame {first}");
                let seen = seen.lock().expect("the recorder does not panic");
                assert!(!seen.iter().any(|frame| frame.is_of(SHAMIR_OUTPUTS)), "{party}, frame {first}");
            }
        }
    }
}

/// Two of five who lie together do not get further.
#[test]
fn two_of_five_are_found_out() {
    let cluster = under_shamir(Case::filled(FIVE, "", 3));
    let due = expected(&cluster);
    for step in [SHAMIR_ADDENDS, SHAMIR_MASKED, SHAMIR_COINS, SHAMIR_CHECK, SHAMIR_OUTPUTS] {
        for cheats in [[0, 1], [1, 4], [2, 3]] {
            let clock = VirtualClock::new();
            let mut links = links(&cluster, &clock);
            for party in cheats.map(PartyIndex) {
                let mut done = BTreeSet::new();
                cheat(&mut links, party, move |mut frame| {
                    if frame.is_of(step) && done.insert(frame.to) {
                        frame.payload_mut()[0] ^= 1 << party.0;
                    }
                    Deed::send([frame])
                });
            }
            let ended = cluster.run_over(links, &clock).unwrap_or_else(|stalled| panic!("{stalled:?}"));
            let honest = || ended.iter().filter(|ended| !cheats.contains(&ended.party.0));
            let outcomes = honest().filter_map(|ended| ended.result.as_ref().ok());
            assert!(outcomes.flat_map(|outcome| &outcome.outputs).all(|output| due.contains(output)));
            assert!(honest().any(|ended| ended.result.is_err()), "{step}, {cheats:?}");
        }
    }
}
