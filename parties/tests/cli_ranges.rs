//! `--check-ranges`: asked for, shown before, agreed on by all, and done.

mod command;
mod fixture;

use command::{Company, quorate};

const PROGRAM: &str = "program p\nrole alice\nrole bob\ninput alice.x: u8 in 3..=90\ninput bob.y: u8 in 3..=90\n\
    reveal total = share(alice.x) + share(bob.y) to all\n";

#[test]
fn explain_says_whether_ranges_are_trusted_or_enforced() {
    let company = Company::new(&[]);
    let file = company.write("p.qp", PROGRAM);
    let trusted = quorate(&["explain", &file]).result();
    assert!(trusted.contains("range trusted, not enforced"), "{trusted}");
    let enforced = quorate(&["explain", &file, "--check-ranges"]).result();
    assert!(enforced.contains("range enforced in the protocol"), "{enforced}");
    let ands = |arguments: &[&str]| {
        let json = quorate(&[&["explain", &file, "--protocol", "additive", "--json"], arguments].concat()).json();
        let candidates = json["candidates"].as_array().expect("a list").clone();
        let chosen = candidates.iter().find(|c| c["protocol"] == "additive").expect("additive fits");
        chosen["cost"]["and_gates"].as_u64().unwrap_or_else(|| panic!("{chosen}"))
    };
    assert_eq!(ands(&[]), 0);
    assert!(ands(&["--check-ranges"]) > 0);
}

#[test]
fn parties_agree_on_range_checks() {
    let company = Company::new(&["alice", "bob"]);
    company.trust("alice", "bob");
    company.trust("bob", "alice");
    let file = company.write("p.qp", PROGRAM);
    let run = |name: &str, input: &str, more: &[&str]| {
        company.run(name, &[&[file.as_str(), "--input", input, "--json"], more].concat())
    };
    let (alice, bob) = (run("alice", "x=40", &["--check-ranges"]), run("bob", "y=2", &["--check-ranges"]));
    bob.wait().fails(2, &["is outside of the declared range"]);
    drop(alice);
    let (alice, bob) = (run("alice", "x=40", &["--check-ranges"]), run("bob", "y=50", &["--check-ranges"]));
    for ended in [alice.wait(), bob.wait()] {
        assert_eq!(ended.json()["outputs"]["total"], 90);
    }
    let (alice, bob) = (run("alice", "x=40", &["--check-ranges"]), run("bob", "y=50", &[]));
    for ended in [alice.wait(), bob.wait()] {
        ended.fails(3, &["whether ranges are enforced"]);
    }
}
