//! How well a calibration predicts processor time: `quorate calibrate` first, then this.
//!
//! All parties are processes that are linked by TLS, as `quorate local --processes --stats` runs them; what is predicted is
//! what `quorate explain --json` says. The command is `target/release/quorate`, or what `QUORATE` names.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

/// How often a program runs; the middle counts.
const RUNS: usize = 3;

/// A program, its parameters, and the protocols with their numbers of parties and sizes.
struct Case {
    program: &'static str,
    parameters: &'static [&'static str],
    size: &'static str,
    runs: &'static [(&'static str, usize, usize)],
}

const fn case(program: &'static str, size: &'static str, runs: &'static [(&'static str, usize, usize)]) -> Case {
    Case { program, parameters: &[], size, runs }
}

const CASES: &[Case] = &[
    case(
        "multiply",
        "rows",
        &[
            ("replicated", 3, 1_000_000),
            ("replicated-malicious", 3, 100_000),
            ("additive", 2, 20_000),
            ("additive", 3, 10_000),
            ("yao", 2, 50_000),
            ("shamir", 3, 100_000),
            ("shamir", 4, 20_000),
            ("shamir-robust", 4, 10_000),
            ("spdz", 2, 1_000),
            ("spdz", 4, 300),
            ("authenticated-garbling", 2, 1_000),
        ],
    ),
    case(
        "compare",
        "rows",
        &[
            ("replicated", 3, 100_000),
            ("replicated-malicious", 3, 10_000),
            ("additive", 2, 20_000),
            ("yao", 2, 50_000),
            ("shamir", 3, 5_000),
            ("shamir-robust", 4, 500),
            ("spdz", 2, 50),
            ("authenticated-garbling", 2, 500),
            ("authenticated-garbling", 3, 200),
        ],
    ),
    case(
        "dot",
        "rows",
        &[("replicated", 3, 1_000_000), ("additive", 2, 20_000), ("shamir", 3, 100_000), ("spdz", 2, 1_000)],
    ),
    case("matmul", "rows", &[("replicated", 3, 400), ("additive", 2, 80), ("yao", 2, 36), ("shamir", 3, 100)]),
    case("sort", "rows", &[("replicated", 3, 10_000), ("additive", 2, 300), ("yao", 2, 1_000), ("shamir", 3, 500)]),
    case(
        "group-by",
        "rows",
        &[("replicated", 3, 100_000), ("additive", 2, 2_000), ("yao", 2, 5_000), ("shamir", 3, 5_000)],
    ),
    Case {
        program: "logistic-train",
        parameters: &["columns=10", "steps=3"],
        size: "rows",
        runs: &[("replicated", 3, 1_000), ("additive", 2, 100), ("yao", 2, 100), ("shamir", 3, 100)],
    },
    case(
        "logistic-score",
        "rows",
        &[("replicated", 3, 10_000), ("additive", 2, 500), ("yao", 2, 500), ("shamir", 3, 1_000)],
    ),
];

fn quorate(arguments: &[String]) -> Value {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let command = std::env::var_os("QUORATE").map_or_else(|| root.join("target/release/quorate"), PathBuf::from);
    let ended = Command::new(&command)
        .current_dir(root.join("benches/programs"))
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}; build it with `cargo build --release`", command.display()));
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{arguments:?}: {said}");
    serde_json::from_slice(&ended.stdout).expect("JSON")
}

/// Seconds of each party.
fn seconds(parties: &Value) -> Option<Vec<f64>> {
    parties.as_array()?.iter().map(|party| party["cpu_seconds"].as_f64()).collect()
}

fn busiest(parties: Vec<f64>) -> f64 {
    parties.into_iter().fold(0.0, f64::max)
}

fn main() {
    let mut out = std::io::stdout().lock();
    let mut say = |text: String| writeln!(out, "{text}").expect("standard output");
    say("| program | protocol | parties | size | predicted | measured | error |\n|---|---|--:|--:|--:|--:|--:|"
        .to_owned());
    for case in CASES {
        for (protocol, parties, size) in case.runs {
            let own = [format!("parties={parties}"), format!("{}={size}", case.size)];
            let parameters = own.into_iter().chain(case.parameters.iter().map(|text| (*text).to_owned()));
            let parameters = parameters.flat_map(|text| ["--param".to_owned(), text]);
            let common = [format!("{}.qp", case.program), "--json".into(), "--protocol".into(), (*protocol).to_owned()];
            let common: Vec<String> = common.into_iter().chain(parameters).collect();
            let with =
                |front: &[&str]| front.iter().map(|word| (*word).to_owned()).chain(common.clone()).collect::<Vec<_>>();
            let explained = quorate(&with(&["explain"]));
            let candidates = explained["candidates"].as_array().expect("a list");
            let chosen = candidates.iter().find(|candidate| candidate["protocol"] == explained["chosen"]);
            let predicted = seconds(&chosen.expect("it was considered")["cost"]["parties"]);
            let predicted = busiest(predicted.expect("run `quorate calibrate` first"));
            let mut measured: Vec<f64> = (0..RUNS)
                .map(|_| quorate(&with(&["local", "--processes", "--stats", "--random"])))
                .map(|ended| busiest(seconds(&ended["parties"]).expect("seconds")))
                .collect();
            measured.sort_by(f64::total_cmp);
            let measured = measured[RUNS / 2];
            let error = 100.0 * (predicted / measured - 1.0);
            let [predicted, measured] = [predicted, measured].map(|seconds| format!("{:.1} ms", 1e3 * seconds));
            let program = case.program;
            say(format!("| {program} | {protocol} | {parties} | {size} | {predicted} | {measured} | {error:+.0} % |"));
        }
    }
}
