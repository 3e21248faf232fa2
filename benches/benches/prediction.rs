//! How well a calibration predicts processor time: `quorate calibrate` first, then this.
//!
//! Each party runs on a thread of its own over links in memory; a party's time is its thread's. What is predicted is the
//! protocol: private data are few rows, since reducing them in plain is no part of it.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::thread;

use cpu_time::ThreadTime;
use quorate_engine::net::{PartyIndex, Work, memory_links};
use quorate_engine::plan::cost;
use quorate_engine::protocol::ProtocolName::{self, Additive, Yao};
use quorate_testkit::{Case, Cluster};

const LARGER: &str = "program larger\nrole a\nrole b\nsize rows in 1..=10^7\ninput a.x[rows]: i64\ninput b.y[rows]: i64\n\
                      let x = share(a.x)\nlet y = share(b.y)\nreveal total = sum(select(x > y, x, y)) to all\n";

/// Seconds by the name of the unit, as `quorate calibrate` keeps them.
fn calibration() -> BTreeMap<String, f64> {
    let home = std::env::var_os("QUORATE_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".quorate")));
    let path = home.expect("QUORATE_HOME or HOME").join("calibration.json");
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `quorate calibrate` first", path.display()));
    let file: serde_json::Value = serde_json::from_str(&text).expect("a calibration");
    serde_json::from_value(file["seconds"].clone()).expect("seconds by name")
}

fn risk(banks: usize, rows: usize, columns: usize) -> Case {
    let sizes: Vec<String> = (1..=banks).map(|bank| format!("columns[bank_{bank}]={columns}")).collect();
    let arguments = format!("banks={banks} rows={rows} {}", sizes.join(" "));
    Case::filled("risk-score", &arguments, 1).with("model_owner.thresholds", "-1000, 1000")
}

fn budgets() -> Case {
    let budgets = [("party_1.budget", "1.5 2"), ("party_2.budget", "-3"), ("party_3.budget", "7")];
    Case::new("budget-total", "parties=3", &budgets)
}

fn cases() -> Vec<(&'static str, ProtocolName, Case)> {
    let hospital = |arguments: &str| Case::filled("hospital-stats", arguments, 1);
    vec![
        ("millionaires", Yao, Case::filled("millionaires", "", 1)),
        ("millionaires", Additive, Case::filled("millionaires", "", 1)),
        ("budget-total, 3 parties", Additive, budgets()),
        ("hospital-stats, 2 parties", Yao, hospital("parties=2")),
        ("hospital-stats, 3 parties", Additive, hospital("parties=3")),
        ("hospital-stats, 5 parties, 64 groups", Additive, hospital("parties=5 groups=64")),
        ("risk-score, 1 bank, 2,000 rows of 10", Yao, risk(1, 2_000, 10)),
        ("risk-score, 2 banks, 1,000 rows of 5", Additive, risk(2, 1_000, 5)),
        ("risk-score, 2 banks, 20,000 rows of 5", Additive, risk(2, 20_000, 5)),
        ("larger of 20,000 pairs", Yao, Case::filled(LARGER, "rows=20000", 1)),
        ("larger of 20,000 pairs", Additive, Case::filled(LARGER, "rows=20000", 1)),
    ]
}

/// Seconds of each party's thread.
fn measured(cluster: &Cluster) -> Vec<f64> {
    let links = memory_links(cluster.size());
    thread::scope(|scope| {
        let party = |(me, links): (usize, Vec<_>)| {
            scope.spawn(move || {
                let start = ThreadTime::now();
                let ended = cluster.run_one(PartyIndex(me), links);
                ended.result.expect("honest parties finish");
                start.elapsed().as_secs_f64()
            })
        };
        let started: Vec<_> = links.into_iter().enumerate().map(party).collect();
        started.into_iter().map(|party| party.join().expect("it ends")).collect()
    })
}

/// The middle of five runs, party by party.
fn median(cluster: &Cluster) -> Vec<f64> {
    let runs: Vec<Vec<f64>> = (0..5).map(|_| measured(cluster)).collect();
    let middle = |party: usize| {
        let mut times: Vec<f64> = runs.iter().map(|run| run[party]).collect();
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    (0..cluster.size()).map(middle).collect()
}

fn main() {
    let seconds = calibration();
    let mut out = std::io::stdout().lock();
    let mut say = |text: String| writeln!(out, "{text}").expect("standard output");
    say("| program | protocol | party | predicted | measured | error |\n|---|---|---|---|---|---|".to_owned());
    for (name, protocol, case) in cases() {
        let cluster = Cluster::new(case).protocol(protocol);
        let work = cost(&cluster.plan()).work;
        for (party, (phases, measured)) in work.iter().zip(median(&cluster)).enumerate() {
            let price = |work: Work| seconds[work.name()];
            let predicted: f64 = phases.iter().map(|units| units.seconds(price)).sum();
            let error = 100.0 * (predicted / measured - 1.0);
            let [predicted, measured] = [predicted, measured].map(|seconds| format!("{:.2} ms", 1e3 * seconds));
            say(format!("| {name} | {} | {} | {predicted} | {measured} | {error:+.0} % |", protocol.name(), party + 1));
        }
    }
}
