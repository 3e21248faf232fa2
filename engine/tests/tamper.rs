//! Every cheat at every message of every protocol: the run ends, for everybody, without a panic, with a result
//! or with an error that says who and where.
//!
//! Which messages there are is found by recording an honest run, and that the runs have all steps of the
//! engine is counted, so the loop proves that it is complete. Under the semi-honest protocols a changed byte may
//! change a result. What must hold is that nobody hangs, nobody panics, and what cannot be a message is refused. Under a
//! malicious claim no result is ever wrong, too: an honest party ends with what it would have learned, or with nothing.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use quorate_circuits::clear::evaluate;
use quorate_engine::net::{ChannelError, ChannelFault, Link, PREPARED, PartyIndex, Step, memory_links};
use quorate_engine::ot::silent::{SILENT_ANSWER, SILENT_CHALLENGE, SILENT_TREES};
use quorate_engine::ot::{COT_CORRECTIONS, COT_RESPONSE, OT_BASE, OT_TREES};
use quorate_engine::protocol::yao::YAO_LABELS;
use quorate_engine::protocol::{Adversary, OFFERS_ON_NUMBERS, ProtocolName};
use quorate_engine::run::RunError;
use quorate_testkit::clock::{VirtualClock, impatient};
use quorate_testkit::tamper::{Cheat, Frame, cheat, record};
use quorate_testkit::{Case, Cluster, Ended, LIFE_STEPS, SIGNING_STEPS, tidy};

/// How long a link waits. No honest party of a cluster makes anybody wait at all.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether no program of this file takes a step: key generation and signing have a loop of their own
/// (`signing_cheats.rs`), and so have the OTs of demands that are larger than a loop over all messages can afford
/// (`ot_silent.rs`, `correlation_streamed.rs`), the steps of runs that no cheat ends (`robust_cheats.rs`), and what is sent on
/// prepared material (`prepared.rs`).
fn is_elsewhere(step: Step) -> bool {
    if step.name().starts_with("robust/") || step.name().starts_with("broadcast/") {
        return true;
    }
    let silent = [SILENT_TREES, SILENT_CHALLENGE, SILENT_ANSWER];
    let prepared = [PREPARED, YAO_LABELS];
    silent.contains(&step)
        || prepared.contains(&step)
        || [&SIGNING_STEPS[..], &LIFE_STEPS].concat().contains(&step.name())
}

/// Both directions of everything: comparisons, products, conversions, openings to one and to all, an assert, and
/// public arithmetic on what was opened, which must stand any number.
const PROGRAM: &str = "program tampered
role a
role b
size rows in 1..=10
input a.x[rows]: i64 in -10^9..=10^9
input b.y[rows]: i64 in -10^9..=10^9
let x = share(a.x)
let y = share(b.y)
let product = x * y
let larger = max(x, y)
reveal dot = sum(product) to a
reveal top = sum(larger) to all
reveal total = sum(select(x > y, product, x)) to b
reveal coin = random_bits(5) to all
output quotient = (top * top - coin) / (top - coin)
assert sum(x) <= 10^11, \"sums are small\"
";

/// The same with a party that brings nothing.
fn among_three(program: &str) -> Cluster {
    Cluster::new(Case::filled(&program.replace("role b\n", "role b\nrole c\n"), "rows=2", 3))
}

/// The same in short, for a protocol whose messages are many and long.
const SHORT: &str = "program tampered
role a
role b
size rows in 1..=10
input a.x[rows]: i8 in -100..=100
input b.y[rows]: i8 in -100..=100
let x = share(a.x)
let y = share(b.y)
reveal dot = sum(x * y) to a
reveal top = sum(max(x, y)) to all
reveal total = sum(select(x > y, y, x)) to b
assert sum(x) <= 1000, \"sums are small\"
";

/// Three parties, each with a number.
const THREE: &str = "program tampered_by_one_of_three
role a
role b
role c
input a.x: u8 in 0..=200
input b.y: u8 in 0..=200
input c.z: u8 in 0..=200
let x = share(a.x)
let y = share(b.y)
let z = share(c.z)
reveal most = max(max(x, y), z) to all
reveal even = (x & y) == z to b, c
";

/// Products, sums and comparisons of numbers, and bits that become numbers.
const SPDZ: &str = "program tampered_numbers
role a
role b
input a.x: i16 in -100..=100
input b.y: i16 in -100..=100
let x = share(a.x)
let y = share(b.y)
let product = x * y
reveal squares = x * x + product to a
reveal sum = product + select(x > y, x, y) to all
reveal large = product > 50 to b
assert x + y <= 200, \"small\"
";

/// Three parties, each with a number.
const THREE_SUMS: &str = "program tampered_numbers_of_three
role a
role b
role c
input a.x: u8 in 0..=200
input b.y: u8 in 0..=200
input c.z: u8 in 0..=200
let product = share(a.x) * share(b.y)
reveal more = product + share(c.z) to all
reveal large = product > 500 to b, c
";

/// So many comparisons that the addends of their random bits are many.
const COMPARED: &str = "program tampered_comparisons
role a
role b
size rows in 1..=10
input a.x[rows, 9]: i64 in -10^15..=10^15
input b.y[rows, 9]: i64 in -10^15..=10^15
let x = share(a.x)
reveal more = sum(sum(x > share(b.y))) to all
";

/// So many products that each party adds up its portion of what is told of them.
const MULTIPLIED: &str = "program tampered_products
role a
role b
size rows in 1..=10
input a.x[rows, 600]: i16 in -100..=100
input b.y[rows, 600]: i16 in -100..=100
let product = share(a.x) * share(b.y)
reveal total = sum(sum(product)) to all
";

/// Rows in the order of keys of six bits, with a column of each kind.
const SORTED: &str = "program tampered_order
role a
role b
role c
input a.key[4]: i8 in -30..=30
input b.x[4]: i32 in -10^9..=10^9
input c.flag[4]: bit
let key = share(a.key)
let x = share(b.x)
reveal xs = sort_by(key, x * x) to all
reveal flags = sort_by(key, share(c.flag)) to b
";

fn clusters(protocol: ProtocolName) -> Vec<Cluster> {
    let mixed = Cluster::new(Case::filled(PROGRAM, "rows=2", 3));
    let hospitals = |parties: usize| {
        Cluster::new(Case::filled("hospital-stats", &format!("parties={parties} groups=2 decimals=2"), 3))
    };
    let clusters = match protocol {
        ProtocolName::Yao => vec![mixed, hospitals(2)],
        ProtocolName::Additive => vec![mixed.clone(), mixed.dealt(), hospitals(3)],
        ProtocolName::Replicated => {
            vec![among_three(PROGRAM), hospitals(3), Cluster::new(Case::filled(SORTED, "", 3))]
        }
        // What is drawn is on no tape with which results could be compared.
        ProtocolName::ReplicatedMalicious => vec![among_three(SHORT), hospitals(3)],
        ProtocolName::AuthenticatedGarbling => {
            vec![Cluster::new(Case::filled(SHORT, "rows=2", 3)), Cluster::new(Case::filled(THREE, "", 3))]
        }
        ProtocolName::Spdz => {
            vec![Cluster::new(Case::filled(SPDZ, "", 3)), Cluster::new(Case::filled(THREE_SUMS, "", 3))]
        }
        ProtocolName::Shamir => {
            let three = Cluster::new(Case::filled(THREE_SUMS, "", 3));
            vec![among_three(SHORT), three, among_three(COMPARED), among_three(MULTIPLIED)]
        }
        // Its runs do not end, whatever a cheat sends: `robust_cheats.rs`.
        ProtocolName::ShamirRobust => Vec::new(),
        ProtocolName::Dkls | ProtocolName::Frost | ProtocolName::ShamirSigning | ProtocolName::SpdzSigning => {
            unreachable!("programs over curves have a loop of their own")
        }
    };
    clusters.into_iter().flat_map(|cluster| cluster.protocol(protocol).variants()).collect()
}

/// Those of them that transfer obliviously.
fn with_transfers(protocol: ProtocolName) -> Vec<Cluster> {
    clusters(protocol).into_iter().filter(|cluster| !cluster.plan().is_dealt).collect()
}

fn links(cluster: &Cluster, clock: &Arc<VirtualClock>) -> Vec<Vec<Option<Link>>> {
    let links = memory_links(cluster.all()).into_iter();
    links.map(|row| row.into_iter().map(|link| link.map(|link| impatient(link, clock, PATIENCE))).collect()).collect()
}

/// What `party` sends in an honest run.
fn recording(cluster: &Cluster, party: PartyIndex) -> Vec<Frame> {
    let clock = VirtualClock::new();
    let mut links = links(cluster, &clock);
    let frames = record(&mut links, party);
    let ended = cluster.run_over(links, &clock).expect("honest parties end");
    assert!(ended.iter().all(|party| party.result.is_ok()), "{}", cluster.describe());
    let frames = frames.lock().expect("the recorder does not panic");
    frames.clone()
}

/// Whether a run takes long: three parties with OTs in all directions.
fn is_slow(cluster: &Cluster) -> bool {
    let protocol = cluster.plan().protocol;
    protocol == ProtocolName::Spdz || cluster.size() > 2 && protocol == ProtocolName::AuthenticatedGarbling
}

/// The first, the second and the last frame of each step; of three parties, those to the next one, which take
/// part in the same pairs in either order, or if there is none to it, those to the one before. Where a run takes long,
/// only the first.
fn targets(cluster: &Cluster, party: PartyIndex, frames: &[Frame]) -> BTreeSet<usize> {
    let next = PartyIndex((party.0 + 1) % cluster.all());
    let tags: BTreeSet<u32> = frames.iter().map(Frame::tag).collect();
    let mut targets = BTreeSet::new();
    for tag in tags {
        let to_next = frames.iter().any(|frame| frame.tag() == tag && frame.to == next);
        let is_kind = |i: &usize| frames[*i].tag() == tag && (frames[*i].to == next || !to_next);
        let all: Vec<usize> = (0..frames.len()).filter(is_kind).collect();
        let next_and_last = if is_slow(cluster) { &[][..] } else { &all[..] };
        targets.extend(all.first().into_iter().chain(next_and_last.get(1)).chain(next_and_last.last()));
    }
    targets
}

/// A party's error, if it has one that a cheat can cause.
fn channel_error(ended: &Ended, context: &str) -> Option<ChannelError> {
    match &ended.result {
        Ok(_) => None,
        Err(RunError::Channel(error)) => Some(error.clone()),
        // A changed result can fail the program's assert.
        Err(RunError::Program(quorate_circuits::clear::ClearError::AssertFailed { .. })) => None,
        Err(other) => panic!("{context}: {}: {other}", ended.party),
    }
}

/// Runs with one cheat and returns the honest parties' channel errors.
fn cheated(cluster: &Cluster, party: PartyIndex, target: usize, what: Cheat) -> Vec<(PartyIndex, ChannelError)> {
    let context = format!("{}: {party} does {what:?} at its frame {target}", cluster.describe());
    let clock = VirtualClock::new();
    let mut links = links(cluster, &clock);
    cheat(&mut links, party, what.at(target, cluster.all()));
    let run = std::panic::AssertUnwindSafe(|| cluster.run_over(links, &clock));
    let ended = std::panic::catch_unwind(run).unwrap_or_else(|_| panic!("{context}: a panic"));
    let ended = ended.unwrap_or_else(|stalled| panic!("{context}: {stalled:?}"));
    if cluster.plan().protocol.offer().adversary == Adversary::Malicious {
        no_result_is_wrong(cluster, &ended, party, &context);
    }
    let errors = ended.iter().filter_map(|ended| channel_error(ended, &context).map(|error| (ended.party, error)));
    let errors: Vec<_> = errors.filter(|(victim, _)| *victim != party).collect();
    for (victim, error) in &errors {
        assert_ne!(error.peer, *victim, "{context}");
    }
    // Whoever is blamed for something it sent is the cheat: nobody else sent anything wrong. Of two who contradict each
    // other it is one.
    for (victim, error) in errors.iter().filter(|(_, error)| error.is_misbehaviour()) {
        let contradicts = matches!(error.fault, ChannelFault::Equivocation { witness } if witness == party);
        assert!(error.peer == party || contradicts, "{context}: {victim}: {error}");
    }
    errors
}

/// Honest parties that finished have learned what the clear evaluation says.
fn no_result_is_wrong(cluster: &Cluster, ended: &[Ended], cheat: PartyIndex, context: &str) {
    let Case { program, inputs, .. } = cluster.case();
    let expected = evaluate(program, inputs, &[]).expect("an honest case");
    for outcome in ended.iter().filter(|ended| ended.party != cheat).filter_map(|ended| ended.result.as_ref().ok()) {
        for (name, column) in &outcome.outputs {
            let (_, id) = program.outputs().find(|(output, _)| output == name).expect("an output of the program");
            assert_eq!(column, expected.column(id), "{context}: {name}");
        }
    }
}

/// Cheats that a protocol notices, and not the channel before it.
const FEW: [Cheat; 5] =
    [Cheat::FlipBit, Cheat::RandomBytes, Cheat::ReplayPrevious, Cheat::Redirect, Cheat::DropAndClose];

/// These cheats at one message of an honest run.
fn all_cheats(
    cluster: &Cluster,
    (party, cheats): (PartyIndex, &[Cheat]),
    frames: &[Frame],
    target: usize,
    steps: &[Step],
) {
    let frame = &frames[target];
    let step = steps.iter().find(|step| frame.is_of(**step)).expect("frames are of steps with names");
    for &what in cheats {
        let errors = cheated(cluster, party, target, what);
        let noticed = errors.iter().find(|(victim, _)| *victim == frame.to).map(|(_, error)| error);
        let context = format!("{}: {party}, frame {target} of {step}, {what:?}", cluster.describe());
        if what.breaks_framing() {
            let error = noticed.unwrap_or_else(|| panic!("{context}: nobody noticed"));
            assert!(error.is_misbehaviour() && error.step == *step && error.peer == party, "{context}: {error}");
        }
        if matches!(what, Cheat::DropAndClose | Cheat::FallSilent) {
            let error = noticed.unwrap_or_else(|| panic!("{context}: nobody missed it"));
            assert!(!error.is_misbehaviour(), "{context}: {error}");
        }
    }
}

/// All cheats at every target of every party of a protocol's first program, and few of them, because all messages go through
/// the same channels, in its others and where runs take long.
fn the_loop(protocol: ProtocolName) {
    let steps = tidy::steps(&tidy::sources());
    for (number, cluster) in clusters(protocol).into_iter().enumerate() {
        let cheats = if number > 0 || is_slow(&cluster) { &FEW[..] } else { &Cheat::ALL[..] };
        for party in (0..cluster.all()).map(PartyIndex) {
            let frames = recording(&cluster, party);
            for target in targets(&cluster, party, &frames) {
                all_cheats(&cluster, (party, cheats), &frames, target, &steps);
            }
        }
    }
}

#[test]
fn yao_ends_whatever_a_cheat_sends() {
    the_loop(ProtocolName::Yao);
}

#[test]
fn additive_ends_whatever_a_cheat_sends() {
    the_loop(ProtocolName::Additive);
}

#[test]
fn replicated_ends_whatever_a_cheat_sends() {
    the_loop(ProtocolName::Replicated);
}

#[test]
fn replicated_malicious_ends_whatever_a_cheat_sends() {
    the_loop(ProtocolName::ReplicatedMalicious);
}

#[test]
fn authenticated_garbling_ends_whatever_a_cheat_sends() {
    the_loop(ProtocolName::AuthenticatedGarbling);
}

#[test]
fn spdz_ends_whatever_a_cheat_sends() {
    the_loop(ProtocolName::Spdz);
}

#[test]
fn shamir_ends_whatever_a_cheat_sends() {
    the_loop(ProtocolName::Shamir);
}

/// The runs above have every step that the engine's sources name.
#[test]
fn every_step_is_tampered_with() {
    let mut met = BTreeSet::new();
    for protocol in OFFERS_ON_NUMBERS.iter().map(|offer| offer.name) {
        for cluster in clusters(protocol) {
            for party in (0..cluster.all()).map(PartyIndex) {
                let frames = recording(&cluster, party);
                met.extend(targets(&cluster, party, &frames).into_iter().map(|target| frames[target].tag()));
            }
        }
    }
    for step in tidy::steps(&tidy::sources()) {
        assert_eq!(met.contains(&step.tag()), !is_elsewhere(step), "{step}");
    }
}

/// The first frame of a step that a party sends.
fn first(cluster: &Cluster, party: PartyIndex, step: Step) -> usize {
    let position = recording(cluster, party).iter().position(|frame| frame.is_of(step));
    position.unwrap_or_else(|| panic!("{}: {party} sends no {step}", cluster.describe()))
}

/// Points that are none are refused where they arrive, before anything is made from them.
#[test]
fn malformed_points_are_named() {
    for protocol in [ProtocolName::Yao, ProtocolName::Additive] {
        for cluster in with_transfers(protocol) {
            for party in [PartyIndex(0), PartyIndex(1)] {
                for what in [Cheat::RandomBytes, Cheat::Zeros] {
                    let errors = cheated(&cluster, party, first(&cluster, party, OT_BASE), what);
                    let malformed = |error: &ChannelError| matches!(error.fault, ChannelFault::Malformed(_));
                    let named = errors.iter().any(|(_, e)| malformed(e) && e.peer == party && e.step == OT_BASE);
                    assert!(named, "{}: {party}, {what:?}: {errors:?}", cluster.describe());
                }
            }
        }
    }
}

/// Trees that do not fit, corrections and answers that fail the check of the extension: a failed check, by name.
#[test]
fn failed_checks_are_named() {
    for protocol in [ProtocolName::Yao, ProtocolName::Additive] {
        for cluster in with_transfers(protocol) {
            let parties = (0..cluster.size()).map(PartyIndex);
            for (step, noticed) in [(OT_TREES, OT_TREES), (COT_CORRECTIONS, COT_RESPONSE), (COT_RESPONSE, COT_RESPONSE)]
            {
                let senders = parties.clone().filter(|p| recording(&cluster, *p).iter().any(|frame| frame.is_of(step)));
                let senders: Vec<PartyIndex> = senders.collect();
                assert!(!senders.is_empty(), "{}: {step}", cluster.describe());
                for party in senders {
                    let errors = cheated(&cluster, party, first(&cluster, party, step), Cheat::RandomBytes);
                    let failed = |error: &ChannelError| matches!(error.fault, ChannelFault::CheckFailed(_));
                    let named = errors.iter().any(|(_, e)| failed(e) && e.peer == party && e.step == noticed);
                    assert!(named, "{}: {party}, {step}: {errors:?}", cluster.describe());
                }
            }
        }
    }
}
