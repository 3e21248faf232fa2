//! The cases of the suite: the library at several sizes and seatings, and a text program for every operation.

use quorate_engine::protocol::ProtocolName;

use super::Seated;
use crate::Case;

/// One party for each role.
fn apart(case: Case) -> Seated {
    let seats = (0..case.program.roles.len()).collect();
    Seated { case, seats }
}

/// Party `seats[r]` plays role `r`.
fn seated(case: Case, seats: &[usize]) -> Seated {
    Seated { case, seats: seats.to_vec() }
}

/// The programs of the library: every number of parties from two on that the suite has time for, ties and
/// ends of ranges, groups, decimals, several roles in one hand.
pub fn library() -> Vec<Seated> {
    let mut cases = Vec::new();
    let greatest = u64::MAX.to_string();
    for (alice, bob) in [("7", "7"), (greatest.as_str(), "0"), ("0", "1"), ("12", greatest.as_str())] {
        let case = Case::new("millionaires", "", &[("alice.wealth", alice), ("bob.wealth", bob)]);
        cases.push(apart(case));
    }
    let tie = Case::new("millionaires", "", &[("alice.wealth", "1"), ("bob.wealth", "1")]);
    cases.push(seated(tie, &[1, 0]));
    for parties in [2, 3, 5, 64] {
        cases.push(apart(budgets(parties)));
    }
    for (arguments, seed) in [
        ("parties=2", 1),
        ("parties=2 groups=3 decimals=1 edges=-10,0,2.5,10^9", 2),
        ("parties=3 groups=2", 3),
        ("parties=5 edges=0,100", 4),
    ] {
        cases.push(apart(Case::filled("hospital-stats", arguments, seed)));
    }
    for (arguments, seats, seed) in [
        ("banks=1 rows=3 columns[bank_1]=2", &[0, 1][..], 1),
        ("banks=2 rows=5 columns[bank_1]=1 columns[bank_2]=3 receivers=bank_2", &[0, 1, 2], 2),
        ("banks=2 rows=2 columns[bank_1]=2 columns[bank_2]=1 receivers=model_owner", &[0, 0, 1], 3),
        ("banks=2 rows=70 columns[bank_1]=2 columns[bank_2]=1 receivers=all", &[1, 0, 1], 4),
        ("banks=4 rows=2 columns[bank_1]=1 columns[bank_2]=1 columns[bank_3]=1 columns[bank_4]=1", &[0, 1, 2, 3, 4], 5),
    ] {
        let case = Case::filled("risk-score", arguments, seed).with("model_owner.thresholds", "-1000000000, 10^12");
        cases.push(seated(case, seats));
    }
    cases
}

/// Sums at both ends of what a party's own total may be.
fn budgets(parties: usize) -> Case {
    let own = ["10^15", "-10^15", "0.01 0.02 -3.50", "7"];
    let arguments = format!("parties={parties}");
    let names: Vec<String> = (1..=parties).map(|p| format!("party_{p}.budget")).collect();
    let inputs: Vec<(&str, &str)> = names.iter().zip(own.iter().cycle()).map(|(n, own)| (n.as_str(), *own)).collect();
    Case::new("budget-total", &arguments, &inputs)
}

/// Two parties, columns of `rows` numbers of a type, and what is revealed of them.
fn columns(element: &str, reveals: &str) -> String {
    format!(
        "program columns\nrole a\nrole b\nsize rows in 1..=10^6\ninput a.x[rows]: {element}\ninput b.y[rows]: {element}\n\
         let x = share(a.x)\nlet y = share(b.y)\n{reveals}\n"
    )
}

const COMPARISONS: &str = "reveal lt = x < y to all\nreveal le = x <= y to a\nreveal gt = x > y to b\nreveal ge = x >= y to all\n\
                           reveal eq = x == y to all\nreveal ne = x != y to all";
const CHOICES: &str = "reveal least = min(x, y) to all\nreveal most = max(x, y) to all\nreveal either = select(x < y, x, y) to all\n\
                       reveal abs = abs(x) to all";
const ARITHMETIC: &str = "reveal plus = x + y to all\nreveal minus = x - y to all\nreveal times = x * y to all\nreveal neg = -x to all\n\
                          reveal total = sum(x) to all\nreveal dot = dot(x, y) to all\nreveal square = x * x to b";
const BITWISE: &str = "reveal both = x & y to all\nreveal any = x | y to all\nreveal one = x ^^ y to all";
const MIXED: &str = "let d = x - y\nlet p = d * d\nlet c = p > 100\nreveal count = sum(c) to a\n\
                     reveal large = sum(select(c, p, 0)) to all\nreveal sorted = max(x, y) - min(x, y) to all\n\
                     reveal scaled = 3 * x + 1 to all\nreveal both = (x > 0) & (y > 0) to all\nreveal flip = !(x == y) to all";

/// A program of two roles, with as many more who bring nothing as a protocol has parties at least.
fn with_onlookers(source: &str, protocol: ProtocolName) -> String {
    let onlookers: String = (2..protocol.offer().least_parties).map(|n| format!("role onlooker_{n}\n")).collect();
    source.replacen("role b\n", &format!("role b\n{onlookers}"), 1)
}

/// Every operation on secret values, over narrow and wide types, few rows, and lengths about a machine word's.
pub fn operations() -> Vec<Seated> {
    operations_for(ProtocolName::Additive)
}

/// The same, for as many parties as a protocol needs.
pub fn operations_for(protocol: ProtocolName) -> Vec<Seated> {
    let mut cases = Vec::new();
    let mut add = |source: String, rows: usize, seed: u64| {
        let source = with_onlookers(&source, protocol);
        cases.push(apart(Case::filled(&source, &format!("rows={rows}"), seed)));
    };
    for (seed, element) in
        (0..).zip(["u8", "i8", "u64", "i64", "fixed(2) in -10^9..=10^9", "i128 in -10^29..=10^29", "u128 in 0..=10^36"])
    {
        add(columns(element, COMPARISONS), 5, seed);
        add(columns(element, CHOICES.replace("abs(x)", "abs(x + 0)").as_str()), 3, seed);
    }
    for (seed, element) in
        (0..).zip(["u8", "i8", "i32", "fixed(3) in -1000..=1000", "i64 in -10^15..=10^15", "u64 in 0..=10^18"])
    {
        add(columns(element, ARITHMETIC), 4, seed);
    }
    for (seed, element) in (0..).zip(["u8", "u64", "u128", "bit"]) {
        add(columns(element, BITWISE), 65, seed);
    }
    for rows in [1, 2, 63, 64, 65, 130] {
        add(columns("i32 in -10^6..=10^6", MIXED), rows, rows as u64);
    }
    // Ranges of one value, of one bit, and those that touch zero.
    for (seed, element) in (0..).zip(["i8 in -1..=0", "u8 in 0..=1", "i8 in -128..=-1", "u8 in 7..=7"]) {
        add(columns(element, COMPARISONS), 2, seed);
    }
    // Longer than a garbler's tile, so that parts of vectors meet again.
    add(columns("i16", "reveal most = sum(max(x, y)) to all\nreveal less = sum(x < y) to a"), 4100, 7);
    for (source, arguments) in [
        (PUBLIC, "rows=3"),
        (POSITIONS, ""),
        (TABLE, "rows=3 columns=2"),
        (TABLE, "rows=1 columns=5"),
        (TABLE, "rows=2 columns=0"),
        (TABLE, "rows=0 columns=3"),
        (EMPTY, "rows=0"),
        (EMPTY, "rows=3"),
    ] {
        cases.push(apart(Case::filled(&with_onlookers(source, protocol), arguments, 1)));
    }
    let turned = Case::filled(&with_onlookers(&columns("i32 in -10^6..=10^6", MIXED), protocol), "rows=3", 9);
    let seats: &[usize] = if turned.program.roles.len() == 2 { &[1, 0] } else { &[1, 2, 0] };
    cases.push(seated(turned, seats));
    cases
}

/// Public and revealed values go on being computed with, also in shares; an assert that holds.
const PUBLIC: &str = "program public_arithmetic
parameter factor in 1..=10 default 3
role a
role b
size rows in 1..=100
input a.x[rows]: i32 in -1000..=1000
input b.y[rows]: i32 in -1000..=1000
let x = share(a.x)
let y = share(b.y)
reveal total = sum(x + y) to all
assert sum(x) <= 10^6, \"no column sums to more\"
output mean = total / factor
reveal above = x * factor > y + 5 to a
reveal offset = sum(y) + factor to b
reveal scaled = select(x > y, x, y) * total + total to a
reveal compared = y < total to all
";

/// Parts of vectors by public position.
const POSITIONS: &str = "program positions
role a
role b
input a.x[5]: i16
input b.y[5]: i16
let x = share(a.x)
let y = share(b.y)
reveal first = x[0] to b
reveal middle = x[1..4] * y[2..5] to all
reveal last = max(x, y)[4] to a
reveal apart = (x - y)[0..1] < y[4..5] to all
";

/// A table of one party times a column of another, in all ways.
const TABLE: &str = "program table_by_column
role a
role b
size rows in 0..=100
size columns in 0..=100
input a.m[rows, columns]: fixed(1) in -1000..=1000
input b.v[columns]: fixed(2) in -1000..=1000
let m = share(a.m)
let v = share(b.v)
let product = dot(m, v)
reveal product_shown = product to all
reveal large = product > 12.5 to a
reveal sums = sum(m) to b
reveal greatest = max(sum(m), product) to all
reveal own = dot(v, v) to all
";

/// Sums of no terms are zeros, which go on being computed with.
const EMPTY: &str = "program empty
role a
role b
size rows in 0..=100
input a.m[rows, 2]: i16
input a.g[rows]: u8 in 0..5
input a.c: i8
input b.v[2, rows]: i8
let m = share(a.m)
let v = share(b.v)
let g = share(a.g)
let c = share(a.c)
reveal inner = matmul(v, m) to all
reveal outer = matmul(m, v) to all
reveal counted = count_by(g, 5) to b
reveal summed = sum_by(g, sum(m), 5) to all
reveal total = sum(sum(m)) to a
reveal below = sum(sum(v)[0..1] + c) < sum(g) to all
reveal greatest = max(c, sum(g) + 3) to all
reveal product = (sum(g) + c) * c to all
";

/// A program that reveals its randomness beside what it does with it.
pub(super) fn random(protocol: ProtocolName) -> Seated {
    let source = "program lottery
role a
role b
input a.x: u64 in 0..=10^12
input b.y: i64
let ticket = random_bits(40)
let wide = random_bits(100)
reveal ticket_shown = ticket to all
reveal wide_shown = wide to all
reveal wins = ticket > share(a.x) to all
reveal sum = ticket + share(b.y) to all
";
    let source = with_onlookers(source, protocol);
    apart(Case::new(&source, "", &[("a.x", "549755813888"), ("b.y", "-9223372036854775808")]))
}

/// Cases that must fail: an assert on secret values, one on a party's own values, inputs that do not fit.
pub(super) fn failing(protocol: ProtocolName) -> Vec<Seated> {
    let parties = protocol.offer().least_parties;
    let asserting = "program asserting\nrole a\nrole b\ninput a.x: u8\ninput b.y: u8\n\
                     assert share(a.x) < share(b.y), \"a must be below b\"\nreveal sum = share(a.x) + share(b.y) to all\n";
    let asserting = &with_onlookers(asserting, protocol);
    let columns: String = (1..parties).map(|bank| format!(" columns[bank_{bank}]=1")).collect();
    let banks = format!("banks={} rows=1{columns}", parties - 1);
    let risk = Case::filled("risk-score", &banks, 1).with("model_owner.thresholds", "2, 1");
    let parties = format!("parties={parties}");
    let good = [("party_1.budget", "1"), ("party_2.budget", "1"), ("party_3.budget", "1"), ("party_4.budget", "1")];
    let good = &good[..protocol.offer().least_parties];
    let too_much = Case::new("budget-total", &parties, good).with("party_2.budget", "10^15, 0.01");
    let out_of_range = Case::new("budget-total", &parties, good).with("party_1.budget", "-10^15, 10^16");
    let missing = Case::new("budget-total", &parties, &good[1..]);
    let too_long = Case::new(asserting, "", &[("a.x", "1, 2"), ("b.y", "3")]);
    let asserted = Case::new(asserting, "", &[("a.x", "9"), ("b.y", "9")]);
    [asserted, risk, too_much, out_of_range, missing, too_long].map(apart).to_vec()
}
