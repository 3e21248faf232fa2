//! The demos: separate processes, real files, and the answers that pandas found.

mod command;
mod fixture;

use std::time::{Duration, Instant};

use command::{expected, quorate, same_statistics, start_in};
use serde_json::Value;

fn demo(name: &str) -> Value {
    let start = Instant::now();
    let report = quorate(&["demo", name, "--json"]).json();
    // The aim is 5 s once built with optimisation; this is the test profile on a machine that tests other things too.
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    for party in report["parties"].as_array().expect("a list") {
        for figure in ["bytes_sent", "bytes_received", "rounds", "cpu_seconds", "peak_memory_bytes"] {
            assert!(party[figure].is_number(), "{figure} of {party}");
        }
    }
    let receipt = report["receipt"].as_str().expect("a path");
    assert!(quorate(&["receipt", "verify", receipt]).result().starts_with("verified: complete\n"));
    for source in report["sources"].as_object().expect("an object").values() {
        let path = source.as_str().and_then(|source| source.split(':').next()).expect("a path");
        assert!(path.starts_with("datasets/") && command::root().join(path).is_file(), "{path}");
    }
    report
}

#[test]
fn hospitals() {
    let report = demo("hospitals");
    same_statistics(&report["outputs"], &expected("hospitals/lung_ncctg")["cases"]["age"]);
    assert_eq!(report["parties"][0]["name"], "hospital_1");
    assert_eq!(report["parties"][0]["role"], "party_1");
    assert_eq!(report["parameters"]["edges"], "39,50,60,70,80,90");
    assert!(report["sources"]["party_3.value"].as_str().is_some_and(|source| source.ends_with("hospital_3.csv:age")));
}

#[test]
fn millionaires() {
    assert_eq!(demo("millionaires")["outputs"], expected("millionaires")["outputs"]);
}

#[test]
fn budget() {
    assert_eq!(demo("budget")["outputs"], expected("budgets/us_federal_receipts_2015")["outputs"]);
}

#[test]
fn risk() {
    let report = demo("risk");
    assert_eq!(report["outputs"]["decision"], expected("banking/german_credit")["decisions"]);
    assert_eq!(report["parties"][0]["learned"], serde_json::json!([]));
}

#[test]
fn without_a_name_all_are_listed_and_the_hospitals_play() {
    let ended = quorate::<&str>(&["demo"]);
    for words in ["millionaires", "budget", "hospitals", "risk", "3 processes"] {
        assert!(ended.err.contains(words), "{words:?} is missing in:\n{}", ended.err);
    }
    let text = ended.result();
    assert!(
        text.contains("62.447368421052632") && text.contains("hospital_3") && text.contains("semi-honest"),
        "{text}"
    );
}

#[test]
fn a_party_that_fails_ends_the_demo() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let data = directory.path().join("datasets/millionaires");
    std::fs::create_dir_all(&data).expect("a directory");
    std::fs::write(data.join("alice.csv"), "wealth\nplenty\n").expect("a file");
    std::fs::write(data.join("bob.csv"), "wealth\n1\n").expect("a file");
    let start = Instant::now();
    let ended = start_in(directory.path(), &["demo", "millionaires", "--json"]).wait();
    ended.fails(2, &["alice ended with exit code 2", "row 1 (line 2), column wealth", "\"plenty\" is text"]);
    // Bob would have waited for half a minute.
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
}
