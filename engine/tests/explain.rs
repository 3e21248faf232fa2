//! What `explain` predicts is what the channels count: for every shipped program, at several sizes, under every
//! protocol that fits. The small sizes are in `conformance.rs`; these reach tiles and messages of several frames.

use quorate_engine::net::Phase;
use quorate_engine::plan::cost;
use quorate_engine::protocol::{Adversary, OFFERS_ON_NUMBERS, Offer, ProtocolName};
use quorate_testkit::conformance::{Seated, agrees};
use quorate_testkit::{Case, Cluster};

/// Tens of millions of gates: more than a test can wait for where each is checked.
const MANY_ROWS: [&str; 2] = [
    "banks=1 rows=5000 columns[bank_1]=3",
    "banks=3 rows=400 columns[bank_1]=1 columns[bank_2]=2 columns[bank_3]=7 receivers=all",
];

/// Program, arguments, by role the party that plays it.
const SIZES: [(&str, &str, &[usize]); 9] = [
    ("millionaires", "", &[0, 1]),
    ("budget-total", "parties=4", &[0, 1, 2, 3]),
    ("hospital-stats", "parties=2 groups=64 decimals=6", &[0, 1]),
    ("hospital-stats", "parties=4 groups=5", &[0, 1, 2, 3]),
    ("risk-score", MANY_ROWS[0], &[0, 1]),
    ("risk-score", "banks=1 rows=20 columns[bank_1]=3", &[0, 1]),
    ("risk-score", MANY_ROWS[1], &[0, 0, 1, 2]),
    ("risk-score", "banks=3 rows=9 columns[bank_1]=1 columns[bank_2]=2 columns[bank_3]=1 receivers=all", &[0, 0, 1, 2]),
    ("risk-score", "banks=1 rows=1 columns[bank_1]=256", &[1, 0]),
];

fn case(source: &str, arguments: &str) -> Case {
    let case = Case::filled(source, arguments, 11);
    match source {
        "risk-score" => case.with("model_owner.thresholds", "-5, 2.5"),
        // Random budgets would leave the range of a party's own total.
        "budget-total" => (1..=4).fold(case, |case, p| case.with(&format!("party_{p}.budget"), "12.5 -700 0.01")),
        _ => case,
    }
}

fn clusters() -> impl Iterator<Item = Cluster> {
    SIZES.iter().flat_map(|(source, arguments, seats)| {
        let seated = Seated { case: case(source, arguments), seats: seats.to_vec() };
        let fits = |offer: &&Offer| offer.adversary == Adversary::SemiHonest || !MANY_ROWS.contains(arguments);
        OFFERS_ON_NUMBERS.iter().filter(fits).filter_map(move |offer| seated.under(offer.name)).collect::<Vec<_>>()
    })
}

#[test]
fn predicted_bytes_and_rounds_are_counted_bytes_and_rounds() {
    for cluster in clusters() {
        agrees(&cluster);
    }
}

/// The totals of a forecast are the sums of its parts, and what is received was sent.
#[test]
fn totals_are_sums() {
    for cluster in clusters() {
        let cost = cost(&cluster.plan());
        let total = |each: fn(&quorate_engine::net::Counters) -> u64| cost.parties.iter().map(each).sum::<u64>();
        assert_eq!(cost.bytes(), total(|counters| counters.bytes_sent()), "{}", cluster.describe());
        assert_eq!(cost.bytes(), total(|counters| counters.bytes_received()), "{}", cluster.describe());
        assert_eq!(cost.rounds(), Phase::ALL.iter().map(|p| cost.phases[*p as usize].rounds).sum::<u32>());
    }
}

/// AND gates in all of a garbled comparison: one for each bit, both ways.
#[test]
fn the_richer_one_is_found_with_the_best_known_circuit() {
    let cluster = Cluster::new(Case::filled("millionaires", "", 1)).protocol(ProtocolName::Yao);
    let cost = cost(&cluster.plan());
    assert_eq!((cost.and_gates, cost.multiplications), (128, 0));
}

/// Online rounds do not grow with the rows as long as they fit a tile. One may come or go: the first online message
/// need not wait for the last one of the preprocessing.
#[test]
fn vectors_share_rounds() {
    let rounds = |rows: usize| {
        let arguments = format!("banks=1 rows={rows} columns[bank_1]=3");
        cost(&Cluster::new(case("risk-score", &arguments)).plan()).phases[Phase::Online as usize].rounds
    };
    assert!(rounds(1).abs_diff(rounds(10_000)) <= 1);
}
