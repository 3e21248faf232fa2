//! Many signatures at once: three resident processes of three homes sign in fifty sessions at the same time, each a
//! pair of them, over the one address of each home; what is signed is handed over at both signers, as by their users.
//! `SESSIONS` says how many, `SCHEME` with which keys, `STOCK` how much every pair has prepared.

#[path = "../tests/command/mod.rs"]
mod command;
#[path = "../tests/fixture/mod.rs"]
mod fixture;
#[path = "../tests/holders/mod.rs"]
mod holders;

use std::io::Write;
use std::time::Instant;

use command::{Running, start};
use holders::{HOLDERS, Holders, PAIRS};
use serde_json::{Value, json};

fn main() {
    let given = |name: &str| std::env::var(name).ok();
    let number = |name: &str, otherwise: usize| given(name).and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    let (sessions, stock) = (number("SESSIONS", 50), number("STOCK", 0));
    let scheme = given("SCHEME").unwrap_or_else(|| "ecdsa-secp256k1".to_owned());
    let holders = Holders::new();
    holders.generate("treasury", &scheme);
    if stock > 0 {
        PAIRS.iter().for_each(|pair| drop(holders.presign("treasury", pair, stock as u32)));
    }
    let residents = HOLDERS.map(|name| resident(&holders, name));
    let before: Vec<f64> = residents.iter().map(processor_seconds).collect();
    let begun = Instant::now();
    let running: Vec<[Running; 2]> = (0..sessions)
        .map(|session| PAIRS[session % 3].map(|name| ask(&holders, name, &PAIRS[session % 3], session)))
        .collect();
    let signed: Vec<Value> = running.into_iter().flat_map(|both| both.map(|one| holders.end(one).json())).collect();
    let seconds = begun.elapsed().as_secs_f64();
    let prepared = signed.iter().filter(|one| one["prepared"] == json!(true)).count() / 2;
    assert!(signed.chunks(2).all(|both| both[0]["signature"] == both[1]["signature"]), "one signature at both signers");
    say(&format!("{sessions} sessions at once in {seconds:.2} s, {prepared} of them with something prepared"));
    for ((name, running), before) in HOLDERS.iter().zip(&residents).zip(before) {
        let spent = processor_seconds(running) - before;
        say(&format!("{name}: {spent:.2} s of processor time"));
    }
    for running in residents {
        running.signal("TERM");
        let ended = holders.end(running);
        assert_eq!(ended.code, Some(0), "{}", ended.err);
        assert!(!ended.err.contains("failed"), "{}", ended.err);
    }
}

fn resident(holders: &Holders, name: &str) -> Running {
    let (home, passphrase) = (holders.company.home(name), holders.passphrase(name));
    let running = start(&["serve", "--home", &home, "--passphrase-file", &passphrase]);
    running.until("serving");
    running
}

/// Hands an order over.
fn ask(holders: &Holders, name: &str, pair: &[&str; 2], session: usize) -> Running {
    let (home, signers, message) = (holders.company.home(name), pair.join(","), format!("session {session}"));
    let order = ["key", "sign", "treasury", "--signers", &signers, "--message", &message, "--json", "--home", &home];
    start(&order)
}

/// What a process has computed until now, as Linux counts it in hundredths of a second.
fn processor_seconds(running: &Running) -> f64 {
    let told = std::fs::read_to_string(format!("/proc/{}/stat", running.id())).unwrap_or_default();
    let after_name: Vec<&str> = told.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| after_name.get(place).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn say(text: &str) {
    writeln!(std::io::stdout(), "{text}").expect("standard output");
}
