//! A party of verified replicated sharing that lies: whatever bytes it sends in whatever step, no honest party ends
//! with a wrong output, and a lie about a product or about an opened value stops whom it was told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use quorate_circuits::clear::{Column, evaluate};
use quorate_engine::crypto::{COIN_TOSS_COMMIT, COIN_TOSS_OPEN};
use quorate_engine::net::{Link, PartyIndex, Step, memory_links};
use quorate_engine::protocol::ProtocolName;
use quorate_engine::protocol::replicated::{
    REPLICATED_ANDS, REPLICATED_CHECK, REPLICATED_CONVERSION, REPLICATED_CONVERTED, REPLICATED_INPUTS,
    REPLICATED_OUTPUTS, REPLICATED_PRODUCTS, REPLICATED_PROOF, REPLICATED_SEEDS, REPLICATED_VERDICT,
};
use quorate_engine::run::RunError;
use quorate_testkit::clock::{VirtualClock, impatient};
use quorate_testkit::tamper::{Deed, Frame, cheat, record};
use quorate_testkit::{Case, Cluster, Ended};

/// Every party brings something and learns something; a product is opened and computed with again.
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
";

/// Numbers are multiplied, bits that one party knows and bits that nobody does become numbers.
const NUMBERS: &str = "program cheated-numbers
role a
role b
role c
input a.x[3]: i32 in -1000..=1000
input b.y[3]: i32 in -1000..=1000
input c.z: u8
let x = share(a.x)
let y = share(b.y)
let z = share(c.z)
reveal inner = dot(x, y) to all
reveal products = x * y * z to b
reveal chosen = sum(select(x < y, x * z, y)) to a
reveal apart = x[0] * y[2] - z to c
";

const STEPS: [Step; 12] = [
    COIN_TOSS_COMMIT,
    COIN_TOSS_OPEN,
    REPLICATED_SEEDS,
    REPLICATED_INPUTS,
    REPLICATED_PRODUCTS,
    REPLICATED_CONVERSION,
    REPLICATED_CONVERTED,
    REPLICATED_ANDS,
    REPLICATED_PROOF,
    REPLICATED_CHECK,
    REPLICATED_VERDICT,
    REPLICATED_OUTPUTS,
];

/// Bytes of the sums of quotients that a verifier of numbers opens.
const PROJECTIONS_OPENED: usize = 128 * 32;

fn cluster() -> Cluster {
    cluster_of(PROGRAM)
}

fn cluster_of(program: &str) -> Cluster {
    let case = Case::new(program, "", &[("a.x", "5, -1000, 999"), ("b.y", "-7, 31, 1000"), ("c.z", "200")]);
    Cluster::new(case).protocol(ProtocolName::ReplicatedMalicious)
}

/// With the ranges of all inputs checked: they are bits at first.
fn checked(program: &str) -> Cluster {
    let cluster = cluster_of(program);
    let case = cluster.case();
    let program = Arc::new(case.program.with_range_checks());
    let case = Case { name: case.name.clone(), program, inputs: case.inputs.clone() };
    Cluster::new(case).protocol(ProtocolName::ReplicatedMalicious)
}

fn links(clock: &Arc<VirtualClock>) -> Vec<Vec<Option<Link>>> {
    let patient = |link: Option<Link>| link.map(|link| impatient(link, clock, Duration::from_secs(60)));
    memory_links(3).into_iter().map(|row| row.into_iter().map(patient).collect()).collect()
}

fn frames(cluster: &Cluster, party: PartyIndex) -> Vec<Frame> {
    let clock = VirtualClock::new();
    let mut links = links(&clock);
    let frames = record(&mut links, party);
    let ended = cluster.run_over(links, &clock).expect("honest parties end");
    assert!(ended.iter().all(|party| party.result.is_ok()));
    let frames = frames.lock().expect("the recorder does not panic");
    frames.clone()
}

/// Runs with frame `target` of `party` changed.
fn changed(
    cluster: &Cluster,
    party: PartyIndex,
    target: usize,
    change: impl Fn(&mut [u8]) + Send + 'static,
) -> Vec<Ended> {
    let clock = VirtualClock::new();
    let mut links = links(&clock);
    let mut number = 0;
    cheat(&mut links, party, move |mut frame| {
        if number == target {
            change(frame.payload_mut());
        }
        number += 1;
        Deed::send([frame])
    });
    cluster.run_over(links, &clock).unwrap_or_else(|stalled| panic!("{stalled:?}"))
}

/// The clear outputs, by name.
fn expected(cluster: &Cluster) -> Vec<(String, Column)> {
    let program = &cluster.case().program;
    let clear = evaluate(program, &cluster.case().inputs, &[]).expect("it is right in the clear");
    program.outputs().map(|(name, id)| (name.to_owned(), clear.column(id).clone())).collect()
}

/// Of each step, to each peer: the first, the second and the last frame.
fn targets(frames: &[Frame]) -> BTreeSet<usize> {
    let mut kinds: BTreeMap<(u32, PartyIndex), Vec<usize>> = BTreeMap::new();
    for (target, frame) in frames.iter().enumerate() {
        kinds.entry((frame.tag(), frame.to)).or_default().push(target);
    }
    kinds.into_values().flat_map(|all| all.iter().take(2).chain(all.last()).copied().collect::<Vec<_>>()).collect()
}

/// What each step must lead to: whether somebody notices, whatever is changed.
fn is_noticed(step: Step) -> bool {
    // Another input is an input; another half of a key is another key of the cheat's.
    step != REPLICATED_INPUTS
}

#[test]
fn no_lie_leads_to_a_wrong_output() {
    let mut met = Vec::new();
    for cluster in [cluster_of(PROGRAM), cluster_of(NUMBERS), checked(NUMBERS)] {
        met.extend(steps_of_lies(&cluster));
    }
    for step in STEPS {
        assert!(met.contains(&step), "{step}");
    }
}

/// The steps in which all parties lied in all ways, which led to nothing wrong.
fn steps_of_lies(cluster: &Cluster) -> Vec<Step> {
    let due = expected(cluster);
    let mut met = Vec::new();
    for party in [0, 1, 2].map(PartyIndex) {
        let all = frames(cluster, party);
        for target in targets(&all) {
            let frame = &all[target];
            let step = *STEPS.iter().find(|step| frame.is_of(**step)).expect("a step of this protocol");
            met.push(step);
            let length = frame.payload().len();
            for at in BTreeSet::from([0, length / 2, length - 1]) {
                let ended = changed(cluster, party, target, move |payload| payload[at] ^= 1);
                let honest = || ended.iter().filter(|ended| ended.party != party);
                let context = format!("{party}, frame {target} of {step}, byte {at}");
                for ended in honest() {
                    let right = |outputs: &[(String, Column)]| outputs.iter().all(|output| due.contains(output));
                    match &ended.result {
                        Ok(outcome) => {
                            assert!(!is_noticed(step) || right(&outcome.outputs), "{context}: {}", ended.party)
                        }
                        // Nobody is blamed for what another may have done.
                        Err(RunError::Channel(error)) => {
                            assert!(!error.is_misbehaviour() || error.peer == party, "{context}: {error}");
                        }
                        // Another input may be out of its range.
                        Err(error) => assert!(!is_noticed(step), "{context}: {error}"),
                    }
                }
                let noticed = honest().any(|ended| ended.result.is_err());
                // A bit beyond the last of a message is none.
                let is_spare = matches!(step, REPLICATED_ANDS | REPLICATED_OUTPUTS) && at + 1 == length;
                // A sum of quotients that is opened may be another one that is small.
                let is_small = step == REPLICATED_CHECK && at == length / 2 && length > PROJECTIONS_OPENED;
                assert!(noticed || !is_noticed(step) || is_spare || is_small, "{context}: nobody noticed");
            }
        }
    }
    met
}

/// Honest parties whose inputs a cheat did not touch agree on what all of them learn.
#[test]
fn another_input_is_the_same_for_everybody() {
    let cluster = cluster();
    for party in [0, 1, 2].map(PartyIndex) {
        let all = frames(&cluster, party);
        let target = all.iter().position(|frame| frame.is_of(REPLICATED_INPUTS)).expect("everybody shares something");
        let ended = changed(&cluster, party, target, |payload| payload[0] ^= 1);
        let honest: Vec<&Ended> = ended.iter().filter(|ended| ended.party != party).collect();
        let dots: Vec<&(String, Column)> =
            honest.iter().flat_map(|ended| ended.result.as_ref().map(|o| &o.outputs[0])).collect();
        assert!(dots.windows(2).all(|pair| pair[0] == pair[1]), "{party}: {dots:?}");
    }
}

/// A wrong bit of a product is caught before anything is opened: nobody sends an output.
#[test]
fn nothing_is_opened_before_the_proof() {
    let cluster = cluster();
    for party in [0, 1, 2].map(PartyIndex) {
        let target = frames(&cluster, party).iter().position(|frame| frame.is_of(REPLICATED_ANDS)).expect("ANDs");
        let clock = VirtualClock::new();
        let mut links = links(&clock);
        let witness = PartyIndex((party.0 + 1) % 3);
        let seen = record(&mut links, witness);
        let mut number = 0;
        cheat(&mut links, party, move |mut frame| {
            if number == target {
                frame.payload_mut()[0] ^= 1;
            }
            number += 1;
            Deed::send([frame])
        });
        let ended = cluster.run_over(links, &clock).unwrap_or_else(|stalled| panic!("{stalled:?}"));
        assert!(ended.iter().all(|ended| ended.result.is_err()));
        let seen = seen.lock().expect("the recorder does not panic");
        assert!(seen.iter().any(|frame| frame.is_of(REPLICATED_ANDS)));
        assert!(!seen.iter().any(|frame| frame.is_of(REPLICATED_OUTPUTS)), "{party}");
    }
}

/// A wrong message of a product, or of a conversion, is caught before anything is opened.
#[test]
fn numbers_are_proven_before_anything_is_opened() {
    for (cluster, step) in [
        (cluster_of(NUMBERS), REPLICATED_PRODUCTS),
        (cluster_of(NUMBERS), REPLICATED_CONVERSION),
        (cluster_of(NUMBERS), REPLICATED_CONVERTED),
        (checked(NUMBERS), REPLICATED_CONVERSION),
    ] {
        let mut tried = 0;
        for party in [0, 1, 2].map(PartyIndex) {
            let Some(target) = frames(&cluster, party).iter().position(|frame| frame.is_of(step)) else { continue };
            let ended = changed(&cluster, party, target, |payload| payload[0] ^= 1);
            assert!(ended.iter().all(|ended| ended.result.is_err()), "{party}, {step}");
            tried += 1;
        }
        assert!(tried > 0, "{step}");
    }
}

/// A record that is full is proven in the midst of a call, in chunks, and cheats in any of them are found.
#[test]
fn a_long_record_is_proven_in_chunks() {
    let source = "program long\nrole a\nrole b\nrole c\nsize rows in 1..=10^6\ninput a.x[rows]: u64\ninput b.y[rows]: u64\n\
                  reveal less = sum(share(a.x) < share(b.y)) to all\n";
    let case = Case::filled(source, "rows=60000", 4);
    let cluster = Cluster::new(case).protocol(ProtocolName::ReplicatedMalicious);
    let due = expected(&cluster);
    let party = PartyIndex(1);
    let all = frames(&cluster, party);
    let proofs = all.iter().filter(|frame| frame.is_of(REPLICATED_CHECK)).count();
    assert!(proofs > 1, "{proofs} proofs");
    for ended in cluster.run() {
        assert_eq!(ended.result.expect("an honest run").outputs, due);
    }
    let ands: Vec<usize> = (0..all.len()).filter(|target| all[*target].is_of(REPLICATED_ANDS)).collect();
    for target in [ands[0], ands[ands.len() / 2], ands[ands.len() - 1]] {
        let ended = changed(&cluster, party, target, |payload| payload[0] ^= 1);
        assert!(ended.iter().all(|ended| ended.result.is_err()), "frame {target}");
    }
}
