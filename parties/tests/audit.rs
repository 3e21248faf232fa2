//! What partners notice of a log that somebody laid hands on, with real processes.

mod command;
mod fixture;
mod holders;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use command::{Company, Ended, quorate};
use holders::secrets::Needles;
use holders::{HOLDERS, Holders};
use serde_json::Value;

/// Alice and bob, who have compared their wealth so many times.
struct Partners(Company);

impl Partners {
    fn new(sessions: u32) -> Self {
        let partners = Self(Company::new(&["alice", "bob"]));
        (0..sessions).for_each(|_| partners.succeed());
        partners
    }

    fn meet(&self) -> (Ended, Ended) {
        let alice = self.0.run("alice", &["millionaires", "--input", "wealth=5", "--wait", "20"]);
        let bob = self.0.run("bob", &["millionaires", "--input", "wealth=3", "--wait", "20"]);
        (alice.wait(), bob.wait())
    }

    #[track_caller]
    fn succeed(&self) {
        let (alice, bob) = self.meet();
        alice.result();
        bob.result();
    }

    fn audit(&self, name: &str, arguments: &[&str]) -> Ended {
        quorate(&[&["audit"], arguments, &["--home", &self.0.home(name)]].concat())
    }

    #[track_caller]
    fn entries(&self, name: &str, kind: &str) -> Vec<Value> {
        let kind: &[&str] = if kind.is_empty() { &[] } else { &["--kind", kind] };
        let shown = self.audit(name, &[&["show", "--json"], kind].concat()).json();
        shown.as_array().expect("a list").clone()
    }

    fn log(&self, name: &str) -> PathBuf {
        PathBuf::from(self.0.home(name)).join("audit/log")
    }

    fn lines(&self, name: &str) -> Vec<String> {
        fs::read_to_string(self.log(name)).expect("a log").lines().map(str::to_owned).collect()
    }

    /// Writes another log, and forgets how far it was written, as whoever knows the files does.
    fn rewrite(&self, name: &str, lines: &[String]) {
        fs::write(self.log(name), lines.iter().map(|line| line.clone() + "\n").collect::<String>()).expect("a file");
        for file in ["head", "partners"] {
            let _ = fs::remove_file(self.log(name).with_file_name(file));
        }
    }

    fn copy(&self, from: &str, to: &str) {
        let (from, to) = (self.0.path(from), self.0.path(to));
        let _ = fs::remove_dir_all(&to);
        assert!(Command::new("cp").args(["-a", &from, &to]).status().expect("the command cp").success());
    }
}

#[test]
fn a_session_is_logged_and_countersigned_by_both() {
    let partners = Partners::new(1);
    let receipt = partners.0.receipt("alice");
    for (name, other) in [("alice", "bob"), ("bob", "alice")] {
        let sessions = partners.entries(name, "session");
        assert_eq!(sessions.len(), 1);
        let session = &sessions[0]["event"]["session"];
        assert!(receipt.contains(session["session"].as_str().expect("an id")));
        assert_eq!((session["program"].as_str(), session["outcome"].as_str()), (Some("millionaires"), Some("done")));
        let heads = partners.entries(name, "head");
        assert_eq!(heads.len(), 2);
        assert!(heads.iter().all(|head| head["event"]["head"]["partner"] == other));
        let verified = partners.audit(name, &["verify", "--json"]).json();
        assert_eq!(verified["logs"][0]["countersigned"][0]["partner"], other);
        assert_eq!(verified["logs"][0]["countersigned"][0]["number"], 1);
        let text = partners.audit(name, &["verify"]).result();
        assert!(text.starts_with(&format!("verified: the log of {name}, up to entry 3")), "{text}");
        assert!(text.contains(&format!("{other} countersigned entry 1")), "{text}");
    }
    partners.succeed();
    assert_eq!(partners.audit("alice", &["verify", "--json"]).json()["logs"][0]["number"], 6);
    let shown = partners.audit("alice", &["show", "--since", "4"]).result();
    assert_eq!(shown.lines().count(), 3);
    assert!(shown.lines().next().expect("a line").contains("millionaires by yao, alice, bob: done"), "{shown}");
    assert_eq!(partners.audit("alice", &["show", "--since", "99"]).result(), "");
    assert_eq!(partners.audit("alice", &["show", "--kind", "alarm", "--json"]).result(), "[]\n");
    partners.audit("alice", &["show", "--kind", "gossip"]).fails(2, &["gossip", "session"]);
}

#[test]
fn a_log_that_was_cut_is_refused_by_whoever_countersigned_it() {
    let partners = Partners::new(2);
    let lines = partners.lines("alice");
    partners.rewrite("alice", &lines[..2]);
    // By itself it is a good log: only partners know better.
    partners.audit("alice", &["verify"]).result();
    let (alice, bob) = partners.meet();
    let remembered = "entry 4 (hash ";
    bob.fails(
        3,
        &["the audit log of alice ends at entry 2 (hash", remembered, "it was cut or set back", "audit accept alice"],
    );
    alice.fails(3, &["bob has countersigned", remembered, "now ends at entry 2", "hint: put the newest copy"]);
    for (name, other) in [("alice", "bob"), ("bob", "alice")] {
        let alarms = partners.entries(name, "alarm");
        assert_eq!(alarms.len(), 1);
        assert_eq!(alarms[0]["event"]["alarm"]["partner"], other);
    }
    // It does not help to wait until there are as many entries again.
    for _ in 0..3 {
        let (_, bob) = partners.meet();
        bob.fails(3, &["the audit log of alice ends at entry"]);
    }
    assert_eq!(partners.lines("alice").len(), 6);
    let (_, bob) = partners.meet();
    bob.fails(3, &["and does not contain entry 4", "it was forked or rewritten"]);
    // What was cut is put back: everything is as before.
    partners.rewrite("alice", &lines);
    partners.succeed();
}

#[test]
fn a_home_that_was_put_back_is_refused_until_a_person_accepts_it() {
    let partners = Partners::new(1);
    partners.copy("alice", "alice-before");
    partners.succeed();
    partners.copy("alice-before", "alice");
    let (alice, bob) = partners.meet();
    bob.fails(3, &["the audit log of alice ends at entry 3", "this party has countersigned entry 4 (hash"]);
    alice.fails(3, &["bob has countersigned entry 4"]);
    partners.audit("bob", &["accept", "carol"]).fails(2, &["carol"]);
    let accepted = partners.audit("bob", &["accept", "alice"]);
    assert!(accepted.err.contains("warning: what was taken back of the log of alice"), "{}", accepted.err);
    assert!(accepted.result().contains("nothing is remembered of the log of alice any more"));
    partners.audit("bob", &["accept", "alice"]).fails(2, &["nothing is remembered of the log of alice"]);
    partners.succeed();
    let given_up = partners.entries("bob", "accepted");
    assert_eq!(given_up.len(), 1);
    assert_eq!(given_up[0]["event"]["accepted"]["number"], 4);
    partners.audit("bob", &["verify"]).result();
    partners.succeed();
}

#[test]
fn a_log_that_begins_anew_is_no_first_meeting() {
    let partners = Partners::new(1);
    fs::remove_dir_all(partners.log("alice").parent().expect("a folder")).expect("it is there");
    let (alice, bob) = partners.meet();
    bob.fails(3, &["the audit log of alice ends at entry 0", "it was cut or set back"]);
    alice.fails(3, &["bob has countersigned entry 1"]);
    // Alice does not hold that against bob, whose log she has forgotten.
    partners.audit("bob", &["accept", "alice"]).result();
    partners.succeed();
}

#[test]
fn edited_reordered_and_removed_entries() {
    let partners = Partners::new(2);
    let lines = partners.lines("alice");
    let session = partners.entries("alice", "session")[0]["event"]["session"]["session"].to_string();
    let altered = |change: &dyn Fn(&mut Vec<String>), number: u64, words: &str| {
        let mut lines = lines.clone();
        change(&mut lines);
        partners.rewrite("alice", &lines);
        partners.audit("alice", &["verify"]).fails(5, &[&format!("entry {number}: "), words, "hint:"]);
        // Nobody is called with such a log.
        let ended = partners.0.run("alice", &["millionaires", "--input", "wealth=5", "--wait", "1"]).wait();
        ended.fails(5, &[&format!("entry {number}: "), words]);
    };
    let other = format!("\"{}\"", "ab".repeat(32));
    altered(&|lines| lines[0] = lines[0].replacen(&session, &other, 1), 1, "it was edited");
    altered(&|lines| lines[3] = lines[3].replace("done", "dune"), 4, "not an entry");
    altered(&|lines| lines.swap(3, 4), 4, "number 5 stands where 4 is due");
    altered(&|lines| drop(lines.remove(2)), 3, "number 4 stands where 3 is due");
    altered(&|lines| lines.insert(2, lines[1].clone()), 3, "number 2 stands where 3 is due");
    partners.rewrite("alice", &lines);
    partners.succeed();
}

#[test]
fn two_histories_are_found_by_comparing_exports() {
    let partners = Partners(Company::new(&["alice", "bob", "carol"]));
    let pair = |name: &'static str| {
        let peer = format!("bob={name}");
        let alice = partners.0.run("alice", &["millionaires", "--as", "alice", "--peer", &peer, "--input", "wealth=5"]);
        let other = ["millionaires", "--as", "bob", "--peer", "alice=alice", "--input", "wealth=3"];
        let other = partners.0.run(name, &other);
        (alice.wait(), other.wait())
    };
    let succeed = |name| {
        let (alice, other) = pair(name);
        alice.result();
        other.result();
    };
    partners.copy("alice", "alice-before");
    succeed("bob");
    partners.copy("alice", "alice-with-bob");
    // With carol, alice begins anew: neither of the two can notice by itself.
    partners.copy("alice-before", "alice");
    succeed("carol");
    let export = |name: &str| {
        let file = partners.0.path(&format!("{name}.log"));
        partners.audit(name, &["export", &file]).result();
        file
    };
    let (alice, bob, carol) = (export("alice"), export("bob"), export("carol"));
    let (bob_card, carol_card) = (partners.0.card("bob"), partners.0.card("carol"));
    let alone = ["--card", &partners.0.card("alice"), "--card", &bob_card, "--card", &carol_card];
    let offline = |arguments: &[&str]| quorate(&[&["audit", "verify"], arguments, &alone].concat());
    let verified = offline(&["--file", &alice, "--partner", &carol, "--json"]).json();
    assert_eq!(verified["logs"].as_array().expect("a list").len(), 2);
    offline(&["--file", &alice, "--partner", &bob]).fails(5, &["entry 1 of the log of alice", "bob has seen entry 1"]);
    // Without alice's log, those of her partners say it.
    let fork = ["the log of alice was forked at or before entry 1", "bob and carol", "hint:"];
    offline(&["--file", &bob, "--partner", &carol]).fails(5, &fork);
    partners.audit("bob", &["verify", "--partner", &carol]).fails(5, &fork);
    // And with bob she cannot go on.
    let (alice, bob) = pair("bob");
    bob.fails(3, &["the audit log of alice", "forked or rewritten"]);
    alice.fails(3, &["bob has countersigned entry 1"]);
}

#[test]
fn exports_verify_without_a_home() {
    let partners = Partners::new(1);
    let file = partners.0.path("alice.log");
    let exported = partners.audit("alice", &["export", &file, "--json"]).json();
    assert_eq!(exported["number"], 3);
    partners.audit("alice", &["export", &file]).fails(2, &["alice.log"]);
    let card = partners.0.card("alice");
    let verify = |file: &str| quorate(&["audit", "verify", "--file", file, "--card", &card]);
    let ended = verify(&file);
    assert!(ended.err.contains("no card of bob is known here"), "{}", ended.err);
    assert!(ended.result().starts_with("verified: the log of alice, up to entry 3"));
    quorate(&["audit", "verify", "--file", &file]).fails(2, &["the card", "--card FILE"]);
    let text = fs::read_to_string(&file).expect("a file");
    let edited = partners.0.write("edited.log", &text.replacen("millionaires", "billionaires", 1));
    verify(&edited).fails(5, &["entry 1: ", "it was edited"]);
    let cut = partners.0.write("cut.log", &text[..text.len() - 9]);
    verify(&cut).fails(5, &["entry 3: ", "the line is cut"]);
    verify(&partners.0.write("empty.log", "")).fails(2, &["this is no audit log"]);
    verify(&partners.0.path("nowhere.log")).fails(2, &["nowhere.log"]);
    let without_first = text.split_once('\n').expect("lines").1;
    verify(&partners.0.write("late.log", without_first)).fails(2, &["begins in the middle"]);
    // With a partner's export, what is remembered of it goes on from there.
    partners.succeed();
    partners
        .audit("bob", &["accept", "alice", "--file", &file])
        .fails(5, &["ends at entry 3", "does not contain entry 4"]);
    let newer = partners.0.path("alice-newer.log");
    partners.audit("alice", &["export", &newer]).result();
    let learned = partners.audit("bob", &["accept", "alice", "--file", &newer, "--json"]).json();
    assert_eq!(learned["remembered"]["number"], 6);
    partners.succeed();
}

#[test]
fn a_crash_in_the_middle_of_a_line_is_noted() {
    let partners = Partners::new(1);
    let mut log = fs::read_to_string(partners.log("alice")).expect("a log");
    log += "{\"number\":4,\"time\":17";
    fs::write(partners.log("alice"), log).expect("a file");
    let shown = partners.audit("alice", &["show", "--since", "4"]).result();
    assert!(shown.contains("alarm") && shown.contains("21 bytes and no end"), "{shown}");
    partners.succeed();
    partners.audit("alice", &["verify"]).result();
}

#[test]
fn what_happens_to_a_key_is_logged_without_its_secrets() {
    let holders = Holders::new();
    holders.generate("treasury", "ecdsa-secp256k1");
    holders.presign("treasury", &["ann", "ben"], 1);
    holders.sign("treasury", &["ann", "ben"], &["--message", "pay the rent"]);
    let needles = Needles::of(&holders, "treasury");
    for name in HOLDERS {
        let home = holders.company.home(name);
        let audit = |arguments: &[&str]| quorate(&[&["audit"], arguments, &["--home", &home]].concat());
        let keys = audit(&["show", "--kind", "key", "--json"]).json();
        let made = &keys[0]["event"]["key"];
        let told = (&made["key"], &made["action"], &made["by"], &made["epoch"]);
        assert_eq!(told, (&"treasury".into(), &"generated".into(), &name.into(), &0.into()));
        let sessions = audit(&["show", "--kind", "session"]).result();
        assert_eq!(sessions.lines().count(), if name == "cas" { 1 } else { 3 });
        assert!(sessions.contains("ecdsa-secp256k1-key by dkls, ann, ben, cas: done"), "{sessions}");
        let export = holders.company.path(&format!("{name}.log"));
        audit(&["export", &export]).result();
        assert!(!needles.are_in(&fs::read(&export).expect("a file")), "a secret is in the log of {name}");
        needles.are_not_below(&PathBuf::from(&home).join("audit"));
        for arguments in [&["show"][..], &["show", "--json"], &["verify"], &["verify", "--json"]] {
            assert!(!needles.are_in(audit(arguments).result().as_bytes()), "{arguments:?}");
        }
    }
    let verified = quorate(&["audit", "verify", "--home", &holders.company.home("ann")]).result();
    assert!(verified.contains("ben countersigned") && verified.contains("cas countersigned"), "{verified}");
}

#[test]
fn a_session_that_ends_early_is_logged_with_its_reason() {
    let partners = Partners(Company::new(&["party_1", "party_2"]));
    let rows: String = (0..60_000).map(|row| format!("{}\n", row % 1000)).collect();
    let table = partners.0.write("table.csv", &format!("a\n{rows}"));
    let more = ["--wait", "20", "--progress", "json", "--protocol", "additive"];
    let cast = |me, other| ["risk-score", "--as", me, "--peer", other];
    let weights = ["--input", "weights=1", "--input", "bias=0", "--input", "thresholds=2,5"];
    let owner = partners.0.run("party_1", &[&cast("model_owner", "bank_1=party_2")[..], &weights, &more].concat());
    let features = format!("features={table}:a");
    let bank = [&cast("bank_1", "model_owner=party_1")[..], &["--input", &features], &more].concat();
    let bank = partners.0.run("party_2", &bank);
    owner.until("\"begin\"");
    bank.signal("KILL");
    owner.wait().fails(3, &["the connection was closed by the peer"]);
    let sessions = partners.entries("party_1", "session");
    let aborted = &sessions[0]["event"]["session"]["outcome"]["aborted"];
    let reason = aborted["reason"].as_str().expect("a reason");
    assert!(reason.contains("party_2") && reason.contains("closed by the peer"), "{reason}");
    // Who was killed has nothing to say, and is met again as before.
    assert!(partners.entries("party_2", "session").is_empty());
}
