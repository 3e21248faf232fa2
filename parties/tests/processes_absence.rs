//! Partners that do not come, leave, fall silent or break the rules: exit code 3 within the limit, everywhere.

mod command;
mod fixture;
mod outlaw;

use std::sync::Arc;
use std::time::{Duration, Instant};

use command::{Company, Running, quorate};
use fixture::{free_address, identity_at};
use outlaw::knock;
use quorate::identity::{Address, Card, Identity};
use tokio::io::AsyncWriteExt;
use tokio::runtime::Runtime;

#[test]
fn a_partner_that_never_comes() {
    let company = Company::new(&["party_1", "party_2", "party_3"]);
    let start = Instant::now();
    let run = |name| company.run(name, &["budget-total", "--input", "budget=1", "--wait", "2"]);
    let (first, second) = (run("party_1"), run("party_2"));
    first.until("waiting for");
    for party in [first.wait(), second.wait()] {
        party.fails(3, &["waiting for", "party_3", "hint:"]);
    }
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
}

/// Two parties in the middle of a long computation.
fn in_the_middle(company: &Company, wait: &str) -> (Running, Running) {
    let rows: String = (0..60_000).map(|row| format!("{}\n", row % 1000)).collect();
    let table = company.write("table.csv", &format!("a\n{rows}"));
    let more = ["--wait", wait, "--progress", "json", "--protocol", "additive"];
    let model = ["risk-score", "--input", "weights=1", "--input", "bias=0", "--input", "thresholds=2,5"];
    let owner = company.run("model_owner", &[&model[..], &more].concat());
    let features = format!("features={table}:a");
    let bank = company.run("bank_1", &[&["risk-score", "--input", &features], &more[..]].concat());
    owner.until("\"begin\"");
    bank.until("\"begin\"");
    (owner, bank)
}

#[test]
fn a_partner_that_leaves_in_the_middle() {
    let company = Company::new(&["model_owner", "bank_1"]);
    let (owner, bank) = in_the_middle(&company, "20");
    bank.signal("KILL");
    let start = Instant::now();
    let owner = owner.wait();
    owner.fails(3, &["bank_1", "step", "the connection was closed by the peer", "receipt of the abort", "hint:"]);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    let verified =
        quorate(&["receipt", "verify", &company.receipt("model_owner"), "--home", &company.home("model_owner")]);
    let text = verified.result();
    assert!(text.starts_with("verified: aborted at step") && text.contains("as seen by model_owner"), "{text}");
    assert!(text.contains("missing the signatures of bank_1"), "{text}");
}

#[test]
fn a_partner_that_falls_silent() {
    let company = Company::new(&["model_owner", "bank_1"]);
    let (owner, bank) = in_the_middle(&company, "2");
    bank.signal("STOP");
    let start = Instant::now();
    owner.wait().fails(3, &["bank_1", "nothing arrived within 2 s"]);
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
}

/// Alice waits for bob, who is an outlaw that dials her.
fn against_an_outlaw() -> (Company, Running, Arc<Identity>, Address) {
    let company = Company::new(&["alice"]);
    let alice = Card::parse(&std::fs::read(company.card("alice")).expect("a card")).expect("a card");
    let bob = loop {
        let bob = identity_at("bob", free_address());
        if bob.public_key() < alice.public_key() {
            break bob;
        }
    };
    std::fs::write(company.card("bob"), bob.card().to_text()).expect("a file");
    company.trust("alice", "bob");
    let running = company.run("alice", &["millionaires", "--input", "wealth=1", "--wait", "3"]);
    (company, running, bob, alice.address().clone())
}

#[test]
fn a_partner_that_breaks_the_rules_of_the_wire() {
    let runtime = Runtime::new().expect("threads");
    let announced = |kind: u8, length: u32| [&[kind][..], &length.to_le_bytes()].concat();
    let random: Vec<u8> = (0..4096_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8 | 0x80).collect();
    let short_frame = [announced(0, 3), vec![1, 2, 3]].concat();
    let wrong_step = [announced(0, 40), vec![0; 40]].concat();
    let cases = [
        (announced(0, u32::MAX), "a frame of 4294967295 bytes was announced"),
        (random, "unknown kind"),
        (short_frame, "shorter than its header"),
        (wrong_step, "a message of another step"),
    ];
    for (bytes, words) in cases {
        let (_company, alice, bob, address) = against_an_outlaw();
        let start = Instant::now();
        // The connection stays open: alice must not wait for its end.
        let _stream = runtime.block_on(async {
            let mut stream = knock(&bob, &address).await;
            stream.write_all(&bytes).await.expect("alice reads");
            stream.flush().await.expect("alice reads");
            stream
        });
        alice.wait().fails(3, &["bob", words]);
        assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    }
}

#[test]
fn strangers_with_random_bytes_disturb_nobody() {
    let company = Company::new(&["alice", "bob"]);
    let alice = company.run("alice", &["millionaires", "--input", "wealth=7", "--json"]);
    alice.until("waiting for");
    let card = Card::parse(&std::fs::read(company.card("alice")).expect("a card")).expect("a card");
    let address = (card.address().host(), card.address().port());
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    for length in [0, 1, 5, 100_000] {
        let mut stream = std::net::TcpStream::connect(address).expect("alice listens");
        // She may have closed it before everything was written.
        let _ = std::io::Write::write_all(&mut stream, &bytes[..length]);
    }
    let bob = company.run("bob", &["millionaires", "--input", "wealth=6", "--json"]);
    let (alice, bob) = (alice.wait(), bob.wait());
    assert!(alice.err.contains("turned away a connection from"), "{}", alice.err);
    assert_eq!(alice.json()["outputs"]["alice_richer"], true);
    assert_eq!(bob.json()["outputs"]["bob_richer"], false);
}
