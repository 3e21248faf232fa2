//! A holder has lost its identity together with its share, and takes its place again under a new one: real processes.

mod command;
mod fixture;
mod holders;

use command::{Ended, quorate};
use fixture::free_address;
use holders::Holders;
use quorate::identity::Home;
use serde_json::json;

/// Ann's home is gone; gil and hanna give her share back to a new home with a new identity, where it is.
fn restored(holders: &Holders) -> String {
    let company = &holders.company;
    let backup = company.path("vault.backup");
    let order = ["backup", "vault", "--guardians", "gil,hanna", "--needed", "2", "--delay", "0s", "--out", &backup];
    holders.end(holders.start("ann", &order)).result();
    for guardian in ["gil", "hanna"] {
        holders.look(guardian, &["guard", &backup]).result();
    }
    let home = company.path("ann-anew");
    quorate(&["init", "ann", "--listen", &free_address().to_string(), "--home", &home]).result();
    let card = company.write("ann-anew.card", &quorate(&["card", "--home", &home]).result());
    for other in ["ben", "gil", "hanna"] {
        std::fs::remove_file(format!("{}/peers/ann.card", company.home(other))).expect("it was pinned");
        quorate(&["trust", &card, "--home", &company.home(other)]).result();
        quorate(&["trust", &company.card(other), "--home", &home]).result();
    }
    let request = company.path("request");
    let order = ["restore", "vault", "--request", "--backup", &backup, "--out", &request];
    holders.end(holders.start_at("ann", &home, &order)).result();
    let part = |guardian: &str| {
        let out = company.path(&format!("{guardian}.part"));
        holders.look(guardian, &["release", &request, "--for", "ann", "--out", &out]).result();
        out
    };
    let (one, two) = (part("gil"), part("hanna"));
    let order = ["restore", "vault", "--backup", &backup, "--part", &one, "--part", &two];
    let ended = holders.end(holders.start_at("ann", &home, &order));
    assert!(ended.err.contains("--new-identity ann"), "{}", ended.err);
    ended.result();
    home
}

#[test]
fn a_new_identity_takes_the_place_of_the_one_that_was_lost() {
    let holders = Holders::of(&["ann", "ben", "gil", "hanna"]);
    // Both are needed: without the share that came back the key would be lost.
    let order = ["generate", "vault", "--scheme", "ecdsa-secp256k1", "--threshold", "2", "--holders", "ann,ben"];
    let made = holders.succeed(&["ann", "ben"], &order);
    let home = restored(&holders);
    let both = |order: &[&str]| -> [Ended; 2] {
        let running = [holders.start_at("ann", &home, order), holders.start("ben", order)];
        running.map(|running| holders.end(running))
    };
    let [_, ben] = both(&["sign", "vault", "--message", "m", "--wait", "3"]);
    ben.fails(2, &["the share of vault belongs to the identity"]);
    // Nobody's word but that of every party makes another identity a holder.
    for ended in both(&["refresh", "vault", "--wait", "5"]) {
        ended.fails(3, &[]);
    }
    let alone = ["refresh", "vault", "--new-identity", "ann", "--wait", "5", "--json"];
    let running = [holders.start_at("ann", &home, &alone), holders.start("ben", &["refresh", "vault", "--wait", "5"])];
    for ended in running.map(|running| holders.end(running)) {
        ended.fails(3, &[]);
    }
    let words = "--new-identity names zoe, who holds no share of vault";
    holders.end(holders.start("ben", &["refresh", "vault", "--new-identity", "zoe"])).fails(2, &[words]);

    for ended in both(&alone) {
        let after = ended.json();
        assert_eq!((&after["public_key"], &after["epoch"]), (&made[0]["public_key"], &json!(1)));
    }
    let identity = Home::at(&home).identity().expect("an identity").public_key().to_string();
    let shown = std::fs::read_to_string(holders.folder("ben", "vault").join("2/public.toml")).expect("the public part");
    assert!(shown.contains(&identity), "{shown}");
    for ended in both(&["sign", "vault", "--message", "m", "--json"]) {
        assert!(ended.json()["signature"].is_string());
    }
    // Whoever finds the old home has a share of an epoch that is over, under an identity that nobody takes any more.
    let found = ["sign", "vault", "--message", "m", "--wait", "3"];
    let running = [holders.start("ann", &found), holders.start("ben", &found)];
    for ended in running.map(|running| holders.end(running)) {
        assert_eq!(ended.code, Some(3), "{}", ended.err);
    }
}
