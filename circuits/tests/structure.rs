//! Functions, maps, folds, repeats, bits and circuits: texts against plain arithmetic.

use std::collections::BTreeMap;
use std::sync::Arc;

use quorate_circuits::bind::{Arguments, BoundProgram};
use quorate_circuits::clear::{Inputs, evaluate};
use quorate_circuits::number::{Word, value_of};
use quorate_circuits::program::Program;
use quorate_circuits::text::{parse, print};

/// The program of a text, after checking that its canonical form reads back and that the greatest sizes fit.
fn program(text: &str) -> Arc<Program> {
    let program = Arc::new(parse(text).unwrap_or_else(|error| panic!("{}", error.render("text", text))));
    let canonical = print(&program);
    let again = parse(&canonical).unwrap_or_else(|error| panic!("{}", error.render("canonical", &canonical)));
    assert_eq!(again, *program, "{canonical}");
    assert_eq!(print(&again), canonical);
    BoundProgram::check_greatest(&program).unwrap_or_else(|error| panic!("{}", error.render("text", text)));
    program
}

/// The outputs for whole numbers as inputs; sizes are given by name.
fn run(text: &str, sizes: &[(&str, u64)], inputs: &[(&str, Vec<i64>)]) -> BTreeMap<String, Vec<i128>> {
    let sizes = sizes.iter().map(|(name, size)| ((*name).to_owned(), *size)).collect();
    let arguments = Arguments { parameters: BTreeMap::new(), sizes };
    let bound = BoundProgram::new(&program(text), &arguments).unwrap_or_else(|error| panic!("{error}"));
    let inputs: Inputs = inputs
        .iter()
        .map(|(name, numbers)| ((*name).to_owned(), numbers.iter().map(|n| i128::from(*n) as Word).collect()))
        .collect();
    let evaluation = evaluate(&bound, &inputs, &[]).unwrap_or_else(|error| panic!("{error}"));
    bound
        .outputs()
        .map(|(name, id)| {
            let words = evaluation.column(id).words().expect("numbers");
            let range = bound.value(id).range;
            (name.to_owned(), words.iter().map(|w| value_of(*w, &range).as_i128()).collect())
        })
        .collect()
}

const TWO: &str = "role a\nrole b\nsize rows in 1..=1000000\ninput a.x[rows]: i32 in -1000..=1000\ninput b.y[rows]: i32 in -1000..=1000\n";

#[test]
fn map_takes_rows_side_by_side() {
    let text = format!(
        "program p\n{TWO}function larger(p, q) = select(p > q, p, q)\n\
         reveal total = sum(map larger(each share(a.x), each share(b.y))) to all\n"
    );
    let out = run(&text, &[("rows", 4)], &[("a.x", vec![1, -5, 7, 0]), ("b.y", vec![2, -6, 7, 9])]);
    assert_eq!(out["total"], [2 - 5 + 7 + 9]);
}

#[test]
fn a_map_over_rows_of_a_table_sums_and_multiplies_within_rows() {
    let text = "program p\nrole a\nrole b\nsize rows in 1..=100\n\
        input a.t[rows, 3]: i32 in -100..=100\ninput b.w[3]: i32 in -100..=100\ninput b.s[rows]: i32 in 0..=9\n\
        function score(row, w, s) {\n  let weighted = row * w + s\n  return sum(weighted) + dot(w, row) + dot(row, row) + row[1] + sum(row[1..3])\n}\n\
        reveal scores = map score(each share(a.t), share(b.w), each share(b.s)) to all\n";
    let (t, w, s) = ([[1, 2, 3], [-4, 5, 6]], [7, -8, 9], [3, 5]);
    let expected: Vec<i128> = (0..2)
        .map(|r| {
            let row = t[r];
            let dot: i128 = (0..3).map(|c| row[c] * w[c]).sum();
            let square: i128 = row.iter().map(|x| x * x).sum();
            dot + 3 * s[r] + dot + square + row[1] + row[1] + row[2]
        })
        .collect();
    let flat = t.concat().iter().map(|x| *x as i64).collect();
    let inputs = [("a.t", flat), ("b.w", vec![7, -8, 9]), ("b.s", vec![3, 5])];
    assert_eq!(run(text, &[("rows", 2)], &inputs)["scores"], expected);
}

#[test]
fn maps_nest_and_repeat_what_does_not_depend_on_the_element() {
    let text = "program p\nrole a\nrole b\ninput a.t[2, 3]: i32 in -100..=100\ninput b.w[4]: i32 in -1000..=1000\n\
        function cell(x, y) = x * y\nfunction row(r, w) = map column(each r, w)\n\
        function column(x, w) = sum(map cell(x, each w))\nfunction one(x) = 1\n\
        reveal cells = map row(each share(a.t), share(b.w)) to all\n\
        reveal ones = sum(map one(each share(a.t))) + sum(share(b.w)) to all\n";
    // Functions call earlier ones only.
    assert!(parse(text).is_err());
    let ordered = "program p\nrole a\nrole b\ninput a.t[2, 3]: i32 in -100..=100\ninput b.w[4]: i32 in -1000..=1000\n\
        function cell(x, y) = x * y\nfunction column(x, w) = sum(map cell(x, each w))\n\
        function row(r, w) = map column(each r, w)\nfunction times(r, w) = r * w[0]\n\
        reveal cells = map row(each share(a.t), share(b.w)) to all\n\
        reveal scaled = map times(each share(a.t), share(b.w)) to all\n";
    let out = run(ordered, &[], &[("a.t", vec![1, 2, 3, 4, 5, 6]), ("b.w", vec![1, 10, 100, 1000])]);
    assert_eq!(out["cells"], [1, 2, 3, 4, 5, 6].map(|x| x * 1111));
    assert_eq!(out["scaled"], [1, 2, 3, 4, 5, 6]);
}

#[test]
fn folds_keep_the_order_of_elements() {
    // x, y -> x + 2 y is not associative; (2x + y) is neither: the tree is checked with one that is but does not commute.
    let text = "program p\nrole a\nrole b\nsize rows in 1..=40\ninput a.t[rows, 2]: i32 in -1..=1\ninput b.z: i32 in 0..=1\n\
        function right(x, y) = y\nfunction left(x, y) = x\n\
        reveal last = fold associative right(each share(a.t)) to all\n\
        reveal first = fold associative left(each share(a.t)) to all\n\
        reveal least = fold associative lesser(each share(a.t)) in -1..=1 to all\n";
    let text = text.replace("function right", "include \"choice\"\nfunction right");
    for rows in 1..=17i64 {
        let table: Vec<i64> = (0..2 * rows).map(|i| i % 3 - 1).collect();
        let out = run(&text, &[("rows", rows as u64)], &[("a.t", table.clone()), ("b.z", vec![0])]);
        let row = |r: i64| [table[2 * r as usize], table[2 * r as usize + 1]].map(i128::from);
        assert_eq!(out["first"], row(0));
        assert_eq!(out["last"], row(rows - 1));
        let least = |c: usize| (0..rows).map(|r| row(r)[c]).min().expect("rows");
        assert_eq!(out["least"], [least(0), least(1)]);
    }
}

#[test]
fn sequential_folds_and_repeats_hand_on_their_result() {
    let text = "program p\nrole a\nrole b\ninput a.x[5]: i32 in 0..=9\ninput b.z: i32 in 0..=9\n\
        include \"choice\"\nfunction digit(number, d, base) = clamp(number * base + d, 0, 10^6)\n\
        function double(n, z) = min(n + n + z, 1000)\n\
        reveal number = fold sequential digit(each share(a.x), 10) from 0 in 0..=10^6 to all\n\
        reveal grown = repeat 5 double(1, share(b.z)) in 0..=1000 to all\n";
    let out = run(text, &[], &[("a.x", vec![1, 2, 3, 4, 5]), ("b.z", vec![1])]);
    assert_eq!(out["number"], [12345]);
    assert_eq!(out["grown"], [63]);
}

#[test]
fn a_range_that_is_not_kept_is_an_error() {
    let text = "program p\nrole a\nrole b\ninput a.x[5]: i32 in 0..=9\ninput b.z: i32 in 0..=9\n\
        function plus(n, d) = n + d\nreveal s = fold sequential plus(each share(a.x)) from 0 in 0..=20 to all\n";
    let program = Arc::new(parse(text).expect("typed"));
    let error = BoundProgram::check_greatest(&program).expect_err("it is not kept");
    assert!(error.message.contains("not kept") && error.span.line == 7, "{error}");
}

#[test]
fn bits_and_numbers_and_joined_vectors() {
    let text = format!(
        "program p\n{TWO}function turned(x) {{\n  let b = bits(x, 12)\n  return signed(join(b[1..12], b[0..1]))\n}}\n\
         reveal z = map turned(each share(a.x)) to all\nreveal low = unsigned(bits(share(b.y), 11)) to all\n"
    );
    let text = text.replace("b.y[rows]: i32 in -1000", "b.y[rows]: i32 in 0");
    let xs = [5, -6, 0, 1000, -1000];
    let out = run(&text, &[("rows", 5)], &[("a.x", xs.to_vec()), ("b.y", vec![0, 1, 2, 999, 1000])]);
    let rotated = |x: i64| {
        let x = x & 0xfff;
        let turned = x >> 1 | (x & 1) << 11;
        i128::from(if turned >= 2048 { turned - 4096 } else { turned })
    };
    assert_eq!(out["z"], xs.map(rotated));
    assert_eq!(out["low"], [0, 1, 2, 999, 1000]);
}

#[test]
fn members_of_a_family_map_over_their_own_columns() {
    let text = "program p\nparameter parties in 2..=3\nrole party[parties]\nsize rows[party] in 1..=5\n\
        input party.x[rows]: i32 in -9..=9\nfunction square(x) = x * x\n\
        reveal total = sum_over(party, sum(map square(each share(party.x)))) to all\n";
    let sizes = [("rows[party_1]", 2), ("rows[party_2]", 3)];
    let sizes = sizes.iter().map(|(name, size)| ((*name).to_owned(), *size)).collect();
    let parameters = BTreeMap::from([("parties".to_owned(), "2".to_owned())]);
    let bound = BoundProgram::new(&program(text), &Arguments { parameters, sizes }).expect("bound");
    let inputs = Inputs::from([("party_1.x".to_owned(), vec![1, 2]), ("party_2.x".to_owned(), vec![3, 4, 5])]);
    let evaluation = evaluate(&bound, &inputs, &[]).expect("evaluated");
    let (_, total) = evaluation.outputs(&bound).next().expect("an output");
    assert_eq!(total.words(), Some(&[1 + 4 + 9 + 16 + 25][..]));
}

#[test]
fn a_million_rows_bind_to_a_handful_of_values() {
    let text = format!(
        "program p\n{TWO}include \"choice\"\nfunction gap(p, q) = abs(p - q)\n\
         reveal most = fold associative greater(map gap(each share(a.x), each share(b.y))) to all\n"
    );
    let text = text.replace("greater(map", "greater(each map");
    let sizes = BTreeMap::from([("rows".to_owned(), 1_000_000)]);
    let arguments = Arguments { parameters: BTreeMap::new(), sizes };
    let bound = BoundProgram::new(&program(&text), &arguments).expect("bound");
    assert!(bound.values.len() < 150, "{} values", bound.values.len());
    assert!(print(&bound.program).lines().count() < 20);
}

#[test]
fn tables_have_named_columns_of_one_length() {
    let text = "program p\nrole a\nrole b\nsize rows in 1..=9\ntable a.people[rows] {\n  age: u8 in 0..=120\n  member: bit\n}\n\
        input b.limit: u8\nfunction counts(age, member, limit) = select(member & (age < limit), 1, 0)\n\
        reveal young = sum(map counts(each share(a.people.age), each share(a.people.member), share(b.limit))) to all\n";
    let inputs = [("a.people.age", vec![20, 30, 40]), ("a.people.member", vec![1, 0, 1]), ("b.limit", vec![40])];
    assert_eq!(run(text, &[("rows", 3)], &inputs)["young"], [1]);
    let columns = print(&program(text));
    assert!(columns.contains("table a.people[rows] {\n  age: u8 in 0..=120\n  member: bit\n}\n"), "{columns}");
    let twice = text.replace("input b.limit: u8", "input b.limit: u8\ninput a.people: u8");
    assert!(parse(&twice).expect_err("two of one name").message.contains("people"));
}

#[test]
fn every_element_has_random_bits_of_its_own() {
    let text = "program p\nrole a\nrole b\nsize rows in 1..=9\ninput a.x[rows]: u8\ninput b.y: u8\n\
        function noisy(x) = x + random_bits(3)\n\
        reveal z = map noisy(each share(a.x)) to all\nreveal one = share(b.y) + random_bits(4) to all\n";
    let arguments = Arguments { parameters: BTreeMap::new(), sizes: BTreeMap::from([("rows".into(), 3)]) };
    let bound = BoundProgram::new(&program(text), &arguments).expect("bound");
    let inputs = Inputs::from([("a.x".into(), vec![10, 20, 30]), ("b.y".into(), vec![40])]);
    let evaluation = evaluate(&bound, &inputs, &[1, 2, 3, 9]).expect("evaluated");
    let outputs: Vec<_> = evaluation.outputs(&bound).map(|(_, column)| column.words().expect("words")).collect();
    assert_eq!(outputs, [&[11, 22, 33][..], &[49]]);
    assert!(evaluate(&bound, &inputs, &[1, 2, 3]).is_err());
}

#[test]
fn a_sum_of_decimals_keeps_its_range() {
    let text = "program p\nrole a\nrole b\ninput a.x[4]: fixed(2) in -5..=5\ninput b.y: u8\n\
        function plus(n, d) = max(-10, min(n + d, 10))\n\
        reveal s = fold sequential plus(each share(a.x)) from 0 in -10..=10 to all\n";
    assert_eq!(run(text, &[], &[("a.x", vec![150, -25, 500, 500]), ("b.y", vec![0])])["s"], [1000]);
    let grows = text.replace("max(-10, min(n + d, 10))", "n * d");
    let program = Arc::new(parse(&grows).expect("typed"));
    let error = BoundProgram::check_greatest(&program).expect_err("it grows");
    assert!(error.message.contains("every step adds decimals"), "{error}");
}
