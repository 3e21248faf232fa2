//! Numbers that are rounded, and kept between bounds, from the sum of their shares: the results of the clear evaluation, in
//! few rounds.

use quorate_engine::plan::cost;
use quorate_engine::protocol::ProtocolName::{self, Additive, Replicated, ReplicatedMalicious, Shamir};
use quorate_testkit::conformance::agrees;
use quorate_testkit::{Case, Cluster};

/// Two products of each step are rounded; what is added to them, and the bounds, go into the rounding.
const TRAINING: &str = include_str!("../../benches/programs/logistic-train.qp");

/// Every value is rounded or bounded from the shares of one product.
const ROUNDED: &str = "program rounded-products\nrole a\nrole b\nrole c\nsize rows in 1..=100\n\
    input a.x[rows]: fixed(6) in -9..=9\ninput b.y[rows]: fixed(6) in -9..=9\n\
    let product = share(a.x) * share(b.y)\n\
    reveal one = round(product, 1) to all\nreveal six = round(product, 6) to all\n\
    reveal eleven = round(product, 11) to all\nreveal bounded = min(3, max(-2.5, round(product, 2))) to all\n\
    reveal turned = max(-1, share(a.x) - round(product, 6)) to all\nreveal whole = min(product, 5) to all\n";

fn check(text: &str, arguments: &str, protocols: &[ProtocolName]) {
    for protocol in protocols {
        for seed in 0..2 {
            agrees(&Cluster::new(Case::filled(text, arguments, seed)).protocol(*protocol));
        }
    }
}

#[test]
fn training_is_exact() {
    let arguments = "parties=3 rows=5 columns=2 steps=3";
    check(TRAINING, arguments, &[Replicated, ReplicatedMalicious, Additive, Shamir]);
}

#[test]
fn roundings_are_exact() {
    check(ROUNDED, "rows=6", &[Replicated, ReplicatedMalicious, Additive, Shamir]);
}

/// Per half of a step: a dot product, 13 layers of a circuit, two rounds back to numbers.
#[test]
fn a_step_of_training_takes_32_rounds() {
    let rounds = |steps: usize| {
        let arguments = format!("parties=3 rows=455 columns=30 steps={steps}");
        cost(&Cluster::new(Case::filled(TRAINING, &arguments, 1)).protocol(Replicated).plan()).rounds()
    };
    assert_eq!(rounds(3) - rounds(2), 32);
}
