//! Parties that are killed at any moment, over and over, and homes that are put back: keys are never lost, and nothing
//! that was prepared is used twice.
//!
//! `QUORATE_KILLS` says how many commands are killed; twelve if it is not set. Ten thousand take a night:
//!
//! ```text
//! QUORATE_KILLS=10000 cargo test --release -p quorate --test key_kills -- --nocapture
//! ```

mod command;
mod fixture;
mod holders;

use std::time::{Duration, Instant};

use command::quorate;
use holders::chance::{Chance, given};
use holders::ledger::Ledger;
use holders::{HOLDERS, Holders, PAIRS, copy, text};
use serde_json::Value;

/// For how long the one who is left waits for the one who is killed.
const WAIT: u64 = 4;

/// How many commands are killed in all.
fn kills() -> u32 {
    given("QUORATE_KILLS", 12)
}

#[test]
fn signers_with_presignatures() {
    signers_are_killed("ecdsa-secp256k1", kills() * 5 / 12);
}

#[test]
fn signers_with_nonces() {
    signers_are_killed("ed25519", kills() / 3);
}

fn signers_are_killed(scheme: &str, kills: u32) {
    let (holders, mut chance, mut ledger) = (Holders::new(), Chance::new(), Ledger::default());
    holders.generate("treasury", scheme);
    let known = described(&holders);
    // How long the commands take here, now.
    let start = Instant::now();
    holders.presign("treasury", &PAIRS[0], 2);
    let typical = start.elapsed();
    for round in 0..kills {
        let pair = &PAIRS[chance.below(3)];
        if round % 3 == 0 {
            let stocked = holders.presign("treasury", pair, 2);
            ledger.read(&holders, "treasury");
            // Whatever was burned at one of them before, what both have now is used.
            let signed = holders.sign("treasury", pair, &["--message", "before"]);
            assert!(signed.iter().all(|one| one["prepared"] == true), "{stocked:?}, then {signed:?}");
        }
        let message = format!("payment {round}");
        let signers = pair.join(",");
        let order: &[&str] = match round % 4 {
            3 => &["presign", "treasury", "--count", "2"],
            _ => &["sign", "treasury", "--message", &message],
        };
        kill_one(&holders, pair, &[order, &["--signers", &signers]].concat(), &mut chance, typical);
        ledger.read(&holders, "treasury");
        let signed = holders.sign("treasury", pair, &["--message", "after"]);
        assert_eq!(signed[0]["signature"], signed[1]["signature"]);
        assert_eq!(text(&signed[0], "public_key"), text(&known[0], "public_key"));
        ledger.read(&holders, "treasury");
    }
    // Everybody has started anew once since the last kill, and whatever a session has named is used up.
    for pair in &PAIRS {
        holders.sign("treasury", pair, &["--message", "at last", "--fresh"]);
    }
    ledger.read(&holders, "treasury");
    let checked = ledger.all_are_used_up();
    eprintln!("{scheme}: {kills} kills, {} items used, {checked} uses checked", ledger.count());
    assert!(ledger.count() as u32 >= kills.div_ceil(3));
    assert_eq!(described(&holders), known);
}

/// What everybody may know of the key, at every holder.
fn described(holders: &Holders) -> Vec<Value> {
    let shown = HOLDERS.map(|name| holders.look(name, &["show", "treasury", "--json"]).json());
    let only = |mut value: Value| {
        let fields = value.as_object_mut().expect("an object");
        fields.retain(|field, _| ["key_id", "public_key", "addresses", "epoch", "holders"].contains(&field.as_str()));
        value
    };
    shown.into_iter().map(only).collect()
}

/// Starts a command at some parties and kills it at one, which it names; the others end soon, and in order.
#[track_caller]
fn kill_one(
    holders: &Holders,
    names: &[&'static str],
    order: &[&str],
    chance: &mut Chance,
    typical: Duration,
) -> Killed {
    let wait = WAIT.to_string();
    let order = [order, &["--wait", &wait]].concat();
    let mut running: Vec<_> = names.iter().map(|name| (*name, holders.start(name, &order))).collect();
    let (victim, killed) = running.swap_remove(chance.below(names.len()));
    // Half of them somewhere, half of them where it is tight: while the protocol runs and right after it.
    if chance.below(2) == 0 {
        std::thread::sleep(chance.moment(typical));
    } else {
        killed.until("all parties agree");
        std::thread::sleep(chance.moment(Duration::from_millis(60)));
    }
    // Some only fall silent, and are killed when the others have given up.
    let silent = chance.below(6) == 0;
    killed.signal(if silent { "STOP" } else { "KILL" });
    let start = Instant::now();
    let mut left = Vec::new();
    for (name, running) in running {
        let ended = holders.end(running);
        if ended.code != Some(0) {
            ended.fails(3, &["error:"]);
        }
        left.push((name, ended.code == Some(0)));
    }
    assert!(start.elapsed() < Duration::from_secs(WAIT + 30), "{:?}", start.elapsed());
    killed.signal("KILL");
    let ended = holders.end(killed);
    assert!([None, Some(0)].contains(&ended.code), "{victim}: {}", ended.err);
    Killed { left }
}

struct Killed {
    /// Who was not killed, and whether it succeeded.
    left: Vec<(&'static str, bool)>,
}

#[test]
fn makers() {
    let (holders, mut chance) = (Holders::new(), Chance::new());
    let start = Instant::now();
    holders.generate("first", "ed25519");
    let typical = start.elapsed();
    for round in 0..kills().div_ceil(6) {
        let key = format!("key-{round}");
        let scheme = ["ed25519", "ecdsa-p256"][round as usize % 2];
        let order = ["generate", &key, "--scheme", scheme, "--threshold", "2", "--holders", "ann,ben,cas"];
        let killed = kill_one(&holders, &HOLDERS, &order, &mut chance, typical);
        let has = |name: &str| holders.look(name, &["show", &key, "--json"]).code == Some(0);
        if round % 2 == 1 {
            // What all have stored is finished, whatever was killed; else nobody has the key.
            holders.succeed(&HOLDERS, &["resume", &key, "--with", "ann,ben,cas"]);
            assert!(HOLDERS.iter().all(|name| has(name) == has("ann")), "{:?}", killed.left);
        }
        let having: Vec<&str> = HOLDERS.into_iter().filter(|name| has(name)).collect();
        // Who has succeeded knows that all have their shares.
        if killed.left.iter().any(|(_, succeeded)| *succeeded) {
            assert_eq!(having, HOLDERS, "{:?}", killed.left);
        }
        // Who has a share can use it.
        if let [one, other, ..] = having[..] {
            holders.sign(&key, &[one, other], &["--message", "m"]);
        }
        if let [.., one, other] = having[..] {
            holders.sign(&key, &[one, other], &["--message", "m"]);
        }
        for name in HOLDERS {
            let listed = holders.look(name, &["list"]).result();
            assert!(!listed.contains("damaged"), "{listed}");
        }
    }
    // What a killed maker has left behind is in nobody's way.
    holders.generate("last", "ed25519");
    holders.sign("first", &["ben", "cas"], &["--message", "m"]);
}

#[test]
fn a_home_that_is_put_back() {
    let (holders, mut ledger) = (Holders::new(), Ledger::default());
    holders.generate("treasury", "ecdsa-secp256k1");
    let pair = &PAIRS[0];
    let empty = holders.copy("ben", "ben-before");
    holders.presign("treasury", pair, 8);
    holders.presign("treasury", &PAIRS[2], 2);
    let sign = |pair: &[&str; 2], stock: u64| {
        let signed = holders.sign("treasury", pair, &["--message", "m"]);
        let expected = (true, stock);
        let found = |one: &Value| (one["prepared"] == true, one["stock"].as_u64().expect("a number"));
        assert!(signed.iter().all(|one| found(one) == expected), "{expected:?} is not {signed:?}");
    };
    sign(pair, 7);
    let older = holders.copy("ben", "ben-older");
    sign(pair, 6);
    sign(pair, 5);
    sign(&PAIRS[2], 1);
    ledger.read(&holders, "treasury");
    // Ann tells ben what it has used, and so does cas.
    copy(&older, &holders.company.home("ben"));
    ledger.restored("ben");
    is_accepted_again(&holders, "ben", &["ann", "cas"]);
    sign(pair, 4);
    assert!(holders.said().contains("ann has seen later uses: 2 items burned"), "{}", holders.said());
    sign(&PAIRS[2], 0);
    ledger.read(&holders, "treasury");
    // Of a copy that is older still, everything is gone, and what is made then comes after it.
    copy(&empty, &holders.company.home("ben"));
    ledger.restored("ben");
    is_accepted_again(&holders, "ben", &["ann"]);
    let signed = holders.sign("treasury", pair, &["--message", "m"]);
    assert!(signed.iter().all(|one| one["prepared"] == false), "{signed:?}");
    holders.presign("treasury", pair, 2);
    let signed = holders.sign("treasury", pair, &["--message", "m"]);
    assert!(signed.iter().all(|one| one["prepared"] == true), "{signed:?}");
    ledger.read(&holders, "treasury");
    assert_eq!(ledger.count(), 7);
    // A copy that was made while a signer ran is of an unclean end.
    let order = ["sign", "treasury", "--message", "m", "--wait", "20"];
    let running = holders.start("ann", &order);
    running.until("waiting for");
    let unclean = holders.copy("ann", "ann-running");
    holders.start("ben", &order).wait().result();
    running.wait().result();
    copy(&unclean, &holders.company.home("ann"));
    is_accepted_again(&holders, "ann", &["ben"]);
    let signed = holders.sign("treasury", pair, &["--message", "m"]);
    assert!(signed.iter().all(|one| one["prepared"] == false), "{signed:?}");
    assert!(holders.said().contains("burned: the process that used it did not end in order"));
}

/// Partners refuse a home whose audit log was set back, and go on with it when a person has said that it is right.
#[track_caller]
fn is_accepted_again(holders: &Holders, name: &str, partners: &[&str]) {
    for partner in partners {
        let order = ["sign", "treasury", "--message", "m", "--signers", &format!("{name},{partner}"), "--wait", "20"];
        let ended = holders.together(&[name, partner], &order);
        ended[0].fails(3, &[&format!("{partner} has countersigned entry"), "hint:"]);
        ended[1].fails(3, &[&format!("the audit log of {name} ends at entry"), "hint:"]);
        quorate(&["audit", "accept", name, "--home", &holders.company.home(partner)]).result();
    }
}
