//! Bounds on rounding errors: the same program with its rounding taken out is exact, and never further away.

use std::collections::BTreeMap;
use std::sync::Arc;

use ethnum::I256;
use proptest::prelude::*;
use quorate_circuits::bind::{Arguments, BoundProgram};
use quorate_circuits::clear::{Inputs, evaluate};
use quorate_circuits::disclosure::Disclosure;
use quorate_circuits::number::{Word, value_of};
use quorate_circuits::text::parse;

const HEAD: &str = "program p\nrole a\nrole b\nsize rows in 1..=50\ninput a.x[rows]: fixed(3) in -99..=99\n\
    input b.y: fixed(3) in -99..=99\n";

/// Expressions in `x`, a vector, and `y`, with as many roundings as one likes.
const BODIES: [&str; 7] = [
    "round(share(a.x), 1)",
    "sum(round(share(a.x), 0))",
    "sum(round(share(a.x) * share(b.y), 2)) - round(share(b.y), 0)",
    "round(round(share(b.y), 2) * round(share(b.y), 1), 1) * 7",
    "dot(round(share(a.x), 1), round(share(a.x), 0))",
    "fold associative greater(each round(share(a.x), 0)) + abs(round(share(b.y), 1))",
    "select(share(b.y) > 0, round(share(b.y), 1), min(round(share(b.y), 0), 5))",
];

fn bound(body: &str, rows: usize) -> BoundProgram {
    let text = format!("{HEAD}include \"choice\"\nreveal z = {body} to all\n");
    let program = Arc::new(parse(&text).unwrap_or_else(|error| panic!("{}", error.render("text", &text))));
    let sizes = BTreeMap::from([("rows".to_owned(), rows as u64)]);
    BoundProgram::new(&program, &Arguments { parameters: BTreeMap::new(), sizes }).unwrap_or_else(|e| panic!("{e}"))
}

/// The body without its roundings: `round(e, n)` is `e`.
fn exact(body: &str) -> String {
    let Some(at) = body.find("round(") else { return body.to_owned() };
    let inside = &body[at + 6..];
    let mut depth = 1;
    let end = inside
        .find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        })
        .expect("a closing bracket");
    let (operand, _) = inside[..end].rsplit_once(',').expect("two operands");
    exact(&format!("{}({operand}){}", &body[..at], &inside[end + 1..]))
}

/// Numbers with 12 decimals.
fn outputs(program: &BoundProgram, inputs: &Inputs) -> Vec<I256> {
    let (_, id) = program.outputs().next().expect("an output");
    let value = program.value(id);
    let words = evaluate(program, inputs, &[]).expect("evaluated");
    let scale = I256::from(10).pow(12 - value.decimals);
    words.column(id).words().expect("numbers").iter().map(|w| value_of(*w, &value.range) * scale).collect()
}

proptest! {
    #[test]
    fn roundings_lead_no_further_than_their_bound(
        x in prop::collection::vec(-99_000..=99_000i64, 1..50), y in -99_000..=99_000i64,
    ) {
        let word = |n: &i64| i128::from(*n) as Word;
        let inputs = Inputs::from([
            ("a.x".to_owned(), x.iter().map(word).collect()),
            ("b.y".to_owned(), vec![word(&y)]),
        ]);
        for body in BODIES {
            let (rounded, exact) = (bound(body, x.len()), bound(&exact(body), x.len()));
            let (_, id) = rounded.outputs().next().expect("an output");
            let half_units = rounded.errors()[id.0].expect("small");
            let bound = half_units * I256::from(5) * I256::from(10).pow(11 - rounded.value(id).decimals);
            prop_assert!(half_units > 0);
            for (a, b) in outputs(&rounded, &inputs).into_iter().zip(outputs(&exact, &inputs)) {
                prop_assert!((a - b).abs() <= bound, "{body}: {a} and {b} are further apart than {bound}");
            }
        }
    }
}

/// Functions that are approximated, of what is exact and of what is rounded, by the same functions of real numbers.
#[test]
fn approximations_are_no_further_off_than_their_bound() {
    type Of = fn(f64) -> f64;
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    let bodies: [(&str, Of); 8] = [
        ("sigmoid(share(b.y))", sigmoid),
        ("sigmoid(round(share(b.y), 1), 4)", sigmoid),
        ("tanh(round(share(b.y), 1), 2)", f64::tanh),
        ("exp(min(round(share(b.y), 1), 2), 2)", |y| y.min(2.0).exp()),
        ("log(max(round(share(b.y), 1), 1), 4)", |y| y.max(1.0).ln()),
        ("3 * sigmoid(share(b.y) * share(b.y), 3) - 1", |y| 3.0 / (1.0 + (-y * y).exp()) - 1.0),
        ("log(exp(min(share(b.y), 5), 3) + 1, 4)", |y| (y.min(5.0).exp() + 1.0).ln()),
        ("tanh(log(sigmoid(min(share(b.y), 0), 6) + 1, 5))", |y| (1.0 / (1.0 + (-y.min(0.0)).exp()) + 1.0).ln().tanh()),
    ];
    for (body, function) in bodies {
        let program = bound(body, 1);
        let (_, id) = program.outputs().next().expect("an output");
        let half_units = program.errors()[id.0].expect("small").as_f64();
        let bound = half_units / 2.0 / 10f64.powi(program.value(id).decimals as i32);
        assert!(bound > 0.0, "{body}");
        for y in (-99_000..=99_000i64).step_by(487).chain(-50..=50) {
            let inputs = Inputs::from([("a.x".to_owned(), vec![0]), ("b.y".to_owned(), vec![i128::from(y) as Word])]);
            let result = outputs(&program, &inputs)[0].as_f64() / 1e12;
            let exact = function(y as f64 / 1000.0);
            assert!((result - exact).abs() <= bound, "{body} of {y}: {result} is further than {bound} from {exact}");
        }
    }
}

#[test]
fn bounds_of_approximations_are_as_stated() {
    let errors = |body: &str| {
        let program = bound(body, 1);
        let (_, id) = program.outputs().next().expect("an output");
        program.errors()[id.0]
    };
    // A unit is two halves. Of y, rounded to tenths, 1/20 is off: with three decimals 50 units, 100 halves.
    assert_eq!(errors("sigmoid(share(b.y))"), Some(I256::from(2)));
    assert_eq!(errors("sigmoid(round(share(b.y), 1), 3)"), Some(I256::from(2 + 25)));
    assert_eq!(errors("tanh(round(share(b.y), 1), 3)"), Some(I256::from(2 + 100)));
    // The least is 1.95 before rounding: 100 / 1.95.
    assert_eq!(errors("log(max(round(share(b.y), 1), 2), 3)"), Some(I256::from(2 + 52)));
    // The greatest is 2.1, as errors are counted in whole tenths here: 100 e^2.1.
    assert_eq!(errors("exp(min(round(share(b.y), 1), 2), 3)"), Some(I256::from(2 + 817)));
    // Of the logarithm of what may be zero before it was rounded, nothing is known; a sigmoid is between 0 and 1.
    assert_eq!(errors("log(max(round(share(b.y), 0), 0.1), 3)"), None);
    assert_eq!(errors("sigmoid(round(share(b.y), 0) * 1000, 1)"), Some(I256::from(2 + 20)));
}

#[test]
fn bounds_are_reached_and_exact_programs_have_none() {
    let errors = |body: &str| {
        let program = bound(body, 4);
        let (_, id) = program.outputs().next().expect("an output");
        program.errors()[id.0]
    };
    assert_eq!(errors("sum(share(a.x) * share(b.y))"), Some(I256::ZERO));
    // Half a unit for each of four numbers.
    assert_eq!(errors("sum(round(share(a.x), 0))"), Some(I256::from(4)));
    let inputs = Inputs::from([("a.x".to_owned(), vec![500; 4]), ("b.y".to_owned(), vec![0])]);
    let found = outputs(&bound("sum(round(share(a.x), 0))", 4), &inputs);
    assert_eq!(found, [I256::from(4) * I256::from(10).pow(12)], "2 exactly, 4 by rounding: two apart");
    assert_eq!(errors("root(abs(share(b.y)))"), Some(I256::from(2)));
    assert_eq!(errors("round(share(a.x), 1) > 0"), Some(I256::ZERO));
}

#[test]
fn the_disclosure_says_how_exact_an_output_is() {
    let said = |body: &str| {
        let program = bound(body, 4);
        let sizes = BTreeMap::from([("rows".to_owned(), 4)]);
        let arguments = Arguments { parameters: BTreeMap::new(), sizes };
        Disclosure::of(&program, &arguments, &[]).expect("bound").reveals[0].what.clone()
    };
    assert_eq!(said("sum(round(share(a.x), 2))"), "a single value, within 0.02 of exact arithmetic");
    assert_eq!(said("sigmoid(share(a.x), 4)"), "4 values, within 0.0001 of exact arithmetic");
    let unbounded = "a single value, without a bound on how far rounding leads from exact arithmetic";
    assert_eq!(said("log(max(round(share(b.y), 0), 0.1), 3)"), unbounded);
    assert_eq!(said("share(b.y)"), "a single value");
}
