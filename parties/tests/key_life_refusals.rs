//! What goes wrong in the later life of a key: refused by those who are honest, with nothing lost.

mod command;
mod fixture;
mod holders;

use std::time::{Duration, Instant};

use holders::{HOLDERS, Holders, PAIRS, all_fail, copy, text};
use serde_json::Value;

/// How many commands are killed in all; thousands take a night.
fn kills() -> u32 {
    std::env::var("QUORATE_KILLS").map_or(8, |text| text.parse().expect("QUORATE_KILLS is a number"))
}

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

struct Chance(u64);

impl Chance {
    fn new() -> Self {
        let mut seed = [0; 8];
        getrandom::fill(&mut seed).expect("the system has randomness");
        Self(u64::from_le_bytes(seed) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        // Xorshift (Marsaglia 2003): nothing here is secret.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound
    }
}

fn epochs(holders: &Holders) -> Vec<Value> {
    HOLDERS.map(|name| holders.look(name, &["show", "treasury", "--json"]).json()["epoch"].clone()).into()
}

/// One holder is killed at any moment of a refresh or of a recovery: after `key resume` there is one key, of one epoch, with
/// which every two sign.
#[test]
fn killed_at_any_moment() {
    let (holders, mut chance) = (Holders::new(), Chance::new());
    let made = holders.generate("treasury", "ed25519");
    let start = Instant::now();
    holders.succeed(&HOLDERS, &["refresh", "treasury"]);
    let typical = start.elapsed();
    let (mut finished, mut taken_back) = (0, 0);
    for round in 0..kills() {
        let recovery = round % 4 == 3;
        let order: &[&str] = if recovery { &["recover", "treasury", "cas"] } else { &["refresh", "treasury"] };
        let order = [order, &["--wait", "4"]].concat();
        let mut running: Vec<_> = HOLDERS.iter().map(|name| holders.start(name, &order)).collect();
        let killed = running.swap_remove(chance.below(3));
        if chance.below(3) == 0 {
            std::thread::sleep(Duration::from_micros(chance.below(typical.as_micros() as usize) as u64));
        } else {
            killed.until("all parties agree");
            std::thread::sleep(Duration::from_micros(chance.below(120_000) as u64));
        }
        killed.signal("KILL");
        for running in running {
            let ended = holders.end(running);
            if ended.code != Some(0) {
                ended.fails(3, &["error:"]);
            }
        }
        holders.end(killed);
        let resumed = holders.succeed(&HOLDERS, &["resume", "treasury"]);
        finished += u32::from(resumed.iter().any(|one| text(one, "resumed") == "finished"));
        taken_back += u32::from(resumed.iter().any(|one| text(one, "resumed") == "taken-back"));
        let epochs = epochs(&holders);
        assert!(epochs.iter().all(|epoch| *epoch == epochs[0]), "round {round}: {epochs:?}");
        let pair = &PAIRS[chance.below(3)];
        let signed = holders.sign("treasury", pair, &["--message", "after"]);
        assert_eq!(signed[0]["public_key"], made[0]["public_key"]);
        let nothing = holders.succeed(&HOLDERS, &["resume", "treasury"]);
        assert!(nothing.iter().all(|one| text(one, "resumed") == "nothing"), "round {round}: {nothing:?}");
    }
    eprintln!("{} kills: {finished} finished, {taken_back} taken back", kills());
    for pair in &PAIRS {
        holders.sign("treasury", pair, &["--message", "at last"]);
    }
}

/// The key moves between cas and dan, and one of the four is killed at any moment: after `key resume` of all there is one
/// committee that signs, and who is not of it has nothing.
#[test]
fn killed_while_the_key_moves() {
    const FOUR: [&str; 4] = ["ann", "ben", "cas", "dan"];
    let (holders, mut chance) = (Holders::of(&FOUR), Chance::new());
    let made = holders.generate("treasury", "ed25519");
    let mut third = "cas";
    let mut moved = 0;
    for round in 0..kills().div_ceil(2) {
        let other = if third == "cas" { "dan" } else { "cas" };
        let committee = format!("ann,ben,{other}");
        let dealers = format!("ben,{third}");
        let order = ["reshare", "treasury", "--threshold", "2", "--holders", &committee, "--dealers", &dealers];
        let order = [&order[..], &["--wait", "4"]].concat();
        let mut running: Vec<_> = FOUR.iter().map(|name| holders.start(name, &order)).collect();
        let killed = running.swap_remove(chance.below(4));
        killed.until("all parties agree");
        std::thread::sleep(Duration::from_micros(chance.below(200_000) as u64));
        killed.signal("KILL");
        for running in running {
            let ended = holders.end(running);
            if ended.code != Some(0) {
                ended.fails(3, &["error:"]);
            }
        }
        holders.end(killed);
        holders.succeed(&FOUR, &["resume", "treasury", "--with", "ann,ben,cas,dan"]);
        let has = |name: &str| holders.look(name, &["show", "treasury", "--json"]).code == Some(0);
        assert!(has("ann") && has("ben") && has("cas") != has("dan"), "round {round}");
        let now = if has("cas") { "cas" } else { "dan" };
        moved += u32::from(now != third);
        third = now;
        for pair in [["ann", "ben"], ["ann", third], ["ben", third]] {
            let signed = holders.sign("treasury", &pair, &["--message", "after"]);
            assert_eq!(signed[0]["public_key"], made[0]["public_key"]);
        }
    }
    eprintln!("{} kills: the key moved {moved} times", kills().div_ceil(2));
}
