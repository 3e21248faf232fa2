//! `quorate preprocess` and `quorate run --prepared`, as processes over TLS: each prepared run serves once, whatever
//! happens; stores that were set back, altered or are another group's are refused.

mod command;
mod fixture;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use command::{Company, Ended, Running, quorate, start};
use serde_json::Value;

/// Comparisons, products and sums of three owners' numbers.
const MIXED: &str = "program mixed
role a
role b
role c
size rows in 1..=1000
input a.x[rows]: u16 in 0..=1000
input b.y[rows]: u16 in 0..=1000
input c.z: u16 in 0..=1000
let x = share(a.x)
let y = share(b.y)
let larger = x > y
let count = sum(larger)
reveal dot = dot(x, y) to all
reveal scaled = count * share(c.z) to all
";

/// Starts a command of a party, without anything on its standard input.
fn starts(company: &Company, command: &str, name: &str, arguments: &[&str]) -> Running {
    let home = company.home(name);
    let mut running = start(&[&[command], arguments, &["--home", &home]].concat());
    running.feed("");
    running
}

/// Lets all parties run a command, each with arguments of its own.
fn all(company: &Company, command: &str, arguments: &[(&str, Vec<&str>)]) -> Vec<Ended> {
    let running: Vec<Running> =
        arguments.iter().map(|(name, arguments)| starts(company, command, name, arguments)).collect();
    running.into_iter().map(Running::wait).collect()
}

/// Lets alice and bob prepare so many runs of `millionaires`.
fn prepare(company: &Company, runs: &str) -> Vec<Value> {
    let arguments = vec!["millionaires", ADDITIVE, "--runs", runs, "--json"];
    let ended = all(company, "preprocess", &[("alice", arguments.clone()), ("bob", arguments)]);
    ended.into_iter().map(Ended::json).collect()
}

const ADDITIVE: &str = "--protocol=additive";
const ALICE: [&str; 5] = ["millionaires", ADDITIVE, "--prepared", "--input=wealth=5", "--json"];
const BOB: [&str; 5] = ["millionaires", ADDITIVE, "--prepared", "--input=wealth=3", "--json"];

/// Lets alice and bob use a prepared run.
fn run(company: &Company) -> Vec<Ended> {
    all(company, "run", &[("alice", ALICE.to_vec()), ("bob", BOB.to_vec())])
}

/// The number of the prepared run that both have used.
#[track_caller]
fn used(ended: Vec<Ended>) -> String {
    let reports: Vec<Value> = ended.into_iter().map(Ended::json).collect();
    for report in &reports {
        assert_eq!(report["outputs"]["alice_richer"], true);
        assert_eq!(report["prepared"], reports[0]["prepared"]);
    }
    reports[0]["prepared"].as_str().expect("a run").to_owned()
}

/// The folder of a home's only store.
#[track_caller]
fn store(company: &Company, name: &str) -> PathBuf {
    let folder = Path::new(&company.home(name)).join("prepared");
    let stores: Vec<PathBuf> = fs::read_dir(folder).expect("stores").flatten().map(|entry| entry.path()).collect();
    assert_eq!(stores.len(), 1, "one store");
    stores[0].clone()
}

/// The files of a store's runs, in order.
fn files(store: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(store.join("stock/runs")).expect("runs");
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    files
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copied(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("a copy");
        }
    }
}

#[test]
fn three_prepared_runs_of_three_parties_serve_three_runs() {
    let company = Company::new(&["a", "b", "c"]);
    let program = company.write("mixed.qp", MIXED);
    let names = ["a", "b", "c"];
    let prepare = |runs: &'static str| {
        let arguments = vec![program.as_str(), "--param", "rows=3", "--runs", runs, "--json"];
        let ended = all(&company, "preprocess", &names.map(|name| (name, arguments.clone())));
        ended.into_iter().map(Ended::json).collect::<Vec<_>>()
    };
    let filled = prepare("3");
    for party in &filled {
        assert_eq!((&party["made"], &party["ready"]), (&3.into(), &3.into()));
        assert_eq!(party["store"], filled[0]["store"]);
        assert_eq!(party["session"], filled[0]["session"]);
        assert!(party["bytes_sent"].as_u64() > Some(0));
    }
    let listed = quorate(&["preprocess", "--list", "--json", "--home", &company.home("b")]).json();
    assert_eq!((&listed["stores"][0]["runs"], &listed["stores"][0]["program"]), (&3.into(), &"mixed".into()));
    let again = prepare("2");
    assert!(again.iter().all(|party| party["made"] == 0 && party["ready"] == 3), "enough is there");

    let run = |how: &'static str| {
        let of = |input: &'static str| vec![program.as_str(), how, "--json", "--input", input];
        let (x, y) = (company.write("x.csv", "x\n1\n20\n300\n"), company.write("y.csv", "y\n2\n10\n30\n"));
        let (x, y) = (format!("x={x}:x"), format!("y={y}:y"));
        let of_file = |input| vec![program.as_str(), how, "--json", "--input", input];
        all(&company, "run", &[("a", of_file(&x)), ("b", of_file(&y)), ("c", of("z=7"))])
    };
    let mut runs = BTreeSet::new();
    for _ in 0..3 {
        let reports: Vec<Value> = run("--prepared").into_iter().map(Ended::json).collect();
        for (place, report) in reports.iter().enumerate() {
            assert_eq!((&report["outputs"]["dot"], &report["outputs"]["scaled"]), (&9202.into(), &14.into()));
            assert_eq!(report["prepared"], reports[0]["prepared"]);
            assert_eq!(report["protocol"], "additive");
            let sent: u64 = report["parties"][place]["bytes_sent"].as_u64().expect("a number");
            assert!(sent < filled[place]["bytes_sent"].as_u64().expect("a number"), "{sent}: nothing is made here");
        }
        let sent = |place: usize| reports[place]["parties"][place]["bytes_sent"].as_u64().expect("a number");
        assert_eq!((0..3).map(sent).sum::<u64>(), reports[0]["cost"]["bytes"].as_u64().expect("a number"));
        runs.insert(reports[0]["prepared"].as_str().expect("a run").to_owned());
    }
    assert_eq!(runs.len(), 3, "each its own");
    for receipt in company.receipts("c") {
        let text = fs::read_to_string(&receipt).expect("a receipt");
        assert!(runs.iter().any(|run| text.contains(run)), "the receipt says which run it was");
        quorate(&["receipt", "verify", receipt.to_str().expect("UTF-8"), "--home", &company.home("a")]).result();
    }
    for ended in run("--prepared") {
        ended.fails(2, &["no prepared run of mixed is left at a, b, c", "quorate preprocess"]);
    }
    for ended in run("--prepared=or-afresh") {
        let report = ended.json();
        assert_eq!((&report["outputs"]["scaled"], &report["prepared"]), (&14.into(), &"nothing is left".into()));
    }
    assert!(files(&store(&company, "a")).is_empty());
}

/// Keys and material of each run are its own, and the run sends what is left.
#[test]
fn garbled_runs_and_those_against_malicious_parties_are_prepared_too() {
    let company = Company::new(&["alice", "bob"]);
    let protocols = [
        ("yao", "--protocol=yao"),
        ("authenticated-garbling", "--protocol=authenticated-garbling"),
        ("spdz", "--protocol=spdz"),
    ];
    for (protocol, named) in protocols {
        let arguments = vec!["millionaires", named, "--runs", "2", "--json"];
        let filled = all(&company, "preprocess", &[("alice", arguments.clone()), ("bob", arguments)]);
        let filled: Vec<Value> = filled.into_iter().map(Ended::json).collect();
        assert!(filled.iter().all(|party| party["made"] == 2 && party["ready"] == 2));
        let mut runs = BTreeSet::new();
        for _ in 0..2 {
            let of = |mut list: [&'static str; 5]| {
                list[1] = named;
                list.to_vec()
            };
            let ended = all(&company, "run", &[("alice", of(ALICE)), ("bob", of(BOB))]);
            let reports: Vec<Value> = ended.into_iter().map(Ended::json).collect();
            for (report, filled) in reports.iter().zip(&filled) {
                assert_eq!((&report["outputs"]["alice_richer"], &report["protocol"]), (&true.into(), &protocol.into()));
                assert!(report["cost"]["bytes"].as_u64() < filled["bytes_sent"].as_u64(), "nothing is made here");
            }
            let sent = |place: usize| reports[place]["parties"][place]["bytes_sent"].as_u64().expect("a number");
            assert_eq!(sent(0) + sent(1), reports[0]["cost"]["bytes"].as_u64().expect("a number"));
            runs.insert(reports[0]["prepared"].as_str().expect("a run").to_owned());
        }
        assert_eq!(runs.len(), 2, "each its own");
    }
}

#[test]
fn a_run_is_never_prepared_silently() {
    let company = Company::new(&["alice", "bob"]);
    prepare(&company, "1");
    let afresh = vec!["millionaires", "--protocol", "additive", "--input", "wealth=5", "--json"];
    let ended = all(&company, "run", &[("alice", afresh.clone()), ("bob", BOB.to_vec())]);
    ended[0].fails(3, &["record prepared is not held for alice and only for bob"]);
    ended[1].fails(3, &["record prepared is only for bob and not held for alice"]);
    // Nothing was used up by that, nor by a run that makes its own.
    let own = vec!["millionaires", "--protocol", "additive", "--input", "wealth=3", "--json"];
    for ended in all(&company, "run", &[("alice", afresh), ("bob", own)]) {
        assert_eq!(ended.json()["prepared"], Value::Null);
    }
    assert!(used(run(&company)).starts_with("run 0 of "));
}

#[test]
fn a_process_that_is_killed_after_the_use_was_written_loses_the_run() {
    let company = Company::new(&["alice", "bob"]);
    prepare(&company, "3");
    let alice = starts(&company, "run", "alice", &ALICE);
    let bob = starts(&company, "run", "bob", &BOB);
    alice.until("is used up");
    alice.kill();
    // Bob is alone, or had all that he needed already.
    let ended = bob.wait();
    assert!(matches!(ended.code, Some(0 | 3)), "{}", ended.err);
    drop(alice);
    assert!(used(run(&company)).starts_with("run 1 of "), "the run that was begun is never used again");
    // A store that a killed process had open is burned, and only what all have is used.
    let listed = quorate(&["preprocess", "--list", "--home", &company.home("alice")]).result();
    assert!(listed.contains("alice, bob"), "{listed}");
}

#[test]
fn an_older_copy_of_a_store_is_refused_and_burned() {
    let company = Company::new(&["alice", "bob"]);
    prepare(&company, "3");
    let (folder, copy) = (store(&company, "alice"), PathBuf::from(company.path("copy")));
    copied(&folder, &copy);
    assert!(used(run(&company)).starts_with("run 0 of "));
    fs::remove_dir_all(&folder).expect("a folder");
    copied(&copy, &folder);
    let ended = run(&company);
    ended[0].fails(2, &["bob has seen a later use", "restored from an older copy", "all 3 runs in it are burned"]);
    ended[1].fails(3, &["alice", "restored from an older copy"]);
    let ended = run(&company);
    ended[0].fails(2, &["no prepared run of millionaires is left at alice"]);
    ended[1].fails(3, &["no prepared run of millionaires is left at alice"]);
    // What was made since is used as always.
    assert_eq!(prepare(&company, "1")[0]["made"], 1);
    assert!(used(run(&company)).starts_with("run 0 of "));
}

#[test]
fn an_altered_run_is_refused_and_the_next_one_is_used() {
    let company = Company::new(&["alice", "bob"]);
    prepare(&company, "3");
    let files = files(&store(&company, "alice"));
    let mut bytes = fs::read(&files[0]).expect("a run");
    *bytes.last_mut().expect("not empty") ^= 1;
    fs::write(&files[0], bytes).expect("a run");
    let bytes = fs::read(&files[1]).expect("a run");
    fs::write(&files[1], &bytes[..bytes.len() / 2]).expect("a run");
    let ended = run(&company);
    ended[0].fails(2, &["what was prepared was altered since", "used up all the same"]);
    ended[1].fails(3, &["what it had prepared cannot be read"]);
    let ended = run(&company);
    ended[0].fails(2, &["the file is cut"]);
    ended[1].fails(3, &["its store of prepared runs cannot be used"]);
    assert!(used(run(&company)).starts_with("run 2 of "));
}

#[test]
fn the_store_of_another_group_is_refused_by_name() {
    let company = Company::new(&["alice", "bob", "carol"]);
    prepare(&company, "1");
    let of_bob = store(&company, "alice");
    let aside = PathBuf::from(company.path("aside"));
    fs::rename(&of_bob, &aside).expect("a rename");
    let alice = vec!["millionaires", ADDITIVE, "--peer", "bob=carol", "--json"];
    let carol = vec!["millionaires", ADDITIVE, "--as", "bob", "--peer", "alice=alice", "--json"];
    all(&company, "preprocess", &[("alice", alice), ("carol", carol)]).into_iter().for_each(|ended| drop(ended.json()));
    let of_carol = store(&company, "alice");
    assert_ne!(of_bob, of_carol);
    fs::remove_dir_all(&of_carol).expect("a folder");
    fs::rename(&aside, &of_carol).expect("a rename");
    let alice = vec!["millionaires", ADDITIVE, "--prepared", "--peer", "bob=carol", "--input", "wealth=5", "--json"];
    let carol = vec![
        "millionaires",
        ADDITIVE,
        "--prepared",
        "--as",
        "bob",
        "--peer",
        "alice=alice",
        "--input",
        "wealth=3",
        "--json",
    ];
    let ended = all(&company, "run", &[("alice", alice), ("carol", carol)]);
    ended[0].fails(2, &["is of another group: of alice, bob, not of alice, carol", "never copied or restored"]);
    ended[1].fails(3, &["its store of prepared runs cannot be used"]);
}

#[test]
fn what_cannot_be_prepared_is_said_before_anybody_is_called() {
    let company = Company::new(&["alice", "bob"]);
    let alice = |arguments: &[&str]| {
        let home = company.home("alice");
        quorate(&[&["preprocess"], arguments, &["--home", &home]].concat())
    };
    let program = company.write("rows.qp", &MIXED.replace("role c\n", "").replace("c.z", "b.z"));
    let cast = ["--as", "a", "--peer", "b=bob"];
    alice(&[&[program.as_str()], &cast[..]].concat()).fails(2, &["the size rows is not given", "--param rows=VALUE"]);
    let none = ["--param", "rows=none"];
    alice(&[&[program.as_str()], &cast[..], &none[..]].concat()).fails(2, &["must be a whole number"]);
    let of_three = company.write("three.qp", MIXED);
    let all = ["--as", "a,c", "--peer", "b=bob", "--param", "rows=3"];
    alice(&[&[of_three.as_str()], &all[..], &["--guarantee", "output"]].concat()).fails(2, &["no protocol offers"]);
    alice(&["millionaires", "--disk-limit", "much"]).fails(2, &["expected a whole number of bytes"]);
    alice(&["millionaires", "--runs", "0"]).fails(2, &["--runs"]);
    alice(&["--list", "millionaires"]).fails(2, &["cannot be used with"]);
    assert_eq!(alice(&["--list"]).result(), "nothing is prepared\n");
    let help = quorate(&["preprocess", "--help"]).result();
    assert!(help.contains("quorate preprocess risk-score") && help.contains("--disk-limit"), "{help}");
}

#[test]
fn limits_of_a_disk_bound_what_is_made() {
    let company = Company::new(&["alice", "bob"]);
    let order = |limit: &'static str| vec!["millionaires", ADDITIVE, "--runs", "3", "--json", "--disk-limit", limit];
    let ended = all(&company, "preprocess", &[("alice", order("100B")), ("bob", order("1GB"))]);
    ended[0].fails(2, &["the disk limit of alice leaves no room"]);
    ended[1].fails(3, &["the disk limit of alice leaves no room"]);
    let ended = all(&company, "preprocess", &[("alice", order("40kB")), ("bob", order("1GB"))]);
    let filled: Vec<Value> = ended.into_iter().map(Ended::json).collect();
    let made = filled[0]["made"].as_u64().expect("a number");
    for party in &filled {
        assert_eq!(party["made"], made);
        assert_eq!(party["bounded_by"], if made < 3 { Value::from("alice") } else { Value::Null });
    }
    assert!(filled[0]["bytes_stored"].as_u64().expect("a number") <= 40_000);
    // Sums alone consume nothing.
    let sums = company.write("sums.qp", "program sums\nrole alice\nrole bob\ninput alice.x: u16\ninput bob.y: u16\nreveal sum = share(alice.x) + share(bob.y) to all\n");
    let arguments = vec![sums.as_str(), ADDITIVE, "--json"];
    for ended in all(&company, "preprocess", &[("alice", arguments.clone()), ("bob", arguments)]) {
        ended.fails(2, &["sums consumes no correlated randomness", "nothing to prepare"]);
    }
}

#[test]
fn explain_says_what_is_saved() {
    let arguments = ["explain", "millionaires", "--protocol", "additive", "--prepared"];
    let page = quorate(&arguments).result();
    assert!(page.contains("Prepared ahead, as `quorate preprocess` does: all send"), "{page}");
    assert!(page.contains("yao does not fit"), "{page}");
    let explained = quorate(&[&arguments[..], &["--json"]].concat()).json();
    let afresh = quorate(&["explain", "millionaires", "--protocol", "additive", "--json"]).json();
    let bytes = |explained: &Value, phase: &str| {
        let candidates = explained["candidates"].as_array().expect("a list");
        let chosen = candidates.iter().find(|candidate| candidate["protocol"] == "additive").expect("it is one");
        chosen["cost"]["phases"][phase]["bytes"].as_u64().expect("a number")
    };
    assert_eq!(bytes(&explained, "preprocessing"), 0);
    assert_eq!(bytes(&explained, "online"), bytes(&afresh, "online"));
    let saved = explained["prepared"]["bytes_saved"].as_u64().expect("a number");
    let made = |phase| bytes(&afresh, phase) - bytes(&explained, phase);
    assert_eq!(saved, made("set-up") + made("preprocessing"));
    assert_eq!(explained["prepared"]["bytes_sent_first"], saved, "the same is sent ahead");
    assert_eq!(afresh["prepared"], Value::Null);
}
