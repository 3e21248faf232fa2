//! `--garbling`: asked for, shown before, agreed on by all, in the receipt's terms.

mod command;
mod fixture;

use command::{Company, quorate};

const PROGRAM: &str = "program p\nrole alice\nrole bob\ninput alice.x: u32 in 0..=1000000\ninput bob.y: u32 in 0..=1000000\n\
    reveal larger = share(alice.x) > share(bob.y) to all\n";

#[test]
fn three_halves_send_a_quarter_less() {
    let company = Company::new(&[]);
    let file = company.write("p.qp", PROGRAM);
    let explained = |arguments: &[&str]| quorate(&[&["explain", &file, "--json"], arguments].concat()).json();
    let (half, three) = (explained(&["--protocol", "yao"]), explained(&["--garbling", "three-halves"]));
    assert_eq!((half["garbling"].as_str(), three["garbling"].as_str()), (Some("half-gates"), Some("three-halves")));
    let online = |json: &serde_json::Value| {
        let candidates = json["candidates"].as_array().expect("a list");
        let chosen = candidates.iter().find(|c| c["protocol"] == "yao").expect("yao fits");
        (chosen["cost"]["and_gates"].clone(), chosen["cost"]["phases"]["online"]["bytes"].as_u64().expect("bytes"))
    };
    let ((gates, more), (same, less)) = (online(&half), online(&three));
    assert_eq!(gates, same);
    let gates = gates.as_u64().expect("a count");
    // Whoever opens a run of gates begins a byte for their bits.
    assert!((7 * gates..8 * gates).contains(&(more - less)), "{more} and {less} bytes for {gates} gates");
}

#[test]
fn circuits_run_in_three_halves() {
    let measured = |garbling: &str| {
        let run = ["circuit", "run", "multiply-64", "--protocol", "yao", "--garbling", garbling];
        quorate(&[&run[..], &["--transport", "unix", "--instances", "80", "--random", "--json"]].concat()).json()
    };
    let (half, three) = (measured("half-gates"), measured("three-halves"));
    assert_eq!((&half["outputs_equal_clear"], &three["outputs_equal_clear"]), (&true.into(), &true.into()));
    let sent = |json: &serde_json::Value| json["parties"][0]["bytes_sent"].as_u64().unwrap_or_else(|| panic!("{json}"));
    let gates = half["and_gates"].as_u64().expect("a count");
    // 24 bytes and five bits instead of 32 bytes.
    assert_eq!(sent(&half) - sent(&three), 59 * gates / 8);
    let run = ["circuit", "run", "multiply-64", "--protocol", "yao", "--garbling", "three-halves"];
    let product = quorate(&[&run[..], &["--input", "3", "5", "--json"]].concat()).json();
    assert_eq!(product["outputs"][0], "000000000000000f", "{product}");
    assert_eq!(product["protocol"], "yao with three-halves", "{product}");
}

#[test]
fn the_line_decides_where_nothing_is_asked_for() {
    let company = Company::new(&[]);
    let file = company.write("p.qp", PROGRAM);
    let garbling = |line: &[&str]| {
        let explained = quorate(&[&["explain", &file, "--protocol", "yao", "--json"], line].concat()).json();
        explained["garbling"].as_str().expect("a garbling").to_owned()
    };
    assert_eq!(garbling(&[]), "half-gates");
    assert_eq!(garbling(&["--network", "20ms,50mbit"]), "three-halves");
    assert_eq!(garbling(&["--network", "10us,40gbit"]), "half-gates");
    assert_eq!(garbling(&["--network", "20ms,50mbit", "--garbling", "half-gates"]), "half-gates");
    let run = ["circuit", "run", "multiply-64", "--protocol", "yao", "--network", "20ms,50mbit"];
    let product = quorate(&[&run[..], &["--input", "3", "5", "--json"]].concat()).json();
    assert_eq!(product["protocol"], "yao with three-halves", "{product}");

    // Many comparisons: garbled circuits where rounds are dear, shared bits where bytes are.
    let programs = concat!(env!("CARGO_MANIFEST_DIR"), "/../benches/programs/compare.qp");
    let chosen = |line: &str| {
        let parameters = ["--parties", "2", "--param", "rows=20000", "--network", line, "--json"];
        quorate(&[&["explain", programs], &parameters[..]].concat()).json()["chosen"].clone()
    };
    assert_eq!((chosen("100ms,10gbit"), chosen("10us,10mbit")), ("yao".into(), "additive".into()));
}

#[test]
fn it_is_for_yao() {
    let company = Company::new(&[]);
    let file = company.write("p.qp", PROGRAM);
    quorate(&["explain", &file, "--protocol", "additive", "--garbling", "half-gates"]).fails(2, &["--garbling"]);
    quorate(&["explain", &file, "--garbling", "four-thirds"]).fails(2, &["three-halves"]);
}

#[test]
fn parties_agree_on_the_garbling() {
    let company = Company::new(&["alice", "bob"]);
    company.trust("alice", "bob");
    company.trust("bob", "alice");
    let file = company.write("p.qp", PROGRAM);
    let run = |name: &str, input: &str, more: &[&str]| {
        company.run(name, &[&[file.as_str(), "--input", input, "--json"], more].concat())
    };
    let three = &["--garbling", "three-halves"];
    let (alice, bob) = (run("alice", "x=40", three), run("bob", "y=2", three));
    for ended in [alice.wait(), bob.wait()] {
        let json = ended.json();
        assert!(["1", "true"].contains(&json["outputs"]["larger"].to_string().as_str()), "{json}");
        assert_eq!(json["protocol"], "yao with three-halves", "{json}");
    }
    let (alice, bob) = (run("alice", "x=40", three), run("bob", "y=2", &["--protocol", "yao"]));
    for ended in [alice.wait(), bob.wait()] {
        ended.fails(3, &["the protocol"]);
    }
}
