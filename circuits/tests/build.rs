//! Programs built in Rust are the programs that their texts describe.

use std::sync::Arc;

use quorate_circuits::bind::{Arguments, BoundProgram};
use quorate_circuits::boolean::Builder;
use quorate_circuits::build::{
    BIT, Everybody, I32, ProgramBuilder, Secret, U8, U16, U64, between, decimal, each, fixed, until,
};
use quorate_circuits::clear::{Inputs, evaluate};
use quorate_circuits::digest::ProgramDigest;
use quorate_circuits::library;
use quorate_circuits::program::{Diagnostic, Program};
use quorate_circuits::text::{parse, print};

const fn ten_to(exponent: u32) -> i128 {
    10_i128.pow(exponent)
}

fn assert_is_library_program(built: Result<Program, Diagnostic>, name: &str) {
    let built = built.expect("it is well formed");
    let parsed = library::find(name).expect("in the library").program().expect("it parses");
    assert_eq!(print(&built), print(&parsed));
    assert_eq!(built, parsed);
    assert_eq!(ProgramDigest::of(&built), ProgramDigest::of(&parsed));
}

#[test]
fn millionaires() {
    let p = ProgramBuilder::new("millionaires");
    let (alice, bob) = (p.role("alice"), p.role("bob"));
    let alice_wealth = p.input(&alice, "wealth", U64).share().named("alice_wealth");
    let bob_wealth = p.input(&bob, "wealth", U64).share().named("bob_wealth");
    p.reveal("alice_richer", alice_wealth.greater_than(&bob_wealth), Everybody);
    p.reveal("bob_richer", bob_wealth.greater_than(&alice_wealth), Everybody);
    assert_is_library_program(p.finish(), "millionaires");
}

#[test]
fn budget_total() {
    let p = ProgramBuilder::new("budget-total");
    let party = p.family("party", &p.parameter("parties", 2..=64));
    let lines = p.size("lines", 1..=10_000_000).of(&party).private();
    let budget = p.column(&party, "budget", &lines, fixed(2).range(-ten_to(15)..=ten_to(15)));
    let own = budget.sum().within(-ten_to(15)..=ten_to(15)).named("own");
    p.reveal("total", own.share().sum_over(&party), Everybody);
    assert_is_library_program(p.finish(), "budget-total");
}

#[test]
fn hospital_stats() {
    let p = ProgramBuilder::new("hospital-stats");
    let parties = p.parameter("parties", 2..=64);
    let groups = p.parameter("groups", 1..=64).default(1);
    let decimals = p.parameter("decimals", 0..=6).default(0);
    let number = || fixed(&decimals).range(-ten_to(9)..=ten_to(9));
    let marks = [-ten_to(9), -ten_to(6), -1000, -100, -10, 0, 10, 100, 1000, ten_to(6), ten_to(9)];
    let edges = p.list("edges", 2..=65, number(), marks);
    let party = p.family("party", &parties);
    let rows = p.size("rows", 1..=1_000_000).of(&party).private();
    let value = p.column(&party, "value", &rows, number());
    let group = p.column(&party, "group", &rows, U16.range(until(0, &groups)));

    let count = p.reveal("count", group.count_by(&groups).share().sum_over(&party), Everybody);
    let sum = p.reveal("sum", value.sum_by(&group, &groups).share().sum_over(&party), Everybody);
    let squares = (&value * &value).sum_by(&group, &groups).share().sum_over(&party);
    let sum_of_squares = p.reveal("sum_of_squares", squares, Everybody);

    let mean = p.output("mean", &sum / &count);
    p.output("variance", (sum_of_squares - mean * sum) / (&count - 1));

    let least = value.min_by(&group, &groups).share().min_over(&party);
    p.reveal_when("min", least, count.greater_than(0), Everybody);
    let greatest = value.max_by(&group, &groups).share().max_over(&party);
    p.reveal_when("max", greatest, count.greater_than(0), Everybody);

    p.reveal("histogram", value.histogram_by(&group, &edges, &groups).share().sum_over(&party), Everybody);
    assert_is_library_program(p.finish(), "hospital-stats");
}

#[test]
fn risk_score() {
    let p = ProgramBuilder::new("risk-score");
    let banks = p.parameter("banks", 1..=16);
    let model_owner = p.role("model_owner");
    let bank = p.family("bank", &banks);
    let receivers = p.role_set("receivers", &bank);
    let rows = p.size("rows", 1..=1_000_000);
    let columns = p.size("columns", 1..=256).of(&bank);
    let within = |exponent| fixed(6).range(-ten_to(exponent)..=ten_to(exponent)).rounded();
    let weights = p.column(&model_owner, "weights", columns.total(), within(9));
    let bias = p.input(&model_owner, "bias", within(12));
    let thresholds = p.column(&model_owner, "thresholds", 2, within(12));
    let features = p.table(&bank, "features", (&rows, &columns), within(9));

    p.assert(thresholds.at(0).at_most(thresholds.at(1)), "the two thresholds must ascend");

    let thresholds = thresholds.share().named("thresholds");
    let weights = weights.part(&columns).share().named("weights");
    let score = (features.share().dot(&weights).sum_over(&bank) + bias.share()).named("score");
    p.reveal("decision", score.at_least(thresholds.at(0)) + score.at_least(thresholds.at(1)), &receivers);
    assert_is_library_program(p.finish(), "risk-score");
}

/// Operators and methods, in Rust and in the text form.
#[test]
fn operators_write_what_they_say() {
    let p = ProgramBuilder::new("operators");
    let (a, b) = (p.role("a"), p.role("b"));
    let m = p.family("m", &p.parameter("members", 1..=4));
    let flag = p.input(&a, "flag", BIT);
    let x = p.input(&a, "x", I32);
    let y = p.column(&b, "y", 4, fixed(2).range(between("-0.5", "0.5")));
    let n = p.input(&m, "n", U16);
    let (s, t, u, k) = (x.share().named("s"), y.share().named("t"), flag.share().named("u"), n.share().named("k"));
    let bits = k.sum_over(&m).named("bits");
    p.assert(n.within(0..1000).greater_than(-1), "say \"why\"");
    p.reveal("r1", -&s + 1 - &s * 2, &a);
    p.reveal("r2", 1 - (2 + &t) * decimal("0.25"), [&a, &b]);
    p.reveal("r3", !&u & s.less_than(3) | &u ^ s.at_most(t.at(0)), Everybody);
    p.reveal("r4", u.select(s.min(3).max(&s), s.abs()), &b);
    p.reveal("r5", t.slice(1..3).sum() + t.slice(0..2).dot(t.slice(2..4)), Everybody);
    p.reveal("r6", s.equals(1).select(&u, s.at_least(5)), Everybody);
    p.reveal("r7", k.min_over(&m) * k.max_over(&m), &m);
    let shown = p.reveal("r8", &bits & 3 | 4 ^ p.random_bits(7), Everybody);
    p.output("half", -(&shown / 2) * p.constant(3) - -p.constant(7));
    let program = p.finish().unwrap_or_else(|e| panic!("{e}"));
    let text = "\
program operators
parameter members in 1..=4
role a
role b
role m[members]
input a.flag: bit
input a.x: i32
input b.y[4]: fixed(2) in -0.5..=0.5
input m.n: u16
let s = share(a.x)
let t = share(b.y)
let u = share(a.flag)
let k = share(m.n)
let bits = sum_over(m, k)
assert within(m.n, 0..1000) > -1, \"say \\\"why\\\"\"
reveal r1 = -s + 1 - s * 2 to a
reveal r2 = 1 - (2 + t) * 0.25 to a, b
reveal r3 = !u & (s < 3) | u ^^ (s <= t[0]) to all
reveal r4 = select(u, max(min(s, 3), s), abs(s)) to b
reveal r5 = sum(t[1..3]) + dot(t[0..2], t[2..4]) to all
reveal r6 = select(s == 1, u, s >= 5) to all
reveal r7 = min_over(m, k) * max_over(m, k) to m
reveal r8 = bits & 3 | 4 ^^ random_bits(7) to all
output half = -(r8 / 2) * 3 - -7
";
    let parsed = parse(text).unwrap_or_else(|e| panic!("{}", e.render("operators.qp", text)));
    assert_eq!(print(&program), print(&parsed));
    assert_eq!(program, parsed);
}

/// Methods of columns and of whole numbers, in Rust and in the text form.
#[test]
fn methods_write_what_they_say() {
    let p = ProgramBuilder::new("methods");
    let (a, b) = (p.role("a"), p.role("b"));
    let rows = p.size("rows", 1..=100);
    let x = p.column(&a, "x", &rows, U16.range(0..=9)).share().named("x");
    let y = p.column(&b, "y", &rows, U16.range(1..=9)).share().named("y");
    let flags = p.column(&b, "flags", 16, BIT).share().named("flags");
    let table = p.table(&a, "table", (&rows, 4), fixed(2).range(0..=9)).share().named("table");
    p.reveal("r1", x.sort().prefix_sum(), Everybody);
    p.reveal("r2", flags.lookup(&x), Everybody);
    p.reveal("r3", table.transpose().matmul(&table), Everybody);
    p.reveal("r4", y.sort_by(&x), Everybody);
    p.reveal("r5", table.argmin() + table.argmax(), Everybody);
    p.reveal("r6", x.quotient(&y) + x.remainder(&y) + x.popcount(), Everybody);
    p.reveal("r7", table.round(1) + table.root(), Everybody);
    p.reveal("r8", x.shift_left(3).shift_right(&y), Everybody);
    p.reveal("r9", x.wrapping_add(&y, 4).wrapping_sub(3, 5).wrapping_mul(&x, 6), Everybody);
    p.reveal("r10", x.count_by(10), Everybody);
    p.reveal("r11", y.sum_by(&x, 10), Everybody);
    p.reveal("r12", table.sigmoid() + table.tanh() + table.exp() + (&table + 1).log(), Everybody);
    p.reveal("r13", x.sigmoid_to(4) + x.tanh_to(4) + x.exp_to(3) + y.log_to(4), Everybody);
    let program = p.finish().unwrap_or_else(|e| panic!("{e}"));
    let text = "\
program methods
role a
role b
size rows in 1..=100
input a.x[rows]: u16 in 0..=9
input b.y[rows]: u16 in 1..=9
input b.flags[16]: bit
input a.table[rows, 4]: fixed(2) in 0..=9
let x = share(a.x)
let y = share(b.y)
let flags = share(b.flags)
let table = share(a.table)
reveal r1 = prefix_sum(sort(x)) to all
reveal r2 = lookup(flags, x) to all
reveal r3 = matmul(transpose(table), table) to all
reveal r4 = sort_by(x, y) to all
reveal r5 = argmin(table) + argmax(table) to all
reveal r6 = quotient(x, y) + remainder(x, y) + popcount(x) to all
reveal r7 = round(table, 1) + root(table) to all
reveal r8 = shift_right(shift_left(x, 3), y) to all
reveal r9 = wrapping_mul(wrapping_sub(wrapping_add(x, y, 4), 3, 5), x, 6) to all
reveal r10 = count_by(x, 10) to all
reveal r11 = sum_by(x, y, 10) to all
reveal r12 = sigmoid(table) + tanh(table) + exp(table) + log(table + 1) to all
reveal r13 = sigmoid(x, 4) + tanh(x, 4) + exp(x, 3) + log(y, 4) to all
";
    let parsed = parse(text).unwrap_or_else(|e| panic!("{}", e.render("methods.qp", text)));
    assert_eq!(print(&program), print(&parsed));
    assert_eq!(program, parsed);
}

/// Circuits of the library and of one's own, on bits.
#[test]
fn circuits_are_called_on_bits() {
    let p = ProgramBuilder::new("circuits");
    let (a, b) = (p.role("a"), p.role("b"));
    let x = p.input(&a, "x", U64).share().bits(64).named("x");
    let y = p.input(&b, "y", U64).share().bits(64).named("y");
    let plus = p.circuit("plus", "f64-add");
    let (mut builder, inputs) = Builder::new(&[1, 1]);
    let nor = builder.or(inputs[0].wires()[0], inputs[1].wires()[0]);
    let nor = builder.not(nor);
    let neither = p.own_circuit("neither", "neither.bristol", builder.finish(vec![vec![nor].into()]));
    p.reveal("total", plus.call(&[&x, &y]).unsigned(), Everybody);
    p.reveal("ends", x.slice(0..2).join(&y.slice(62..64)).signed(), Everybody);
    p.reveal("neither", neither.call(&[&x.slice(0..1), &y.slice(0..1)]), Everybody);
    let program = Arc::new(p.finish().unwrap_or_else(|e| panic!("{e}")));
    let text = print(&program);
    let digest = text.lines().find_map(|line| line.strip_prefix("circuit neither = ")).expect("it is declared");
    assert!(digest.starts_with("\"neither.bristol\" digest \""), "{text}");
    let library_alone = text.lines().filter(|line| !line.contains("neither")).collect::<Vec<_>>().join("\n");
    let parsed = parse(&library_alone).unwrap_or_else(|e| panic!("{}", e.render("circuits.qp", &library_alone)));
    assert_eq!(print(&parsed).trim_end(), library_alone);

    let bound = BoundProgram::new(&program, &Arguments::default()).expect("it binds");
    let numbers = [4_609_434_218_613_702_656_u128, 4_612_248_968_380_809_216].map(|number| vec![number]);
    let inputs: Inputs = ["a.x", "b.y"].map(str::to_owned).into_iter().zip(numbers).collect();
    let evaluation = evaluate(&bound, &inputs, &[]).expect("it computes");
    let outputs: Vec<&[u128]> =
        bound.outputs().map(|(_, id)| evaluation.column(id).words().expect("numbers")).collect();
    // 1.5 + 2.25 = 3.75, the low bits of 1.5 and the high ones of 2.25, and two low bits that are zeros.
    assert_eq!(outputs, [&[4_615_626_668_101_337_088][..], &[4], &[1]]);
}

#[test]
fn what_is_not_used_leaves_no_trace() {
    let build = |extra: bool| {
        let p = ProgramBuilder::new("p");
        let a = p.role("a");
        let x = p.input(&a, "x", U64).share();
        if extra {
            let unused = &x * &x + p.random_bits(3);
            drop(unused.abs());
        }
        p.reveal("r", x + 1, Everybody);
        p.finish().expect("well formed")
    };
    assert_eq!(print(&build(true)), print(&build(false)));
}

#[test]
fn values_used_twice_get_names_that_are_free() {
    let p = ProgramBuilder::new("p");
    let v1 = p.parameter("v1", 1..=4);
    let a = p.role("a");
    let x = p.input(&a, "x", U16).share();
    let y = &x + &v1;
    p.reveal("r", &y * &y, Everybody);
    let program = p.finish().expect("well formed");
    assert_eq!(parse(&print(&program)).as_ref(), Ok(&program));
    assert!(print(&program).contains("let v2 = share(a.x) + v1"), "{}", print(&program));
}

#[test]
fn errors_point_at_the_rust_call() {
    let p = ProgramBuilder::new("p");
    let (a, b) = (p.role("a"), p.role("b"));
    let (x, y) = (p.input(&a, "x", U64), p.input(&b, "y", U64));
    let (line, sum) = (line!(), &x + &y);
    p.reveal("r", sum.share(), Everybody);
    let error = p.finish().expect_err("two owners");
    assert_eq!((error.span.line, error.span.column), (line, 33), "{error}");
    assert!(error.message.contains("private to a meets one private to b"), "{error}");
}

#[test]
fn misuse_is_an_error_and_no_panic() {
    let refused = |build: fn(&ProgramBuilder), message: &str| {
        let p = ProgramBuilder::new("p");
        let a = p.role("a");
        p.reveal("r", p.input(&a, "x", U64).share(), Everybody);
        build(&p);
        let error = p.finish().expect_err(message);
        assert!(error.message.contains(message), "{error} should say: {message}");
    };
    refused(|p| drop(p.constant("1e5")), "\"1e5\" is no number");
    refused(
        |p| {
            let other = ProgramBuilder::new("other");
            let stranger = other.input(&other.role("stranger"), "x", U64).share();
            p.reveal("s", stranger + p.random_bits(1), Everybody);
        },
        "belongs to another program",
    );
    refused(|p| drop(p.input(&ProgramBuilder::new("other").role("z"), "y", U64)), "belongs to another program");
    refused(|p| drop(p.role("a")), "a is declared twice");
    refused(
        |p| {
            let family = p.family("m", &p.parameter("members", 1..=4));
            p.reveal("s", p.input(&family, "x", U16).share(), Everybody);
        },
        "a value of each member",
    );
    refused(|p| drop(p.role("to")), "cannot be a name");
    refused(|p| drop(p.reveal("s", p.random_bits(8).at(u64::MAX), Everybody)), "no positions");
    refused(|p| drop(p.parameter("n", 1..=u64::MAX)), "is too large");
    refused(|p| drop(p.role_set("s", [] as [&quorate_circuits::build::Role; 0])), "names no role");
    refused(|p| drop(p.reveal("s", p.random_bits(8), [] as [&quorate_circuits::build::Role; 0])), "names no role");
    refused(|p| p.assert(p.random_bits(8).at_least(0), "two\nlines"), "one line");
    refused(|p| drop(p.input(&p.role("b"), "x", fixed("0.5"))), "decimals");
    let bad_name = ProgramBuilder::new("p-2").finish().expect_err("a hyphen before a digit");
    assert!(bad_name.message.contains("cannot name a program"), "{bad_name}");
}

#[test]
fn functions_stay_functions() {
    let p = ProgramBuilder::new("p");
    let (a, b) = (p.role("a"), p.role("b"));
    let rows = p.size("rows", 1..=1000);
    let table = p.table(&a, "t", (&rows, 3), U64).share();
    let weights = p.column(&b, "w", 3, U64).within(0..=1000).share();
    let score = p.function("score", ["row", "w"], |(row, w): (Secret, Secret)| row.min(1000).dot(w));
    let larger = p.function("larger", ["x", "y"], |(x, y): (Secret, Secret)| x.max(y));
    let plus = p.function("plus", ["n", "x"], |(n, x): (Secret, Secret)| (n + x).min(1_000_000));
    let scores = score.map((each(&table), &weights));
    p.reveal("best", larger.fold(&scores), Everybody);
    p.reveal("total", plus.fold_from(0, &scores, 0..=1_000_000), Everybody);
    p.reveal("grown", plus.repeat(3, (scores.sum(), weights.at(0))), Everybody);
    let text = "program p\nrole a\nrole b\nsize rows in 1..=1000\ninput a.t[rows, 3]: u64\ninput b.w[3]: u64\n\
        function score(row, w) = dot(min(row, 1000), w)\nfunction larger(x, y) = max(x, y)\n\
        function plus(n, x) = min(n + x, 10^6)\n\
        let w = share(within(b.w, 0..=1000))\nlet s = map score(each share(a.t), w)\n\
        reveal best = fold associative larger(each s) to all\n\
        reveal total = fold sequential plus(each s) from 0 in 0..=10^6 to all\n\
        reveal grown = repeat 3 plus(sum(s), w[0]) to all\n";
    let (built, read) = (p.finish().expect("sound"), parse(text).expect("sound"));
    assert_eq!(print(&built).replace("v1", "w").replace("v2", "s"), print(&read));
}

#[test]
fn a_body_sees_its_parameters_alone() {
    let p = ProgramBuilder::new("p");
    let (a, b) = (p.role("a"), p.role("b"));
    let x = p.input(&a, "x", U8).share();
    let y = p.input(&b, "y", U8).share();
    let plus = p.function("plus", ["x"], |(x,): (Secret,)| x + &y);
    p.reveal("sum", plus.call((x,)), Everybody);
    assert!(p.finish().expect_err("it sees y").message.contains("its parameters alone"));
}
