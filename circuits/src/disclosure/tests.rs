use std::collections::HashMap;
use std::sync::Arc;

use proptest::prelude::*;

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
    let ranges = ["alice.wealth", "bob.wealth"].map(|input| Lint::NoRange { input: input.into() });
    assert_eq!(d.lints, ranges);
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

/// A program of three parties with one number each.
fn three(reveals: &str) -> Disclosure {
    let head = "program p\nparameter k in 1..=9 default 2\nrole a\nrole b\nrole c\n\
                input a.x: fixed(2) in 0..=9\ninput b.x: u8 in 0..=9\ninput c.x: u8 in 0..=9\ninput a.t: bit\ninput b.t: bit\n\
                let x = share(a.x)\nlet y = share(b.x)\nlet z = share(c.x)\nlet s = share(a.t)\nlet t = share(b.t)\n\
                reveal bits = s | t to a\n";
    disclosure(&format!("{head}{reveals}"), &[])
}

/// The smallest coalition that solves an input; nobody where it is empty.
fn solvers(d: &Disclosure, input: &str) -> Vec<String> {
    let entry = d.solvable.iter().find(|s| s.input == input).unwrap_or_else(|| panic!("{input} is shared"));
    entry.coalition.iter().flatten().map(|role| d.roles[role.0].clone()).collect()
}

#[test]
fn decimals_are_no_other_equation() {
    // In units of 0.01 the first is x + 50 y: the second is ten times the first, and tells nothing new.
    let same = three("reveal p = x + 0.5 * y + z * 0 to c\nreveal q = 10 * x + 5 * y to c\n");
    assert_eq!(solvers(&same, "b.x"), ["a", "c"]);
    // Read without their decimals these would be one equation.
    let other = three("reveal p = 100 * x + 30 * y to c\nreveal q = 10 * x + 0.3 * y to c\n");
    assert_eq!(solvers(&other, "b.x"), ["c"]);
}

#[test]
fn one_input_shared_twice_is_one_unknown() {
    let d = three("reveal p = share(a.x) + share(b.x) to c\nreveal q = share(b.x) - share(a.x) to c\n");
    assert_eq!(solvers(&d, "a.x"), ["c"]);
    let d = three("reveal p = share(a.x * 3) + y to c\nreveal q = x + y to c\n");
    assert_eq!(solvers(&d, "b.x"), ["c"]);
}

#[test]
fn public_factors_are_followed() {
    let computed = three("reveal p = x + (k + 1) * y to c\nreveal q = 2 * x + 6 * y to c\n");
    assert_eq!(solvers(&computed, "a.x"), ["b", "c"], "with k = 2 both are one equation");
    let revealed = three("reveal n = (x > y) + (y > z) to all\nreveal p = (n + 1) * x to c\n");
    assert_eq!(solvers(&revealed, "a.x"), ["c"], "x times a number that everybody knows");
    let opened = three("reveal mine = y to b, a\nreveal p = x + y to c\n");
    assert_eq!(solvers(&opened, "a.x"), ["b", "c"], "c does not know y");
}

#[test]
fn products_with_an_own_factor_are_solved() {
    let product = three("reveal p = x * y to b, c\n");
    assert_eq!((solvers(&product, "a.x"), solvers(&product, "b.x")), (vec!["b".into()], vec!["a".into(), "c".into()]));
    let square = three("reveal p = x * x - 1 to c\n");
    assert_eq!(solvers(&square, "a.x"), ["c"]);
    let hidden = three("reveal p = x * y + y * z to a\n");
    assert_eq!(
        (solvers(&hidden, "b.x"), solvers(&hidden, "c.x")),
        (vec!["a".into(), "c".into()], vec!["a".into(), "b".into()])
    );
}

#[test]
fn digits_are_read() {
    let d = three("reveal p = y + 10 * z to a\n");
    assert_eq!((solvers(&d, "b.x"), solvers(&d, "c.x")), (vec!["a".into()], vec!["a".into()]));
    let carried = three("reveal p = y + 9 * z to a\n");
    assert_eq!(solvers(&carried, "b.x"), ["a", "c"]);
}

#[test]
fn exclusive_or_is_linear_among_bits() {
    let d = three("reveal p = s ^^ t to b\n");
    assert_eq!((solvers(&d, "a.t"), solvers(&d, "b.t")), (vec!["b".into()], vec![]));
    let equal = three("reveal p = s == t to c\n");
    assert_eq!(solvers(&equal, "a.t"), ["b", "c"]);
}

#[test]
fn what_the_parties_draw_hides_until_it_is_revealed() {
    let hidden = three("let r = random_bits(20)\nreveal p = r + x to c\n");
    assert_eq!(solvers(&hidden, "a.x"), Vec::<String>::new());
    let shown = three("let r = random_bits(20)\nreveal p = r + x to c\nreveal q = r to b\n");
    assert_eq!(solvers(&shown, "a.x"), ["b", "c"]);
}

/// Many rows that are added up are one question.
#[test]
fn long_columns_are_short_questions() {
    let source = "program p\nrole a\nrole b\ninput a.x[20_000]: u8 in 0..=9\ninput b.y[20_000]: u8 in 0..=9\n\
                  reveal p = sum(share(a.x) + share(b.y)) to all\nreveal q = share(a.x)[0..2] + share(b.y)[0..2] to all\n";
    let d = disclosure(source, &[]);
    assert_eq!((solvers(&d, "a.x"), solvers(&d, "b.y")), (vec!["b".into()], vec!["a".into()]));
}

#[test]
fn guarded_groups_are_not_remarked_on() {
    let grouped = |reveals: &str| {
        let head = "program p\nparameter edges[2..=9]: u8 default [0, 5, 9]\nparameter n in 3..=9\nrole r[n]\nprivate size rows[r] in 1..=100\n\
                    input r.x[rows]: u8 in 0..=9\ninput r.g[rows]: u8 in 0..2\nlet c = sum_over(r, share(count_by(r.g, 2)))\n\
                    let s = sum_over(r, share(sum_by(r.g, r.x, 2)))\nlet h = sum_over(r, share(histogram_by(r.g, r.x, edges, 2)))\n";
        disclosure(&format!("{head}reveal count = c to all\n{reveals}"), &[("n", "3")]).lints
    };
    let (sums, counts) = (Lint::SmallGroups { output: "sum".into() }, Lint::SmallCounts { output: "h1".into() });
    assert_eq!(grouped("reveal sum = s to all\n"), std::slice::from_ref(&sums));
    assert_eq!(grouped("reveal sum = s when count > 0 to all\n"), std::slice::from_ref(&sums));
    assert_eq!(grouped("reveal sum = s when count >= 2 to all\n"), std::slice::from_ref(&sums));
    assert_eq!(grouped("reveal sum = select(c >= 2, s, 0) to all\n"), []);
    assert_eq!(grouped("reveal sum = select(c >= 1, s, 0) to all\n"), std::slice::from_ref(&sums));
    assert_eq!(grouped("assert c > 1, \"few\"\nreveal sum = s to all\n"), []);
    assert_eq!(grouped("assert 2 <= h, \"few\"\nreveal sum = s to all\n"), [sums]);
    assert_eq!(grouped("reveal h1 = h to all\n"), std::slice::from_ref(&counts));
    assert_eq!(grouped("assert c > 1, \"few\"\nreveal h1 = h to all\n"), [counts]);
    assert_eq!(grouped("assert h >= 3, \"few\"\nreveal h1 = h to all\n"), []);
}

#[test]
fn extremes_are_named_where_they_show() {
    let remarked = |reveals: &str| three(reveals).lints.contains(&Lint::Extreme { output: "p".into() });
    assert!(remarked("reveal p = max(x, y) to c\n"));
    assert!(remarked("reveal p = max(min(x, y), z) * 2 to c\n"));
    assert!(!remarked("reveal p = max(x, 5) + y to c\n"));
    assert!(!remarked("reveal p = max(x, y) > z to c\n"));
}

#[test]
fn properties_of_one_party_are_named() {
    let remarked =
        |reveals: &str| three(reveals).lints.contains(&Lint::Property { output: "p".into(), role: "b".into() });
    assert!(remarked("reveal p = y == 7 to c\n"));
    assert!(remarked("reveal p = select(y > 3, y, 0) to c\n"));
    assert!(!remarked("reveal p = y == 7 to b\n"));
    assert!(!remarked("reveal p = y == z to a\n"));
}

#[test]
fn inputs_that_only_an_assert_reads_are_used() {
    let d = three("assert z < 5, \"too much\"\n");
    assert!(!d.lints.iter().any(|lint| matches!(lint, Lint::UnusedInput { input } if input == "c.x")));
    assert!(d.lints.contains(&Lint::UnusedInput { input: "b.x".into() }));
}

/// Outputs of three parties with one number each: coefficients, and who receives it.
type Outputs = Vec<([i64; 3], [bool; 3])>;

fn outputs(most: i64) -> impl Strategy<Value = Outputs> {
    let receivers = prop::array::uniform3(any::<bool>()).prop_filter("somebody", |to| to.contains(&true));
    prop::collection::vec((prop::array::uniform3(-most..=most), receivers), 1..4)
}

/// By input, the size of the smallest coalition that the disclosure names.
fn named(outputs: &Outputs, greatest: i64) -> Vec<Option<usize>> {
    let mut source = "program p\nrole a\nrole b\nrole c\n".to_owned();
    for role in ["a", "b", "c"] {
        source += &format!("input {role}.x: u8 in 0..={greatest}\n");
    }
    for (i, (factors, to)) in outputs.iter().enumerate() {
        let to: Vec<&str> = ["a", "b", "c"].into_iter().zip(to).filter(|(_, to)| **to).map(|(role, _)| role).collect();
        let [x, y, z] = factors;
        let to = to.join(", ");
        source += &format!("reveal o{i} = {x} * share(a.x) + {y} * share(b.x) + {z} * share(c.x) to {to}\n");
    }
    disclosure(&source, &[]).solvable.iter().map(|s| s.coalition.as_ref().map(Vec::len)).collect()
}

/// The same by trying all numbers: a coalition solves an input if no two cases that it cannot tell apart differ in it.
fn tried(outputs: &Outputs, greatest: i64) -> Vec<Option<usize>> {
    let numbers = || 0..=greatest;
    let cases: Vec<[i64; 3]> =
        numbers().flat_map(|x| numbers().flat_map(move |y| numbers().map(move |z| [x, y, z]))).collect();
    let determines = |coalition: &[usize], wanted: usize| {
        let mut seen: HashMap<Vec<i64>, i64> = HashMap::new();
        cases.iter().all(|case| {
            let own = coalition.iter().map(|party| case[*party]);
            let learned = outputs.iter().filter(|(_, to)| coalition.iter().any(|party| to[*party]));
            let values = learned.map(|(factors, _)| (0..3).map(|i| factors[i] * case[i]).sum());
            *seen.entry(own.chain(values).collect()).or_insert(case[wanted]) == case[wanted]
        })
    };
    let smallest = |wanted: usize| {
        let [one, other] = [(wanted + 1) % 3, (wanted + 2) % 3];
        let coalitions: [&[usize]; 3] = [&[one], &[other], &[one, other]];
        coalitions.into_iter().find(|coalition| determines(coalition, wanted)).map(<[usize]>::len)
    };
    (0..3).map(smallest).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// With factors that are no digits, whoever is named solves, and nobody else does.
    #[test]
    fn the_rank_test_is_exact(outputs in outputs(1)) {
        prop_assert_eq!(named(&outputs, 6), tried(&outputs, 6));
    }

    /// With any factors, whoever is named solves.
    #[test]
    fn nobody_is_named_wrongly(outputs in outputs(40)) {
        for (named, tried) in named(&outputs, 3).into_iter().zip(tried(&outputs, 3)) {
            prop_assert!(named.is_none_or(|named| tried.is_some_and(|tried| tried <= named)));
        }
    }
}
