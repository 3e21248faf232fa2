//! Ten thousand programs mean what a second evaluator says, which loops where the first one lifts; and their canonical
//! text is theirs.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use quorate_circuits::bind::BoundProgram;
use quorate_circuits::clear::{Column, evaluate};
use quorate_circuits::digest::ProgramDigest;
use quorate_circuits::number::{Rational, value_of};
use quorate_circuits::program::{Dimension, Visibility};
use quorate_circuits::text::{parse, print};
use quorate_testkit::generate::{Generated, Limits, programs_within};
use quorate_testkit::naive;

/// For each test; together ten thousand.
const PROGRAMS: u32 = 2500;

const LIMITS: Limits = Limits { choices: 300, bits: 120, hidden_random: true, extremes_by_group: false };

/// The program with an output for each value that has a name: shared first if it is private, added up if its length is
/// its owner's or a member's own, and over the members. Of public ones only those that are the same for all members.
fn with_everything_shown(source: &str) -> String {
    let program = parse(source).unwrap_or_else(|e| panic!("{}", e.render("generated.qp", source)));
    let own = |dimension: &Dimension| match dimension {
        Dimension::Size(size) => program.sizes()[size.0].private || program.sizes()[size.0].of.is_some(),
        _ => false,
    };
    let mut text = source.to_owned();
    for (node, ty) in program.nodes().iter().zip(program.types()) {
        let Some(name) = &node.name else { continue };
        let sums = if ty.dimensions.iter().any(own) { ty.dimensions.len() } else { 0 };
        let mut value = format!("{}{name}{}", "sum(".repeat(sums), ")".repeat(sums));
        if let Visibility::Private(_) = ty.visibility {
            value = format!("share({value})");
        }
        if let Some(role) = ty.member {
            if ty.visibility == Visibility::Public {
                continue;
            }
            value = format!("sum_over({}, {value})", program.roles()[role.0].name);
        }
        text += &match ty.visibility {
            Visibility::Public | Visibility::Opened(_) => format!("output shown_{name} = {value}\n"),
            _ => format!("reveal shown_{name} = {value} to all\n"),
        };
    }
    text
}

/// Every output equals the naive one: its decimals, its length and its numbers.
fn means_the_same(generated: &Generated) -> Result<(), TestCaseError> {
    let source = with_everything_shown(&generated.source);
    let program = parse(&source).unwrap_or_else(|e| panic!("{}", e.render("generated.qp", &source)));
    let text = print(&program);
    let again = parse(&text).unwrap_or_else(|e| panic!("{}", e.render("canonical.qp", &text)));
    prop_assert!(again == program, "the canonical text reads back as another program:\n{text}");
    prop_assert_eq!(ProgramDigest::of(&again), ProgramDigest::of(&program));
    let program = Arc::new(program);
    let bound = BoundProgram::new(&program, &generated.arguments).unwrap_or_else(|e| panic!("{e}"));
    let evaluation = evaluate(&bound, &generated.inputs, &generated.tape).unwrap_or_else(|e| panic!("{e}"));
    let due = naive::evaluate(&program, &generated.arguments, &generated.inputs, &generated.tape);
    prop_assert_eq!(due.len(), bound.outputs().count());
    for ((name, id), (due_name, array)) in bound.outputs().zip(&due) {
        let value = bound.value(id);
        prop_assert_eq!(name, due_name);
        let found = match evaluation.column(id) {
            Column::Rationals(quotients) => quotients.clone(),
            Column::Words(words) => {
                words.iter().map(|w| Rational::from_mantissa(value_of(*w, &value.range), value.decimals)).collect()
            }
            other => panic!("the naive evaluator covers no curves: {other:?}"),
        };
        prop_assert_eq!(found, array.quotients(), "{}", name);
        if let naive::Elements::Exact { decimals, .. } = array.elements {
            prop_assert_eq!(value.decimals, decimals, "decimals of {}", name);
        }
    }
    Ok(())
}

/// A quarter of the programs, so that they run side by side.
fn quarter(number: u8) {
    let config = Config { cases: PROGRAMS, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[number; 32]));
    let result = runner.run(&programs_within(LIMITS), |generated| means_the_same(&generated));
    result.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn ten_thousand_programs_the_first_quarter() {
    quarter(1);
}

#[test]
fn ten_thousand_programs_the_second_quarter() {
    quarter(2);
}

#[test]
fn ten_thousand_programs_the_third_quarter() {
    quarter(3);
}

#[test]
fn ten_thousand_programs_the_fourth_quarter() {
    quarter(4);
}
