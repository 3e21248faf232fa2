use std::sync::Arc;

use super::{Arguments, BindError, BoundProgram};
use crate::clear::{Inputs, evaluate};
use crate::library::{all, find};
use crate::number::{Word, value_of};
use crate::program::Program;

fn library(name: &str) -> Arc<Program> {
    Arc::new(find(name).expect("in the library").program().expect("it parses"))
}

fn arguments(parameters: &[(&str, &str)], sizes: &[(&str, u64)]) -> Arguments {
    Arguments {
        parameters: parameters.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect(),
        sizes: sizes.iter().map(|(k, v)| ((*k).into(), *v)).collect(),
    }
}

fn inputs(given: &[(&str, &[i128])]) -> Inputs {
    given.iter().map(|(name, values)| ((*name).to_owned(), values.iter().map(|v| *v as Word).collect())).collect()
}

/// The outputs as text, the way they are meant.
fn run(program: &BoundProgram, inputs: &Inputs) -> Vec<(String, Vec<String>)> {
    let evaluation = evaluate(program, inputs, &[]).expect("it runs");
    program
        .outputs()
        .map(|(name, id)| {
            let value = program.value(id);
            let elements = match evaluation.column(id) {
                crate::clear::Column::Words(words) => words
                    .iter()
                    .map(|w| crate::number::format_decimal(value_of(*w, &value.range), value.decimals))
                    .collect(),
                crate::clear::Column::Rationals(r) => {
                    r.iter().map(|r| r.map_or("blank".into(), |r| r.to_decimal(17))).collect()
                }
                other => other.encodings(),
            };
            (name.to_owned(), elements)
        })
        .collect()
}

#[test]
fn library_programs_cannot_overflow() {
    for entry in all() {
        let program = library(entry.name);
        BoundProgram::check_greatest(&program).unwrap_or_else(|e| panic!("{}", e.render(entry.name, entry.source)));
    }
}

#[test]
fn millionaires_over_the_whole_range() {
    let program = BoundProgram::new(&library("millionaires"), &Arguments::default()).expect("bound");
    for (alice, bob, richer) in [(7, 7, ["0", "0"]), (i128::from(u64::MAX), 0, ["1", "0"]), (0, 1, ["0", "1"])] {
        let outputs = run(&program, &inputs(&[("alice.wealth", &[alice]), ("bob.wealth", &[bob])]));
        assert_eq!(outputs[0].1, [richer[0]]);
        assert_eq!(outputs[1].1, [richer[1]]);
    }
}

#[test]
fn hospital_statistics_by_group() {
    let program = library("hospital-stats");
    let bound =
        BoundProgram::new(&program, &arguments(&[("parties", "2"), ("groups", "3"), ("edges", "0,10,20")], &[]))
            .expect("bound");
    let outputs = run(
        &bound,
        &inputs(&[
            ("party_1.value", &[1, 5, 20]),
            ("party_1.group", &[0, 0, 2]),
            ("party_2.value", &[-3, 12]),
            ("party_2.group", &[2, 0]),
        ]),
    );
    let get = |name: &str| outputs.iter().find(|(n, _)| n == name).map(|(_, v)| v.join(" ")).expect(name);
    assert_eq!(get("count"), "3 0 2");
    assert_eq!(get("sum"), "18 0 17");
    assert_eq!(get("mean"), "6 blank 8.5");
    assert_eq!(get("variance"), "31 blank 264.5");
    assert_eq!(get("min"), "1 blank -3");
    assert_eq!(get("max"), "12 blank 20");
    assert_eq!(get("histogram"), "2 1 0 0 0 1");
    let names: Vec<&str> = outputs.iter().map(|(n, _)| n.as_str()).collect();
    assert_eq!(names, ["count", "sum", "sum_of_squares", "mean", "variance", "min", "max", "histogram"]);
}

#[test]
fn one_group_asks_for_no_group_column() {
    let bound = BoundProgram::new(&library("hospital-stats"), &arguments(&[("parties", "2"), ("decimals", "1")], &[]))
        .expect("bound");
    assert_eq!(bound.inputs.iter().filter(|i| i.asked).count(), 2);
    let outputs = run(&bound, &inputs(&[("party_1.value", &[15, 25]), ("party_2.value", &[20])]));
    assert_eq!(outputs[1], ("sum".into(), vec!["6".into()]));
    assert_eq!(outputs[3], ("mean".into(), vec!["2".into()]));
}

#[test]
fn risk_decisions() {
    let bound = BoundProgram::new(
        &library("risk-score"),
        &arguments(&[("banks", "2")], &[("rows", 3), ("columns[bank_1]", 2), ("columns[bank_2]", 1)]),
    )
    .expect("bound");
    let scale = 1_000_000;
    let outputs = run(
        &bound,
        &inputs(&[
            ("model_owner.weights", &[2 * scale, -scale, scale / 2]),
            ("model_owner.bias", &[scale]),
            ("model_owner.thresholds", &[0, 5 * scale]),
            ("bank_1.features", &[scale, scale, 0, 10 * scale, 3 * scale, 2 * scale]),
            ("bank_2.features", &[2 * scale, 4 * scale, 0]),
        ]),
    );
    // Scores 3, -7 and 5.
    assert_eq!(outputs, [("decision".to_owned(), vec!["1".to_owned(), "0".into(), "2".into()])]);
}

#[test]
fn wrong_arguments_are_named() {
    let program = library("budget-total");
    let error =
        |parameters: &[(&str, &str)]| BoundProgram::new(&program, &arguments(parameters, &[])).expect_err("refused");
    assert!(matches!(error(&[]), BindError::Missing { name, .. } if name == "parties"));
    assert!(matches!(error(&[("parties", "65")]), BindError::OutOfRange { found, .. } if found == "65"));
    assert!(matches!(error(&[("parties", "x")]), BindError::OutOfRange { .. }));
    assert!(matches!(error(&[("parties", "3"), ("rows", "3")]), BindError::UnknownParameter { .. }));
}

#[test]
fn overflow_is_refused_with_the_path() {
    let source =
        "program p\nrole a\nrole b\ninput a.x: u128\ninput b.y: u128\nreveal s = share(a.x) * share(b.y) to all\n";
    let program = Arc::new(crate::text::parse(source).expect("well formed"));
    let error = BoundProgram::check_greatest(&program).expect_err("it overflows");
    assert_eq!((error.span.line, error.span.column), (6, 23));
    assert!(error.message.contains("can overflow"), "{error}");
}

#[test]
fn tables_beyond_what_a_plan_can_count_are_refused() {
    let source = "program p\nrole a\nrole b\nsize rows in 1..=10^7\nsize columns in 1..=10^7\n\
                  input a.x[rows, columns]: u8\ninput b.w[columns]: u8\n\
                  reveal s = dot(share(a.x), share(b.w)) to all\n";
    let program = Arc::new(crate::text::parse(source).expect("well formed"));
    let bind = |rows, columns| BoundProgram::new(&program, &arguments(&[], &[("rows", rows), ("columns", columns)]));
    assert!(bind(1 << 16, (1 << 16) - 1).is_ok());
    assert!(matches!(bind(1 << 16, 1 << 16), Err(BindError::Program(error)) if error.span.line == 6));
}

/// The network of a sort and what it is the network of give the same, for all lengths.
#[test]
fn a_sort_is_its_network() {
    let source = "program rows_in_order
role a
role b
parameter n in 0..=40
input a.key[2, n]: i8 in -3..=3
input b.x[2, n]: fixed(1) in -9..=9
let key = share(a.key)
let x = share(b.x)
reveal rows = sort(key) to all
reveal moved = sort_by(key, x) to all
reveal signs = sort_by(x, key > 0) to all
";
    let program = Arc::new(crate::text::parse(source).expect("it parses"));
    for n in [0_usize, 1, 2, 3, 4, 7, 8, 13, 40] {
        let bound = BoundProgram::new(&program, &arguments(&[("n", &n.to_string())], &[])).expect("it is bound");
        let column = |factor: i128| -> Vec<i128> { (0..2 * n as i128).map(|i| (i * factor + i * i) % 7 - 3).collect() };
        let evaluation =
            evaluate(&bound, &inputs(&[("a.key", &column(5)), ("b.x", &column(11))]), &[]).expect("it runs");
        let sorts: Vec<_> =
            bound.ids().filter(|id| bound.value(*id).operation == super::BoundOperation::Sorted).collect();
        assert_eq!(sorts.len(), if n < 2 { 0 } else { 3 }, "{n}");
        for id in sorts {
            assert_eq!(evaluation.column(id), evaluation.column(bound.value(id).operands[0]), "{n}");
        }
    }
}
