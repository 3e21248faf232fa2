//! What goes wrong in the later life of a key: refused by those who are honest, with nothing lost.

mod command;
mod fixture;
mod holders;

use holders::{HOLDERS, Holders, PAIRS, all_fail, copy, text};

/// The keys of a home as they were; of the rest, the audit log is what partners watch.
#[track_caller]
fn put_keys_back(holders: &Holders, name: &str, copied: &str) {
    copy(&format!("{copied}/keys"), &format!("{}/keys", holders.company.home(name)));
}

/// A home that is put back to the time before a refresh signs with nobody, and is told why; its share is made again.
#[test]
fn a_home_of_an_older_epoch() {
    let holders = Holders::new();
    holders.generate("treasury", "ecdsa-secp256k1");
    let before = holders.copy("ben", "ben-before");
    holders.succeed(&HOLDERS, &["refresh", "treasury"]);
    put_keys_back(&holders, "ben", &before);
    let ended = holders.together(&["ann", "ben"], &["sign", "treasury", "--message", "m", "--signers", "ann,ben"]);
    all_fail(&ended, 3, &["shares of different epochs do not go together"]);
    ended[0].fails(3, &["ben has shares of epoch 0 of treasury", "ben is behind"]);
    ended[1].fails(3, &["ann has shares of epoch 1 of treasury", "this home is behind", "key resume treasury"]);
    // Neither is it a dealer of the next refresh.
    let ended = holders.together(&HOLDERS, &["refresh", "treasury", "--wait", "20"]);
    all_fail(&ended, 3, &["epoch 0", "epoch 1"]);
    // Nobody has anything to finish: the old share is told so, and is recovered.
    let ended = holders.together(&HOLDERS, &["resume", "treasury", "--wait", "20"]);
    ended[1].fails(3, &["newer shares of treasury", "key recover treasury ben"]);
    holders.succeed(&HOLDERS, &["recover", "treasury", "ben"]);
    for pair in &PAIRS {
        holders.sign("treasury", pair, &["--message", "m"]);
    }
}

#[test]
fn parties_that_mean_different_things() {
    let holders = Holders::of(&["ann", "ben", "cas", "dan"]);
    let made = holders.generate("treasury", "ed25519");
    let reshare = |threshold: &'static str, holders: &'static str| {
        ["reshare", "treasury", "--threshold", threshold, "--holders", holders, "--dealers", "ann,ben", "--wait", "20"]
    };
    // Another threshold on one side.
    let ann = holders.start("ann", &reshare("2", "ann,ben,dan"));
    let ben = holders.start("ben", &reshare("3", "ann,ben,dan"));
    let dan = holders.start("dan", &reshare("2", "ann,ben,dan"));
    for running in [ann, ben, dan] {
        holders.end(running).fails(3, &["threshold"]);
    }
    // A drill on one side.
    let ann = holders.start("ann", &["refresh", "treasury", "--dry-run", "--wait", "20"]);
    let others = ["ben", "cas"].map(|name| holders.start(name, &["refresh", "treasury", "--wait", "20"]));
    for running in others.into_iter().chain([ann]) {
        holders.end(running).fails(3, &["ceremony"]);
    }
    // One dealer alone, too many, and a stranger.
    let order = |dealers: &'static str| ["refresh", "treasury", "--dealers", dealers];
    holders.end(holders.start("ann", &order("ann"))).fails(2, &["names 1 holders; exactly 2 deal"]);
    holders.end(holders.start("ann", &order("ann,ben,cas"))).fails(2, &["names 3 holders; exactly 2 deal"]);
    holders.end(holders.start("ann", &order("ann,dan"))).fails(2, &["dan, who holds no share of treasury"]);
    holders.end(holders.start("dan", &["refresh", "treasury"])).fails(2, &["there is no key treasury"]);
    holders
        .end(holders.start("dan", &["reshare", "treasury", "--threshold", "2", "--holders", "ann,dan"]))
        .fails(2, &["does not know who deals", "--dealers"]);
    let shown = HOLDERS.map(|name| holders.look(name, &["show", "treasury", "--json"]).json());
    assert!(shown.iter().all(|one| one["epoch"] == 0 && one["public_key"] == made[0]["public_key"]));
    holders.sign("treasury", &PAIRS[1], &["--message", "m"]);
}

/// A member of the committee that certifies its new share to one and not to the other: it is stopped as soon as the first
/// new shares are in use somewhere. Those who use them show the certificate to those who have only stored theirs.
#[test]
fn who_certifies_to_some_only() {
    let holders = Holders::new();
    let made = holders.generate("treasury", "ed25519");
    // Ben has stored its new share and lacks a signature; the others have all.
    let folder = holders.folder("ben", "treasury");
    let before = holders.copy("ben", "ben-before");
    holders.succeed(&HOLDERS, &["refresh", "treasury"]);
    let after = holders.copy("ben", "ben-after");
    put_keys_back(&holders, "ben", &before);
    copy(&format!("{after}/keys/treasury/2"), folder.join("2").to_str().expect("a path"));
    let certificate = folder.join("2/certificate.toml");
    let text_of = std::fs::read_to_string(&certificate).expect("the certificate");
    let own = text_of.split("[[signatures]]").filter(|part| part.starts_with("# ") || part.contains("\"ben\""));
    std::fs::write(&certificate, own.collect::<Vec<_>>().join("[[signatures]]")).expect("a file");
    assert_eq!(holders.look("ben", &["show", "treasury", "--json"]).json()["epoch"], 0);
    let resumed = holders.succeed(&HOLDERS, &["resume", "treasury"]);
    assert_eq!(["nothing", "finished", "nothing"], [0, 1, 2].map(|i| text(&resumed[i], "resumed")));
    assert!(resumed.iter().all(|one| one["epoch"] == 1 && one["public_key"] == made[0]["public_key"]));
    for pair in &PAIRS {
        holders.sign("treasury", pair, &["--message", "m"]);
    }
    // A certificate with a forged signature is none, even beside a share that is stored.
    holders.succeed(&HOLDERS, &["refresh", "treasury"]);
    let newer = holders.copy("ben", "ben-newer");
    put_keys_back(&holders, "ben", &after);
    copy(&format!("{newer}/keys/treasury/3"), folder.join("3").to_str().expect("a path"));
    let certificate = folder.join("3/certificate.toml");
    let text_of = std::fs::read_to_string(&certificate).expect("the certificate");
    let at = text_of.rfind("signature = \"").expect("a signature") + 13;
    let digit = if text_of.as_bytes()[at] == b'0' { "1" } else { "0" };
    std::fs::write(&certificate, format!("{}{digit}{}", &text_of[..at], &text_of[at + 1..])).expect("a file");
    let resumed = holders.succeed(&HOLDERS, &["resume", "treasury"]);
    assert_eq!(text(&resumed[1], "resumed"), "finished", "the others have the true one");
    holders.sign("treasury", &PAIRS[0], &["--message", "m"]);
}
