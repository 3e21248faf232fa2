//! Programs with MACs on scalars: the library's signatures, and arithmetic that no other protocol over curves runs.

mod signing_parties;

use quorate_circuits::clear::Column;
use quorate_circuits::curve::{Curve, Ed25519, Secp256k1};
use quorate_engine::plan::cost;
use quorate_engine::protocol::ProtocolName::SpdzSigning;
use quorate_engine::run::{CurveOutcome, Holdings};
use quorate_testkit::{Signed, Signers};
use signing_parties::{Scheme, holdings};

/// Runs a program and returns what each party has, after comparing what was sent with what the plan predicts.
fn run(signers: &Signers, holdings: Vec<Holdings>) -> Vec<CurveOutcome> {
    let cost = cost(signers.plan());
    let by_line = cost.by_line.total();
    assert_eq!(by_line.bytes, cost.phases.map(|phase| phase.bytes), "every byte belongs to a line, or to the set-up");
    assert_eq!(by_line.rounds, cost.rounds());
    let finished = |(party, ended): (usize, Signed)| {
        let outcome = ended.result.unwrap_or_else(|error| panic!("party {party}: {error}"));
        let counters = ended.session.expect("it succeeded").network.counters();
        assert_eq!(counters, cost.parties[party], "party {party} of {}", signers.plan().program.program.name());
        outcome
    };
    signers.run(holdings).into_iter().enumerate().map(finished).collect()
}

#[test]
fn the_librarys_signatures_verify() {
    for scheme in Scheme::ALL {
        for seats in [&[1, 3][..], &[3, 1, 2]] {
            let sign = Signers::new(scheme.name(), &scheme.to_sign(seats.len()), SpdzSigning);
            for outcome in run(&sign, holdings(seats, &scheme.records(seats))) {
                scheme.verify(&outcome);
            }
        }
    }
}

fn scalars<C: Curve>(outcome: &CurveOutcome, name: &str) -> Vec<C::Scalar> {
    let column = &outcome.outcome.outputs.iter().find(|(n, _)| n == name).expect("the output is there").1;
    let Column::Scalars(scalars) = column else { panic!("{name} is no scalar") };
    scalars.iter().map(|scalar| C::of_scalar(scalar).expect("of this curve")).collect()
}

/// Sums as factors, products of products, vectors, numbers that depend on what was opened before.
const ARITHMETIC: &str = "let shift = coin(CURVE)
let x = random_scalar(CURVE, 3)
let y = random_scalar(CURVE)
let z = (x + shift) * (y - x)
let w = z * (z * x - y)
let X = open_point(w)
let first = open(z)
let then = open(first * w - shift)
output constant = shift
output opened_x = open(x)
output opened_y = open(y)
output opened_z = first
output opened_last = then
output point = X";

fn arithmetic<C: Curve>(curve: &str, parties: usize) {
    let roles: String = ["a", "b", "c", "d"][..parties].iter().map(|role| format!("role {role}\n")).collect();
    let source = format!("program arithmetic\n{roles}{}\n", ARITHMETIC.replace("CURVE", curve));
    let signers = Signers::new(&source, "", SpdzSigning);
    let outcomes = run(&signers, (0..parties).map(|_| Holdings::default()).collect());
    for outcome in &outcomes {
        let names = ["constant", "opened_x", "opened_y", "opened_z", "opened_last"];
        let [c, x, y, first, then] = names.map(|name| scalars::<C>(outcome, name));
        let points = &outcome.outcome.outputs.iter().find(|(name, _)| name == "point").expect("it is there").1;
        let Column::Points(points) = points else { panic!("no points") };
        for i in 0..3 {
            let z = (x[i] + c[0]) * (y[0] - x[i]);
            let w = z * (z * x[i] - y[0]);
            assert_eq!(first[i], z);
            assert_eq!(then[i], z * w - c[0]);
            assert_eq!(C::of_point(&points[i]), Some(C::base_multiple(&w).into()));
        }
        assert_eq!(
            scalars::<C>(outcome, "opened_x"),
            scalars::<C>(&outcomes[0], "opened_x"),
            "all parties have the same"
        );
    }
}

#[test]
fn any_arithmetic_is_computed() {
    arithmetic::<Secp256k1>("secp256k1", 2);
    arithmetic::<Ed25519>("ed25519", 3);
}
