//! What the generator writes: every construct of the language is in some of four thousand programs.

use std::collections::BTreeMap;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use quorate_circuits::program::{FUNCTIONS, Node, Operation, Order, Program, Reduction};
use quorate_circuits::text::parse;
use quorate_testkit::generate::programs;

const PROGRAMS: usize = 4000;

/// A node's construct, by a name that says where it stands.
fn construct(node: &Node) -> String {
    match &node.operation {
        Operation::Call(function) => function.row().name.to_owned(),
        Operation::OverRole(reduction, _) => reduction.name().to_owned(),
        Operation::Fold { order: Order::Associative, keeps, .. } => format!("associative fold {}", keeps.is_some()),
        Operation::Fold { keeps, .. } => format!("sequential fold {}", keeps.is_some()),
        Operation::Repeat { keeps, .. } => format!("repeat {}", keeps.is_some()),
        Operation::Slice { to, .. } => format!("slice {}", to.is_some()),
        Operation::Number { signed } => format!("number {signed}"),
        Operation::Map { each, .. } => {
            let marked = each.iter().filter(|each| **each).count();
            format!("map {} of {}", marked.min(2), each.len().min(3))
        }
        other => format!("{other:?}").split(['(', ' ', '{']).next().unwrap_or_default().to_owned(),
    }
}

/// In how many programs each construct is, in functions (`in …`) and outside.
fn constructs() -> BTreeMap<String, usize> {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let mut found = BTreeMap::new();
    for _ in 0..PROGRAMS {
        let generated = programs().new_tree(&mut runner).expect("a program").current();
        let program: Program = parse(&generated.source).expect("well typed");
        let inside = program.definitions().iter().flat_map(|d| &d.nodes).map(|node| format!("in {}", construct(node)));
        let mut all: Vec<String> = program.nodes().iter().map(construct).chain(inside).collect();
        if program.inputs().iter().any(|input| input.column().is_some()) {
            all.push("table".into());
        }
        all.sort_unstable();
        all.dedup();
        all.into_iter().for_each(|construct| *found.entry(construct).or_insert(0) += 1);
    }
    found
}

#[test]
fn every_construct_is_written() {
    let found = constructs();
    let structures =
        ["associative fold", "sequential fold", "repeat"].map(|s| [format!("{s} true"), format!("{s} false")]);
    let maps = ["map 1 of 1", "map 1 of 2", "map 2 of 2", "map 1 of 3", "map 2 of 3"].map(str::to_owned);
    let others =
        ["slice true", "slice false", "number true", "number false", "Join", "Bits", "Circuit", "Within", "Random"];
    let rest = ["Part", "Reveal", "Output", "Assert", "Invoke", "table"];
    // Programs on curves are not generated.
    let functions = FUNCTIONS.iter().filter(|row| !row.function.is_of_curves()).map(|row| row.name.to_owned());
    let reductions = Reduction::NAMES.map(|(name, _)| name.to_owned());
    let everywhere: Vec<String> =
        structures.concat().into_iter().chain(maps).chain(others[..7].iter().map(|s| (*s).to_owned())).collect();
    let inside = everywhere.iter().map(|construct| format!("in {construct}"));
    let due = everywhere.iter().cloned().chain(inside).chain(functions).chain(reductions);
    let due = due.chain(others[7..].iter().chain(&rest).map(|s| (*s).to_owned()));
    let missing: Vec<String> = due.filter(|construct| !found.contains_key(construct)).collect();
    assert!(missing.is_empty(), "{missing:?} of {found:#?}");
}
