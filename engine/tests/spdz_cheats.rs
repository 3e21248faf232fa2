//! Parties that send something else under spdz: honest ones end with the right result or with an error, never with a wrong
//! result. The loop over all cheats at all steps is in `tamper.rs`; here one bit anywhere in a message is changed.

use quorate_circuits::clear::evaluate;
use quorate_engine::net::{PartyIndex, Step, memory_links};
use quorate_engine::protocol::ProtocolName;
use quorate_engine::protocol::spdz::{
    SPDZ_ADDENDS, SPDZ_COMBINATION, SPDZ_COMMITMENTS, SPDZ_CORRECTIONS, SPDZ_DIFFERENCES, SPDZ_FACTORS,
    SPDZ_FACTORS_OPENED, SPDZ_INPUTS, SPDZ_MASKED, SPDZ_OUTPUTS, SPDZ_PRODUCTS, SPDZ_PROOFS, SPDZ_TWIN_PROOFS,
    SPDZ_TWINS, SPDZ_VALUES, SPDZ_VALUES_ECHO,
};
use quorate_testkit::clock::VirtualClock;
use quorate_testkit::tamper::{Deed, cheat};
use quorate_testkit::{Case, Cluster};

/// Two parties: a product, a comparison of it, and a choice by bits.
const TWO: &str = "program cheated
role a
role b
input a.x: i16 in -100..=100
input b.y: i16 in -100..=100
let x = share(a.x)
let y = share(b.y)
let product = x * y
reveal sum = product + x to all
reveal larger = product > 50 to b
reveal mixed = (x > y) * product to a
";

const THREE: &str = "program cheated_among_three
role a
role b
role c
input a.x: u8 in 0..=200
input b.y: u8 in 0..=200
input c.z: u8 in 0..=200
let product = share(a.x) * share(b.y)
reveal sum = product + share(c.z) to all
reveal larger = product > 500 to b, c
";

/// Whether an honest party noticed that `cheater` changed one bit of its first message of `step` to `victim`.
///
/// # Panics
/// If an honest party has a wrong result.
fn notices(cluster: &Cluster, cheater: PartyIndex, victim: PartyIndex, step: Step, place: usize) -> bool {
    let mut links = memory_links(cluster.size());
    let mut done = false;
    cheat(&mut links, cheater, move |mut frame| {
        if frame.is_of(step) && frame.to == victim && !done {
            done = true;
            let length = frame.payload().len();
            frame.payload_mut()[place.wrapping_mul(0x9e37_79b9_7f4a_7c15) % length] ^= 1 << (place % 8);
        }
        Deed::send([frame])
    });
    let ended = cluster.run_over(links, &VirtualClock::new()).unwrap_or_else(|stalled| panic!("{step}: {stalled:?}"));
    let Case { program, inputs, .. } = cluster.case();
    let expected = evaluate(program, inputs, &[]).expect("an honest case");
    let mut noticed = false;
    for party in ended.iter().filter(|party| party.party != cheater) {
        let Ok(outcome) = &party.result else {
            noticed = true;
            continue;
        };
        for (name, column) in &outcome.outputs {
            let (_, id) = program.outputs().find(|(output, _)| output == name).expect("an output of the program");
            assert_eq!(column, expected.column(id), "{step}, bit {place}: {} has a wrong {name}", party.party);
        }
    }
    noticed
}

/// How many of `times` cheats were noticed.
fn noticed(cluster: &Cluster, cheater: usize, step: Step, times: usize) -> usize {
    let victim = PartyIndex(usize::from(cheater == 0));
    (1..=times).filter(|place| notices(cluster, PartyIndex(cheater), victim, step, *place)).count()
}

fn under_spdz(text: &str) -> Cluster {
    Cluster::new(Case::filled(text, "", 5)).protocol(ProtocolName::Spdz)
}

/// Changes that are noticed, but for those that a key's digit or its lowest bits hide.
const NEARLY_ALWAYS: [Step; 12] = [
    SPDZ_CORRECTIONS,
    SPDZ_VALUES,
    SPDZ_DIFFERENCES,
    SPDZ_MASKED,
    SPDZ_COMBINATION,
    SPDZ_COMMITMENTS,
    SPDZ_PROOFS,
    SPDZ_FACTORS_OPENED,
    SPDZ_ADDENDS,
    SPDZ_TWINS,
    SPDZ_TWIN_PROOFS,
    SPDZ_OUTPUTS,
];

#[test]
fn of_two_parties_none_gets_a_wrong_result() {
    let cluster = under_spdz(TWO);
    for cheater in 0..2 {
        for step in NEARLY_ALWAYS {
            assert!(noticed(&cluster, cheater, step, 4) >= 3, "{step} of party {cheater}");
        }
        assert!(noticed(&cluster, cheater, SPDZ_INPUTS, 4) >= 3, "inputs of party {cheater}");
    }
}

/// A wrong row of a product is noticed for one of two values of a choice.
#[test]
fn guesses_of_choices_are_noticed_half_of_the_time() {
    let cluster = under_spdz(TWO);
    let noticed = noticed(&cluster, 1, SPDZ_PRODUCTS, 16);
    assert!((2..16).contains(&noticed), "{noticed} of 16");
}

#[test]
fn of_three_parties_none_gets_a_wrong_result() {
    let cluster = under_spdz(THREE);
    for step in [SPDZ_VALUES_ECHO, SPDZ_FACTORS].into_iter().chain(NEARLY_ALWAYS) {
        // The third party's choices are those of its pair with the first.
        let victim = PartyIndex(1);
        let times = (1..=2).filter(|place| notices(&cluster, PartyIndex(2), victim, step, *place)).count();
        assert!(times >= 1, "{step}");
    }
}
