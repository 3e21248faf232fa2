//! Parties that were told different things: one clear error on both sides, and nobody waits for the other's limit.

mod command;
mod fixture;

use command::{Company, Ended};

/// Runs alice and bob, each with its own arguments.
fn both(company: &Company, alice: &[&str], bob: &[&str]) -> (Ended, Ended) {
    let (alice, bob) = (company.run("alice", alice), company.run("bob", bob));
    (alice.wait(), bob.wait())
}

const PROGRAM: &str =
    "program pair\nrole alice\nrole bob\nparameter groups in 1..=9 default 1\ninput alice.x: u8\ninput bob.x: u8\n";

#[test]
fn programs_parameters_and_trust_are_compared() {
    let company = Company::new(&["alice", "bob"]);
    let sum = company.write("sum.qp", &format!("{PROGRAM}reveal y = share(alice.x) + share(bob.x) to all\n"));
    let product = company.write("product.qp", &format!("{PROGRAM}reveal y = share(alice.x) * share(bob.x) to all\n"));
    let given = ["--input", "x=1"];
    let with = |program: &'_ str, more: &[&str]| [&[program][..], &given, more].concat().join(" ");
    let run = |left: String, right: String| {
        both(&company, &left.split(' ').collect::<Vec<_>>(), &right.split(' ').collect::<Vec<_>>())
    };
    let (alice, bob) = run(with(&sum, &[]), with(&product, &[]));
    alice.fails(3, &["the parties do not agree: the program's digest is", "for alice", "for bob", "hint:"]);
    bob.fails(3, &["the parties do not agree: the program's digest is", "for alice", "for bob", "hint:"]);
    let (alice, bob) = run(with(&sum, &["--param", "groups=2"]), with(&sum, &["--param", "groups=3"]));
    alice.fails(3, &["parameter groups is 2 for alice and 3 for bob"]);
    bob.fails(3, &["parameter groups is 3 for bob and 2 for alice"]);
    let (alice, bob) = run(with(&sum, &["--protocol", "yao"]), with(&sum, &[]));
    alice.fails(3, &["the protocol is yao for alice and cheapest for bob"]);
    bob.fails(3, &["the protocol is cheapest for bob and yao for alice"]);
    let (alice, bob) = run(with(&sum, &["--network", "wan"]), with(&sum, &[]));
    alice.fails(3, &["the protocol is cheapest on 40ms,100mbit for alice and cheapest for bob"]);
    bob.fails(3, &["the protocol is cheapest for bob and cheapest on 40ms,100mbit for alice"]);
    let (alice, bob) = run(with(&sum, &["--corrupt", "0"]), with(&sum, &[]));
    alice.fails(3, &["the number of corrupt parties is 0 for alice and 1 for bob"]);
    bob.fails(3, &["the number of corrupt parties is 1 for bob and 0 for alice"]);
    assert!(company.receipts("alice").is_empty(), "there was no session");
}

#[test]
fn one_role_has_one_holder() {
    let company = Company::new(&["alice", "bob"]);
    let roles = ["--as", "alice", "--peer"];
    let (alice, bob) = both(
        &company,
        &[&["millionaires", "--input", "wealth=1"], &roles[..], &["bob=bob"]].concat(),
        &[&["millionaires", "--input", "wealth=1"], &roles[..], &["bob=alice"]].concat(),
    );
    alice.fails(3, &["both alice and bob claim the role alice"]);
    bob.fails(3, &["both bob and alice claim the role alice"]);
}

#[test]
fn a_cast_that_cannot_be_is_refused_at_once() {
    let company = Company::new(&["alice", "bob", "carol"]);
    let run = |name: &str, arguments: &[&str]| company.run(name, &[&["millionaires"], arguments].concat()).wait();
    run("carol", &["--input", "wealth=1"]).fails(2, &["carol plays no role of millionaires", "alice, bob", "--as"]);
    run("alice", &["--input", "wealth=1", "--as", "alice", "--peer", "alice=bob"])
        .fails(2, &["the role alice is given twice"]);
    run("alice", &["--input", "wealth=1", "--peer", "bob=dave"])
        .fails(2, &["nobody is pinned as dave", "quorate trust"]);
    run("alice", &["--input", "wealth=1", "--peer", "bobby=bob"]).fails(2, &["millionaires has no role bobby"]);
    run("alice", &["--input", "bob.wealth=1"]).fails(2, &["given for bob, which this party does not play"]);
    run("alice", &["--input", "wealth=1", "--adversary", "malicious", "--guarantee", "output"])
        .fails(2, &["no protocol offers malicious"]);
    run("alice", &["--input", "wealth=1", "--protocol", "clear"]).fails(2, &["quorate local"]);
    run("alice", &["--input", "wealth=1", "--wait", "0"]).fails(2, &["--wait 0"]);
    run("alice", &[]).fails(2, &["input alice.wealth is not given"]);
    run("alice", &["--input", "wealth=-5"]).fails(2, &["-5 is outside of the declared range"]);
    run("alice", &["--input", "wealth=1", "--as", "alice,bob"]).fails(2, &["at least two parties"]);
}

#[test]
fn tables_that_do_not_fit_together_are_noticed_on_both_sides() {
    let company = Company::new(&["model_owner", "bank_1", "bank_2"]);
    let (two, three) = (company.write("two.csv", "a\n1\n2\n"), company.write("three.csv", "a\n1\n2\n3\n"));
    let run = |weights: &str, second: &str| {
        let inputs = ["--input", weights, "--input", "bias=0", "--input", "thresholds=0,1"];
        let owner = company.run("model_owner", &[&["risk-score"], &inputs[..]].concat());
        let first = company.run("bank_1", &["risk-score", "--input", &format!("features={two}:a")]);
        let second = company.run("bank_2", &["risk-score", "--input", &format!("features={second}:a")]);
        [owner.wait(), first.wait(), second.wait()]
    };
    for party in run("weights=1,2", &three) {
        party.fails(3, &["the sizes do not fit: rows is 2 for bank_1 and 3 for bank_2"]);
    }
    let [owner, first, second] = run("weights=1,2,3", &two);
    owner.fails(3, &["model_owner.weights has 3 rows; 2 are due", "bank_1 has 1 columns, bank_2 has 1 columns"]);
    for bank in [first, second] {
        bank.fails(3, &["model_owner", "model_owner.weights has 3 rows; 2 are due"]);
    }
}

#[test]
fn a_value_beyond_its_range_ends_the_session_and_stays_with_its_owner() {
    let company = Company::new(&["party_1", "party_2"]);
    let lines = company.write("lines.csv", "amount\n900000000000000\n900000000000000\n");
    let owner = company.run("party_1", &["budget-total", "--input", &format!("budget={lines}:amount")]);
    let partner = company.run("party_2", &["budget-total", "--input", "budget=1"]);
    let (owner, partner) = (owner.wait(), partner.wait());
    owner.fails(2, &["1800000000000000", "-1000000000000000..=1000000000000000", "receipt of the abort"]);
    partner.fails(3, &["party_1", "its own input does not fit the program", "receipt of the abort"]);
    assert!(!partner.err.contains("1800000000000000"), "{}", partner.err);
    let receipt = std::fs::read_to_string(company.receipt("party_1")).expect("a receipt");
    assert!(!receipt.contains("1800000000000000"), "{receipt}");
}

#[test]
fn an_identity_that_is_not_pinned_is_turned_away() {
    // Bob of the same name, whose key alice has not pinned.
    let company = Company::new(&["alice"]);
    company.add("bob");
    company.trust("alice", "bob");
    let impostors = Company::new(&["bob"]);
    std::fs::copy(company.card("alice"), impostors.card("alice")).expect("a file");
    impostors.trust("bob", "alice");
    let wait = ["--wait", "3"];
    let alice = company.run("alice", &[&["millionaires", "--input", "wealth=1"], &wait[..]].concat());
    let impostor = impostors.run("bob", &[&["millionaires", "--input", "wealth=1"], &wait[..]].concat());
    // Who dials depends on the keys: whoever is dialled turns the other away, or nobody comes.
    alice.wait().fails(3, &["bob"]);
    impostor.wait().fails(3, &["alice"]);
}
