//! Corners of functions, maps and folds: members of families, private rows, random numbers, canonical text.

use std::collections::BTreeMap;
use std::sync::Arc;

use quorate_circuits::bind::{Arguments, BoundProgram};
use quorate_circuits::clear::{Inputs, evaluate};
use quorate_circuits::number::{Word, value_of};
use quorate_circuits::program::Program;
use quorate_circuits::text::{parse, print};

fn program(text: &str) -> Arc<Program> {
    Arc::new(parse(text).unwrap_or_else(|error| panic!("{}", error.render("text", text))))
}

/// The outputs, for three members of every family and sizes by name.
fn run(text: &str, sizes: &[(&str, u64)], inputs: &[(&str, &[i64])], tape: &[Word]) -> BTreeMap<String, Vec<i128>> {
    let sizes = sizes.iter().map(|(name, size)| ((*name).to_owned(), *size)).collect();
    let parameters = BTreeMap::from([("members".to_owned(), "3".to_owned())]);
    let program = program(text);
    BoundProgram::check_greatest(&program).unwrap_or_else(|error| panic!("{}", error.render("text", text)));
    let bound = BoundProgram::new(&program, &Arguments { parameters, sizes }).unwrap_or_else(|e| panic!("{e}"));
    let words = |numbers: &[i64]| numbers.iter().map(|n| i128::from(*n).cast_unsigned()).collect();
    let inputs: Inputs = inputs.iter().map(|(name, numbers)| ((*name).to_owned(), words(numbers))).collect();
    let evaluation = evaluate(&bound, &inputs, tape).unwrap_or_else(|error| panic!("{error}"));
    let numbers = |id| {
        let words = evaluation.column(id).words().expect("numbers");
        words.iter().map(|w| value_of(*w, &bound.value(id).range).as_i128()).collect()
    };
    bound.outputs().map(|(name, id)| (name.to_owned(), numbers(id))).collect()
}

#[track_caller]
fn refused(text: &str, because: &str) {
    let error = parse(text).expect_err("it is refused");
    assert!(error.message.contains(because), "{error}");
}

/// A family of three with columns of one, two and three rows.
const FAMILY: &str = "program p\nparameter members in 1..=3\nrole a\nrole m[members]\nsize width[m] in 1..=3\nsize rows in 1..=4\n\
                      private size lines in 0..=9\n";
const WIDTHS: [(&str, u64); 4] = [("width[m_1]", 1), ("width[m_2]", 2), ("width[m_3]", 3), ("rows", 2)];

#[test]
fn every_row_of_every_member_has_random_bits_of_its_own() {
    let text = format!(
        "{FAMILY}input m.x[width]: u8\nfunction noisy(x) = x + random_bits(12)\n\
         reveal total = sum_over(m, sum(map noisy(each share(m.x)))) to all\n"
    );
    let inputs: [(&str, &[i64]); 3] = [("m_1.x", &[1]), ("m_2.x", &[2, 3]), ("m_3.x", &[4, 5, 6])];
    let tape = [100, 200, 300, 400, 500, 600];
    assert_eq!(run(&text, &WIDTHS, &inputs, &tape)["total"], [2121]);
}

#[test]
fn a_map_inside_of_a_map_draws_for_every_element_of_both() {
    let text = format!(
        "{FAMILY}input a.x[rows]: u8\ninput a.y[2]: u8\nfunction noisy(y) = y + random_bits(12)\n\
         function row(x, y) = map noisy(each y)\nreveal z = map row(each share(a.x), share(a.y)) to all\n"
    );
    let inputs: [(&str, &[i64]); 2] = [("a.x", &[0, 0]), ("a.y", &[1, 2])];
    assert_eq!(run(&text, &WIDTHS, &inputs, &[10, 20, 30, 40])["z"], [11, 22, 31, 42]);
}

#[test]
fn what_all_members_have_in_common_counts_for_each() {
    let text = format!(
        "{FAMILY}input m.x[rows]: u8\ninput a.y[rows]: u8\nfunction second(x, y) = y\n\
         reveal three = sum_over(m, map second(each share(m.x), each share(a.y))) to all\n"
    );
    let inputs: [(&str, &[i64]); 4] = [("m_1.x", &[1, 1]), ("m_2.x", &[1, 1]), ("m_3.x", &[1, 1]), ("a.y", &[5, 7])];
    assert_eq!(run(&text, &WIDTHS, &inputs, &[])["three"], [15, 21]);
}

#[test]
fn rows_of_a_table_are_cut_for_the_members() {
    let text = format!(
        "{FAMILY}input a.t[rows, total width]: u8\nfunction greatest(row) = max_over(m, sum(part(row, width)))\n\
         reveal z = map greatest(each share(a.t)) to all\n"
    );
    let table: [(&str, &[i64]); 1] = [("a.t", &[1, 2, 3, 4, 5, 6, 100, 1, 1, 2, 2, 2])];
    assert_eq!(run(&text, &WIDTHS, &table, &[])["z"], [15, 100]);
}

#[test]
fn members_are_not_combined_row_by_row_if_their_rows_differ() {
    refused(
        &format!(
            "{FAMILY}input m.x[width]: u8\nfunction whole(x) = sum_over(m, x)\nreveal z = sum_over(m, sum(map whole(each share(m.x)))) to all\n"
        ),
        "different lengths",
    );
}

#[test]
fn maps_run_through_columns_of_one_family() {
    let text = format!(
        "{FAMILY}role n[members]\nsize height[n] in 1..=3\ninput m.x[width]: u8\ninput n.y[height]: u8\nfunction same(y) = y\n\
         function both(x, y) = x + sum_over(n, sum(map same(each y)))\n\
         reveal z = sum_over(m, sum(map both(each share(m.x), share(n.y)))) to all\n"
    );
    refused(&text, "the members of");
}

#[test]
fn the_number_of_private_rows_stays_private() {
    for (function, operands) in [
        ("f(x) = share(x)", "each a.x"),
        ("f(x) = random_bits(3)", "each a.x"),
        ("f(x, y) = y", "each a.x, share(a.z)"),
    ] {
        let used = format!("map f({operands})");
        let text = format!(
            "{FAMILY}input a.x[lines]: u8\ninput a.z: u8\nfunction {function}\nreveal z = sum({used}) to all\n"
        );
        refused(&text, "would disclose");
    }
    let others = "input a.x[lines]: u8\ninput m.y[lines]: u8\nfunction f(x, y) = x\n";
    refused(&format!("{FAMILY}{others}reveal z = share(sum(map f(each a.x, each m.y))) to all\n"), "two owners");
}

#[test]
fn an_output_is_no_value_of_each_member() {
    let text = format!("{FAMILY}input m.x[rows]: u8\nfunction one(x, y) = y\noutput z = map one(each share(m.x), 1)\n");
    refused(&format!("{text}reveal s = sum_over(m, sum(share(m.x))) to all\n"), "of each member");
}

#[test]
fn folds_in_folds_and_positions_of_folds_print_with_their_brackets() {
    let head = "program p\nrole a\ninput a.x[3]: u8 in 0..=9\ninput a.t[3, 2]: u8 in 0..=9\nfunction f(x, y) = min(x + y, 99)\n";
    for expression in [
        "fold sequential f(each share(a.x)) from (fold sequential f(each share(a.x)) from 0) in 0..=99",
        "fold sequential f(each share(a.x)) from (repeat 2 f(share(a.x)[0], share(a.x)[1])) in 0..=99",
        "(fold sequential f(each share(a.t)) from share(a.x)[0..2])[1]",
        "(repeat 2 f(share(a.x), share(a.x)))[1]",
    ] {
        let read = parse(&format!("{head}reveal z = {expression} to all\n")).unwrap_or_else(|e| panic!("{e}"));
        let text = print(&read);
        assert!(parse(&text).as_ref() == Ok(&read), "{text}");
    }
}

/// Each function uses the one before thrice: without a limit that is 3^30 uses.
#[test]
fn functions_that_use_each_other_often_are_refused() {
    let mut text = "program p\nrole a\ninput a.x: u8\nfunction f0(x) = x\n".to_owned();
    for i in 1..31 {
        text += &format!("function f{i}(x) = f{0}(f{0}(f{0}(x)))\n", i - 1);
    }
    text += "reveal z = f30(share(a.x)) to all\n";
    let error = BoundProgram::check_greatest(&program(&text)).expect_err("it is refused");
    assert!(error.message.contains("too often"), "{error}");
}

/// What the fuzzer starts from are programs.
#[test]
fn seeds_of_the_fuzzer_bind() {
    for text in [
        include_str!("../fuzz/seeds/text/structure.qp"),
        include_str!("../fuzz/seeds/text/bits.qp"),
        include_str!("../fuzz/seeds/text/curves.qp"),
    ] {
        let program = program(text);
        BoundProgram::check_greatest(&program).unwrap_or_else(|error| panic!("{}", error.render("seed", text)));
        assert!(parse(&print(&program)).as_ref() == Ok(&*program));
    }
}
