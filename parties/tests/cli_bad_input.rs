//! What is wrong with files, values and programs is said in one message that names the place, before any partner is
//! called.

mod command;
mod fixture;

use command::{Company, Ended, quorate};

/// Two parties' budgets, of whom the first has the file `content`.
fn budget(content: &str) -> Ended {
    let company = Company::new(&[]);
    let file = company.write("data.csv", content);
    quorate(&[
        "local",
        "budget-total",
        "--input",
        &format!("party_1.budget={file}:amount"),
        "--input",
        "party_2.budget=1",
    ])
}

fn source(source: &str) -> Ended {
    quorate(&["local", "budget-total", "--input", &format!("party_1.budget={source}"), "--input", "party_2.budget=1"])
}

#[test]
fn files_are_read_strictly() {
    budget("account,ammount\na,1\n").fails(2, &["party_1.budget", "data.csv", "there is no column amount", "ammount"]);
    budget("amount\n1\ntwo\n").fails(2, &["row 2 (line 3), column amount", "\"two\" is text", "hint:"]);
    budget("amount\n1\nNaN\n").fails(2, &["row 2 (line 3), column amount", "NaN is not a number"]);
    budget("").fails(2, &["data.csv", "empty"]);
    budget("amount\n").fails(2, &["data.csv", "no rows"]);
    budget("amount\n1.234\n").fails(2, &["row 1 (line 2), column amount", "1.234 has 3 decimals, and 2 are kept"]);
    budget("amount\n1\n2e15\n").fails(2, &["row 2 (line 3), column amount", "outside of the declared range"]);
    budget("amount,b\n1\n").fails(2, &["line 2", "cells"]);
    source("nowhere.csv:amount").fails(2, &["nowhere.csv", "there is no such file"]);
    source("twelve").fails(2, &["neither a number nor"]);
    source("datasets").fails(2, &["neither a number nor"]);
}

#[test]
fn a_sum_that_leaves_its_range_is_refused_at_its_owner() {
    budget("amount\n900000000000000\n900000000000000\n")
        .fails(2, &["1800000000000000", "-1000000000000000..=1000000000000000"]);
}

#[test]
fn inputs_have_names_and_owners() {
    let local = |inputs: &[&str]| {
        let inputs: Vec<&str> = inputs.iter().flat_map(|input| ["--input", input]).collect();
        quorate(&[&["local", "hospital-stats"], &inputs[..]].concat())
    };
    local(&["party_1.value=1", "party_3.value=3"]).fails(2, &["party_3 takes part, but party_2 does not"]);
    local(&["party_1.value=1", "party_2.valeu=3"]).fails(2, &["party_2 has no input valeu", "party.value"]);
    local(&["party_1.value=1", "partner.value=3"]).fails(2, &["hospital-stats has no role partner"]);
    local(&["party_1.value=1", "value=3"]).fails(2, &["--input value: whose input is it?", "ROLE.value"]);
    local(&["party_1.value=1", "party_2.value"]).fails(2, &["no source is given", "hint:"]);
    local(&["party_1.value=1", "party_2.value=2", "party_2.value=3"]).fails(2, &["party_2.value is given twice"]);
    local(&["party_1.value=1"]).fails(2, &["parties is 1", "2..=64"]);
    local(&["party_1.value=1", "party_2.group=0"]).fails(2, &["input party_2.value is not given", "hint:"]);
    local(&["party_1.value=1", "party_2.value=2", "party_2.group=0"]).fails(2, &["party_2.group", "leave it out"]);
}

#[test]
fn parameters_are_checked() {
    let local = |parameters: &[&str]| {
        let parameters: Vec<&str> = parameters.iter().flat_map(|parameter| ["--param", parameter]).collect();
        let inputs = ["local", "hospital-stats", "--input", "party_1.value=1", "--input", "party_2.value=2"];
        quorate(&[&inputs, &parameters[..]].concat())
    };
    local(&["colour=3"]).fails(2, &["the program has no parameter colour", "groups"]);
    local(&["groups=65"]).fails(2, &["groups is 65", "1..=64"]);
    local(&["groups"]).fails(2, &["--param groups: no value is given"]);
    local(&["groups=1", "groups=2"]).fails(2, &["--param groups is given twice"]);
    local(&["edges=3,1"]).fails(2, &["edges", "3 stands before 1"]);
    local(&["parties=1"]).fails(2, &["party_2 takes part, but parties is 1"]);
}

#[test]
fn shapes_must_fit() {
    let company = Company::new(&[]);
    let (two, three) = (company.write("two.csv", "a,b\n1,2\n3,4\n"), company.write("three.csv", "a\n1\n2\n3\n"));
    let risk = |weights: &str, first: &str, second: &str, thresholds: &str| {
        quorate(&[
            "local",
            "risk-score",
            "--input",
            &format!("model_owner.weights={weights}"),
            "--input",
            "model_owner.bias=0",
            "--input",
            &format!("model_owner.thresholds={thresholds}"),
            "--input",
            &format!("bank_1.features={first}"),
            "--input",
            &format!("bank_2.features={second}"),
        ])
    };
    let (both, one) = (format!("{two}:a,b"), format!("{two}:a"));
    assert_eq!(risk("1,2,3", &both, &one, "0,1").code, Some(0));
    risk("1,2,3", &both, &format!("{three}:a"), "0,1")
        .fails(2, &["rows is 2 in", "two.csv", "3 in", "three.csv", "bank_2.features"]);
    risk("1,2", &both, &one, "0,1")
        .fails(2, &["model_owner.weights has 2 rows", "3 are due", "bank_1 has 2 columns, bank_2 has 1 columns"]);
    risk("1,2,3", &both, &one, "0,1,2").fails(2, &["model_owner.thresholds has 3 rows", "2 are due"]);
    risk("1,2,3", &both, &one, "1,0").fails(2, &["the two thresholds must ascend"]);
    let blank = company.write("blank.csv", "a\n1\n\"\"\n");
    risk("1,2,3", &both, &format!("{blank}:a"), "0,1").fails(2, &["blank.csv, row 2", "blank", "aligned"]);
}

#[test]
fn programs_are_checked_with_a_caret() {
    let company = Company::new(&[]);
    let show = |text: &str| quorate(&["show", &company.write("bad.qp", text)]);
    show("program x\nrole a\nrole b\ninput a.x: u9\n").fails(2, &["bad.qp:4:", "input a.x: u9", "^"]);
    let two = "program x\nrole a\nrole b\ninput a.x: u128\ninput b.x: u128\n";
    show(&format!("{two}reveal y = share(a.x) + share(b.x) to all\n")).fails(2, &["bad.qp:6:", "^", "128"]);
    show(&format!("{two}let y = a.x + b.x\n")).fails(2, &["bad.qp:6:", "^"]);
    show("").fails(2, &["bad.qp:1:"]);
    let deep = format!("{two}reveal y = {}share(a.x){} to all\n", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(show(&deep).code, Some(2));
    let path = company.path("binary.qp");
    std::fs::write(&path, [b'p', b'\n', 0xff, 0xfe]).expect("a file");
    quorate(&["show", &path]).fails(2, &["line 2 is not UTF-8"]);
    quorate(&["show", &company.path(".")]).fails(2, &["this is a directory"]);
    quorate(&["show", "/dev/zero"]).fails(2, &["limit"]);
}

#[test]
fn secrets_on_the_command_line_are_warned_of_once() {
    let ended = quorate(&["local", "millionaires", "--input", "alice.wealth=1", "--input", "bob.wealth=2"]);
    assert_eq!(ended.err.matches("warning:").count(), 1, "{}", ended.err);
    let files =
        ["alice.wealth=datasets/millionaires/alice.csv:wealth", "bob.wealth=datasets/millionaires/bob.csv:wealth"];
    let ended = quorate(&["local", "millionaires", "--input", files[0], "--input", files[1]]);
    assert_eq!(ended.err, "");
}
