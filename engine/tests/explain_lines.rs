//! Cost by source line adds up to the cost of the plan, with tolerance zero: for every shipped program at several sizes,
//! and for generated ones, under every protocol that fits.

use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use quorate_engine::net::Phase;
use quorate_engine::plan::{ByLine, Cost, LineCost, cost};
use quorate_engine::protocol::{OFFERS_ON_NUMBERS, ProtocolName};
use quorate_testkit::conformance::{library, operations};
use quorate_testkit::generate::{Limits, programs_within};
use quorate_testkit::{Case, Cluster};

const SIZES: [(&str, &str); 6] = [
    ("millionaires", ""),
    ("budget-total", "parties=64"),
    ("hospital-stats", "parties=2 groups=64 decimals=6"),
    ("hospital-stats", "parties=5 groups=8"),
    ("risk-score", "banks=1 rows=200000 columns[bank_1]=3"),
    ("risk-score", "banks=3 rows=20000 columns[bank_1]=1 columns[bank_2]=2 columns[bank_3]=7 receivers=all"),
];

fn under_every_protocol(case: &Case) -> impl Iterator<Item = Cost> {
    let roles = case.program.roles.len();
    let offers = OFFERS_ON_NUMBERS.iter().filter(move |o| (o.least_parties..=o.most_parties).contains(&roles));
    offers.map(|offer| cost(&Cluster::new(case.clone()).protocol(offer.name).plan()))
}

#[track_caller]
fn adds_up(cost: &Cost, name: &str) {
    let total = cost.by_line.total();
    let bytes = Phase::ALL.map(|phase| cost.phases[phase as usize].bytes);
    assert_eq!(total.bytes, bytes, "{name}");
    assert_eq!((total.and_gates, total.multiplications), (cost.and_gates, cost.multiplications), "{name}");
    assert_eq!(total.rounds, cost.rounds(), "{name}");
    // Nothing hides among what belongs to no line.
    let [set_up, preprocessing, online] = cost.by_line.set_up.bytes;
    assert_eq!((set_up, preprocessing, online), (bytes[0], 0, 0), "{name}");
    assert!(cost.by_line.shared.iter().all(|shared| shared.lines.len() > 1 && shared.rounds > 0), "{name}");
}

#[test]
fn lines_of_shipped_programs_add_up() {
    for (source, arguments) in SIZES {
        let case = Case::new(source, arguments, &[]);
        under_every_protocol(&case).for_each(|cost| adds_up(&cost, &case.name));
    }
}

#[test]
fn lines_of_every_operation_add_up() {
    for offer in OFFERS_ON_NUMBERS {
        let cases = [library(), operations()].concat();
        for cluster in cases.iter().filter_map(|seated| seated.under(offer.name)) {
            adds_up(&cost(&cluster.plan()), &cluster.describe());
        }
    }
}

#[test]
fn lines_of_generated_programs_add_up() {
    let config = Config { cases: 150, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let strategy = (
        programs_within(Limits { choices: 200, bits: 120, hidden_random: false, extremes_by_group: true }),
        select(vec![2_usize, 3, 5]),
    );
    let result = runner.run(&strategy, |(generated, parties)| {
        let case = Case::generated(&generated);
        let roles = case.program.roles.len();
        let seats: Vec<usize> = (0..roles).map(|role| role % parties.min(roles)).collect();
        let cluster = Cluster::new(case).seats(&seats);
        for offer in OFFERS_ON_NUMBERS.iter().filter(|o| (o.least_parties..=o.most_parties).contains(&cluster.size())) {
            let cluster = cluster.clone().protocol(offer.name);
            adds_up(&cost(&cluster.plan()), &cluster.describe());
        }
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
}

fn by_line(source: &str, arguments: &str, protocol: ProtocolName) -> ByLine {
    cost(&Cluster::new(Case::new(source, arguments, &[])).protocol(protocol).plan()).by_line
}

/// Both comparisons of the millionaires are one wave, and bob's 64 bits are shared on a line of their own.
#[test]
fn each_line_pays_for_what_it_says() {
    let by_line = by_line("millionaires", "", ProtocolName::Yao);
    let comparison = LineCost { and_gates: 64, bytes: [0, 0, 64 * 32 + 1], ..LineCost::default() };
    for line in [13, 14] {
        // Each answer's bit is opened to both, a byte of two bits each way; they share the byte.
        assert_eq!(by_line.lines[&line], LineCost { rounds: 0, ..comparison }, "line {line}");
    }
    assert_eq!(by_line.lines.keys().copied().collect::<Vec<_>>(), [11, 13, 14]);
    assert_eq!(by_line.lines[&11].bytes[Phase::Online as usize], 8);
    assert!(by_line.lines[&11].bytes[Phase::Preprocessing as usize] > 64 * 31 / 8);
    assert!(by_line.shared.iter().all(|shared| shared.lines == [13, 14]));
    assert!(by_line.shared.iter().map(|shared| shared.rounds).sum::<u32>() >= 2);
}

const TWO_PRODUCTS: &str = "program products
role a
role b
size rows in 1..=1000
input a.x[rows]: i32 in 0..=1000
input b.y[rows]: i32 in 0..=1000
let x = share(a.x)
let y = share(b.y)
let p = x * y
let q = p * x
let r = p * p
reveal sum = sum(q + r) to all
";

/// Line 9 multiplies what one party has by what the other has; line 10 then a shared factor by a party's own, which takes
/// as much; line 11, beside it, two shared factors, which takes twice as much.
#[test]
fn lines_pay_in_proportion_and_share_their_rounds() {
    let by_line = by_line(TWO_PRODUCTS, "rows=100", ProtocolName::Additive);
    let [p, q, r] = [9, 10, 11].map(|line| by_line.lines[&line]);
    let [_, preprocessing, online] = q.bytes;
    assert_eq!([p.bytes[2], r.bytes[2]], [online, 2 * online]);
    assert!(r.bytes[1].abs_diff(2 * preprocessing) <= 2, "{r:?} {q:?}");
    assert_eq!([p, q, r].map(|line| line.multiplications), [100; 3]);
    assert_eq!(p.rounds, 1);
    let shared: Vec<(&[u32], u32)> = by_line.shared.iter().map(|s| (s.lines.as_slice(), s.rounds)).collect();
    assert!(shared.contains(&(&[10, 11], 1)), "{shared:?}");
    // The making of the random products waits for nobody and is for all three.
    assert!(shared.iter().any(|(lines, _)| *lines == [9, 10, 11]), "{shared:?}");
}

/// What a line is charged with grows with the data, and nobody else's does.
#[test]
fn charges_follow_the_data() {
    let bytes = |rows: &str, line: u32| by_line(TWO_PRODUCTS, rows, ProtocolName::Additive).lines[&line].bytes[2];
    for line in [9, 10, 11] {
        assert_eq!(bytes("rows=1000", line), 10 * bytes("rows=100", line));
    }
    assert_eq!(bytes("rows=1000", 12), bytes("rows=100", 12));
}
