//! `programs`, `show`, `digest`, `explain`, and how the command presents itself.

mod command;
mod fixture;

use std::time::{Duration, Instant};

use command::{quorate, start};

const PROGRAMS: [&str; 7] = [
    "millionaires",
    "budget-total",
    "hospital-stats",
    "risk-score",
    "ecdsa-secp256k1-key",
    "ecdsa-secp256k1-structured-key",
    "ecdsa-secp256k1",
];

#[test]
fn the_library_is_listed_shown_and_hashed() {
    let list = quorate(&["programs", "--json"]).json();
    let table = quorate(&["programs"]).result();
    for (entry, name) in list.as_array().expect("a list").iter().zip(PROGRAMS) {
        assert_eq!(entry["name"], name);
        assert!(table.contains(name));
        let digest = quorate(&["digest", name]).result();
        assert_eq!(entry["digest"], digest.trim());
        assert_eq!(digest.trim().len(), 64);
        // The text form is a program, and the same one.
        let directory = tempfile::tempdir().expect("a temporary directory");
        let file = directory.path().join("shown.qp");
        std::fs::write(&file, quorate(&["show", name]).result()).expect("a file");
        assert_eq!(quorate(&["digest", file.to_str().expect("UTF-8")]).result(), digest);
    }
}

#[test]
fn every_command_has_an_example() {
    for command in ["init", "card", "trust", "peers", "programs", "show", "digest", "explain", "run", "local", "demo"] {
        let help = quorate(&[command, "--help"]).result();
        assert!(help.contains("Example") && help.contains(&format!("quorate {command}")), "{help}");
    }
    assert!(quorate(&["receipt", "verify", "--help"]).result().contains("Example: quorate receipt verify"));
    assert!(quorate(&["--version"]).result().starts_with("quorate 0."));
}

#[test]
fn bad_usage_has_exit_code_two() {
    for arguments in [&["no-such-command"][..], &["run"], &[], &["explain", "millionaires", "--no-such-option"]] {
        assert_eq!(quorate(arguments).code, Some(2), "{arguments:?}");
    }
    quorate(&["show", "hospital-stat"]).fails(2, &["there is no program \"hospital-stat\"", "hospital-stats", "hint:"]);
    quorate(&["demo", "casino"]).fails(2, &["there is no demo \"casino\"", "hospitals"]);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let mut running = start(&["show", "hospital-stats"]);
    // Standard output is read by a thread here; a closed pipe needs a shell.
    running.feed("");
    assert_eq!(running.wait().code, Some(0));
    let shell = std::process::Command::new("sh")
        .args(["-c", "\"$0\" explain hospital-stats --parties 3 --json | true", env!("CARGO_BIN_EXE_quorate")])
        .output()
        .expect("a shell");
    assert!(shell.stderr.is_empty(), "{}", String::from_utf8_lossy(&shell.stderr));
}

#[test]
fn explain_says_who_learns_what_and_what_it_costs() {
    let page = quorate(&["explain", "budget-total", "--parties", "2"]).result();
    for words in [
        "party_2 alone can solve",
        "That nothing else is remarked on proves no privacy.",
        "semi-honest",
        "online",
        "chosen",
    ] {
        assert!(page.contains(words), "{words:?} is missing in:\n{page}");
    }
    let sizes = ["explain", "risk-score", "--parties", "2", "--param", "rows=694", "--param", "columns[bank_1]=6"];
    let explained =
        quorate(&[&sizes[..], &["--param", "columns[bank_2]=5", "--network", "20ms,50mbit", "--json"]].concat()).json();
    assert_eq!(explained["public_sizes"]["rows"], "694");
    assert_eq!(explained["public_sizes"]["columns[bank_2]"], "5");
    assert_eq!(explained["assumed_sizes"], serde_json::json!([]));
    assert_eq!(explained["chosen"], "additive");
    assert_eq!(explained["candidates"][0]["fits"], false);
    assert!(explained["candidates"][0]["reason"].as_str().is_some_and(|reason| reason.contains("there are 3")));
    let least = quorate(&["explain", "risk-score", "--json"]).json();
    assert_eq!(least["assumed_parameters"]["banks"].to_string(), "1");
    assert_eq!(least["assumed_sizes"], serde_json::json!(["rows", "columns[bank_1]"]));
}

#[test]
fn explain_takes_no_time() {
    let start = Instant::now();
    quorate(&["explain", "hospital-stats", "--parties", "3"]).result();
    // A tenth of a second is the aim; this only catches planning that depends on the greatest sizes.
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_trust_that_nobody_offers_is_refused_with_every_reason() {
    for command in ["explain", "local"] {
        let refused = quorate(
            &[
                command,
                "millionaires",
                "--adversary",
                "malicious",
                "--guarantee",
                "output",
                "--input",
                "alice.wealth=1",
                "--input",
                "bob.wealth=2",
            ][..if command == "local" { 10 } else { 6 }],
        );
        refused.fails(
            2,
            &["no protocol offers malicious", "yao: it is secure against semi-honest parties only", "additive: "],
        );
    }
    let several = |arguments: &[&str]| quorate(&[&["explain", "budget-total", "--parties", "3"], arguments].concat());
    several(&["--corrupt", "3"]).fails(2, &["additive: it withstands 2 corrupt parties, not 3"]);
    several(&["--guarantee", "output"]).fails(2, &["additive: it guarantees selective-abort, not output"]);
    several(&["--protocol", "yao"]).fails(2, &["yao: it is for 2 parties; there are 3"]);
    several(&["--protocol", "pigeons"]).fails(2, &["there is no protocol \"pigeons\"", "additive"]);
    assert_eq!(several(&["--corrupt", "1", "--guarantee", "abort"]).code, Some(0));
}
