use std::sync::Arc;

use super::{Disclosure, Lint};
use crate::bind::{Arguments, BoundProgram};

fn disclosure(source: &str, parameters: &[(&str, &str)]) -> Disclosure {
    let program = Arc::new(crate::text::parse(source).unwrap_or_else(|e| panic!("{}", e.render("test", source))));
    let mut arguments = Arguments::greatest(&program);
    arguments.parameters = parameters.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
    let bound = BoundProgram::new(&program, &arguments).expect("bound");
    Disclosure::of(&bound, &arguments, &[]).expect("bound")
}

fn library(name: &str, parameters: &[(&str, &str)]) -> Disclosure {
    disclosure(crate::library::find(name).expect("in the library").source, parameters)
}

#[test]
fn a_total_of_two_reveals_the_other() {
    let d = library("budget-total", &[("parties", "2")]);
    assert_eq!(d.solvable[0].parties, 1);
    assert!(d.lints.contains(&Lint::SolvedByOne { input: "party_1.budget".into(), by: vec!["party_2".into()] }));
}

#[test]
fn a_total_of_many_is_solved_by_all_others() {
    for parties in [3usize, 5, 64] {
        let d = library("budget-total", &[("parties", &parties.to_string())]);
        assert_eq!(d.solvable.len(), parties);
        assert!(d.solvable.iter().all(|s| s.parties == parties - 1), "{:?}", d.solvable);
        assert!(d.lints.is_empty());
    }
}

#[test]
fn a_comparison_solves_nothing_linear() {
    let d = library("millionaires", &[]);
    assert!(d.solvable.iter().all(|s| s.coalition.is_none() && s.directly));
    assert!(d.lints.is_empty());
}

#[test]
fn two_equations_solve_what_one_does_not() {
    let head = "program p\nrole a\nrole b\nrole c\ninput a.x: u8\ninput b.x: u8\ninput c.x: u8\n\
                let x = share(a.x)\nlet y = share(b.x)\nlet z = share(c.x)\n";
    let one = disclosure(&format!("{head}reveal s = x + y + z to a\n"), &[]);
    assert!(one.solvable.iter().all(|s| s.parties != 1));
    let two = disclosure(&format!("{head}reveal s = x + y + z to a\nreveal t = x + 2 * y + z to a\n"), &[]);
    assert!(two.lints.contains(&Lint::SolvedByOne { input: "b.x".into(), by: vec!["a".into()] }), "{:?}", two.lints);
    // b receives nothing, so it needs a.
    assert_eq!(two.solvable.iter().find(|s| s.input == "c.x").map(|s| s.parties), Some(1));
    assert_eq!(two.solvable.iter().find(|s| s.input == "a.x").and_then(|s| s.coalition.clone()), None);
}

#[test]
fn extremes_groups_and_unused_inputs_are_named() {
    let d = library("hospital-stats", &[("parties", "3"), ("groups", "2")]);
    assert!(d.lints.contains(&Lint::Extreme { output: "min".into() }));
    assert!(d.lints.contains(&Lint::SmallGroups { output: "sum".into() }));
    let unused =
        disclosure("program p\nrole a\nrole b\ninput a.x: u8\ninput b.x: u8\nreveal s = share(a.x) * 2 to b\n", &[]);
    assert!(unused.lints.contains(&Lint::UnusedInput { input: "b.x".into() }));
    assert!(unused.lints.contains(&Lint::SolvedByOne { input: "a.x".into(), by: vec!["b".into()] }));
}
