//! Whatever one of four parties does, or two of seven, all others finish with the right result and can say who it was.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use quorate_circuits::clear::evaluate;
use quorate_circuits::number::Range;
use quorate_engine::crypto::{BROADCAST_CONTENT, BROADCAST_DIGESTS, BROADCAST_KING, BROADCAST_VOTES};
use quorate_engine::net::{Link, PartyIndex, SimulatedLine, Step, memory_links};
use quorate_engine::plan::cost;
use quorate_engine::protocol::robust::{ROBUST_DEALING, ROBUST_MASKS, ROBUST_OPENING, ROBUST_OUTPUTS, ROBUST_PRODUCTS};
use quorate_engine::protocol::{Accusation, Ground, ProtocolName};
use quorate_engine::run::RunError;
use quorate_testkit::clock::{VirtualClock, impatient};
use quorate_testkit::tamper::{Cheat, Deed, Frame, Then, cheat, record};
use quorate_testkit::{Case, Cluster, Ended, simulated_links};

const LINE: SimulatedLine = SimulatedLine { latency: Duration::from_millis(1), bits_per_second: 1e9 };
const PATIENCE: Duration = Duration::from_secs(1);
const CHEAT: PartyIndex = PartyIndex(3);

/// Products of numbers and of bits, and both ways between them. The cheat has an input too.
const PROGRAM: &str = "program outvoted
role a
role b
role c
role cheat
input a.x: i16 in -100..=100
input b.y: i16 in -100..=100
input cheat.z: u8 in 0..=200
let x = share(a.x)
let y = share(b.y)
let z = share(cheat.z)
let product = x * y
reveal squares = x * x + product to a
reveal sum = product + select(x > y, x, y) to all
reveal large = product > 50 to b, cheat
reveal moved = z + x to c
";

/// With values out of their range replaced.
fn robust(source: &str) -> Case {
    let case = Case::filled(source, "", 3);
    Case { program: Arc::new(case.program.with_range_defaults()), ..case }
}

fn four() -> Cluster {
    Cluster::new(robust(PROGRAM)).protocol(ProtocolName::ShamirRobust).patience(PATIENCE)
}

/// The last two cheat.
fn seven() -> Cluster {
    let source = PROGRAM.replace("role cheat\n", "role d\nrole e\nrole cheat\nrole other\n");
    Cluster::new(robust(&source)).protocol(ProtocolName::ShamirRobust).patience(PATIENCE)
}

/// A run in which everything these parties send passes through `deed`, with the number of the frame among the cheat's.
fn run(
    cluster: &Cluster,
    cheats: &[PartyIndex],
    deed: impl Fn(usize, Frame) -> Deed + Send + Clone + 'static,
) -> Vec<Ended> {
    let clock = VirtualClock::new();
    // The cheats' own code waits for answers that nobody gives any more.
    let links = simulated_links(cluster.size(), LINE, &clock).into_iter();
    let patient = |link: Option<Link>| link.map(|link| impatient(link, &clock, 1000 * PATIENCE));
    let mut links: Vec<Vec<Option<Link>>> = links.map(|row| row.into_iter().map(patient).collect()).collect();
    for party in cheats {
        let (deed, mut number) = (deed.clone(), 0);
        cheat(&mut links, *party, move |frame| {
            number += 1;
            deed(number - 1, frame)
        });
    }
    cluster.run_over(links, &clock).unwrap_or_else(|stalled| panic!("{}: {stalled:?}", cluster.describe()))
}

/// All honest parties have what the clear evaluation says, for some input of the cheat, and all for the same one; whoever
/// is said to have cheated for sure has.
fn outvoted(cluster: &Cluster, cheats: &[PartyIndex], ended: &[Ended], context: &str) -> BTreeSet<Ground> {
    let Case { program, inputs, .. } = cluster.case();
    let with = |z: u128| {
        let mut inputs = inputs.clone();
        inputs.insert("cheat.z".to_owned(), vec![z]);
        evaluate(program, &inputs, &[]).expect("an honest case")
    };
    let expected: Vec<_> = (0..=200).map(with).collect();
    let mut possible = vec![true; expected.len()];
    let mut grounds = BTreeSet::new();
    for party in ended.iter().filter(|ended| !cheats.contains(&ended.party)) {
        let outcome = party.result.as_ref().unwrap_or_else(|error| panic!("{context}: {}: {error}", party.party));
        let due = program
            .outputs()
            .filter(|(_, id)| program.receivers(*id).iter().any(|role| cluster.party_of()[role.0] == party.party));
        assert_eq!(due.count(), outcome.outputs.len(), "{context}: {}", party.party);
        for (name, column) in &outcome.outputs {
            let (_, id) = program.outputs().find(|(output, _)| output == name).expect("an output of the program");
            for (possible, expected) in possible.iter_mut().zip(&expected) {
                *possible &= column == expected.column(id);
            }
        }
        for found in &outcome.accusations {
            grounds.insert(found.ground);
            let one_of_two = matches!(found.ground, Ground::Disputed { with } if cheats.contains(&with));
            assert!(cheats.contains(&found.party) || one_of_two, "{context}: {}: {found:?}", party.party);
        }
    }
    assert!(possible.contains(&true), "{context}: a wrong result");
    grounds
}

/// What the cheat sends if it does not cheat.
fn recording(cluster: &Cluster) -> Vec<Frame> {
    let clock = VirtualClock::new();
    let mut links = simulated_links(cluster.size(), LINE, &clock);
    let frames = record(&mut links, CHEAT);
    let ended = cluster.run_over(links, &clock).expect("honest parties end");
    let cost = cost(&cluster.plan());
    for party in &ended {
        let outcome = party.result.as_ref().unwrap_or_else(|error| panic!("{}: {error}", party.party));
        assert_eq!((outcome.counters, &outcome.accusations), (cost.parties[party.party.0], &Vec::new()));
    }
    let frames = frames.lock().expect("the recorder does not panic");
    frames.clone()
}

/// Every cheat at the first messages of every step, and at some in between.
#[test]
fn one_cheat_of_four_changes_no_result() {
    let cluster = four();
    let frames = recording(&cluster);
    let tags: BTreeSet<u32> = frames.iter().map(Frame::tag).collect();
    assert!(tags.len() >= 10, "all steps but the handing on of content: {}", tags.len());
    let mut grounds = BTreeSet::new();
    for tag in tags {
        let all: Vec<usize> = (0..frames.len()).filter(|at| frames[*at].tag() == tag).collect();
        let targets: BTreeSet<usize> = [0, 1, all.len() / 2, all.len() - 1].into_iter().map(|at| all[at]).collect();
        for target in targets {
            for what in Cheat::ALL {
                let deed = std::sync::Arc::new(std::sync::Mutex::new(what.at(target, cluster.size())));
                let ended = run(&cluster, &[CHEAT], move |_, frame| {
                    let mut deed = deed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    deed(frame)
                });
                let context = format!("{what:?} at frame {target}");
                grounds.extend(outvoted(&cluster, &[CHEAT], &ended, &context));
            }
        }
    }
    let disputed = |ground: &Ground| matches!(ground, Ground::Disputed { .. });
    assert!(grounds.contains(&Ground::Proven) && grounds.contains(&Ground::Noticed) && grounds.iter().any(disputed));
}

/// A cheat that lies in all messages of a step, to everybody or to one, or from some message on is silent.
#[test]
fn lies_in_a_whole_step_change_no_result() {
    let steps = [
        BROADCAST_CONTENT,
        BROADCAST_DIGESTS,
        BROADCAST_VOTES,
        BROADCAST_KING,
        ROBUST_DEALING,
        ROBUST_PRODUCTS,
        ROBUST_MASKS,
        ROBUST_OPENING,
        ROBUST_OUTPUTS,
    ];
    for (cluster, cheats) in [(four(), vec![CHEAT]), (seven(), vec![PartyIndex(5), PartyIndex(6)])] {
        for step in steps {
            for only in [None, Some(PartyIndex(0)), Some(PartyIndex(1))] {
                let ended = run(&cluster, &cheats, move |_, mut frame| {
                    if frame.is_of(step) && only.is_none_or(|victim| victim == frame.to) {
                        frame.payload_mut().iter_mut().step_by(7).for_each(|byte| *byte ^= 0x55);
                    }
                    Deed::send([frame])
                });
                let context = format!("{} parties, lies in {step} to {only:?}", cluster.size());
                outvoted(&cluster, &cheats, &ended, &context);
            }
        }
    }
}

/// Openings that are wrong name whoever sent them; nobody else is accused.
#[test]
fn wrong_shares_of_openings_name_their_sender() {
    for step in [ROBUST_OPENING, ROBUST_OUTPUTS] {
        let ended = run(&four(), &[CHEAT], move |_, mut frame| {
            if frame.is_of(step) {
                frame.payload_mut()[0] ^= 1;
            }
            Deed::send([frame])
        });
        assert_eq!(outvoted(&four(), &[CHEAT], &ended, step.name()), BTreeSet::from([Ground::Noticed]));
        for party in ended.iter().filter(|ended| ended.party != CHEAT) {
            let outcome = party.result.as_ref().expect("all finish");
            assert!(outcome.accusations.iter().all(|found| found.party == CHEAT && found.step == step));
            assert!(!outcome.accusations.is_empty(), "{}: {step}", party.party);
        }
    }
}

/// Whoever stops, at any moment, stops nobody else.
#[test]
fn whoever_stops_stops_alone() {
    for (cluster, cheats) in [(four(), vec![CHEAT]), (seven(), vec![PartyIndex(5), PartyIndex(6)])] {
        let all = recording(&four()).len();
        for from in (0..all + 40).step_by(if cluster.size() == 4 { 9 } else { 61 }) {
            for then in [Then::Close, Then::FallSilent] {
                let ended = run(&cluster, &cheats, move |number, frame| match number {
                    number if number < from => Deed::send([frame]),
                    _ => Deed { frames: Vec::new(), then },
                });
                outvoted(&cluster, &cheats, &ended, &format!("{then:?} from frame {from} on"));
            }
        }
    }
}

/// What its owner does not check, all do.
#[test]
fn a_value_out_of_range_is_replaced_and_its_owner_named() {
    let mut case = robust(PROGRAM);
    case.inputs.insert("cheat.z".to_owned(), vec![250]);
    let cluster = Cluster::new(case.clone()).protocol(ProtocolName::ShamirRobust);
    let mut plans = vec![cluster.plan(); 4];
    let careless = Arc::make_mut(&mut plans[CHEAT.0].program);
    careless.inputs.iter_mut().for_each(|input| input.range = Range::signed(100));
    let ended = cluster.run_by(&plans, memory_links(4), &VirtualClock::new()).expect("all end");
    case.inputs.insert("cheat.z".to_owned(), vec![0]);
    let expected = evaluate(&case.program, &case.inputs, &[]).expect("in range");
    for party in ended {
        let outcome = party.result.unwrap_or_else(|error| panic!("{}: {error}", party.party));
        let named = Accusation { party: CHEAT, step: ROBUST_MASKS, ground: Ground::Proven };
        assert_eq!(outcome.accusations, [named], "{}", party.party);
        for (name, column) in &outcome.outputs {
            let (_, id) = case.program.outputs().find(|(output, _)| output == name).expect("an output");
            assert_eq!(column, expected.column(id), "{}: {name}", party.party);
        }
    }
}

/// More than a third: the others end, and none of them with a wrong result.
#[test]
fn more_cheats_than_claimed_end_the_run() {
    let cluster = four();
    let cheats = [PartyIndex(2), CHEAT];
    for step in [ROBUST_DEALING, ROBUST_OPENING, ROBUST_OUTPUTS] {
        let ended = run(&cluster, &cheats, move |_, mut frame| {
            if frame.is_of(step) {
                frame.payload_mut().iter_mut().for_each(|byte| *byte ^= frame_noise(step));
            }
            Deed::send([frame])
        });
        for party in ended.iter().filter(|ended| !cheats.contains(&ended.party)) {
            assert!(matches!(party.result, Err(RunError::Channel(_)) | Ok(_)), "{}: {step}", party.party);
        }
    }
}

fn frame_noise(step: Step) -> u8 {
    step.tag() as u8 | 1
}
