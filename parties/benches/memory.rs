//! How well `explain` predicts peak memory: `quorate calibrate` here, then every party in a process of its own.
//!
//! A party's peak memory is the high-water mark that its process states (`VmHWM` on Linux), after a run over TLS.

#[path = "../tests/command/mod.rs"]
mod command;
#[path = "../tests/fixture/mod.rs"]
mod fixture;

use std::io::Write;

use command::{Company, quorate};
use serde_json::Value;

/// Demo, program, parties of its family, what explains it as the data are.
const DEMOS: [(&str, &str, u32, &[&str]); 4] = [
    ("millionaires", "millionaires", 0, &[]),
    ("budget", "budget-total", 5, &[]),
    ("hospitals", "hospital-stats", 3, &["edges=39,50,60,70,80,90"]),
    ("risk", "risk-score", 2, &["rows=694", "columns=6"]),
];

const LARGER: &str = "program larger\nrole a\nrole b\nsize rows in 1..=10^7\ninput a.x[rows]: i64\ninput b.y[rows]: i64\n\
                      let x = share(a.x)\nlet y = share(b.y)\nreveal total = sum(select(x > y, x, y)) to all\n";

fn main() {
    let company = Company::new(&["a", "b"]);
    quorate(&["calibrate", "--seconds", "1", "--home", &company.home("a")]).result();
    say("| program | protocol | party | predicted | measured | error |\n|---|---|---|---|---|---|");
    for (demo, program, parties, parameters) in DEMOS {
        let report = quorate(&["demo", demo, "--json"]).json();
        let mut arguments = vec![program.to_owned()];
        if parties > 0 {
            arguments.extend(["--parties".to_owned(), parties.to_string()]);
        }
        arguments.extend(parameters.iter().flat_map(|parameter| ["--param".to_owned(), (*parameter).to_owned()]));
        let measured = peaks(&report);
        compare(program, &report, &measured, &company, &arguments);
    }
    for (protocol, rows) in [("yao", 1000), ("yao", 20_000), ("yao", 50_000), ("additive", 1000), ("additive", 20_000)]
    {
        larger(&company, protocol, rows);
    }
}

/// The larger of so many pairs of numbers, summed.
fn larger(company: &Company, protocol: &str, rows: usize) {
    let program = company.write("larger.qp", LARGER);
    let number = |row: usize| (row as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24;
    let column = |shift: usize| (0..rows).map(|row| format!("{}\n", number(row + shift))).collect::<String>();
    let sources = ["a", "b"].map(|party| {
        let file = company.write(&format!("{party}.csv"), &format!("n\n{}", column(party.len() * rows)));
        format!("{file}:n")
    });
    let inputs = [format!("a.x={}", sources[0]), format!("b.y={}", sources[1])];
    let started = ["a", "b"].into_iter().zip(&inputs).map(|(party, input)| {
        company.run(party, &[&program, "--input", input, "--protocol", protocol, "--wait", "60", "--json"])
    });
    let started: Vec<_> = started.collect();
    let reports: Vec<Value> = started.into_iter().map(|party| party.wait().json()).collect();
    let measured: Vec<u64> = reports.iter().flat_map(peaks).collect();
    let arguments = [program, "--param".to_owned(), format!("rows={rows}")];
    compare(&format!("larger of {rows} pairs"), &reports[0], &measured, company, &arguments);
}

/// What the parties of a report state of themselves.
fn peaks(report: &Value) -> Vec<u64> {
    list(&report["parties"]).iter().filter_map(|party| party["peak_memory_bytes"].as_u64()).collect()
}

fn compare(name: &str, report: &Value, measured: &[u64], company: &Company, arguments: &[String]) {
    let options = ["--home".to_owned(), company.home("a"), "--json".to_owned()];
    let explained = quorate(&[&["explain".to_owned()], arguments, &options].concat()).json();
    let protocol = &report["protocol"];
    let candidate = list(&explained["candidates"]).iter().find(|candidate| candidate["protocol"] == *protocol);
    let parties = list(&candidate.expect("what ran was considered")["cost"]["parties"]);
    assert_eq!(parties.len(), measured.len(), "every party states its memory");
    for (party, measured) in parties.iter().zip(measured) {
        let predicted = party["memory_bytes"].as_f64().expect("it is calibrated");
        let measured = *measured as f64;
        let error = 100.0 * (predicted / measured - 1.0);
        let [protocol, role] = [protocol, &party["role"]].map(|text| text.as_str().unwrap_or_default());
        let [predicted, measured] = [predicted, measured].map(|bytes| format!("{:.1} MB", bytes / 1e6));
        say(&format!("| {name} | {protocol} | {role} | {predicted} | {measured} | {error:+.0} % |"));
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").expect("standard output");
}
