//! A holder is shut out, and a key ends: real processes.

mod command;
mod fixture;
mod holders;

use std::fs;
use std::path::Path;

use command::{Running, quorate, start};
use holders::secrets::Needles;
use holders::{Holders, text};

#[test]
fn an_isolated_holder_is_refused_and_what_was_prepared_with_it_is_gone() {
    let holders = Holders::new();
    holders.generate("vault", "ed25519");
    holders.presign("vault", &["ann", "ben"], 2);
    holders.presign("vault", &["ann", "cas"], 3);
    let ann = |arguments: &[&str]| holders.end(holders.start("ann", arguments));
    let sign = ["sign", "vault", "--message", "m", "--wait", "2", "--signers"];
    ann(&["isolate", "vault", "zoe", "--reason", "r"])
        .fails(2, &["zoe is none of the other holders of vault: ben, cas"]);
    ann(&["isolate", "vault", "ann", "--reason", "r"]).fails(2, &["ann is none of the other holders"]);
    ann(&["isolate", "vault", "cas", "--reason", "two\nlines"]).fails(2, &["--reason", "one line"]);
    ann(&["isolate", "vault", "cas"]).fails(2, &["--reason"]);
    // A wrong passphrase does not stand in the way of what is urgent.
    let wrong = holders.secret_file("wrong.pass", "the passphrase of ben\n");
    let home = holders.company.home("ann");
    let order = ["key", "isolate", "vault", "cas", "--reason", "cas reports a theft", "--home", &home];
    let refused = quorate(&[&order[..], &["--passphrase-file", &wrong]].concat());
    refused
        .fails(2, &["cas is isolated from vault, but what was prepared with it is not burned", "passphrase is wrong"]);
    ann(&[&sign[..], &["ann,cas"]].concat())
        .fails(4, &["cas is isolated from vault since", "cas reports a theft", "--lift"]);
    let isolated = ann(&["isolate", "vault", "cas", "--reason", "cas reports a theft", "--json"]).json();
    let burned = isolated["burned"].as_array().expect("a list");
    assert_eq!((burned.len(), &burned[0]["items"]), (1, &3.into()));
    assert_eq!((&isolated["enough"], &isolated["others"]), (&true.into(), &serde_json::json!(["ann", "ben"])));
    let shown = holders.look("ann", &["show", "vault", "--json"]).json();
    assert_eq!((text(&shown, "state"), &shown["stock"]), ("isolating", &2.into()));
    assert!(holders.look("ann", &["list"]).result().contains("0, without cas"));
    // The others go on.
    for signed in holders.sign("vault", &["ann", "ben"], &["--message", "without cas"]) {
        assert_eq!(signed["prepared"], serde_json::Value::from(true));
    }
    ann(&[&["presign", "vault", "--count", "1", "--signers"][..], &["ann,cas"]].concat())
        .fails(4, &["cas is isolated"]);
    assert!(ann(&["isolate", "vault", "cas", "--lift"]).result().contains("lifted"));
    ann(&["isolate", "vault", "cas", "--lift"]).fails(2, &["cas is not isolated from vault"]);
    holders.sign("vault", &["ann", "cas"], &["--message", "cas is back"]);
    let log = fs::read_to_string(Path::new(&home).join("audit/log")).expect("a log");
    assert!(log.contains("isolated from vault: cas reports a theft") && log.contains("no longer isolated from vault"));
}

fn serve(holders: &Holders, name: &str) -> Running {
    let (home, passphrase) = (holders.company.home(name), holders.passphrase(name));
    let running = start(&["serve", "--home", &home, "--passphrase-file", &passphrase, "--wait", "30"]);
    running.until("serving");
    running
}

/// A command that a resident process is handed: it needs no passphrase.
fn hand(holders: &Holders, name: &str, words: &[&str]) -> Running {
    start(&[&["key"][..], words, &["--home", &holders.company.home(name)]].concat())
}

/// Three resident processes; ann's user shuts cas out while hers prepares with cas.
#[test]
fn a_resident_process_is_told_of_an_isolation_and_keeps_nothing_of_what_goes_on() {
    let holders = Holders::new();
    holders.generate("vault", "ecdsa-secp256k1");
    holders.presign("vault", &["ann", "ben"], 1);
    holders.presign("vault", &["ann", "cas"], 2);
    let [ann, ben, cas] = ["ann", "ben", "cas"].map(|name| serve(&holders, name));
    let stock = || holders.look("ann", &["show", "vault", "--json"]).json()["stock"].clone();
    assert_eq!(stock(), 3);
    let preparing = hand(&holders, "cas", &["presign", "vault", "--count", "1000", "--signers", "ann,cas"]);
    ann.until("preparing with vault");
    let isolate = ["isolate", "vault", "cas", "--reason", "cas reports a theft", "--json"];
    let isolated = holders.end(hand(&holders, "ann", &isolate)).json();
    let with_cas = serde_json::json!(["ann", "cas"]);
    assert_eq!(isolated["burned"], serde_json::json!([{ "signers": with_cas, "items": 2 }]));
    // A fast machine may have computed everything by then; what is kept is decided afterwards.
    let goes_on = serde_json::json!([{ "what": "preparing", "parties": with_cas }]);
    assert!([goes_on, serde_json::json!([])].contains(&isolated["sessions"]), "{isolated}");
    assert_eq!((&isolated["isolated"], &isolated["enough"]), (&"cas".into(), &true.into()));
    // What goes on ends at cas, and nothing of it is kept at ann.
    let _ = holders.end(preparing);
    ann.until("cas is isolated from vault since");
    assert_eq!(stock(), 1, "only what was prepared with ben");
    // No new one begins, whoever asks for it.
    let again = ["presign", "vault", "--count", "1", "--signers", "ann,cas", "--wait", "5"];
    let at_cas = holders.end(hand(&holders, "cas", &again));
    assert!(matches!(at_cas.code, Some(3 | 4)) && at_cas.err.contains("ann"), "{at_cas:?}");
    holders.end(hand(&holders, "ann", &again)).fails(4, &["cas is isolated from vault", "cas reports a theft"]);
    // The others go on, with what they have prepared.
    let sign = ["sign", "vault", "--message", "without cas", "--signers", "ann,ben", "--json"];
    let signed = ["ann", "ben"].map(|name| hand(&holders, name, &sign)).map(|running| holders.end(running).json());
    assert!(signed.iter().all(|signed| signed["prepared"] == true), "{signed:?}");
    // Let in again by ann's user: it is as before.
    holders.end(hand(&holders, "ann", &["isolate", "vault", "cas", "--lift"])).result();
    let again = ["presign", "vault", "--count", "1", "--signers", "ann,cas", "--json"];
    assert_eq!(holders.end(hand(&holders, "ann", &again)).json()["stock"], 1);
    for running in [ann, ben, cas] {
        running.signal("TERM");
        assert_eq!(holders.end(running).code, Some(0));
    }
    let log = fs::read_to_string(Path::new(&holders.company.home("ann")).join("audit/log")).expect("a log");
    assert!(log.contains("isolated from vault: cas reports a theft") && log.contains("no longer isolated from vault"));
}

#[test]
fn a_retired_key_signs_nothing_and_can_still_be_shown() {
    let holders = Holders::new();
    holders.generate("old", "ecdsa-secp256k1");
    holders.presign("old", &["ann", "ben"], 2);
    let needles = Needles::of(&holders, "old");
    let ann = |arguments: &[&str]| holders.end(holders.start("ann", arguments));
    let signature = text(&holders.sign("old", &["ann", "ben"], &["--message", "m"])[0], "signature").to_owned();
    ann(&["retire", "old"]).fails(2, &["erase this party's share of old for ever", "--for-good"]);
    ann(&["retire", "nothing", "--for-good"]).fails(2, &["there is no key nothing"]);
    let retired = ann(&["retire", "old", "--for-good", "--json"]).json();
    assert_eq!(ann(&["retire", "old", "--for-good", "--json"]).json()["retired"], retired["retired"], "once");
    let folder = holders.folder("ann", "old");
    for file in ["1/share.sealed", "1/pairs.sealed", "stock"] {
        assert!(!folder.join(file).exists(), "{file}");
    }
    assert!(needles.count() > 3);
    needles.are_not_below(&folder);
    let words = ["the key old was retired at", "it signs nothing any more", "hint:"];
    ann(&["sign", "old", "--message", "m", "--wait", "1"]).fails(4, &words);
    ann(&["presign", "old", "--count", "1", "--wait", "1"]).fails(4, &words);
    ann(&["backup", "old", "--guardians", "ben,cas", "--needed", "2", "--out", &holders.company.path("never")])
        .fails(4, &words);
    let order = ["generate", "old", "--scheme", "bip340", "--threshold", "2", "--holders", "ann,ben", "--wait", "1"];
    ann(&order).fails(2, &["there is a key old already"]);
    assert_eq!(text(&holders.look("ann", &["show", "old", "--json"]).json(), "state"), "retired");
    assert!(holders.look("ann", &["list"]).result().contains("0, retired"));
    holders.look("ann", &["verify", "old", "--message", "m", "--signature", &signature]).result();
}
