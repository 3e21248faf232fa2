//! Programs that look harmless and are refused, each because it once slipped through or easily could.

use std::sync::Arc;

use quorate_circuits::bind::{Arguments, BindError, BoundProgram};
use quorate_circuits::clear::{ClearError, Column, Inputs, evaluate};
use quorate_circuits::number::Word;
use quorate_circuits::program::Program;
use quorate_circuits::text::{parse, print};

fn program(lines: &str) -> Program {
    let source = format!("program p\n{lines}");
    parse(&source).unwrap_or_else(|e| panic!("{}", e.render("p.qp", &source)))
}

fn bound(lines: &str, parameters: &[(&str, &str)], sizes: &[(&str, u64)]) -> Result<BoundProgram, BindError> {
    let arguments = Arguments {
        parameters: parameters.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect(),
        sizes: sizes.iter().map(|(k, v)| ((*k).into(), *v)).collect(),
    };
    BoundProgram::new(&Arc::new(program(lines)), &arguments)
}

fn run(program: &BoundProgram, inputs: &[(&str, &[i128])]) -> Result<Vec<Column>, ClearError> {
    let inputs: Inputs =
        inputs.iter().map(|(name, values)| ((*name).into(), values.iter().map(|v| *v as Word).collect())).collect();
    let evaluation = evaluate(program, &inputs, &[])?;
    Ok(evaluation.outputs(program).map(|(_, column)| column.clone()).collect())
}

#[test]
fn the_verifier_refuses() {
    let cases = [
        (
            "role a\nparameter e[1..=2]: i0 default [0]\nreveal r = random_bits(1) to all",
            "integers of 0 bits do not exist",
        ),
        ("role a\nparameter e[1..=2]: u4000 default [0]\nreveal r = random_bits(1) to all", "integers of 4000 bits"),
        ("role a\ninput a.x: u8\nreveal r = share(a.x) < 10^39 to all", "too many digits"),
        (
            "role a\ninput a.x: u8\nreveal r = share(a.x) + -10^38 * -340282366920938463463374607431768211456 to all",
            "too many digits",
        ),
        ("role a\ninput a.x: u8 in 0..=10^50\nreveal r = share(a.x) to all", "too many digits"),
        (
            "parameter n in 1..=3\nrole bank[n]\nrole bank_2\nreveal r = random_bits(1) to all",
            "bank_2 is the name of a member of bank",
        ),
        ("size rows in 1..=10^18\nrole a\nreveal r = random_bits(1) to all", "rows can be too large"),
        ("role a\ninput a.x[10^12]: u8\nreveal r = sum(share(a.x)) to all", "this size does not fit"),
        (
            "role a\nparameter edges[1..=3]: u8 default [0]\ninput a.x[3]: u8\nlet h = histogram_by(a.x * 0, a.x, edges, 1)\nreveal r = share(h) to all",
            "at least two",
        ),
        (
            "parameter g in 1..=10^15\nrole a\ninput a.x[3]: u8\nreveal r = share(count_by(a.x, g)) to all",
            "the number of groups",
        ),
        (
            "parameter n in 1..=3\nrole a[n]\nsize rows[a] in 1..=5\ninput a.x[rows]: u8\nreveal r = sum_over(a, share(a.x)) to all",
            "different lengths",
        ),
        (
            "role a\nlet x = random_bits(3)\nreveal c = x to all\nreveal r = select(x > 1, c / 2, x) to all",
            "quotients and blanks are for outputs alone",
        ),
        (
            "role a\nassert random_bits(3) >= 0, \"a\tb\"\nreveal r = random_bits(3) to all",
            "without control characters",
        ),
        ("role a\ninput a.x: fixed(0.5)\nreveal r = share(a.x) to all", "between 0 and 18 decimals"),
    ];
    for (lines, message) in cases {
        let error = parse(&format!("program p\n{lines}\n")).expect_err(lines);
        assert!(error.message.contains(message), "{error} should say: {message}");
    }
    let crowd: String = (0..300).map(|i| format!("role r{i}\n")).collect();
    let error = parse(&format!("program p\n{crowd}reveal r = random_bits(1) to all\n")).expect_err("a crowd");
    assert!(error.message.contains("more than 256 roles"), "{error}");
}

#[test]
fn binding_refuses() {
    let message = |result: Result<BoundProgram, BindError>| result.expect_err("refused").to_string();
    let apart = bound("role a\ninput a.x: u8\nreveal r = share(within(a.x, 300..=400)) to all", &[], &[]);
    assert!(message(apart).contains("no value passes"));
    let edges = "role a\nparameter edges[2..=3]: fixed(0) in -10^30..=10^30 default [0, 10^30]\ninput a.g[3]: u8 in 0..1\ninput a.x[3]: fixed(18)\n\
                 reveal r = share(histogram_by(a.g, a.x, edges, 1)) to all";
    assert!(message(bound(edges, &[], &[])).contains("do not fit 128 bits together"));
    let wide = format!(
        "parameter n in 1..=64\nrole a[n]\ninput a.x: u8\nreveal r = sum_over(a, share(a.x + {}1)) to all",
        "0 + ".repeat(20_000)
    );
    assert!(message(bound(&wide, &[("n", "64")], &[])).contains("more than"));
}

#[test]
fn declarations_keep_their_order() {
    let early_set = program(
        "role a\nparameter to_whom: roles default a\nparameter n in 1..=3\nrole b[n]\nreveal r = random_bits(1) to to_whom\n",
    );
    assert_eq!(parse(&print(&early_set)).as_ref(), Ok(&early_set), "{}", print(&early_set));
}

#[test]
fn vectors_may_be_empty() {
    let lines = "size rows in 0..=5\nsize columns in 0..=5\nrole a\ninput a.t[rows, columns]: i8\ninput a.x[columns]: i8\n\
                 reveal r = dot(share(a.t), share(a.x)) to all\nreveal s = sum(share(a.x)) to all\noutput q = r / s";
    let empty = bound(lines, &[], &[("rows", 2), ("columns", 0)]).expect("bound");
    let outputs = run(&empty, &[("a.t", &[]), ("a.x", &[])]).expect("it runs");
    assert_eq!(outputs, [Column::Words(vec![0, 0]), Column::Words(vec![0]), Column::Rationals(vec![None, None])]);
    let empty = bound(lines, &[], &[("rows", 0), ("columns", 1)]).expect("bound");
    let outputs = run(&empty, &[("a.t", &[]), ("a.x", &[3])]).expect("it runs");
    assert_eq!(outputs[2], Column::Rationals(vec![]));
}

#[test]
fn members_of_either_sign_are_ordered() {
    let lines = "parameter n in 1..=3\nrole a[n]\nsize rows[a] in 0..=5\ninput a.x[rows]: i8\n\
                 reveal least = min_over(a, sum(share(a.x))) to all\nreveal greatest = max_over(a, sum(share(a.x))) to all";
    let sizes = [("rows[a_1]", 0), ("rows[a_2]", 1)];
    let program = bound(lines, &[("n", "2")], &sizes).expect("bound");
    let outputs = run(&program, &[("a_1.x", &[]), ("a_2.x", &[-5])]).expect("it runs");
    assert_eq!(outputs, [Column::Words(vec![-5_i128 as Word]), Column::Words(vec![0])]);
}

#[test]
fn quotients_have_positions() {
    let lines =
        "role a\ninput a.x[3]: u8\nreveal r = share(a.x) to all\noutput q = (r / 2)[1]\noutput rest = (1 / r)[1..3]";
    let outputs = run(&bound(lines, &[], &[]).expect("bound"), &[("a.x", &[1, 3, 0])]).expect("it runs");
    let Column::Rationals(q) = &outputs[1] else { panic!("quotients") };
    assert_eq!(q[0].map(|q| q.to_decimal(5)), Some("1.5".into()));
    let Column::Rationals(rest) = &outputs[2] else { panic!("quotients") };
    assert_eq!((rest[0].map(|q| q.to_decimal(3)), rest[1]), (Some("0.333".into()), None));
}

#[test]
fn private_tables_have_whole_rows() {
    let lines = "private size rows in 1..=4\nrole a\ninput a.t[rows, 3]: u8\nreveal r = share(sum(sum(a.t))) to all";
    let program = bound(lines, &[], &[]).expect("bound");
    assert_eq!(run(&program, &[("a.t", &[1, 2, 3, 4, 5, 6])]), Ok(vec![Column::Words(vec![21])]));
    assert!(matches!(run(&program, &[("a.t", &[1, 2, 3, 4])]), Err(ClearError::WrongLength { .. })));
    assert!(matches!(run(&program, &[("a.t", &[1; 15])]), Err(ClearError::WrongLength { .. })));
}

#[test]
fn long_sources_are_read_quickly() {
    let head = "program p\nrole a\ninput a.x: u8\nlet y = share(a.x)\n";
    let lines: String = (0..22_000).map(|i| format!("parameter q{i} in 1..=2\n")).collect();
    let names: Vec<String> = (0..22_000).map(|i| format!("q{i}")).collect();
    let started = std::time::Instant::now();
    for source in [
        format!("{head}reveal s = y + {}1 to all\n", "1 + ".repeat(180_000)),
        format!("program p\n{lines}role a\ninput a.x: u8\nreveal s = share(a.x) + {} to all\n", names.join(" + ")),
    ] {
        let program = parse(&source).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(parse(&print(&program)), Ok(program));
    }
    // Half a second here; quadratic reading took 40 of them.
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}
