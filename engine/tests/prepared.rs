//! Runs on correlated randomness of an earlier session: equal to the clear evaluation, without a byte of preprocessing,
//! at the cost that the plan says; material that is cut stops the run with a typed error.

use std::sync::{Arc, Mutex};

use futures_executor::block_on;
use futures_util::future::join_all;
use proptest::prelude::*;
use quorate_circuits::clear::evaluate;
use quorate_engine::correlation::{MaterialFault, MaterialSink, MaterialSource};
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::net::{Counters, Link, Network, PartyIndex, Phase, memory_links};
use quorate_engine::ot::BaseOt;
use quorate_engine::plan::{Asked, Consumption, Cost, Plan, choose, cost};
use quorate_engine::protocol::{OFFERS_ON_NUMBERS, ProtocolName, Ring, Session};
use quorate_engine::run::{NoHooks, Outcome, RunError, preprocess, run_prepared_party};
use quorate_testkit::Cluster;
use quorate_testkit::conformance::{Seated, library, operations_for};
use quorate_testkit::tamper::{Deed, Frame, cheat};

/// Comparisons and products of two owners' numbers.
const MIXED: &str = "program mixed
role a
role b
size rows in 1..=10^6
input a.x[rows]: u8
input b.y[rows]: u8
let x = share(a.x)
let y = share(b.y)
let larger = x > y
reveal count = sum(larger) to all
reveal dot = dot(x, y) to all
";

/// Runs' material in memory, run after run.
#[derive(Clone, Default)]
struct Shelf {
    finished: Arc<Mutex<Vec<Vec<u8>>>>,
    current: Vec<u8>,
}

impl MaterialSink for Shelf {
    fn write(&mut self, bytes: &[u8]) -> Result<(), MaterialFault> {
        self.current.extend_from_slice(bytes);
        Ok(())
    }

    fn end_run(&mut self) -> Result<(), MaterialFault> {
        self.finished.lock().expect("one thread").push(std::mem::take(&mut self.current));
        Ok(())
    }
}

/// One run's material, and how much of it is read.
struct Item(Vec<u8>, usize);

impl MaterialSource for Item {
    fn read(&mut self, into: &mut [u8]) -> Result<(), MaterialFault> {
        let next = self.0.get(self.1..self.1 + into.len()).ok_or(MaterialFault::Truncated)?;
        into.copy_from_slice(next);
        self.1 += into.len();
        Ok(())
    }
}

fn sessions(parties: usize, seed: u8) -> impl Iterator<Item = Session> {
    sessions_over(memory_links(parties), seed)
}

fn sessions_over(links: Vec<Vec<Option<Link>>>, seed: u8) -> impl Iterator<Item = Session> {
    links.into_iter().enumerate().map(move |(p, links)| Session {
        id: SessionId([seed; 32]),
        network: Network::new(PartyIndex(p), links),
        random: Random::dangerous_from_seed([16 * seed + p as u8; 32]),
    })
}

fn prepared_plan(cluster: &Cluster) -> Plan {
    Plan { prepared: true, ..cluster.plan() }
}

/// Makes the material of `runs` runs; by run, then by party.
fn made(consumption: &Consumption, runs: u32) -> Vec<Vec<Vec<u8>>> {
    let parties = consumption.parties();
    let making = sessions(parties, 1).map(|session| async move {
        let (mut shelf, mut told) = (Shelf::default(), Vec::new());
        let mut progress = |done: u64, total: u64| told.push((done, total));
        let (session, result) = preprocess(consumption, runs, session, &mut shelf, &mut progress).await;
        result.expect("an honest preprocessing");
        let total = u64::from(runs) * consumption.stretches() as u64;
        assert_eq!(told.last().copied().unwrap_or_default(), if total > 0 { (total, total) } else { (0, 0) });
        let items = std::mem::take(&mut *shelf.finished.lock().expect("one thread"));
        (session.network.counters(), items)
    });
    let made = block_on(join_all(making));
    let (counters, by_party): (Vec<Counters>, Vec<_>) = made.into_iter().unzip();
    assert_eq!(counters, consumption.preprocessing(runs), "preprocessing sends what paper says");
    for (party, items) in by_party.iter().enumerate() {
        assert_eq!(items.len(), runs as usize);
        assert!(items.iter().all(|item| item.len() as u64 == consumption.bytes(PartyIndex(party))));
    }
    (0..runs as usize).map(|run| by_party.iter().map(|items| items[run].clone()).collect()).collect()
}

type Ran = Vec<(Counters, Result<Outcome, RunError>)>;

fn ran(cluster: &Cluster, plan: &Plan, material: Vec<Vec<u8>>, seed: u8) -> Ran {
    ran_by(cluster, plan, material, sessions(plan.parties, seed))
}

fn ran_by(cluster: &Cluster, plan: &Plan, material: Vec<Vec<u8>>, sessions: impl Iterator<Item = Session>) -> Ran {
    let inputs = &cluster.case().inputs;
    let parties = sessions.zip(material).map(|(session, bytes)| async move {
        let source = Box::new(Item(bytes, 0));
        let (session, result) = run_prepared_party(plan, session, inputs, &mut NoHooks, source).await;
        // The session of a party that has failed ends here: the others do not wait for it.
        (session.network.counters(), result)
    });
    block_on(join_all(parties))
}

/// Prepares two runs, and runs twice.
fn agrees(cluster: &Cluster) {
    let plan = prepared_plan(cluster);
    let consumption = Consumption::of(&plan).expect("a protocol that takes what was prepared");
    let (cost, afresh) = (cost(&plan), cost(&cluster.plan()));
    assert_eq!(cost.phases[Phase::Preprocessing as usize].bytes, 0);
    if plan.protocol != ProtocolName::Additive {
        assert_eq!(cost.phases[Phase::SetUp as usize].bytes, 0, "keys are prepared too");
    }
    let online = |cost: &Cost| cost.phases[Phase::Online as usize].bytes;
    match plan.protocol {
        // Tables are online where they are not prepared.
        ProtocolName::Yao => assert!(cost.bytes() < afresh.bytes()),
        _ => assert_eq!(online(&cost), online(&afresh)),
    }
    assert!(cost.rounds() <= afresh.rounds());
    let expected = evaluate(&plan.program, &cluster.case().inputs, &[]).expect("a program that runs in the clear");
    for (seed, material) in (2..).zip(made(&consumption, 2)) {
        for (party, (counters, result)) in ran(cluster, &plan, material, seed).into_iter().enumerate() {
            let outcome = result.unwrap_or_else(|error| panic!("{}: {error}", cluster.describe()));
            for (name, column) in &outcome.outputs {
                let id = plan.program.outputs().find(|(other, _)| other == name).expect("an output").1;
                assert_eq!(column, expected.column(id), "{}: {name}", cluster.describe());
            }
            assert_eq!(counters, cost.parties[party], "{}: figures of {party}", cluster.describe());
        }
    }
}

/// The protocols that take what was prepared.
const TAKING: [ProtocolName; 4] =
    [ProtocolName::Yao, ProtocolName::Additive, ProtocolName::AuthenticatedGarbling, ProtocolName::Spdz];
/// Those whose messages and material are authenticated.
const MALICIOUS: [ProtocolName; 2] = [ProtocolName::AuthenticatedGarbling, ProtocolName::Spdz];

/// Those that draw no random bits, which the clear evaluation would have to be given.
fn clusters(cases: &[Seated], protocol: ProtocolName) -> Vec<Cluster> {
    let drawn = |cluster: &Cluster| evaluate(&cluster.case().program, &cluster.case().inputs, &[]).is_err();
    cases.iter().filter_map(|seated| seated.under(protocol)).filter(|cluster| !drawn(cluster)).collect()
}

#[test]
fn programs_of_the_library_agree_with_the_clear() {
    for protocol in TAKING {
        let clusters = clusters(&library(), protocol);
        assert!(clusters.len() > 3);
        clusters.iter().filter(|cluster| cluster.size() < 64).for_each(agrees);
    }
}

#[test]
fn operations_under_malicious_parties_agree_with_the_clear() {
    for protocol in MALICIOUS {
        let clusters = clusters(&operations_for(protocol), protocol);
        clusters.iter().step_by(7).for_each(agrees);
    }
}

#[test]
fn operations_in_both_rings_agree_with_the_clear() {
    let clusters = clusters(&operations_for(ProtocolName::Additive), ProtocolName::Additive);
    for ring in [Ring::Z64, Ring::Z128] {
        let some: Vec<&Cluster> = clusters.iter().filter(|cluster| cluster.plan().ring == ring).take(6).collect();
        assert!(!some.is_empty());
        some.into_iter().for_each(agrees);
    }
}

fn mixed(rows: usize) -> Cluster {
    columns(MIXED, rows)
}

fn columns(source: &str, rows: usize) -> Cluster {
    let list = |factor: usize| (0..rows).map(|i| (i * factor % 256).to_string()).collect::<Vec<_>>().join(",");
    Cluster::of(source, &format!("rows={rows}"), &[("a.x", &list(7)), ("b.y", &list(11))])
}

/// A tile and a shorter one, each a stretch of its own; two parties make so much by streams.
#[test]
fn tiles_are_stretches_of_their_own() {
    let cluster = columns(&MIXED.replace("reveal dot = dot(x, y) to all\n", ""), 140_000);
    let consumption = Consumption::of(&prepared_plan(&cluster)).expect("additive");
    assert!(consumption.stretches() > 1);
    agrees(&cluster);
}

/// More gates than a batch has: a run reads the batches one by one.
#[test]
fn batches_are_read_when_the_one_before_is_spent() {
    let cluster = columns(&MIXED.replace("reveal dot = dot(x, y) to all\n", ""), 40_000);
    let cluster = cluster.protocol(ProtocolName::AuthenticatedGarbling);
    let gates: u64 = cost(&cluster.plan()).and_gates;
    assert!(gates > 3 << 17, "{gates}");
    agrees(&cluster);
}

/// Under malicious parties every run has keys of its own: Delta comes first.
#[test]
fn two_runs_have_no_key_in_common() {
    for protocol in MALICIOUS {
        let cluster = mixed(3).protocol(protocol);
        let runs = made(&Consumption::of(&prepared_plan(&cluster)).expect("malicious"), 2);
        for (first, second) in runs[0].iter().zip(&runs[1]) {
            assert_ne!(first[..16], second[..16]);
        }
    }
}

/// What tells one consumption from another is what is consumed, by how many, in which ring; not the program.
#[test]
fn a_consumption_is_known_by_what_is_consumed() {
    let of = |cluster: &Cluster| Consumption::of(&prepared_plan(cluster)).expect("additive").digest();
    let renamed = Cluster::of(&MIXED.replace("program mixed", "program other"), "rows=5", &[]);
    assert_eq!(of(&mixed(5)), of(&renamed));
    assert_ne!(of(&mixed(5)), of(&mixed(6)));
    let fewer = Cluster::of(&MIXED.replace("reveal dot = dot(x, y) to all\n", ""), "rows=5", &[]);
    assert_ne!(of(&mixed(5)), of(&fewer));
    let spdz = |rows| of(&mixed(rows).protocol(ProtocolName::Spdz));
    assert_eq!(spdz(5), spdz(5));
    assert_ne!(spdz(5), spdz(6));
    let garbled = |cluster: Cluster| of(&cluster.protocol(ProtocolName::Yao));
    assert_eq!(garbled(mixed(5)), garbled(mixed(5)));
    assert_ne!(garbled(mixed(5)), garbled(mixed(6)));
    assert_ne!(garbled(mixed(5)), garbled(renamed), "circuits are those of one program");
}

#[test]
fn only_protocols_that_take_it_are_chosen() {
    let cluster = mixed(5);
    let choice = |protocol| {
        let asked = Asked { protocol, prepared: true, ..Asked::default() };
        choose(&cluster.case().program, 2, cluster.party_of(), &asked)
    };
    let chosen = choice(None).expect("one of them");
    assert!(chosen.plan.prepared && chosen.plan.protocol.takes_prepared());
    for offer in OFFERS_ON_NUMBERS.iter().filter(|offer| !offer.name.takes_prepared()) {
        let refusal = choice(Some(offer.name)).expect_err("refused");
        assert!(refusal.reasons.iter().any(|reason| reason.contains(offer.name.name())));
    }
}

/// What is opened is not known when circuits are garbled ahead; other material does not depend on it.
#[test]
fn programs_that_compute_with_what_they_opened_are_not_garbled_ahead() {
    let again = MIXED.replace("reveal dot = dot(x, y) to all", "reveal more = sum(x > count) to all");
    let cluster = columns(&again, 5);
    let choice = |protocol| {
        let asked = Asked { protocol: Some(protocol), prepared: true, ..Asked::default() };
        choose(&cluster.case().program, 2, cluster.party_of(), &asked)
    };
    let refusal = choice(ProtocolName::Yao).expect_err("refused");
    assert!(refusal.reasons.iter().any(|reason| reason.contains("what it opened before")), "{:?}", refusal.reasons);
    choice(ProtocolName::Additive).expect("it is");
    [ProtocolName::Additive, ProtocolName::Spdz]
        .into_iter()
        .for_each(|protocol| agrees(&columns(&again, 5).protocol(protocol)));
}

/// Random bits are prepared too: an order that nobody chose.
#[test]
fn random_bits_come_from_the_material() {
    let source = MIXED.replace("let larger", "let drawn = sort_by(map tape(each x), x)\nlet larger");
    let source = source.replace("program mixed\n", "program mixed\nfunction tape(x) = random_bits(64)\n");
    let source = source.replace("reveal count = sum(larger) to all", "reveal total = sum(drawn) to all");
    let source = source.replace("let larger = x > y\n", "").replace("reveal dot = dot(x, y) to all\n", "");
    for protocol in TAKING {
        let cluster = columns(&source, 9).protocol(protocol);
        let plan = prepared_plan(&cluster);
        let material = made(&Consumption::of(&plan).expect("taken"), 1).remove(0);
        for (_, result) in ran(&cluster, &plan, material, 3) {
            let outcome = result.expect("honest parties");
            let total: Vec<_> = outcome.outputs.iter().filter_map(|(_, column)| column.words()).flatten().collect();
            assert_eq!(total, [&(7 * 36)]);
        }
    }
}

#[test]
fn material_by_other_base_ots_is_made_too() {
    agrees(&mixed(5).base_ot(BaseOt::MlKem));
}

/// Every frame of a run, cut, changed and made longer: the other one stops with a typed error, or has a result, which
/// is the right one if messages are authenticated.
#[test]
fn frames_of_prepared_runs_that_are_not_what_they_should_be() {
    let deeds: [fn(&mut Frame); 3] = [
        |frame| {
            frame.bytes.pop();
        },
        |frame| frame.bytes.push(0),
        |frame| {
            let last = frame.bytes.len() - 1;
            frame.bytes[last] ^= 1;
        },
    ];
    for protocol in TAKING {
        let cluster = mixed(3).protocol(protocol);
        let plan = prepared_plan(&cluster);
        let material = made(&Consumption::of(&plan).expect("taken"), 1).remove(0);
        let expected = evaluate(&plan.program, &cluster.case().inputs, &[]).expect("in the clear");
        for (cheater, deed, target) in (0..2)
            .flat_map(|p| deeds.map(|deed| (p, deed)))
            .flat_map(|(p, deed)| (0..6_usize).map(move |target| (PartyIndex(p), deed, target)))
        {
            let (mut links, mut sent) = (memory_links(2), 0);
            cheat(&mut links, cheater, move |mut frame| {
                if sent == target {
                    deed(&mut frame);
                }
                sent += 1;
                Deed::send([frame])
            });
            let mut ended = ran_by(&cluster, &plan, material.clone(), sessions_over(links, 5));
            match ended.swap_remove(1 - cheater.0).1 {
                Ok(outcome) if MALICIOUS.contains(&protocol) => {
                    for (name, column) in &outcome.outputs {
                        let id = plan.program.outputs().find(|(other, _)| other == name).expect("an output").1;
                        assert_eq!(column, expected.column(id), "{protocol:?}: frame {target} of {cheater}");
                    }
                }
                Ok(_) => {}
                Err(error) => assert!(matches!(error, RunError::Channel(_)), "{protocol:?}: {error}"),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    /// Wherever it is cut, at whichever party.
    #[test]
    fn cut_material_stops_the_run(cut in 0.0..1.0_f64, party in 0..2_usize, protocol in 0..TAKING.len()) {
        let cluster = mixed(9).protocol(TAKING[protocol]);
        let plan = prepared_plan(&cluster);
        let mut material = made(&Consumption::of(&plan).expect("additive"), 1).remove(0);
        let length = material[party].len();
        material[party].truncate((cut * length as f64) as usize);
        let ended = ran(&cluster, &plan, material, 3);
        prop_assert_eq!(ended[party].1.as_ref().err(), Some(&RunError::Material(MaterialFault::Truncated)));
        prop_assert!(matches!(ended[1 - party].1, Err(RunError::Channel(_))), "the other one is left alone");
    }

    /// Bytes that are not the material give wrong numbers, and nothing worse: that they are the right ones is for
    /// whoever keeps them to guarantee.
    #[test]
    fn other_bytes_are_no_panic(seed in any::<u8>()) {
        let cluster = mixed(3);
        let plan = prepared_plan(&cluster);
        let consumption = Consumption::of(&plan).expect("additive");
        let bytes = |party| vec![seed; consumption.bytes(PartyIndex(party)) as usize];
        for (_, result) in ran(&cluster, &plan, vec![bytes(0), bytes(1)], 4) {
            prop_assert!(!matches!(result, Err(RunError::Material(_))));
        }
        for protocol in MALICIOUS {
            let cluster = mixed(3).protocol(protocol);
            let plan = prepared_plan(&cluster);
            let mut material = made(&Consumption::of(&plan).expect("malicious"), 1).remove(0);
            // All but the keys.
            material.iter_mut().for_each(|bytes| bytes[24..].fill(seed));
            prop_assert!(ran(&cluster, &plan, material, 4).iter().any(|(_, result)| result.is_err()));
            let bytes = vec![vec![seed & !1; 1 << 20]; 2];
            for (_, result) in ran(&cluster, &plan, bytes, 4) {
                prop_assert_eq!(result.err(), Some(RunError::Material(MaterialFault::Altered)));
            }
        }
    }

    /// A party whose material is altered is one that deviates: the other one stops, or has the right results.
    #[test]
    fn altered_material_gives_nobody_else_wrong_results(
        place in 0.0..1.0_f64, bit in 0..8_u32, party in 0..2_usize, protocol in 0..MALICIOUS.len(),
    ) {
        let cluster = mixed(9).protocol(MALICIOUS[protocol]);
        let plan = prepared_plan(&cluster);
        let mut material = made(&Consumption::of(&plan).expect("malicious"), 1).remove(0);
        let at = (place * material[party].len() as f64) as usize;
        material[party][at] ^= 1 << bit;
        let expected = evaluate(&plan.program, &cluster.case().inputs, &[]).expect("in the clear");
        let (_, honest) = ran(&cluster, &plan, material, 3).swap_remove(1 - party);
        match honest {
            Ok(outcome) => for (name, column) in &outcome.outputs {
                let id = plan.program.outputs().find(|(other, _)| other == name).expect("an output").1;
                prop_assert_eq!(column, expected.column(id));
            },
            Err(error) => prop_assert!(matches!(error, RunError::Channel(_)), "{error}"),
        }
    }
}
