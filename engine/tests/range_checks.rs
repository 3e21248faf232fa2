//! Ranges enforced under the protocol: honest runs learn what they learned before and cost what their plan says; a
//! party that skips the check of its own inputs stops everybody, and nothing is opened but the check.

use std::sync::{Arc, PoisonError};

use quorate_circuits::bind::{BoundOperation, BoundProgram};
use quorate_circuits::clear::{ClearError, evaluate};
use quorate_circuits::disclosure::Disclosure;
use quorate_circuits::number::Range;
use quorate_engine::net::{PartyIndex, Step, memory_links};
use quorate_engine::plan::{Asked, Plan, choose, cost};
use quorate_engine::protocol::additive::ADDITIVE_OUTPUTS;
use quorate_engine::protocol::authenticated::AUTHENTICATED_OUTPUTS;
use quorate_engine::protocol::replicated::REPLICATED_OUTPUTS;
use quorate_engine::protocol::robust::ROBUST_OUTPUTS;
use quorate_engine::protocol::shamir::SHAMIR_OUTPUTS;
use quorate_engine::protocol::yao::YAO_OUTPUTS;
use quorate_engine::protocol::{Adversary, OFFERS_ON_NUMBERS, ProtocolName};
use quorate_engine::run::RunError;
use quorate_testkit::clock::VirtualClock;
use quorate_testkit::conformance::{Seated, agrees, library, operations};
use quorate_testkit::tamper::record;
use quorate_testkit::{Case, Cluster};

/// Shares of all kinds, and a reveal on which others follow.
const PROGRAM: &str = "program enforced
role a
role b
input a.x[3]: u8 in 10..=200
input b.y: i16 in -1000..=1000
input b.z[2]: i64 in -10^9..=10^9
let y = share(b.y)
let x = share(a.x)
reveal total = sum(x) to all
let products = share(b.z) * share(within(sum(b.z), -10^8..=10^8))
reveal scaled = max(x, y) * total to all
reveal last = sum(products) + total to a
";

fn honest() -> Case {
    Case::new(PROGRAM, "", &[("a.x", "10, 200, 77"), ("b.y", "-1000"), ("b.z", "5, -7")])
}

fn checked(case: &Case) -> Case {
    Case {
        name: format!("{} with checks", case.name),
        program: Arc::new(case.program.with_range_checks()),
        ..case.clone()
    }
}

fn clusters(case: &Case, seats: &[usize]) -> Vec<Cluster> {
    let seated = Seated { case: case.clone(), seats: seats.to_vec() };
    OFFERS_ON_NUMBERS
        .iter()
        .filter_map(|offer| seated.under(offer.name))
        .filter(|cluster| cluster.size() <= 5)
        .collect()
}

/// Party `cheat` does not check what it brings.
fn plans(cluster: &Cluster, cheat: PartyIndex) -> Vec<Plan> {
    let mut plans = vec![cluster.plan(); cluster.size()];
    let program = Arc::make_mut(&mut plans[cheat.0].program);
    program.inputs.iter_mut().for_each(|input| input.range = Range::signed(100));
    let within = program.values.iter_mut().filter(|value| value.operation == BoundOperation::Within);
    within.for_each(|value| value.range = Range::signed(100));
    plans
}

fn outputs(protocol: ProtocolName) -> Step {
    match protocol {
        ProtocolName::Yao => YAO_OUTPUTS,
        ProtocolName::Additive => ADDITIVE_OUTPUTS,
        ProtocolName::Replicated | ProtocolName::ReplicatedMalicious => REPLICATED_OUTPUTS,
        ProtocolName::Shamir => SHAMIR_OUTPUTS,
        ProtocolName::ShamirRobust => ROBUST_OUTPUTS,
        // Asserts are bits.
        ProtocolName::AuthenticatedGarbling | ProtocolName::Spdz => AUTHENTICATED_OUTPUTS,
        ProtocolName::Dkls | ProtocolName::Frost | ProtocolName::ShamirSigning | ProtocolName::SpdzSigning => {
            unreachable!("these compute on no numbers")
        }
    }
}

/// Every party's result, and the payload of each message in which party 0 opens something.
fn run(cluster: &Cluster, cheat: PartyIndex) -> (Vec<Result<(), RunError>>, Vec<usize>) {
    let mut links = memory_links(cluster.size());
    let frames = record(&mut links, PartyIndex(0));
    let plans = plans(cluster, cheat);
    let ended = cluster.run_by(&plans, links, &VirtualClock::new()).unwrap_or_else(|stalled| panic!("{stalled:?}"));
    let step = outputs(plans[0].protocol);
    let frames = frames.lock().unwrap_or_else(PoisonError::into_inner);
    let opened = frames.iter().filter(|frame| frame.is_of(step)).map(|frame| frame.payload().len()).collect();
    (ended.into_iter().map(|party| party.result.map(|_| ())).collect(), opened)
}

#[test]
fn honest_runs_learn_the_same_and_cost_what_their_plan_says() {
    let mut cases = library();
    cases.extend(operations().into_iter().step_by(3).filter(|seated| !seated.case.name.contains("4100")));
    cases.push(Seated { case: honest(), seats: vec![1, 0] });
    for Seated { case, seats } in cases {
        let with_checks = checked(&case);
        let plain = evaluate(&case.program, &case.inputs, &[]).expect("an honest case");
        let also = evaluate(&with_checks.program, &case.inputs, &[]).expect("an honest case");
        let (before, after) = (plain.outputs(&case.program), also.outputs(&with_checks.program));
        assert!(before.eq(after), "{}", case.name);
        clusters(&with_checks, &seats).iter().for_each(agrees);
    }
}

#[test]
fn checks_cost_something() {
    let budgets = Case::new("budget-total", "parties=2", &[]);
    for case in [honest(), budgets] {
        for (plain, with_checks) in clusters(&case, &[0, 1]).iter().zip(clusters(&checked(&case), &[0, 1])) {
            let (plain, checked) = (cost(&plain.plan()), cost(&with_checks.plan()));
            assert!(plain.bytes() < checked.bytes(), "{}", with_checks.describe());
            assert!(plain.and_gates < checked.and_gates, "{}", with_checks.describe());
        }
    }
}

#[test]
fn a_value_out_of_range_stops_everybody_before_anything_is_opened() {
    let cheats = [
        ("a.x", "10, 201, 77", 0, "input x of role a is out of range", 8),
        ("a.x", "9, 20, 77", 0, "input x of role a is out of range", 8),
        ("b.y", "1001", 1, "input y of role b is out of range", 7),
        ("b.y", "-1024", 1, "input y of role b is out of range", 7),
        ("b.z", "100000001, 0", 1, "a value computed by role b in line 10 is out of range", 10),
        ("b.z", "-1000000001, 1000000000", 1, "input z of role b is out of range", 10),
    ];
    for (input, list, cheat, message, line) in cheats {
        for cluster in clusters(&checked(&honest().with(input, list)), &[0, 1]) {
            let (results, opened) = run(&cluster, PartyIndex(cheat));
            let due = RunError::Program(ClearError::AssertFailed { message: message.to_owned(), line });
            assert_eq!(results, [Err(due.clone()), Err(due)], "{}", cluster.describe());
            // Seven bits, of four values: together in bytes, or each in bytes of its own, or each with a MAC.
            let checks = match cluster.plan().protocol {
                ProtocolName::Yao => [1],
                ProtocolName::AuthenticatedGarbling | ProtocolName::Spdz => [7 * 8 + 1 + 32],
                _ => [4],
            };
            // Bits that become numbers are opened before, masked.
            let before = if cluster.plan().protocol == ProtocolName::Spdz { opened.len().saturating_sub(1) } else { 0 };
            assert_eq!(opened[before..], checks, "{}", cluster.describe());
        }
    }
}

/// What the width cannot hold is cut off where it is shared: the same as another input in the range.
#[test]
fn a_value_beyond_its_width_is_one_within_it() {
    for cluster in clusters(&checked(&honest().with("a.x", "10, 355, 77")), &[0, 1]) {
        let (results, _) = run(&cluster, PartyIndex(0));
        assert_eq!(results, [Ok(()), Ok(())], "{}", cluster.describe());
        let ended = cluster.run_by(&plans(&cluster, PartyIndex(0)), memory_links(2), &VirtualClock::new());
        let same =
            evaluate(&cluster.case().program, &honest().with("a.x", "10, 99, 77").inputs, &[]).expect("in range");
        let (_, total) = same.outputs(&cluster.case().program).next().expect("an output");
        for party in ended.unwrap_or_else(|stalled| panic!("{stalled:?}")) {
            assert_eq!(&party.result.expect("nobody notices").outputs[0].1, total, "{}", cluster.describe());
        }
    }
}

/// Three parties, of whom the one in the middle lies about what it computed by itself.
#[test]
fn a_party_among_three_is_found_out_by_all() {
    let budgets = [("party_1.budget", "1"), ("party_2.budget", "10^15, 0.01"), ("party_3.budget", "2")];
    let case = checked(&Case::new("budget-total", "parties=3", &budgets));
    let line = line_of_within(&case.program);
    for cluster in clusters(&case, &[0, 1, 2]) {
        let (results, _) = run(&cluster, PartyIndex(1));
        for result in results {
            let message = format!("a value computed by role party_2 in line {line} is out of range");
            let failed =
                matches!(&result, Err(RunError::Program(ClearError::AssertFailed { message: m, .. })) if *m == message);
            assert!(failed, "{result:?}");
        }
    }
}

fn line_of_within(program: &BoundProgram) -> u32 {
    let within = program.values.iter().find(|value| value.operation == BoundOperation::Within);
    within.expect("the program checks totals").span.line
}

#[test]
fn the_planner_checks_ranges_where_it_is_asked_to() {
    let case = honest();
    let seats = [PartyIndex(0), PartyIndex(1)];
    let plan = |asked: &Asked| choose(&case.program, 2, &seats, asked);
    for check_ranges in [false, true] {
        let choice = plan(&Asked { check_ranges, ..Asked::default() }).expect("a protocol for two");
        assert_eq!((choice.ranges_enforced, choice.plan.program.ranges_enforced), (check_ranges, check_ranges));
        let disclosure = Disclosure::of(&choice.plan.program, &Default::default(), &[]).expect("it is bound");
        assert_eq!(disclosure.provides[0].what.contains("enforced in the protocol"), check_ranges);
    }
    let malicious = Asked { adversary: Some(Adversary::Malicious), ..Asked::default() };
    assert!(malicious.enforces_ranges() && !Asked::default().enforces_ranges());
}
