//! Parties that are killed at any moment while a key's shares are made anew: refreshed, moved to other holders, recovered.
//! After `key resume`, or after the recovery was begun again, there is one key, of one epoch, with which every two sign;
//! whoever is not of its committee has nothing.
//!
//! `QUORATE_KILLS` says how many ceremonies are struck; twelve if it is not set. A thousand:
//!
//! ```text
//! QUORATE_KILLS=1000 cargo test --release -p quorate --test key_life_kills -- --nocapture
//! ```

mod command;
mod fixture;
mod holders;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use command::Running;
use holders::chance::{Chance, given};
use holders::{HOLDERS, Holders, PAIRS, text};
use serde_json::Value;

const FOUR: [&str; 4] = ["ann", "ben", "cas", "dan"];

/// So long it takes, roughly, from the first file of a new generation to the last one of the old.
const STORING: Duration = Duration::from_millis(12);

/// How many ceremonies are struck in all.
fn kills() -> u32 {
    given("QUORATE_KILLS", 12)
}

/// What has happened.
#[derive(Debug, Default)]
struct Tally {
    ceremonies: u32,
    /// Processes that were killed while they ran, and those that had ended by then.
    killed: u32,
    too_late: u32,
    finished: u32,
    taken_back: u32,
    nothing: u32,
}

struct Scene {
    holders: Holders,
    chance: Chance,
    typical: Duration,
    tally: Tally,
}

impl Scene {
    fn new(names: &[&str], keys: &[(&str, &str)]) -> Self {
        let holders = Holders::of(names);
        for (key, scheme) in keys {
            holders.generate(key, scheme);
            holders.seal_cheaply(key, &HOLDERS);
        }
        let mut scene =
            Self { holders, chance: Chance::new(), typical: Duration::from_millis(300), tally: Tally::default() };
        let start = Instant::now();
        scene.holders.succeed(&HOLDERS, &["refresh", keys[0].0]);
        scene.typical = start.elapsed();
        scene
    }

    /// Runs a ceremony and kills one party of it, seldom two; the others end soon, and in order.
    #[track_caller]
    fn strike(&mut self, names: &[&'static str], order: &[&str]) {
        let order = [order, &["--wait", "3"]].concat();
        let mut running: Vec<(&str, Running)> =
            names.iter().map(|name| (*name, self.holders.start(name, &order))).collect();
        let mut victims = vec![running.swap_remove(self.chance.below(names.len()))];
        if self.chance.below(5) == 0 {
            victims.push(running.swap_remove(self.chance.below(names.len() - 1)));
        }
        // Some of them somewhere, some while the protocol runs, and most where it is tight: when shares are stored, put into
        // use and erased.
        match self.chance.below(6) {
            0 => std::thread::sleep(self.chance.moment(self.typical)),
            1 if order[0] != "resume" => {
                victims[0].1.until_or_over("all parties agree");
                std::thread::sleep(self.chance.moment(Duration::from_millis(60)));
            }
            _ => {
                self.until_stored(&victims[0], order[1]);
                std::thread::sleep(self.chance.moment(STORING));
            }
        }
        victims.iter().for_each(|(_, victim)| victim.kill());
        self.tally.ceremonies += 1;
        for (name, victim) in victims {
            let ended = self.holders.end(victim);
            match ended.code {
                None => self.tally.killed += 1,
                Some(0) => self.tally.too_late += 1,
                Some(_) => ended.fails(3, &["error:"]),
            }
            assert!(!ended.err.contains("panicked"), "{name}: {}", ended.err);
        }
        for (_, running) in running {
            let ended = self.holders.end(running);
            if ended.code != Some(0) {
                ended.fails(3, &["error:"]);
            }
        }
    }

    /// Waits until a party writes anything into the folder of a key, or is over.
    fn until_stored(&self, (name, party): &(&str, Running), key: &str) {
        let folder = self.holders.folder(name, key);
        let (before, start) = (names_below(&folder), Instant::now());
        while names_below(&folder) == before && !party.is_over() {
            assert!(start.elapsed() < Duration::from_secs(90), "{name} hangs: {}", party.said());
            std::thread::sleep(Duration::from_micros(200));
        }
    }

    /// Finishes what was in the middle, or takes it back; sometimes that is struck too, and is begun again.
    #[track_caller]
    fn resume(&mut self, key: &str, names: &[&'static str]) {
        let with = names.join(",");
        let order = ["resume", key, "--with", &with];
        if self.chance.below(4) == 0 {
            self.strike(names, &order);
        }
        let resumed = self.holders.succeed(names, &order);
        let any = |word: &str| u32::from(resumed.iter().any(|one| text(one, "resumed") == word));
        self.tally.finished += any("finished");
        self.tally.taken_back += any("taken-back");
        self.tally.nothing += u32::from(resumed.iter().all(|one| text(one, "resumed") == "nothing"));
        if self.chance.below(5) == 0 {
            let again = self.holders.succeed(names, &order);
            assert!(again.iter().all(|one| text(one, "resumed") == "nothing"), "{again:?}");
        }
    }

    /// What a holder has of a key, if it has it.
    fn shown(&self, name: &str, key: &str) -> Option<Value> {
        let shown = self.holders.look(name, &["show", key, "--json"]);
        (shown.code == Some(0)).then(|| shown.json())
    }

    /// All these hold the same key in one epoch, and two of them sign with it.
    #[track_caller]
    fn is_usable(&mut self, key: &str, names: &[&'static str; 3], public_key: &Value) {
        let shown: Vec<Value> = names.iter().map(|name| self.shown(name, key).expect("a holder has it")).collect();
        for field in ["epoch", "public_key", "key_id"] {
            assert!(shown.iter().all(|one| one[field] == shown[0][field]), "{field}: {shown:?}");
        }
        assert_eq!(shown[0]["public_key"], *public_key);
        let left_out = self.chance.below(3);
        let pair: Vec<&str> = names.iter().enumerate().filter(|(i, _)| *i != left_out).map(|(_, name)| *name).collect();
        self.holders.sign(key, &[pair[0], pair[1]], &["--message", "after"]);
    }
}

/// What is in a folder and in the folders in it.
fn names_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut names: Vec<PathBuf> =
        entries.flat_map(|path| names_below(&path).into_iter().chain([path]).collect::<Vec<_>>()).collect();
    names.sort();
    names
}

/// Of an Ed25519 and of an ECDSA key, where what the holders have set up for products is made anew too.
#[test]
fn killed_at_any_moment_of_a_refresh_or_a_recovery() {
    let keys = [("quick", "ed25519"), ("slow", "ecdsa-secp256k1")];
    let mut scene = Scene::new(&HOLDERS, &keys);
    let known = keys.map(|(key, _)| scene.shown("ann", key).expect("a key")["public_key"].clone());
    for round in 0..kills() * 2 / 3 {
        let which = usize::from(round % 4 == 3);
        let key = keys[which].0;
        if scene.chance.below(3) == 0 {
            let lost = HOLDERS[scene.chance.below(3)];
            scene.strike(&HOLDERS, &["recover", key, lost]);
            // Nobody's share has ended; what the others have set up with the lost one may be new at one side only.
            scene.holders.succeed(&HOLDERS, &["recover", key, lost]);
            scene.holders.seal_cheaply(key, &[lost]);
        } else {
            let presign: &[&str] = if scene.chance.below(4) == 0 { &["--presign", "2"] } else { &[] };
            scene.strike(&HOLDERS, &[&["refresh", key], presign].concat());
            scene.resume(key, &HOLDERS);
        }
        scene.is_usable(key, &HOLDERS, &known[which]);
        if round % 20 == 19 {
            eprintln!("refresh and recovery, until now: {:?}", scene.tally);
        }
    }
    eprintln!("refresh and recovery: {:?}", scene.tally);
    for (key, _) in keys {
        PAIRS.iter().for_each(|pair| drop(scene.holders.sign(key, pair, &["--message", "at last"])));
    }
}

/// The key moves between cas and dan.
#[test]
fn killed_at_any_moment_of_a_move() {
    let mut scene = Scene::new(&FOUR, &[("treasury", "ed25519")]);
    let known = scene.shown("ann", "treasury").expect("a key")["public_key"].clone();
    let (mut third, mut moved) = ("cas", 0);
    for round in 0..kills().div_ceil(3) {
        let other = if third == "cas" { "dan" } else { "cas" };
        let (committee, dealers) = (format!("ann,ben,{other}"), format!("ben,{third}"));
        let order = ["reshare", "treasury", "--threshold", "2", "--holders", &committee, "--dealers", &dealers];
        scene.strike(&FOUR, &order);
        scene.resume("treasury", &FOUR);
        let has = ["cas", "dan"].map(|name| scene.shown(name, "treasury").is_some());
        assert!(has[0] != has[1], "round {round}: {has:?}");
        let now = if has[0] { "cas" } else { "dan" };
        if now != third {
            moved += 1;
            third = now;
            scene.holders.seal_cheaply("treasury", &[third]);
        }
        scene.is_usable("treasury", &["ann", "ben", third], &known);
        for name in FOUR {
            let listed = scene.holders.look(name, &["list"]).result();
            assert!(!listed.contains("damaged"), "{listed}");
        }
        if round % 20 == 19 {
            eprintln!("moves, until now: {:?}", scene.tally);
        }
    }
    eprintln!("moves: {:?}, the key moved {moved} times", scene.tally);
    for pair in [["ann", "ben"], ["ann", third], ["ben", third]] {
        scene.holders.sign("treasury", &pair, &["--message", "at last"]);
    }
}
