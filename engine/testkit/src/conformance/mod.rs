//! What every protocol has to pass, written once: `conformance!(yao);` instantiates it.
//!
//! The yardstick is `quorate_circuits::clear`: under any protocol, every receiver learns exactly what the clear
//! evaluation says, and nobody learns anything else. The second one is `quorate_engine::plan::cost`: bytes and rounds
//! of every party and phase, without any tolerance.

mod cases;

use std::collections::BTreeSet;

use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use quorate_circuits::bind::{BoundOperation, BoundProgram, ValueId};
use quorate_circuits::clear::{ClearError, Column, evaluate};
use quorate_circuits::number::Word;
use quorate_engine::net::PartyIndex;
use quorate_engine::plan::cost;
use quorate_engine::protocol::{Guarantee, ProtocolName, Ring, Session};
use quorate_engine::run::RunError;

use crate::generate::{Limits, programs_within};
use crate::{Case, Cluster, Ended};

pub use cases::{library, operations, operations_for};

/// How many programs are generated for each protocol, and how large: a minute's work.
const GENERATED: u32 = 200;
const GENERATED_LIMITS: Limits = Limits { choices: 200, bits: 120, hidden_random: false, extremes_by_group: true };

/// Instantiates the suite for a protocol, by its name in commands.
#[macro_export]
macro_rules! conformance {
    ($protocol:ident) => {
        mod $protocol {
            use $crate::conformance as suite;

            fn protocol() -> ::quorate_engine::protocol::ProtocolName {
                stringify!($protocol).replace('_', "-").parse().expect("a protocol of this name")
            }

            #[test]
            fn library_programs_agree_with_the_clear() {
                suite::all_agree(protocol(), &suite::library());
            }

            #[test]
            fn operations_agree_with_the_clear() {
                suite::all_agree(protocol(), &suite::operations_for(protocol()));
            }

            #[test]
            fn generated_programs_agree_with_the_clear() {
                suite::generated_programs_agree(protocol());
            }

            #[test]
            fn every_ring_is_used() {
                suite::every_ring_is_used(protocol());
            }

            #[test]
            fn opened_random_bits_are_the_tape() {
                suite::random_bits_are_the_tape(protocol());
            }

            #[test]
            fn failed_asserts_and_bad_inputs_stop_everybody() {
                suite::failures_stop_everybody(protocol());
            }

            #[test]
            fn a_seed_replays() {
                suite::a_seed_replays(protocol());
            }
        }
    };
}

/// A case and the party of each role.
#[derive(Clone, Debug)]
pub struct Seated {
    /// The case.
    pub case: Case,
    /// By role.
    pub seats: Vec<usize>,
}

impl Seated {
    /// The cluster, if the protocol is for so many parties.
    pub fn under(&self, protocol: ProtocolName) -> Option<Cluster> {
        let offer = protocol.offer();
        let cluster = Cluster::new(self.case.clone()).seats(&self.seats).protocol(protocol);
        (offer.least_parties..=offer.most_parties).contains(&cluster.size()).then_some(cluster)
    }
}

/// Every case that the protocol has the parties for agrees with the clear evaluation and with its plan.
///
/// # Panics
/// If one does not, or none fits.
pub fn all_agree(protocol: ProtocolName, cases: &[Seated]) {
    let clusters: Vec<Cluster> = cases.iter().filter_map(|seated| seated.under(protocol)).collect();
    assert!(!clusters.is_empty(), "no case is for the parties of {}", protocol.name());
    for cluster in clusters {
        agrees(&cluster);
    }
}

/// One run: every party learns what the clear evaluation says and nothing else, sends and receives what the
/// plan's cost says, and what one sent is what the other received.
///
/// Where the program draws random bits, it reveals them as they are, to all: they are the tape that the clear
/// evaluation gets.
///
/// # Panics
/// If not.
pub fn agrees(cluster: &Cluster) {
    cluster.variants().iter().for_each(agrees_as_it_is);
}

fn agrees_as_it_is(cluster: &Cluster) {
    let program = &cluster.case().program;
    let ended = cluster.run();
    for party in &ended {
        let outcome = party.result.as_ref().unwrap_or_else(|e| panic!("{}: {}: {e}", cluster.describe(), party.party));
        let tape = tape_of(program, &outcome.outputs);
        let expected = evaluate(program, &cluster.case().inputs, &tape);
        let expected = expected.unwrap_or_else(|e| panic!("{}, in the clear: {e}", cluster.describe()));
        let due: Vec<(String, Column)> = program
            .outputs()
            .filter(|(_, id)| learns(program, *id, party.party, cluster.party_of()))
            .map(|(name, id)| (name.to_owned(), expected.column(id).clone()))
            .collect();
        assert_eq!(outcome.outputs, due, "{}: {}", cluster.describe(), party.party);
    }
    costs_what_its_plan_says(cluster, &ended);
    channels_agree(cluster, &ended);
}

/// Whether a party learns an output.
fn learns(program: &BoundProgram, id: ValueId, party: PartyIndex, party_of: &[PartyIndex]) -> bool {
    program.receivers(id).iter().any(|role| party_of[role.0] == party)
}

/// Every party's counters equal the plan's cost: bytes each way and depth, in every phase.
///
/// # Panics
/// If not.
pub fn costs_what_its_plan_says(cluster: &Cluster, ended: &[Ended]) {
    let cost = cost(&cluster.plan());
    for party in ended {
        let outcome = party.result.as_ref().unwrap_or_else(|e| panic!("{}: {}: {e}", cluster.describe(), party.party));
        assert_eq!(outcome.counters, cost.parties[party.party.0], "{}: {}", cluster.describe(), party.party);
    }
}

/// What every party sent is what its peer received.
fn channels_agree(cluster: &Cluster, ended: &[Ended]) {
    let transcripts: Vec<_> = ended.iter().map(transcripts).collect();
    for (i, j) in (0..ended.len()).flat_map(|i| (0..i).map(move |j| (i, j))) {
        let ((sent, received), theirs) = (transcripts[i][j], transcripts[j][i]);
        assert_eq!((received, sent), theirs, "{}: parties {i} and {j}", cluster.describe());
    }
}

fn transcripts(party: &Ended) -> Vec<([u8; 32], [u8; 32])> {
    party.session.as_ref().map(|session: &Session| session.network.transcripts()).unwrap_or_default()
}

/// Among the cases are some for either ring, if the protocol has arithmetic shares at all.
///
/// # Panics
/// If not: then the suite has a hole.
pub fn every_ring_is_used(protocol: ProtocolName) {
    let cases = [library(), operations_for(protocol)].concat();
    let plans: Vec<_> =
        cases.iter().filter_map(|seated| seated.under(protocol)).map(|cluster| cluster.plan()).collect();
    let arithmetic = |plan: &quorate_engine::plan::Plan| {
        plan.registers.iter().any(|register| register.domain == quorate_engine::protocol::Domain::Arithmetic)
    };
    let rings: BTreeSet<Ring> = plans.iter().filter(|plan| arithmetic(plan)).map(|plan| plan.ring).collect();
    // Numbers that are opened on their way to bits, or proven, have 64 bits; larger ones are bits.
    let of_64_bits = [ProtocolName::Spdz, ProtocolName::Shamir, ProtocolName::ReplicatedMalicious];
    let due = if of_64_bits.contains(&protocol) { vec![Ring::Z64] } else { vec![Ring::Z64, Ring::Z128] };
    assert!(rings.is_empty() || rings == BTreeSet::from_iter(due), "{rings:?} only");
}

/// Random numbers that a program reveals are the tape with which the clear evaluation agrees; they lie in their
/// ranges, and differ between seeds.
///
/// # Panics
/// If not.
pub fn random_bits_are_the_tape(protocol: ProtocolName) {
    let mut tapes = BTreeSet::new();
    for seed in 1..=6 {
        let cluster = cases::random(protocol).under(protocol).expect("as many as it needs").seed(seed);
        agrees(&cluster);
        for party in cluster.run() {
            let outputs = party.result.map(|outcome| outcome.outputs).unwrap_or_default();
            tapes.insert(tape_of(&cluster.case().program, &outputs));
        }
    }
    assert_eq!(tapes.len(), 6, "every seed gives another tape, the same at both parties");
}

/// The entries of the tape, from the outputs that reveal them as they are; zeros where none does.
fn tape_of(program: &BoundProgram, outputs: &[(String, Column)]) -> Vec<Word> {
    let random = |id: ValueId| match program.value(id).operation {
        BoundOperation::Random { bits, entry } => Some((bits, entry, program.value(id).shape.length().unwrap_or(1))),
        _ => None,
    };
    let entries = program.ids().filter_map(random).map(|(_, entry, length)| entry + length).max().unwrap_or(0);
    let mut tape = vec![0; entries];
    for (name, id) in program.outputs() {
        let Some((bits, entry, length)) = program.value(id).operands.first().and_then(|operand| random(*operand))
        else {
            continue;
        };
        let column = outputs.iter().find(|(output, _)| output == name).and_then(|(_, column)| column.words());
        if let Some(words) = column {
            assert!(words.iter().all(|word| bits == 128 || *word < 1 << bits), "{name} has {bits} bits");
            tape[entry..entry + length].copy_from_slice(words);
        }
    }
    tape
}

/// Generated programs agree with the clear evaluation, their roles dealt to two, three and five parties.
///
/// # Panics
/// If one does not; the program is shrunk first.
pub fn generated_programs_agree(protocol: ProtocolName) {
    let offer = protocol.offer();
    let numbers: Vec<usize> =
        [2, 3, 5].into_iter().filter(|n| (offer.least_parties..=offer.most_parties).contains(n)).collect();
    let config = Config { cases: GENERATED, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let strategy = (programs_within(GENERATED_LIMITS), select(numbers), 0..5_usize);
    let result = runner.run(&strategy, |(generated, parties, shift)| {
        let case = Case::generated(&generated);
        // Every party plays a role.
        let roles = case.program.roles.len();
        let seats: Vec<usize> = (0..roles).map(|role| (role + shift) % parties.min(roles)).collect();
        agrees(&Cluster::new(case).seats(&seats).protocol(protocol));
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
}

/// What stops the clear evaluation stops the parties: everybody where everybody sees it; the owner, and then
/// those who wait for it, where only the owner does.
///
/// # Panics
/// If not.
pub fn failures_stop_everybody(protocol: ProtocolName) {
    for seated in cases::failing(protocol) {
        let Some(cluster) = seated.under(protocol) else { continue };
        let due = evaluate(&cluster.case().program, &cluster.case().inputs, &[]).expect_err("it fails in the clear");
        let mut owned = 0;
        for party in cluster.run() {
            match party.result {
                Err(RunError::Program(error)) => {
                    assert_eq!(error, due, "{}: {}", cluster.describe(), party.party);
                    owned += 1;
                }
                Err(RunError::Channel(error)) => assert!(!error.is_misbehaviour(), "{}: {error}", cluster.describe()),
                // Whoever has no input to give has left; the others go on without.
                Ok(outcome) if protocol.offer().guarantee == Guarantee::Output => {
                    let named: BTreeSet<PartyIndex> = outcome.accusations.iter().map(|found| found.party).collect();
                    assert_eq!(named.len(), 1, "{}: {}: {named:?}", cluster.describe(), party.party);
                }
                other => panic!("{}: {}: {other:?}", cluster.describe(), party.party),
            }
        }
        let alone =
            matches!(due, ClearError::OutOfRange { .. } | ClearError::MissingInput(_) | ClearError::WrongLength { .. });
        assert!(if alone { owned == 1 } else { owned >= 1 }, "{}: {owned} name the cause", cluster.describe());
    }
}

/// One seed gives one transcript, byte by byte; another seed gives another, and the same outputs.
///
/// # Panics
/// If not.
pub fn a_seed_replays(protocol: ProtocolName) {
    let cases = [library(), vec![cases::random(protocol)]].concat();
    let clusters = cases.iter().filter_map(|seated| seated.under(protocol)).filter(|cluster| cluster.size() <= 5);
    for cluster in clusters {
        let all = |ended: &[Ended]| -> Vec<_> { ended.iter().flat_map(transcripts).collect() };
        let (first, again, other) = (cluster.run(), cluster.run(), cluster.clone().seed(2).run());
        assert_eq!(all(&first), all(&again), "{}", cluster.describe());
        assert_ne!(all(&first), all(&other), "{}", cluster.describe());
        for (first, again) in first.iter().zip(&again) {
            let outputs = |ended: &Ended| ended.result.as_ref().ok().map(|outcome| outcome.outputs.clone());
            assert_eq!(outputs(first), outputs(again), "{}", cluster.describe());
        }
    }
}
